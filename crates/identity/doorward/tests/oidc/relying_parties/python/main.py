"""Runs all features of Authlib in a Flask application."""

from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from conversation import SETUP, approve, feature, refusal, walk
from joserfc.jwk import ECKey
from sign_in import application

ISSUER = SETUP["issuer"]
CLIENTS = SETUP["clients"]
BASIC = CLIENTS["basic"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def shows_all(token, person):
    return {"token": token, "person": person}


def party(client, **more):
    """Returns the application of a client, and its registration in Authlib."""
    credentials = client["id"], client.get("secret")
    app, doorward = application(ISSUER, *credentials, "sealed", shows_all, **more)
    # Errors of Authlib reach the test unchanged.
    app.testing = True
    return app, doorward


class Visit:
    """A user who opens the application and is redirected to sign in."""

    def __init__(self, client, app):
        self.back = client["redirect_uri"]
        address = urlsplit(self.back)
        self.origin = f"{address.scheme}://{address.netloc}"
        self.browser = app.test_client()
        self.url = self.browser.get("/login", base_url=self.origin).location

    def comes_back(self, change=lambda url: url):
        """Opens the callback with the response; returns the output of the application."""
        url, fields = walk(self.url, self.back)
        address = urlsplit(change(url))
        path = f"{address.path}?{address.query}"
        if fields:
            return self.browser.post(path, base_url=self.origin, data=fields).json
        return self.browser.get(path, base_url=self.origin).json


def sign_in(client, app):
    return Visit(client, app).comes_back()


def session(client, **more):
    """Returns a session without the Flask integration."""
    endpoint = SERVER["token_endpoint"]
    return OAuth2Session(client["id"], client.get("secret"), token_endpoint=endpoint, **more)


app, doorward = party(BASIC)
SERVER = doorward.load_server_metadata()
feature("discovery", lambda: SERVER["issuer"])

shown = sign_in(BASIC, app)
feature("code", lambda: shown["token"]["userinfo"]["sub"])
feature("userinfo", lambda: shown["person"]["email"])


def another_nonce():
    visit = Visit(BASIC, app)
    with visit.browser.session_transaction(base_url=visit.origin) as kept:
        (state,) = (name for name in kept if name.startswith("_state_"))
        kept[state]["data"]["nonce"] = "another"
        kept.modified = True
    return refusal(visit.comes_back)


def another_state():
    visit = Visit(BASIC, app)
    return refusal(lambda: visit.comes_back(lambda url: url.replace("state=", "state=x")))


feature("nonce", another_nonce)
feature("state", another_state)


def refresh():
    before = shown["token"]
    after = session(BASIC).refresh_token(refresh_token=before["refresh_token"])
    changed = [name for name in ("access_token", "refresh_token") if after[name] != before[name]]
    shown["token"] = {**before, **after}
    same = doorward.userinfo(token=after)["sub"] == shown["person"]["sub"]
    return f"{','.join(changed)} changed, same person: {str(same).lower()}"


def api():
    app, doorward = party(BASIC, scope="openid tasks:read")
    return doorward.get(SETUP["api"], token=sign_in(BASIC, app)["token"]).status_code


feature("refresh", refresh)
feature("api", api)


def email(client, **more):
    return sign_in(client, party(client, **more)[0])["person"]["email"]


POST = {"token_endpoint_auth_method": "client_secret_post"}
feature("client_secret_basic", lambda: email(BASIC))
feature("client_secret_post", lambda: email(CLIENTS["post"], **POST))
# RFC 6749 §2.3.1 requires form encoding of ID and secret; Authlib does not encode them.
feature("strange_secret", lambda: refusal(lambda: email(CLIENTS["strange"])))
feature("public", lambda: email(CLIENTS["open"]))
feature("form_post", lambda: email(BASIC, response_mode="form_post"))


# guide:begin key
class ShortLived(PrivateKeyJWT):
    """Assertions for the issuer that last a minute; Authlib's are for the token endpoint and an hour."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(
            auth.client_secret,
            client_id=auth.client_id,
            token_endpoint=ISSUER,
            alg="ES256",
            expires_in=60,
        )


# guide:end key


def by_key(method):
    client = CLIENTS["key"]
    more = {"scope": "openid email", "redirect_uri": client["redirect_uri"]}
    key = {**client, "secret": ECKey.import_key(client["jwk"])}
    more |= {"token_endpoint_auth_method": method.name, "code_challenge_method": "S256"}
    signing = session(key, **more)
    signing.register_client_auth_method(method)
    verifier, endpoint = generate_token(48), SERVER["authorization_endpoint"]
    url, state = signing.create_authorization_url(endpoint, code_verifier=verifier)
    answer, _ = walk(url, client["redirect_uri"])
    signing.fetch_token(authorization_response=answer, state=state, code_verifier=verifier)
    return signing.get(SERVER["userinfo_endpoint"]).json()["email"]


def private_key_jwt():
    # Authlib's default, for the token endpoint, and one for the issuer, each valid for an hour.
    methods = (PrivateKeyJWT(alg="ES256"), PrivateKeyJWT(ISSUER, alg="ES256"), ShortLived())
    return ", ".join(by_key(method) for method in methods)


feature("private_key_jwt", private_key_jwt)


def device():
    asking = session(CLIENTS["device"])
    endpoint = SERVER["device_authorization_endpoint"]
    wish = {"client_id": asking.client_id, "scope": "openid email"}
    codes = asking.post(endpoint, data=wish, withhold_token=True).json()
    poll = {"grant_type": DEVICE_CODE, "device_code": codes["device_code"]}
    pending = refusal(lambda: asking.fetch_token(**poll))
    approve(codes["verification_uri_complete"])
    # The same device would have to wait before its next poll (RFC 8628 §3.5).
    later = session(CLIENTS["device"])
    codes = later.post(endpoint, data=wish, withhold_token=True).json()
    approve(codes["verification_uri_complete"])
    later.fetch_token(grant_type=DEVICE_CODE, device_code=codes["device_code"])
    return f"{pending}, {later.get(SERVER['userinfo_endpoint']).json()['email']}"


def client_credentials():
    service = session(CLIENTS["service"], scope="tasks:read")
    return service.fetch_token(grant_type="client_credentials")["scope"]


def token_exchange():
    app, _ = party(BASIC, scope="openid tasks:read tasks:write")
    token = sign_in(BASIC, app)["token"]
    narrower = session(CLIENTS["gateway"]).fetch_token(
        grant_type=TOKEN_EXCHANGE,
        subject_token=token["access_token"],
        subject_token_type=ACCESS_TOKEN,
        audience=SETUP["audience"],
        scope="tasks:read",
    )
    return f"{narrower['scope']} {narrower['issued_token_type']}"


feature("device", device)
feature("client_credentials", client_credentials)
feature("token_exchange", token_exchange)


def introspected():
    endpoint, token = SERVER["introspection_endpoint"], shown["token"]["access_token"]
    return session(BASIC).introspect_token(endpoint, token=token).json()


def introspection():
    state = introspected()
    return f"{str(state['active']).lower()} {state['sub']}"


def revocation():
    token = shown["token"]["refresh_token"]
    session(BASIC).revoke_token(SERVER["revocation_endpoint"], token=token).raise_for_status()
    return str(introspected()["active"]).lower()


def logout():
    back = BASIC["post_logout_redirect_uri"]
    sent = doorward.create_logout_url(
        post_logout_redirect_uri=back, id_token_hint=shown["token"]["id_token"]
    )
    url, _ = walk(sent["url"], back)
    return str(url == f"{back}?state={sent['state']}").lower()


feature("introspection", introspection)
feature("revocation", revocation)
feature("logout", logout)
