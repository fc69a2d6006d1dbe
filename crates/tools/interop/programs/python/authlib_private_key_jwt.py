"""Authlib with Flask; the client authenticates by `private_key_jwt`."""

import os
from pathlib import Path

from authlib.integrations.flask_client import OAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import Flask, redirect, session, url_for

app = Flask(__name__)
app.secret_key = "interop"

# guide:begin
oauth = OAuth(app)
oauth.register(
    name="doorward",
    client_id=os.environ["CLIENT_ID"],
    client_secret=Path(os.environ["PRIVATE_KEY_FILE"]).read_bytes(),
    client_auth_methods=[PrivateKeyJWT()],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile email",
        "token_endpoint_auth_method": "private_key_jwt",
    },
)
# guide:end


@app.get("/login")
def login():
    return oauth.doorward.authorize_redirect(url_for("auth", _external=True))


@app.get("/auth")
def auth():
    token = oauth.doorward.authorize_access_token()
    session["user"] = token["userinfo"]
    return redirect("/")


@app.get("/logout")
def logout():
    session.pop("user", None)
    return redirect("/")


@app.get("/")
def home():
    user = session.get("user")
    return f"<p>{user['name']} {user['email']}</p>" if user else "<p>You are not signed in.</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
