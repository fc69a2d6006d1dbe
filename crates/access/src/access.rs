//! What a service holds to authenticate its callers.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::clock::{Clock, SystemClock};
use crate::jwt::claims::AccessTokenClaims;
use crate::jwt::jwks::KeySet;
#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::{FetchError, JwksClient};
use crate::jwt::verify::{
    Expected, Header, MAX_LEEWAY, MAX_TOKEN_BYTES, TokenRejection, verify_access,
};
use crate::principal::Principal;

/// How many verified tokens are remembered.
const REMEMBERED_TOKENS: u64 = 10_000;

/// Why a caller was not authenticated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    /// The token is not accepted: 401.
    #[error(transparent)]
    Invalid(#[from] TokenRejection),
    /// The issuer's keys are not available: 503 with `Retry-After`.
    #[error("the issuer's keys are not available")]
    Unavailable {
        /// Seconds after which another attempt makes sense.
        retry_after: i64,
    },
}

/// Authenticates the callers of one resource. Cheap to clone; keep one per process.
///
/// Verified tokens are remembered by their SHA-256 until they expire, in bounded memory. A
/// remembered token is not accepted any more once its key is gone from the issuer's key set.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    expected: Expected,
    resource_metadata: Option<String>,
    realm: String,
    keys: Keys,
    clock: Arc<dyn Clock>,
    remembered: Cache<[u8; 32], Arc<Remembered>>,
}

enum Keys {
    Fixed(Arc<KeySet>),
    #[cfg(feature = "jwks-client")]
    Issuer(JwksClient),
}

struct Remembered {
    principal: Arc<Principal>,
    header: Header,
    /// How long the token was still to live when it was verified.
    life: Duration,
}

/// Builds an [`Access`].
#[derive(Debug)]
pub struct AccessBuilder {
    expected: Expected,
    resource_metadata: Option<String>,
    realm: String,
    clock: Arc<dyn Clock>,
    remembered_tokens: u64,
}

impl Access {
    /// For tokens of this issuer that are meant for this audience (the resource identifier).
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> AccessBuilder {
        let expected = Expected::new(issuer, audience);
        AccessBuilder {
            realm: expected.audience.clone(),
            expected,
            resource_metadata: None,
            clock: Arc::new(SystemClock),
            remembered_tokens: REMEMBERED_TOKENS,
        }
    }

    /// Who holds this access token, if it is valid now.
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AuthFailure> {
        // Before hashing: the size of what comes from outside is bounded everywhere.
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRejection::TooLong.into());
        }
        let keys = self.keys().await?;
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(remembered) = self.0.remembered.get(&hash) {
            if keys.holds(&remembered.header.kid, &remembered.header.fingerprint) {
                return self.still_valid(&remembered);
            }
            self.0.remembered.invalidate_all();
        }
        let (header, claims) = self.verify(token, keys).await?;
        Ok(self.remember(hash, header, claims))
    }

    /// Fetches the issuer's keys now, for a readiness check.
    pub async fn ready(&self) -> Result<(), AuthFailure> {
        self.keys().await.map(|_| ())
    }

    /// The issuer whose tokens are accepted.
    pub fn issuer(&self) -> &str {
        &self.0.expected.issuer
    }

    /// The audience that tokens must be for.
    pub fn audience(&self) -> &str {
        &self.0.expected.audience
    }

    /// Where the resource's metadata is (RFC 9728 §5.1), if that was set.
    pub fn resource_metadata(&self) -> Option<&str> {
        self.0.resource_metadata.as_deref()
    }

    /// The realm of challenges.
    pub fn realm(&self) -> &str {
        &self.0.realm
    }

    /// The clock that tokens are judged by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    async fn keys(&self) -> Result<Arc<KeySet>, AuthFailure> {
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
    ) -> Result<(Header, AccessTokenClaims), AuthFailure> {
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
            return Ok(verify_access(
                token,
                &keys,
                &self.0.expected,
                self.0.clock.now(),
            )?);
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
        let life = Duration::from_secs(u64::try_from(left).unwrap_or(0));
        let entry = Remembered {
            principal: Arc::clone(&principal),
            header,
            life,
        };
        self.0.remembered.insert(hash, Arc::new(entry));
        principal
    }

    fn still_valid(&self, remembered: &Remembered) -> Result<Arc<Principal>, AuthFailure> {
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
    /// Another clock than the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How many seconds two clocks may differ: at most, and by default, 60.
    #[must_use]
    pub fn leeway(mut self, seconds: i64) -> Self {
        self.expected.leeway = seconds.clamp(0, MAX_LEEWAY);
        self
    }

    /// Where the resource's metadata is, for challenges (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.resource_metadata = Some(url.into());
        self
    }

    /// The realm of challenges; the audience, if none is set.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// How many verified tokens are remembered: 10,000 by default, 0 for none.
    #[must_use]
    pub fn remembered_tokens(mut self, count: u64) -> Self {
        self.remembered_tokens = count;
        self
    }

    /// With the keys of the issuer, fetched when they are first needed and kept fresh.
    #[cfg(feature = "jwks-client")]
    pub fn build(self) -> Result<Access, FetchError> {
        let client = JwksClient::new(&self.expected.issuer, Arc::clone(&self.clock))?;
        Ok(self.finish(Keys::Issuer(client)))
    }

    /// With these keys and no others, for the issuer itself and for tests.
    pub fn build_with_keys(self, keys: Arc<KeySet>) -> Access {
        self.finish(Keys::Fixed(keys))
    }

    fn finish(self, keys: Keys) -> Access {
        let remembered = Cache::builder()
            .max_capacity(self.remembered_tokens)
            .expire_after(UntilExpiry)
            .build();
        Access(Arc::new(Inner {
            expected: self.expected,
            resource_metadata: self.resource_metadata,
            realm: self.realm,
            keys,
            clock: self.clock,
            remembered,
        }))
    }
}

/// Frees memory when a token has expired. Whether it has is decided by the clock, at each use.
struct UntilExpiry;

impl Expiry<[u8; 32], Arc<Remembered>> for UntilExpiry {
    fn expire_after_create(
        &self,
        _: &[u8; 32],
        value: &Arc<Remembered>,
        _: Instant,
    ) -> Option<Duration> {
        Some(value.life)
    }
}

#[cfg(feature = "jwks-client")]
impl From<crate::jwt::jwks::KeysUnavailable> for AuthFailure {
    fn from(unavailable: crate::jwt::jwks::KeysUnavailable) -> Self {
        Self::Unavailable {
            retry_after: unavailable.retry_after,
        }
    }
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
