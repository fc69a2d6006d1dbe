"""Creates users by the backend of the guide. SHAPE names the user model."""

import os

import django
from django.conf import settings

shape = os.environ["SHAPE"]
settings.configure(
    AUTH_USER_MODEL="auth.User" if shape == "default" else "people.Person",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "people", "accounts"],
    OIDC_OP_JWKS_ENDPOINT="https://id.example.org/oauth2/jwks",
    OIDC_OP_TOKEN_ENDPOINT="https://id.example.org/oauth2/token",
    OIDC_OP_USER_ENDPOINT="https://id.example.org/oauth2/userinfo",
    OIDC_RP_CLIENT_ID="x",
    OIDC_RP_CLIENT_SECRET="x",
    OIDC_RP_SIGN_ALGO="RS256",
    SECRET_KEY="x",
    USE_TZ=True,
)
django.setup()

from accounts.backend import SiteBackend
from accounts.models import DoorwardUser
from django.contrib.auth import get_user_model
from django.core.management import call_command

call_command("migrate", run_syncdb=True, verbosity=0)
User = get_user_model()
site = SiteBackend()
sub = "0197b6f0-0000-7000-8000-00000000000{}".format
claims = {"sub": sub(1), "email": "ann@x.example", "preferred_username": "ann"}
user = site.create_user(claims)
assert not user.has_usable_password()
assert getattr(user, User.get_email_field_name()) == "ann@x.example"
expected = "ann" if shape in ("default", "names") else "ann@x.example"
assert user.get_username() == expected, user.get_username()
assert list(site.filter_users_by_claims(claims)) == [user]
# Doorward without user names.
other = site.create_user({"sub": sub(2), "email": "ben@x.example"})
assert other.get_username() in (sub(2), "ben@x.example"), other.get_username()
# A row of the site with the same name or address is not taken over, and nothing half is left.
assert site.create_user({**claims, "sub": sub(3)}) is None
assert User.objects.count() == DoorwardUser.objects.count() == 2
