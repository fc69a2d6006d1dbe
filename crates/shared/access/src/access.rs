//! Authentication of callers by a resource server.

mod dpop_settings;
mod error;
mod remembered;

use std::fmt;
#[cfg(feature = "introspection")]
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use doorward_protocol::signing_alg::SigningAlg;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::clock::{Clock, SystemClock};
#[cfg(feature = "introspection")]
use crate::introspection::{IntrospectionClient, Introspector, Kind};
use crate::jwt::claims::AccessTokenClaims;
use crate::jwt::jwks::KeySet;
#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::{FetchError, JwksClient};
use crate::jwt::verify::{
    Expected, Header, MAX_LEEWAY, MAX_TOKEN_BYTES, TokenRejection, is_whole, verify_access,
};
#[cfg(any(test, feature = "actix", feature = "axum"))]
use crate::lockout::Lockout;
use crate::principal::Principal;
use crate::replay::ReplayStore;
use dpop_settings::{Senders, origin_of};
pub use error::AuthError;
use remembered::{Remembered, UntilExpiry};

/// Maximum number of invalid API keys per address before lockout.
const TOLERATED_KEYS: u32 = 10;
/// Maximum number of cached verified tokens.
const REMEMBERED_TOKENS: u64 = 10_000;

/// An authenticator for the callers of one resource. Cheap to clone; keep one per process.
///
/// Verified tokens are cached by their SHA-256 digest until they expire, in bounded memory. A
/// cached token is rejected once its key is missing from the issuer's key set.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    expected: Expected,
    resource_metadata: Option<String>,
    realm: String,
    keys: Keys,
    #[cfg(feature = "introspection")]
    introspector: Option<Introspector>,
    #[cfg(any(test, feature = "actix", feature = "axum"))]
    lockout: Lockout,
    senders: Senders,
    clock: Arc<dyn Clock>,
    remembered: Cache<[u8; 32], Arc<Remembered>>,
}

