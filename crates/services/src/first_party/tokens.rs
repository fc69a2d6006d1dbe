//! The tokens of a first-party client after the sign-in: refreshed, verified, revoked.

use doorward_domain::model::{
    AuditKind, Client, EndReason, GrantOrigin, RefreshContext, RevokeReason,
};
use doorward_domain::rules::grant_check;
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::is_expired;
use doorward_store::repo;

use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Core, Directory, Issuing};
use crate::error::{FlowError, ServerError};
use crate::grant_state::{TokenStatus, token_status};
use crate::token;
use crate::userinfo::verify_access_token;

use super::sign_in::Tokens;
use crate::second_factor::factors;
use crate::transaction::in_transaction;

/// The error for a refresh token that is unknown, consumed, expired, or of another client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidRefreshToken;

/// Consumes a refresh token and issues its successor, by the rules of the token endpoint.
pub async fn refresh(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    refresh: &str,
    caller: &Caller,
) -> Result<Tokens, FlowError<InvalidRefreshToken>> {
    let rotating = token::refresh(core, directory, issuing, client, refresh, caller);
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

/// The kind and remaining lifetime of a valid token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// True for a refresh token.
    pub is_refresh: bool,
    /// Seconds until it expires.
    pub expires_in: i64,
}

/// Returns the state of a token of this client if it would be accepted now. The token is not
/// consumed.
pub async fn verify(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    token: &str,
) -> Result<Option<Verified>, ServerError> {
    let now = core.now();
    if OpaqueToken::parse(token).is_some() {
        let hash = TokenHash::digest(token);
        let found = repo::refresh_tokens::find_with_grant(core.db.read(), &hash).await?;
        let Some(record) = found else {
            return Ok(None);
        };
        let is_usable = is_usable(core, client, &record).await?;
        return Ok(is_usable.then(|| Verified {
            is_refresh: true,
            expires_in: record.token.expires_at - now,
        }));
    }
    let Some(claims) = verify_access_token(core, directory, issuing, token).await? else {
        return Ok(None);
    };
    if claims.client_id != client.id.as_str() {
        return Ok(None);
    }
    let state = token_status(core, directory, &claims).await?;
    Ok(matches!(state, TokenStatus::User(_)).then(|| Verified {
        is_refresh: false,
        expires_in: claims.exp - now,
    }))
}

async fn is_usable(
    core: &Core,
    client: &Client,
    record: &RefreshContext,
) -> Result<bool, ServerError> {
    let (now, user) = (core.now(), record.grant.user_id);
    let state = grant_check::GrantState {
        client,
        grant: &record.grant,
        user: record.user.as_ref(),
        session: record.session.as_ref(),
        is_member: record.is_member,
        demand: factors::requirement(core, core.db.read(), user).await?,
    };
    Ok(record.token.client_id == client.id
        && record.token.used_at.is_none()
        && !is_expired(record.token.expires_at, now)
        && grant_check::check_grant(&state, now).is_ok())
}

/// Signs the user out of the client: ends the session of this refresh token, with all its tokens.
/// An already revoked token is no error.
pub async fn sign_out(
    core: &Core,
    client: &Client,
    refresh: &str,
    caller: &Caller,
) -> Result<(), FlowError<InvalidRefreshToken>> {
    let reject = || Err(FlowError::Rejected(InvalidRefreshToken));
    let Some(token) = OpaqueToken::parse(refresh) else {
        return reject();
    };
    in_transaction(&core.db, async |tx| {
        let now = core.now();
        let found = repo::refresh_tokens::find_with_grant(tx, &token.hash()).await?;
        let own = found.filter(|record| {
            let from_here = record.grant.origin == GrantOrigin::AccountApi;
            from_here && record.token.client_id == client.id
        });
        let Some(RefreshContext { grant, .. }) = own else {
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
