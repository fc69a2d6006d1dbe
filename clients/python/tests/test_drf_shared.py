"""Old tokens beside those of Doorward: each authentication class of Django sites, as installed."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import django_project  # noqa: F401  (configures Django)
import knox.auth
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import override_settings
from knox.models import get_token_model
from knox.settings import knox_settings
from rest_framework import authentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import AccessToken

from conftest import AUDIENCE, ISSUER, NOW, Signer, claims
from doorward_access import FixedKeys, HttpRequest, KeySet
from doorward_access.drf import Authentication, HasScope, SharedAuthentication
from doorward_access.request import is_foreign as is_foreign_token
from doorward_access.testing import MemoryIssuer


class BearerToken(authentication.TokenAuthentication):
    keyword = "Bearer"


class BearerKnox(knox.auth.TokenAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


@dataclass(frozen=True)
class Neighbor:
    """The former authentication class of a site."""

    former: type[authentication.BaseAuthentication]
    prefix: str
    make: Callable[[Any], str]

    def header(self, user: Any) -> str:
        return f"{self.prefix} {self.make(user)}"

    def forged(self, user: Any) -> str:
        """Returns a token that was changed, which the former class rejects."""
        token = self.header(user)
        at = len(self.prefix) + 12
        other = "0" if token[at] != "0" else "1"
        return token[:at] + other + token[at + 1 :]


def simple_jwt(user: Any) -> str:
    return str(AccessToken.for_user(user))


def knox_token(user: Any) -> str:
    return str(get_token_model().objects.create(user)[1])


def drf_token(user: Any) -> str:
    return str(Token.objects.get_or_create(user=user)[0].key)


NEIGHBORS = {
    "simplejwt": Neighbor(JWTAuthentication, "Bearer", simple_jwt),
    "knox": Neighbor(knox.auth.TokenAuthentication, "Token", knox_token),
    "knox_bearer": Neighbor(BearerKnox, "Bearer", knox_token),
    "drf_token": Neighbor(authentication.TokenAuthentication, "Token", drf_token),
    "drf_token_bearer": Neighbor(BearerToken, "Bearer", drf_token),
}


@pytest.fixture(scope="module", autouse=True)
def tables() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)


@pytest.fixture
def user() -> Iterator[Any]:
    user = get_user_model().objects.create_user("ann", password="Correct-Horse-7")
    yield user
    user.delete()


@pytest.fixture(autouse=True)
def configured(key_set: KeySet) -> Iterator[None]:
    options = {
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "KEYS": FixedKeys(key_set),
        "CLOCK": lambda: NOW,
        "ORIGIN": "http://testserver",
    }
    with override_settings(DOORWARD_ACCESS=options):
        yield


@pytest.fixture(params=NEIGHBORS)
def neighbor(request: Any, monkeypatch: Any) -> Neighbor:
    chosen = NEIGHBORS[request.param]
    if issubclass(chosen.former, knox.auth.TokenAuthentication):
        monkeypatch.setattr(knox_settings, "AUTH_HEADER_PREFIX", chosen.prefix)
    return chosen


def call(
    header: str | None, *classes: type, permission: type = IsAuthenticated, **fields: str
) -> Any:
    """Calls a view with these authentication classes."""

    def get(_: APIView, request: Request) -> Response:
        method = type(request.successful_authenticator).__name__
        return Response({"user": str(request.user), "by": method})

    members = {
        "authentication_classes": list(classes),
        "permission_classes": [permission],
        "get": get,
    }
    headers = {**fields} if header is None else {"authorization": header, **fields}
    request = APIRequestFactory().get("/", headers=headers)
    return type("Guarded", (APIView,), members).as_view()(request)


def test_old_and_new_tokens_are_accepted_beside_each_other(
    neighbor: Neighbor, user: Any, one: Signer
) -> None:
    classes = (SharedAuthentication, neighbor.former)
    response = call(neighbor.header(user), *classes)
    assert (response.status_code, response.data["user"]) == (200, "ann")
    assert response.data["by"] == neighbor.former.__name__
    response = call(f"Bearer {one.token()}", *classes)
    assert (response.status_code, response.data["user"]) == (200, "alice")
    assert response.data["by"] == "SharedAuthentication"


def test_neither_class_accepts_what_the_other_rejects(
    neighbor: Neighbor, user: Any, one: Signer, holder: Signer
) -> None:
    classes = (SharedAuthentication, neighbor.former)
    foreign_key = f"Bearer {holder.sign({'iss': 'https://other.example', 'sub': str(user.pk)})}"
    for header in (
        neighbor.forged(user),
        f"Bearer {one.token(exp=1)}",
        f"Bearer {one.token(aud='https://other.example')}",
        f"Bearer {one.token()[:-8]}AAAAAAAA",
        f"Bearer {one.token(iss=ISSUER + '/')}",
        f"Bearer {one.token(cnf={'jkt': holder.jkt})}",
        f"Bearer {holder.sign(claims(), typ='at+jwt', kid='one')}",
        foreign_key,
        "Bearer x.y.z",
        "Bearer ",
        "Bearer dwa_0123456789",
    ):
        response = call(header, *classes)
        assert response.status_code == 401, header
        assert f'realm="{AUDIENCE}"' in response["WWW-Authenticate"]


def test_rejected_token_of_doorward_is_never_handed_on(one: Signer) -> None:
    class Gullible(authentication.BaseAuthentication):
        def authenticate(self, request: Request) -> Any:
            raise AssertionError("a token of Doorward was handed on")

    for token in (one.token(exp=1), one.token(aud="x"), one.token()[:-4] + "AAAA"):
        assert call(f"Bearer {token}", SharedAuthentication, Gullible).status_code == 401
    assert call("DPoP x.y.z", SharedAuthentication, Gullible).status_code == 401
    assert call("Bearer a,Bearer b", SharedAuthentication, Gullible).status_code == 400


def test_plain_class_rejects_old_bearer_tokens(neighbor: Neighbor, user: Any) -> None:
    response = call(neighbor.header(user), Authentication, neighbor.former)
    assert response.status_code == (401 if neighbor.prefix == "Bearer" else 200)


def test_session_goes_on(user: Any, one: Signer) -> None:
    def get(_: APIView, request: Request) -> Response:
        return Response({"user": str(request.user)})

    classes = [SharedAuthentication, authentication.SessionAuthentication]
    view = type("Guarded", (APIView,), {"authentication_classes": classes, "get": get}).as_view()
    request = APIRequestFactory().get("/")
    # As `AuthenticationMiddleware` sets it from the session.
    request.user = user
    assert view(request).data == {"user": "ann"}
    request = APIRequestFactory().get("/", headers={"authorization": f"Bearer {one.token()}"})
    request.user = user
    assert view(request).data == {"user": "alice"}


def test_permission_classes_accept_tokens_of_doorward_only(
    neighbor: Neighbor, user: Any, one: Signer
) -> None:
    classes = (SharedAuthentication, neighbor.former)
    response = call(neighbor.header(user), *classes, permission=HasScope("tasks:read"))
    assert response.status_code == 403
    response = call(f"Bearer {one.token()}", *classes, permission=HasScope("tasks:read"))
    assert response.status_code == 200


def test_subclass_finds_a_row(user: Any, one: Signer) -> None:
    class Site(SharedAuthentication):
        def get_user(self, principal: Any) -> Any:
            assert principal.subject == "alice"
            return user

    response = call(f"Bearer {one.token()}", Site, JWTAuthentication)
    assert response.data["user"] == "ann"


def test_token_that_nobody_accepts_is_a_problem_that_names_the_issuer(user: Any) -> None:
    framework = {"EXCEPTION_HANDLER": "doorward_access.drf.exception_handler"}
    issuer = MemoryIssuer()
    with override_settings(REST_FRAMEWORK=framework, DOORWARD_ACCESS=issuer.settings()):
        response = call(f"Bearer {simple_jwt(user)}", SharedAuthentication)
        missing = call(None, SharedAuthentication)
    assert response.status_code == missing.status_code == 401
    assert issuer.issuer in response.content.decode()
    assert 'error="invalid_token"' in response["WWW-Authenticate"]
    assert "error" not in missing["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("header", "is_foreign"),
    [
        (None, False),
        ("Basic YTpi", False),
        ("Token 0123", False),
        ("bearer 0123", True),
        ("Bearer ", False),
        ("Bearer a b", False),
        ("Bearer dwa_0123", False),
        ("Bearer a.b", True),
        ("Bearer a.b.c.d.e", True),
        ("DPoP 0123", False),
    ],
)
def test_token_without_a_claim_is_foreign_by_its_form(header: str | None, is_foreign: bool) -> None:
    headers = [] if header is None else [("Authorization", header)]
    assert is_foreign_token(HttpRequest("GET", "/", headers), ISSUER) is is_foreign


@pytest.mark.parametrize(
    ("issuer", "is_foreign"),
    [(ISSUER, False), (ISSUER + "/", True), (None, True), ([ISSUER], True), ("", True), (7, True)],
)
def test_token_is_foreign_by_its_issuer(issuer: Any, is_foreign: bool) -> None:
    headers = [("Authorization", f"Bearer {compact({'iss': issuer})}")]
    assert is_foreign_token(HttpRequest("GET", "/", headers), ISSUER) is is_foreign


def compact(payload: dict[str, Any]) -> str:
    """Returns an unsigned token that a library would not make."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'RS256'})}.{part(payload)}.AAAA"
