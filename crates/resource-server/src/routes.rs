//! Every route of the server. Each is guarded by its handler's first argument, or written down
//! here as open to everybody.

use actix_web::http::Method;
use doorward_access::guard::Routes;

use crate::{health, metadata, tasks, web};

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
        .merge(tasks::http::routes());
    if with_web {
        table.merge(web::routes())
    } else {
        table
    }
}

#[cfg(test)]
mod tests;
