//! The secrets of a client: rotates the current one, and ends a former one.

use std::ops::RangeInclusive;

use doorward_domain::secret::TokenHash;
use doorward_rules::client_secret;

use super::read::{check_client_rights, get_in};
use crate::prelude::*;

/// Lengths of a secret of another program. Its hash has no salt, so that it must be random.
const LENGTHS: RangeInclusive<usize> = 32..=200;

/// The present secret is accepted until `keep_old_until`; without it, every secret ends at once.
#[boxed(?Send)]
pub async fn rotate_secret(
    context: &AdminContext<'_>,
    id: &ClientId,
    keep_old_until: Option<UnixSeconds>,
) -> Result<OpaqueToken> {
    let (_, secret) = rotate(context, id, keep_old_until).await?;
    Ok(secret)
}

pub(super) async fn rotate(
    context: &AdminContext<'_>,
    id: &ClientId,
    keep_old_until: Option<UnixSeconds>,
) -> Result<(Client, OpaqueToken)> {
    let secret = OpaqueToken::generate(&mut context.rng());
    let client = replace(context, id, keep_old_until, secret.hash(), Some(&secret)).await?;
    Ok((client, secret))
}

/// Stores a secret that another program has generated.
pub(super) async fn set(
    context: &AdminContext<'_>,
    id: &ClientId,
    keep_old_until: Option<UnixSeconds>,
    secret: &str,
) -> Result<Client> {
    let is_plain = secret.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || !LENGTHS.contains(&secret.len()) {
        let problem = "write 32 to 200 random printable ASCII characters without spaces";
        return Err(AdminError::invalid("client_secret", problem));
    }
    replace(context, id, keep_old_until, TokenHash::digest(secret), None).await
}

/// Returns true if a client has this secret. Only administrators that may replace it can ask.
pub(crate) async fn is_current(
    context: &AdminContext<'_>,
    id: &ClientId,
    secret: &str,
) -> Result<bool> {
    context.require_global("clients:write")?;
    let found = repo::clients::find(context.db.read(), id).await?;
    let Some(client) = found else {
        return Ok(false);
    };
    check_client_rights(context, context.db.read(), &client, true).await?;
    Ok(client.secret_hash.as_ref() == Some(&TokenHash::digest(secret)))
}

async fn replace(
    context: &AdminContext<'_>,
    id: &ClientId,
    keep_old_until: Option<UnixSeconds>,
    hash: TokenHash,
    shown: Option<&OpaqueToken>,
) -> Result<Client> {
    let (now, tx) = (context.now(), context.begin().await?);
    let mut client = get_in(context, &tx, id).await?;
    check_client_rights(context, &tx, &client, true).await?;
    context.unchanged(&client)?;
    if !client.auth_method.is_by_secret() {
        // No endpoint would ever check it.
        let method = client.auth_method.as_str();
        let problem = format!("a client with auth method {method} has no secret");
        return Err(AdminError::invalid("client", problem));
    }
    if let Some(until) = keep_old_until {
        client_secret::check_overlap(&client, until, now)
            .map_err(|error| AdminError::invalid("keep_old_until", error.to_string()))?;
    }
    client.replace_secret(hash, keep_old_until, now);
    client.updated_at = now;
    repo::clients::update(&tx, &client).await?;
    repo::clients::move_secret_use(&tx, &client).await?;
    let mut event = context.event(AuditKind::ClientChanged, id, "secret rotated");
    if let Some(former) = &client.former_secret {
        event = event.with("former_ends_at", former.ends_at);
    }
    context.commit_created(tx, &event, id, shown).await?;
    Ok(client)
}

#[boxed(?Send)]
pub async fn end_secret(context: &AdminContext<'_>, id: &ClientId) -> Result<()> {
    let (now, tx) = (context.now(), context.begin().await?);
    let mut client = get_in(context, &tx, id).await?;
    context.unchanged(&client)?;
    if client.live_former_secret(now).is_none() {
        let sentence = "the client has no former secret that is accepted".to_owned();
        return Err(AdminError::NoChange(sentence));
    }
    client.former_secret = None;
    client.updated_at = now;
    repo::clients::update(&tx, &client).await?;
    let event = context.event(AuditKind::ClientChanged, id, "former secret ended");
    context.commit_with(tx, &event).await
}
