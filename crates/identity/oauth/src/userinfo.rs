//! The `UserInfo` endpoint (OIDC Core §5.3).

use std::collections::BTreeMap;

use doorward_domain::keys::Signer;
use doorward_domain::model::AccessTokenType;
use doorward_domain::secret::ReferenceToken;
use doorward_domain::time::is_expired;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::{authorize, claims};
use doorward_services::read_cache::CacheEpoch;
use doorward_store::repo::access_token_status::{RequestedFacts, RolesNeeded};

use super::dpop::{self, PresentedToken, Unproved};
use super::grant_state::{TokenStatus, claims_today, token_status_with_facts};
use crate::custom_claims::{self, Recipient, SubjectRoles};
use crate::prelude::*;
use crate::signing;

/// Verifies an access token of this server: signature, type, issuer and times, or the reference.
/// Does not check the audience. Returns `None` if it is not valid. For endpoints that are asked
/// about a token; endpoints that accept one use [`admit`].
#[boxed(?Send)]
pub async fn verify_access_token(
    context: &Context,
    token: &str,
) -> Result<Option<AccessTokenClaims>> {
    match examine(context, token).await {
        Ok(claims) => Ok(Some(claims)),
        Err(FlowError::Rejected(_)) => Ok(None),
        Err(FlowError::Server(error)) => Err(error),
    }
}

/// The problem of a rejected token, and its owner as claimed by the token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessTokenError {
    /// The problem, for administrators.
    pub why: &'static str,
    /// The problem with its presentation, which the sender may learn (RFC 9449 §7.1, RFC 8705 §3).
    pub sender: Option<Unproved>,
    /// The claims that identify its owner: `sub`, `client_id`, `org`.
    pub holder: Option<(String, String, Option<String>)>,
}

impl AccessTokenError {
    /// Creates the error of a token with readable claims.
    pub fn from_claims(claims: &AccessTokenClaims, why: &'static str) -> Self {
        let (sub, client_id) = (claims.sub.clone(), claims.client_id.clone());
        Self {
            why,
            sender: None,
            holder: Some((sub, client_id, claims.org.clone())),
        }
    }
}

/// Returns the claims of a presented token. Every endpoint that accepts tokens calls this, so that
/// none omits the check of the sender's proof.
#[boxed(?Send)]
pub async fn admit(
    context: &Context,
    presented: &PresentedToken,
) -> FlowResult<AccessTokenClaims, AccessTokenError> {
    let claims = examine(context, &presented.token).await?;
    let why = "its sender did not prove its key or present its certificate";
    match dpop::check_sender(context, presented, &claims).await {
        Ok(()) => Ok(claims),
        Err(error) => Err(error.map(|unproved| AccessTokenError {
            sender: Some(unproved),
            ..AccessTokenError::from_claims(&claims, why)
        })),
    }
}

/// Verifies like [`verify_access_token`], and returns the problem of a rejected token.
async fn examine(
    context: &Context,
    token: &str,
) -> FlowResult<AccessTokenClaims, AccessTokenError> {
    let core = &context.core;
    let claims: Option<AccessTokenClaims> = match ReferenceToken::parse(token) {
        Some(token) => repo::reference_tokens::find(core.db.read(), &token.hash()).await?,
        None => verify_signed(context, token).await?,
    };
    let Some(claims) = claims.filter(|claims| core.is_own_issuer(&claims.iss)) else {
        return Err(FlowError::Rejected(AccessTokenError {
            why: "it is not an access token of this server",
            sender: None,
            holder: None,
        }));
    };
    // No leeway: this server's clock set `exp`.
    if is_expired(claims.exp, core.now()) {
        let error = AccessTokenError::from_claims(&claims, "it has expired");
        return Err(FlowError::Rejected(error));
    }
    Ok(claims)
}

async fn verify_signed(context: &Context, token: &str) -> Result<Option<AccessTokenClaims>> {
    let core = &context.core;
    let ring = context.issuing.keys.current(&core.db, core.now()).await?;
    let Some(verified) = context.issuing.verified_tokens.get_or_verify(&ring, token) else {
        return Ok(None);
    };
    if verified.is_access_token {
        return Ok(Some(verified.claims));
    }
    // ID tokens have the same type, which is only accepted from resources that are registered with
    // it.
    let resources = &context.registry().await?.resources;
    let audience: Vec<String> = verified.claims.aud.iter().map(str::to_owned).collect();
    let is_accepted = AccessTokenType::for_audience(&audience, resources) == AccessTokenType::Jwt;
    Ok(is_accepted.then_some(verified.claims))
}

/// The claims that an access token releases.
#[derive(Debug)]
pub struct Released {
    pub claims: Map<String, Value>,
    pub client_id: String,
}

/// The rejection of a userinfo request: the error for the bearer, and the problem.
#[derive(Clone, Debug)]
pub struct Withheld {
    /// The error for the bearer (RFC 6750 §3.1).
    pub error: OAuthError,
    pub problem: AccessTokenError,
}

impl Withheld {
    /// Returns the same error for every invalid token, except for problems of the sender's proof.
    fn invalid(problem: AccessTokenError) -> Self {
        let error = match &problem.sender {
            Some(sender) => sender.error.clone(),
            None => OAuthError::new(ErrorCode::InvalidToken, "the access token is not valid"),
        };
        Self { error, problem }
    }
}

