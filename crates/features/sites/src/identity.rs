//! The headers that name the sender of a request to an application.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::header::{HeaderName, HeaderValue};
use doorward_domain::model::{EffectiveRoles, Site, SiteHeaders, User};
use doorward_protocol::displayed_text::is_hidden;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Maximum length of the header with groups in bytes. Longer ones are left out.
const MAX_GROUPS: usize = 4_096;
/// Maximum length of the name of a header in bytes.
const MAX_NAME: usize = 64;
/// Maximum number of hyphens in a name: configurations of proxies delete each spelling with underscores.
const MAX_HYPHENS: usize = 6;

/// Headers that proxies and applications read for something else.
const RESERVED: &str = "authorization connection content-length content-type cookie expect forwarded host \
    keep-alive origin proxy-authorization proxy-connection range referer te trailer transfer-encoding upgrade \
    user-agent via x-forwarded-for x-forwarded-host x-forwarded-method x-forwarded-port x-forwarded-prefix \
    x-forwarded-proto x-forwarded-server x-forwarded-uri x-http-method x-http-method-override x-method-override \
    x-original-url x-real-ip x-rewrite-url";

/// Sets the names of the headers with these facts. An empty one leaves a header out.
pub fn set_names(
    changes: &BTreeMap<String, String>,
    headers: &mut SiteHeaders,
) -> Result<(), String> {
    for (fact, name) in changes {
        let unknown = || format!("{fact:?} is none of user, groups, email, name and token");
        let header = headers.with_fact(fact).ok_or_else(unknown)?;
        check(name)?;
        header.clone_from(name);
    }
    let names = headers.by_fact().map(|(_, name)| name.to_ascii_lowercase());
    let mut used = BTreeSet::new();
    let mut named = names.iter().filter(|name| !name.is_empty());
    if !named.all(|name| used.insert(name)) {
        return Err("two headers have the same name".to_owned());
    }
    Ok(())
}

/// Checks the name of a header. A name with `_` would be the twin of one with `-`.
fn check(name: &str) -> Result<(), String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let is_form = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(is_plain)
        && name.len() <= MAX_NAME
        && name.matches('-').count() <= MAX_HYPHENS;
    if !name.is_empty() && !is_form {
        let form = format!("a letter, then letters, digits and up to {MAX_HYPHENS} hyphens");
        return Err(format!("{name:?}: write {form}, at most {MAX_NAME}"));
    }
    let mut reserved = RESERVED.split(' ');
    if reserved.any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(format!("the header {name} has another meaning"));
    }
    Ok(())
}

/// Returns the name of the header that says that the groups were left out; `None` without a header of groups.
pub fn omission_header(headers: &SiteHeaders) -> Option<String> {
    (!headers.groups.is_empty()).then(|| format!("{}-Omitted", headers.groups))
}

/// Returns the names of all headers that the application believes, which a proxy has to delete from the requests
/// of clients.
pub fn header_names(headers: &SiteHeaders) -> Vec<String> {
    let names = headers.by_fact().map(|(_, name)| name.to_owned());
    let names = names.into_iter().filter(|name| !name.is_empty());
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
    let facts = facts.into_iter();
    let facts = facts.filter_map(|(name, value)| Some((name.clone(), encode(&value?, is_raw, ""))));
    let groups = held.groups.iter().map(|group| encode(group, is_raw, ","));
    let groups = groups.collect::<Vec<_>>().join(",");
    let groups = match omission_header(names) {
        Some(omitted) if groups.len() > MAX_GROUPS => (omitted, "true".to_owned()),
        _ => (names.groups.clone(), groups),
    };
    let sent = facts.chain([groups]);
    let sent = sent.filter(|(_, value)| !value.is_empty());
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
    let last = text.chars().count();
    let written = |(at, letter): (usize, char)| {
        let is_outer_space = letter == ' ' && (at == 0 || at + 1 == last);
        let is_plain = if is_raw {
            !is_hidden(letter)
        } else {
            matches!(letter, ' '..='~') && letter != '%'
        };
        if is_plain && !is_outer_space && !separators.contains(letter) {
            return letter.to_string();
        }
        utf8_percent_encode(&letter.to_string(), NON_ALPHANUMERIC).to_string()
    };
    text.chars().enumerate().map(written).collect()
}

#[cfg(test)]
mod tests;
