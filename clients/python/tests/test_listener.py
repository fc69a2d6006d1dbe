"""The thread that listens, with a transmitter in memory."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import AUDIENCE, NOW, Signer
from doorward_access import (
    Access,
    Denied,
    FixedKeys,
    HttpRequest,
    KeySet,
    Listener,
    Misconfigured,
    Signals,
    SignalsClient,
    TokenRejected,
    WhenCut,
)

CLIENT = SignalsClient("tasks-api", "a secret")
REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
LONG_POLL = 0.05


class Transmitter:
    """A transmitter as far as a receiver sees it."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.is_absent = self.is_cut = False
        self.tokens: list[str] = []
        self.streams: set[str] = set()
        self.created = self.deleted = 0
        self.events: list[tuple[str, str]] = []
        self.done: set[str] = set()
        self.errors: dict[str, Any] = {}
        transmitter = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                self._answer(None)

            def do_POST(self) -> None:  # noqa: N802
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def do_DELETE(self) -> None:  # noqa: N802
                self._answer(None)

            def _answer(self, body: bytes | None) -> None:
                sent = self.headers.get("Authorization", "")
                status, answer = transmitter.answer(self.command, self.path, sent, body)
                text = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                # The listener leaves a poll when it stops.
                with contextlib.suppress(OSError):
                    self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.uri = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method: str, path: str, sent: str, body: bytes | None) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.uri, "token_endpoint": f"{self.uri}/token"}
        if self.is_cut:
            return 503, None
        if path == "/.well-known/ssf-configuration":
            if self.is_absent:
                return 404, None
            return 200, {
                "issuer": self.uri,
                "configuration_endpoint": f"{self.uri}/streams",
                "delivery_methods_supported": ["urn:ietf:rfc:8936"],
            }
        if path == "/token":
            assert sent.startswith("Basic ")
            assert parse_qs(body.decode()) == {
                "grant_type": ["client_credentials"],
                "scope": ["ssf.manage ssf.read"],
            }
            self.tokens.append(f"Bearer t{len(self.tokens)}")
            return 200, {"access_token": self.tokens[-1][7:], "expires_in": 300}
        if sent not in self.tokens:
            return 401, None
        return self.stream(method, path, body)

    def stream(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        if method == "DELETE":
            self.streams.remove(parse_qs(urlsplit(path).query)["stream_id"][0])
            self.deleted += 1
            return 204, None
        sent = json.loads(body)
        if path == "/streams":
            assert sent["delivery"]["method"] == "urn:ietf:rfc:8936"
            name = f"s{self.created}"
            self.created += 1
            self.streams.add(name)
            self.done.clear()
            return 201, {"stream_id": name, "delivery": {"endpoint_url": f"{self.uri}/poll/{name}"}}
        if path.removeprefix("/poll/") not in self.streams:
            return 404, None
        self.errors |= sent.get("setErrs", {})
        self.done |= {*sent.get("ack", ()), *sent.get("setErrs", ())}
        open_events = [one for one in self.events if one[0] not in self.done]
        if not open_events and not sent["returnImmediately"]:
            time.sleep(LONG_POLL)
        return 200, {"sets": dict(open_events[:2]), "moreAvailable": len(open_events) > 2}

    def end_session(self, jti: str, sid: str, signer: Signer | None = None) -> None:
        subject = {"format": "complex", "session": {"format": "opaque", "id": sid}}
        claims = {
            "iss": self.uri,
            "aud": CLIENT.client_id,
            "iat": NOW,
            "jti": jti,
            "sub_id": subject,
            "events": {REVOKED: {"event_timestamp": NOW}},
        }
        token = (signer or self.signer).sign(claims, typ="secevent+jwt", kid="one")
        self.events.append((jti, token))


@pytest.fixture
def transmitter(one: Signer) -> Iterator[Transmitter]:
    found = Transmitter(one)
    yield found
    found.server.shutdown()


class Guard:
    """A service that listens."""

    def __init__(self, transmitter: Transmitter, key_set: KeySet, when_cut: WhenCut) -> None:
        self.now = NOW
        self.signals = Signals(CLIENT, when_cut=when_cut)
        self.access = Access(
            transmitter.uri,
            AUDIENCE,
            keys=FixedKeys(key_set),
            signals=self.signals,
            clock=lambda: self.now,
        )
        self.token = transmitter.signer.token(iss=transmitter.uri, sid="s1")
        self.listener = Listener(self.access)

    def until_current(self) -> None:
        until(lambda: self.signals.is_current(self.now))

    def reason(self) -> str | None:
        try:
            self.access.authenticate_token(self.token)
        except TokenRejected as rejected:
            return str(rejected)
        return None


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.005)


