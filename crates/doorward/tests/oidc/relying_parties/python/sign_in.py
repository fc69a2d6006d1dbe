"""The shortest relying party; docs/guides/relying-parties.md shows what stands between the marks."""


def application(ISSUER, CLIENT_ID, CLIENT_SECRET, SESSION_KEY, **more):
    # guide:begin
    from authlib.integrations.flask_client import OAuth
    from flask import Flask, session, url_for

    app = Flask("relying-party")
    app.secret_key = SESSION_KEY
    oauth = OAuth(app)
    oauth.register(
        "doorward",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email offline_access",
            # Without this Authlib sends no PKCE.
            "code_challenge_method": "S256",
            **more,
        },
    )

    @app.get("/login")
    def login():
        return oauth.doorward.authorize_redirect(url_for("callback", _external=True))

    @app.route("/callback", methods=["GET", "POST"])
    def callback():
        # Checks state and the ID token, not `iss`.
        token = oauth.doorward.authorize_access_token()
        person = oauth.doorward.userinfo(token=token)
        session["person"] = person["sub"]
        return {"token": token, "person": person}

    # guide:end
    return app, oauth.doorward
