//! The settings of an authenticator.

use std::sync::Arc;

use doorward_protocol::signing_alg::SigningAlg;
use moka::sync::Cache;

use super::authenticator::{Access, Inner, Keys};
use super::dpop_settings::{Senders, origin_of};
use super::remembered::UntilExpiry;
use crate::clock::{Clock, SystemClock};
#[cfg(feature = "introspection")]
use crate::introspection::{IntrospectionClient, Introspector};
use crate::jwt::jwks::KeySet;
#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::{FetchError, JwksClient};
use crate::jwt::verify::{Expected, MAX_LEEWAY};
#[cfg(any(test, feature = "actix", feature = "axum"))]
use crate::lockout::Lockout;
use crate::replay::ReplayStore;
use crate::signals::Signals;

/// Maximum number of invalid API keys per address before lockout.
const TOLERATED_KEYS: u32 = 10;
/// Maximum number of cached verified tokens.
const REMEMBERED_TOKENS: u64 = 10_000;

/// A builder of [`Access`].
#[derive(Debug)]
pub struct AccessBuilder {
    expected: Expected,
    resource_metadata: Option<String>,
    realm: String,
    clock: Arc<dyn Clock>,
    remembered_tokens: u64,
    tolerated_keys: u32,
    senders: Senders,
    signals: Option<Signals>,
    #[cfg(feature = "introspection")]
    introspection: Option<IntrospectionClient>,
}

impl Access {
    /// Builds an authenticator for tokens of this issuer and this audience (the resource
    /// identifier).
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> AccessBuilder {
        let expected = Expected::new(issuer, audience);
        AccessBuilder {
            realm: expected.audience.clone(),
            senders: Senders::at(&expected.audience),
            expected,
            resource_metadata: None,
            clock: Arc::new(SystemClock),
            remembered_tokens: REMEMBERED_TOKENS,
            tolerated_keys: TOLERATED_KEYS,
            signals: None,
            #[cfg(feature = "introspection")]
            introspection: None,
        }
    }

    /// Builds an authenticator with all defaults. The first token triggers reading the issuer's
    /// discovery document for the address of its keys: the issuer need not respond yet.
    ///
    /// # Errors
    /// Returns `InsecureUrl` if the issuer is neither https nor on this machine, and `Network` if
    /// the HTTP client cannot be built.
    #[cfg(feature = "jwks-client")]
    pub fn discover(
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Result<Self, FetchError> {
        Self::builder(issuer, audience).build()
    }
}

impl AccessBuilder {
    /// Replaces the system clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Accepts tokens of type `JWT` in addition to `at+jwt` (RFC 9068 §2.1), if the resource is
    /// registered so at the issuer.
    #[must_use]
    pub fn accept_plain_jwt(mut self) -> Self {
        self.expected.plain_jwt = true;
        self
    }

    /// Accepts tokens of former issuers with the same keys as well, after a change of the issuer's
    /// domain. Remove them when every client uses the issuer.
    #[must_use]
    pub fn former_issuers(mut self, former: impl IntoIterator<Item = String>) -> Self {
        self.expected.former_issuers = former.into_iter().collect();
        self
    }

    /// Sets the accepted signature algorithms of tokens; default: all of [`SigningAlg::ALL`]. A key
    /// verifies only its own algorithm in any case. With an empty list, no token is accepted.
    #[must_use]
    pub fn algorithms(mut self, accepted: impl IntoIterator<Item = SigningAlg>) -> Self {
        self.expected.algorithms = accepted.into_iter().collect();
        self
    }

    /// Sets the accepted clock difference in seconds: 60 at most and by default.
    #[must_use]
    pub fn leeway(mut self, seconds: i64) -> Self {
        self.expected.leeway = seconds.clamp(0, MAX_LEEWAY);
        self
    }

    /// Sets the URL of the resource's metadata for challenges (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.resource_metadata = Some(url.into());
        self
    }

