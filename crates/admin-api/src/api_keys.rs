//! `/api/admin/api-keys`: API keys of users.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::api_keys::{self, OwnedKey};
use doorward_admin::found::Found;
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_store::repo::api_key_lists::KeyFilter;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(revoke);
}

/// An API key of a user, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminApiKey {
    /// ID of the key.
    id: String,
    /// ID of the user the key acts for.
    user: String,
    /// Slug of the organization the key acts for; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// Name given by the user.
    name: String,
    /// Scopes, separated by spaces; limited to the user's current permissions.
    scope: String,
    /// Networks from which it may be used; empty: any.
    networks: Vec<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Expiry (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: String,
    /// Time of last use, to the minute (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// IP address of the last use.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<String>,
}

impl AdminApiKey {
    fn new(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            user: key.user_id.to_string(),
            organization: key.org,
            name: key.name,
            scope: key.scopes.to_string(),
            networks: key.networks.iter().map(ToString::to_string).collect(),
            created_at: time(key.created_at),
            expires_at: time(key.expires_at),
            last_used_at: key.last_used_at.map(time),
            last_used_from: key.last_used_from.map(|address| address.to_string()),
        }
    }
}

/// List API keys
///
/// Ordered by expiry, or by last use with `unused_since`.
#[utoipa::path(
    operation_id = "admin_list_api_keys",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("expires_before" = Option<String>, Query, description = "Latest expiry, exclusive (RFC 3339)"),
        ("unused_since" = Option<String>, Query, description = "Time since which the key was neither used nor created (RFC 3339)"),
    ),
    responses((status = 200, description = "Active keys", body = Listing<AdminApiKey>)),
    security(("bearer" = []))
)]
#[get("/admin/api-keys")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["user", "expires_before", "unused_since"])?;
    let filter = KeyFilter {
        user: page.optional_user()?,
        expires_before: page.time("expires_before")?,
        unused_since: page.time("unused_since")?,
    };
    let after = page.after.as_deref();
    let found = api_keys::page(&admin.context(), &filter, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    let view = |found: Found<OwnedKey>| AdminApiKey::new(found.item.0);
    Ok(page.finish(found, |found| found.cursor.clone(), view))
}

/// Revoke an API key
#[utoipa::path(
    operation_id = "admin_revoke_api_key",
    tag = "admin",
    responses((status = 204, description = "Revoked")),
    security(("bearer" = []))
)]
#[delete("/admin/api-keys/{id}")]
async fn revoke(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = ApiKeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let done = api_keys::revoke(&admin.context(), &id).await;
    admin.no_content(done).await
}
