//! The one form of hosts, paths and methods in which rules compare them. An ambiguous value, which two programs
//! could read differently, is an error and is never repaired.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use doorward_protocol::displayed_text::is_hidden;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Position, Url};

/// Maximum length of a path in bytes.
const MAX_PATH: usize = 8_192;
/// Maximum length of a host with its port in bytes (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// Maximum length of a label in bytes (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;
/// Maximum length of a method in bytes.
const MAX_METHOD: usize = 20;
/// Fullwidth and other forms of dot, slash, backslash, semicolon and percent sign.
const LOOKALIKES: &str =
    "\u{ff0e}\u{ff0f}\u{ff3c}\u{ff1b}\u{ff05}\u{2024}\u{2025}\u{2044}\u{2215}\u{29f8}";
/// Characters that a path has as they are (RFC 3986 §2.3).
const PLAIN: AsciiSet = with(NON_ALPHANUMERIC.complement(), b"/-._~");
/// Characters that a path has as they are or encoded (RFC 3986 §3.3; browsers leave `[`, `]`, `^` and `|` too).
const EITHER: AsciiSet = with(AsciiSet::EMPTY, b"!$&'()*+,=:@[]^|");

const fn with(set: AsciiSet, bytes: &[u8]) -> AsciiSet {
    match bytes {
        [first, rest @ ..] => with(set.add(*first), rest),
        [] => set,
    }
}

doorward_protocol::words! {
    /// The reason why a host, a path, a method or a URL has more than one reading, or none.
    pub enum Ambiguous {
        Host = "the host is not in its usual form, without a dot at the end and with a port from 1 to 65535",
        Wildcard = "a wildcard replaces the first label, before a name of at least two labels",
        NotAbsolute = "the path does not begin with a slash",
        TooLong = "the path is longer than 8192 bytes",
        EmptySegment = "the path has two slashes in sequence",
        DotSegment = "the path has a segment of dots",
        Separator = "the path has a semicolon or a backslash",
        Twice = "the path is encoded twice",
        Encoding = "the path has a character that must be encoded, or an encoded one that must not be",
        NotUtf8 = "the path is not UTF-8",
        Lookalike = "the path has a hidden character, or one that some programs replace by a dot or a slash",
        Method = "the method is not of 1 to 20 capital letters and hyphens",
        Scheme = "the scheme is not https, or http in development on a loopback host",
    }

    /// The scheme of a URL.
    pub enum Scheme {
        Https = "https" | "wss",
        Http = "http" | "ws",
    }
}

type Result<T> = std::result::Result<T, Ambiguous>;

impl Scheme {
    /// Returns true if a site may have requests of this scheme. Plain http is only possible in a development
    /// instance, on this machine.
    pub fn is_allowed(self, host: &Host, is_dev: bool) -> bool {
        self == Self::Https || (is_dev && host.is_loopback())
    }
}

/// The host of a request, with its port unless that is the one of the scheme.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Host {
    text: String,
    /// Length of the name or address.
    name: usize,
}

