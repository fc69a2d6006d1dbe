"""The shortest client; docs/guides/connect/authlib.md contains the code between the marks."""


def application(ISSUER, CLIENT_ID, CLIENT_SECRET, SESSION_KEY, signed_in, **more):
    # guide:begin
    from authlib.integrations.flask_client import OAuth
    from flask import Flask, abort, url_for

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
            # Without this, Authlib does not use PKCE.
            "code_challenge_method": "S256",
        },
    )

    @app.get("/login")
    def login():
        return oauth.doorward.authorize_redirect(url_for("callback", _external=True))

    @app.route("/callback", methods=["GET", "POST"])
    def callback():
        # Checks state and the ID token.
        token = oauth.doorward.authorize_access_token()
        person = oauth.doorward.userinfo(token=token)
        # OpenID Connect Core §5.3.2: your application must check this.
        if person["sub"] != token["userinfo"]["sub"]:
            abort(502)
        # Your code: store the tokens on the server, start a session, show a page.
        return signed_in(token, person)

    # guide:end
    oauth.doorward.client_kwargs.update(more)
    return app, oauth.doorward
