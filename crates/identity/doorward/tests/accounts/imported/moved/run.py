"""Runs a command of the project.

usage: run.py make | link FILE | serve. The environment names the directory of the database
(DJANGO_PLACE); ISSUER and AUDIENCE select the project after its move.
"""

import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(os.path.dirname(here), "django")]
os.environ["DJANGO_SETTINGS_MODULE"] = "project"

import django

django.setup()

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from tasks.models import DoorwardUser, Task


def make():
    """Creates the tables, four users, and a task of each."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    editors = Group.objects.create(name="Editors")
    for name in ["ann", "ben", "eda", "sam"]:
        user = User.objects.create(
            username=name,
            email=f"{name}@shop.example",
            password=make_password(f"Correct-Horse-{name}", hasher="pbkdf2_sha256"),
            is_staff=name == "sam",
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if name == "eda":
            user.groups.add(editors)
        Task.objects.create(owner=user, title=f"Task of {name}")


def link(path):
    """Stores the `sub` of each user, from the answer of `doorward import ids --json`."""
    with open(path, encoding="utf-8") as file:
        for line in json.load(file):
            if line["kind"] == "user":
                DoorwardUser.objects.create(sub=line["new_id"], user_id=line["old_id"])


def serve():
    """Serves the API."""
    from wsgiref.simple_server import make_server

    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application()).serve_forever()


{"make": make, "link": link, "serve": serve}[sys.argv[1]](*sys.argv[2:])
