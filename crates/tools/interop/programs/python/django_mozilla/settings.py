"""mozilla-django-oidc: the settings of its quick start."""

import os

SECRET_KEY = "interop"
DEBUG = True
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(os.environ["WORK_DIRECTORY"], "db.sqlite3"),
    }
}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]

# guide:begin
import os

INSTALLED_APPS += [
    "mozilla_django_oidc",
]
AUTHENTICATION_BACKENDS = [
    "backend.Backend",
    "django.contrib.auth.backends.ModelBackend",
]

OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{os.environ['ISSUER']}/oauth2/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{os.environ['ISSUER']}/oauth2/token"
OIDC_OP_USER_ENDPOINT = f"{os.environ['ISSUER']}/oauth2/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{os.environ['ISSUER']}/oauth2/jwks"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# guide:end
