//! Paths of the sessions of a client.

use doorward_domain::model::ClientId;

use crate::routes::{app, filtered};

/// Path of the list.
pub(crate) const SESSIONS: &str = "/admin/sessions";

/// Returns the path of the sessions with access of a client.
pub(crate) fn of_app(id: &ClientId) -> String {
    filtered(SESSIONS, [("app", id.as_str())])
}

/// Returns the path of the form that ends them.
pub(crate) fn end_of_app(id: &ClientId) -> String {
    format!("{}/end-sessions", app(id))
}
