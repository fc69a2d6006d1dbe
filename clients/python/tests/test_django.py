"""Django without the REST framework: the guard, over HTTP requests of its test client."""

from typing import Any

import django_project  # noqa: F401  (configures Django)
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import include, path
from django.views import View
from django.views.decorators.cache import never_cache

from conftest import AUDIENCE, ISSUER, NOW, Signer
from doorward_access import FixedKeys, KeySet, Misconfigured, Principal, has_role, is_user
from doorward_access.django import Guard, check_routes

guard = Guard()
reader = guard.permission("tasks:read")


def me(request: HttpRequest, caller: Principal) -> JsonResponse:
    return JsonResponse({"subject": caller.subject, "machine": caller.is_service})


@reader
def report(request: HttpRequest, caller: Principal, owner: str) -> HttpResponse:
    if owner != caller.subject:
        return guard.forbidden(caller, "this report is not yours")
    return HttpResponse(owner)


@reader
async def soon(request: HttpRequest, caller: Principal) -> JsonResponse:
    return me(request, caller)


class Classes(View):
    def get(self, request: HttpRequest, caller: Principal) -> JsonResponse:
        return me(request, caller)

    post = get


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("me/", guard(me)),
    path("report/<str:owner>/", report),
    path("soon/", soon),
    path("class/", reader(Classes.as_view())),
    path("cached/", never_cache(reader(me))),
    path("other/", guard.permission("tasks:delete")(me)),
    path("covered/", guard.permission("tasks:write", covered_by="tasks:read")(me)),
    path("role/", guard.requires(is_user, has_role("admin"))(me)),
    path("recent/", reader.recent(300)(me)),
    path("nested/", include([path("me/", guard(me))])),
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
    csrf = "django.middleware.csrf.CsrfViewMiddleware"
    with override_settings(
        DOORWARD_ACCESS=options,
        ROOT_URLCONF="test_django",
        MIDDLEWARE=[*settings.MIDDLEWARE, csrf],
    ):
        yield


def get(path_: str, token: str | None = None, **headers: str) -> Any:
    fields = {} if token is None else {"authorization": f"Bearer {token}"}
    return Client().get(path_, headers={**fields, **headers})


@pytest.mark.parametrize("path_", ["/me/", "/class/", "/cached/", "/nested/me/", "/soon/"])
def test_the_view_gets_its_caller(one: Signer, path_: str) -> None:
    response = get(path_, one.token())
    assert response.status_code == 200
    assert response.json() == {"subject": "alice", "machine": False}
    assert get(path_).status_code == 401


def test_without_a_token() -> None:
    response = get("/me/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith(f'Bearer realm="{AUDIENCE}", DPoP algs="')
    assert response["Content-Type"] == "application/problem+json"
    assert response["X-Decision-Id"] == response.json()["decision_id"]


@pytest.mark.parametrize(
    ("path_", "status", "challenge"),
    [
        ("/report/alice/", 200, None),
        ("/report/bob/", 403, None),
        ("/other/", 403, 'scope="tasks:delete"'),
        ("/covered/", 200, None),
        ("/role/", 403, None),
        ("/recent/", 200, None),
    ],
)
def test_requirements(one: Signer, path_: str, status: int, challenge: str | None) -> None:
    response = get(path_, one.token())
    assert response.status_code == status
    assert (challenge or "") in response.headers.get("WWW-Authenticate", "")
    assert bool(challenge) == ("WWW-Authenticate" in response.headers)


def test_an_old_sign_in(one: Signer) -> None:
    response = get("/recent/", one.token(auth_time=NOW - 301))
    assert response.status_code == 401
    assert 'max_age="300"' in response["WWW-Authenticate"]


def test_ambiguous_requests(one: Signer) -> None:
    assert get("/me/", one.token(), **{"x-api-key": "a"}).status_code == 400
    assert get("/me/", "a,Bearer b").status_code == 400


def test_dpop(one: Signer, holder: Signer) -> None:
    token = one.token(cnf={"jkt": holder.jkt})
    proof = holder.proof(token, "http://testserver/me/")
    headers = {"authorization": f"DPoP {token}", "dpop": proof}
    assert Client().get("/me/?a=b", headers=headers).status_code == 200
    again = Client().get("/me/", headers=headers)
    assert again.status_code == 401
    assert 'error="invalid_dpop_proof"' in again["WWW-Authenticate"]
    assert get("/me/", token).status_code == 401


def test_a_token_needs_no_csrf_token(one: Signer) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"authorization": f"Bearer {one.token()}"}
    assert client.post("/class/", headers=headers).status_code == 200
    assert client.post("/class/").status_code == 401


def test_asynchronous_views_under_asgi(one: Signer) -> None:
    from asgiref.sync import async_to_sync  # noqa: PLC0415

    async def ask(token: str) -> int:
        headers = {"authorization": f"Bearer {token}"}
        return (await AsyncClient().get("/soon/", headers=headers)).status_code

    assert async_to_sync(ask)(one.token()) == 200
    assert async_to_sync(ask)("abc") == 401


def test_an_outage_is_503(one: Signer) -> None:
    options = {"ISSUER": "http://127.0.0.1:1", "AUDIENCE": AUDIENCE}
    with override_settings(DOORWARD_ACCESS=options):
        response = get("/me/", one.token())
    assert response.status_code == 503
    assert response["Retry-After"]


def test_another_authenticator(one: Signer, access: Any) -> None:
    other = Guard(access)
    request = HttpRequest()
    request.method, request.path = "GET", "/me/"
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {one.token()}"
    assert other.check(request).subject == "alice"


def test_missing_settings(one: Signer) -> None:
    with override_settings(DOORWARD_ACCESS={"ISSUER": ISSUER}), pytest.raises(Misconfigured):
        get("/me/", one.token())


def test_unguarded_routes_are_named() -> None:
    check_routes(urlpatterns)
    open_ = [*urlpatterns, path("health/", health)]
    nested = [path("nested/", include([path("health/", health)]))]
    for patterns, route in [(open_, "health/"), (nested, "nested/health/")]:
        with pytest.raises(Misconfigured, match=f"'{route}' has no guard"):
            check_routes(patterns)
        check_routes(patterns, public=[route])
    with pytest.raises(Misconfigured, match="'me/' is no public route"):
        check_routes(urlpatterns, public=["me/"])
