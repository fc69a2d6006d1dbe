"""Settings of a site with plain `django.contrib.auth`: before the move, and after it, when ISSUER is set."""

import os

SECRET_KEY = "a key of a test"
DEBUG = True
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = "urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "accounts",
    "blog",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
# With little work, so that a test can make and verify hundreds of hashes.
PASSWORD_HASHERS = ["hashers.QuickHasher"]

if "ISSUER" in os.environ:
    ISSUER = os.environ["ISSUER"]
    INSTALLED_APPS += ["mozilla_django_oidc"]
    AUTHENTICATION_BACKENDS = ["accounts.backend.SiteBackend"]
    OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
    OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
    OIDC_RP_SCOPES = "openid profile email"
    OIDC_RP_SIGN_ALGO = "RS256"
    OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ISSUER}/oauth2/authorize"
    OIDC_OP_TOKEN_ENDPOINT = f"{ISSUER}/oauth2/token"
    OIDC_OP_USER_ENDPOINT = f"{ISSUER}/oauth2/userinfo"
    OIDC_OP_JWKS_ENDPOINT = f"{ISSUER}/oauth2/jwks"
    LOGIN_REDIRECT_URL = "/"
