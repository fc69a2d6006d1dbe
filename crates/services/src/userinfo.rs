//! The `UserInfo` endpoint (OIDC Core §5.3).

use std::collections::BTreeMap;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_access::jwt::verify::{ACCESS_TOKEN_TYPES, PLAIN_JWT, is_type, verify_jws};
use doorward_domain::model::{AccessTokenType, OrgScope};
use doorward_domain::rules::{authorize, claims};
use doorward_domain::secret::ReferenceToken;
use doorward_domain::time::is_expired;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_store::repo;
use serde_json::{Map, Value};

use super::dpop::{self, PresentedToken, Unproved};
use super::grant_state::{TokenStatus, token_status};
use crate::error::{FlowError, ServerError};
use crate::state::State;

/// Verifies one of our own access tokens: signature, type, issuer and times, or what a reference
/// stands for. Which audience it is for does not matter to who issued it; none means that it is not
/// one. For who asks about a token; who uses one goes through [`admit`].
pub async fn verify_own(
    state: &State,
    token: &str,
) -> Result<Option<AccessTokenClaims>, ServerError> {
    Ok(examine(state, token).await?.ok())
}

/// What is wrong with a token that opens nothing, and whose it is as far as it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessTokenError {
    /// What is wrong, for who may know.
    pub why: &'static str,
    /// What is wrong with how it was brought, which its sender may know (RFC 9449 §7.1, RFC 8705 §3).
    pub sender: Option<Unproved>,
    /// The claims that tell whose it is: `sub`, `client_id`, `org`.
    pub whose: Option<(String, String, Option<String>)>,
}

impl AccessTokenError {
    /// A flaw of a token that can be read.
    pub fn of(claims: &AccessTokenClaims, why: &'static str) -> Self {
        let (sub, client_id) = (claims.sub.clone(), claims.client_id.clone());
        Self {
            why,
            sender: None,
            whose: Some((sub, client_id, claims.org.clone())),
        }
    }
}

/// The claims of a token that is used as one: whatever opens something here asks this, so that
/// nothing can forget to ask whether its sender may use it.
pub async fn admit(
    state: &State,
    brought: &PresentedToken,
) -> Result<Result<AccessTokenClaims, AccessTokenError>, ServerError> {
    let claims = match examine(state, &brought.token).await? {
        Ok(claims) => claims,
        Err(flaw) => return Ok(Err(flaw)),
    };
    match dpop::check_sender(state, brought, &claims).await {
        Ok(()) => Ok(Ok(claims)),
        Err(FlowError::Rejected(unproved)) => Ok(Err(AccessTokenError {
            sender: Some(unproved),
            ..AccessTokenError::of(
                &claims,
                "its sender does not prove its key or show its certificate",
            )
        })),
        Err(FlowError::Server(fault)) => Err(fault),
    }
}

/// The same as [`verify_own`] with what is wrong with one that is none.
async fn examine(
    state: &State,
    token: &str,
) -> Result<Result<AccessTokenClaims, AccessTokenError>, ServerError> {
    let claims: Option<AccessTokenClaims> = match ReferenceToken::parse(token) {
        Some(token) => repo::reference_tokens::find(state.db.read(), &token.hash()).await?,
        None => verify_signed(state, token).await?,
    };
    let Some(claims) = claims.filter(|claims| claims.iss == state.issuer()) else {
        let why = "it is no access token of this server";
        return Ok(Err(AccessTokenError {
            why,
            sender: None,
            whose: None,
        }));
    };
    // No leeway: this is the clock that set `exp`.
    if is_expired(claims.exp, state.now()) {
        return Ok(Err(AccessTokenError::of(&claims, "its time is over")));
    }
    Ok(Ok(claims))
}

async fn verify_signed(
    state: &State,
    token: &str,
) -> Result<Option<AccessTokenClaims>, ServerError> {
    let ring = state.keys.current(&state.db, state.now()).await?;
    let types = [ACCESS_TOKEN_TYPES, &[PLAIN_JWT]].concat();
    let Ok((header, claims)) = verify_jws(token, ring.verification(), &types) else {
        return Ok(None);
    };
    let claims: Option<AccessTokenClaims> = serde_json::from_value(Value::Object(claims)).ok();
    let is_typed = |typ: &str| ACCESS_TOKEN_TYPES.iter().any(|one| is_type(typ, one));
    if header.typ.as_deref().is_some_and(is_typed) {
        return Ok(claims);
    }
    // ID tokens have the same type: one of this type is for resources that know no other.
    let resources = &state.registry().await?.resources;
    Ok(claims.filter(|claims| {
        let audience: Vec<String> = claims.aud.iter().map(str::to_owned).collect();
        AccessTokenType::of(&audience, resources) == AccessTokenType::Jwt
    }))
}

/// What an access token releases.
#[derive(Debug)]
pub struct Released {
    /// The claims of the person whom the token speaks of.
    pub claims: Map<String, Value>,
    /// The client that the token was issued to.
    pub client_id: String,
}

/// Why a token releases nothing: what its bearer is told, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Withheld {
    /// RFC 6750 §3.1.
    pub error: OAuthError,
    /// For who may know.
    pub flaw: AccessTokenError,
}

impl Withheld {
    /// The same words to whoever brings a token that does not stand.
    fn invalid(flaw: AccessTokenError) -> FlowError<Self> {
        let invalid = || OAuthError::new(ErrorCode::InvalidToken, "the access token is not valid");
        let told = flaw.sender.as_ref().map(|sender| sender.error.clone());
        let error = told.unwrap_or_else(invalid);
        FlowError::Rejected(Self { error, flaw })
    }
}

/// The claims of the person whom an access token speaks of.
pub async fn claims_of(
    state: &State,
    brought: &PresentedToken,
) -> Result<Released, FlowError<Withheld>> {
    let token = match admit(state, brought).await? {
        Ok(claims) => claims,
        Err(flaw) => return Err(Withheld::invalid(flaw)),
    };
    let invalid = |why: &'static str| Withheld::invalid(AccessTokenError::of(&token, why));
    let standing = match token_status(state, &token).await? {
        TokenStatus::User(standing) => standing,
        TokenStatus::Client => return Err(invalid("it is a client's own")),
        TokenStatus::Inactive(why) => return Err(invalid(why)),
    };
    if !token.scope.contains("openid") {
        let told = "the access token lacks the openid scope";
        let error = OAuthError::new(ErrorCode::InsufficientScope, told);
        let flaw = AccessTokenError::of(&token, told);
        return Err(FlowError::Rejected(Withheld { error, flaw }));
    }
    let Some(user) = &standing.user else {
        return Err(invalid("the account is gone"));
    };
    // What the client may ask for today bounds what it asked for by name once (OA-11).
    let client = state.client(&token.client_id).await?;
    let named = client.map_or_else(BTreeMap::new, |client| {
        authorize::claims_within(&standing.grant.claims, &client.scopes).userinfo
    });
    let held = if claims::need_held(&token.scope, &named) {
        let place = OrgScope::of(standing.grant.org.as_deref());
        Some(state.roles_of_user_in(user.id, place).await?)
    } else {
        None
    };
    let facts = claims::Facts {
        issuer: state.issuer(),
        user,
        held: held.as_ref(),
        room: claims::MAX_IN_USERINFO,
    };
    let mut claims = claims::release(&facts, &token.scope, &named);
    // OIDC Core §5.3.2: `sub` is always there.
    claims.insert("sub".to_owned(), Value::from(token.sub));
    Ok(Released {
        claims,
        client_id: token.client_id,
    })
}
