//! `/api/admin/keys`: signing keys.
//!
//! A key has no version: it changes only once, when it is retired.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_admin::operator::AdminContext;
use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::read_alg;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(rotate)
        .service(show)
        .service(retire)
        .service(remove);
}

/// A signing key. Its private half is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Key ID, the `kid` in the headers of tokens.
    kid: String,
    /// Algorithm, the only one that it signs with.
    #[schema(value_type = String)]
    algorithm: SigningAlg,
    /// `signing`, `waiting`, `retired` or `gone`.
    state: &'static str,
    /// Time from which it signs (RFC 3339).
    #[schema(format = DateTime)]
    active_at: String,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of retirement (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    retired_at: Option<String>,
}

impl KeyView {
    fn new((key, state): (KeyRecord, KeyState)) -> Self {
        Self {
            kid: key.kid,
            algorithm: key.algorithm,
            state: state.as_str(),
            active_at: time(key.active_at),
            created_at: time(key.created_at),
            retired_at: key.retired_at.map(time),
        }
    }
}

/// The retirement of a key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyEnd {
    /// Keeps the key in the JWKS until its last token has expired. `false` withdraws a key whose
    /// private part may be compromised: its tokens are no longer accepted.
    #[serde(default = "default_disabled")]
    #[schema(default = true)]
    publish: bool,
}

const fn default_disabled() -> bool {
    true
}

/// List signing keys
#[utoipa::path(
    operation_id = "admin_list_keys",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Keys, by `kid`", body = Listing<KeyView>)),
    security(("bearer" = []))
)]
#[get("/admin/keys")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let policy = admin.call.context.issuing.keys.policy();
    let mut found = admin
        .map_result(keys::list(&admin.context(), policy).await)
        .await?;
    found.sort_by(|(a, _), (b, _)| a.kid.cmp(&b.kid));
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|(key, _)| key.kid > after)
        .collect();
    Ok(page.finish(rows, |(key, _)| key.kid.clone(), KeyView::new))
}

/// Create a new signing key
///
/// It is published at once and signs after `keys.publish_lead`, when every verifier can have it.
/// While a new key of its algorithm waits, another one is rejected with 409.
#[utoipa::path(
    operation_id = "admin_rotate_key",
    tag = "admin",
    params(
        ("algorithm" = Option<String>, Query, description = "`RS256` (the default), `PS256`, `ES256` or `EdDSA`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe"),
    ),
    responses((status = 201, description = "The new key", body = KeyView)),
    security(("bearer" = []))
)]
#[post("/admin/keys/rotate")]
async fn rotate(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let params = admin.call.query(&["algorithm"])?;
    // An algorithm that is there twice is not one either.
    let text = params.optional("algorithm").unwrap_or(Some(""));
    let alg = text.map_or(Ok(SigningAlg::Rs256), |text| read_alg("algorithm", text))?;
    let ring = &admin.call.context.issuing.keys;
    let work =
        async |context: AdminContext<'_>| Ok(created(keys::rotate(&context, ring, alg).await?));
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(
            keys::get(context, ring.policy(), &stored.id).await?,
        ))
    };
    let other = (alg != SigningAlg::Rs256).then_some(alg);
    idempotency::create(&admin, "keys:write", &other, work, again).await
}

fn created(key: (KeyRecord, KeyState)) -> CreatedResource {
    let view = KeyView::new(key);
    let location = format!("/api/admin/keys/{}", view.kid);
    created_response(&view, location, None)
}

/// Read a signing key
#[utoipa::path(
    operation_id = "admin_read_key",
    tag = "admin",
    responses((status = 200, description = "The key", body = KeyView)),
    security(("bearer" = []))
)]
#[get("/admin/keys/{kid}")]
async fn show(admin: AdminCaller, kid: Path<String>) -> Result<HttpResponse, Problem> {
    let policy = admin.call.context.issuing.keys.policy();
    let found = keys::get(&admin.context(), policy, &kid).await;
    let key = admin.map_result(found).await?;
    Ok(HttpResponse::Ok().json(KeyView::new(key)))
}

/// Retire a signing key
///
/// The next key takes over at once, or a new one is created.
#[utoipa::path(
    operation_id = "admin_retire_key",
    tag = "admin",
    request_body = KeyEnd,
    responses((status = 204, description = "Retired")),
    security(("bearer" = []))
)]
#[post("/admin/keys/{kid}/retire")]
async fn retire(
    admin: AdminCaller,
    kid: Path<String>,
    body: Body<KeyEnd>,
) -> Result<HttpResponse, Problem> {
    let how = if body.publish {
        Retirement::Published
    } else {
        Retirement::Withdrawn
    };
    end(&admin, &kid, how).await
}

/// Retire a signing key
///
/// Equals `retire` without a body.
#[utoipa::path(
    operation_id = "admin_delete_key",
    tag = "admin",
    responses((status = 204, description = "Retired; it stays published until the tokens it signed have expired")),
    security(("bearer" = []))
)]
#[delete("/admin/keys/{kid}")]
async fn remove(admin: AdminCaller, kid: Path<String>) -> Result<HttpResponse, Problem> {
    end(&admin, &kid, Retirement::Published).await
}

async fn end(admin: &AdminCaller, kid: &str, how: Retirement) -> Result<HttpResponse, Problem> {
    let ring = &admin.call.context.issuing.keys;
    let done = keys::retire(&admin.context(), Some(ring), kid, how).await;
    admin.no_content(done).await
}
