//! The names of the headers with the identity of a user.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::SiteHeaders;

/// Maximum length of a name in bytes.
const MAX: usize = 64;
/// Maximum number of hyphens: configurations of proxies delete each spelling with underscores.
const MAX_HYPHENS: usize = 6;

/// Headers that proxies and applications read for something else.
const RESERVED: &str = "authorization connection content-length content-type cookie expect forwarded host \
    keep-alive origin proxy-authorization proxy-connection range referer te trailer transfer-encoding upgrade \
    user-agent via x-forwarded-for x-forwarded-host x-forwarded-method x-forwarded-port x-forwarded-prefix \
    x-forwarded-proto x-forwarded-server x-forwarded-uri x-http-method x-http-method-override x-method-override \
    x-original-url x-real-ip x-rewrite-url";

/// Sets the names of the headers with these facts. An empty one leaves a header out.
///
/// # Errors
/// Returns what is wrong with a fact or a name.
pub(crate) fn apply(
    changes: &BTreeMap<String, String>,
    headers: &mut SiteHeaders,
) -> Result<(), String> {
    for (fact, name) in changes {
        let header = headers.with_fact(fact);
        let header = header
            .ok_or_else(|| format!("{fact:?} is none of user, groups, email, name and token"))?;
        check(name)?;
        header.clone_from(name);
    }
    let names = headers.names().map(str::to_ascii_lowercase);
    let used = names.iter().filter(|name| !name.is_empty());
    if used.clone().collect::<BTreeSet<_>>().len() < used.count() {
        return Err("two headers have the same name".to_owned());
    }
    Ok(())
}

/// Checks the name of a header. A name with `_` would be the twin of one with `-`.
fn check(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if name.is_empty() {
        return Ok(());
    }
    let has_few_hyphens = name.matches('-').count() <= MAX_HYPHENS;
    if name.len() > MAX || !starts_well || !name.bytes().all(is_plain) || !has_few_hyphens {
        let form = format!("a letter, then letters, digits and up to {MAX_HYPHENS} hyphens");
        return Err(format!("{name:?}: write {form}, at most {MAX}"));
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.split(' ').any(|reserved| reserved == lower) {
        return Err(format!("the header {name} has another meaning"));
    }
    Ok(())
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
            "A-B-C-D-E-F-G",
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
            "A-B-C-D-E-F-G-H",
            &long,
        ] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_are_set_by_fact_and_differ_whatever_case() {
        for (changes, expected) in [
            (
                &[][..],
                "Remote-User Remote-Groups Remote-Email Remote-Name Remote-Token",
            ),
            (
                &[("user", "X-User"), ("name", "")],
                "X-User Remote-Groups Remote-Email  Remote-Token",
            ),
            (
                &[("user", ""), ("name", "")],
                " Remote-Groups Remote-Email  Remote-Token",
            ),
            (
                &[("user", "Remote-Email"), ("email", "Remote-User")],
                "Remote-Email Remote-Groups Remote-User Remote-Name Remote-Token",
            ),
            (&[("user", "X-User"), ("name", "x-user")], "two headers"),
            (&[("user", "remote-groups")], "two headers"),
            (&[("role", "X-Role")], "is none of"),
            (&[("user", "Cookie")], "another meaning"),
        ] {
            let changes = changes
                .iter()
                .map(|(fact, name)| ((*fact).to_owned(), (*name).to_owned()));
            let mut headers = SiteHeaders::default();
            match apply(&changes.collect(), &mut headers) {
                Ok(()) => assert_eq!(headers.names().join(" "), expected),
                Err(problem) => assert!(problem.contains(expected), "{problem}"),
            }
        }
    }
}
