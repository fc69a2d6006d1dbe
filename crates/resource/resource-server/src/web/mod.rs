//! The small web client at `/web/`: a relying party like any other that is served from the same
//! process. It signs in at the issuer by redirect, keeps its session on the server, and calls the
//! tasks API over HTTP with the user's access token.

mod api;
mod browser;
mod client;
mod error;
mod http_client;
mod page;
mod provider;
mod seal;
mod session;
mod sign_in;
mod sign_out;
mod tasks;
mod views;

use actix_web::HttpResponse;
use actix_web::http::Method;
use doorward_access::guard::Routes;

use self::page::see_other;
pub(crate) use client::{Web, WebClientError};
pub(crate) use error::page_not_found;

/// Returns the routes of the web client. They are public: the session of the cookie decides what a
/// browser may see, and the API itself checks every access to a task.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .public(Method::GET, "/", home)
        .public(Method::GET, "/web", home)
        .public(Method::GET, "/web/", tasks::list)
        .public(Method::GET, "/web/login", sign_in::start)
        .public(Method::POST, "/web/login", sign_in::start)
        .public(Method::GET, "/web/callback", sign_in::callback)
        .public(Method::POST, "/web/logout", sign_out::sign_out)
        .public(Method::GET, "/web/tasks", home)
        .public(Method::POST, "/web/tasks", tasks::add)
        .public(Method::POST, "/web/tasks/{id}/status", tasks::set_status)
        .public(Method::POST, "/web/tasks/{id}/delete", tasks::delete)
        .public(Method::GET, "/web/tasks.{hash}.css", views::style_sheet)
}

/// Redirects `GET /`, `/web` and `/web/tasks` to the page.
async fn home() -> HttpResponse {
    see_other("/web/")
}
