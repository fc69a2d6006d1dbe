"""Settings of the project with its API: before the move by SimpleJWT, afterwards by Doorward."""

import os

from settings import *  # noqa: F403

INSTALLED_APPS += ["tasks"]  # noqa: F405
ROOT_URLCONF = "urls"
IS_MOVED = "ISSUER" in os.environ

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SIMPLE_JWT = {"SIGNING_KEY": "a key of a test, long enough for HS256, and for nothing else"}

if IS_MOVED:
    # guide:begin
    DOORWARD_ACCESS = {
        "ISSUER": os.environ["ISSUER"],
        "AUDIENCE": os.environ["AUDIENCE"],
        "ORIGIN": os.environ["BASE_URL"],
    }
    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["tasks.doorward.Authentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "EXCEPTION_HANDLER": "doorward_access.drf.exception_handler",
    }
    # guide:end
