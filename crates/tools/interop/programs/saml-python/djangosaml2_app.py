"""A service provider with djangosaml2, in a Django project of one file."""

import os
import sys
import urllib.request
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import include, path
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

ISSUER = os.environ["ISSUER"]
BASE = os.environ["BASE_URL"]
DIRECTORY = Path(os.environ["WORK_DIRECTORY"])

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    AUTHENTICATION_BACKENDS=["djangosaml2.backends.Saml2Backend"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DIRECTORY / "db.sqlite3",
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "djangosaml2",
    ],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "djangosaml2.middleware.SamlSessionMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SAML_CONFIG={
        "entityid": f"{BASE}/saml/metadata",
        "service": {
            "sp": {
                "endpoints": {
                    "assertion_consumer_service": [
                        (f"{BASE}/saml2/acs/", BINDING_HTTP_POST)
                    ],
                    "single_logout_service": [
                        (f"{BASE}/saml2/ls/", BINDING_HTTP_REDIRECT)
                    ],
                },
                "authn_requests_signed": False,
                "logout_requests_signed": False,
                "want_assertions_signed": True,
                "want_response_signed": False,
            }
        },
        "metadata": {"local": [str(DIRECTORY / "idp.xml")]},
    },
    SAML_ATTRIBUTE_MAPPING={
        "uid": ("username",),
        "mail": ("email",),
        "givenName": ("first_name",),
        "sn": ("last_name",),
    },
    SAML_CREATE_UNKNOWN_USER=True,
    SAML_CSP_HANDLER="",
    SAML_DEFAULT_BINDING=BINDING_HTTP_REDIRECT,
    # The server of this test has no TLS.
    SAML_SESSION_COOKIE_SAMESITE="Lax",
    SECRET_KEY="interop",
    SESSION_COOKIE_SECURE=False,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
        }
    ],
)
django.setup()


def home(request):
    user = request.user
    if not user.is_authenticated:
        return HttpResponse("<p>You are not signed in.</p>")
    return HttpResponse(f"<p>{user.get_full_name()} {user.email}</p>")


urlpatterns = [
    path("saml2/", include("djangosaml2.urls")),
    path("", home),
]

if __name__ == "__main__":
    metadata = f"{ISSUER}/saml/metadata"
    urllib.request.urlretrieve(metadata, DIRECTORY / "idp.xml")
    execute_from_command_line([sys.argv[0], "migrate", "--run-syncdb", "--verbosity=0"])
    address = f"127.0.0.1:{os.environ['PORT']}"
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", address])
