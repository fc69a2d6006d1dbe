"""A service provider with python3-saml, as its example for Flask does."""

import os

from flask import Flask, redirect, request, session
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

ISSUER = os.environ["ISSUER"]
BASE = os.environ["BASE_URL"]
NAME = "urn:oid:2.16.840.1.113730.3.1.241"
EMAIL = "urn:oid:0.9.2342.19200300.100.1.3"

app = Flask(__name__)
app.secret_key = os.urandom(32)
settings = OneLogin_Saml2_IdPMetadataParser.parse_remote(f"{ISSUER}/saml/metadata")
settings["strict"] = True
settings["sp"] = {
    "entityId": f"{BASE}/saml/metadata",
    "assertionConsumerService": {
        "url": f"{BASE}/saml/acs",
        "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    },
    "singleLogoutService": {
        "url": f"{BASE}/saml/sls",
        "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
    },
    "NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
}
settings["security"] = {
    "wantAssertionsSigned": True,
    "wantMessagesSigned": True,
    "requestedAuthnContext": False,
}


def auth():
    return OneLogin_Saml2_Auth(
        {
            "https": "off",
            "http_host": request.host,
            "script_name": request.path,
            "get_data": request.args.copy(),
            "post_data": request.form.copy(),
            "query_string": request.query_string.decode(),
        },
        settings,
    )


@app.get("/login")
def login():
    flow = auth()
    url = flow.login(f"{BASE}/")
    session["request"] = flow.get_last_request_id()
    return redirect(url)


@app.post("/saml/acs")
def acs():
    flow = auth()
    flow.process_response(request_id=session.pop("request", None))
    if flow.get_errors():
        return flow.get_last_error_reason(), 400
    attributes = flow.get_attributes()
    session["user"] = [attributes[NAME][0], attributes[EMAIL][0]]
    session["name_id"] = flow.get_nameid()
    session["index"] = flow.get_session_index()
    return redirect("/")


@app.get("/logout")
def logout():
    flow = auth()
    url = flow.logout(
        f"{BASE}/",
        name_id=session["name_id"],
        session_index=session["index"],
        name_id_format=settings["sp"]["NameIDFormat"],
    )
    session["request"] = flow.get_last_request_id()
    return redirect(url)


@app.get("/saml/sls")
def sls():
    flow = auth()
    request_id = session.pop("request", None)
    url = flow.process_slo(request_id=request_id, delete_session_cb=session.clear)
    if flow.get_errors():
        return flow.get_last_error_reason(), 400
    return redirect(url or "/")


@app.get("/")
def home():
    user = session.get("user")
    return f"<p>{user[0]} {user[1]}</p>" if user else "<p>You are not signed in.</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