def test_session_ends(transmitter: Transmitter, key_set: KeySet) -> None:
    guard = Guard(transmitter, key_set, WhenCut.CONTINUE)
    guard.listener.start()
    guard.until_current()
    assert guard.reason() is None
    for number in range(4):
        transmitter.end_session(f"e{number}", f"other-{number}")
    transmitter.end_session("mine", "s1")
    until(lambda: len(transmitter.done) == 5)
    assert guard.reason() == "the session was ended"
    with pytest.raises(Denied) as denied:
        guard.access.authenticate(
            HttpRequest("GET", "/", [("Authorization", f"Bearer {guard.token}")])
        )
    assert (denied.value.status, denied.value.error) == (401, "invalid_token")
    guard.listener.stop()
    assert (transmitter.created, transmitter.deleted) == (1, 1)


def test_stop_does_not_wait_for_poll(transmitter: Transmitter, key_set: KeySet) -> None:
    guard = Guard(transmitter, key_set, WhenCut.CONTINUE)
    guard.listener.start()
    guard.until_current()
    begun = time.monotonic()
    guard.listener.stop()
    assert time.monotonic() - begun < 5
    with pytest.raises(Misconfigured):
        guard.listener.start()


def test_cut_is_followed_by_the_choice(transmitter: Transmitter, key_set: KeySet) -> None:
    guard = Guard(transmitter, key_set, WhenCut.REJECT)
    with pytest.raises(Denied) as denied:
        guard.access.authenticate(
            HttpRequest("GET", "/", [("Authorization", f"Bearer {guard.token}")])
        )
    assert denied.value.status == 503, "nothing is known yet"
    guard.listener.start()
    guard.until_current()
    transmitter.is_cut = True
    time.sleep(4 * LONG_POLL)
    guard.now += 31
    assert guard.signals.age(guard.now) == 31
    assert not guard.signals.is_current(guard.now)
    transmitter.end_session("mine", "s1")
    transmitter.is_cut = False
    begun = time.monotonic()
    until(lambda: "mine" in transmitter.done)
    assert time.monotonic() - begun < 2
    assert guard.reason() == "the session was ended"
    assert transmitter.created == 1
    guard.listener.stop()


def test_ended_stream_is_replaced(transmitter: Transmitter, key_set: KeySet) -> None:
    guard = Guard(transmitter, key_set, WhenCut.CONTINUE)
    guard.listener.start()
    guard.until_current()
    transmitter.streams.clear()
    transmitter.tokens.clear()
    transmitter.end_session("mine", "s1")
    until(lambda: "mine" in transmitter.done)
    assert transmitter.created == 2
    assert guard.reason() == "the session was ended"
    guard.listener.stop()


def test_bad_events_are_reported(
    transmitter: Transmitter, key_set: KeySet, holder: Signer
) -> None:
    guard = Guard(transmitter, key_set, WhenCut.CONTINUE)
    guard.listener.start()
    transmitter.end_session("forged", "s1", holder)
    transmitter.events.append(("broken", "e.e"))
    until(lambda: len(transmitter.errors) == 2)
    codes = {jti: error["err"] for jti, error in transmitter.errors.items()}
    # The key has another algorithm than the header names.
    assert codes == {"forged": "invalid_request", "broken": "invalid_request"}
    assert guard.reason() is None
    guard.listener.stop()


def test_service_without_signals_goes_on(transmitter: Transmitter, key_set: KeySet) -> None:
    transmitter.is_absent = True
    guard = Guard(transmitter, key_set, WhenCut.CONTINUE)
    guard.listener.start()
    until(lambda: not guard.signals.is_offered)
    assert guard.reason() is None
    assert guard.signals.age(NOW) is None
    guard.listener.stop()


def test_listener_needs_signals(access: Access) -> None:
    with pytest.raises(Misconfigured):
        Listener(access)
    with pytest.raises(Misconfigured):
        access.receive_event("e.e.e")
    signals = Signals(CLIENT, when_cut=WhenCut.INTROSPECT)
    with pytest.raises(Misconfigured):
        Access("https://id.example", AUDIENCE, signals=signals)
