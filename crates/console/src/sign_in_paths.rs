//! Paths of the list of sign-in attempts, for links from other pages.

use doorward_domain::model::{ClientId, UserId};
use url::form_urlencoded::Serializer;

/// Path of the list.
pub(crate) const HOME: &str = "/admin/sign-ins";

/// Returns the path of the list with these filters; empty ones are left out.
pub(crate) fn filtered(filters: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in filters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => HOME.to_owned(),
        query => format!("{HOME}?{query}"),
    }
}

/// Returns the path of the attempts of a user.
pub(crate) fn of_user(id: UserId) -> String {
    filtered(&[("q", &id.to_string())])
}

/// Returns the path of the attempts at a client.
pub(crate) fn of_app(id: &ClientId) -> String {
    filtered(&[("client", id.as_str())])
}
