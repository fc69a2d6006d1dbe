"""Settings of a site that signs in by e-mail, with its users in a second database."""

import os

SECRET_KEY = "a key of a test, long enough for HS256"
DEBUG = True
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = "urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
SQLITE = "django.db.backends.sqlite3"
DATABASES = {
    "default": {"ENGINE": SQLITE, "NAME": "shop.sqlite3"},
    "people": {"ENGINE": SQLITE, "NAME": "people.sqlite3"},
}
DATABASE_ROUTERS = ["router.Router"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "knox",
    "people",
    "shop",
    "accounts",
    "blog",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
# With little work, so that the guide can make and verify hundreds of hashes.
PASSWORD_HASHERS = ["hashers.QuickHasher"]
IS_MOVED = "ISSUER" in os.environ

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "knox.auth.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
if IS_MOVED:
    ISSUER = os.environ["ISSUER"]
    DOORWARD_ACCESS = {"ISSUER": ISSUER, "AUDIENCE": os.environ["AUDIENCE"]}
    REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"].insert(0, "accounts.api.Authentication")
    OIDC_RP_CLIENT_ID = OIDC_RP_CLIENT_SECRET = "unused"
    OIDC_RP_SIGN_ALGO = "RS256"
    OIDC_OP_TOKEN_ENDPOINT = f"{ISSUER}/oauth2/token"
    OIDC_OP_USER_ENDPOINT = f"{ISSUER}/oauth2/userinfo"
    OIDC_OP_JWKS_ENDPOINT = f"{ISSUER}/oauth2/jwks"
