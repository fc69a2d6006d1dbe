"""The issuer in memory, in the tests of a service as the guides show them."""

from typing import Any

import django_project  # noqa: F401  (configures Django)
import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from conftest import NOW
from doorward_access import (
    Denied,
    HttpRequest,
    JwksClient,
    KeysUnavailable,
    Requirement,
    TokenRejected,
)
from doorward_access.drf import User
from doorward_access.testing import MemoryIssuer


@pytest.fixture
def issuer() -> MemoryIssuer:
    return MemoryIssuer(clock=lambda: NOW)


@pytest.fixture
def client(issuer: MemoryIssuer) -> Any:
    with override_settings(DOORWARD_ACCESS=issuer.settings()):
        yield APIClient()


def test_token_is_accepted_and_has_its_permissions(issuer: MemoryIssuer) -> None:
    access = issuer.access()
    headers = list(issuer.headers(permissions=["tasks:read"], org="acme").items())
    caller = access.authenticate(HttpRequest("GET", "/", headers))
    access.permit(caller, Requirement.of("tasks:read"))
    assert (caller.subject, caller.org, caller.is_service) == ("alice", "acme", False)
    with pytest.raises(Denied) as denied:
        access.permit(caller, Requirement.of("tasks:write"))
    assert denied.value.status == 403


def test_scope_alone_is_no_permission(issuer: MemoryIssuer) -> None:
    caller = issuer.principal("bob", scope=["tasks:read"], roles=["editor"])
    assert (caller.scope, caller.entitlements) == (("tasks:read",), frozenset())
    assert caller.roles == ("editor",)


def test_machine_token(issuer: MemoryIssuer) -> None:
    caller = issuer.access().authenticate_token(issuer.machine_token("reports"))
    assert (caller.subject, caller.client_id, caller.is_service) == ("reports", "reports", True)
    assert caller.auth_time is None


@pytest.mark.parametrize(
    "changes", [{"expires_in": -61}, {"aud": "https://other.example"}, {"jti": None}]
)
def test_wrong_tokens_are_rejected(issuer: MemoryIssuer, changes: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected):
        issuer.access().authenticate_token(issuer.token(**changes))


def test_other_issuer_is_rejected(issuer: MemoryIssuer) -> None:
    other = MemoryIssuer("https://evil.example", clock=lambda: NOW)
    with pytest.raises(TokenRejected):
        issuer.access().authenticate_token(other.token())


def test_documents_are_served_from_memory(issuer: MemoryIssuer) -> None:
    keys = JwksClient(issuer.issuer, clock=lambda: NOW, fetch=issuer.fetch)
    access = issuer.access(keys=keys)
    assert access.authenticate_token(issuer.token()).subject == "alice"
    lost = JwksClient("https://other.example", clock=lambda: NOW, fetch=issuer.fetch)
    with pytest.raises(KeysUnavailable):
        lost.keys()


def test_views_accept_headers(issuer: MemoryIssuer, client: APIClient) -> None:
    headers = issuer.headers(scope=["tasks:read"])
    assert client.get("/scope/", headers=headers).status_code == 200
    assert client.get("/other-scope/", headers=headers).status_code == 403
    assert client.get("/scope/").status_code == 401


def test_views_accept_force_authenticate(issuer: MemoryIssuer, client: APIClient) -> None:
    caller = issuer.principal("alice", permissions=["tasks:read"], roles=["developer"])
    client.force_authenticate(user=User(caller), token=caller)
    for path, status in [
        ("/signed-in/", 200),
        ("/permission/", 200),
        ("/role/", 200),
        ("/other-role/", 403),
        ("/object/alice/", 200),
        ("/object/bob/", 403),
    ]:
        assert client.get(path).status_code == status, path
    assert client.get("/signed-in/").json() == {"user": "alice", "kind": "User"}
    assert APIClient().get("/permission/").status_code == 401


def test_force_authenticate_without_principal_meets_no_requirement(client: APIClient) -> None:
    someone = type("Someone", (), {"is_authenticated": True})()
    client.force_authenticate(user=someone)
    assert client.get("/signed-in/").status_code == 200
    assert client.get("/permission/").status_code == 403
    client.force_authenticate(user=someone, token="x")
    assert client.get("/permission/").status_code == 403
