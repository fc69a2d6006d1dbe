"""Django REST framework: the classes, over HTTP requests of its test client."""

from typing import Any

import django_project  # noqa: F401  (configures Django)
import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import path
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from conftest import AUDIENCE, ISSUER, NOW, Signer
from doorward_access import FixedKeys, KeySet
from doorward_access.drf import (
    AnyOf,
    Authentication,
    HasEntitlement,
    HasPermission,
    HasRole,
    HasScope,
    IsMachine,
    IsUser,
    ObjectPermission,
    RecentAuthentication,
)


class Own(ObjectPermission):
    def allows(self, request: Request, principal: Any, obj: Any) -> bool:
        return obj == principal.subject


class View(APIView):
    def get(self, request: Request) -> Response:
        return Response({"user": str(request.user), "kind": type(request.user).__name__})


class ObjectView(View):
    def get(self, request: Request, owner: str = "") -> Response:
        self.check_object_permissions(request, owner)
        return super().get(request)


def view(*classes: Any, base: type[View] = View, **members: Any) -> Any:
    return type("Guarded", (base,), {"permission_classes": list(classes), **members}).as_view()


urlpatterns = [
    path("any/", view(AllowAny)),
    path("signed-in/", view(IsAuthenticated)),
    path("scope/", view(HasScope("tasks:read"))),
    path("other-scope/", view(HasScope("tasks:write"))),
    path("permission/", view(HasPermission("tasks:read"))),
    path("covered/", view(HasPermission("tasks:write", covered_by="tasks:read"))),
    path("other-permission/", view(HasPermission("tasks:delete"))),
    path("entitlement/", view(HasEntitlement("tasks:delete"))),
    path("role/", view(HasRole("developer"))),
    path("other-role/", view(HasRole("admin"))),
    path("either/", view(AnyOf(HasRole("admin"), HasScope("tasks:read")))),
    path("neither/", view(AnyOf(HasRole("admin"), HasScope("tasks:write")))),
    path("both/", view(HasScope("tasks:read") & HasRole("admin"))),
    path("user/", view(IsUser)),
    path("machine/", view(IsMachine)),
    path("recent/", view(HasScope("tasks:read"), RecentAuthentication(300))),
    path("strong/", view(RecentAuthentication(30, acr_values=["aal2"]))),
    path("object/<str:owner>/", view(Own, base=ObjectView)),
    path(
        "basic/",
        view(IsUser, authentication_classes=[BasicAuthentication, Authentication]),
    ),
]


@pytest.fixture(autouse=True)
def configured(key_set: KeySet) -> Any:
    options = {
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "KEYS": FixedKeys(key_set),
        "CLOCK": lambda: NOW,
        "ORIGIN": "http://testserver",
    }
    with override_settings(DOORWARD_ACCESS=options):
        yield


def get(path: str, token: str | None = None, **headers: str) -> Any:
    fields = {} if token is None else {"authorization": f"Bearer {token}"}
    return APIClient().get(path, headers={**fields, **headers})


def test_the_view_knows_its_caller(one: Signer) -> None:
    response = get("/signed-in/", one.token())
    assert response.status_code == 200
    assert response.json() == {"user": "alice", "kind": "User"}


def test_without_a_token() -> None:
    assert get("/any/").status_code == 200
    for path_ in ("/signed-in/", "/scope/", "/recent/", "/object/alice/"):
        response = get(path_)
        assert response.status_code == 401
        challenge = response["WWW-Authenticate"]
        assert challenge.startswith(f'Bearer realm="{AUDIENCE}", DPoP algs="')
        assert "error" not in challenge


def test_a_rejected_token_is_401_even_where_none_is_needed(one: Signer) -> None:
    for path_ in ("/any/", "/signed-in/"):
        response = get(path_, one.token(exp=1))
        assert response.status_code == 401
        assert 'error="invalid_token"' in response["WWW-Authenticate"]
        assert response.json() == {"detail": "the token has expired"}


