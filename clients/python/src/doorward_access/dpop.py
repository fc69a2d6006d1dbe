"""Proofs of possession (DPoP, RFC 9449): the sender of a request holds a private key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Protocol

from . import _jws, _url
from ._strict_json import as_integer
from .errors import ProofRejected, TokenRejected

WINDOW = 60
"""The maximum clock difference in seconds, in both directions."""

ALGS = ("ES256", "PS256", "EdDSA", "RS256")
"""The accepted algorithms: asymmetric only (RFC 9449 section 4.3)."""

MAX_PROOF_BYTES = 6 * 1024
"""The maximum length of a proof."""

MAX_VALUE_BYTES = 512
"""The maximum length of `jti` and `nonce`."""

_THUMBPRINT_MEMBERS = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
}


@dataclass(frozen=True)
class Proof:
    """A verified proof."""

    jkt: str
    """The thumbprint of the signing key (RFC 7638)."""
    jti: str
    """The identifier of the proof."""
    iat: int
    """The time of its creation."""
    nonce: str | None
    """The server nonce that it contains."""

    @property
    def name(self) -> bytes:
        """The key in a replay store: equal for two copies, whatever other claims they have."""
        text = f"dpop {self.jkt}{self.jti}".encode()
        return hashlib.sha256(text).digest()

    @property
    def expires_at(self) -> int:
        """The time from which the proof is too old to be accepted and need not be stored."""
        return self.iat + WINDOW + 1


def verify(proof: str, *, method: str, uri: str, access_token: str | None, now: int) -> Proof:
    """Verifies one proof (RFC 9449 section 4.3); raises `ProofRejected`.

    The caller checks the rest: a single header field, a current nonce, the key that the token is
    bound to, and replays.
    """
    if _jws.is_longer(proof, MAX_PROOF_BYTES):
        raise ProofRejected("too_long", "the DPoP proof is too long")
    try:
        jws = _jws.Compact.split(proof)
        header = _jws.decode_json(jws.header)
        algorithm, jwk = _check_header(header)
        key = _jws.verification_key(jwk, algorithm)
        if key is None:
            raise _no_key()
        signature = _jws.decode(jws.signature)
        if not _jws.is_signature(algorithm, key, jws.signed, signature):
            raise ProofRejected("signature", "the DPoP proof's signature is wrong")
        # The payload is parsed only after verification: the parser never sees unsigned data.
        claims = _jws.decode_json(jws.payload)
    except TokenRejected as rejected:
        detail = str(rejected).removeprefix("the token is malformed: ")
        raise ProofRejected("malformed", f"the DPoP proof is malformed: {detail}") from rejected
    return _check_claims(claims, thumbprint(jwk), method, uri, access_token, now)


def thumbprint(jwk: dict[str, Any]) -> str:
    """Returns the thumbprint of a public key (RFC 7638 section 3, SHA-256)."""
    members = _THUMBPRINT_MEMBERS[jwk["kty"]]
    text = ",".join(f'"{name}":"{jwk[name]}"' for name in members)
    return _jws.encode(hashlib.sha256(f"{{{text}}}".encode()).digest())


def token_hash(access_token: str) -> str:
    """Returns the `ath` value of an access token (RFC 9449 section 4.2)."""
    return _jws.encode(hashlib.sha256(access_token.encode()).digest())


class Nonces(Protocol):
    """Nonces of this service for proofs (RFC 9449 section 9), if it requires them."""

    def current(self, now: int) -> str:
        """Returns the nonce to send to clients."""
        ...

    def is_valid(self, nonce: str, now: int) -> bool:
        """Returns true for a nonce of this service that is recent."""
        ...


class SignedNonces:
    """Nonces that need no storage: the time step, signed with a secret of the service.

    All processes of a service share the secret, which has at least 32 random bytes.
    """

    def __init__(self, secret: bytes, *, step: int = 60) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs at least 32 bytes")
        self._secret = secret
        self._step = step

    def current(self, now: int) -> str:
        """Returns the nonce of the current time step."""
        return self._of(now // self._step)

    def is_valid(self, nonce: str, now: int) -> bool:
        """Returns true for the nonce of the current time step and of the one before."""
        step = now // self._step
        given = nonce.encode("utf-8", "surrogatepass")
        return any(hmac.compare_digest(given, self._of(one).encode()) for one in (step, step - 1))

    def _of(self, step: int) -> str:
        text = f"doorward dpop nonce {step}".encode()
        return _jws.encode(hmac.digest(self._secret, text, "sha256"))


def _no_key() -> ProofRejected:
    return ProofRejected("key", "the DPoP proof's 'jwk' is no public key for its algorithm")


def _check_header(header: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    typ = header.get("typ")
    if not isinstance(typ, str) or not _jws.is_type(typ, "dpop+jwt"):
        raise ProofRejected("type", "the DPoP proof is not of type dpop+jwt")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGS:
        raise ProofRejected("algorithm", "the DPoP proof's algorithm is not accepted")
    if (_jws.REFUSED_PARAMETERS - {"jwk"}) & header.keys():
        message = "the DPoP proof's header has a parameter that is not accepted"
        raise ProofRejected("header", message)
    jwk = header.get("jwk")
    if not isinstance(jwk, dict):
        raise _no_key()
    if _jws.PRIVATE & jwk.keys():
        message = "the DPoP proof's 'jwk' holds a private key, which is not private any more"
        raise ProofRejected("private_key", message)
    return algorithm, jwk


def _check_claims(
    claims: dict[str, Any],
    jkt: str,
    method: str,
    uri: str,
    access_token: str | None,
    now: int,
) -> Proof:
    def wrong(name: str) -> ProofRejected:
        return ProofRejected("claim", f"the DPoP proof's '{name}' is missing or malformed")

    def text(name: str) -> str:
        value = claims.get(name)
        if not isinstance(value, str):
            raise wrong(name)
        return value

    def short(name: str) -> str:
        value = text(name)
        if not value or _jws.is_longer(value, MAX_VALUE_BYTES):
            raise wrong(name)
        return value

    jti = short("jti")
    # RFC 9110 section 9.1: methods are case-sensitive.
    if text("htm") != method:
        message = "the DPoP proof's 'htm' is not the method of the request"
        raise ProofRejected("method", message)
    target = _url.target(text("htu"))
    if target is None:
        raise wrong("htu")
    if target != _url.target(uri):
        message = "the DPoP proof's 'htu' is not the address of the request"
        raise ProofRejected("target", message)
    iat = as_integer(claims.get("iat"))
    if iat is None:
        raise wrong("iat")
    if abs(now - iat) > WINDOW:
        message = "the DPoP proof's 'iat' is more than 60 seconds from now"
        raise ProofRejected("time", message)
    if access_token is not None and text("ath") != token_hash(access_token):
        message = "the DPoP proof's 'ath' is not the hash of the access token"
        raise ProofRejected("access_token", message)
    nonce = short("nonce") if "nonce" in claims else None
    return Proof(jkt, jti, iat, nonce)
