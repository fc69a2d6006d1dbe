//! `/api/admin/clients`: registered clients.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::clients;
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::AdminContext;
use doorward_domain::rules::list_filter::ClientFilter;
use doorward_web::api::paging::{Listing, bad_filter};
use doorward_web::api::problem::Problem;
use doorward_web::api::{Body, Endpoints};

use self::impact::read_impact;
use self::logo::{remove_logo, set_logo};
use self::members::{ClientPatch, ClientView, NewClientBody};
use self::parse::client_id;
use self::secret::{created, end_secret, read_secrets, rotate_secret};
use super::caller::AdminCaller;
use super::idempotency;
use super::support::same_id;

mod consent;
mod impact;
mod logo;
mod members;
mod parse;
mod secret;

pub use self::impact::change_from_json;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(read_impact)
        .service(read_secrets)
        .service(rotate_secret)
        .service(end_secret)
        .service(set_logo)
        .service(remove_logo)
        .service(remove);
}

/// List clients
#[utoipa::path(
    operation_id = "admin_list_clients",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("q" = Option<String>, Query, description = "Prefix of the ID or the name; then in the order of what matches"),
        ("state" = Option<String>, Query, description = "`active` or `disabled`"),
        ("kind" = Option<String>, Query, description = "`confidential` or `public`"),
        ("registered_by" = Option<String>, Query, description = "`administrator`, `dynamic` or `document`"),
    ),
    responses((status = 200, description = "Clients, by ID. A page may have fewer than `limit`, although more follow", body = Listing<ClientView>)),
    security(("bearer" = []))
)]
#[get("/admin/clients")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&ClientFilter::NAMES)?;
    let filter = ClientFilter::parse(|name| page.filter(name).unwrap_or_default());
    let filter = filter.map_err(bad_filter)?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = clients::search(&context, &filter, after, page.limit).await;
    let found = admin.map_result(found).await?;
    Ok(page.respond(found.items, found.next.as_deref(), ClientView::new))
}

/// Register a client
#[utoipa::path(
    operation_id = "admin_create_client",
    tag = "admin",
    request_body = NewClientBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Registered", body = ClientView)),
    security(("bearer" = []))
)]
#[post("/admin/clients")]
async fn create(admin: AdminCaller, body: Body<NewClientBody>) -> Result<HttpResponse, Problem> {
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
        "clients:write",
        &body,
        work,
        again,
    ))
    .await
}

/// Read a client
#[utoipa::path(
    operation_id = "admin_read_client",
    tag = "admin",
    responses((status = 200, description = "The client", body = ClientView)),
    security(("bearer" = []))
)]
#[get("/admin/clients/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let client = clients::get(&admin.context(), &client_id(&id)?).await;
    admin.versioned(client, ClientView::new).await
}

/// Change a client
#[utoipa::path(
    operation_id = "admin_update_client",
    tag = "admin",
    request_body = ClientPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = ClientView)),
    security(("bearer" = []))
)]
#[patch("/admin/clients/{id}")]
async fn update(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ClientPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let change = body.read()?;
    let client = clients::update(&context, &client_id(&id)?, change).await;
    admin.versioned(client, ClientView::new).await
}

/// Delete a client
#[utoipa::path(
    operation_id = "admin_delete_client",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/clients/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let done = clients::delete(&context, &client_id(&id)?).await;
    admin.no_content(done).await
}
