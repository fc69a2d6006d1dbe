"""A service provider with pysaml2, which encrypts, decrypts and verifies with xmlsec1."""

import os

import requests
from flask import Flask, redirect, request, session
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig

ISSUER = os.environ["ISSUER"]
BASE = os.environ["BASE_URL"]

app = Flask(__name__)
app.secret_key = os.urandom(32)
configuration = SPConfig()
configuration.load(
    {
        "entityid": f"{BASE}/saml/metadata",
        "service": {
            "sp": {
                "endpoints": {
                    "assertion_consumer_service": [(f"{BASE}/saml/acs", BINDING_HTTP_POST)],
                    "single_logout_service": [(f"{BASE}/saml/sls", BINDING_HTTP_REDIRECT)],
                },
                "authn_requests_signed": False,
                "logout_requests_signed": False,
                "want_assertions_signed": True,
                "want_response_signed": False,
            }
        },
        "metadata": {"inline": [requests.get(f"{ISSUER}/saml/metadata", timeout=10).text]},
    }
)
client = Saml2Client(config=configuration)
# Requests without an answer, which pysaml2 compares with InResponseTo.
waiting = {}


def location(info):
    return redirect(dict(info["headers"])["Location"])


@app.get("/login")
def login():
    request_id, info = client.prepare_for_authenticate(relay_state="home")
    waiting[request_id] = "/"
    return location(info)


@app.post("/saml/acs")
def acs():
    message = request.form["SAMLResponse"]
    response = client.parse_authn_request_response(message, BINDING_HTTP_POST, waiting)
    assert request.form["RelayState"] == "home"
    del waiting[response.in_response_to]
    session["user"] = [response.ava["displayName"][0], response.ava["mail"][0]]
    session["name_id"] = str(response.name_id)
    return redirect("/")


@app.get("/logout")
def logout():
    from saml2.saml import name_id_from_string

    answers = client.do_logout(
        name_id_from_string(session["name_id"]),
        [f"{ISSUER}/saml/metadata"],
        "the user signs out",
        None,
        expected_binding=BINDING_HTTP_REDIRECT,
        sign=False,
    )
    _, info = answers[f"{ISSUER}/saml/metadata"]
    return location(info)


@app.get("/saml/sls")
def sls():
    answer = client.parse_logout_request_response(
        request.args["SAMLResponse"], BINDING_HTTP_REDIRECT
    )
    assert answer.response.status.status_code.value.endswith(":Success")
    session.clear()
    return redirect("/")


@app.get("/")
def home():
    user = session.get("user")
    return f"<p>{user[0]} {user[1]}</p>" if user else "<p>You are not signed in.</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
