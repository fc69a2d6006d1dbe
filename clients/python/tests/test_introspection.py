"""API keys, reference tokens and large tokens, which the issuer is asked about."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import test_drf  # noqa: F401  (configures Django)
from django.test import override_settings
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from conftest import AUDIENCE, ISSUER, NOW, Signer
from doorward_access import (
    KEYS_AND_REFERENCE_TOKENS,
    SIGNED_TOKENS_AND_KEYS,
    AcceptedCredentials,
    Access,
    Assurance,
    Denied,
    FetchError,
    FixedKeys,
    HttpRequest,
    IntrospectionClient,
    IntrospectionUnavailable,
    KeySet,
    Misconfigured,
    Principal,
    Requirement,
    Signals,
    SignalsClient,
    TokenRejected,
    WhenCut,
)
from doorward_access.drf import Authentication, HasPermission
from doorward_access.fastapi import Guard
from doorward_access.introspection import Introspector, Kind, ResponseTooLarge
from doorward_access.jwks import Document
from doorward_access.principal import Confirmation
from doorward_access.signals import Revocation

CLIENT = IntrospectionClient("tasks api", "s:cret")
ENDPOINT = f"{ISSUER}/oauth2/introspect"


class Issuer:
    """An issuer in memory: says what the test sets, and remembers what it was asked."""

    def __init__(self) -> None:
        self.now = NOW
        self.asked: list[dict[str, str]] = []
        self.answer: Any = self.good()
        self.introspector = Introspector(
            ISSUER, AUDIENCE, CLIENT, clock=self.clock, fetch=self.fetch, post=self.post
        )

    def clock(self) -> int:
        return self.now

    def good(self, **changes: Any) -> dict[str, Any]:
        answer = {
            "active": True,
            "token_type": "api_key",
            "sub": "alice",
            "client_id": "dw_1",
            "jti": "dw_1",
            "scope": "tasks:read",
            "entitlements": ["tasks:read"],
            "aud": [AUDIENCE],
            "iss": ISSUER,
            "exp": NOW + 1000,
        }
        answer |= changes
        return {name: value for name, value in answer.items() if value is not ...}

    def token(self, **changes: Any) -> dict[str, Any]:
        return self.good(**({"token_type": "Bearer", "client_id": "web", "jti": "t1"} | changes))

    def fetch(self, url: str) -> Document:
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        metadata = {"issuer": ISSUER, "introspection_endpoint": ENDPOINT}
        return Document(json.dumps(metadata).encode(), 300)

    def post(self, url: str, fields: dict[str, str], client: IntrospectionClient) -> bytes:
        assert (url, client) == (ENDPOINT, CLIENT)
        self.asked.append(fields)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()

    def ask(self, key: str = "dw_key", kind: Kind = Kind.API_KEY) -> Principal:
        return self.introspector.introspect(kind, key, "192.0.2.1")

    def code(self, key: str = "dw_key", kind: Kind = Kind.API_KEY) -> str:
        with pytest.raises(TokenRejected) as rejected:
            self.ask(key, kind)
        return rejected.value.code


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def access_of(issuer: Issuer, keys: KeySet, **options: Any) -> Access:
    return Access(
        ISSUER,
        AUDIENCE,
        keys=FixedKeys(keys),
        clock=issuer.clock,
        introspection=issuer.introspector,
        **{"accepts": SIGNED_TOKENS_AND_KEYS, **options},
    )


@pytest.fixture
def access(issuer: Issuer, key_set: KeySet) -> Access:
    return access_of(issuer, key_set)


def request(address: str | None = "192.0.2.1", **headers: str) -> HttpRequest:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return HttpRequest("GET", "/", fields, address=address)


def denied(access: Access, asked: HttpRequest, **options: Any) -> Denied:
    with pytest.raises(Denied) as raised:
        access.authenticate(asked, **options)
    return raised.value


def test_key_has_the_rights_of_its_owner(issuer: Issuer, access: Access) -> None:
    issuer.answer = issuer.good(tier="gold")
    caller = access.authenticate(request(x_api_key="dw_key"))
    assert (caller.subject, caller.credential, caller.jti) == ("alice", "api_key", "dw_1")
    assert (caller.is_service, caller.email_verified, caller.acr) == (False, False, None)
    assert caller.claims["tier"] == "gold"
    access.permit(caller, Requirement.of("tasks:read"))
    assert issuer.asked == [
        {"token": "dw_key", "token_type_hint": "api_key", "client_address": "192.0.2.1"}
    ]


def test_key_cannot_sign_in(access: Access) -> None:
    caller = access.authenticate(request(x_api_key="dw_key"))
    for wanted in (Assurance(max_age=300), Assurance(("aal2",))):
        with pytest.raises(Denied) as raised:
            access.require_sign_in(caller, wanted)
        assert (raised.value.status, raised.value.challenges) == (403, ())
        assert raised.value.reasons[0].code == "user_required"


def test_answers_are_cached(issuer: Issuer) -> None:
    assert issuer.ask().subject == "alice"
    issuer.answer = {"active": False}
    issuer.now += 29
    assert issuer.ask().subject == "alice"
    assert len(issuer.asked) == 1
    issuer.now += 1
    assert (issuer.code(), issuer.code(), len(issuer.asked)) == ("inactive", "inactive", 2)
    issuer.answer = issuer.good()
    issuer.now += 4
    assert issuer.code() == "inactive"
    issuer.now += 1
    assert issuer.ask().subject == "alice"
    # Another address causes another request.
    issuer.introspector.introspect(Kind.API_KEY, "dw_key", "192.0.2.2")
    assert len(issuer.asked) == 4


def test_cached_answer_ends_with_the_key(issuer: Issuer) -> None:
    issuer.answer = issuer.good(exp=NOW + 10)
    assert issuer.ask().subject == "alice"
    issuer.now += 9
    assert issuer.ask().subject == "alice"
    issuer.now += 1
    assert issuer.code() == "inactive"


def test_cached_answer_from_before_a_revocation_is_not_used(
    issuer: Issuer, key_set: KeySet
) -> None:
    """A key may outlive the sessions of its user: the issuer decides, but not from the cache."""
    signals = Signals(SignalsClient("tasks api", "s:cret"))
    access = access_of(issuer, key_set, signals=signals)
    for _ in range(2):
        access.authenticate_key("dw_key")
    assert len(issuer.asked) == 1
    issuer.now += 1
    ended = Revocation("subject", ("alice",), issuer.now, "the session was ended", None)
    signals.record(ended, issuer.now)
    issuer.now += 1
    for _ in range(2):
        access.authenticate_key("dw_key")
    assert len(issuer.asked) == 2


def test_concurrent_callers_share_a_request(issuer: Issuer) -> None:
    found: list[str] = []
    ask = [threading.Thread(target=lambda: found.append(issuer.ask().subject)) for _ in range(20)]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()
    assert (found, len(issuer.asked)) == (["alice"] * 20, 1)


OUTAGES = [FetchError("away"), b"", b"[]", {"active": "true"}, {"active": True, "exp": "x"}]


@pytest.mark.parametrize("answer", OUTAGES)
def test_unavailable_issuer_denies_access(issuer: Issuer, access: Access, answer: Any) -> None:
    assert issuer.ask("dw_known").subject == "alice"
    issuer.answer = answer
    for key in ("dw_new", "dw_other"):
        with pytest.raises(IntrospectionUnavailable):
            issuer.ask(key)
    # The issuer is not asked again immediately, and known answers stay valid.
    assert len(issuer.asked) == 2
    assert issuer.ask("dw_known").subject == "alice"
    outage = denied(access, request(x_api_key="dw_new"))
    assert (outage.status, outage.retry_after, outage.challenges) == (503, 2, ())
    issuer.now += 30
    with pytest.raises(IntrospectionUnavailable):
        issuer.ask("dw_known")
    issuer.answer = issuer.good()
    issuer.now += 2
    assert issuer.ask("dw_known").subject == "alice"


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"token_type": "Bearer"},
        {"token_type": None},
        {"aud": ["https://other.example/api"]},
        {"aud": []},
        {"aud": ...},
        {"iss": "https://other.example"},
        {"exp": NOW},
        {"sub": None},
        {"client_id": None},
    ],
)
def test_other_answers_are_inactive(issuer: Issuer, changes: dict[str, Any]) -> None:
    issuer.answer = issuer.good(**changes)
    assert issuer.code() == "inactive"


def test_a_key_is_no_token_and_a_token_no_key(issuer: Issuer) -> None:
    assert issuer.code(kind=Kind.REFERENCE_TOKEN) == "inactive"
    issuer.answer = issuer.token()
    assert issuer.code() == "inactive"
    assert issuer.ask("opaque", Kind.REFERENCE_TOKEN).credential == "reference_token"
    for impossible in ("", "x" * 513, "k\u00e9y"):
        assert issuer.code(impossible) == "inactive"
    assert len(issuer.asked) == 3


@pytest.mark.parametrize(
    ("overage", "is_whole"), [("roles", False), ("groups", False), ("entitlements", True)]
)
def test_truncated_answer_has_no_caller(issuer: Issuer, overage: str, is_whole: bool) -> None:
    issuer.answer = issuer.good(overage=[overage])
    if is_whole:
        assert issuer.ask().subject == "alice"
    else:
        assert issuer.code() == "too_many_groups"


def test_too_large_answer_is_about_its_caller_only(issuer: Issuer, access: Access) -> None:
    issuer.answer = ResponseTooLarge("too large")
    assert issuer.code() == "too_many_groups"
    rejected = denied(access, request(x_api_key="dw_key"))
    assert (rejected.status, "roles and groups" in rejected.detail) == (401, True)
    issuer.answer = issuer.good()
    assert issuer.ask("dw_other").subject == "alice"


def test_reference_tokens(issuer: Issuer, key_set: KeySet, one: Signer) -> None:
    access = access_of(issuer, key_set, accepts=KEYS_AND_REFERENCE_TOKENS)
    issuer.answer = issuer.token()
    caller = access.authenticate(request(authorization="Bearer opaque"))
    assert (caller.credential, caller.client_id) == ("reference_token", "web")
    assert issuer.asked == [{"token": "opaque", "token_type_hint": "access_token"}]
    signed = request(authorization=f"Bearer {one.token()}")
    assert denied(access, signed).detail == "tokens of this kind are not accepted here"
    both = AcceptedCredentials(reference_tokens=True)
    assert access.authenticate(signed, both).credential == "signed_token"
    issuer.answer = {"active": False}
    rejected = denied(access, request(authorization="Bearer other"))
    assert (rejected.status, rejected.error) == (401, "invalid_token")


def test_bound_reference_token_is_no_bearer_token(issuer: Issuer, key_set: KeySet) -> None:
    access = access_of(issuer, key_set, accepts=KEYS_AND_REFERENCE_TOKENS)
    for number, changes in enumerate([{"cnf": {"jkt": "a"}}, {"token_type": "DPoP"}]):
        issuer.answer = issuer.token(**changes)
        assert denied(access, request(authorization=f"Bearer opaque{number}")).status == 401
    issuer.answer = issuer.token(token_type="dpop")
    assert issuer.ask("x", Kind.REFERENCE_TOKEN).confirmation == Confirmation()


def test_large_token_is_completed(issuer: Issuer, key_set: KeySet, one: Signer) -> None:
    token = one.token(overage=["roles", "groups"], roles=["a"])
    issuer.answer = issuer.token(roles=["a", "b"], groups=["/c"], jti="t1")
    access = access_of(issuer, key_set)
    caller = access.authenticate_token(token)
    assert (caller.roles, caller.groups, caller.credential) == (("a", "b"), ("/c",), "signed_token")
    assert caller.claims["client_id"] == "tasks-web"
    alone = Access(ISSUER, AUDIENCE, keys=FixedKeys(key_set), clock=issuer.clock)
    with pytest.raises(TokenRejected, match="introspection"):
        alone.authenticate_token(token)
    issuer.answer = issuer.token(jti="another")
    issuer.now += 30
    with pytest.raises(TokenRejected, match="not valid for this resource"):
        access.authenticate_token(token)


def test_bound_token_stays_bound_in_a_cut(issuer: Issuer, key_set: KeySet, one: Signer) -> None:
    # The response says nothing about the key.
    issuer.answer = issuer.token(roles=["less"], jti="t1")
    signals = Signals(SignalsClient("guard", "secret"), when_cut=WhenCut.INTROSPECT)
    access = access_of(issuer, key_set, signals=signals)
    caller = access.authenticate_token(one.token(cnf={"jkt": one.jkt}))
    assert (caller.roles, caller.confirmation) == (("less",), Confirmation(jkt=one.jkt))
    assert caller.client_id == "tasks-web"


def test_invalid_keys_lock_an_address_out(issuer: Issuer, access: Access) -> None:
    issuer.answer = {"active": False}
    for number in range(10):
        rejected = denied(access, request(x_api_key=f"dw_{number}"))
        assert (rejected.status, rejected.problem) == (401, "urn:doorward:problem:invalid-key")
        assert str(rejected.challenges[0]).startswith(f'Bearer realm="{AUDIENCE}"')
        assert rejected.error is None
    issuer.answer = issuer.good()
    locked = denied(access, request(x_api_key="dw_good"))
    assert (locked.status, locked.retry_after) == (429, 900)
    mapped = request("::ffff:192.0.2.1", x_api_key="dw_good")
    assert denied(access, mapped).status == 429
    assert access.authenticate(request("192.0.2.2", x_api_key="dw_good")).subject == "alice"
    issuer.now += 900
    assert access.authenticate(request(x_api_key="dw_good")).subject == "alice"


def test_network_of_ipv6_counts_as_one_address(issuer: Issuer, access: Access) -> None:
    issuer.answer = {"active": False}
    for number in range(10):
        denied(access, request(f"2001:db8::{number:x}", x_api_key=f"dw_{number}"))
    assert denied(access, request("2001:db8::ffff", x_api_key="x")).status == 429
    assert denied(access, request("2001:db8:0:1::1", x_api_key="x")).status == 401


def test_keys_are_accepted_only_where_named(issuer: Issuer, key_set: KeySet) -> None:
    plain = access_of(issuer, key_set, accepts=AcceptedCredentials())
    rejected = denied(plain, request(x_api_key="dw_key"))
    assert (rejected.status, rejected.problem) == (401, "urn:doorward:problem:token-required")
    assert "X-API-Key" not in rejected.detail
    accepted = plain.authenticate(request(x_api_key="dw_key"), SIGNED_TOKENS_AND_KEYS)
    assert accepted.credential == "api_key"
    for accepts, named in [
        (SIGNED_TOKENS_AND_KEYS, ("Bearer", "X-API-Key")),
        (AcceptedCredentials(signed_tokens=False, api_keys=True), ("an API key in",)),
    ]:
        detail = plain.no_token(accepts).detail
        assert all(word in detail for word in named), detail
    for accepts in (SIGNED_TOKENS_AND_KEYS, KEYS_AND_REFERENCE_TOKENS):
        with pytest.raises(Misconfigured, match="introspection"):
            Access(ISSUER, AUDIENCE, accepts=accepts)


def test_no_secret_is_shown() -> None:
    assert "s:cret" not in repr(CLIENT)


class KeyAuthentication(Authentication):
    accepts = SIGNED_TOKENS_AND_KEYS


class KeyView(APIView):
    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasPermission("tasks:read"),)

    def get(self, request: Any) -> Response:
        return Response({"user": str(request.user), "credential": request.auth.credential})


def test_rest_framework(issuer: Issuer, key_set: KeySet, one: Signer) -> None:
    options = {
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "KEYS": FixedKeys(key_set),
        "CLOCK": issuer.clock,
        "INTROSPECTION": issuer.introspector,
    }
    with override_settings(DOORWARD_ACCESS=options):
        view, factory = KeyView.as_view(), APIRequestFactory()
        response = view(factory.get("/", headers={"x-api-key": "dw_key"}))
        assert (response.status_code, response.data["credential"]) == (200, "api_key")
        assert issuer.asked[0]["client_address"] == "127.0.0.1"
        response = view(factory.get("/", headers={"authorization": f"Bearer {one.token()}"}))
        assert (response.status_code, response.data["credential"]) == (200, "signed_token")
        assert view(factory.get("/")).status_code == 401
        # Views of the other class do not accept it.
        assert APIClient().get("/scope/", headers={"x-api-key": "dw_key"}).status_code == 401
        issuer.answer = {"active": False}
        response = view(factory.get("/", headers={"x-api-key": "dw_other"}))
        assert response.status_code == 401
    with override_settings(DOORWARD_ACCESS={**options, "ACCEPTS": SIGNED_TOKENS_AND_KEYS}):
        issuer.answer, issuer.now = issuer.good(), NOW + 5
        headers = {"x-api-key": "dw_settings"}
        assert APIClient().get("/permission/", headers=headers).status_code == 200


def test_fastapi(issuer: Issuer, key_set: KeySet) -> None:
    guard = Guard(access_of(issuer, key_set, accepts=AcceptedCredentials()))
    app = FastAPI()
    with_keys = guard.accepting(SIGNED_TOKENS_AND_KEYS).permission("tasks:read")

    @app.get("/keys")
    def keys(caller: Principal = Depends(with_keys)) -> str:  # noqa: B008
        return caller.credential

    @app.get("/tokens")
    def tokens(caller: Principal = Depends(guard)) -> str:  # noqa: B008
        return caller.credential

    client = TestClient(app)
    headers = {"X-API-Key": "dw_key"}
    assert client.get("/keys", headers=headers).json() == "api_key"
    assert client.get("/tokens", headers=headers).status_code == 401


class Handler(BaseHTTPRequestHandler):
    """An introspection endpoint that shows what it received."""

    def do_GET(self) -> None:
        host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        metadata = {"issuer": host, "introspection_endpoint": f"{host}/introspect"}
        self._send(200, json.dumps(metadata).encode())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        key = form["token"][0]
        if key.isdigit():
            self._send(int(key), b'{"active":true}')
            return
        answer = {
            "active": True,
            "token_type": "api_key",
            "sub": key,
            "client_id": self.headers["Authorization"],
            "jti": form["token_type_hint"][0],
            "aud": [AUDIENCE],
            "sid": "x" * (600_000 if key == "large" else 1),
        }
        self._send(200, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "/introspect")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_requests_over_http(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # No proxy of the environment receives the secret.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    asking = Introspector(server, AUDIENCE, CLIENT)
    caller = asking.introspect(Kind.API_KEY, "a&b=c d", "192.0.2.1")
    # RFC 6749 section 2.3.1: both parts are form-encoded: `tasks+api:s%3Acret`.
    assert caller.client_id == "Basic dGFza3MrYXBpOnMlM0FjcmV0"
    assert (caller.subject, caller.jti) == ("a&b=c d", "api_key")
    with pytest.raises(TokenRejected, match="roles and groups"):
        asking.introspect(Kind.API_KEY, "large")
    for status in (302, 400, 401, 404, 429, 500, 503):
        with pytest.raises(IntrospectionUnavailable):
            Introspector(server, AUDIENCE, CLIENT).introspect(Kind.API_KEY, str(status))
    with pytest.raises(FetchError):
        Introspector("http://id.example", AUDIENCE, CLIENT)
