"""The cache of the issuer's keys, without and with HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import AUDIENCE, NOW, Signer
from doorward_access import Access, FetchError, JwksClient, KeysUnavailable, TokenRejected
from doorward_access.jwks import Document, check_url, fetch_document, max_age


class Issuer:
    """An issuer in memory."""

    url = "https://id.example"

    def __init__(self, *keys: dict[str, object]) -> None:
        self.keys = list(keys)
        self.is_up = True
        self.max_age = 300
        self.fetched: list[str] = []
        self.now = NOW

    def fetch(self, url: str) -> Document:
        self.fetched.append(url)
        if not self.is_up:
            raise FetchError("down")
        if url.endswith("/.well-known/openid-configuration"):
            metadata = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
            return Document(json.dumps(metadata).encode(), 300)
        return Document(json.dumps({"keys": self.keys}).encode(), self.max_age)

    def client(self) -> JwksClient:
        return JwksClient(self.url, clock=lambda: self.now, fetch=self.fetch)


def public(signer: Signer, kid: str) -> dict[str, object]:
    return {**signer.public, "kid": kid}


@pytest.fixture
def issuer(one: Signer) -> Issuer:
    return Issuer(public(one, "one"))


def test_keys_are_fetched_once_while_they_are_fresh(issuer: Issuer) -> None:
    client = issuer.client()
    for _ in range(3):
        assert list(client.keys()) == ["one"]
    assert len(issuer.fetched) == 2
    issuer.now += 300
    client.keys()
    # The address of the keys is cached for an hour.
    assert issuer.fetched[2:] == ["https://id.example/jwks"]


def test_an_unknown_key_is_fetched_within_the_limits(issuer: Issuer, one: Signer) -> None:
    client = issuer.client()
    client.keys()
    issuer.keys.append(public(one, "two"))
    assert "two" in client.keys_for("two")
    before = len(issuer.fetched)
    for _ in range(100):
        assert "three" not in client.keys_for("three")
    assert len(issuer.fetched) == before
    issuer.now += 5
    client.keys_for("three")
    assert len(issuer.fetched) == before + 1


def test_unknown_keys_cause_thirty_fetches_in_ten_minutes(issuer: Issuer) -> None:
    issuer.max_age = 86_400
    client = issuer.client()
    client.keys()
    before = len(issuer.fetched)
    for _ in range(119):
        issuer.now += 5
        client.keys_for("other")
    fetched = [url for url in issuer.fetched[before:] if url.endswith("jwks")]
    assert len(fetched) == 30
    issuer.now += 600
    client.keys_for("other")
    assert [url for url in issuer.fetched[before:] if url.endswith("jwks")][30:]


def test_stale_keys_are_used_for_an_hour_while_the_issuer_is_down(issuer: Issuer) -> None:
    client = issuer.client()
    client.keys()
    issuer.is_up = False
    issuer.now += 300 + 3599
    assert "one" in client.keys()
    assert "one" in client.keys_for("one")
    with pytest.raises(KeysUnavailable):
        client.keys_for("new")
    issuer.now += 1
    with pytest.raises(KeysUnavailable) as unavailable:
        client.keys()
    assert unavailable.value.retry_after == 5


def test_a_failed_fetch_is_repeated_after_five_seconds(issuer: Issuer) -> None:
    issuer.is_up = False
    client = issuer.client()
    for _ in range(10):
        with pytest.raises(KeysUnavailable):
            client.keys()
    assert len(issuer.fetched) == 1
    issuer.is_up = True
    issuer.now += 5
    assert "one" in client.keys()


def test_a_token_does_not_outlive_its_key(issuer: Issuer, one: Signer) -> None:
    access = Access(issuer.url, AUDIENCE, keys=issuer.client(), clock=lambda: issuer.now, leeway=60)
    token = one.token(exp=NOW + 86_400)
    assert access.authenticate_token(token).subject == "alice"
    issuer.keys = []
    issuer.now += 300
    with pytest.raises(TokenRejected) as rejected:
        access.authenticate_token(token)
    assert rejected.value.code == "unknown_key"


def test_concurrent_callers_share_one_fetch(issuer: Issuer) -> None:
    client = issuer.client()
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        client.keys()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(issuer.fetched) == 2


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"[]",
        b"{}",
        b'{"issuer":"https://evil.example","jwks_uri":"https://id.example/jwks"}',
        b'{"issuer":"https://id.example"}',
        b'{"issuer":"https://id.example","jwks_uri":"http://id.example/jwks"}',
        b'{"issuer":"https://id.example","issuer":"https://id.example","jwks_uri":"https://a"}',
    ],
)
def test_wrong_metadata_is_an_outage(metadata: bytes) -> None:
    client = JwksClient("https://id.example", fetch=lambda _: Document(metadata, 300))
    with pytest.raises(KeysUnavailable):
        client.keys()


@pytest.mark.parametrize(
    ("url", "is_accepted"),
    [
        ("https://id.example", True),
        ("https://id.example:8443/a?b", True),
        ("http://localhost:8400", True),
        ("http://127.0.0.1:8400", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8400", True),
        ("http://id.example", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://user@id.example", False),
        ("https://user:password@id.example", False),
        ("https://id.example/#a", False),
        ("ftp://id.example", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("id.example", False),
        ("", False),
    ],
)
def test_addresses(url: str, is_accepted: bool) -> None:
    if is_accepted:
        check_url(url)
    else:
        with pytest.raises(FetchError):
            check_url(url)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", 300),
        ("max-age=600", 600),
        ("public, MAX-AGE=600", 600),
        ('max-age="600"', 600),
        ("max-age=1", 30),
        ("max-age=99999999", 86_400),
        ("max-age=-5", 300),
        ("max-age=abc", 300),
        ("no-store, max-age=600", 30),
        ("no-cache", 30),
    ],
)
def test_freshness(value: str, seconds: int) -> None:
    assert max_age({"Cache-Control": value} if value else {}) == seconds


class Handler(BaseHTTPRequestHandler):
    """Responses that a fetch must not accept."""

    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        self.send_response(500 if self.path == "/error" else 200)
        self.send_header("Cache-Control", "max-age=60")
        self.end_headers()
        self.wfile.write(b"a" * (70_000 if self.path == "/large" else 10))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_documents_are_fetched(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # No proxy of the environment decides which keys are trusted.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetch_document(f"{server}/good") == Document(b"a" * 10, 60)
    for path in ("/redirect", "/error", "/large"):
        with pytest.raises(FetchError):
            fetch_document(f"{server}{path}")
    with pytest.raises(FetchError):
        fetch_document("http://127.0.0.1:1/")
