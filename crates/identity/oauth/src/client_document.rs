//! Clients with a metadata document: the document at the URL that is their `client_id` is fetched,
//! validated and stored (draft-ietf-oauth-client-id-metadata-document-02 §5).
//!
//! The client is stored as a row of `clients`, so that grants, consents and other rows can refer to
//! it. The row is written for a valid document only, never after a failure.

use doorward_domain::model::MetadataDocument;
use doorward_egress::outgoing::{FetchRequirements, check_address};
use doorward_rules::client_document::{self, MAX_BYTES};
use doorward_services::transaction::in_exclusive_transaction;
use doorward_store::repo::deletions::{self, Deletion};

use crate::prelude::*;

/// The requirements for a document (§4, §8.7).
const DOCUMENT: FetchRequirements = FetchRequirements {
    types: &["application/json"],
    max_bytes: MAX_BYTES,
};
/// Minimum time between two fetches of one URL, in seconds. Failures are not cached otherwise
/// (§5.2).
const RETRY: i64 = 5;
/// The lock that serializes transactions which count these clients.
const LOCK: &str = "client documents";

/// Returns the client of an authorization request, which may be its first request. A client with a
/// document requires a fresh document; `None` if that cannot be fetched.
#[boxed(?Send)]
pub async fn resolve(context: &Context, id: &str, caller: &Caller) -> Result<Option<Arc<Client>>> {
    let core = &context.core;
    let kept = context.client(id).await?;
    let is_settled = kept
        .as_deref()
        .is_some_and(|item| is_fresh(item, core.now()));
    if is_settled || !client_document::has_form(id, &context.directory.document_policy(core)) {
        return Ok(kept);
    }
    renew(context, id, Some(caller)).await
}

/// Returns the client of a later request. If the document cannot be fetched, the last good one is
/// used for a limited time.
pub(crate) async fn known(context: &Context, id: &str) -> Result<Option<Arc<Client>>> {
    let core = &context.core;
    let Some(stored) = context.client(id).await? else {
        return Ok(None);
    };
    if is_fresh(&stored, core.now()) || !stored.is_active() {
        return Ok(Some(stored));
    }
    let renewed = Box::pin(renew(context, id, None)).await?;
    // The last good document may have expired by now.
    let last_good = || context.directory.served(core, Client::clone(&stored));
    Ok(Some(renewed.unwrap_or_else(last_good)))
}

fn is_fresh(client: &Client, now: UnixSeconds) -> bool {
    client
        .document
        .is_none_or(|stored| now < stored.fresh_until)
}

/// Fetches the document, unless that was attempted within the last seconds; returns `None` without
/// a valid document.
async fn renew(
    context: &Context,
    id: &str,
    anonymous_caller: Option<&Caller>,
) -> Result<Option<Arc<Client>>> {
    let core = &context.core;
    let policy = context.directory.document_policy(core);
    let host = client_document::host(id, policy.plain_here);
    let admitted = host
        .ok()
        .filter(|host| client_document::admits_host(&policy, host));
    let (Some(host), Some(id)) = (admitted, ClientId::parse(id)) else {
        return Ok(None);
    };
    let slot = context.directory.documents.lock(id.as_str());
    let mut tried_at = slot.lock().await;
    let now = core.now();
    let stored = repo::clients::find(core.db.read(), &id).await?;
    if let Some(stored) = &stored
        && is_fresh(stored, now)
    {
        return Ok(Some(context.directory.served(core, stored.clone())));
    }
    if tried_at.is_some_and(|at| now < at + RETRY) {
        return Ok(None);
    }
    *tried_at = Some(now);
    // Fetches for known clients are limited by the number of clients and the time between attempts.
    let is_admitted = match (&stored, anonymous_caller) {
        (Some(_), _) => true,
        (None, Some(caller)) => context
            .limits
            .rate_limiter
            .admit_document(&host, caller)
            .await
            .is_ok(),
        (None, None) => false,
    };
    if !is_admitted {
        tracing::warn!(client_id = %id, "too many unknown client documents requested");
        return Ok(None);
    }
    let fetched = fetch(context, &id, now).await;
    // Requests that waited for a host that hangs do not try it again, one after the other.
    *tried_at = Some(core.now());
    match fetched {
        Ok(client) => store_document(context, client, anonymous_caller).await,
        Err(error) => {
            tracing::warn!(client_id = %id, %error, "client document rejected");
            Ok(None)
        }
    }
}

