//! The tokens of a first-party client after the sign-in: refreshed, verified, revoked.

use doorward_domain::boxed;
use doorward_domain::model::{AuditKind, Client, EndReason, GrantOrigin, RevokeReason};
use doorward_oauth::grant_state::{TokenStatus, token_status};
use doorward_oauth::refresh_token::{self, is_refresh_token};
use doorward_oauth::token;
use doorward_oauth::userinfo::verify_access_token;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::Context;
use doorward_services::error::{FlowError, FlowResult, Result};
use doorward_services::transaction::in_transaction;
use doorward_store::repo;

use crate::sign_in::Tokens;

/// The error for a refresh token that is unknown, consumed, expired, or of another client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidRefreshToken;

/// Consumes a refresh token and issues its successor, by the rules of the token endpoint.
#[boxed(?Send)]
pub async fn refresh(
    context: &Context,
    client: &Client,
    refresh: &str,
    caller: &Caller,
) -> FlowResult<Tokens, InvalidRefreshToken> {
    let rotating = token::refresh(context, client, refresh, caller);
    match Box::pin(rotating).await {
        Ok(rotated) => Ok(Tokens {
            account: None,
            access: rotated.response.access_token,
            expires_in: rotated.response.expires_in,
            refresh: rotated.response.refresh_token.unwrap_or_default(),
            refresh_expires_in: rotated.refresh_expires_in,
        }),
        Err(FlowError::Rejected(_)) => Err(FlowError::Rejected(InvalidRefreshToken)),
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    pub is_refresh: bool,
    /// Seconds until it expires.
    pub expires_in: i64,
}

/// Returns the state of a token of this client if it would be accepted now. The token is not
/// consumed.
#[boxed(?Send)]
pub async fn verify(context: &Context, client: &Client, token: &str) -> Result<Option<Verified>> {
    let core = &context.core;
    let now = core.now();
    if is_refresh_token(token) {
        let found = refresh_token::find(context, core.db.read(), token).await?;
        let usable = found.filter(|found| found.is_usable(core, client));
        return Ok(usable.map(|found| Verified {
            is_refresh: true,
            expires_in: found.token.expires_at - now,
        }));
    }
    let Some(claims) = verify_access_token(context, token).await? else {
        return Ok(None);
    };
    if claims.client_id != client.id.as_str() {
        return Ok(None);
    }
    let state = token_status(context, &claims).await?;
    Ok(matches!(state, TokenStatus::User(_)).then(|| Verified {
        is_refresh: false,
        expires_in: claims.exp - now,
    }))
}

/// Signs the user out of the client: ends the session of this refresh token, with all its tokens.
/// An already revoked token is no error.
#[boxed(?Send)]
pub async fn sign_out(
    context: &Context,
    client: &Client,
    refresh: &str,
    caller: &Caller,
) -> FlowResult<(), InvalidRefreshToken> {
    let core = &context.core;
    in_transaction(&core.db, async |tx| {
        let now = core.now();
        let found = refresh_token::find(context, tx, refresh).await?;
        let grant = found.map(|found| found.state.grant);
        let own = grant.filter(|grant| {
            grant.origin == GrantOrigin::AccountApi && grant.client_id == client.id
        });
        let Some(grant) = own else {
            return Err(FlowError::Rejected(InvalidRefreshToken));
        };
        let reason = RevokeReason::SessionEnded;
        let revoked = repo::grants::revoke(tx, grant.id, reason, now).await?;
        let session = grant.session_id;
        let ended = repo::sessions::end(tx, session, EndReason::SignedOut, now).await?;
        if revoked || ended {
            let event = caller
                .event(AuditKind::LoggedOut, true, now)
                .by(grant.user_id)
                .about(grant.user_id)
                .through(&client.id)
                .with("session", session.to_string());
            repo::audit::insert(tx, &event).await?;
        }
        Ok(())
    })
    .await
}
