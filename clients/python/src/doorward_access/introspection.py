"""Introspection at the issuer (RFC 7662), with a short-lived cache: of API keys, reference tokens,
and signed tokens that could not carry all roles and groups."""

from __future__ import annotations

import base64
import hashlib
import logging
import threading
import time
import urllib.request
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote_plus, urlencode

from . import _claims, _strict_json
from ._jws import MAX_TOKEN_BYTES
from .errors import FetchError, IntrospectionUnavailable, TokenRejected
from .jwks import METADATA_AGE, Fetch, check_url, fetch_document, find_address, receive
from .principal import API_KEY, REFERENCE_TOKEN, SIGNED_TOKEN, Confirmation, Principal

CACHE_TTL = 30
"""The cache time of an active response in seconds: the maximum delay of a revocation."""
BAD_FOR = 5
"""The cache time of an inactive response in seconds."""
RETRY = 2
"""The wait after a failed request to the issuer in seconds."""
REMEMBERED = 10_000
"""The maximum number of cached responses."""
FORGOTTEN_AFTER = 2 * CACHE_TTL
"""The maximum age of a cache entry, independent of the clock that decides about its validity."""
MAX_BYTES = 512
"""The maximum length of an introspected key or reference token in bytes."""
MAX_RESPONSE = 512 * 1024
"""The maximum size of a response in bytes: it lists every role and group."""

_log = logging.getLogger("doorward_access")


@dataclass(frozen=True)
class IntrospectionClient:
    """The credentials of your service at the issuer: a confidential client that is registered as
    the server of your resource (`doorward client create --serves URI`)."""

    client_id: str
    client_secret: str = field(repr=False)


class Kind(Enum):
    """The kind of a credential; the value is that of `Principal.credential`."""

    API_KEY = API_KEY
    REFERENCE_TOKEN = REFERENCE_TOKEN
    SIGNED_TOKEN = SIGNED_TOKEN

    @property
    def max_bytes(self) -> int:
        """The maximum length."""
        return MAX_TOKEN_BYTES if self is Kind.SIGNED_TOKEN else MAX_BYTES

    @property
    def hint(self) -> str:
        """The `token_type_hint` of the request."""
        return "api_key" if self is Kind.API_KEY else "access_token"

    def fits(self, token_type: str | None) -> bool:
        """Returns true if the type of the response is that of this kind: a token is not accepted as
        an API key, and a key is not accepted as a token."""
        if self is Kind.API_KEY:
            return token_type == API_KEY
        return token_type is None or token_type.lower() in ("bearer", "dpop")


class ResponseTooLarge(FetchError):
    """A response about a caller with very many roles and groups."""


Post = Callable[[str, "dict[str, str]", IntrospectionClient], bytes]
"""Sends a form to a URL as this client and returns the body; raises `FetchError`."""

IsDoubted = Callable[[Principal, int], bool]
"""Returns true if a response of this time about a caller is not used again."""


@dataclass
class _Slot:
    """The response about one key; locked during the request, which concurrent callers share."""

    created: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    # The principal, or the code of the rejection, the time of the answer and the end of its validity.
    answer: tuple[Principal | str, int, int] | None = None


