"""FastAPI: a dependency that returns the caller, with its security scheme for OpenAPI."""

# No deferred annotations: FastAPI reads those of `Guard.__call__`.
import copy
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request
from fastapi.openapi.models import OpenIdConnect
from fastapi.responses import JSONResponse, Response
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from . import decision
from ._wsgi import raw_path
from .access import Access
from .credentials import AcceptedCredentials
from .decision import ANY_SIGN_IN, Assurance, Condition
from .errors import Denied
from .principal import Principal
from .request import HttpRequest

__all__ = ["Guard", "Rejected", "install"]

G = TypeVar("G", bound="Guard")


class Rejected(HTTPException):
    """A rejected request. The default handler of the framework writes status and challenges."""

    def __init__(self, denied: Denied) -> None:
        fields = denied.headers()
        headers = {name: value for name, value in fields if name != "Content-Type"}
        if denied.challenges:
            headers["WWW-Authenticate"] = ", ".join(map(str, denied.challenges))
        super().__init__(denied.status, denied.detail, headers)
        self.denied = denied


class Guard(SecurityBase):
    """A dependency that returns the `Principal` of a request: `Depends(guard)`, or
    `Security(guard, scopes=["tasks:read"])` to require scopes.

    `requires` returns a guard of the same class with further requirements. The dependency runs in
    a thread, because the first token makes it fetch the issuer's keys.
    """

    def __init__(
        self,
        access: Access,
        *,
        conditions: tuple[Condition, ...] = (),
        assurance: Assurance = ANY_SIGN_IN,
        scheme_name: str = "Doorward",
        accepts: AcceptedCredentials | None = None,
    ) -> None:
        url = f"{access.issuer.rstrip('/')}/.well-known/openid-configuration"
        self.model = OpenIdConnect(openIdConnectUrl=url)
        self.scheme_name = scheme_name
        self.access = access
        self._conditions = conditions
        self._assurance = assurance
        self._accepts = accepts

    def requires(self: G, *conditions: Condition) -> G:
        """Returns a guard with further conditions, such as `has_role("editor")`."""
        guard = copy.copy(self)
        guard._conditions = (*self._conditions, *conditions)
        return guard

    def permission(self: G, name: str, covered_by: str | None = None) -> G:
        """Returns a guard that requires a permission of the user and the scope that covers it."""
        return self.requires(decision.has_permission(name, covered_by))

    def recent(
        self: G, max_age: int | None = None, *, acr_values: tuple[str, ...] | list[str] = ()
    ) -> G:
        """Returns a guard that requires a recent or strong sign-in (RFC 9470)."""
        guard = copy.copy(self)
        guard._assurance = Assurance(tuple(acr_values), max_age)
        return guard

    def accepting(self: G, accepts: AcceptedCredentials) -> G:
        """Returns a guard that accepts other credentials than `access`, such as API keys."""
        guard = copy.copy(self)
        guard._accepts = accepts
        return guard

    def address(self, request: Request) -> str | None:
        """Returns the address of the caller, for API keys that are limited to networks.

        Override it behind a proxy that you trust: any client can send a header.
        """
        return request.client.host if request.client else None

    def certificate(self, request: Request) -> str | None:
        """Returns the thumbprint of the client's certificate (RFC 8705).

        Override it if a proxy that you trust verifies certificates: any client can send a header.
        """
        return None

    def __call__(self, request: Request, scopes: SecurityScopes) -> Principal:
        """Returns the caller; raises `Rejected`."""
        described = HttpRequest(
            method=request.method,
            path=_path(request.scope),
            headers=request.headers.items(),
            certificate=self.certificate(request),
            address=self.address(request),
            state=request.scope.setdefault("doorward_access", {}),
        )
        required = (decision.has_scope(*scopes.scopes),) if scopes.scopes else ()
        try:
            principal = self.access.authenticate(described, self._accepts)
            self.access.require(principal, *self._conditions, *required)
            self.access.require_sign_in(principal, self._assurance)
        except Denied as denied:
            raise Rejected(denied) from denied
        return principal


def install(app: FastAPI) -> None:
    """Makes the app write rejected requests as problems (RFC 9457)."""

    def respond(_: Request, exc: Exception) -> Response:
        assert isinstance(exc, Rejected)
        response = JSONResponse(exc.denied.body(), exc.denied.status)
        for name, value in exc.denied.headers():
            if name == "WWW-Authenticate":
                response.headers.append(name, value)
            else:
                response.headers[name] = value
        return response

    app.add_exception_handler(Rejected, respond)


def _path(scope: Any) -> str:
    raw: bytes = scope.get("raw_path") or b""
    return raw.partition(b"?")[0].decode("latin-1") or raw_path(scope["path"])