    /// Sets the realm of challenges; default: the audience.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets the number of cached verified tokens: 10,000 by default, 0 to disable the cache.
    #[must_use]
    pub fn remembered_tokens(mut self, count: u64) -> Self {
        self.remembered_tokens = count;
        self
    }

    /// Sets the number of invalid API keys per address before lockout: 10 by default.
    #[must_use]
    pub fn tolerated_keys(mut self, count: u32) -> Self {
        self.tolerated_keys = count.max(1);
        self
    }

    /// Sets the origin that callers use, a scheme and an authority, which DPoP proofs must name
    /// (RFC 9449 §4.2 `htu`). Default: the origin of the audience, if that is a URL.
    #[must_use]
    pub fn origin(mut self, url: &str) -> Self {
        self.senders.origin = origin_of(url);
        self
    }

    /// Requires tokens bound to a key by DPoP (RFC 9728 §2 `dpop_bound_access_tokens_required`).
    #[must_use]
    pub fn require_dpop(mut self, required: bool) -> Self {
        self.senders.required = required;
        self
    }

    /// Sets the store of used DPoP proofs; default: process memory. A service of several processes
    /// needs a shared store.
    #[must_use]
    pub fn used_proofs(mut self, used: Arc<dyn ReplayStore>) -> Self {
        self.senders.used = used;
        self
    }

    /// Rejects tokens that the issuer has reported as revoked. [`crate::signals`] has an example: one
    /// authenticator of the process must listen.
    #[must_use]
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = Some(signals);
        self
    }

    /// Validates API keys and reference tokens by introspection as this client, and reads the roles
    /// and groups that a signed token could not carry. Without it, none of them are accepted.
    #[cfg(feature = "introspection")]
    #[must_use]
    pub fn introspection(mut self, client: IntrospectionClient) -> Self {
        self.introspection = Some(client);
        self
    }

    /// Builds an authenticator that fetches the issuer's keys on first use and keeps them fresh.
    #[cfg(feature = "jwks-client")]
    pub fn build(self) -> Result<Access, FetchError> {
        let client = JwksClient::new(&self.expected.issuer, Arc::clone(&self.clock))?;
        let source = Source {
            keys: Keys::Issuer(client),
            #[cfg(feature = "introspection")]
            introspector: self.introspector()?,
        };
        Ok(self.finish(source))
    }

    /// Builds an authenticator with fixed keys, for the issuer itself and for tests.
    pub fn build_with_keys(self, keys: Arc<KeySet>) -> Access {
        self.finish(Source {
            keys: Keys::Fixed(keys),
            #[cfg(feature = "introspection")]
            introspector: None,
        })
    }

    #[cfg(feature = "introspection")]
    fn introspector(&self) -> Result<Option<Introspector>, FetchError> {
        let Expected {
            issuer,
            former_issuers,
            audience,
            ..
        } = &self.expected;
        let Some(client) = self.introspection.clone() else {
            return Ok(None);
        };
        let introspector = Introspector::new(issuer, audience, client, Arc::clone(&self.clock))?;
        let introspector = introspector.with_former_issuers(former_issuers);
        Ok(Some(introspector.with_signals(self.signals.clone())))
    }

    fn finish(self, source: Source) -> Access {
        let remembered = Cache::builder()
            .max_capacity(self.remembered_tokens)
            .expire_after(UntilExpiry)
            .build();
        Access(Arc::new(Inner {
            expected: self.expected,
            resource_metadata: self.resource_metadata,
            realm: self.realm,
            keys: source.keys,
            #[cfg(feature = "introspection")]
            introspector: source.introspector,
            #[cfg(any(test, feature = "actix", feature = "axum"))]
            lockout: Lockout::new(self.tolerated_keys),
            senders: self.senders,
            signals: self.signals,
            clock: self.clock,
            remembered,
        }))
    }
}

/// The source of token validation: the issuer's keys or fixed keys.
struct Source {
    keys: Keys,
    #[cfg(feature = "introspection")]
    introspector: Option<Introspector>,
}
