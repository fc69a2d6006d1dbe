//! Addresses of PostgreSQL, which may name several hosts, as libpq reads them.

use std::fmt;
use std::net::Ipv6Addr;

/// The parameter that selects a server by its state.
const SESSION: &str = "target_session_attrs";
/// Parameters that would replace every host of a list.
const REPLACING: [&str; 3] = ["host", "hostaddr", "port"];

/// The address of a PostgreSQL database on one or several hosts.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    urls: Vec<String>,
    hosts: Vec<PostgresHost>,
    requires_writable: bool,
}

/// A host of an address: percent-encoded name, IP address or directory of a socket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostgresHost {
    /// Name without the brackets of an IPv6 address.
    pub name: String,
    pub port: Option<u16>,
}

impl fmt::Display for PostgresHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_ipv6 = self.name.contains(':');
        let (open, close) = if is_ipv6 { ("[", "]") } else { ("", "") };
        write!(f, "{open}{}{close}", self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Shows the hosts only: each other part may belong to a password.
impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresAddress")
            .field("hosts", &self.hosts)
            .field("requires_writable", &self.requires_writable)
            .finish_non_exhaustive()
    }
}

impl PostgresAddress {
    /// Parses `postgres://user:password@host1:port1,host2/name?target_session_attrs=read-write`.
    ///
    /// A server that accepts writes is required of several hosts, unless `target_session_attrs` is
    /// `any`. The address of a single host is not checked further.
    ///
    /// # Errors
    /// Describes the problem. No part of the address is in the text: in a malformed one, each part
    /// may belong to a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("an address without `//`");
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let list = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
        let user = &authority[..authority.len() - list.len()];
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        let required = required_session(query)?;
        if !list.contains(',') {
            if REPLACING
                .iter()
                .any(|name| values(query, name).any(is_list))
            {
                return Err("an address with several hosts or ports in a parameter");
            }
            let hosts = parse_host(list).into_iter().collect();
            return Ok(Self {
                urls: vec![format!(
                    "{scheme}://{authority}{path}{}",
                    without_session(query)
                )],
                hosts,
                requires_writable: required.unwrap_or(false),
            });
        }
        if REPLACING.iter().any(|name| values(query, name).count() > 0) {
            return Err("an address with several hosts, and a host or port in a parameter");
        }
        let hosts: Result<Vec<_>, _> = list.split(',').map(parse_host).collect();
        let hosts = hosts?;
        let query = without_session(query);
        Ok(Self {
            urls: hosts
                .iter()
                .map(|host| format!("{scheme}://{user}{host}{path}{query}"))
                .collect(),
            hosts,
            requires_writable: required.unwrap_or(true),
        })
    }

    /// Returns an address for each host, in order, which every driver reads.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// Returns the hosts in order.
    pub fn hosts(&self) -> &[PostgresHost] {
        &self.hosts
    }

    /// Returns the hosts as text, for messages.
    pub fn names(&self) -> Vec<String> {
        self.hosts.iter().map(ToString::to_string).collect()
    }

    /// Returns true if a server that only reads, such as a standby, is passed over.
    pub const fn requires_writable(&self) -> bool {
        self.requires_writable
    }
}

fn parse_host(text: &str) -> Result<PostgresHost, &'static str> {
    let (name, port) = if let Some(rest) = text.strip_prefix('[') {
        let Some((name, port)) = rest.split_once(']') else {
            return Err("an address with a host without `]`");
        };
        if name.parse::<Ipv6Addr>().is_err() {
            return Err("an address with a host in brackets that is no IPv6 address");
        }
        match port.strip_prefix(':') {
            None if !port.is_empty() => {
                return Err("an address with a character after the `]` of a host");
            }
            port => (name, port.unwrap_or("")),
        }
    } else {
        let (name, port) = text.split_once(':').unwrap_or((text, ""));
        if port.contains(':') {
            return Err("an address with an IPv6 address without brackets");
        }
        (name, port)
    };
    if name.is_empty() {
        return Err("an address with a list that lacks a host");
    }
    let port = match port {
        "" => None,
        port => match port.parse::<u16>() {
            Ok(port) if port > 0 => Some(port),
            _ => return Err("an address with a port that is no number from 1 to 65535"),
        },
    };
    Ok(PostgresHost {
        name: name.to_owned(),
        port,
    })
}

/// Returns true if the query requires a server that accepts writes; `None` if it does not say.
fn required_session(query: &str) -> Result<Option<bool>, &'static str> {
    match values(query, SESSION).last() {
        None => Ok(None),
        Some("any") => Ok(Some(false)),
        Some("read-write" | "primary") => Ok(Some(true)),
        Some(_) => Err(
            "an address with a `target_session_attrs` other than `read-write`, `primary` and `any`",
        ),
    }
}

/// Returns the values of a parameter, percent-encoded.
fn values<'a>(query: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    query
        .split('&')
        .filter_map(move |parameter| parameter.strip_prefix(name)?.strip_prefix('='))
}

fn is_list(value: &str) -> bool {
    value.contains(',') || value.to_ascii_lowercase().contains("%2c")
}

/// Returns a query with its `?`, without the parameter that the driver does not have.
fn without_session(query: &str) -> String {
    let parameters = query.split('&');
    let kept: Vec<_> = parameters
        .filter(|parameter| parameter.split('=').next() != Some(SESSION))
        .collect();
    match kept.join("&") {
        kept if kept.is_empty() => String::new(),
        kept => format!("?{kept}"),
    }
}

#[cfg(test)]
mod tests;