enum Keys {
    Fixed(Arc<KeySet>),
    #[cfg(feature = "jwks-client")]
    Issuer(JwksClient),
}

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

    /// Returns the principal of a valid access token. The sender is not checked here:
    /// [`crate::guard::authenticate`] also checks [`Principal::confirmation`].
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AuthError> {
        // Before hashing, because the size of all external input is bounded.
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRejection::TooLong.into());
        }
        let keys = self.keys().await?;
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(remembered) = self.0.remembered.get(&hash) {
            if keys.holds(&remembered.header.kid, &remembered.header.fingerprint) {
                return self.revalidate(&remembered);
            }
            self.0.remembered.invalidate_all();
        }
        let (header, claims) = self.verify(token, keys).await?;
        let claims = self.complete(token, claims).await?;
        Ok(self.remember(hash, header, claims))
    }

    /// Returns the principal of an API key used from `address`, if the issuer accepts it. The
    /// response is cached for at most 30 seconds ([`crate::introspection::CACHE_TTL`]).
    ///
    /// # Errors
    /// Returns [`AuthError::Refused`] if the key is invalid or no introspection is configured, and
    /// [`AuthError::Unavailable`] if the issuer does not respond.
    #[cfg(feature = "introspection")]
    pub async fn authenticate_key(
        &self,
        key: &str,
        address: Option<IpAddr>,
    ) -> Result<Arc<Principal>, AuthError> {
        self.introspect(Kind::ApiKey, key, address).await
    }

    /// Returns the principal of a reference token, by introspection.
    ///
    /// # Errors
    /// As [`Access::authenticate_key`].
    #[cfg(feature = "introspection")]
    pub async fn authenticate_reference(&self, token: &str) -> Result<Arc<Principal>, AuthError> {
        self.introspect(Kind::ReferenceToken, token, None).await
    }

    /// Replaces the lists of a verified token that could not carry all roles and groups by those of
    /// the issuer: one request for each such token, because the result is cached like the token.
    async fn complete(
        &self,
        token: &str,
        claims: AccessTokenClaims,
    ) -> Result<AccessTokenClaims, AuthError> {
        #[cfg(feature = "introspection")]
        if !claims.overage.is_empty() && self.0.introspector.is_some() {
            let found = self.introspect(Kind::SignedToken, token, None).await;
            let found = found.inspect_err(|error| {
                tracing::warn!(
                    sub = claims.sub,
                    overage = claims.overage.join(" "),
                    %error,
                    "the lists that a token omits were not read; if the error is permanent, register \
                     the introspection client as a server of this resource"
                );
            })?;
            if found.subject != claims.sub || found.jti != claims.jti {
                return Err(AuthError::Refused);
            }
            return Ok(AccessTokenClaims {
                roles: found.roles.clone(),
                groups: found.groups.clone(),
                managed_groups: found.managed_groups.clone(),
                entitlements: found.entitlements.iter().cloned().collect(),
                overage: Vec::new(),
                ..claims
            });
        }
        #[cfg(not(feature = "introspection"))]
        let _ = token;
        let is_whole = is_whole(&claims.overage);
        Ok(is_whole.then_some(claims).ok_or(TokenRejection::Overage)?)
    }

    #[cfg(feature = "introspection")]
    async fn introspect(
        &self,
        kind: Kind,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<Arc<Principal>, AuthError> {
        match &self.0.introspector {
            Some(introspector) => introspector.introspect(kind, text, address).await,
            None => Err(AuthError::Refused),
        }
    }

    /// Returns the counter of invalid API keys by address.
    #[cfg(any(test, feature = "actix", feature = "axum"))]
    pub(crate) fn lockout(&self) -> &Lockout {
        &self.0.lockout
    }

    /// Fetches the issuer's keys for a readiness check, unless they are fresh.
    pub async fn ready(&self) -> Result<(), AuthError> {
        self.keys().await.map(|_| ())
    }

    /// Returns the issuer whose tokens are accepted.
    pub fn issuer(&self) -> &str {
        &self.0.expected.issuer
    }

    /// Returns the required audience of tokens.
    pub fn audience(&self) -> &str {
        &self.0.expected.audience
    }

    /// Returns the URL of the resource's metadata (RFC 9728 §5.1), if set.
    pub fn resource_metadata(&self) -> Option<&str> {
        self.0.resource_metadata.as_deref()
    }

    /// Returns the realm of challenges.
    pub fn realm(&self) -> &str {
        &self.0.realm
    }

    /// Returns the origin of the service, as `htu` of DPoP proofs must name it.
    pub fn origin(&self) -> Option<&str> {
        self.0.senders.origin.as_deref()
    }

    /// Returns the store of used DPoP proofs.
    pub fn used_proofs(&self) -> &dyn ReplayStore {
        &*self.0.senders.used
    }

    /// Returns true if every token must be bound to a key by DPoP.
    pub fn requires_dpop(&self) -> bool {
        self.0.senders.required
    }

    /// Returns the clock that decides about token times.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    async fn keys(&self) -> Result<Arc<KeySet>, AuthError> {
        match &self.0.keys {
            Keys::Fixed(keys) => Ok(Arc::clone(keys)),
            #[cfg(feature = "jwks-client")]
            Keys::Issuer(client) => Ok(client.keys().await?),
        }
    }

    async fn verify(
        &self,
        token: &str,
        keys: Arc<KeySet>,
    ) -> Result<(Header, AccessTokenClaims), AuthError> {
        let now = self.0.clock.now();
        let rejection = match verify_access(token, &keys, &self.0.expected, now) {
            Ok(verified) => return Ok(verified),
            Err(rejection) => rejection,
        };
        #[cfg(feature = "jwks-client")]
        if let (Keys::Issuer(client), TokenRejection::UnknownKey { kid }) =
            (&self.0.keys, &rejection)
        {
            let keys = client.keys_for(kid).await?;
            let now = self.0.clock.now();
            return Ok(verify_access(token, &keys, &self.0.expected, now)?);
        }
        Err(rejection.into())
    }

    fn remember(
        &self,
        hash: [u8; 32],
        header: Header,
        claims: AccessTokenClaims,
    ) -> Arc<Principal> {
        let principal = Arc::new(Principal::from(claims));
        let left = self.end_of(&principal).saturating_sub(self.0.clock.now());
        let entry = Remembered {
            principal: Arc::clone(&principal),
            header,
            ttl: Duration::from_secs(u64::try_from(left).unwrap_or(0)),
        };
        self.0.remembered.insert(hash, Arc::new(entry));
        principal
    }

    fn revalidate(&self, remembered: &Remembered) -> Result<Arc<Principal>, AuthError> {
        if self.end_of(&remembered.principal) <= self.0.clock.now() {
            return Err(TokenRejection::Expired.into());
        }
        Ok(Arc::clone(&remembered.principal))
    }

    fn end_of(&self, principal: &Principal) -> i64 {
        principal
            .expires_at
            .saturating_add(self.0.expected.leeway.clamp(0, MAX_LEEWAY))
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
        Ok(Some(introspector.with_former_issuers(former_issuers)))
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

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("expected", &self.0.expected)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
