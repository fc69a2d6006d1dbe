//! Routes of the pages, and parameters in their paths.

use std::fmt::{Display, Write as _};

use doorward_domain::model::ClientId;
use doorward_web::page::Page;
use url::form_urlencoded::Serializer;

pub(crate) use doorward_web::page_support::{form_resource as form, page_resource as page};

/// Path of the roles of a user, a group or a client, below that of the object.
pub(crate) const ACCESS: &str = "/access";
/// Path of the list of clients.
pub(crate) const APPS: &str = "/admin/apps";
/// Path of the list of initial access tokens.
pub(crate) const REGISTRATION_TOKENS: &str = "/admin/apps/tokens";
/// Path of the list of groups.
pub(crate) const GROUPS: &str = "/admin/groups";
/// Path of the list of roles.
pub(crate) const ROLES: &str = "/admin/roles";

/// Returns the path of a client.
pub(crate) fn app(id: &ClientId) -> String {
    format!("{APPS}/{}", encode(id.as_str()))
}

/// Returns the path of a group.
pub(crate) fn group(id: impl Display) -> String {
    format!("{GROUPS}/{id}")
}

/// Returns the path of a role.
pub(crate) fn role(name: &str) -> String {
    format!("{ROLES}/{}", encode(name))
}

/// Returns a path with these filters in its query; empty ones are left out.
pub(crate) fn filtered<'a>(
    path: &str,
    filters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(filters.into_iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Returns a parameter of the path. The router leaves encoded what could be a separator.
pub(crate) fn parameter(page: &Page, name: &str) -> String {
    let raw = page.request.match_info().get(name).unwrap_or_default();
    if raw.contains('\0') {
        // PostgreSQL rejects it in a text, and no name contains it.
        return String::new();
    }
    [("%2F", "/"), ("%2B", "+"), ("%25", "%")]
        .iter()
        .fold(raw.to_owned(), |text, (code, letter)| {
            text.replace(code, letter)
        })
}

/// Encodes a parameter for a path.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn ids_are_encoded_for_paths() {
        assert_eq!(encode("photos-1_a.b~"), "photos-1_a.b~");
        assert_eq!(encode("https://a/b?c"), "https%3A%2F%2Fa%2Fb%3Fc");
    }
}
