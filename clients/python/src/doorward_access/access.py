"""Authentication of the callers of one resource."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from . import _jws, _sets, _url, dpop
from ._claims import AccessTokenClaims, is_whole
from ._sender import SenderCheck
from .challenge import Challenge
from .credentials import SIGNED_TOKENS, AcceptedCredentials
from .decision import (
    ANY_SIGN_IN,
    Assurance,
    Condition,
    Requirement,
    decide,
    is_verified_user,
    lacks,
)
from .denials import joined, noted, service_unavailable
from .errors import (
    Denied,
    EventRejected,
    IntrospectionUnavailable,
    KeysUnavailable,
    Misconfigured,
    Reason,
    SignalsCut,
    TokenRejected,
)
from .introspection import IntrospectionClient, Introspector, Kind
from .jwks import JwksClient
from .keys import KeySource
from .lockout import TOLERATED_KEYS, Lockout, canonical
from .principal import Principal
from .replay import InMemoryReplayStore, ReplayStore
from .request import (
    BEARER,
    DPOP,
    HttpRequest,
    Malformed,
    OtherScheme,
    access_token,
    is_visible,
    scheme_of,
)
from .signals import Signals, WhenCut
from .verify import ALGORITHMS, MAX_LEEWAY, Expected, verify_claims


class Access:
    """An authenticator for the callers of one resource. Keep one per process; it is thread-safe.

    `issuer` is the identity server's origin, byte by byte as in its tokens. `audience` is the
    resource identifier of your service; a token for another service is rejected.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        *,
        origin: str | None = None,
        realm: str | None = None,
        resource_metadata: str | None = None,
        leeway: int = MAX_LEEWAY,
        accept_plain_jwt: bool = False,
        algorithms: Iterable[str] = ALGORITHMS,
        require_dpop: bool = False,
        used_proofs: ReplayStore | None = None,
        nonces: dpop.Nonces | None = None,
        keys: KeySource | None = None,
        introspection: IntrospectionClient | Introspector | None = None,
        signals: Signals | None = None,
        accepts: AcceptedCredentials = SIGNED_TOKENS,
        tolerated_keys: int = TOLERATED_KEYS,
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Creates an authenticator; the issuer need not respond yet.

        `origin`: the origin that callers use, which DPoP proofs must name; default: that of the
        audience, if it is a URL. `realm` and `resource_metadata` (RFC 9728) are for challenges.
        `leeway`: the accepted clock difference in seconds, 60 at most. `accept_plain_jwt`: accepts
        the type `JWT` in addition to `at+jwt`, if the resource is registered so. `algorithms`: the
        accepted signature algorithms, by default RS256, PS256, ES256 and EdDSA; a key verifies only
        its own. `require_dpop`: accepts only tokens that are bound to a key. `used_proofs`: the
        store of used proofs, a shared one if the service has several processes. `nonces`: requires
        a nonce of this service in proofs. `keys`: a source of keys other than the issuer's
        published ones. `introspection`: the client of this service, with which it asks the issuer
        about API keys and reference tokens, and about tokens that could not carry all roles and
        groups. `signals`: revocations that the issuer reported; a `Listener` of this process must
        run. `accepts`: the accepted credentials, signed tokens by default. `tolerated_keys`: the
        number of invalid API keys of an address in ten minutes, from which none of them is looked
        at for 15 minutes.
        """
        if not issuer or not audience:
            raise Misconfigured("the issuer and the audience are required")
        accepted = tuple(algorithms)
        if not accepted or any(one not in ALGORITHMS for one in accepted):
            raise Misconfigured("the algorithms must be some of " + ", ".join(ALGORITHMS))
        self._expected = Expected(issuer, audience, leeway, accept_plain_jwt, accepted)
        self._clock = clock or (lambda: int(time.time()))
        self._keys = keys or JwksClient(issuer, clock=self._clock)
        self._origin = _url.origin(audience if origin is None else origin)
        if origin is not None and self._origin is None:
            raise Misconfigured("the origin must be an http or https URL")
        self._realm = audience if realm is None else realm
        self._resource_metadata = resource_metadata
        self._requires_dpop = require_dpop
        self._senders = SenderCheck(
            self._origin, require_dpop, used_proofs or InMemoryReplayStore(), nonces, self._unproved
        )
        if isinstance(introspection, IntrospectionClient):
            introspection = Introspector(issuer, audience, introspection, clock=self._clock)
        self._introspector = introspection
        if signals is not None and signals.when_cut is WhenCut.INTROSPECT and not introspection:
            raise Misconfigured("WhenCut.INTROSPECT needs the option introspection")
        self._signals = signals
        self._lockout = Lockout(tolerated_keys)
        self._accepts = self._checked(accepts)

    @property
    def issuer(self) -> str:
        """The issuer whose tokens are accepted."""
        return self._expected.issuer

    @property
    def audience(self) -> str:
        """The required audience of tokens."""
        return self._expected.audience

    @property
    def signals(self) -> Signals | None:
        """The revocations that the issuer reported, if this service listens."""
        return self._signals

    def now(self) -> int:
        """Returns the time that decides about tokens, in Unix seconds."""
        return self._clock()

    def ready(self) -> None:
        """Fetches the issuer's keys for a readiness check; raises `KeysUnavailable`."""
        self._keys.keys()

    def authenticate_token(self, token: str) -> Principal:
        """Returns the caller of a valid token; raises `TokenRejected` or `KeysUnavailable`.

        With `signals`, also `SignalsCut` or `IntrospectionUnavailable`, as chosen there. The
        sender is not checked here: `authenticate` also checks `Principal.confirmation`.
        """
        if _jws.is_longer(token, _jws.MAX_TOKEN_BYTES):
            raise TokenRejected("too_long")
        claims = self._verify(token)
        return self._unrevoked(token, claims.iat, self._complete(token, claims))

    def receive_event(self, token: str) -> _sets.SignedEvent:
        """Verifies a Security Event Token and remembers its revocation.

        The listener calls it for each event; a service that receives events by push (RFC 8935)
        calls it itself. Raises `EventRejected` or `KeysUnavailable`.
        """
        if self._signals is None:
            raise Misconfigured("this service does not listen")
        receiver = self._signals.client.client_id
        try:
            event = _sets.verify(token, self._keys.keys(), self.issuer, receiver)
        except EventRejected as rejected:
            if rejected.kid is None:
                raise
            keys = self._keys.keys_for(rejected.kid)
            event = _sets.verify(token, keys, self.issuer, receiver)
        if event.revocation is not None:
            self._signals.record(event.revocation, self._clock())
        return event

    def authenticate_reference(self, token: str) -> Principal:
        """Returns the caller of a reference token, by introspection.

        Raises `TokenRejected` or `IntrospectionUnavailable`. The response is cached for at most 30
        seconds. The sender is not checked here.
        """
        return self._introspect(Kind.REFERENCE_TOKEN, token)

    def authenticate_key(self, key: str, address: str | None = None) -> Principal:
        """Returns the user of an API key that is used from this address, by introspection.

        Raises `TokenRejected` or `IntrospectionUnavailable`. The response is cached for at most 30
        seconds.
        """
        return self._introspect(Kind.API_KEY, key, canonical(address))

    def has_credentials(
        self, request: HttpRequest, accepted: AcceptedCredentials | None = None
    ) -> bool:
        """Returns true if the request has an access token, or an accepted API key, valid or not."""
        accepted = self._accepts if accepted is None else accepted
        if accepted.api_keys and request.fields("x-api-key"):
            return True
        return any(
            value.partition(" ")[0].lower() in ("bearer", "dpop")
            for value in request.fields("authorization")
        )

    def authenticate(
        self, request: HttpRequest, accepted: AcceptedCredentials | None = None
    ) -> Principal:
        """Returns the caller of a request; raises `Denied`.

        `accepted` replaces the accepted credentials of this authenticator, for one route.
        """
        accepted = self._accepts if accepted is None else self._checked(accepted)
        authorization, keys = request.fields("authorization"), request.fields("x-api-key")
        if len(authorization) > 1 or len(keys) > 1:
            detail = "the request has more than one Authorization or X-API-Key header"
            raise self._ambiguous(detail)
        if authorization and keys:
            raise self._ambiguous("send either an access token or an API key, not both")
        if keys and accepted.api_keys:
            return self._by_key(keys[0], canonical(request.address))
        # Tokens in the query and the body are ignored (RFC 9700 section 4.3.2).
        if not authorization:
            raise self.no_token(accepted)
        try:
            scheme, token = access_token(authorization[0])
        except OtherScheme:
            raise self.no_token(accepted) from None
        except Malformed as problem:
            raise self.invalid_token(BEARER, str(problem)) from None
        try:
            # A signed token has three parts (RFC 7515 section 3.1).
            if accepted.reference_tokens and token.count(".") != 2:
                principal = self.authenticate_reference(token)
            elif accepted.signed_tokens:
                principal = self.authenticate_token(token)
            else:
                raise self.invalid_token(scheme, "tokens of this kind are not accepted here")
        except TokenRejected as rejected:
            raise self.invalid_token(scheme, str(rejected)) from rejected
        except (KeysUnavailable, IntrospectionUnavailable, SignalsCut) as unavailable:
            raise service_unavailable(unavailable.retry_after) from unavailable
        # Checked here, on the path of every route, so that no route can omit it.
        self._senders.check(request, scheme, token, principal, self._clock())
        return principal

    def permit(
        self,
        principal: Principal,
        requirement: Requirement | None = None,
        assurance: Assurance = ANY_SIGN_IN,
        *,
        verified_users_only: bool = False,
    ) -> None:
        """Checks a requirement for an authenticated caller; raises `Denied`.

        403 without the permission or the scope (RFC 6750 section 3.1), or for a client that acts
        for itself where a sign-in is required; 401 after too weak or too old a sign-in (RFC 9470
        section 3).
        """
        if verified_users_only:
            self.require(principal, is_verified_user)
        if requirement is not None:
            reasons = decide(principal, requirement)
            if reasons:
                raise self.forbidden(principal, reasons)
        # After the permission: a stronger sign-in does not help a caller without it.
        self.require_sign_in(principal, assurance)

    def require(self, principal: Principal, *conditions: Condition) -> None:
        """Checks all conditions for an authenticated caller; raises `Denied` with 403."""
        reasons = [reason for condition in conditions for reason in condition(principal)]
        if reasons:
            raise self.forbidden(principal, reasons)

    def require_sign_in(self, principal: Principal, assurance: Assurance) -> None:
        """Checks strength and age of the sign-in; raises `Denied` with 401 (RFC 9470).

        403 for a client that acts for itself and for an API key, which cannot sign in.
        """
        reasons = lacks(principal, assurance, self._clock())
        if not reasons:
            return
        if any(reason.code == "user_required" for reason in reasons):
            raise self.forbidden(principal, reasons)
        challenge = self._challenge(scheme_of(principal)).failed(
            "insufficient_user_authentication", "a stronger or more recent sign-in is required"
        )
        if assurance.acr_values:
            challenge = challenge.having("acr_values", " ".join(assurance.acr_values))
        if assurance.max_age is not None:
            challenge = challenge.having("max_age", str(assurance.max_age))
        raise noted(
            Denied(
                401,
                "sign-in-required",
                "Sign in again",
                joined(reasons),
                challenges=[self._finished(challenge)],
                reasons=reasons,
            ),
            principal,
        )

    def forbidden(self, principal: Principal, reasons: Sequence[Reason]) -> Denied:
        """Builds a 403 with every reason; `insufficient_scope` only if another scope helps."""
        scopes = [reason.extra["scope"] for reason in reasons if reason.code == "missing_scope"]
        challenges = []
        if scopes:
            challenge = self._challenge(scheme_of(principal)).failed(
                "insufficient_scope", "the token lacks a scope"
            )
            scope = " ".join(dict.fromkeys(scopes))
            challenges.append(self._finished(challenge.having("scope", scope)))
        return noted(
            Denied(
                403,
                "permission-denied",
                "You may not do this",
                joined(reasons),
                challenges=challenges,
                reasons=reasons,
            ),
            principal,
        )

    def no_token(self, accepted: AcceptedCredentials | None = None) -> Denied:
        """Builds a 401 without an error code: the request contains no token (RFC 6750, 3.1)."""
        accepted = self._accepts if accepted is None else accepted
        title = "A token is required"
        challenges = self.challenges()
        return noted(Denied(401, "token-required", title, accepted.advice, challenges=challenges))

    def challenges(self) -> list[Challenge]:
        """Returns the challenges for a request without a token."""
        schemes = [DPOP] if self._requires_dpop else [BEARER, DPOP]
        return [self._finished(self._challenge(scheme)) for scheme in schemes]

    def _checked(self, accepted: AcceptedCredentials) -> AcceptedCredentials:
        if accepted.needs_introspection and self._introspector is None:
            message = "API keys and reference tokens need the option introspection"
            raise Misconfigured(message)
        return accepted

    def _verify(self, token: str) -> AccessTokenClaims:
        keys = self._keys.keys()
        try:
            return verify_claims(token, keys, self._expected, self._clock())
        except TokenRejected as rejected:
            if rejected.kid is None:
                raise
            keys = self._keys.keys_for(rejected.kid)
        return verify_claims(token, keys, self._expected, self._clock())

    def _complete(self, token: str, claims: AccessTokenClaims) -> Principal:
        """Replaces the lists of a verified token that could not carry all roles and groups by those
        of the issuer."""
        principal = claims.principal
        if not claims.overage or self._introspector is None:
            if not is_whole(claims.overage):
                raise TokenRejected("overage")
            return principal
        return self._as_issuer_knows(token, principal)

    def _as_issuer_knows(self, token: str, principal: Principal) -> Principal:
        """Returns the caller of a verified token with the lists that the issuer says now."""
        found = self._introspect(Kind.SIGNED_TOKEN, token)
        if (found.subject, found.jti) != (principal.subject, principal.jti):
            raise TokenRejected("inactive")
        return replace(
            principal,
            roles=found.roles,
            groups=found.groups,
            managed_groups=found.managed_groups,
            entitlements=found.entitlements,
        )

    def _unrevoked(self, token: str, issued_at: int, principal: Principal) -> Principal:
        """Returns the caller of a verified token, unless it is known as revoked."""
        if self._signals is None:
            return principal
        now = self._clock()
        because = self._signals.find(principal, issued_at, now)
        if because is not None:
            raise TokenRejected("revoked", because)
        choice = self._signals.when_cut
        if choice is WhenCut.CONTINUE or self._signals.is_current(now):
            return principal
        if choice is WhenCut.REJECT:
            raise SignalsCut
        return self._as_issuer_knows(token, principal)

    def _introspect(self, kind: Kind, text: str, address: str | None = None) -> Principal:
        if self._introspector is None:
            raise TokenRejected("inactive")
        return self._introspector.introspect(kind, text, address, is_doubted=self._is_doubted)

    def _is_doubted(self, caller: Principal, at: int) -> bool:
        """Returns true if a revocation after this time may concern a caller. A key or a grant may
        outlive it, so that only the issuer decides."""
        if self._signals is None:
            return False
        return self._signals.find(caller, at, self._clock()) is not None

    def _by_key(self, key: str, address: str | None) -> Principal:
        now = self._clock()
        wait = 0 if address is None else self._lockout.wait(address, now)
        if wait > 0:
            raise Denied(
                429,
                "too-many-bad-keys",
                "Too many bad API keys",
                "API keys from your address are not looked at for a while.",
                retry_after=wait,
                has_id=False,
            )
        try:
            return self._introspect(Kind.API_KEY, key if is_visible(key) else "", address)
        except IntrospectionUnavailable as unavailable:
            raise service_unavailable(unavailable.retry_after) from unavailable
        except TokenRejected as rejected:
            if rejected.code != "inactive":
                # The key is known: it is no attempt to find one.
                raise self.invalid_token(BEARER, str(rejected)) from rejected
            if address is not None:
                self._lockout.count(address, now)
            detail = "It is unknown, over, revoked, not for this API, or not for your address."
            challenges = [self._finished(self._challenge(BEARER))]
            title = "The API key is not accepted"
            denied = Denied(401, "invalid-key", title, detail, challenges=challenges)
            raise noted(denied) from rejected

    def _unproved(self, scheme: str, code: str, detail: str, *, nonce: str | None = None) -> Denied:
        title = "The token comes without the proof of its key"
        return self._unauthorized(scheme, code, "proof-of-possession", title, detail, nonce)

    def invalid_token(self, scheme: str, detail: str) -> Denied:
        """Builds a 401 for a token that is not accepted."""
        title = "The token is not accepted"
        return self._unauthorized(scheme, "invalid_token", "invalid-token", title, detail)

    def _unauthorized(
        self,
        scheme: str,
        code: str,
        problem: str,
        title: str,
        detail: str,
        nonce: str | None = None,
    ) -> Denied:
        challenge = self._challenge(scheme).failed(code, detail)
        challenges = [self._finished(challenge)]
        denied = Denied(401, problem, title, detail, challenges=challenges, dpop_nonce=nonce)
        return noted(denied)

    def _ambiguous(self, detail: str) -> Denied:
        challenge = self._challenge(BEARER).failed("invalid_request", detail)
        return Denied(
            400,
            "malformed-request",
            "The request is ambiguous",
            detail,
            challenges=[self._finished(challenge)],
            has_id=False,
        )

    def _challenge(self, scheme: str) -> Challenge:
        return Challenge.of(scheme, dpop.ALGS, self._realm)

    def _finished(self, challenge: Challenge) -> Challenge:
        if self._resource_metadata is None:
            return challenge
        return challenge.having("resource_metadata", self._resource_metadata)
