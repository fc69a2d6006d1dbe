//! Helpers for database and host addresses.

use std::net::IpAddr;

use doorward_handover::PostgresAddress;
use ipnet::IpNet;
use url::{Host, Url};

/// Instruction for a password that breaks its address.
pub const ENCODE: &str = "percent-encode the special characters of user name and password: `%` as \
                          `%25`, `#` as `%23`, `/` as `%2F`, `?` as `%3F`, `@` as `%40`, `:` as \
                          `%3A`, a space as `%20`";

/// Checks the address of a database, of Redis or of a mail server, which may contain a password:
/// an RFC 3986 URL that all drivers read in the same way.
///
/// # Errors
/// Describes the problem. No part of the address is in the text: in a malformed one, each part may
/// belong to a password.
pub fn check_server_url(text: &str) -> Result<(), &'static str> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        let first = path.split(['/', '?']).next().unwrap_or_default();
        if first.contains('@') {
            return Err("an SQLite address with a user or password");
        }
        return Ok(());
    }
    if text.contains('#') {
        return Err("an address with a fragment, which begins at `#`,");
    }
    // RFC 3986 §2: all other characters must be encoded. Some drivers repair them, others fail.
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte);
    if !text.bytes().all(is_allowed) {
        return Err("an address with a character that is not percent-encoded");
    }
    if decoded(text).is_none() {
        return Err("an address with a `%` that does not begin an encoded character");
    }
    let Some((_, rest)) = text.split_once("://") else {
        return Err("an address without `//`");
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, host) = authority.split_once('@').unwrap_or(("", authority));
    if host.contains('@') || tail.contains('@') {
        return Err("an address with an `@` beside the one before the host");
    }
    if user.contains(['[', ']']) || tail.contains(['[', ']']) {
        return Err("an address with a character that is not percent-encoded");
    }
    let is_url = if is_postgres(text) {
        let address = PostgresAddress::parse(text)?;
        address.urls().iter().all(|url| Url::parse(url).is_ok())
    } else {
        Url::parse(text).is_ok()
    };
    is_url.then_some(()).ok_or("an address that is no URL")
}

/// Decodes a percent-encoded text (RFC 3986 §2.1); `None` if it is not one, or not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hexadecimal)?;
        bytes.push(byte);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

/// Returns true if a text contains a URL with a user or password, or with an `@` that may end one.
pub(super) fn has_credentials(text: &str) -> bool {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.contains('@')
}

/// Returns the file path of a `sqlite:` address; `None` for other databases and in-memory
/// databases.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    (!path.is_empty() && path != ":memory:").then_some(path)
}

/// A reason why a database is not moved to an address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoveAddressError {
    #[error("{0} cannot be used")]
    Malformed(&'static str),
    #[error("the new address must begin with sqlite:// or postgres://")]
    UnknownKind,
    #[error("a database in memory cannot be moved")]
    InMemory,
    /// Two databases of this kind.
    #[error("the database is {0} already")]
    SameKind(&'static str),
}

/// Checks the addresses of a move: one is that of an SQLite file, the other one of PostgreSQL.
///
/// # Errors
/// Returns [`MoveAddressError`] without a part of the addresses.
pub fn check_move(from: &str, to: &str) -> Result<(), MoveAddressError> {
    check_server_url(to).map_err(MoveAddressError::Malformed)?;
    if !is_postgres(to) && !to.starts_with("sqlite:") {
        return Err(MoveAddressError::UnknownKind);
    }
    let is_file = |url: &str| sqlite_path(url).is_some() && !url.contains("mode=memory");
    match (is_postgres(from), is_postgres(to)) {
        (true, true) => Err(MoveAddressError::SameKind("PostgreSQL")),
        (false, false) if is_file(from) && is_file(to) => Err(MoveAddressError::SameKind("SQLite")),
        (true, false) if is_file(to) => Ok(()),
        (false, true) if is_file(from) => Ok(()),
        _ => Err(MoveAddressError::InMemory),
    }
}

pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Returns true for a network that is wider than any private one.
pub(super) fn is_too_wide(network: &IpNet) -> bool {
    let least = match network {
        IpNet::V4(_) => 8,
        IpNet::V6(_) => 7,
    };
    network.prefix_len() < least
}

/// Returns true if the host is loopback: the literals of RFC 8252 §8.3, or `localhost`, which
/// browsers resolve to loopback.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Hosts of schemes that the URL standard does not define, such as `smtp`, are parsed as
        // names.
        Some(Host::Domain(name)) => {
            let address = name.parse::<IpAddr>();
            let is_name = name == "localhost" || name.ends_with(".localhost");
            is_name || address.is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
