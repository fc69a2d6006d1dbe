"""Django without the REST framework: a guard that decorates views.

The settings are in `DOORWARD_ACCESS` of the Django settings: `ISSUER` and `AUDIENCE`, and the
keyword arguments of `Access` in upper case.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponseBase, JsonResponse
from django.urls import URLPattern, URLResolver

from ._guard import Requirements
from ._wsgi import raw_path, split_authorization
from .access import Access
from .credentials import AcceptedCredentials
from .decision import ANY_SIGN_IN, Assurance, Condition
from .errors import Denied, Misconfigured, Reason
from .principal import Principal
from .request import HttpRequest

__all__ = ["Guard", "access", "check_routes", "respond"]

View = Callable[..., Any]

_lock = threading.Lock()
_access: Access | None = None


def access() -> Access:
    """Returns the authenticator of the settings `DOORWARD_ACCESS`."""
    global _access
    with _lock:
        if _access is None:
            options: Any = getattr(settings, "DOORWARD_ACCESS", None)
            if not isinstance(options, dict) or not {"ISSUER", "AUDIENCE"} <= options.keys():
                raise Misconfigured("DOORWARD_ACCESS needs ISSUER and AUDIENCE")
            _access = Access(**{name.lower(): value for name, value in options.items()})
        return _access


def _forget(*, setting: str, **_: object) -> None:
    global _access
    if setting == "DOORWARD_ACCESS":
        with _lock:
            _access = None


setting_changed.connect(_forget)


def describe(request: DjangoRequest, certificate: str | None, address: str | None) -> HttpRequest:
    """Returns what the authenticator reads of a request."""
    headers = []
    for name, value in request.headers.items():
        values = split_authorization(value) if name.lower() == "authorization" else [value]
        headers += [(name, one) for one in values]
    return HttpRequest(
        method=request.method or "",
        path=raw_path(request.path),
        headers=headers,
        certificate=certificate,
        address=address,
        state=request.__dict__,
    )


def peer(request: DjangoRequest) -> str | None:
    """Returns the address of the connection."""
    address = request.META.get("REMOTE_ADDR")
    return address if isinstance(address, str) else None


def respond(denied: Denied) -> JsonResponse:
    """Writes a rejected request as a problem (RFC 9457)."""
    response = JsonResponse(denied.body(), status=denied.status)
    challenges = [str(challenge) for challenge in denied.challenges]
    for name, value in denied.headers():
        if name != "WWW-Authenticate":
            response[name] = value
    if challenges:
        # Django keeps one field of a name; a list in one field is equivalent (RFC 9110, 11.6.1).
        response["WWW-Authenticate"] = ", ".join(challenges)
    return response


class Guard(Requirements):
    """A decorator of views, which get the caller's `Principal` after the request:
    `@guard.permission("tasks:read")` and `def report(request, caller): …`.

    It works for functions, also asynchronous ones, and for `as_view()` of a class. A guarded view
    needs no CSRF token, because no cookie authenticates its callers.
    """

    def __init__(
        self,
        access: Access | None = None,
        *,
        conditions: tuple[Condition, ...] = (),
        assurance: Assurance = ANY_SIGN_IN,
        accepts: AcceptedCredentials | None = None,
    ) -> None:
        """Builds a guard; without `access`, with the authenticator of the settings."""
        self._access = access
        self._conditions = conditions
        self._assurance = assurance
        self._accepts = accepts

    @property
    def access(self) -> Access:
        """The authenticator."""
        return self._access or access()

    def address(self, request: DjangoRequest) -> str | None:
        """Returns the address of the caller, for API keys that are limited to networks.

        Override it behind a proxy that you trust: any client can send a header.
        """
        return peer(request)

    def certificate(self, request: DjangoRequest) -> str | None:
        """Returns the thumbprint of the client's certificate (RFC 8705).

        Override it if a proxy that you trust verifies certificates: any client can send a header.
        """
        return None

    def check(self, request: DjangoRequest) -> Principal:
        """Returns the caller of a request; raises `Denied`."""
        described = describe(request, self.certificate(request), self.address(request))
        return self._admit(self.access, described)

    def forbidden(self, caller: Principal, detail: str) -> JsonResponse:
        """Returns a 403 for an object that the caller may not use."""
        return respond(self.access.forbidden(caller, [Reason("object_denied", detail)]))

    def __call__(self, view: View) -> View:
        """Returns the guarded view."""

        @functools.wraps(view)
        def guarded(request: DjangoRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                caller = self.check(request)
            except Denied as denied:
                return respond(denied)
            response: HttpResponseBase = view(request, caller, *args, **kwargs)
            return response

        @functools.wraps(view)
        async def guarded_async(
            request: DjangoRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            # In a thread, because the first token makes it fetch the issuer's keys.
            try:
                caller = await sync_to_async(self.check, thread_sensitive=False)(request)
            except Denied as denied:
                return respond(denied)
            response: HttpResponseBase = await view(request, caller, *args, **kwargs)
            return response

        built: Any = markcoroutinefunction(guarded_async) if iscoroutinefunction(view) else guarded
        built.csrf_exempt = True
        built.doorward_guard = self
        return built  # type: ignore[no-any-return]


def check_routes(urlpatterns: Iterable[Any], public: Iterable[str] = ()) -> None:
    """Raises `Misconfigured` with the routes that have no guard. Call it after `urlpatterns`.

    `public` names the routes that need no guard, as they are written, each after the
    prefixes that include it.
    """
    allowed = set(public)
    unguarded = [route for route, view in _routes(urlpatterns, "") if not _has_guard(view)]
    problems = [f"{route!r} has no guard" for route in unguarded if route not in allowed]
    problems += [f"{route!r} is no public route" for route in allowed - set(unguarded)]
    if problems:
        raise Misconfigured("; ".join(sorted(problems)))


def _has_guard(view: View) -> bool:
    return isinstance(getattr(view, "doorward_guard", None), Guard)


def _routes(patterns: Iterable[Any], prefix: str) -> Iterator[tuple[str, View]]:
    for one in patterns:
        route = f"{prefix}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, one.callback