impl Host {
    /// Reads the value of a `Host` header. Its case and the port of the scheme make no difference; any other text
    /// is the one that the URL parser writes.
    pub fn parse(text: &str, scheme: Scheme) -> Result<Self> {
        let text = text.to_ascii_lowercase();
        let url = Url::parse(&format!("{}://{text}", scheme.as_str()));
        let url = url.map_err(|_| Ambiguous::Host)?;
        let name = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let own = &url[Position::BeforeHost..Position::AfterPort];
        let is_usual = text == own || text == format!("{name}:{port}");
        let is_name = name.starts_with('[') || name.split('.').all(is_label);
        if !is_usual || !is_name || port == 0 || own.len() > MAX_HOST {
            return Err(Ambiguous::Host);
        }
        Ok(Self {
            text: own.to_owned(),
            name: name.len(),
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the name or address without the port.
    pub fn name(&self) -> &str {
        self.text.get(..self.name).unwrap_or(&self.text)
    }

    /// Returns the wildcard that this host matches: one label in place of the first.
    pub fn wildcard(&self) -> Option<String> {
        let (_, parent) = self.text.split_once('.')?;
        let is_address = self.name().parse::<Ipv4Addr>().is_ok();
        (!is_address).then(|| format!("*.{parent}"))
    }

    /// Returns true for a name or an address of this machine.
    fn is_loopback(&self) -> bool {
        let name = self.name().trim_matches(['[', ']']);
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Reads the host of a site, which may begin with a wildcard.
pub fn parse_pattern(text: &str) -> Result<Host> {
    let Some(parent) = text.strip_prefix("*.") else {
        return Host::parse(text, Scheme::Https);
    };
    let parent = Host::parse(parent, Scheme::Https)?;
    let name = parent.name();
    let is_name = name.parse::<Ipv4Addr>().is_err();
    if !is_name || !(name.contains('.') || name == "localhost") {
        return Err(Ambiguous::Wildcard);
    }
    Ok(Host {
        text: format!("*.{parent}"),
        name: name.len() + 2,
    })
}

fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_outer = label.starts_with('-') || label.ends_with('-');
    (1..=MAX_LABEL).contains(&label.len()) && label.bytes().all(is_inner) && !is_outer
}

/// The path of a request, decoded.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CanonicalPath(String);

impl CanonicalPath {
    /// Reads the path of a request target, without a query. Encoded again it is what was sent, so that no
    /// character has a second form, which some programs decode before they split the path and others after it.
    pub fn parse(raw: &str) -> Result<Self> {
        let path = percent_decode_str(raw).decode_utf8();
        let path = path.map_err(|_| Ambiguous::NotUtf8)?.into_owned();
        let is_lookalike = |c: char| LOOKALIKES.contains(c) || is_hidden(c);
        let is_dots = |segment: &str| matches!(segment, "." | "..");
        let sent = utf8_percent_encode(raw, &const { EITHER }).to_string();
        let again = utf8_percent_encode(&path, &const { PLAIN.complement() }).to_string();
        let is_encoded = |text: &str| percent_decode_str(text).ne(text.bytes());
        let problems = [
            (!raw.starts_with('/'), Ambiguous::NotAbsolute),
            (raw.len() > MAX_PATH, Ambiguous::TooLong),
            (path.contains("//"), Ambiguous::EmptySegment),
            (path.split('/').any(is_dots), Ambiguous::DotSegment),
            (path.contains([';', '\\']), Ambiguous::Separator),
            (path.contains(is_lookalike), Ambiguous::Lookalike),
            (is_encoded(&path), Ambiguous::Twice),
            (
                !raw.is_ascii() || !sent.eq_ignore_ascii_case(&again),
                Ambiguous::Encoding,
            ),
        ];
        let mut problems = problems.into_iter().filter(|(is_found, _)| *is_found);
        problems
            .next()
            .map_or(Ok(Self(path)), |(_, problem)| Err(problem))
    }

    /// Reads the path of the target of a URL, which is `/` if the URL has none.
    pub fn of_target(target: &str) -> Result<Self> {
        match target.split(['?', '#']).next() {
            None | Some("") => Self::parse("/"),
            Some(path) => Self::parse(path),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Splits a URL into scheme, host, and path with query, which are still to be read.
pub fn split_url(url: &str) -> Result<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://").ok_or(Ambiguous::Scheme)?;
    let (host, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    Ok((scheme, host, target))
}

/// Returns a decoded path as a URL writes it.
pub fn encode(path: &str) -> String {
    utf8_percent_encode(path, &const { PLAIN.union(EITHER).complement() }).to_string()
}

/// The method of a request, in upper case. Some programs ignore the case of methods, so that another one is
/// ambiguous.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Method(String);

impl Method {
    /// Reads the method of a request.
    pub fn parse(text: &str) -> Result<Self> {
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
        let is_method = (1..=MAX_METHOD).contains(&text.len()) && text.bytes().all(is_plain);
        is_method
            .then(|| Self(text.to_owned()))
            .ok_or(Ambiguous::Method)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
