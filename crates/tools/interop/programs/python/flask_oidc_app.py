# guide:begin
import os

from flask import Flask, g
from flask_oidc import OpenIDConnect

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SESSION_SECRET"]
app.config["OIDC_SCOPES"] = "openid profile email"
app.config["OIDC_CLIENT_SECRETS"] = {
    "web": {
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
        "issuer": os.environ["ISSUER"],
    }
}
oidc = OpenIDConnect(app)


@app.route("/")
def home():
    if not oidc.user_loggedin:
        return "<p>You are not signed in.</p>"
    user = g.oidc_user.profile
    return f"<p>{user['name']} {user['email']}</p>"
# guide:end


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