/// Returns the claims of the user that an access token was issued for. The token and the proof of its
/// sender are checked each time; the rest is cached.
#[boxed(?Send)]
pub async fn claims_of(
    context: &Context,
    presented: &PresentedToken,
) -> FlowResult<Released, Withheld> {
    let core = &context.core;
    let moment = CacheEpoch::current(&core.db, core.now());
    let token = admit(context, presented)
        .await
        .map_err(|error| error.map(Withheld::invalid))?;
    let key = *TokenHash::digest(&presented.token).as_bytes();
    let claims = released_claims(context, &token);
    Ok(Released {
        claims: context
            .issuing
            .released_claims
            .get(moment, key, claims)
            .await?,
        client_id: token.client_id,
    })
}

async fn released_claims(
    context: &Context,
    token: &AccessTokenClaims,
) -> FlowResult<Map<String, Value>, Withheld> {
    let invalid = |why: &'static str| {
        FlowError::Rejected(Withheld::invalid(AccessTokenError::from_claims(token, why)))
    };
    let facts = requested_facts(context, token).await?;
    let status = token_status_with_facts(context, token, facts).await?;
    let token = &claims_today(context, token.clone(), &status).await?;
    let state = match status {
        TokenStatus::User(state) => state,
        TokenStatus::Client => return Err(invalid("it belongs to a client, not to a user")),
        TokenStatus::Inactive(why) => return Err(invalid(why)),
    };
    if !token.scope.contains("openid") {
        let told = "the access token lacks the openid scope";
        return Err(FlowError::Rejected(Withheld {
            error: OAuthError::new(ErrorCode::InsufficientScope, told),
            problem: AccessTokenError::from_claims(token, told),
        }));
    }
    let Some(user) = &state.user else {
        return Err(invalid("the account was deleted"));
    };
    Ok(release(context, token, &state.grant, user, &state.facts).await?)
}

/// Builds the claims of the user for an access token of this grant, which passed all checks.
pub(crate) async fn release(
    context: &Context,
    token: &AccessTokenClaims,
    grant: &Grant,
    user: &User,
    facts: &UserFacts,
) -> Result<Map<String, Value>> {
    let to = (token.client_id.as_str(), &token.scope);
    let mut claims = release_to(context, to, grant, user, facts).await?;
    // OIDC Core §5.3.2: `sub` is always included.
    claims.insert("sub".to_owned(), Value::from(token.sub.clone()));
    Ok(claims)
}

/// Returns the claims of the user that a grant releases, without `sub`, for a response of another protocol.
#[boxed(?Send)]
pub async fn claims_of_grant(
    context: &Context,
    client: &Client,
    grant: &Grant,
    user: &User,
) -> Result<Map<String, Value>> {
    let scope = grant.scope.intersect(&client.scopes);
    let to = (client.id.as_str(), &scope);
    release_to(context, to, grant, user, &UserFacts::default()).await
}

async fn release_to(
    context: &Context,
    (client_id, scope): (&str, &Scope),
    grant: &Grant,
    user: &User,
    facts: &UserFacts,
) -> Result<Map<String, Value>> {
    let core = &context.core;
    // The client's current scopes limit the claims that it requested by name.
    let client = context.client(client_id).await?;
    let named = client.map_or_else(BTreeMap::new, |client| {
        authorize::claims_within(&grant.claims, &client.scopes).userinfo
    });
    let org = grant.org.as_deref();
    let read;
    let roles = match &facts.roles {
        // Only if the client's scopes changed in the meantime.
        None if claims::needs_roles(scope, &named) => {
            let scope = OrgScope::from_org(org);
            read = effective_roles::of_user_in(core, user.id, scope).await?;
            Some(&read)
        }
        known => known.as_ref(),
    };
    let sources = claims::ClaimSources {
        issuer: core.issuer(),
        user,
        roles,
        room: claims::MAX_IN_USERINFO,
    };
    let mut claims = claims::release(&sources, scope, &named);
    let id = ClientId::parse(client_id);
    let to = Recipient {
        output: ClaimOutput::Userinfo,
        client: id.as_ref(),
        scope,
        roles: roles.map_or(SubjectRoles::User(user.id), SubjectRoles::Known),
        org,
        user: Some(user.id),
    };
    let registry = context.registry().await?;
    claims.extend(custom_claims::of_user(context, &registry, to, facts).await?);
    Ok(claims)
}

async fn requested_facts(context: &Context, token: &AccessTokenClaims) -> Result<RequestedFacts> {
    let Some(client) = context.client(&token.client_id).await? else {
        return Ok(RequestedFacts::default());
    };
    let facts = custom_claims::needed_facts(context, &client.id, ClaimOutput::Userinfo).await?;
    let by_scope = |scope| claims::needs_roles(scope, &BTreeMap::new());
    let roles = if by_scope(&token.scope) {
        RolesNeeded::Always
    } else if by_scope(&client.scopes) {
        // Its grants may request them by name.
        Ord::max(facts.roles, RolesNeeded::IfNamed)
    } else {
        facts.roles
    };
    Ok(RequestedFacts { roles, ..facts })
}

/// Signs the claims for a client with its registered algorithm (OIDC Core §5.3.2): with `iss` and
/// `aud`, and the same `sub` as in plain JSON.
#[boxed(?Send)]
pub async fn sign(context: &Context, alg: SigningAlg, released: Released) -> Result<String> {
    let (claims, client_id) = (released.claims, released.client_id);
    let issuer = context.core.issuer();
    let sign = |signer: &Signer| signer.sign_userinfo(claims, issuer, &client_id);
    signing::sign(context, alg, sign).await
}
