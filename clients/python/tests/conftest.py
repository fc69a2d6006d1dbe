"""Keys, tokens and proofs for the tests. The keys are those of the shared vectors."""

import json
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest

from doorward_access import Access, FixedKeys, KeySet
from doorward_access.dpop import thumbprint, token_hash

ISSUER = "https://id.example"
AUDIENCE = "https://tasks.example/api"
NOW = 1_800_000_000


class Signer:
    """A private key of the vectors."""

    def __init__(self, jwk: dict[str, Any]) -> None:
        self.jwk = jwk
        kinds = {"RSA": ("RS256", "n e"), "EC": ("ES256", "crv x y"), "OKP": ("EdDSA", "crv x")}
        self.alg, members = kinds[jwk["kty"]]
        self.public = {name: jwk[name] for name in ("kty", *members.split())}
        self.key = jwt.PyJWK({**jwk, "alg": self.alg}).key

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Signs claims with a header."""
        return jwt.encode(claims, self.key, algorithm=self.alg, headers=header)

    def token(self, **changes: Any) -> str:
        """Returns Alice's access token with replaced claims; None removes one."""
        return self.sign(claims(**changes), typ="at+jwt", kid=self.jwk["kid"])

    @property
    def jkt(self) -> str:
        """The thumbprint of the key."""
        return thumbprint(self.public)

    def proof(self, token: str, url: str, method: str = "GET", **changes: Any) -> str:
        """Returns a DPoP proof with replaced claims."""
        proof = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": NOW}
        proof |= {"ath": token_hash(token), **changes}
        return self.sign(proof, typ="dpop+jwt", jwk=self.public)


def claims(**changes: Any) -> dict[str, Any]:
    """Returns the claims of Alice's token for the tasks API."""
    all_claims = {
        "iss": ISSUER,
        "sub": "alice",
        "aud": AUDIENCE,
        "client_id": "tasks-web",
        "iat": NOW,
        "exp": NOW + 300,
        "jti": "t1",
        "scope": "openid tasks:read",
        "entitlements": ["tasks:read", "tasks:write"],
        "roles": ["developer"],
        "auth_time": NOW - 60,
        **changes,
    }
    return {name: value for name, value in all_claims.items() if value is not None}


VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "vectors.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def one() -> Signer:
    """The issuer's key."""
    return Signer(VECTORS["keys"]["one"])


@pytest.fixture(scope="session")
def holder() -> Signer:
    """The key of a client that uses DPoP."""
    return Signer(VECTORS["keys"]["ed"])


@pytest.fixture
def key_set(one: Signer) -> KeySet:
    """The issuer's published keys."""
    return KeySet.from_jwks(json.dumps({"keys": [{**one.public, "kid": "one"}]}))


@pytest.fixture
def access(key_set: KeySet) -> Access:
    """The authenticator of the tasks API."""
    return Access(ISSUER, AUDIENCE, keys=FixedKeys(key_set), clock=lambda: NOW)
