"""The issuer's keys, cached and refreshed."""

from __future__ import annotations

import http.client
import ipaddress
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from . import _strict_json
from .errors import FetchError, JwksError, KeysUnavailable
from .keys import KeySet

STALE = 3600
"""The time in seconds for which stale keys are used while the issuer is unavailable."""
UNKNOWN_KID_INTERVAL = 5
"""The minimum interval in seconds between fetches caused by an unknown `kid`."""
UNKNOWN_KID_FETCHES = 30
"""The maximum number of fetches caused by unknown `kid`s in `UNKNOWN_KID_WINDOW`."""
UNKNOWN_KID_WINDOW = 600
"""The window of `UNKNOWN_KID_FETCHES` in seconds."""
RETRY = 5
"""The wait after a failed fetch in seconds."""
METADATA_AGE = 3600
"""The cache time of a `jwks_uri` in seconds."""
MAX_BYTES = 64 * 1024
"""The maximum size of a document."""
DEFAULT_MAX_AGE = 300
"""The time in seconds for which a key set without `Cache-Control: max-age` is fresh."""
MAX_AGE_BOUNDS = (30, 24 * 3600)
"""The bounds of the issuer's `max-age` in seconds."""
TIMEOUT = 5.0
"""The maximum duration of a fetch in seconds."""

_log = logging.getLogger("doorward_access")


@dataclass(frozen=True)
class Document:
    """A fetched document."""

    body: bytes
    max_age: int
    """The time in seconds for which it is fresh."""


Fetch = Callable[[str], Document]
"""Fetches a URL; raises `FetchError`."""


