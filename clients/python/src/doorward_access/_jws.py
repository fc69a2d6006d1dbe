"""The parts of a compact JWS (RFC 7515 section 7.1), and their signatures.

PyJWT verifies the signatures. The parts are read here, because PyJWT accepts several spellings of
one token: duplicate members and non-canonical base64url.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from jwt.algorithms import Algorithm, ECAlgorithm, OKPAlgorithm, RSAAlgorithm, RSAPSSAlgorithm
from jwt.exceptions import InvalidKeyError

from . import _strict_json
from .errors import TokenRejected

MAX_TOKEN_BYTES = 16 * 1024
"""The maximum length of a token."""

REFUSED_PARAMETERS = frozenset(
    "jku jwk x5u x5c x5t x5t#S256 crit b64 zip enc epk apu apv p2s p2c".split()
)
"""Header parameters that contain a key, change the signed data, or make the token a JWE."""

PRIVATE = frozenset("d p q dp dq qi oth k".split())
"""The private members of a JWK (RFC 7518 section 6)."""

ALGORITHMS: dict[str, Algorithm] = {
    "RS256": RSAAlgorithm(RSAAlgorithm.SHA256),
    "PS256": RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256),
    "ES256": ECAlgorithm(ECAlgorithm.SHA256),
    "EdDSA": OKPAlgorithm(),
}
"""All algorithms of this package: asymmetric ones only."""

_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
_DEFAULTS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
_CURVES = {"ES256": "P-256", "EdDSA": "Ed25519"}
_MODULUS_BITS = range(2048, 4097)
_MAX_EXPONENT_BYTES = 4
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Compact:
    """The parts of a token, still encoded."""

    header: str
    payload: str
    signature: str
    signed: bytes

    @classmethod
    def split(cls, token: str) -> Compact:
        """Splits a token of at most `MAX_TOKEN_BYTES`."""
        if is_longer(token, MAX_TOKEN_BYTES):
            raise TokenRejected("too_long")
        parts = token.split(".")
        # Five parts are a JWE (RFC 7516 section 9), which is not supported.
        if len(parts) != 3:
            raise TokenRejected("malformed", "it does not have three parts")
        header, payload, signature = parts
        signed = f"{header}.{payload}".encode("utf-8", "surrogatepass")
        return cls(header, payload, signature, signed)


def is_longer(text: str, size: int) -> bool:
    """Returns true if the text has more bytes in UTF-8."""
    return len(text) > size or len(text.encode("utf-8", "surrogatepass")) > size


def decode(part: str) -> bytes:
    """Decodes canonical base64url: no padding, no other alphabet, no unused bits."""
    data = base64url(part)
    if not data:
        raise TokenRejected("malformed", "a part is not canonical base64url")
    return data


def base64url(text: object) -> bytes | None:
    """Returns the bytes of canonical base64url, and None for anything else."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if encode(data) == text else None


def encode(data: bytes) -> str:
    """Encodes base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_json(part: str) -> dict[str, Any]:
    """Decodes an unambiguous JSON object."""
    data = decode(part)
    try:
        return _strict_json.parse_object(data)
    except _strict_json.AmbiguousJson as error:
        detail = "a part is not an unambiguous JSON object"
        raise TokenRejected("malformed", detail) from error


def is_type(written: str, allowed: str) -> bool:
    """Compares media types, ignoring case and an omitted `application/` (RFC 7515, 4.1.9)."""
    # Not ASCII: lower() would map further characters to letters.
    if not written.isascii():
        return False
    return written.lower().removeprefix("application/") == allowed.lower()


def verification_key(jwk: dict[str, Any], algorithm: str) -> Any | None:
    """Returns the public key of a JWK for an algorithm, and None if it does not fit.

    Rejects private, weak and expensive keys.
    """
    if PRIVATE & jwk.keys() or not _is_well_formed(jwk):
        return None
    operations = jwk.get("key_ops", ["verify"])
    if (
        jwk["kty"] != _KEY_TYPES[algorithm]
        or jwk.get("use", "sig") != "sig"
        or jwk.get("alg", algorithm) != algorithm
        or "verify" not in operations
        or not _is_sound(jwk, algorithm)
    ):
        return None
    try:
        return ALGORITHMS[algorithm].from_jwk(jwk)
    except (InvalidKeyError, ValueError, TypeError):
        return None


def algorithm_of(jwk: dict[str, Any]) -> str | None:
    """Returns the only algorithm of an issuer's key (RFC 8725 section 3.1).

    It is the one that the key names, or else the one of its type; for RSA that is RS256.
    """
    if "alg" in jwk:
        named = jwk["alg"]
        return named if isinstance(named, str) and named in ALGORITHMS else None
    kty = jwk.get("kty")
    return _DEFAULTS.get(kty) if isinstance(kty, str) else None


def is_signature(algorithm: str, key: Any, signed: bytes, signature: bytes) -> bool:
    """Returns true if the signature is the key's."""
    if algorithm == "ES256":
        halves = (signature[:32], signature[32:])
        # CVE-2022-21449: a zero signs everything for some libraries.
        if len(signature) != 64 or any(not any(half) for half in halves):
            return False
    return ALGORITHMS[algorithm].verify(signed, key, signature)


def _is_well_formed(jwk: dict[str, Any]) -> bool:
    texts = ("kty", "use", "alg", "kid", "x5u", "crv", "x5t", "x5t#S256", "x", "y")
    lists = ("key_ops", "x5c")
    return (
        isinstance(jwk.get("kty"), str)
        and all(isinstance(jwk.get(name, ""), str) for name in texts)
        and all(_is_texts(jwk.get(name, [])) for name in lists)
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_sound(jwk: dict[str, Any], algorithm: str) -> bool:
    def size(name: str) -> int:
        return len(base64url(jwk.get(name)) or b"")

    if jwk["kty"] == "RSA":
        modulus, exponent = base64url(jwk.get("n")), base64url(jwk.get("e"))
        return modulus is not None and exponent is not None and _is_rsa(modulus, exponent)
    is_curve = jwk.get("crv") == _CURVES[algorithm]
    return is_curve and size("x") == 32 and (algorithm == "EdDSA" or size("y") == 32)


def _is_rsa(modulus: bytes, exponent: bytes) -> bool:
    """Returns true for a modulus of 2048 to 4096 bits, and an odd exponent from 65537 to 32 bits.

    With exponent 1, every message would be its own signature; large ones cost the verifier time.
    """
    bits = int.from_bytes(modulus, "big").bit_length()
    value = int.from_bytes(exponent, "big")
    return (
        bits in _MODULUS_BITS
        and len(exponent) <= _MAX_EXPONENT_BYTES
        and value >= 65537
        and value % 2 == 1
    )