class Introspector:
    """A client for introspection requests, at most one at a time for each key; safe for threads."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        client: IntrospectionClient,
        *,
        clock: Callable[[], int] | None = None,
        fetch: Fetch | None = None,
        post: Post | None = None,
    ) -> None:
        check_url(issuer)
        self._issuer = issuer
        self._audience = audience
        self._client = client
        self._clock = clock or (lambda: int(time.time()))
        self._fetch = fetch or fetch_document
        self._post = post or post_form
        self._lock = threading.Lock()
        self._slots: OrderedDict[bytes, _Slot] = OrderedDict()
        self._endpoint: tuple[str, int] | None = None
        self._away_until: int | None = None

    def introspect(
        self,
        kind: Kind,
        text: str,
        address: str | None = None,
        *,
        is_doubted: IsDoubted = lambda _caller, _at: False,
    ) -> Principal:
        """Returns the caller of a key or token that is used from this address. A cached response is
        not used if it `is_doubted`.

        Raises `TokenRejected` (`inactive`, `too_many_groups`) or `IntrospectionUnavailable`.
        """
        if not text or len(text) > kind.max_bytes or not text.isascii():
            raise TokenRejected("inactive")
        slot = self._slot(_name(kind, text, address))
        with slot.lock:
            if slot.answer is not None:
                found, at, until = slot.answer
                is_over = self._clock() >= until
                if is_over or (isinstance(found, Principal) and is_doubted(found, at)):
                    slot.answer = None
            if slot.answer is None:
                slot.answer = self._ask(kind, text, address)
            found = slot.answer[0]
        if isinstance(found, str):
            raise TokenRejected(found)
        return found

    def _slot(self, name: bytes) -> _Slot:
        with self._lock:
            now = time.monotonic()
            # The oldest entries come first.
            while self._slots:
                oldest = next(iter(self._slots.values()))
                if len(self._slots) <= REMEMBERED and now < oldest.created + FORGOTTEN_AFTER:
                    break
                self._slots.popitem(last=False)
            return self._slots.setdefault(name, _Slot(now))

    def _ask(self, kind: Kind, text: str, address: str | None) -> tuple[Principal | str, int, int]:
        if self._away_until is not None and self._clock() < self._away_until:
            raise IntrospectionUnavailable(RETRY)
        fields = {"token": text, "token_type_hint": kind.hint}
        if address is not None:
            fields["client_address"] = address
        try:
            body = self._post(self._find_endpoint(), fields, self._client)
            found = self._read(kind, _strict_json.parse_object(body))
        except ResponseTooLarge:
            # About this caller only: the issuer is available.
            found = "too_many_groups"
        except (FetchError, _strict_json.AmbiguousJson, _claims.WrongClaim) as error:
            self._away_until = self._clock() + RETRY
            # The endpoint may have moved: look it up again next time.
            self._endpoint = None
            _log.warning("introspection at %s failed: %s", self._issuer, error)
            raise IntrospectionUnavailable(RETRY) from error
        now = self._clock()
        if isinstance(found, str):
            return found, now, now + BAD_FOR
        return found, now, min(now + CACHE_TTL, found.expires_at)

    def _find_endpoint(self) -> str:
        now = self._clock()
        known = self._endpoint
        if known is None or now >= known[1]:
            address = find_address(self._fetch, self._issuer, "introspection_endpoint")
            known = self._endpoint = (address, now + METADATA_AGE)
        return known[0]

    def _read(self, kind: Kind, response: dict[str, object]) -> Principal | str:
        """Reads a response; raises `WrongClaim` if a member has the wrong type."""
        own = _claims.Members(response)
        now = self._clock()
        is_active = own.required("active", _claims.boolean)
        token_type = own.optional("token_type", _claims.text)
        issuer = own.optional("iss", _claims.text)
        audience = own.optional("aud", _claims.audience) or ()
        expires_at = own.optional("exp", _claims.time)
        subject = own.optional("sub", _claims.text)
        client_id = own.optional("client_id", _claims.text)
        is_ours = (
            is_active
            and kind.fits(token_type)
            and issuer in (None, self._issuer)
            and self._audience in audience
            and (expires_at is None or now < expires_at)
        )
        if not is_ours:
            return "inactive"
        overage = own.listed("overage")
        if not _claims.is_whole(overage):
            _log.warning("incomplete introspection of %r: %s", subject, " ".join(overage))
            return "too_many_groups"
        if not subject or not client_id:
            return "inactive"
        bound_to = own.optional("cnf", _claims.confirmation)
        if bound_to is None and (token_type or "").lower() == "dpop":
            # A token reported as bound, to whatever key, must not be used as a bearer token.
            bound_to = Confirmation()
        return _claims.principal(
            own,
            subject=subject,
            client_id=client_id,
            jti=own.optional("jti", _claims.text) or "",
            expires_at=now + CACHE_TTL if expires_at is None else expires_at,
            confirmation=bound_to,
            credential=kind.value,
        )


def _name(kind: Kind, text: str, address: str | None) -> bytes:
    """Returns the cache key. It has the address, because an API key may be limited to networks."""
    return hashlib.sha256(f"{kind.value} {len(text)} {text} {address}".encode()).digest()


def basic_authorization(client_id: str, client_secret: str) -> str:
    """Returns the header of a client with a secret (RFC 6749 section 2.3.1)."""
    # Both parts are form-encoded before they are joined.
    joined = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return "Basic " + base64.b64encode(joined.encode()).decode("ascii")


def post_form(url: str, fields: dict[str, str], client: IntrospectionClient) -> bytes:
    """Sends a form of a client with HTTP Basic (RFC 6749 section 2.3.1); raises `FetchError`."""
    check_url(url)
    headers = {
        "Authorization": basic_authorization(client.client_id, client.client_secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(fields).encode("ascii")
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    return receive(request, MAX_RESPONSE, ResponseTooLarge("the issuer's response is too large"))[0]
