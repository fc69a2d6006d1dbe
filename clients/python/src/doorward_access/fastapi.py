"""FastAPI: a dependency that returns the caller, with its security scheme for OpenAPI."""

# No deferred annotations: FastAPI reads those of `Guard.__call__`.
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.openapi.models import OpenIdConnect
from fastapi.responses import JSONResponse, Response
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from . import decision
from ._guard import Requirements
from ._wsgi import raw_path
from .access import Access
from .credentials import AcceptedCredentials
from .decision import ANY_SIGN_IN, Assurance, Condition
from .errors import Denied
from .principal import Principal
from .request import HttpRequest

__all__ = ["Guard", "Rejected", "install"]


class Rejected(HTTPException):
    """A rejected request. The default handler of the framework writes status and challenges."""

    def __init__(self, denied: Denied) -> None:
        fields = denied.headers()
        headers = {name: value for name, value in fields if name != "Content-Type"}
        if denied.challenges:
            headers["WWW-Authenticate"] = ", ".join(map(str, denied.challenges))
        super().__init__(denied.status, denied.detail, headers)
        self.denied = denied


class Guard(Requirements, SecurityBase):
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
            return self._admit(self.access, described, required)
        except Denied as denied:
            raise Rejected(denied) from denied


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
