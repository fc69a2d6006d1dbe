"""Django REST framework: authentication and permission classes.

The settings are in `DOORWARD_ACCESS` of the Django settings: `ISSUER` and `AUDIENCE`, and the
keyword arguments of `Access` in upper case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.permissions import BasePermission, BasePermissionMetaclass
from rest_framework.request import ForcedAuthentication, Request

from . import decision
from .access import Access
from .credentials import AcceptedCredentials
from .decision import Assurance, Condition
from .django import access, describe, peer, respond
from .errors import Denied, Reason
from .principal import Principal
from .request import BEARER, HttpRequest, is_foreign

if TYPE_CHECKING:
    from rest_framework.views import APIView

__all__ = [
    "AnyOf",
    "Authentication",
    "HasEntitlement",
    "HasPermission",
    "HasRole",
    "HasScope",
    "IsMachine",
    "IsUser",
    "IsVerifiedUser",
    "ObjectPermission",
    "RecentAuthentication",
    "Rejected",
    "SharedAuthentication",
    "User",
    "access",
    "exception_handler",
]


class User:
    """The user of a request, without a user table. `request.auth` is the `Principal`."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.id = self.pk = principal.subject

    @property
    def is_service(self) -> bool:
        """True for a machine: a client that acts on its own behalf."""
        return self.principal.is_service

    def get_username(self) -> str:
        """Returns the subject."""
        return self.principal.subject

    def __str__(self) -> str:
        return self.principal.subject

    def __eq__(self, other: object) -> bool:
        return isinstance(other, User) and other.pk == self.pk

    def __hash__(self) -> int:
        return hash(self.pk)


class Rejected(APIException):
    """A rejected request. The default handler of the framework writes status and challenges."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied.detail, denied.error or denied.problem.rpartition(":")[2])
        self.denied = denied
        self.status_code = denied.status
        if denied.challenges:
            self.auth_header = ", ".join(map(str, denied.challenges))
        if denied.retry_after is not None:
            self.wait = denied.retry_after


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Writes rejected requests as problems (RFC 9457), with each challenge in its own field.

    Set it as `EXCEPTION_HANDLER` of `REST_FRAMEWORK`. Other exceptions are the framework's.
    """
    # The framework imports this module while it imports its views.
    from rest_framework.views import exception_handler as default_handler  # noqa: PLC0415

    if isinstance(exc, Rejected):
        denied = exc.denied
    elif isinstance(exc, NotAuthenticated) and (method := _ours(context)):
        denied = method.unauthenticated(context["request"])
    else:
        return default_handler(exc, context)
    return respond(denied)


def _ours(context: dict[str, Any]) -> Authentication | None:
    request = context.get("request")
    first = next(iter(getattr(request, "authenticators", None) or ()), None)
    return first if isinstance(first, Authentication) else None


class Authentication(BaseAuthentication):
    """Authenticates callers by access tokens: `request.user` is a `User`, `request.auth` the
    `Principal`.

    A request without a token is anonymous: a permission class rejects it. API keys and reference
    tokens are accepted with `INTROSPECTION` and `ACCEPTS` in the settings, or with `accepts` of a
    subclass for the views that name it.
    """

    accepts: ClassVar[AcceptedCredentials | None] = None
    """The accepted credentials; None for those of the settings."""

    def get_access(self) -> Access:
        """Returns the authenticator. Override it for one that the settings do not describe."""
        return access()

    def get_user(self, principal: Principal) -> Any:
        """Returns the user of the request. Override it to find a row of your own table."""
        return User(principal)

    def get_certificate(self, request: Request) -> str | None:
        """Returns the thumbprint of the client's certificate (RFC 8705).

        Override it if a proxy that you trust verifies certificates: any client can send a header.
        """
        return None

    def get_address(self, request: Request) -> str | None:
        """Returns the address of the caller, for API keys that are limited to networks.

        Override it behind a proxy that you trust: any client can send a header.
        """
        return peer(request._request)

    def authenticate(self, request: Request) -> tuple[Any, Principal] | None:
        """Returns the user and the principal, and None without a token."""
        described = self._describe(request)
        authenticator = self.get_access()
        if not authenticator.has_credentials(described, self.accepts):
            return None
        try:
            principal = authenticator.authenticate(described, self.accepts)
        except Denied as denied:
            raise Rejected(denied) from denied
        return self.get_user(principal), principal

    def authenticate_header(self, request: Request) -> str:
        """Returns the challenges for a request without a token."""
        return ", ".join(map(str, self.get_access().challenges()))

    def unauthenticated(self, request: Request) -> Denied:
        """Returns the denial of a request that no authentication class has accepted."""
        return self.get_access().no_token(self.accepts)

    def _describe(self, request: Request) -> HttpRequest:
        certificate, address = self.get_certificate(request), self.get_address(request)
        return describe(request._request, certificate, address)


class SharedAuthentication(Authentication):
    """Authenticates callers as `Authentication` does, and leaves bearer tokens of other issuers to
    the next class of the view, such as SimpleJWT or knox.

    List it first, for the time in which old and new tokens are in use. A token of Doorward is
    verified here and never handed on; each other class verifies its own tokens. The permission
    classes of this module still accept only callers with a token of Doorward.
    """

    def authenticate(self, request: Request) -> tuple[Any, Principal] | None:
        """Returns the user and the principal, and None without a token of Doorward."""
        if self._is_foreign(request):
            return None
        return super().authenticate(request)

    def unauthenticated(self, request: Request) -> Denied:
        """Returns the denial of a request that no authentication class has accepted."""
        if self._is_foreign(request):
            authenticator = self.get_access()
            detail = f"it is not a token of {authenticator.issuer}"
            return authenticator.invalid_token(BEARER, detail)
        return super().unauthenticated(request)

    def _is_foreign(self, request: Request) -> bool:
        return is_foreign(self._describe(request), self.get_access().issuer)


