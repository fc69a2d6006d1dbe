//! `/api/admin/claims`: custom claims.

use std::collections::BTreeSet;

use doorward_admin::claims::{self, ClaimSpec};
use doorward_domain::model::{ClaimMapping, ClaimOutput, ClaimSource};

use crate::prelude::*;

endpoints! { admin_list_claims, admin_read_claim, admin_put_claim, admin_remove_claim }

view! {
    /// A custom claim.
    #[schema(as = CustomClaim)]
    ClaimView(mapping: ClaimMapping) {
        /// ID in URLs.
        id: String = mapping.id;
        /// Name of the claim.
        claim: String = mapping.claim;
        /// Names of the members below the claim that lead to the value; absent if it is the claim itself.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        path: Vec<String> = mapping.path;
        /// Client whose tokens contain it; absent for all clients.
        client_id?: String = mapping.client_id.map(|id| id.to_string());
        /// Source of the value.
        #[schema(value_type = Object)]
        source: ClaimSource = mapping.source;
        /// Outputs that contain it.
        #[schema(value_type = Vec<String>)]
        outputs: BTreeSet<ClaimOutput> = mapping.outputs;
        /// Scope that the token must have; absent for every token.
        scope?: String = mapping.scope;
        /// Time of creation (RFC 3339).
        created_at: Time = mapping.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = mapping.updated_at;
    }
}

/// List custom claims
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Custom claims, by ID", body = Listing<ClaimView>)),
)]
#[get("/admin/claims")]
async fn admin_list_claims(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let found = claims::list(&admin.context()).await?;
    Ok(page.finish_whole(found, |mapping| mapping.id.clone(), ClaimView::new))
}

/// Read a custom claim
#[utoipa::path(responses((status = 200, description = "The custom claim", body = ClaimView)))]
#[get("/admin/claims/{id}")]
async fn admin_read_claim(admin: AdminCaller, id: Path<String>) -> Answer {
    let mapping = claims::get(&admin.context(), &id).await?;
    Ok(HttpResponse::Ok().json(ClaimView::new(mapping)))
}

/// Create or replace a custom claim
///
/// Creates the claim, or replaces the one with this ID completely; repeating the request changes
/// nothing. New tokens contain it within a second; issued tokens remain as they are.
#[utoipa::path(
    responses(
        (status = 200, description = "Replaced", body = ClaimView),
        (status = 201, description = "Created", body = ClaimView),
    ),
)]
#[put("/admin/claims/{id}")]
async fn admin_put_claim(admin: AdminCaller, id: Path<String>, body: Json<ClaimSpec>) -> Answer {
    let (mapping, is_new) = claims::put(&admin.context(), &id, body.0).await?;
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
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/claims/{id}")]
async fn admin_remove_claim(admin: AdminCaller, id: Path<String>) -> Answer {
    claims::delete(&admin.context(), &id).await?;
    admin.call.context.directory.clear_caches();
    Ok(no_content())
}
