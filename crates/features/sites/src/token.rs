//! The signed token that an application gets with a request: an access token (RFC 9068) of one minute for the
//! origin of the site, which libraries verify by the JWKS.

use doorward_access::jwt::claims::{AccessTokenClaims, Audience};
use doorward_domain::model::Site;
use doorward_domain::model::{AccessTokenType, GrantId, Session, token_signing_alg};
use doorward_domain::random::Generator;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::access_token::token_id;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use moka::future::Cache;

use crate::client;
use crate::identity;
use crate::proxy::Arrival;
use crate::visit::Visit;

/// Lifetime of a token in seconds.
const TTL: i64 = 60;
/// Time in seconds for which a token is sent again.
const REUSE: i64 = 30;
/// Maximum length of all tokens that are kept in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Maximum length of a list of names in a token in bytes, so that the header stays below the limits of proxies.
const MAX_LIST: usize = 2_048;

/// The tokens of the current half minute, by what they say and the key that signs them.
#[derive(Debug)]
pub struct SiteTokens(Cache<String, String>);

impl Default for SiteTokens {
    fn default() -> Self {
        let size = |key: &String, token: &String| {
            u32::try_from(key.len() + token.len()).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder()
            .max_capacity(MAX_BYTES)
            .weigher(size)
            .time_to_live(std::time::Duration::from_secs(REUSE.unsigned_abs()));
        Self(cache.build())
    }
}

impl SiteTokens {
    /// Returns the token of a session at a host; `None` for a visit without a session.
    pub async fn of(
        &self,
        context: &Context,
        site: &Site,
        arrival: &Arrival,
        visit: &Visit,
    ) -> Result<Option<String>> {
        let Some((session, grant)) = &visit.session else {
            return Ok(None);
        };
        let core = &context.core;
        let since = core.now().div_euclid(REUSE) * REUSE;
        let origin = arrival.origin();
        let audience = [origin.clone()];
        let registry = context.registry().await?;
        let typ = AccessTokenType::for_audience(&audience, &registry.resources);
        let alg = token_signing_alg(&audience, &registry.resources);
        let ring = context.issuing.keys.current(&core.db, core.now()).await?;
        let signer = ring.signer(alg).map_err(ServerError::internal)?;
        let subject = (session, *grant);
        let said = claims(context.core.issuer(), site, &origin, visit, subject)?;
        let key = said_by(&said, signer.kid(), alg, since)?;
        if let Some(token) = self.0.get(&key).await {
            return Ok(Some(token));
        }
        let claims = with_times(said, *grant, core.now(), core.rng());
        let token = signer
            .sign_access_token(&claims, typ)
            .map_err(ServerError::internal)?;
        self.0.insert(key, token.clone()).await;
        Ok(Some(token))
    }
}

/// Returns the key of a token: its claims, without those that differ for each signature.
fn said_by(claims: &AccessTokenClaims, kid: &str, alg: SigningAlg, since: i64) -> Result<String> {
    let claims = serde_json::to_string(claims).map_err(ServerError::internal)?;
    Ok(format!("{since} {alg} {kid} {claims}"))
}

fn with_times(
    claims: AccessTokenClaims,
    grant: GrantId,
    now: i64,
    mut rng: Generator<'_>,
) -> AccessTokenClaims {
    AccessTokenClaims {
        iat: now,
        exp: now + TTL,
        jti: token_id(Some(grant), &mut rng),
        ..claims
    }
}

fn claims(
    issuer: &str,
    site: &Site,
    origin: &str,
    visit: &Visit,
    (session, _): (&Session, GrantId),
) -> Result<AccessTokenClaims> {
    let (user, held, proof) = (&visit.user, &visit.roles, &session.authentication);
    let audience = [origin.to_owned()];
    let mut overage = Vec::new();
    let mut list = |claim: &str, names: Vec<String>, is_long: bool| {
        let length: usize = names.iter().map(String::len).sum();
        if is_long || length > MAX_LIST {
            overage.push(claim.to_owned());
            return Vec::new();
        }
        names
    };
    let has_many = identity::has_too_many_groups(site, visit);
    let roles = list("roles", held.roles.iter().cloned().collect(), false);
    let groups = list("groups", held.groups.iter().cloned().collect(), has_many);
    let entitlements = held.entitlements(&audience).into_iter().collect();
    let entitlements = list("entitlements", entitlements, false);
    let mut extra = serde_json::Map::new();
    if let Some(name) = user.profile.name() {
        extra.insert("name".to_owned(), name.into());
    }
    Ok(AccessTokenClaims {
        iss: issuer.to_owned(),
        sub: user.id.to_string(),
        aud: Audience::One(origin.to_owned()),
        client_id: client::id_of(site.id)?.to_string(),
        sid: Some(session.id.to_string()),
        auth_time: Some(proof.auth_time),
        acr: Some(proof.acr.clone()),
        amr: proof.amr.clone(),
        roles,
        groups,
        entitlements,
        overage,
        username: user.named().map(str::to_owned),
        email: user.email_verified.then(|| user.email.clone()),
        email_verified: Some(user.email_verified),
        extra,
        ..AccessTokenClaims::default()
    })
}