class _Metaclass(BasePermissionMetaclass):
    """Rejects the operators of the framework, which would lose the reasons and challenges."""

    def __or__(cls, other: object) -> Any:
        raise TypeError("use AnyOf(...)")

    __ror__ = __or__

    def __invert__(cls) -> Any:
        raise TypeError("a requirement cannot be inverted")


class _Requirement(BasePermission, metaclass=_Metaclass):
    """A permission class that raises 401 or 403 with challenges."""

    condition: ClassVar[Condition]

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Returns true if the condition is met; raises `Rejected` otherwise."""
        authenticator, principal = _caller(request)
        if principal is None:
            return False
        try:
            authenticator.require(principal, type(self).condition)
        except Denied as denied:
            raise Rejected(denied) from denied
        return True


def _caller(request: Request) -> tuple[Access, Principal | None]:
    """Returns the authenticator and the caller; a caller of another authentication class counts
    as none, which fails closed. A test's `force_authenticate` counts with a principal as token."""
    method = request.successful_authenticator
    principal = request.auth
    if isinstance(principal, Principal):
        if isinstance(method, Authentication):
            return method.get_access(), principal
        if isinstance(method, ForcedAuthentication):
            return access(), principal
    return access(), None


def _requirement(name: str, condition: Condition) -> type[BasePermission]:
    members = {"condition": staticmethod(condition), "__doc__": "A requirement of a view."}
    return cast("type[BasePermission]", _Metaclass(name, (_Requirement,), members))


def HasScope(*names: str) -> type[BasePermission]:  # noqa: N802
    """Builds a permission class that requires all these scopes."""
    return _requirement("HasScope", decision.has_scope(*names))


def HasEntitlement(*names: str) -> type[BasePermission]:  # noqa: N802
    """Builds a permission class that requires all these permissions of the user."""
    return _requirement("HasEntitlement", decision.has_entitlement(*names))


def HasRole(*names: str) -> type[BasePermission]:  # noqa: N802
    """Builds a permission class that requires all these roles."""
    return _requirement("HasRole", decision.has_role(*names))


def HasPermission(  # noqa: N802
    permission: str, covered_by: str | None = None
) -> type[BasePermission]:
    """Builds a permission class that requires a permission of the user, and the scope that covers
    it: a scope with the permission's own name, or `covered_by`."""
    return _requirement("HasPermission", decision.has_permission(permission, covered_by))


def AnyOf(*classes: type[BasePermission]) -> type[BasePermission]:  # noqa: N802
    """Builds a permission class that requires at least one of these requirements."""
    conditions = []
    for one in classes:
        if not issubclass(one, _Requirement):
            raise TypeError(f"{one.__name__} is not a requirement of this module")
        conditions.append(one.condition)
    return _requirement("AnyOf", decision.any_of(*conditions))


IsUser = _requirement("IsUser", decision.is_user)
IsMachine = _requirement("IsMachine", decision.is_machine)
IsVerifiedUser = _requirement("IsVerifiedUser", decision.is_verified_user)


def RecentAuthentication(  # noqa: N802
    max_age: int | None = None, *, acr_values: tuple[str, ...] | list[str] = ()
) -> type[BasePermission]:
    """Builds a permission class that requires a recent or strong sign-in (RFC 9470).

    List it after the other requirements: a stronger sign-in does not help a caller without them.
    """
    wanted = Assurance(tuple(acr_values), max_age)
    if wanted == decision.ANY_SIGN_IN:
        raise ValueError("name max_age or acr_values")

    def has_permission(self: BasePermission, request: Request, view: APIView) -> bool:
        authenticator, principal = _caller(request)
        if principal is None:
            return False
        try:
            authenticator.require_sign_in(principal, wanted)
        except Denied as denied:
            raise Rejected(denied) from denied
        return True

    members = {"has_permission": has_permission, "__doc__": "A requirement of a view."}
    built = _PlainMetaclass("RecentAuthentication", (BasePermission,), members)
    return cast("type[BasePermission]", built)


class _PlainMetaclass(_Metaclass):
    """The metaclass of requirements that `AnyOf` cannot combine."""


class ObjectPermission(BasePermission, metaclass=_PlainMetaclass):
    """A rule for single objects: override `allows`.

    It applies where the view calls `check_object_permissions`, as generic views do. Filter the
    query of lists yourself.
    """

    detail = "this object is not yours to use"
    """The sentence that the caller receives."""

    def allows(self, request: Request, principal: Principal, obj: Any) -> bool:
        """Returns true if the caller may use this object."""
        raise NotImplementedError

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Returns true for an authenticated caller."""
        return _caller(request)[1] is not None

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Returns true if `allows` does; raises `Rejected` otherwise."""
        authenticator, principal = _caller(request)
        if principal is None:
            return False
        if not self.allows(request, principal, obj):
            reason = Reason("object_denied", self.detail)
            raise Rejected(authenticator.forbidden(principal, [reason]))
        return True
