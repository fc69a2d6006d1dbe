//! The headers that name the sender of a request to an application.

use std::fmt::Write as _;

use actix_web::http::header::{HeaderName, HeaderValue};
use doorward_domain::model::{EffectiveRoles, Site, SiteHeaders, User};
use doorward_protocol::displayed_text;

/// Maximum length of the header with groups in bytes. Longer ones are left out.
const MAX_GROUPS: usize = 4_096;

/// Returns the name of the header that says that the groups were left out; `None` without a header of groups.
pub fn omission_header(headers: &SiteHeaders) -> Option<String> {
    (!headers.groups.is_empty()).then(|| format!("{}-Omitted", headers.groups))
}

/// Returns the names of all headers that the application believes, which a proxy has to delete from the requests
/// of clients.
pub fn header_names(headers: &SiteHeaders) -> Vec<String> {
    let names = headers.names().into_iter().map(str::to_owned);
    let names = names.filter(|name| !name.is_empty());
    names.chain(omission_header(headers)).collect()
}

/// Returns the headers about a user, without the token. An address that is not verified is left out: anyone can
/// claim it.
pub fn headers(site: &Site, user: &User, held: &EffectiveRoles) -> Vec<(HeaderName, HeaderValue)> {
    let (names, is_raw) = (&site.headers, site.settings.raw_headers);
    let email = user.email_verified.then(|| user.email.clone());
    let facts = [
        (&names.user, Some(user_name(user))),
        (&names.email, email),
        (&names.name, user.profile.name()),
    ];
    let encoded = facts.into_iter().filter_map(|(name, value)| {
        let value = encode(&value?, is_raw, "");
        Some((name.clone(), value))
    });
    let groups = held.groups.iter();
    let groups: Vec<String> = groups.map(|group| encode(group, is_raw, ",")).collect();
    let groups = groups.join(",");
    let groups = match omission_header(names) {
        Some(omitted) if groups.len() > MAX_GROUPS => (omitted, "true".to_owned()),
        _ => (names.groups.clone(), groups),
    };
    let sent = encoded
        .chain([groups])
        .filter(|(_, value)| !value.is_empty());
    sent.filter_map(|(name, value)| header(&name, &value))
        .collect()
}

/// Returns a header, unless its name is empty.
pub fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
    Some((HeaderName::try_from(name).ok()?, value))
}

/// Returns the user name; of an account without one the verified e-mail address, else its ID.
fn user_name(user: &User) -> String {
    match user.named() {
        Some(name) => name.to_owned(),
        None if user.email_verified => user.email.clone(),
        None => user.id.to_string(),
    }
}

/// Returns the value of a header: what is not printable ASCII is percent-encoded UTF-8, and so are the percent
/// sign and the `separators`. A raw value has unencoded UTF-8; control characters are never sent.
fn encode(text: &str, is_raw: bool, separators: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let last = text.chars().count();
    for (at, character) in text.chars().enumerate() {
        let is_outer_space = character == ' ' && (at == 0 || at + 1 == last);
        let is_plain = if is_raw {
            !displayed_text::is_hidden(character)
        } else {
            (character == ' ' || character.is_ascii_graphic()) && character != '%'
        };
        if is_plain && !is_outer_space && !separators.contains(character) {
            encoded.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ada", false, "ada")]
    #[case("Ada Lovelace", false, "Ada Lovelace")]
    #[case("Zoë", false, "Zo%C3%AB")]
    #[case("Zoë", true, "Zoë")]
    #[case("50%", false, "50%25")]
    #[case("50%", true, "50%")]
    #[case(" a ", false, "%20a%20")]
    #[case("a\r\nRemote-User: root", false, "a%0D%0ARemote-User: root")]
    #[case("a\r\nRemote-User: root", true, "a%0D%0ARemote-User: root")]
    #[case("a\u{85}b", true, "a%C2%85b")]
    fn value_is_one_line(#[case] text: &str, #[case] is_raw: bool, #[case] expected: &str) {
        assert_eq!(encode(text, is_raw, ""), expected);
    }

    #[test]
    fn comma_in_group_adds_no_group() {
        assert_eq!(encode("sales,admins", false, ","), "sales%2Cadmins");
        assert_eq!(encode("sales,admins", true, ","), "sales%2Cadmins");
    }

    #[test]
    fn names_that_are_left_out_are_not_listed() {
        let headers = SiteHeaders {
            email: String::new(),
            ..SiteHeaders::default()
        };
        let expected = [
            "Remote-User",
            "Remote-Groups",
            "Remote-Name",
            "Remote-Token",
            "Remote-Groups-Omitted",
        ];
        assert_eq!(header_names(&headers), expected);
    }
}
