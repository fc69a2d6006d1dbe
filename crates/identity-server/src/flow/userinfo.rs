//! The `UserInfo` endpoint (OIDC Core §5.3).

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_access::jwt::verify::{ACCESS_TOKEN_TYPES, verify_jws};
use doorward_domain::rules::claims;
use doorward_domain::secret::ReferenceToken;
use doorward_domain::time::is_over;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_store::repo;
use serde_json::{Map, Value};

use super::standing::{TokenStanding, token_standing};
use crate::fault::{Fault, FlowError};
use crate::state::State;

/// Verifies one of our own access tokens: signature, type, issuer and times, or what a reference
/// stands for. Which audience it is for does not matter to who issued it; none means that it is not
/// one.
pub(crate) async fn verify_own(
    state: &State,
    token: &str,
) -> Result<Option<AccessTokenClaims>, Fault> {
    let claims: Option<AccessTokenClaims> = match ReferenceToken::parse(token) {
        Some(token) => repo::reference_tokens::find(state.db.read(), &token.hash()).await?,
        None => verify_signed(state, token).await?,
    };
    // No leeway: this is the clock that set `exp`.
    Ok(claims.filter(|claims| claims.iss == state.issuer() && !is_over(claims.exp, state.now())))
}

async fn verify_signed(state: &State, token: &str) -> Result<Option<AccessTokenClaims>, Fault> {
    let ring = state.keys.current(state).await?;
    let Ok((_, claims)) = verify_jws(token, ring.verification(), ACCESS_TOKEN_TYPES) else {
        return Ok(None);
    };
    Ok(serde_json::from_value(Value::Object(claims)).ok())
}

/// What an access token releases.
#[derive(Debug)]
pub struct Released {
    /// The claims of the person whom the token speaks of.
    pub claims: Map<String, Value>,
    /// The client that the token was issued to.
    pub client_id: String,
}

/// The claims of the person whom an access token speaks of.
pub async fn claims_of(state: &State, token: &str) -> Result<Released, FlowError> {
    let invalid = || OAuthError::new(ErrorCode::InvalidToken, "the access token is not valid");
    let Some(token) = verify_own(state, token).await? else {
        return Err(invalid().into());
    };
    let standing = match token_standing(state, &token).await? {
        TokenStanding::User(standing) => standing,
        TokenStanding::Client | TokenStanding::Dead => return Err(invalid().into()),
    };
    if !token.scope.contains("openid") {
        return Err(OAuthError::new(
            ErrorCode::InsufficientScope,
            "the access token lacks the openid scope",
        )
        .into());
    }
    let Some(user) = &standing.user else {
        return Err(invalid().into());
    };
    let mut claims = claims::release(
        state.issuer(),
        user,
        &token.scope,
        &standing.grant.claims.userinfo,
    );
    // OIDC Core §5.3.2: `sub` is always there.
    claims.insert("sub".to_owned(), Value::from(token.sub));
    Ok(Released {
        claims,
        client_id: token.client_id,
    })
}
