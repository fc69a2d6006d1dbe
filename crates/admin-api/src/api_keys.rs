//! `/api/admin/api-keys`: API keys of users.

use doorward_admin::api_keys::{self, OwnedKey};
use doorward_admin::found::Found;
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_store::repo::api_key_lists::KeyFilter;

use crate::prelude::*;

endpoints! { admin_list_api_keys, admin_revoke_api_key }

view! {
    /// An API key of a user, without its secret.
    AdminApiKey(key: ApiKey) {
        /// ID of the key.
        id: String = key.id.to_string();
        /// ID of the user the key acts for.
        user: String = key.user_id.to_string();
        /// Slug of the organization the key acts for; absent: none.
        organization?: String = key.org;
        /// Name given by the user.
        name: String = key.name;
        /// Scopes, separated by spaces; limited to the user's current permissions.
        scope: String = key.scopes.to_string();
        /// Networks from which it may be used; empty: any.
        networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        /// Time of creation (RFC 3339).
        created_at: Time = key.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = key.expires_at;
        /// Time of last use, to the minute (RFC 3339).
        last_used_at?: Time = key.last_used_at;
        /// IP address of the last use.
        last_used_from?: String = key.last_used_from.map(|address| address.to_string());
    }
}

/// List API keys
///
/// Ordered by expiry, or by last use with `unused_since`.
#[utoipa::path(
    params(
        PageParams,
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("expires_before" = Option<String>, Query, description = "Latest expiry, exclusive (RFC 3339)"),
        ("unused_since" = Option<String>, Query, description = "Time since which the key was neither used nor created (RFC 3339)"),
    ),
    responses((status = 200, description = "Active keys", body = Listing<AdminApiKey>)),
)]
#[get("/admin/api-keys")]
async fn admin_list_api_keys(admin: AdminCaller) -> Answer {
    let page = admin.page(&["user", "expires_before", "unused_since"])?;
    let filter = KeyFilter {
        user: page.optional_user()?,
        expires_before: page.time("expires_before")?,
        unused_since: page.time("unused_since")?,
    };
    let after = page.after.as_deref();
    let found = api_keys::page(&admin.context(), &filter, after, page.rows()).await?;
    let view = |found: Found<OwnedKey>| AdminApiKey::new(found.item.0);
    Ok(page.finish(found, |found| found.cursor.clone(), view))
}

/// Revoke an API key
#[utoipa::path(responses((status = 204, description = "Revoked")))]
#[delete("/admin/api-keys/{id}")]
async fn admin_revoke_api_key(admin: AdminCaller, id: Path<String>) -> Answer {
    let id = ApiKeyId::parse(&id).ok_or_else(Problem::not_found)?;
    api_keys::revoke(&admin.context(), &id).await?;
    Ok(no_content())
}
