//! Every route of the server. Each is guarded by its handler's first argument, or written down
//! here as open to everybody.

use actix_web::http::Method;
use doorward_access::guard::{AcceptedCredentials, Routes};

use crate::{audit, decisions, health, metadata, projects, tasks, web};

/// The API below this path. What it does is the same everywhere; what differs is how callers prove
/// who they are.
fn api(below: &str) -> Routes {
    tasks::http::routes()
        .merge(projects::http::routes())
        .moved("/api/", below)
}

/// The door for proofs that are looked up at the issuer.
const LOOKED_UP: &str = "/api/v1/";

/// Whether reference tokens are accepted below this path.
pub(crate) fn takes_reference_tokens(path: &str) -> bool {
    path.starts_with(LOOKED_UP)
}

/// The table of routes, with or without the web client.
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
        .merge(api("/api/").admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS))
        .merge(api(LOOKED_UP).admitting(AcceptedCredentials::KEYS_AND_REFERENCE_TOKENS))
        .merge(api("/api/v2/").admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS))
        .merge(api("/api/v3/").admitting(AcceptedCredentials::VERIFIED_PEOPLE))
        .merge(audit::http::routes())
        .merge(decisions::http::routes());
    if with_web {
        table.merge(web::routes())
    } else {
        table
    }
}

#[cfg(test)]
mod tests;
