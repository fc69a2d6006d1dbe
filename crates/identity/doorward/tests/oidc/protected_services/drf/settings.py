"""The settings of the project in `docs/guides/protect-a-drf-api.md`."""

import os

SECRET_KEY = "for-the-tests-only"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "urls"

# guide:begin
INSTALLED_APPS = ["rest_framework"]

DOORWARD_ACCESS = {
    "ISSUER": os.environ["ISSUER"],
    "AUDIENCE": os.environ["AUDIENCE"],
    "ORIGIN": os.environ["BASE_URL"],
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["doorward_access.drf.Authentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "doorward_access.drf.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
# guide:end
