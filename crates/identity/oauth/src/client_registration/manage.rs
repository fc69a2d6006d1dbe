//! Client configuration endpoint (RFC 7592): a client reads, replaces or deletes its registration.
//! Its registration access token gives access to nothing else.

use doorward_domain::model::{ClientRegistration, GivenScopes};
use doorward_protocol::registration::ClientInformation;
use doorward_rules::client_registration::left_out;
use doorward_rules::{client_registration as rule, redirect_change};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::transaction::in_exclusive_transaction;
use serde_json::json;

use super::create::{
    apply, bad_token, check, check_name, check_protected, check_served, check_types, event,
    information, list_left_out,
};
use super::{logo, sector};
use crate::prelude::*;

/// Returns the registration (RFC 7592 §2.1), without the secret, of which only the hash is stored.
///
/// # Errors
/// `invalid_token` if the token does not belong to this client.
#[boxed(?Send)]
pub async fn read(core: &Core, id: &str, token: &str) -> FlowResult<ClientInformation> {
    let (client, stored) = opened(core.db.read(), id, &TokenHash::digest(token)).await?;
    Ok(information(core, &client, &stored, token, None))
}

/// Returns the client of a registration access token; none for a deleted or disabled client (RFC
/// 7592 §2.1). It also rejects the token of a client that an administrator made first-party or a
/// resource server: without a consent page, a stolen token could redirect codes anywhere.
async fn opened(
    conn: &Conn,
    id: &str,
    token: &TokenHash,
) -> FlowResult<(Client, ClientRegistration)> {
    let id = ClientId::parse(id).ok_or_else(bad_token)?;
    let stored = repo::client_registrations::find(conn, &id).await?;
    let stored = stored.filter(|stored| stored.access_token_hash == *token);
    let stored = stored.ok_or_else(bad_token)?;
    let client = repo::clients::find(conn, &id).await?;
    let own = |client: &Client| client.first_party || !client.serves.is_empty();
    let client = client.filter(|client| client.is_active() && !own(client));
    let client = client.ok_or_else(bad_token)?;
    Ok((client, stored))
}

/// Checks that a token gives access to a registration.
#[boxed(?Send)]
pub async fn check_token(core: &Core, id: &str, token: &str) -> FlowResult<()> {
    opened(core.db.read(), id, &TokenHash::digest(token)).await?;
    Ok(())
}

/// Replaces a registration; omitted members are removed (RFC 7592 §2.2). The presented token is
/// consumed, and the response contains its successor. Callers use [`check_token`] first: without a
/// valid token, no metadata errors are reported.
///
/// # Errors
/// `invalid_token`, and errors in the metadata (RFC 7591 §3.2.2).
#[boxed(?Send)]
pub async fn replace(
    context: &Context,
    id: &str,
    token: &str,
    body: &[u8],
    caller: &Caller,
) -> FlowResult<ClientInformation> {
    let core = &context.core;
    let former = TokenHash::digest(token);
    let mut request = ClientMetadata::parse(body)?;
    let policy = core.config.client_registration.policy();
    let limited = rule::limit_redirects(&mut request, &policy)?;
    // Before the transaction, because another server may be slow.
    let sector = sector::find(context, &request).await?;
    let own = OpaqueToken::generate(&mut core.rng());
    let now = core.now();
    // A logo is fetched once: again only if its URL changes.
    let (known, registered) = opened(core.db.read(), id, &former).await?;
    let keeps_logo = logo::address(&registered.metadata) == logo::address(&request.metadata);
    let logo = if keeps_logo {
        None
    } else {
        logo::fetch(context, &known.id, &request, now).await
    };
    // Administrators change clients under the same lock, so that no change is lost.
    in_exclusive_transaction(&core.db, ADMINISTRATION_LOCK, async |tx| {
        let (before, roles) = opened(tx, id, &former).await?;
        let (mut after, secret) = next(context, &before, &roles.given, &request, now).await?;
        after.pairwise_sector.clone_from(&sector);
        if !keeps_logo {
            after.consent.logo = logo.as_ref().map(|logo| logo.id.clone());
        }
        if after.name != before.name {
            check_name(tx, &after).await?;
        }
        check(core, tx, Some(&before), &after).await?;
        let stored = ClientRegistration {
            client_id: after.id.clone(),
            access_token_hash: own.hash(),
            metadata: request.metadata.clone(),
            given: roles.given,
            seen_at: now,
        };
        if !repo::client_registrations::replace(tx, &former, &stored).await? {
            return Err(bad_token());
        }
        if !keeps_logo {
            logo::store(tx, &after.id, logo.as_ref()).await?;
        }
        repo::clients::update(tx, &after).await?;
        if after.secret_made_at != before.secret_made_at {
            repo::clients::move_secret_use(tx, &after).await?;
        }
        let elsewhere = revoke_if_redirects_changed(tx, &before, &after, now).await?;
        let mut left_out = limited.clone();
        left_out.extend(left_out::grants_and_scopes(&request, &after));
        let event = event(caller, &after.id, "replaced by itself", now)
            .by(&after.id)
            .with("redirect_uris", after.redirect_uris.clone())
            .with(left_out::MEMBER, json!(left_out))
            .with("leads_elsewhere", elsewhere);
        repo::audit::insert(tx, &event).await?;
        let mut changed = information(core, &after, &stored, own.expose(), secret.as_ref());
        list_left_out(&mut changed, &left_out);
        Ok(changed)
    })
    .await
}

