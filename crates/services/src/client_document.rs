//! Clients that nobody has registered: the document at the address that is their `client_id` is
//! fetched, judged and kept (draft-ietf-oauth-client-id-metadata-document-02 §5).
//!
//! What is kept is a row of `clients`, so that grants, consents and everything else hold to it as to
//! any other. It is written when a good document has come, never for one that failed.

use std::sync::Arc;

use doorward_domain::model::{AuditKind, Client, ClientId, MetadataDocument};
use doorward_domain::rules::client_document::{self, MAX_BYTES};
use doorward_domain::time::UnixSeconds;
use doorward_egress::outgoing::{Source, Want, check_address};
use doorward_store::{WriteTx, repo};

use super::transaction::in_write_alone;
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{FlowError, ServerError};
use crate::state::State;

/// A document (§4, §8.7).
const DOCUMENT: Want = Want {
    types: &["application/json"],
    max_bytes: MAX_BYTES,
};
/// The time between two fetches from one address, in seconds. Nothing else is kept of a failure
/// (§5.2).
const RETRY: i64 = 5;
/// What one transaction at a time does: they count.
const LOCK: &str = "client documents";

/// The client of a request that may be its first. One that is known by its document is known by a
/// fresh one; none where that cannot be had.
pub async fn resolve(
    state: &State,
    id: &str,
    caller: &Caller,
) -> Result<Option<Arc<Client>>, ServerError> {
    let kept = state.client(id).await?;
    let is_settled = kept
        .as_deref()
        .is_some_and(|one| is_fresh(one, state.now()));
    if is_settled || !client_document::has_form(id, &state.document_policy()) {
        return Ok(kept);
    }
    renew(state, id, Some(caller)).await
}

/// The client of a request that comes after its first. What was last good goes on for a while where
/// the document cannot be fetched.
pub(crate) async fn known(state: &State, id: &str) -> Result<Option<Arc<Client>>, ServerError> {
    let Some(kept) = state.client(id).await? else {
        return Ok(None);
    };
    if is_fresh(&kept, state.now()) || !kept.is_active() {
        return Ok(Some(kept));
    }
    let renewed = renew(state, id, None).await?;
    // Its day may be over by now.
    let last_good = || state.served(Client::clone(&kept));
    Ok(Some(renewed.unwrap_or_else(last_good)))
}

fn is_fresh(client: &Client, now: UnixSeconds) -> bool {
    client.document.is_none_or(|kept| now < kept.fresh_until)
}

/// Fetches the document anew, unless that was done just now; none where there is no good one.
async fn renew(
    state: &State,
    id: &str,
    stranger: Option<&Caller>,
) -> Result<Option<Arc<Client>>, ServerError> {
    let policy = state.document_policy();
    let host = client_document::host(id, policy.plain_here);
    let admitted = host
        .ok()
        .filter(|host| client_document::admits_host(&policy, host));
    let (Some(host), Some(id)) = (admitted, ClientId::parse(id)) else {
        return Ok(None);
    };
    let slot = state.documents.of(id.as_str());
    let mut tried_at = slot.lock().await;
    let now = state.now();
    let kept = repo::clients::find(state.db.read(), &id).await?;
    if let Some(kept) = &kept
        && is_fresh(kept, now)
    {
        return Ok(Some(state.served(kept.clone())));
    }
    if tried_at.is_some_and(|at| now < at + RETRY) {
        return Ok(None);
    }
    *tried_at = Some(now);
    // What is known already is bounded by the number of places, and by the time between two tries.
    let is_admitted = match (&kept, stranger) {
        (Some(_), _) => true,
        (None, Some(caller)) => state.throttle.admit_document(&host, caller).await.is_ok(),
        (None, None) => false,
    };
    if !is_admitted {
        tracing::warn!(client_id = %id, "too many unknown client documents are asked for");
        return Ok(None);
    }
    match fetch(state, &id, now).await {
        Ok(client) => keep(state, client, stranger).await,
        Err(error) => {
            tracing::info!(client_id = %id, %error, "a client's document is not used");
            Ok(None)
        }
    }
}

async fn fetch(state: &State, id: &ClientId, now: UnixSeconds) -> Result<Client, String> {
    let answer = state
        .fetcher()
        .get(id.as_str(), Source::ThirdParty, &DOCUMENT)
        .await?;
    let document = MetadataDocument {
        fetched_at: now,
        fresh_until: now + client_document::fresh_for(answer.max_age),
    };
    let policy = state.document_policy();
    let client = client_document::read(id, &answer.body, &policy, document)
        .map_err(|flaw| flaw.to_string())?;
    if let Some(address) = &client.jwks_uri {
        check_address(address).map_err(|problem| format!("jwks_uri: {problem}"))?;
    }
    Ok(client)
}

/// Keeps what was fetched, in a row of its own or over the former document; none where all places
/// are taken.
async fn keep(
    state: &State,
    client: Client,
    stranger: Option<&Caller>,
) -> Result<Option<Arc<Client>>, ServerError> {
    let done: Result<_, FlowError> = in_write_alone(&state.db, LOCK, async |tx| {
        let (kept, changed) = match repo::clients::find(tx, &client.id).await? {
            // An administrator has registered it in the meantime.
            Some(before) if before.document.is_none() => return Ok(Some(before)),
            Some(before) => {
                let now = over(&before, &client);
                repo::clients::update(tx, &now).await?;
                let changed = now.updated_at != before.updated_at;
                (now, changed)
            }
            None => {
                let places = state.config.client_metadata_documents.max_clients;
                if repo::clients::count_documents(tx).await? >= places {
                    tracing::warn!(client_id = %client.id, "all places of client documents are taken");
                    return Ok(None);
                }
                repo::clients::insert(tx, &client).await?;
                (client.clone(), true)
            }
        };
        if changed {
            note(tx, &kept, stranger).await?;
        }
        Ok(Some(kept))
    })
    .await;
    let Some(kept) = done.map_err(FlowError::into_fault)? else {
        return Ok(None);
    };
    let served = state.served(kept);
    state.remember_client(Arc::clone(&served)).await;
    Ok(Some(served))
}

/// The new document over the former one: what an administrator decided stays.
fn over(before: &Client, fetched: &Client) -> Client {
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

async fn note(tx: &WriteTx, client: &Client, stranger: Option<&Caller>) -> Result<(), ServerError> {
    let nobody = Caller::default();
    let event = stranger
        .unwrap_or(&nobody)
        .event(AuditKind::ClientChanged, true, client.updated_at)
        .through(&client.id)
        .with("change", "its document")
        .with("redirect_uris", client.redirect_uris.clone());
    repo::audit::insert(tx, &event).await?;
    Ok(())
}
