"""The thread that listens: it has its own stream, polls it, and acknowledges what it remembers."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import random
import socket
import threading
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from . import _strict_json
from ._sets import EVENTS
from .access import Access
from .errors import EventRejected, FetchError, KeysUnavailable, Misconfigured
from .introspection import basic_authorization
from .jwks import check_url, fetch_document, find_address
from .signals import Signals

POLL = "urn:ietf:rfc:8936"
"""Delivery by poll."""
SCOPES = "ssf.manage ssf.read"
"""The scopes of the access token: to manage own streams, and to read them."""
MAX_EVENTS = 100
"""The maximum number of events in an answer."""
MAX_BYTES = 4 * 1024 * 1024
"""The maximum size of an answer."""
TIMEOUT = 25.0
"""The maximum duration of a request. The issuer answers a poll within 20 seconds."""
WAITS = (0.1, 0.2, 0.4, 0.8)
"""The waits after the first failures; then a second, and after a minute `LONG_WAIT`."""
PATIENCE = 60
LONG_WAIT = 5.0
ABSENT_WAIT = 60.0
"""The wait while the issuer does not offer signals, or not to this client."""
EARLY = 30
"""The time before the expiry of an access token at which another is requested, in seconds."""

_log = logging.getLogger("doorward_access")


class _Status(FetchError):
    def __init__(self, status: int) -> None:
        super().__init__(f"the issuer answered with status {status}")
        self.status = status


class Listener:
    """Listens in a thread, for an authenticator with `signals`.

    One listener of a process is enough for all authenticators with the same `Signals`. Each process
    needs its own: start it after a fork.
    """

    def __init__(self, access: Access) -> None:
        """Creates a listener that does not run yet."""
        signals = access.signals
        if signals is None:
            raise Misconfigured("a listener needs an authenticator with the option signals")
        check_url(access.issuer)
        self._access = access
        self._signals: Signals = signals
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._place: tuple[str, str] | None = None
        self._streams: str | None = None
        self._token: tuple[str, float] | None = None
        self._stream: tuple[str, str] | None = None
        self._is_behind = True
        self._ack: list[str] = []
        self._errors: dict[str, dict[str, str]] = {}
        self._failures = 0

    def start(self) -> None:
        """Starts to listen. The thread does not keep the process alive."""
        if self._thread is not None:
            raise Misconfigured("the listener runs already")
        name = "doorward-signals"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops listening and deletes the stream at the issuer."""
        # Read before: the thread then deletes the stream on another connection.
        connection = self._connection
        self._stop.set()
        if connection is not None and connection.sock is not None:
            # Ends a poll that waits for events.
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(TIMEOUT)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                wait = self._advance()
            except Exception:
                # A thread that ends silently would leave the service without revocations.
                _log.exception("the listener failed")
                wait = LONG_WAIT
            self._stop.wait(wait)
        self._end()

    def _advance(self) -> float:
        """Polls once; returns the wait before the next poll."""
        try:
            self._poll()
        except (FetchError, _strict_json.AmbiguousJson, KeysUnavailable) as error:
            return 0.0 if self._stop.is_set() else self._after(error)
        if self._failures:
            _log.info("listening to the issuer's signals again")
        self._failures = 0
        return 0.0

    def _poll(self) -> None:
        if self._streams is None:
            self._streams = self._configuration()
            self._signals.is_offered = True
        if self._token is None or time.monotonic() >= self._token[1]:
            self._token = self._access_token()
        if self._stream is None:
            # The former stream may have had events that were not read.
            self._signals.note_gap()
            self._is_behind = True
            self._stream = self._create(self._streams)
            _log.info("listening to the issuer's signals")
        poll: dict[str, Any] = {
            "maxEvents": MAX_EVENTS,
            "returnImmediately": self._is_behind,
        }
        if self._ack:
            poll["ack"] = self._ack
        if self._errors:
            poll["setErrs"] = self._errors
        try:
            answer = self._json("POST", self._stream[1], poll)
        except _Status as error:
            if error.status == 404:
                self._signals.note_gap()
                self._stream = None
                self._ack, self._errors = [], {}
            raise
        self._ack, self._errors = [], {}
        self._take(answer)

    def _take(self, answer: dict[str, Any]) -> None:
        """Remembers the events of an answer."""
        sets = answer.get("sets")
        if not isinstance(sets, dict):
            raise FetchError("the issuer's answer is malformed")
        try:
            for jti, token in sets.items():
                try:
                    event = self._access.receive_event(str(token))
                    if event.jti != jti:
                        raise EventRejected("invalid_request", "it has another jti")
                    self._ack.append(jti)
                except EventRejected as rejected:
                    _log.warning("signal %s rejected: %s", jti, rejected)
                    self._errors[jti] = {"err": rejected.code, "description": str(rejected)}
        except KeysUnavailable:
            # All of them come again: an acknowledgement also counts for the events before it.
            self._ack, self._errors = [], {}
            raise
        self._is_behind = answer.get("moreAvailable") is True
        if not self._is_behind:
            self._signals.note_heard(self._access.now)

    def _after(self, error: Exception) -> float:
        """Prepares another attempt after a failure; returns the wait before it."""
        self._is_behind = True
        self._close()
        if isinstance(error, _Absent):
            self._streams = None
            if self._signals.is_offered:
                self._signals.is_offered = False
                _log.info("the issuer does not offer signals: a revoked token works until it ends")
            return ABSENT_WAIT
        if isinstance(error, _Status) and error.status == 401:
            self._token = None
        elif not (isinstance(error, _Status) and error.status == 404):
            # The endpoints may have moved.
            self._streams = None
        if not self._failures:
            _log.warning("the issuer's signals cannot be read: %s", error)
        self._failures += 1
        if self._failures > PATIENCE:
            # An administrator has to register the client.
            return ABSENT_WAIT if isinstance(error, _NoToken) else LONG_WAIT
        wait = WAITS[self._failures - 1] if self._failures <= len(WAITS) else 1.0
        # Up to a half less, so that many services do not return at once.
        return wait * random.uniform(0.5, 1)  # noqa: S311

    def _configuration(self) -> str:
        parts = urlsplit(self._access.issuer)
        path = f"/.well-known/ssf-configuration{parts.path.rstrip('/')}"
        url = f"{parts.scheme}://{parts.netloc}{path}"
        try:
            status, body = self._send("GET", url, None, {})
        except _Status as error:
            if error.status == 404:
                raise _Absent("the issuer does not offer signals") from error
            raise
        document = _strict_json.parse_object(body) if status == 200 else {}
        if document.get("issuer") != self._access.issuer:
            raise FetchError("the configuration names another issuer")
        if POLL not in (document.get("delivery_methods_supported") or ()):
            raise _Absent("the issuer does not offer signals by poll")
        return _address(document.get("configuration_endpoint"))

    def _access_token(self) -> tuple[str, float]:
        """Requests an access token by client credentials (RFC 6749 section 4.4)."""
        endpoint = find_address(fetch_document, self._access.issuer, "token_endpoint")
        client = self._signals.client
        headers = {
            "Authorization": basic_authorization(client.client_id, client.client_secret),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = urlencode({"grant_type": "client_credentials", "scope": SCOPES}).encode("ascii")
        try:
            _, body = self._send("POST", endpoint, form, headers)
        except _Status as error:
            if error.status >= 500:
                raise
            hint = "no access token for signals: is this client registered as a receiver?"
            raise _NoToken(hint) from error
        answer = _strict_json.parse_object(body)
        token, life = answer.get("access_token"), _strict_json.as_integer(answer.get("expires_in"))
        if not isinstance(token, str):
            raise FetchError("the issuer's answer is malformed")
        return token, time.monotonic() + (life or 0) - EARLY

    def _create(self, streams: str) -> tuple[str, str]:
        wanted = {
            "delivery": {"method": POLL},
            "events_requested": list(EVENTS),
            "description": self._access.audience,
        }
        answer = self._json("POST", streams, wanted)
        stream, delivery = answer.get("stream_id"), answer.get("delivery")
        if not isinstance(stream, str) or not isinstance(delivery, dict):
            raise FetchError("the issuer's answer is malformed")
        return stream, _address(delivery.get("endpoint_url"))

    def _end(self) -> None:
        self._close()
        if self._streams is not None and self._stream is not None:
            url = f"{self._streams}?{urlencode({'stream_id': self._stream[0]})}"
            try:
                self._send("DELETE", url, None, self._bearer())
            except FetchError as error:
                _log.info("the stream of signals ends after an hour: %s", error)
        self._close()

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token[0]}"} if self._token is not None else {}

    def _json(self, method: str, url: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **self._bearer()}
        _, answer = self._send(method, url, json.dumps(body).encode("utf-8"), headers)
        return _strict_json.parse_object(answer)

    def _send(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Sends a request on the connection of this thread; raises `FetchError`."""
        check_url(url)
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = self._connected(parts.scheme, parts.netloc)
        try:
            connection.request(method, target or "/", body, headers)
            response = connection.getresponse()
            text = response.read(MAX_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            self._close()
            raise FetchError("the issuer cannot be reached") from error
        if len(text) > MAX_BYTES:
            self._close()
            raise FetchError("the issuer's answer is too large")
        if response.status not in (200, 201, 204):
            raise _Status(response.status)
        return response.status, text

    def _connected(self, scheme: str, netloc: str) -> http.client.HTTPConnection:
        known, place = self._connection, (scheme, netloc)
        if known is not None and self._place == place:
            return known
        self._close()
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        self._connection, self._place = kind(netloc, timeout=TIMEOUT), place
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class _Absent(FetchError):
    """An issuer without signals."""


class _NoToken(FetchError):
    """A client that is not registered as a receiver."""


def _address(url: object) -> str:
    if not isinstance(url, str):
        raise FetchError("the issuer's configuration is malformed")
    check_url(url)
    return url