async fn fetch(context: &Context, id: &ClientId, now: UnixSeconds) -> Result<Client, String> {
    let response = context
        .fetcher()
        .get(SourcedUrl::of_third_party(id.as_str()), &DOCUMENT)
        .await?;
    let document = MetadataDocument {
        fetched_at: now,
        fresh_until: now + client_document::fresh_for(response.max_age),
    };
    let policy = context.directory.document_policy(&context.core);
    let client = client_document::read(id, &response.body, &policy, document)
        .map_err(|error| error.to_string())?;
    if let Some(address) = &client.jwks_uri {
        check_address(address).map_err(|problem| format!("jwks_uri: {problem}"))?;
    }
    Ok(client)
}

/// Stores a fetched document, as a new client or in place of the former document; returns `None` if
/// the maximum number of such clients is reached.
async fn store_document(
    context: &Context,
    client: Client,
    anonymous_caller: Option<&Caller>,
) -> Result<Option<Arc<Client>>> {
    let core = &context.core;
    let done: FlowResult<_> = in_exclusive_transaction(&core.db, LOCK, async |tx| {
        let (stored, changed) = match repo::clients::find(tx, &client.id).await? {
            // An administrator has registered it in the meantime.
            Some(before) if before.document.is_none() => return Ok(Some(before)),
            Some(before) => {
                let now = merge(&before, &client);
                repo::clients::update(tx, &now).await?;
                let changed = now.updated_at != before.updated_at;
                (now, changed)
            }
            None if deletions::is_pending(tx, Deletion::Client(&client.id)).await? => {
                tracing::warn!(client_id = %client.id, "the former client is still being deleted");
                return Ok(None);
            }
            None => {
                let places = core.config.client_metadata_documents.max_clients;
                if repo::clients::count_documents(tx).await? >= places {
                    tracing::warn!(client_id = %client.id, "maximum number of client documents reached");
                    return Ok(None);
                }
                repo::clients::insert(tx, &client).await?;
                (client.clone(), true)
            }
        };
        if changed {
            record_event(core, tx, &stored, anonymous_caller).await?;
        }
        Ok(Some(stored))
    })
    .await;
    let Some(stored) = done.map_err(FlowError::into_server_error)? else {
        return Ok(None);
    };
    let served = context.directory.served(core, stored);
    context.directory.remember_client(Arc::clone(&served)).await;
    Ok(Some(served))
}

/// Merges the new document into the stored client; an administrator's decisions remain.
fn merge(before: &Client, fetched: &Client) -> Client {
    let kept = Client {
        created_at: before.created_at,
        updated_at: before.updated_at,
        disabled_at: before.disabled_at,
        ..fetched.clone()
    };
    let is_same = Client {
        document: before.document,
        ..kept.clone()
    } == *before;
    Client {
        updated_at: if is_same {
            before.updated_at
        } else {
            fetched.updated_at
        },
        ..kept
    }
}

async fn record_event(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    anonymous_caller: Option<&Caller>,
) -> Result<()> {
    let anonymous = Caller::of_server(&core.random);
    let event = anonymous_caller
        .unwrap_or(&anonymous)
        .event(AuditKind::ClientChanged, true, client.updated_at)
        .through(&client.id)
        .with("change", "its document")
        .with("redirect_uris", client.redirect_uris.clone());
    repo::audit::insert(tx, &event).await?;
    Ok(())
}
