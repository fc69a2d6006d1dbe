"""Challenges of `WWW-Authenticate` (RFC 6750, RFC 9449 section 7.1, RFC 9470, RFC 9728)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Challenge:
    """One challenge; `str` writes it."""

    scheme: str
    """`Bearer` or `DPoP`."""
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, scheme: str, algs: Sequence[str], realm: str) -> Challenge:
        """Creates the challenge of a scheme; DPoP names the algorithms of proofs."""
        bare = cls(scheme)
        if scheme == "DPoP":
            bare = bare.having("algs", " ".join(algs))
        return bare.having("realm", realm)

    def having(self, name: str, value: str) -> Challenge:
        """Returns the challenge with one more attribute."""
        return Challenge(self.scheme, (*self.attributes, (name, value)))

    def failed(self, code: str, description: str) -> Challenge:
        """Returns the challenge with an error code and its description."""
        return self.having("error", code).having("error_description", description)

    def get(self, name: str) -> str | None:
        """Returns an attribute."""
        return next((value for own, value in self.attributes if own == name), None)

    def __str__(self) -> str:
        written = ", ".join(f'{name}="{_quoted(value)}"' for name, value in self.attributes)
        return f"{self.scheme} {written}" if written else self.scheme


def _quoted(value: str) -> str:
    def one(char: str) -> str:
        if char in '"\\':
            return f"\\{char}"
        # A header is one line of ASCII, whatever the configuration contains.
        return char if " " <= char <= "~" else "?"

    return "".join(map(one, value))
