//! `/api/admin/providers`: whom people may sign in with.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, put};
use doorward_domain::model::Provider;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::Admin;
use super::paging::{Listing, Page};
use super::support::gone;
use crate::flow::admin::providers::{self, ProviderSpec};
use crate::flow::federation::relying_party;
use crate::http::api::problem::Problem;
use crate::http::api::time::time;
use crate::http::api::{Body, Endpoints};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(show)
        .service(store)
        .service(remove);
}

/// A provider. Its client secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// Its name in addresses: the redirect URI to register there ends with it.
    id: String,
    /// What the button says.
    name: String,
    /// Its issuer.
    issuer: String,
    /// Who this server is there.
    client_id: String,
    /// Whether there is a client secret.
    has_secret: bool,
    /// Whether people may sign in with it.
    active: bool,
    /// What was decided about it.
    #[schema(value_type = Object)]
    settings: Value,
    /// The redirect URI to register there.
    redirect_uri: String,
    /// When it was written down (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl ProviderView {
    fn of(admin: &Admin, one: Provider) -> Self {
        Self {
            redirect_uri: relying_party::redirect_uri(&admin.call.state, &one),
            has_secret: one.secret_sealed.is_some(),
            active: one.is_active(),
            settings: serde_json::to_value(&one.settings).unwrap_or_default(),
            id: one.id.to_string(),
            name: one.name,
            issuer: one.issuer,
            client_id: one.client_id,
            created_at: time(one.created_at),
            updated_at: time(one.updated_at),
        }
    }
}

/// List sign-in providers
#[utoipa::path(
    operation_id = "admin_list_providers",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Providers, by id", body = Listing<ProviderView>)),
    security(("bearer" = []))
)]
#[get("/admin/providers")]
async fn list(admin: Admin) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let found = admin.told(providers::list(&admin.op()).await).await?;
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|one| one.id.as_str() > after.as_str())
        .collect();
    let view = |one| ProviderView::of(&admin, one);
    Ok(page.answer(rows, |one| one.id.to_string(), view))
}

/// Read a sign-in provider
#[utoipa::path(
    operation_id = "admin_read_provider",
    tag = "admin",
    responses((status = 200, description = "The provider", body = ProviderView)),
    security(("bearer" = []))
)]
#[get("/admin/providers/{id}")]
async fn show(admin: Admin, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = providers::get(&admin.op(), &id).await;
    let one = admin.told(found).await?;
    Ok(HttpResponse::Ok().json(ProviderView::of(&admin, one)))
}

/// Write a sign-in provider down
///
/// Makes it, or replaces the one of this id whole; sending it again changes nothing. A client secret
/// that is left out stays, as long as the issuer does. `"disabled": true` switches it off: it is dead
/// on every path at once, and what people have linked stays.
#[utoipa::path(
    operation_id = "admin_put_provider",
    tag = "admin",
    request_body = ProviderSpec,
    responses(
        (status = 200, description = "Replaced", body = ProviderView),
        (status = 201, description = "Made", body = ProviderView),
    ),
    security(("bearer" = []))
)]
#[put("/admin/providers/{id}")]
async fn store(
    admin: Admin,
    id: Path<String>,
    body: Body<ProviderSpec>,
) -> Result<HttpResponse, Problem> {
    let key = admin.call.state.provider_key();
    let put = providers::put(&admin.op(), key, &id, &body.0).await;
    let (one, is_new) = admin.told(put).await?;
    let mut answer = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(answer.json(ProviderView::of(&admin, one)))
}

/// Remove a sign-in provider
///
/// What people have linked stays, and opens nothing until the issuer is written down again.
#[utoipa::path(
    operation_id = "admin_remove_provider",
    tag = "admin",
    responses((status = 204, description = "Gone")),
    security(("bearer" = []))
)]
#[delete("/admin/providers/{id}")]
async fn remove(admin: Admin, id: Path<String>) -> Result<HttpResponse, Problem> {
    let removed = providers::delete(&admin.op(), &id).await;
    admin.told(removed).await?;
    Ok(gone())
}
