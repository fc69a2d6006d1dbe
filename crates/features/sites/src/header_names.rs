//! The names of the headers with the identity of a user.

use doorward_domain::model::SiteHeaders;

/// Maximum length of a name in bytes.
const MAX: usize = 64;

/// Headers that proxies and applications read for something else.
const RESERVED: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-method",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-forwarded-uri",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// Checks the name of a header; an empty one leaves it out. A name with `_` would be the twin of one with `-`.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let starts_well = |name: &str| name.starts_with(|first: char| first.is_ascii_alphabetic());
    if name.is_empty() {
        return Ok(());
    }
    if name.len() > MAX || !starts_well(name) || !name.bytes().all(is_plain) {
        return Err(format!(
            "write a letter, then letters, digits and hyphens, at most {MAX}"
        ));
    }
    if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("the header {name} has another meaning"));
    }
    Ok(())
}

/// Returns true if no two headers have the same name, whatever the case.
pub(crate) fn are_distinct(headers: &SiteHeaders) -> bool {
    let names = headers.names().map(str::to_ascii_lowercase);
    let mut used: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let all = used.len();
    used.sort();
    used.dedup();
    used.len() == all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_without_other_meaning() {
        for name in [
            "",
            "Remote-User",
            "X-WEBAUTH-USER",
            "X-Forwarded-User",
            "U2",
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        let long = "a".repeat(65);
        for name in [
            "Remote_User",
            "-User",
            "2User",
            "Remote User",
            "Remote-User:",
            "Ümlaut",
            "Cookie",
            "AUTHORIZATION",
            "x-forwarded-for",
            "Host",
            "X-Original-URL",
            &long,
        ] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_differ_whatever_case() {
        let headers = |user: &str, name: &str| SiteHeaders {
            user: user.to_owned(),
            name: name.to_owned(),
            ..SiteHeaders::default()
        };
        assert!(are_distinct(&SiteHeaders::default()));
        assert!(are_distinct(&headers("", "")));
        assert!(!are_distinct(&headers("X-User", "x-user")));
        assert!(!are_distinct(&headers("remote-groups", "")));
    }
}
