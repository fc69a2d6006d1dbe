//! `/api/admin/claims`: custom claims.

use std::collections::BTreeSet;

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, put};
use doorward_admin::claims::{self, ClaimSpec};
use doorward_domain::model::{ClaimMapping, ClaimOutput, ClaimSource};
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::support::no_content;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(show)
        .service(store)
        .service(remove);
}

/// A custom claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomClaim)]
pub struct ClaimView {
    /// ID in URLs.
    id: String,
    /// Name of the claim.
    claim: String,
    /// Names of the members below the claim that lead to the value; absent if it is the claim itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    /// Client whose tokens contain it; absent for all clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Source of the value.
    #[schema(value_type = Object)]
    source: ClaimSource,
    /// Outputs that contain it.
    #[schema(value_type = Vec<String>)]
    outputs: BTreeSet<ClaimOutput>,
    /// Scope that the token must have; absent for every token.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl ClaimView {
    fn new(mapping: ClaimMapping) -> Self {
        Self {
            id: mapping.id,
            claim: mapping.claim,
            path: mapping.path,
            client_id: mapping.client_id.map(|id| id.to_string()),
            source: mapping.source,
            outputs: mapping.outputs,
            scope: mapping.scope,
            created_at: time(mapping.created_at),
            updated_at: time(mapping.updated_at),
        }
    }
}

/// A custom claim to store.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CustomClaimSpec)]
#[serde(deny_unknown_fields)]
struct ClaimBody {
    /// Name of the claim. Names that a specification or Doorward defines are rejected.
    #[schema(example = "department")]
    claim: String,
    /// Names of the members below the claim that lead to the value: `["roles"]` for the member `roles`
    /// of an object `realm_access`. If omitted, the claim itself has the value.
    #[serde(default)]
    #[schema(example = json!(["roles"]))]
    path: Vec<String>,
    /// Client whose tokens contain it. If omitted, all clients.
    #[serde(default)]
    client_id: Option<String>,
    /// Source of the value: `{"kind": "constant", "value": …}`; `role`, `group` or `organization`
    /// with `values`, a list of `{"when": …, "value": …}` of which the first match decides, and
    /// `otherwise`; `{"kind": "organization_name"}`; `{"kind": "profile_field", "field": …}`; or a
    /// list, `{"kind": "roles"}` with `starting_with`, `strip` and `prefix`, or `{"kind": "groups"}`
    /// with `below`, `format` (`path` or `name`), `strip` and `prefix`. A profile field and a list
    /// require a scope or a client.
    #[schema(value_type = Object)]
    source: ClaimSource,
    /// Outputs that contain it: `access_token`, `id_token`, `userinfo`, `introspection`.
    #[schema(value_type = Vec<String>)]
    outputs: BTreeSet<ClaimOutput>,
    /// Scope that the token must have. If omitted, every token contains the claim.
    #[serde(default)]
    scope: Option<String>,
}

/// List custom claims
#[utoipa::path(
    operation_id = "admin_list_claims",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Custom claims, by ID", body = Listing<ClaimView>)),
    security(("bearer" = []))
)]
#[get("/admin/claims")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let found = admin
        .map_result(claims::list(&admin.context()).await)
        .await?;
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|mapping| mapping.id > after)
        .collect();
    Ok(page.finish(rows, |mapping| mapping.id.clone(), ClaimView::new))
}

/// Read a custom claim
#[utoipa::path(
    operation_id = "admin_read_claim",
    tag = "admin",
    responses((status = 200, description = "The custom claim", body = ClaimView)),
    security(("bearer" = []))
)]
#[get("/admin/claims/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mapping = admin
        .map_result(claims::get(&admin.context(), &id).await)
        .await?;
    Ok(HttpResponse::Ok().json(ClaimView::new(mapping)))
}

/// Create or replace a custom claim
///
/// Creates the claim, or replaces the one with this ID completely; repeating the request changes
/// nothing. New tokens contain it within a second; issued tokens remain as they are.
#[utoipa::path(
    operation_id = "admin_put_claim",
    tag = "admin",
    request_body = ClaimBody,
    responses(
        (status = 200, description = "Replaced", body = ClaimView),
        (status = 201, description = "Created", body = ClaimView),
    ),
    security(("bearer" = []))
)]
#[put("/admin/claims/{id}")]
async fn store(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ClaimBody>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let spec = ClaimSpec {
        claim: body.claim,
        path: body.path,
        client_id: body.client_id,
        source: body.source,
        outputs: body.outputs,
        scope: body.scope,
    };
    let (mapping, is_new) = admin
        .map_result(claims::put(&admin.context(), &id, spec).await)
        .await?;
    admin.call.context.directory.clear_caches();
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ClaimView::new(mapping)))
}

/// Remove a custom claim
///
/// New tokens do not contain it; issued tokens keep it until they expire.
#[utoipa::path(
    operation_id = "admin_remove_claim",
    tag = "admin",
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/claims/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    admin
        .map_result(claims::delete(&admin.context(), &id).await)
        .await?;
    admin.call.context.directory.clear_caches();
    Ok(no_content())
}
