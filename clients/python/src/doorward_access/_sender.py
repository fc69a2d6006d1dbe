"""Sender constraints of a request (RFC 9449 section 7, RFC 8705 section 3)."""

from __future__ import annotations

import hashlib
from typing import Protocol

from . import dpop
from .denials import log, misconfigured, service_unavailable
from .errors import Denied, ProofRejected, ReplayStoreUnavailable
from .principal import Confirmation, Principal
from .replay import ReplayStore
from .request import BEARER, DPOP, HttpRequest, is_visible


class Unproved(Protocol):
    """Builds a 401 for a valid token without the proof of its key."""

    def __call__(self, scheme: str, code: str, detail: str, *, nonce: str | None = None) -> Denied:
        ...


class SenderCheck:
    """Checks that the sender of a token has the key or the certificate that it is bound to."""

    def __init__(
        self,
        origin: str | None,
        requires_dpop: bool,
        used_proofs: ReplayStore,
        nonces: dpop.Nonces | None,
        unproved: Unproved,
    ) -> None:
        self._origin = origin
        self._requires_dpop = requires_dpop
        self._used_proofs = used_proofs
        self._nonces = nonces
        self._unproved = unproved

    def check(
        self, request: HttpRequest, scheme: str, token: str, principal: Principal, now: int
    ) -> None:
        """Checks the sender constraint of a token (RFC 9449 section 7, RFC 8705 section 3)."""
        jkt = self._expected_key(scheme, principal.confirmation, request.certificate)
        if jkt is None:
            if self._requires_dpop:
                detail = "only tokens that are bound to a key by DPoP are accepted here"
                raise self._unproved(DPOP, "invalid_token", detail)
            return
        proved = hashlib.sha256(token.encode()).digest()
        if request.state.get("doorward_proved") == proved:
            return
        self._check_proof(request, token, jkt, now)
        request.state["doorward_proved"] = proved

    def _expected_key(
        self, scheme: str, bound_to: Confirmation | None, certificate: str | None
    ) -> str | None:
        """Returns the key that a proof must have, and None for a bearer token."""

        def refused(scheme: str, detail: str) -> Denied:
            return self._unproved(scheme, "invalid_token", detail)

        if bound_to is not None:
            if not bound_to.is_understood:
                detail = "the token is bound in a way that is not known here"
                raise refused(BEARER, detail)
            if bound_to.x5t_s256 is not None and certificate is None:
                detail = "the token is bound to a certificate: use it on a connection that shows "
                raise refused(BEARER, detail + "this one")
            if bound_to.x5t_s256 is not None and certificate != bound_to.x5t_s256:
                detail = "the token is bound to another certificate than that of the connection"
                raise refused(BEARER, detail)
        jkt = None if bound_to is None else bound_to.jkt
        if scheme == BEARER and jkt is not None:
            detail = "the token is bound to a key: use the scheme DPoP, with a proof"
            raise refused(DPOP, detail)
        if scheme == DPOP and jkt is None:
            raise refused(DPOP, "the token is not bound to a key by DPoP")
        return jkt

    def _check_proof(self, request: HttpRequest, token: str, jkt: str, now: int) -> None:
        if self._origin is None:
            log.error("the address of this service is not known: no DPoP proof can be checked")
            raise misconfigured()

        def refused(detail: str, code: str = "invalid_dpop_proof") -> Denied:
            return self._unproved(DPOP, code, detail)

        # RFC 9449 section 4.3 check 1. No proof has a comma: some servers join two fields by one.
        proofs = [one for value in request.fields("dpop") for one in value.split(",")]
        if not proofs:
            raise refused("there is no DPoP proof")
        if len(proofs) > 1:
            raise refused("there are several DPoP proofs")
        uri = f"{self._origin}{request.path}"
        written = proofs[0] if is_visible(proofs[0]) else ""
        try:
            proof = dpop.verify(
                written, method=request.method, uri=uri, access_token=token, now=now
            )
        except ProofRejected as rejected:
            raise refused(str(rejected)) from rejected
        if proof.jkt != jkt:
            detail = "the token is bound to another key than that of the DPoP proof"
            raise refused(detail, "invalid_token")
        self._check_nonce(proof.nonce, now)
        try:
            is_new = self._used_proofs.claim(proof.name, proof.expires_at, now)
        except ReplayStoreUnavailable as unavailable:
            log.error("a proof could not be checked: %s", unavailable)
            raise service_unavailable(1) from unavailable
        if not is_new:
            raise refused("the DPoP proof was used before")

    def _check_nonce(self, nonce: str | None, now: int) -> None:
        if self._nonces is None or (nonce is not None and self._nonces.is_valid(nonce, now)):
            return
        detail = "the DPoP proof needs the nonce of this response"
        current = self._nonces.current(now)
        raise self._unproved(DPOP, "use_dpop_nonce", detail, nonce=current)
