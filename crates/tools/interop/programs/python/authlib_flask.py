# guide:begin
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
oauth = OAuth(app)
oauth.register(
    name="doorward",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email"},
)


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
# guide:end


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
