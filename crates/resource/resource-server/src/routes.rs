//! All routes of the server. Each is guarded by its handler's first argument, or explicitly public
//! here.

use actix_web::http::Method;
use doorward_access::guard::{AcceptedCredentials, Routes};

use crate::articles::category_http;
use crate::articles::model::Article;
use crate::projects::member_http;
use crate::projects::model::Project;
use crate::resource::http as resource;
use crate::tasks::model::Task;
use crate::{audit, authzen, decisions, health, metadata, openapi, web};

/// Returns the API below this path. All base paths have the same behavior; only the accepted
/// credentials differ.
fn api(below: &str) -> Routes {
    resource::routes::<Task>()
        .merge(resource::routes::<Project>())
        .merge(member_http::routes())
        .merge(resource::routes::<Article>())
        .merge(category_http::routes())
        .moved("/api/", below)
}

/// Base path for credentials that are validated by introspection.
const LOOKED_UP: &str = "/api/v1/";

/// Returns true if reference tokens are accepted below this path.
pub(crate) fn accepts_reference_tokens(path: &str) -> bool {
    path.starts_with(LOOKED_UP)
}

pub fn table(with_web: bool) -> Routes {
    let table = Routes::new()
        .public(Method::GET, "/livez", health::livez)
        .public(Method::GET, "/readyz", health::readyz)
        .public(
            Method::GET,
            "/.well-known/oauth-protected-resource",
            metadata::show,
        )
        .public(
            Method::GET,
            "/.well-known/oauth-protected-resource/{path:.*}",
            metadata::show_for_path,
        )
        .public(Method::GET, "/api/openapi.json", openapi::show)
        .merge(api("/api/").admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS))
        .merge(api(LOOKED_UP).admitting(AcceptedCredentials::KEYS_AND_REFERENCE_TOKENS))
        .merge(api("/api/v2/").admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS))
        .merge(api("/api/v3/").admitting(AcceptedCredentials::VERIFIED_USERS))
        .merge(audit::http::routes())
        .merge(decisions::http::routes())
        .merge(authzen::routes().admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS));
    if with_web {
        table.merge(web::routes())
    } else {
        table
    }
}

#[cfg(test)]
mod tests;
