"""Algorithm confusion (RFC 8725 section 2.1): a key of one algorithm is rejected for all others."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from conftest import AUDIENCE, ISSUER, NOW, claims
from doorward_access import Access, FixedKeys, KeySet, Misconfigured, TokenRejected

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
MEMBERS = {"RSA": "n e", "EC": "crv x y", "OKP": "crv x"}


def private_key(algorithm: str) -> Any:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(algorithm: str, key: Any) -> dict[str, Any]:
    kinds = {"ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}
    kind = kinds.get(algorithm, RSAAlgorithm)
    jwk = json.loads(kind.to_jwk(key.public_key()))
    members = {name: jwk[name] for name in ("kty", *MEMBERS[jwk["kty"]].split())}
    return {**members, "kid": algorithm, "alg": algorithm, "use": "sig"}


PRIVATE = {name: private_key(name) for name in ALGORITHMS}
PUBLIC = {name: public_jwk(name, key) for name, key in PRIVATE.items()}
KEYS = FixedKeys(KeySet.from_jwks(json.dumps({"keys": list(PUBLIC.values())})))


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def text(named: str, kid: str) -> str:
    header = json.dumps({"alg": named, "typ": "at+jwt", "kid": kid}).encode()
    return f"{encode(header)}.{encode(json.dumps(claims()).encode())}"


def token(named: str, kid: str, signer: str) -> str:
    """Returns a token whose header names an algorithm, signed by another key and algorithm."""
    own = PRIVATE[kid] if PUBLIC[kid]["kty"] == PUBLIC[signer]["kty"] else PRIVATE[signer]
    signed = text(named, kid)
    algorithm = jwt.get_algorithm_by_name(signer)
    return f"{signed}.{encode(algorithm.sign(signed.encode(), own))}"


def access(**options: Any) -> Access:
    return Access(ISSUER, AUDIENCE, keys=KEYS, clock=lambda: NOW, **options)


def rejection(presented: str, **options: Any) -> str:
    with pytest.raises(TokenRejected) as raised:
        access(**options).authenticate_token(presented)
    return raised.value.code


@pytest.mark.parametrize("name", ALGORITHMS)
def test_key_verifies_own_algorithm(name: str) -> None:
    good = token(name, name, name)
    assert access().authenticate_token(good).subject == "alice"
    assert access(algorithms=[name]).authenticate_token(good).subject == "alice"
    others = [other for other in ALGORITHMS if other != name]
    assert rejection(good, algorithms=others) == "algorithm"


@pytest.mark.parametrize("named", ALGORITHMS)
@pytest.mark.parametrize("kid", ALGORITHMS)
def test_key_of_one_algorithm_is_rejected_for_others(named: str, kid: str) -> None:
    if named == kid:
        return
    for signer in (named, kid):
        assert rejection(token(named, kid, signer)) == "algorithm"
    # The header names the algorithm of the key, the signature is another one.
    assert rejection(token(kid, kid, named)) == "signature"


@pytest.mark.parametrize("kid", ALGORITHMS)
@pytest.mark.parametrize("named", ["HS256", "HS512", "own"])
def test_public_key_is_no_hmac_secret(named: str, kid: str) -> None:
    public = PRIVATE[kid].public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = text(kid if named == "own" else named, kid)
    for secret in (pem, json.dumps(PUBLIC[kid]).encode()):
        made = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert rejection(f"{signed}.{encode(made)}") in ("algorithm", "signature")


@pytest.mark.parametrize("kid", ALGORITHMS)
@pytest.mark.parametrize("named", ["none", "None", "nOnE", ""])
def test_unsigned_token_is_rejected(named: str, kid: str) -> None:
    assert rejection(f"{text(named, kid)}.{encode(bytes(64))}") == "algorithm"
    with pytest.raises(TokenRejected):
        access().authenticate_token(f"{text(named, kid)}.")


@pytest.mark.parametrize("kid", ALGORITHMS)
@pytest.mark.parametrize("named", [*ALGORITHMS, "none", "HS256", "RS512", "ES384"])
def test_key_with_algorithm_of_other_type_is_left_out(named: str, kid: str) -> None:
    renamed = {**PUBLIC[kid], "alg": named}
    keys = KeySet.from_jwks(json.dumps({"keys": [renamed]}))
    fits = named in ALGORITHMS and PUBLIC[named]["kty"] == PUBLIC[kid]["kty"]
    assert (kid in keys) == fits


@pytest.mark.parametrize("algorithms", [[], ["none"], ["HS256"], ["RS256", "RS512"]])
def test_unknown_algorithms_are_misconfigured(algorithms: list[str]) -> None:
    with pytest.raises(Misconfigured):
        access(algorithms=algorithms)
