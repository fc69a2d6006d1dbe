//! The authenticator.

use std::fmt;
#[cfg(feature = "introspection")]
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::dpop_settings::Senders;
use super::error::AuthError;
use super::remembered::Remembered;
use crate::clock::Clock;
#[cfg(feature = "introspection")]
use crate::introspection::{Introspector, Kind};
use crate::jwt::claims::AccessTokenClaims;
#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::JwksClient;
use crate::jwt::jwks::KeySet;
use crate::jwt::verify::{
    Expected, Header, MAX_LEEWAY, MAX_TOKEN_BYTES, TokenRejection, is_whole, verify_access,
};
#[cfg(any(test, feature = "actix", feature = "axum"))]
use crate::lockout::Lockout;
use crate::principal::Principal;
use crate::replay::ReplayStore;
use crate::signals::{Knowledge, Signals, WhenCut};

/// Wait in seconds after a response without current knowledge of revocations.
const CUT_RETRY: i64 = 1;

/// An authenticator for the callers of one resource. Cheap to clone; keep one per process.
///
/// Verified tokens are cached by their SHA-256 digest until they expire, in bounded memory. A
/// cached token is rejected once its key is missing from the issuer's key set, and a revoked one once this
/// service has heard of it ([`crate::AccessBuilder::signals`]).
#[derive(Clone)]
pub struct Access(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) expected: Expected,
    pub(super) resource_metadata: Option<String>,
    pub(super) realm: String,
    pub(super) keys: Keys,
    #[cfg(feature = "introspection")]
    pub(super) introspector: Option<Introspector>,
    #[cfg(any(test, feature = "actix", feature = "axum"))]
    pub(super) lockout: Lockout,
    pub(super) senders: Senders,
    pub(super) signals: Option<Signals>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) remembered: Cache<[u8; 32], Arc<Remembered>>,
}

pub(super) enum Keys {
    Fixed(Arc<KeySet>),
    #[cfg(feature = "jwks-client")]
    Issuer(JwksClient),
}

/// The response while revocations may be unknown.
const CUT: AuthError = AuthError::Unavailable {
    retry_after: CUT_RETRY,
};

impl Access {
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
                self.revalidate(&remembered)?;
                return self.unrevoked(token, &remembered).await;
            }
            self.0.remembered.invalidate_all();
        }
        let (header, claims) = self.verify(token, keys).await?;
        let claims = self.complete(token, claims).await?;
        let verified = self.remember(hash, header, claims);
        self.unrevoked(token, &verified).await
    }

    /// Returns the principal of a verified token, unless it is known as revoked. Checked at each use,
    /// because a cached token may have been revoked since.
    async fn unrevoked(
        &self,
        token: &str,
        verified: &Remembered,
    ) -> Result<Arc<Principal>, AuthError> {
        let principal = &verified.principal;
        let (Some(signals), Some(marks)) = (&self.0.signals, &verified.marks) else {
            return Ok(Arc::clone(principal));
        };
        let now = self.0.clock.now();
        if let Some(because) = signals.find(marks, principal, now) {
            return Err(TokenRejection::Revoked(because).into());
        }
        match signals.knowledge(now) {
            Knowledge::Current | Knowledge::Cut(WhenCut::Continue) => Ok(Arc::clone(principal)),
            Knowledge::Cut(WhenCut::Introspect) => self.introspect_signed(token, principal).await,
            Knowledge::Cut(WhenCut::Reject) => Err(CUT),
        }
    }

    /// Returns the principal of a signed token with the lists that the issuer says now. The token says
    /// what it is bound to, also if a response does not.
    #[cfg(feature = "introspection")]
    async fn introspect_signed(
        &self,
        token: &str,
        principal: &Principal,
    ) -> Result<Arc<Principal>, AuthError> {
        if self.0.introspector.is_none() {
            return Err(CUT);
        }
        let found = self.introspect(Kind::SignedToken, token, None).await?;
        if found.subject != principal.subject || found.jti != principal.jti {
            return Err(AuthError::Refused);
        }
        Ok(Arc::new(Principal {
            roles: found.roles.clone(),
            groups: found.groups.clone(),
            managed_groups: found.managed_groups.clone(),
            entitlements: found.entitlements.clone(),
            ..principal.clone()
        }))
    }

    #[cfg(not(feature = "introspection"))]
    async fn introspect_signed(&self, _: &str, _: &Principal) -> Result<Arc<Principal>, AuthError> {
        Err(CUT)
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

    /// Returns the revocations that the issuer reported, if this service listens.
    pub fn signals(&self) -> Option<&Signals> {
        self.0.signals.as_ref()
    }

    /// Returns the former issuers whose tokens are accepted.
    #[cfg(feature = "jwks-client")]
    pub(crate) fn former_issuers(&self) -> &[String] {
        &self.0.expected.former_issuers
    }

    /// Returns the keys for a token with an unknown `kid`.
    #[cfg(feature = "jwks-client")]
    pub(crate) async fn keys_for(&self, kid: &str) -> Result<Arc<KeySet>, AuthError> {
        match &self.0.keys {
            Keys::Fixed(keys) => Ok(Arc::clone(keys)),
            Keys::Issuer(client) => Ok(client.keys_for(kid).await?),
        }
    }

    pub(crate) async fn keys(&self) -> Result<Arc<KeySet>, AuthError> {
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
    ) -> Arc<Remembered> {
        let issued_at = claims.iat;
        let principal = Arc::new(Principal::from(claims));
        let left = self.end_of(&principal).saturating_sub(self.0.clock.now());
        let signals = self.0.signals.as_ref();
        let entry = Arc::new(Remembered {
            marks: signals.map(|signals| signals.marks(&principal, issued_at)),
            principal,
            header,
            ttl: Duration::from_secs(u64::try_from(left).unwrap_or(0)),
        });
        self.0.remembered.insert(hash, Arc::clone(&entry));
        entry
    }

    fn revalidate(&self, remembered: &Remembered) -> Result<(), AuthError> {
        if self.end_of(&remembered.principal) <= self.0.clock.now() {
            return Err(TokenRejection::Expired.into());
        }
        Ok(())
    }

    fn end_of(&self, principal: &Principal) -> i64 {
        principal
            .expires_at
            .saturating_add(self.0.expected.leeway.clamp(0, MAX_LEEWAY))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("expected", &self.0.expected)
            .finish_non_exhaustive()
    }
}
