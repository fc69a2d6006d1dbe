//! Pings, which notify a client that a user has answered its authentication request (OpenID Connect CIBA
//! Core 1.0 §10.2). The client then requests the tokens, or the denial, like one that polls.

use doorward_domain::model::job::SendError;
use doorward_domain::model::{DeviceRequest, DeviceRequestId};
use doorward_domain::secret::seal;
use doorward_domain::time::is_expired;
use doorward_protocol::ciba::NotificationToken;
use doorward_rules::ping;
use doorward_services::jobs::JobPayload;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::backchannel_logout::{host_of, send_error};
use crate::prelude::*;

/// The plain text of `device_requests.ping_sealed`: only the hash of the id is stored elsewhere.
#[derive(Serialize, Deserialize)]
struct Ping {
    auth_req_id: String,
    client_notification_token: String,
}

/// Encrypts the id and the token of a request for storage.
pub(super) fn seal_ping(
    context: &Context,
    id: &DeviceRequestId,
    auth_req_id: &OpaqueToken,
    token: &NotificationToken,
) -> Result<Vec<u8>> {
    let ping = Ping {
        auth_req_id: auth_req_id.expose().to_owned(),
        client_notification_token: token.expose().to_owned(),
    };
    let plain = serde_json::to_vec(&ping).map_err(ServerError::internal)?;
    let key = context.issuing.ping_key.expose();
    let mut rng = context.core.rng();
    Ok(seal(key, &plain, id.as_str().as_bytes(), &mut rng))
}

/// Enqueues the ping in the transaction that stores an answer; nothing for a client that polls.
pub(super) async fn enqueue(
    context: &Context,
    tx: &WriteTx,
    client: &Client,
    request: &DeviceRequest,
) -> Result<()> {
    let named = request.backchannel.as_ref();
    let is_pinged = named.is_some_and(|named| named.ping_sealed.is_some());
    let Some(endpoint) = endpoint(client).filter(|_| is_pinged) else {
        return Ok(());
    };
    let task = JobPayload::Ping(request.id.clone());
    let (jobs, now) = (&context.delivery.jobs, context.core.now());
    jobs.enqueue_for(tx, &task, host_of(endpoint), now).await
}

fn endpoint(client: &Client) -> Option<&str> {
    client.backchannel_client_notification_endpoint.as_deref()
}

/// Posts the id of an answered request to its client, and removes the token once it is received.
#[boxed(?Send)]
pub async fn deliver(context: &Context, id: &DeviceRequestId) -> Result<(), SendError> {
    let core = &context.core;
    let later = |server_error: ServerError| SendError::Later(server_error.to_string());
    let found = repo::device_requests::find(core.db.read(), id).await;
    let found = found.map_err(|error| later(error.into()))?;
    let found = found.filter(|request| !is_expired(request.expires_at, core.now()));
    let Some(request) = found else {
        return Err(SendError::Useless);
    };
    let client = context.client(request.client_id.as_str()).await;
    let client = client.map_err(later)?.filter(|client| client.is_active());
    let sealed = request.backchannel.and_then(|named| named.ping_sealed);
    let (Some(client), Some(sealed)) = (client, sealed) else {
        return Err(SendError::Useless);
    };
    let Some(endpoint) = endpoint(&client) else {
        return Err(SendError::Useless);
    };
    let key = &context.issuing.ping_key;
    let plain = key.open(&sealed, id.as_str().as_bytes()).ok();
    let Some(ping) = plain.and_then(|plain| serde_json::from_slice::<Ping>(&plain).ok()) else {
        let problem = "the stored token cannot be decrypted";
        return Err(SendError::Never(problem.to_owned()));
    };
    let body = json!({ "auth_req_id": ping.auth_req_id }).to_string();
    let url = SourcedUrl::of_client(&client, endpoint);
    let http = &context.directory.http;
    let posted = http.post_json(url, &ping.client_notification_token, body.into_bytes());
    let reply = posted.await.map_err(|error| send_error(&error))?;
    ping::outcome(reply.status)?;
    remove(core, id).await.map_err(later)
}

async fn remove(core: &Core, id: &DeviceRequestId) -> Result<()> {
    let tx = core.db.begin_write().await?;
    repo::device_requests::remove_ping(&tx, id).await?;
    tx.commit().await?;
    Ok(())
}
