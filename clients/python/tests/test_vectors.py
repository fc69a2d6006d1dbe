"""The shared vectors: inputs with the decision about each."""

from typing import Any

import pytest

from conftest import VECTORS as FILE
from doorward_access import (
    Access,
    Assurance,
    Denied,
    EventRejected,
    FixedKeys,
    HttpRequest,
    JwksError,
    KeySet,
    KeysUnavailable,
    Principal,
    ProofRejected,
    ReplayStoreUnavailable,
    Requirement,
    Signals,
    SignalsClient,
    TokenRejected,
    dpop,
)

# The version of the file that these tests understand.
VECTORS_VERSION = 2
KINDS = ("token", "proof", "jwks", "request", "signals")


def of(kind: str) -> list[Any]:
    return [
        pytest.param(
            vector,
            id=vector["name"],
            marks=[pytest.mark.skip(reason=reason)] if reason else [],
        )
        for vector in FILE["vectors"]
        if vector["kind"] == kind
        for reason in [vector.get("skip", {}).get("python")]
    ]


class Unavailable:
    """An issuer that does not respond, and a store that is not available."""

    def keys(self) -> KeySet:
        raise KeysUnavailable(5)

    def keys_for(self, _: str) -> KeySet:
        raise KeysUnavailable(5)

    def claim(self, *_: object) -> bool:
        raise ReplayStoreUnavailable


def described(principal: Principal) -> dict[str, Any]:
    bound_to = principal.confirmation
    confirmation = None
    if bound_to is not None:
        members = {"jkt": bound_to.jkt, "x5t#S256": bound_to.x5t_s256}
        confirmation = {name: text for name, text in members.items() if text is not None}
        confirmation |= bound_to.others
    return {
        "subject": principal.subject,
        "client_id": principal.client_id,
        "scope": list(principal.scope),
        "roles": list(principal.roles),
        "groups": list(principal.groups),
        "managed_groups": list(principal.managed_groups),
        "entitlements": sorted(principal.entitlements),
        "org": principal.org,
        "email_verified": principal.email_verified,
        "acr": principal.acr,
        "amr": list(principal.amr),
        "auth_time": principal.auth_time,
        "sid": principal.sid,
        "jti": principal.jti,
        "expires_at": principal.expires_at,
        "confirmation": confirmation,
        "authorization_details": list(principal.authorization_details),
        "is_service": principal.is_service,
        "is_verified_user": principal.is_verified_user,
    }


def authenticator(vector: dict[str, Any]) -> Access:
    settings = vector["settings"]
    unavailable = Unavailable()
    is_reachable = vector["jwks"] is not None
    keys = FixedKeys(KeySet.from_jwks(FILE["jwks"][vector["jwks"]])) if is_reachable else None
    return Access(
        settings["issuer"],
        settings["audience"],
        origin=settings.get("origin"),
        realm=settings.get("realm"),
        resource_metadata=settings.get("resource_metadata"),
        leeway=settings.get("leeway", 60),
        accept_plain_jwt=settings.get("plain_jwt", False),
        require_dpop=settings.get("require_dpop", False),
        used_proofs=unavailable if settings.get("replay_store") == "unavailable" else None,
        keys=keys or unavailable,
        clock=lambda: vector["now"],
    )


def test_every_vector_is_understood() -> None:
    assert FILE["version"] == VECTORS_VERSION
    assert sum(len(of(kind)) for kind in KINDS) == len(FILE["vectors"])
    assert len(FILE["vectors"]) >= 1000
    assert len({vector["name"] for vector in FILE["vectors"]}) == len(FILE["vectors"])


@pytest.mark.parametrize("vector", of("token"))
def test_token(vector: dict[str, Any]) -> None:
    try:
        principal = authenticator(vector).authenticate_token(vector["token"])
        found: dict[str, Any] = {"principal": described(principal)}
    except TokenRejected as rejected:
        found = {"code": rejected.code, "message": str(rejected)}
    assert found == vector["expect"]


@pytest.mark.parametrize("vector", of("proof"))
def test_proof(vector: dict[str, Any]) -> None:
    try:
        proof = dpop.verify(
            vector["proof"],
            method=vector["method"],
            uri=vector["uri"],
            access_token=vector["access_token"],
            now=vector["now"],
        )
        found: dict[str, Any] = {
            "jkt": proof.jkt,
            "jti": proof.jti,
            "iat": proof.iat,
            "nonce": proof.nonce,
            "name": proof.name.hex(),
            "expires_at": proof.expires_at,
        }
    except ProofRejected as rejected:
        found = {"code": rejected.code, "message": str(rejected)}
    assert found == vector["expect"]


@pytest.mark.parametrize("vector", of("jwks"))
def test_jwks(vector: dict[str, Any]) -> None:
    try:
        found: dict[str, Any] = {"kids": sorted(KeySet.from_jwks(vector["document"]))}
    except JwksError as error:
        found = {"message": str(error)}
    assert found == vector["expect"]


def answer(access: Access, vector: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    required = vector["requires"]
    request = HttpRequest(
        sent["method"],
        sent["path"],
        [(name, value) for name, value in sent["headers"]],
        certificate=sent["certificate"],
    )
    try:
        principal = access.authenticate(request)
        access.permit(
            principal,
            Requirement(required["permission"], required["scope"]),
            Assurance(tuple(required["acr_values"]), required["max_age"]),
            verified_users_only=required["verified_users_only"],
        )
    except Denied as denied:
        body = denied.body()
        has_id = body.pop("decision_id", None) is not None
        return {
            "status": denied.status,
            "error": denied.error,
            "challenges": [str(challenge) for challenge in denied.challenges],
            "retry_after": denied.retry_after,
            "has_decision_id": has_id,
            "body": body,
        }
    return {"principal": described(principal)}


@pytest.mark.parametrize("vector", of("request"))
def test_request(vector: dict[str, Any]) -> None:
    access = authenticator(vector)
    found = [answer(access, vector, sent) for sent in vector["requests"]]
    assert found == vector["expect"]


def step(access: Access, step: dict[str, Any]) -> dict[str, Any]:
    try:
        if "set" in step:
            event = access.receive_event(step["set"])
            return {"jti": event.jti, "revokes": event.revocation is not None}
        access.authenticate_token(step["token"])
        return {"accepted": True}
    except EventRejected as rejected:
        return {"err": rejected.code}
    except TokenRejected as rejected:
        return {"code": rejected.code, "message": str(rejected)}


@pytest.mark.parametrize("vector", of("signals"))
def test_signals(vector: dict[str, Any]) -> None:
    settings, now = vector["settings"], 0
    client = SignalsClient(settings["receiver"], "secret")
    access = Access(
        settings["issuer"],
        settings["audience"],
        keys=FixedKeys(KeySet.from_jwks(FILE["jwks"][vector["jwks"]])),
        signals=Signals(client, longest_life=settings["longest_life"]),
        clock=lambda: now,
    )
    found = []
    for one in vector["steps"]:
        now = one["now"]
        found.append(step(access, one))
    assert found == vector["expect"]
