"""flask-oidc with the groups of the user."""

import os

from flask import Flask, g
from flask_oidc import OpenIDConnect

app = Flask(__name__)
app.config["SECRET_KEY"] = "interop"
app.config["OIDC_CLIENT_SECRETS"] = {
    "web": {
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
        "issuer": os.environ["ISSUER"],
    }
}
# guide:begin
app.config["OIDC_SCOPES"] = "openid profile email groups"
# guide:end
oidc = OpenIDConnect(app)


@app.route("/")
def home():
    if not oidc.user_loggedin:
        return "<p>You are not signed in.</p>"
    user = g.oidc_user
    return f"<p>{user.profile['name']} {user.email} {', '.join(user.groups)}</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
