//! `/api/admin/keys`: signing keys.
//!
//! A key has no version: it changes only once, when it is retired.

use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_admin::operator::read_alg;
use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;

use crate::prelude::*;

endpoints! { admin_list_keys, admin_rotate_key, admin_read_key, admin_retire_key, admin_delete_key }

view! {
    /// A signing key. Its private half is never shown.
    KeyView(key: KeyRecord, state: KeyState) {
        /// Key ID, the `kid` in the headers of tokens.
        kid: String = key.kid;
        /// Algorithm, the only one that it signs with.
        #[schema(value_type = String)]
        algorithm: SigningAlg = key.algorithm;
        /// `signing`, `waiting`, `retired` or `gone`.
        state: &'static str = state.as_str();
        /// Time from which it signs (RFC 3339).
        active_at: Time = key.active_at;
        /// Time of creation (RFC 3339).
        created_at: Time = key.created_at;
        /// Time of retirement (RFC 3339).
        retired_at?: Time = key.retired_at;
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
    params(PageParams),
    responses((status = 200, description = "Keys, by `kid`", body = Listing<KeyView>)),
)]
#[get("/admin/keys")]
async fn admin_list_keys(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let policy = admin.call.context.issuing.keys.policy();
    let found = keys::list(&admin.context(), policy).await?;
    let view = |(key, state)| KeyView::new(key, state);
    Ok(page.finish_whole(found, |(key, _)| key.kid.clone(), view))
}

/// Create a new signing key
///
/// It is published at once and signs after `keys.publish_lead`, when every verifier can have it.
/// While a new key of its algorithm waits, another one is rejected with 409.
#[utoipa::path(
    params(
        ("algorithm" = Option<String>, Query, description = "`RS256` (the default), `PS256`, `ES256` or `EdDSA`"),
        IdempotencyKey,
    ),
    responses((status = 201, description = "The new key", body = KeyView)),
)]
#[post("/admin/keys/rotate")]
async fn admin_rotate_key(admin: AdminCaller) -> Answer {
    let params = admin.call.query(&["algorithm"])?;
    // An algorithm that is there twice is not one either.
    let text = params.optional("algorithm").unwrap_or(Some(""));
    let alg = text.map_or(Ok(SigningAlg::Rs256), |text| read_alg("algorithm", text))?;
    let ring = &admin.call.context.issuing.keys;
    let work = async |context: AdminContext<'_>| {
        let (key, state) = keys::rotate(&context, ring, alg).await?;
        Ok(created(key, state))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let (key, state) = keys::get(context, ring.policy(), &stored.id).await?;
        Ok(created(key, state))
    };
    let other = (alg != SigningAlg::Rs256).then_some(alg);
    idempotency::create(&admin, admin.context(), "keys:write", &other, work, again).await
}

fn created(key: KeyRecord, state: KeyState) -> CreatedResource {
    let view = KeyView::new(key, state);
    let location = format!("/api/admin/keys/{}", view.kid);
    created_response(&view, location, None)
}

/// Read a signing key
#[utoipa::path(responses((status = 200, description = "The key", body = KeyView)))]
#[get("/admin/keys/{kid}")]
async fn admin_read_key(admin: AdminCaller, kid: Path<String>) -> Answer {
    let policy = admin.call.context.issuing.keys.policy();
    let (key, state) = keys::get(&admin.context(), policy, &kid).await?;
    Ok(HttpResponse::Ok().json(KeyView::new(key, state)))
}

/// Retire a signing key
///
/// The next key takes over at once, or a new one is created.
#[utoipa::path(responses((status = 204, description = "Retired")))]
#[post("/admin/keys/{kid}/retire")]
async fn admin_retire_key(admin: AdminCaller, kid: Path<String>, body: Json<KeyEnd>) -> Answer {
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
    responses((status = 204, description = "Retired; it stays published until the tokens it signed have expired")),
)]
#[delete("/admin/keys/{kid}")]
async fn admin_delete_key(admin: AdminCaller, kid: Path<String>) -> Answer {
    end(&admin, &kid, Retirement::Published).await
}

async fn end(admin: &AdminCaller, kid: &str, how: Retirement) -> Answer {
    let ring = &admin.call.context.issuing.keys;
    keys::retire(&admin.context(), Some(ring), kid, how).await?;
    Ok(no_content())
}
