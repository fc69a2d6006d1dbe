"""Makes a Django project with a thousand users in six hash formats, and dumps it.

usage: make.py DIRECTORY. Writes db.sqlite3, dump.json and users.json (what signs in) there.
"""

import json
import os
import sys

place = sys.argv[1]
os.environ["DJANGO_PLACE"] = place
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import django

django.setup()

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from oauth2_provider.models import Application
from rest_framework.authtoken.models import Token

FORMATS = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "scrypt", "md5"]
USERS = 1_000


def secret_of(index):
    """Returns a secret of 20 bytes."""
    return f"secret-of-user-{index:05}".encode()


def make_user(index):
    """Creates a user; returns what signs in."""
    from base64 import b32encode

    form = FORMATS[index % len(FORMATS)]
    password = f"Correct-Horse-{index}-ü"
    user = User.objects.create(
        username=f"{form}.user{index}",
        email=f"user{index}@shop.example",
        first_name=f"First{index}",
        last_name="O'Neill",
        password=make_password(password, hasher=form),
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=index % 2 == 0, primary=True)
    secret = None
    if index % 5 == 0:
        secret = secret_of(index)
        # By turns: allauth and django-otp.
        if index % 10 == 0:
            data = {"secret": b32encode(secret).decode()}
            Authenticator.objects.create(user=user, type="totp", data=data)
        else:
            TOTPDevice.objects.create(user=user, name="phone", key=secret.hex(), confirmed=True)
    if index % 7 == 0:
        SocialAccount.objects.create(user=user, provider="google", uid=f"108{index}", extra_data={"email": user.email})
    if index % 3 == 0:
        user.groups.add(Group.objects.get(name="Editors"))
    if index % 100 == 0:
        Token.objects.create(user=user)
    return {
        "pk": user.pk,
        "username": user.username,
        "format": form,
        "password": password,
        "totp": secret.decode() if secret else None,
        "google": index % 7 == 0,
        "verified": index % 2 == 0,
        "editor": index % 3 == 0,
    }


def make_applications():
    """Creates an application with a hashed secret, and one whose grant has no counterpart."""
    Application.objects.create(
        name="Shop",
        client_id="shop",
        client_type="confidential",
        authorization_grant_type="authorization-code",
        client_secret="shop-secret-0123456789",
        redirect_uris="https://shop.example/cb",
        algorithm="RS256",
    )
    Application.objects.create(
        name="Old", client_id="old", client_type="public", authorization_grant_type="implicit", redirect_uris="https://old.example/cb"
    )
    SocialApp.objects.create(provider="google", name="Google", client_id="g", secret="s")


call_command("migrate", verbosity=0)
with transaction.atomic():
    editors = Group.objects.create(name="Editors")
    editors.permissions.add(Permission.objects.get(codename="view_user"))
    users = [make_user(index) for index in range(USERS)]
    User.objects.create(username="root@shop.example", email="root@shop.example", password="!", is_superuser=True, is_staff=True)
    make_applications()
call_command("dumpdata", "--natural-foreign", "-o", os.path.join(place, "dump.json"), verbosity=0)
with open(os.path.join(place, "users.json"), "w", encoding="utf-8") as file:
    json.dump(users, file)
