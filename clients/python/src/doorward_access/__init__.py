"""Verification of Doorward's access tokens in Python services."""

from .access import Access
from .challenge import Challenge
from .credentials import (
    KEYS_AND_REFERENCE_TOKENS,
    SIGNED_TOKENS,
    SIGNED_TOKENS_AND_KEYS,
    AcceptedCredentials,
)
from .decision import (
    Assurance,
    Condition,
    Requirement,
    any_of,
    decide,
    has_entitlement,
    has_permission,
    has_role,
    has_scope,
    is_machine,
    is_user,
    is_verified_user,
    lacks,
)
from .dpop import Nonces, SignedNonces
from .errors import (
    Denied,
    EventRejected,
    FetchError,
    IntrospectionUnavailable,
    JwksError,
    KeysUnavailable,
    Misconfigured,
    ProofRejected,
    Reason,
    ReplayStoreUnavailable,
    SignalsCut,
    TokenRejected,
)
from .introspection import IntrospectionClient
from .jwks import JwksClient
from .keys import FixedKeys, KeySet, KeySource
from .listener import Listener
from .principal import Confirmation, Principal
from .replay import InMemoryReplayStore, ReplayStore
from .request import HttpRequest
from .signals import Signals, SignalsClient, WhenCut

__all__ = [
    "KEYS_AND_REFERENCE_TOKENS",
    "SIGNED_TOKENS",
    "SIGNED_TOKENS_AND_KEYS",
    "AcceptedCredentials",
    "Access",
    "Assurance",
    "Challenge",
    "Condition",
    "Confirmation",
    "Denied",
    "EventRejected",
    "FetchError",
    "FixedKeys",
    "HttpRequest",
    "InMemoryReplayStore",
    "IntrospectionClient",
    "IntrospectionUnavailable",
    "JwksClient",
    "JwksError",
    "KeySet",
    "KeySource",
    "KeysUnavailable",
    "Listener",
    "Misconfigured",
    "Nonces",
    "Principal",
    "ProofRejected",
    "Reason",
    "ReplayStore",
    "ReplayStoreUnavailable",
    "Requirement",
    "Signals",
    "SignalsClient",
    "SignalsCut",
    "SignedNonces",
    "TokenRejected",
    "WhenCut",
    "any_of",
    "decide",
    "has_entitlement",
    "has_permission",
    "has_role",
    "has_scope",
    "is_machine",
    "is_user",
    "is_verified_user",
    "lacks",
]