class JwksClient:
    """A client that fetches and caches the keys of one issuer; safe for use by several threads.

    Keys are fresh as long as `Cache-Control: max-age` says. Concurrent callers share one fetch. An
    unknown `kid` causes a fetch, at most once in 5 seconds and 30 times in ten minutes. While the
    issuer is unavailable, its keys are used for one more hour.
    """

    def __init__(
        self,
        issuer: str,
        *,
        clock: Callable[[], int] | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        check_url(issuer)
        self._issuer = issuer
        self._clock = clock or (lambda: int(time.time()))
        self._fetch = fetch or fetch_document
        # Held during a fetch, so that concurrent callers share it.
        self._lock = threading.Lock()
        self._snapshot: tuple[KeySet, int] | None = None
        self._last: tuple[int, bool] | None = None
        self._unknown_kids = _UnknownKids()
        self._jwks_uri: tuple[str, int] | None = None

    def keys(self) -> KeySet:
        """Returns the keys; fetches them if they are not fresh. Raises `KeysUnavailable`."""
        now = self._clock()
        keys = self._usable(now, 0)
        if keys is not None:
            return keys
        if not self._lock.acquire(blocking=False):
            # Another caller is fetching: use the old keys meanwhile.
            keys = self._usable(now, STALE)
            if keys is not None:
                return keys
            self._lock.acquire()
        try:
            return self._refreshed()
        finally:
            self._lock.release()

    def keys_for(self, kid: str) -> KeySet:
        """Returns the keys for a token with an unknown `kid`; fetches again within the limits.

        If the latest attempt failed, the key may exist: then raises `KeysUnavailable`, so that an
        outage does not sign out a legitimate caller.
        """
        keys = self._usable(self._clock(), 0)
        if keys is not None and kid in keys:
            return keys
        with self._lock:
            now = self._clock()
            keys = self._usable(now, 0)
            if keys is not None and kid in keys:
                return keys
            if self._unknown_kids.admits(now) and not self._must_wait(now):
                keys = self._renew()
                if keys is not None:
                    self._unknown_kids.note(now)
                    return keys
            succeeded = self._last is not None and self._last[1]
            keys = self._usable(now, STALE)
            if keys is not None and (succeeded or kid in keys):
                return keys
            raise KeysUnavailable(RETRY)

    def _refreshed(self) -> KeySet:
        now = self._clock()
        keys = self._usable(now, 0)
        if keys is None and not self._must_wait(now):
            keys = self._renew()
        if keys is None:
            keys = self._usable(now, STALE)
        if keys is None:
            raise KeysUnavailable(RETRY)
        return keys

    def _usable(self, now: int, grace: int) -> KeySet | None:
        """Returns the cached keys if they became stale at most `grace` seconds ago."""
        snapshot = self._snapshot
        return snapshot[0] if snapshot is not None and now < snapshot[1] + grace else None

    def _must_wait(self, now: int) -> bool:
        return self._last is not None and not self._last[1] and now < self._last[0] + RETRY

    def _renew(self) -> KeySet | None:
        try:
            keys, fresh_until = self._fetch_documents()
        except (FetchError, JwksError) as error:
            # The key set may have moved: look its address up again next time.
            self._jwks_uri = None
            self._last = (self._clock(), False)
            _log.warning("the keys of %s were not fetched: %s", self._issuer, error)
            return None
        self._last = (self._clock(), True)
        self._snapshot = (keys, fresh_until)
        return keys

    def _fetch_documents(self) -> tuple[KeySet, int]:
        now = self._clock()
        known = self._jwks_uri
        self._jwks_uri = None
        if known is None or now >= known[1]:
            known = (self._find_jwks_uri(), now + METADATA_AGE)
        document = self._fetch(known[0])
        keys = KeySet.from_jwks(document.body)
        self._jwks_uri = known
        return keys, now + document.max_age

    def _find_jwks_uri(self) -> str:
        return find_address(self._fetch, self._issuer, "jwks_uri")


def find_address(fetch: Fetch, issuer: str, member: str) -> str:
    """Returns an address of the issuer's metadata; raises `FetchError`."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        metadata = _strict_json.parse_object(fetch(url).body)
    except _strict_json.AmbiguousJson as error:
        raise FetchError("the issuer's metadata is malformed") from error
    # OIDC Discovery section 4.3.
    if metadata.get("issuer") != issuer:
        raise FetchError("the metadata names another issuer")
    address = metadata.get(member)
    if not isinstance(address, str):
        raise FetchError("the issuer's metadata is malformed")
    check_url(address)
    return address


class _UnknownKids:
    """The successful fetches that unknown `kid`s caused."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._began = 0
        self._fetches = 0

    def admits(self, now: int) -> bool:
        is_due = self._last is None or now >= self._last + UNKNOWN_KID_INTERVAL
        is_new = now >= self._began + UNKNOWN_KID_WINDOW
        return is_due and (self._fetches < UNKNOWN_KID_FETCHES or is_new)

    def note(self, now: int) -> None:
        self._last = now
        if self._fetches == 0 or now >= self._began + UNKNOWN_KID_WINDOW:
            self._began, self._fetches = now, 1
        else:
            self._fetches += 1


def check_url(url: str) -> None:
    """Checks that a URL is https, or http on this machine; raises `FetchError`."""
    try:
        parts = urlsplit(url)
        host, is_plain = parts.hostname, parts.username is None and "#" not in url
    except ValueError:
        host, is_plain = None, False
    scheme = url.partition(":")[0].lower()
    if not host or not is_plain or not url.isascii() or not url.isprintable() or " " in url:
        _insecure()
    if scheme != "https" and not (scheme == "http" and _is_on_this_machine(host)):
        _insecure()


def _insecure() -> NoReturn:
    raise FetchError("the address must be https, or http on this machine")


def _is_on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed: the response is an error."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


# No proxy: the environment of the service must not decide which keys are trusted.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
_opener.addheaders = [("User-Agent", "doorward-access-python/0.1"), ("Accept", "application/json")]


def receive(
    request: urllib.request.Request | str, most: int, too_large: FetchError
) -> tuple[bytes, Mapping[str, str]]:
    """Sends a request without a proxy and returns body and header fields of the response.

    Within `TIMEOUT`; raises `FetchError`, also for a redirect, and `too_large` for a body of more
    than `most` bytes.
    """
    deadline = time.monotonic() + TIMEOUT
    try:
        with _opener.open(request, timeout=TIMEOUT) as response:
            if response.status != 200:
                raise FetchError(f"the issuer answered with status {response.status}")
            body = b""
            while piece := response.read1(most + 1):
                body += piece
                if len(body) > most:
                    raise too_large
                if time.monotonic() > deadline:
                    raise FetchError("the issuer is too slow")
            return body, response.headers
    except urllib.error.HTTPError as error:
        raise FetchError(f"the issuer answered with status {error.code}") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError("the issuer cannot be reached") from error


def fetch_document(url: str) -> Document:
    """Fetches a document of at most `MAX_BYTES`, within `TIMEOUT`; raises `FetchError`."""
    check_url(url)
    too_large = FetchError("the issuer's document is too large")
    body, headers = receive(url, MAX_BYTES, too_large)
    return Document(body, max_age(headers))


def max_age(headers: Mapping[str, str]) -> int:
    """Returns `max-age` within bounds; `no-store` and `no-cache` mean the lower bound."""
    least, most = MAX_AGE_BOUNDS
    age = DEFAULT_MAX_AGE
    for directive in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in ("no-store", "no-cache"):
            return least
        if name == "max-age":
            digits = value.strip('"')
            is_number = digits.isascii() and digits.isdigit() and len(digits) < 18
            age = int(digits) if is_number else DEFAULT_MAX_AGE
    return min(max(age, least), most)
