"""Parts that the shared vectors do not cover."""

import json

import pytest

from conftest import AUDIENCE, ISSUER, NOW, Signer, claims
from doorward_access import (
    Access,
    Denied,
    FixedKeys,
    HttpRequest,
    InMemoryReplayStore,
    KeySet,
    Misconfigured,
    ReplayStoreUnavailable,
    SignedNonces,
    any_of,
    has_entitlement,
    has_role,
    has_scope,
    is_machine,
    is_user,
)
from doorward_access.decision import Condition

URL = "https://tasks.example/api/tasks/"


def denied_by(access: Access, token: str, *conditions: Condition) -> list[str]:
    principal = access.authenticate_token(token)
    try:
        access.require(principal, *conditions)
    except Denied as denied:
        assert denied.status == 403
        return [reason.code for reason in denied.reasons]
    return []


def test_conditions(access: Access, one: Signer) -> None:
    user, machine = one.token(), one.token(sub="tasks-web")
    for token, condition, expected in [
        (user, has_scope("tasks:read"), []),
        (user, has_scope("tasks:read", "tasks:write"), ["missing_scope"]),
        (user, has_scope("a", "b"), ["missing_scope", "missing_scope"]),
        (user, has_entitlement("tasks:write"), []),
        (user, has_entitlement("tasks:delete"), ["missing_entitlement"]),
        (user, has_role("developer"), []),
        (user, has_role("admin"), ["missing_role"]),
        (user, is_user, []),
        (user, is_machine, ["machine_required"]),
        (machine, is_user, ["user_required"]),
        (machine, is_machine, []),
        (user, any_of(has_role("admin"), has_scope("tasks:read")), []),
        (user, any_of(has_role("admin"), has_scope("x")), ["missing_role", "missing_scope"]),
    ]:
        assert denied_by(access, token, condition) == expected


def test_missing_role_speaks_of_the_token(access: Access, one: Signer) -> None:
    for roles, start in [
        ([], "the token has no roles; "),
        (["developer"], "the token does not have the role admin; "),
    ]:
        principal = access.authenticate_token(one.token(roles=roles))
        (reason,) = has_role("admin")(principal)
        assert reason.detail.startswith(start)
        assert "--token-claims roles" in reason.detail
        assert reason.extra == {"role": "admin"}


def test_conditions_need_a_name() -> None:
    for empty in (has_scope, has_role, has_entitlement, any_of):
        with pytest.raises(ValueError, match="a"):
            empty()


def test_the_scopes_of_a_challenge(access: Access, one: Signer) -> None:
    principal = access.authenticate_token(one.token())
    with pytest.raises(Denied) as denied:
        access.require(principal, has_scope("a", "b"), has_role("c"))
    assert denied.value.error == "insufficient_scope"
    assert denied.value.challenges[0].get("scope") == "a b"
    with pytest.raises(Denied) as denied:
        access.require(principal, has_role("c"))
    assert denied.value.challenges == ()


def test_custom_claims(access: Access, one: Signer) -> None:
    principal = access.authenticate_token(one.token(department="sales"))
    assert principal.claims["department"] == "sales"
    assert principal.is_user
    assert hash(principal)


@pytest.mark.parametrize(("issuer", "audience"), [("", AUDIENCE), (ISSUER, "")])
def test_settings_are_required(issuer: str, audience: str) -> None:
    with pytest.raises(Misconfigured):
        Access(issuer, audience)


def test_an_origin_must_be_one() -> None:
    with pytest.raises(Misconfigured):
        Access(ISSUER, AUDIENCE, origin="tasks.example")


def proved(token: str, proof: str) -> HttpRequest:
    return HttpRequest("GET", "/api/tasks/", [("Authorization", f"DPoP {token}"), ("DPoP", proof)])


