//! `/api/admin/keys`: the keys that sign tokens.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_domain::keys::KeyRecord;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::paging::{Listing, Page};
use super::{Admin, gone, time};
use crate::flow::admin::keys::{self, KeyState};
use crate::http::api::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(retire);
}

/// A signing key. Its private half is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// The `kid` in the headers of tokens.
    kid: String,
    /// `signing`, `waiting`, `retired` or `gone`.
    state: &'static str,
    /// From when on it signs (RFC 3339).
    #[schema(format = DateTime)]
    active_at: String,
    /// When it was made (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
}

impl KeyView {
    fn of((key, state): (KeyRecord, KeyState)) -> Self {
        Self {
            kid: key.kid,
            state: state.as_str(),
            active_at: time(key.active_at),
            created_at: time(key.created_at),
        }
    }
}

/// List signing keys
#[utoipa::path(
    operation_id = "admin_list_keys",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Keys, by kid", body = Listing<KeyView>)),
    security(("bearer" = []))
)]
#[get("/admin/keys")]
async fn list(admin: Admin) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let policy = admin.call.state.keys.policy();
    let mut found = admin.told(keys::list(&admin.op(), policy).await).await?;
    found.sort_by(|(a, _), (b, _)| a.kid.cmp(&b.kid));
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|(key, _)| key.kid > after)
        .collect();
    Ok(page.answer(rows, |(key, _)| key.kid.clone(), KeyView::of))
}

/// Stop a key from signing
#[utoipa::path(
    operation_id = "admin_retire_key",
    tag = "admin",
    responses((status = 204, description = "Retired; it stays published for the tokens that it has signed")),
    security(("bearer" = []))
)]
#[delete("/admin/keys/{kid}")]
async fn retire(admin: Admin, kid: Path<String>) -> Result<HttpResponse, Problem> {
    admin.told(keys::retire(&admin.op(), &kid).await).await?;
    Ok(gone())
}
