"""The credentials that a service accepts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AcceptedCredentials:
    """The kinds of credentials that a service or a route accepts; by default signed tokens only."""

    signed_tokens: bool = True
    """Accepts signed access tokens (RFC 9068)."""
    reference_tokens: bool = False
    """Accepts access tokens that are validated by introspection (RFC 7662)."""
    api_keys: bool = False
    """Accepts API keys in `X-API-Key`, also validated by introspection."""

    @property
    def needs_introspection(self) -> bool:
        """True if the issuer is asked about some of them."""
        return self.reference_tokens or self.api_keys

    @property
    def advice(self) -> str:
        """A sentence that names the credentials to send."""
        token, key = "an access token in the header 'Authorization: Bearer …'", "'X-API-Key: …'"
        if not self.api_keys:
            return f"Send {token}."
        if not self.signed_tokens and not self.reference_tokens:
            return f"Send an API key in the header {key}."
        return f"Send {token}, or an API key in the header {key}."


SIGNED_TOKENS = AcceptedCredentials()
"""Signed tokens only."""
SIGNED_TOKENS_AND_KEYS = AcceptedCredentials(api_keys=True)
"""Signed tokens and API keys."""
KEYS_AND_REFERENCE_TOKENS = AcceptedCredentials(
    signed_tokens=False, reference_tokens=True, api_keys=True
)
"""API keys and reference tokens, which stop working at most 30 seconds after their revocation."""
