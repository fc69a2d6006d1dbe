"""The set of verification keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from . import _jws, _strict_json
from .errors import JwksError

MAX_KEYS = 32
"""The maximum number of keys in a set."""


class VerifyingKey(NamedTuple):
    """A public key with its only algorithm."""

    algorithm: str
    """The algorithm, which the header of a token must name."""
    key: Any
    """The public key."""


class KeySet:
    """The keys of one issuer; a `kid` selects among these only."""

    def __init__(self, keys: dict[str, VerifyingKey] | None = None) -> None:
        self._keys = keys or {}

    @classmethod
    def from_jwks(cls, document: str | bytes) -> KeySet:
        """Parses a JWK Set (RFC 7517 section 5); raises `JwksError`.

        Omits unusable keys: other types and algorithms, a type that does not fit the algorithm, a
        `use` other than `sig`, no `kid`, weak and expensive ones, and any key with private parts. A
        key without `alg` verifies only RS256, ES256 or EdDSA, by its type.
        """
        if isinstance(document, str):
            document = document.encode("utf-8", "surrogatepass")
        try:
            jwks = _strict_json.parse_object(document).get("keys")
        except _strict_json.AmbiguousJson:
            jwks = None
        if not isinstance(jwks, list):
            raise JwksError("the document is not a JWK Set")
        if len(jwks) > MAX_KEYS:
            raise JwksError("the JWK Set has too many keys")
        keys: dict[str, VerifyingKey] = {}
        for jwk in jwks:
            if not isinstance(jwk, dict):
                raise JwksError("the document is not a JWK Set")
            kid = jwk.get("kid")
            algorithm = _jws.algorithm_of(jwk)
            if algorithm is None or not isinstance(kid, str):
                continue
            key = _jws.verification_key(jwk, algorithm)
            if key is None:
                continue
            if kid in keys:
                message = "the JWK Set has two keys with the same kid for one algorithm"
                raise JwksError(message)
            keys[kid] = VerifyingKey(algorithm, key)
        return cls(keys)

    def __contains__(self, kid: object) -> bool:
        return kid in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, kid: str) -> VerifyingKey | None:
        """Returns the public key with this ID, and its algorithm."""
        return self._keys.get(kid)


class KeySource(Protocol):
    """A source of the issuer's keys, such as `JwksClient`."""

    def keys(self) -> KeySet:
        """Returns the current keys; raises `KeysUnavailable`."""
        ...

    def keys_for(self, kid: str) -> KeySet:
        """Returns the keys for a token with an unknown `kid`, possibly newer ones."""
        ...


class FixedKeys:
    """Keys that never change, for tests."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def keys(self) -> KeySet:
        """Returns the keys."""
        return self._keys

    def keys_for(self, kid: str) -> KeySet:
        """Returns the keys."""
        return self._keys
