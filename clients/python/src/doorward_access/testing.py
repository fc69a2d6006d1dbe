"""An issuer in memory: keys, tokens and callers for the tests of a service, without a server.

Import it in tests only. Its keys are new in each process, so that no service that verifies the keys
of its issuer accepts a token from here.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from .access import Access
from .errors import FetchError
from .jwks import Document
from .keys import FixedKeys, KeySet
from .principal import Principal

__all__ = ["MemoryIssuer"]

KID = "test"
"""The ID of the issuer's key."""


@lru_cache(maxsize=1)
def _key() -> RSAPrivateKey:
    # One key for all issuers of a process, because generating a key takes long.
    return generate_private_key(public_exponent=65537, key_size=2048)


class MemoryIssuer:
    """An issuer whose tokens your service accepts in its tests.

    `issuer` and `audience` are those of your settings. `clock` returns the time in Unix seconds.
    """

    def __init__(
        self,
        issuer: str = "https://id.example",
        audience: str = "https://api.example",
        *,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.issuer = issuer
        self.audience = audience
        self.clock = clock or (lambda: int(time.time()))

    def token(
        self,
        subject: str = "alice",
        *,
        permissions: Iterable[str] = (),
        scope: Iterable[str] = (),
        roles: Iterable[str] = (),
        expires_in: int = 300,
        **claims: Any,
    ) -> str:
        """Returns a user's access token.

        `permissions` are granted to the user and requested by the client: they are in the scope and
        in the entitlements. `scope` adds names to the scope alone. Other arguments are claims, such
        as `org="acme"` or `client_id="web"`; None removes a claim.
        """
        granted = list(permissions)
        now = self.clock()
        payload: dict[str, Any] = {
            "iss": self.issuer,
            "sub": subject,
            "aud": self.audience,
            "client_id": "test-client",
            "iat": now,
            "exp": now + expires_in,
            "jti": str(uuid.uuid4()),
            "scope": " ".join(dict.fromkeys([*scope, *granted])),
            "entitlements": granted,
            "roles": list(roles),
            "auth_time": now,
            "acr": "aal1",
            "amr": ["pwd"],
            **claims,
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, _key(), algorithm="RS256", headers={"typ": "at+jwt", "kid": KID})

    def machine_token(self, client_id: str = "service", **options: Any) -> str:
        """Returns the access token of a client that acts on its own behalf; see `token`."""
        machine = {"client_id": client_id, "auth_time": None, "acr": None, "amr": None}
        return self.token(client_id, **(machine | options))

    def headers(self, subject: str = "alice", **options: Any) -> dict[str, str]:
        """Returns the header fields of a request with a user's access token; see `token`."""
        return {"Authorization": f"Bearer {self.token(subject, **options)}"}

    def principal(self, subject: str = "alice", **options: Any) -> Principal:
        """Returns the caller of a user's access token; see `token`."""
        return self.access().authenticate_token(self.token(subject, **options))

    def access(self, **options: Any) -> Access:
        """Returns an authenticator for this issuer's tokens, with other options of `Access`."""
        return Access(self.issuer, self.audience, **self._options(options))

    def settings(self, **options: Any) -> dict[str, Any]:
        """Returns the Django setting `DOORWARD_ACCESS`, with other options in upper case."""
        own = {name.upper(): value for name, value in self._options({}).items()}
        return {"ISSUER": self.issuer, "AUDIENCE": self.audience, **own, **options}

    def keys(self) -> FixedKeys:
        """Returns the issuer's keys."""
        return FixedKeys(KeySet.from_jwks(self.jwks()))

    def jwks(self) -> str:
        """Returns the issuer's JWK Set (RFC 7517 section 5)."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_key().public_key()))
        members = {name: public[name] for name in ("kty", "n", "e")}
        return json.dumps({"keys": [{**members, "kid": KID, "alg": "RS256", "use": "sig"}]})

    def metadata(self) -> str:
        """Returns the issuer's discovery document."""
        return json.dumps({"issuer": self.issuer, "jwks_uri": self._jwks_uri()})

    def fetch(self, url: str) -> Document:
        """Fetches a document of the issuer from memory, as `fetch` of `JwksClient`."""
        documents = {
            f"{self.issuer.rstrip('/')}/.well-known/openid-configuration": self.metadata,
            self._jwks_uri(): self.jwks,
        }
        if url not in documents:
            raise FetchError("the issuer answered with status 404")
        return Document(documents[url]().encode(), 300)

    def _jwks_uri(self) -> str:
        return f"{self.issuer.rstrip('/')}/oauth2/jwks"

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"keys": self.keys(), "clock": self.clock, **options}
