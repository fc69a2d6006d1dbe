"""Checks the site after the guide: `manage.py shell < check.py`, with ISSUER and AUDIENCE."""

import base64
import hmac
import json
import os
import struct
import time
import urllib.error
import urllib.request

from accounts.backend import SiteBackend
from accounts.models import DoorwardUser
from django.test import Client
from people.models import Person

issuer = os.environ["ISSUER"]


def post(path, body):
    """Returns status and answer of the JSON API."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(issuer + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def code_of(secret):
    """Returns the current code of an authenticator app (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), step, "sha1")
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(email, password):
    return post("/api/auth/login", {"email": email, "password": password, "client_id": "front-end"})


def me(authorization):
    """Returns status and e-mail address that the API of the site answers with."""
    response = Client().get("/api/me/", headers={"authorization": authorization})
    return response.status_code, response.json().get("email")


with open("users.json", encoding="utf-8") as file:
    users = json.load(file)
for number, user in enumerate(users):
    status, answer = sign_in(user["email"], user["password"])
    if number in (3, 5):
        assert status == 401 or status == 403, (number, status, answer)
        continue
    if "secret" in user:
        assert status == 401 and "mfa_token" in answer, (number, status, answer)
        for code in (code_of(user["secret"]), user["code"]):
            status, answer = sign_in(user["email"], user["password"])
            body = {"mfa_token": answer["mfa_token"], "code": code, "client_id": "front-end"}
            status, answer = post("/api/auth/login/mfa", body)
            assert status == 200, (number, status, answer)
    elif user["is_verified"]:
        assert status == 200, (number, status, answer)
    else:
        # The address was not verified at the site either.
        assert status in (200, 403), (number, status, answer)
    if status == 200 and number < 60:
        assert me(f"Bearer {answer['access']}") == (200, user["email"]), number
    # Old tokens are accepted beside the new ones.
    if "jwt" in user:
        assert me(f"Bearer {user['jwt']}") == (200, user["email"]), number
        assert me(f"Token {user['knox']}") == (200, user["email"]), number
assert sign_in("late@shop.example", "Correct-Horse-late")[0] == 200
assert me("Bearer x.y.z")[0] == 401

# A new user of Doorward gets a row, although the user model has no user name.
new = {"sub": "0197b6f0-0000-7000-8000-000000000001", "email": "new@shop.example"}
user = SiteBackend().create_user(new)
assert user.email == new["email"] and not user.has_usable_password()
assert list(SiteBackend().filter_users_by_claims(new)) == [user]
# A row of the site with the same address is not taken over.
assert SiteBackend().create_user({"sub": "0197b6f0-0000-7000-8000-000000000002", "email": "new@shop.example"}) is None
assert DoorwardUser.objects.count() == Person.objects.count() == 501, Person.objects.count()
print("checked")
