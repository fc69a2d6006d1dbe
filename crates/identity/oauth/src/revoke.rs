//! Token revocation (RFC 7009).

use doorward_rules::access_token;

use super::refresh_token::{self, is_refresh_token};
use super::userinfo::verify_access_token;
use crate::prelude::*;

/// Revokes a token of this client. A refresh token is revoked with its whole family and their
/// access tokens (§2.1). An unknown token is no error (§2.2); a token of another client is rejected
/// and remains.
#[boxed(?Send)]
pub async fn revoke(
    context: &Context,
    client: &Client,
    token: &str,
    caller: &Caller,
) -> FlowResult<()> {
    let core = &context.core;
    if is_refresh_token(token) {
        return refresh_token(context, client, token, caller).await;
    }
    let Some(claims) = verify_access_token(context, token).await? else {
        return Ok(());
    };
    if claims.client_id != client.id.as_str() {
        return Err(foreign());
    }
    in_transaction(&core.db, async |tx| {
        let now = core.now();
        // The second time nothing changes, and nothing is written.
        if !repo::revoked_tokens::insert(tx, &claims.jti, claims.exp).await? {
            return Ok(());
        }
        // The log names users by internal id, also if the client knows a pairwise subject.
        let grant = match access_token::grant_of(&claims.jti) {
            Some(id) => repo::grants::find(tx, id).await?,
            None => None,
        };
        let subject = grant.map_or_else(|| claims.sub.clone(), |grant| grant.user_id.to_string());
        let event = caller
            .event(AuditKind::TokenRevoked, true, now)
            .by(&client.id)
            .about(subject)
            .through(&client.id)
            .with("token", "access_token");
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await
}

async fn refresh_token(
    context: &Context,
    client: &Client,
    token: &str,
    caller: &Caller,
) -> FlowResult<()> {
    let core = &context.core;
    in_transaction(&core.db, async |tx| {
        let Some(found) = refresh_token::find(context, tx, token).await? else {
            return Ok(());
        };
        let grant = found.state.grant;
        if grant.client_id != client.id {
            return Err(foreign());
        }
        let now = core.now();
        if repo::grants::revoke(tx, grant.id, RevokeReason::ByClient, now).await? {
            let event = caller
                .event(AuditKind::TokenRevoked, true, now)
                .by(&client.id)
                .about(grant.user_id)
                .through(&client.id)
                .with("token", "refresh_token");
            repo::audit::insert(tx, &event).await?;
        }
        Ok(())
    })
    .await
}

fn foreign() -> FlowError {
    OAuthError::new(
        ErrorCode::UnauthorizedClient,
        "the token belongs to another client",
    )
    .into()
}