/// Builds the changed client, with a secret if it had none and now needs one.
async fn next(
    context: &Context,
    before: &Client,
    given: &GivenScopes,
    request: &ClientMetadata,
    now: UnixSeconds,
) -> FlowResult<(Client, Option<OpaqueToken>)> {
    let core = &context.core;
    // RFC 7592 §2.2: `client_id` is required and must match; so must the secret if it is present.
    if request.client_id.as_deref() != Some(before.id.as_str()) {
        return Err(refuse("client_id does not match this registration"));
    }
    let shown = request.client_secret.as_deref().map(TokenHash::digest);
    if shown.is_some_and(|shown| !before.accepts_secret(&shown, now)) {
        return Err(refuse("client_secret does not match this client"));
    }
    let policy = core.config.client_registration.policy();
    let registry = context.registry().await?;
    let resolved = rule::resolve(request, &policy, given, &registry.scopes)?;
    check_served(core, request, &resolved)?;
    check_types(&registry.view(), request, &resolved, Some(before))?;
    let mut after = before.clone();
    apply(&registry.view(), &mut after, request, resolved);
    // A name that was accepted before may remain.
    if after.name != before.name || !request.localized_names.is_empty() {
        check_protected(core, request)?;
    }
    client_profile::pin(&mut after, &["auth_method"]);
    let needs = after.auth_method.is_by_secret();
    let secret = (needs && !before.has_secret()).then(|| OpaqueToken::generate(&mut core.rng()));
    if let Some(secret) = &secret {
        after.replace_secret(secret.hash(), None, now);
    } else if !needs {
        after.remove_secrets();
    }
    after.updated_at = now;
    Ok((after, secret))
}

/// Revokes all consents and grants of the client if its redirect URIs lead elsewhere: users
/// consented to the former destination (decision 53). Returns true if so.
async fn revoke_if_redirects_changed(
    tx: &WriteTx,
    before: &Client,
    after: &Client,
    now: UnixSeconds,
) -> FlowResult<bool> {
    if redirect_change::first_new_destination(&before.redirect_uris, &after.redirect_uris).is_none()
    {
        return Ok(false);
    }
    repo::consents::revoke_for_client(tx, &after.id, now).await?;
    repo::grants::revoke_for_client(tx, &after.id, RevokeReason::ByClient, now).await?;
    Ok(true)
}

/// Deletes a registration with its grants, tokens, codes and consents (RFC 7592 §2.3).
///
/// # Errors
/// `invalid_token` if the token does not belong to this client.
#[boxed(?Send)]
pub async fn remove(core: &Core, id: &str, token: &str, caller: &Caller) -> FlowResult<()> {
    let now = core.now();
    in_transaction(&core.db, async |tx| {
        let (client, _) = opened(tx, id, &TokenHash::digest(token)).await?;
        if !repo::clients::delete(tx, &client.id, now).await? {
            return Err(bad_token());
        }
        let event = event(caller, &client.id, "deleted by itself", now).by(&client.id);
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await
}

fn refuse(description: &'static str) -> FlowError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description).into()
}
