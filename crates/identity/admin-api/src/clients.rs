//! `/api/admin/clients`: registered clients.

use doorward_admin::clients::{self, ClientPatch, NewClientBody};
use doorward_rules::list_filter::ClientFilter;
use doorward_web::api::paging::bad_filter;

use self::members::ClientView;
use self::secret::created;

use crate::prelude::*;

mod impact;
mod logo;
mod members;
mod secret;

endpoints! {
    admin_list_clients, admin_create_client, admin_read_client, admin_update_client,
    impact::admin_read_client_impact, secret::admin_read_client_secrets,
    secret::admin_rotate_client_secret, secret::admin_end_client_secret,
    logo::admin_set_client_logo, logo::admin_remove_client_logo, admin_delete_client,
}

/// List clients
#[utoipa::path(
    params(
        PageParams,
        ("q" = Option<String>, Query, description = "Prefix of the ID or the name; then in the order of what matches"),
        ("state" = Option<String>, Query, description = "`active` or `disabled`"),
        ("kind" = Option<String>, Query, description = "`confidential` or `public`"),
        ("registered_by" = Option<String>, Query, description = "`administrator`, `dynamic` or `document`"),
    ),
    responses((status = 200, description = "Clients, by ID. A page may have fewer than `limit`, although more follow", body = Listing<ClientView>)),
)]
#[get("/admin/clients")]
async fn admin_list_clients(admin: AdminCaller) -> Answer {
    let page = admin.page(&ClientFilter::NAMES)?;
    let filter = ClientFilter::parse(|name| page.filter(name).unwrap_or_default());
    let filter = filter.map_err(bad_filter)?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = clients::search(&context, &filter, after, page.limit).await?;
    Ok(page.respond(found.items, found.next.as_deref(), ClientView::new))
}

/// Register a client
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Registered", body = ClientView)),
)]
#[post("/admin/clients")]
async fn admin_create_client(admin: AdminCaller, body: Json<NewClientBody>) -> Answer {
    let body = body.0;
    let new = body.clone().read()?;
    let work = async |context: AdminContext<'_>| {
        let (client, secret) = clients::create(&context, new).await?;
        Ok(created(
            client,
            secret.map(|secret| secret.expose().to_owned()),
        ))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let client = clients::get_named(context, &stored.id).await?;
        Ok(created(client, stored.secret.clone()))
    };
    Box::pin(idempotency::create(
        &admin,
        admin.context(),
        "clients:write",
        &body,
        work,
        again,
    ))
    .await
}

/// Read a client
#[utoipa::path(responses((status = 200, description = "The client", body = ClientView)))]
#[get("/admin/clients/{id}")]
async fn admin_read_client(admin: AdminCaller, id: Path<String>) -> Answer {
    let client = clients::get(&admin.context(), &client_id(&id)?).await?;
    Ok(versioned_response(client, ClientView::new))
}

/// Change a client
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = ClientView)),
)]
#[patch("/admin/clients/{id}")]
async fn admin_update_client(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<ClientPatch>,
) -> Answer {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let change = body.read()?;
    let client = clients::update(&context, &client_id(&id)?, change).await?;
    Ok(versioned_response(client, ClientView::new))
}

/// Delete a client
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Deleted")))]
#[delete("/admin/clients/{id}")]
async fn admin_delete_client(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    clients::delete(&context, &client_id(&id)?).await?;
    Ok(no_content())
}