def test_one_request_is_checked_twice(access: Access, one: Signer, holder: Signer) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    request = proved(token, holder.proof(token, URL))
    for _ in range(2):
        assert access.authenticate(request).subject == "alice"
    with pytest.raises(Denied):
        access.authenticate(proved(token, request.fields("dpop")[0]))
    # The mark is for this token only.
    other = one.token(cnf={"jkt": holder.jkt}, jti="t2")
    changed = HttpRequest(
        "GET", "/api/tasks/", proved(other, request.fields("dpop")[0]).headers, state=request.state
    )
    with pytest.raises(Denied):
        access.authenticate(changed)


def test_proofs_that_a_server_joined(access: Access, one: Signer, holder: Signer) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    proofs = [holder.proof(token, URL) for _ in range(2)]
    with pytest.raises(Denied) as denied:
        access.authenticate(proved(token, ", ".join(proofs)))
    assert denied.value.detail == "there are several DPoP proofs"


def test_port_of_thousands_of_digits_is_malformed(
    access: Access, one: Signer, holder: Signer
) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    for port in ("1" * 4301, "0" * 4000 + "99999", "0" * 4301):
        proof = holder.sign(
            {"jti": "a", "htm": "GET", "htu": f"https://a:{port}", "iat": NOW},
            typ="dpop+jwt",
            jwk=holder.public,
        )
        with pytest.raises(Denied) as denied:
            access.authenticate(proved(token, proof))
        assert denied.value.status == 401
        assert "too long" not in denied.value.detail


def test_nonces(key_set: KeySet, one: Signer, holder: Signer) -> None:
    now = NOW
    nonces = SignedNonces(b"k" * 32)
    access = Access(ISSUER, AUDIENCE, keys=FixedKeys(key_set), clock=lambda: now, nonces=nonces)
    token = one.token(cnf={"jkt": holder.jkt})
    for nonce in ({}, {"nonce": "forged"}, {"nonce": nonces.current(NOW - 120)}):
        with pytest.raises(Denied) as denied:
            access.authenticate(proved(token, holder.proof(token, URL, **nonce)))
        assert denied.value.status == 401
        assert denied.value.error == "use_dpop_nonce"
        assert dict(denied.value.headers())["DPoP-Nonce"] == nonces.current(NOW)
    for time in (NOW, NOW - 60):
        proof = holder.proof(token, URL, nonce=nonces.current(time))
        assert access.authenticate(proved(token, proof)).subject == "alice"
    assert not SignedNonces(b"j" * 32).is_valid(nonces.current(NOW), NOW)
    with pytest.raises(ValueError, match="32 bytes"):
        SignedNonces(b"short")


def test_the_store_is_bounded() -> None:
    store = InMemoryReplayStore(size=2)
    assert store.claim(b"a", 10, 0)
    assert not store.claim(b"a", 10, 0)
    assert store.claim(b"b", 20, 0)
    with pytest.raises(ReplayStoreUnavailable):
        store.claim(b"c", 10, 9)
    assert not store.claim(b"b", 20, 9)
    assert store.claim(b"c", 30, 10)
    assert store.claim(b"a", 30, 20)


def test_a_response(access: Access) -> None:
    with pytest.raises(Denied) as denied:
        access.authenticate(HttpRequest("GET", "/", []))
    names = [name for name, _ in denied.value.headers()]
    assert names.count("WWW-Authenticate") == 2
    body = denied.value.body()
    assert body["decision_id"] == dict(denied.value.headers())["X-Decision-Id"]
    assert body["type"] == "urn:doorward:problem:token-required"
    assert json.dumps(body)


def test_the_token_is_never_repeated(access: Access, one: Signer) -> None:
    token = one.sign(claims(aud="x"), typ="at+jwt", kid="one")
    with pytest.raises(Denied) as denied:
        access.authenticate(HttpRequest("GET", "/", [("Authorization", f"Bearer {token}")]))
    assert token not in f"{denied.value.body()}{denied.value.headers()}{denied.value}"