@pytest.mark.parametrize(
    ("path_", "status", "challenge"),
    [
        ("/scope/", 200, None),
        ("/other-scope/", 403, 'error="insufficient_scope"'),
        ("/permission/", 200, None),
        ("/covered/", 200, None),
        ("/other-permission/", 403, 'scope="tasks:delete"'),
        ("/entitlement/", 403, None),
        ("/role/", 200, None),
        ("/other-role/", 403, None),
        ("/either/", 200, None),
        ("/neither/", 403, 'scope="tasks:write"'),
        ("/both/", 403, None),
        ("/user/", 200, None),
        ("/machine/", 403, None),
        ("/recent/", 200, None),
        ("/strong/", 401, 'acr_values="aal2", max_age="30"'),
        ("/object/alice/", 200, None),
        ("/object/bob/", 403, None),
    ],
)
def test_permission_classes(one: Signer, path_: str, status: int, challenge: str | None) -> None:
    response = get(path_, one.token())
    assert response.status_code == status
    assert (challenge or "") in response.headers.get("WWW-Authenticate", "")
    assert bool(challenge) == ("WWW-Authenticate" in response.headers)


def test_machines(one: Signer) -> None:
    token = one.token(sub="tasks-web", auth_time=None)
    assert get("/machine/", token).status_code == 200
    assert get("/user/", token).status_code == 403
    # A machine cannot sign in again, so it gets no challenge.
    refused = get("/recent/", token)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("a user must sign in")
    assert "WWW-Authenticate" not in refused


def test_an_old_sign_in(one: Signer) -> None:
    response = get("/recent/", one.token(auth_time=NOW - 301))
    assert response.status_code == 401
    assert 'max_age="300"' in response["WWW-Authenticate"]


def test_ambiguous_requests(one: Signer) -> None:
    response = get("/any/", one.token(), **{"x-api-key": "a"})
    assert response.status_code == 400
    joined = APIClient().get("/any/", headers={"authorization": "Bearer a,Bearer b"})
    assert joined.status_code == 400


def test_dpop(one: Signer, holder: Signer) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    proof = holder.proof(token, "http://testserver/scope/")
    headers = {"authorization": f"DPoP {token}", "dpop": proof}
    assert APIClient().get("/scope/?a=b", headers=headers).status_code == 200
    again = APIClient().get("/scope/", headers=headers)
    assert again.status_code == 401
    assert 'error="invalid_dpop_proof"' in again["WWW-Authenticate"]
    bearer = get("/scope/", token)
    assert bearer.status_code == 401
    assert bearer["WWW-Authenticate"].startswith("DPoP ")


def test_another_authentication_class_does_not_meet_a_requirement() -> None:
    class Known(BasicAuthentication):
        def authenticate_credentials(self, *_: Any) -> Any:
            return type("Someone", (), {"is_authenticated": True})(), None

    guarded = view(IsUser, authentication_classes=[Known])

    request = APIRequestFactory().get("/", headers={"authorization": "Basic YTpi"})
    assert guarded(request).status_code == 403


def test_combinations_that_lose_reasons_are_errors() -> None:
    with pytest.raises(TypeError):
        HasScope("a") | HasRole("b")
    with pytest.raises(TypeError):
        AllowAny | HasRole("b")
    with pytest.raises(TypeError):
        ~HasScope("a")
    with pytest.raises(TypeError):
        AnyOf(AllowAny)
    with pytest.raises(ValueError, match="max_age"):
        RecentAuthentication()


def test_problems(one: Signer, caplog: Any) -> None:
    framework = {
        **settings.REST_FRAMEWORK,
        "EXCEPTION_HANDLER": "doorward_access.drf.exception_handler",
    }
    with override_settings(REST_FRAMEWORK=framework):
        # The framework reads its handler when a view class is made ready.
        for path_, token, status, kind in [
            ("/scope/", None, 401, "token-required"),
            ("/other-scope/", one.token(), 403, "permission-denied"),
            ("/strong/", one.token(), 401, "sign-in-required"),
            ("/scope/", one.token(exp=1), 401, "invalid-token"),
        ]:
            caplog.clear()
            response = get(path_, token)
            assert response.status_code == status
            lines = [
                record.getMessage()
                for record in caplog.records
                if record.name == "doorward_access" and record.levelname == "WARNING"
            ]
            assert [response["X-Decision-Id"] in line for line in lines] == [True]
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["type"] == f"urn:doorward:problem:{kind}"
            assert response["X-Decision-Id"] == response.json()["decision_id"]


def test_an_outage_is_503(one: Signer) -> None:
    options = {"ISSUER": "http://127.0.0.1:1", "AUDIENCE": AUDIENCE}
    with override_settings(DOORWARD_ACCESS=options):
        response = get("/scope/", one.token())
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
