//! Paths of the list of sign-in attempts, for links from other pages.

use doorward_domain::model::{ClientId, UserId};

use crate::routes::filtered;
/// Path of the list.
pub(crate) const HOME: &str = "/admin/sign-ins";

/// Returns the path of the attempts of a user.
pub(crate) fn of_user(id: UserId) -> String {
    filtered(HOME, [("q", id.to_string().as_str())])
}

/// Returns the path of the attempts at a client.
pub(crate) fn of_app(id: &ClientId) -> String {
    filtered(HOME, [("client", id.as_str())])
}
