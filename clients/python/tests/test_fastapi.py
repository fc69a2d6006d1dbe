"""FastAPI: the dependency, over HTTP requests of its test client."""

from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request, Security
from fastapi.testclient import TestClient

from conftest import AUDIENCE, ISSUER, NOW, Signer
from doorward_access import (
    SIGNED_TOKENS,
    Access,
    FixedKeys,
    KeySet,
    Principal,
    has_role,
    is_machine,
)
from doorward_access.fastapi import Guard, install


def app_of(key_set: KeySet, *, has_problems: bool) -> FastAPI:
    access = Access(
        ISSUER,
        AUDIENCE,
        origin="http://testserver",
        keys=FixedKeys(key_set),
        clock=lambda: NOW,
    )
    guard = Guard(access)
    app = FastAPI()
    if has_problems:
        install(app)

    @app.get("/me")
    def me(caller: Annotated[Principal, Depends(guard)]) -> str:
        return caller.subject

    @app.get("/twice", dependencies=[Depends(guard.requires(has_role("developer")))])
    def twice(caller: Annotated[Principal, Depends(guard)]) -> str:
        return caller.subject

    @app.get("/scope")
    def scope(caller: Annotated[Principal, Security(guard, scopes=["tasks:write"])]) -> str:
        return caller.subject

    @app.get("/permission")
    def permission(caller: Annotated[Principal, Depends(guard.permission("tasks:read"))]) -> str:
        return caller.subject

    @app.get("/machine")
    def machine(caller: Annotated[Principal, Depends(guard.requires(is_machine))]) -> str:
        return caller.subject

    strong = guard.permission("tasks:read").recent(300, acr_values=["aal2"])

    @app.get("/strong")
    async def pay(caller: Annotated[Principal, Depends(strong)]) -> str:
        return caller.subject

    return app


@pytest.fixture(params=[False, True])
def client(request: Any, key_set: KeySet) -> TestClient:
    return TestClient(app_of(key_set, has_problems=request.param))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def challenge(response: Any) -> str:
    return ", ".join(response.headers.get_list("WWW-Authenticate"))


def test_the_function_knows_its_caller(client: TestClient, one: Signer) -> None:
    response = client.get("/me", headers=bearer(one.token()))
    assert (response.status_code, response.json()) == (200, "alice")


def test_without_a_token(client: TestClient) -> None:
    response = client.get("/me")
    assert response.status_code == 401
    assert challenge(response).startswith(f'Bearer realm="{AUDIENCE}", DPoP algs="')


@pytest.mark.parametrize(
    ("path", "changes", "status", "expected"),
    [
        ("/permission", {}, 200, ""),
        ("/permission", {"exp": 1}, 401, 'error="invalid_token"'),
        ("/permission", {"entitlements": []}, 403, ""),
        ("/scope", {}, 403, 'error="insufficient_scope"'),
        ("/scope", {"scope": "tasks:write"}, 200, ""),
        ("/machine", {}, 403, ""),
        ("/machine", {"sub": "tasks-web"}, 200, ""),
        ("/twice", {}, 200, ""),
        ("/twice", {"roles": []}, 403, ""),
        ("/strong", {"acr": "aal1"}, 401, 'acr_values="aal2", max_age="300"'),
        ("/strong", {"acr": "aal2", "auth_time": NOW - 301}, 401, 'max_age="300"'),
        ("/strong", {"acr": "aal2", "auth_time": NOW - 300}, 200, ""),
        ("/strong", {"acr": "aal1", "entitlements": []}, 403, ""),
    ],
)
def test_requirements(
    client: TestClient, one: Signer, path: str, changes: Any, status: int, expected: str
) -> None:
    response = client.get(path, headers=bearer(one.token(**changes)))
    assert response.status_code == status
    assert expected in challenge(response)
    assert bool(expected) == bool(challenge(response))
    if status >= 400 and response.headers["content-type"] == "application/problem+json":
        assert response.headers["x-decision-id"] == response.json()["decision_id"]


def test_two_headers_are_ambiguous(client: TestClient, one: Signer) -> None:
    token = f"Bearer {one.token()}"
    response = client.get("/me", headers=[("Authorization", token), ("Authorization", token)])
    assert response.status_code == 400


def test_dpop(client: TestClient, one: Signer, holder: Signer) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    proof = holder.proof(token, "http://testserver/twice")
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    # Two dependencies of one request check it; a copy of it is rejected.
    assert client.get("/twice?a=b", headers=headers).status_code == 200
    again = client.get("/twice", headers=headers)
    assert again.status_code == 401
    assert 'error="invalid_dpop_proof"' in challenge(again)


def test_the_scheme_is_in_the_description(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    url = f"{ISSUER}/.well-known/openid-configuration"
    scheme = {"type": "openIdConnect", "openIdConnectUrl": url}
    assert described["components"]["securitySchemes"] == {"Doorward": scheme}
    assert described["paths"]["/scope"]["get"]["security"] == [{"Doorward": ["tasks:write"]}]
    assert described["paths"]["/me"]["get"]["security"] == [{"Doorward": []}]


@pytest.mark.parametrize(
    "derive",
    [
        lambda guard: guard.requires(has_role("developer")),
        lambda guard: guard.permission("tasks:read"),
        lambda guard: guard.recent(300),
        lambda guard: guard.accepting(SIGNED_TOKENS),
    ],
)
def test_derived_guards_keep_their_class(derive: Any, key_set: KeySet, one: Signer) -> None:
    class Proxied(Guard):
        def certificate(self, request: Request) -> str | None:
            return request.headers.get("X-Certificate")

    guard = Proxied(Access(ISSUER, AUDIENCE, keys=FixedKeys(key_set), clock=lambda: NOW))
    app = FastAPI()
    app.get("/", dependencies=[Depends(derive(guard))])(lambda: "done")
    bound = bearer(one.token(cnf={"x5t#S256": "A" * 43}))
    client = TestClient(app)
    assert client.get("/", headers=bound | {"X-Certificate": "A" * 43}).status_code == 200
    assert client.get("/", headers=bound).status_code == 401


@pytest.mark.parametrize(("path", "status"), [("/me", 401), ("/machine", 403), ("/strong", 401)])
def test_each_denial_is_logged_once(
    client: TestClient, one: Signer, caplog: Any, path: str, status: int
) -> None:
    headers = {} if path == "/me" else bearer(one.token(acr="aal1"))
    with caplog.at_level("WARNING"):
        response = client.get(path, headers=headers)
    assert response.status_code == status
    lines = [line for line in caplog.messages if "decision_id=" in line]
    assert [response.headers["x-decision-id"] in line for line in lines] == [True]
    assert ("'alice'" in lines[0]) == bool(headers)
