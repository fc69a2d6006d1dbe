"""The settings of Django for all tests: a process has only one configuration."""

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        AUTH_USER_MODEL="auth.User",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "rest_framework.authtoken",
            "knox",
        ],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="test_drf",
        SECRET_KEY="a key of the tests, long enough for HS256",
        USE_TZ=True,
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["doorward_access.drf.Authentication"],
            "UNAUTHENTICATED_USER": None,
        },
    )
    django.setup()
