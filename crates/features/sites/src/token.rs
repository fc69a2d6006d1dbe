//! The signed token that an application gets with a request: an access token (RFC 9068) of one minute for the
//! origin of the site, which libraries verify by the JWKS.

use std::sync::Arc;
use std::time::Duration;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{AccessTokenType, GrantId, token_signing_alg};
use doorward_domain::secret::TokenHash;
use doorward_rules::access_token::token_id;
use doorward_services::cache::Cache;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};

/// Lifetime of a token in seconds.
const TTL: i64 = 60;
/// Time in seconds for which a token is sent again.
const REUSE: i64 = 30;
/// Maximum number of tokens that are kept, 6 kB each at most.
const TOKENS: u64 = 3_000;

/// The content of a token beside its times.
#[derive(Clone, Debug)]
pub struct TokenContent {
    pub claims: AccessTokenClaims,
    /// Grant of the session or the access token, which the ID of the token contains.
    pub grant: Option<GrantId>,
    /// The digest of both.
    pub digest: TokenHash,
}

/// The tokens of the current half minute, by its number, the digest of what they say, and the key and the type of
/// the signature.
#[derive(Debug)]
pub struct SiteTokens(Cache<String>);

impl Default for SiteTokens {
    fn default() -> Self {
        let kept = Duration::from_secs(REUSE.unsigned_abs());
        Self(Cache::with_ttl(TOKENS, kept))
    }
}

impl SiteTokens {
    /// Returns the token with this content.
    pub async fn of(&self, context: &Context, content: &TokenContent) -> Result<String> {
        let core = &context.core;
        let (now, audience) = (core.now(), content.claims.aud.as_slice());
        let registry = context.registry().await?;
        let typ = AccessTokenType::for_audience(audience, &registry.resources);
        let alg = token_signing_alg(audience, &registry.resources);
        let ring = context.issuing.keys.current(&core.db, now).await?;
        let signer = ring.signer(alg).map_err(ServerError::internal)?;
        let (period, kid) = (now.div_euclid(REUSE), signer.kid());
        let signed = format!("{period} {kid} {} ", typ.as_str());
        let key = [signed.as_bytes(), content.digest.as_bytes()].concat();
        if let Some(token) = self.0.get(&key) {
            return Ok(String::clone(&token));
        }
        let claims = AccessTokenClaims {
            iat: now,
            exp: (now + TTL).min(content.claims.exp),
            jti: token_id(content.grant, &mut core.rng()),
            ..content.claims.clone()
        };
        let token = signer.sign_access_token(&claims, typ);
        let token = token.map_err(ServerError::internal)?;
        self.0.insert(key, Arc::new(token.clone()));
        Ok(token)
    }
}
