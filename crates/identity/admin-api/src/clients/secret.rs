//! Client secrets, which are shown only once. A client has at most two: the current one, and a former
//! one that is accepted until it ends.

use actix_web::http::StatusCode;
use doorward_admin::clients;
use doorward_domain::model::{Client, SecretUse, SecretUses};
use serde_json::json;

use super::members::ClientView;
use crate::prelude::*;
use crate::support::read_time;

view! {
    /// A new client secret.
    ClientSecret(secret: String) {
        /// Secret, shown only once. The former one stops working at once, or at `keep_old_until`.
        client_secret: String = secret;
    }
}

/// The rotation of a client secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// Time until which the present secret is accepted too (RFC 3339), within 90 days; without it,
    /// every present secret stops working at once.
    #[schema(format = DateTime)]
    keep_old_until: Option<String>,
}

view! {
    /// The state of a client secret.
    ClientSecretState(created_at: Option<UnixSeconds>, ends_at: Option<UnixSeconds>, used: SecretUse) {
        /// Time of creation (RFC 3339); absent if it is not known.
        created_at?: Time = created_at;
        /// Time from which it is no longer accepted (RFC 3339); absent if it has no end.
        ends_at?: Time = ends_at;
        /// Time of the last use (RFC 3339), at most an hour early; absent if it was not used.
        last_used_at?: Time = used.at;
        /// Address of the last use; absent if it was not used, or not through a network.
        last_used_from?: String = used.from.map(|ip| ip.to_string());
        /// Number of uses, at most an hour late.
        uses: i64 = used.count;
    }
}

view! {
    /// The secrets of a client that are accepted now, without their values.
    ClientSecrets(client: &Client, uses: SecretUses, now: UnixSeconds) {
        /// The current secret; absent for a client without one.
        current?: ClientSecretState = client
            .has_secret()
            .then(|| ClientSecretState::new(client.secret_made_at, None, uses.current));
        /// The former secret, until it ends.
        former?: ClientSecretState = client
            .live_former_secret(now)
            .map(|old| ClientSecretState::new(old.made_at, Some(old.ends_at), uses.former));
    }
}

pub(super) fn created(client: Client, secret: Option<String>) -> CreatedResource {
    let location = format!("/api/admin/clients/{}", client.id);
    let tag = version(&client);
    let mut view = ClientView::new(client);
    view.client_secret = secret;
    created_response(&view, location, Some(tag))
}

/// Read the state of a client's secrets
#[utoipa::path(
    responses((status = 200, description = "The secrets, without their values", body = ClientSecrets)),
)]
#[get("/admin/clients/{id}/secret")]
pub(super) async fn admin_read_client_secrets(admin: AdminCaller, id: Path<String>) -> Answer {
    let (client, uses) = clients::get_with_secret_uses(&admin.context(), &client_id(&id)?).await?;
    let now = admin.call.context.core.now();
    Ok(HttpResponse::Ok().json(ClientSecrets::new(&client, uses, now)))
}

/// Create a new client secret
///
/// With `keep_old_until`, the present secret is accepted until then, so that the client can be
/// reconfigured in the meantime. At most two secrets are accepted at a time.
#[utoipa::path(
    params(IfMatch, IdempotencyKey),
    responses((status = 200, description = "The new secret", body = ClientSecret)),
)]
#[post("/admin/clients/{id}/secret")]
pub(super) async fn admin_rotate_client_secret(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<SecretRotation>,
) -> Answer {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let until = body.keep_old_until.as_deref();
    let keep_old_until = until
        .map(|text| read_time("keep_old_until", text))
        .transpose()?;
    let answer = |secret: String| CreatedResource {
        status: StatusCode::OK,
        body: json!(ClientSecret::new(secret)),
        location: None,
        version: None,
    };
    let work = async |context: AdminContext<'_>| {
        let secret = clients::rotate_secret(&context, &id, keep_old_until).await?;
        Ok(answer(secret.expose().to_owned()))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        clients::get(context, &id).await?;
        Ok(answer(stored.secret.clone().unwrap_or_default()))
    };
    idempotency::create(&admin, context, "clients:write", &until, work, again).await
}

/// End a client's former secret
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Ended")))]
#[delete("/admin/clients/{id}/secret/former")]
pub(super) async fn admin_end_client_secret(admin: AdminCaller, id: Path<String>) -> Answer {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    clients::end_secret(&context, &id).await?;
    Ok(no_content())
}
