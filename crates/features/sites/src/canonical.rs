//! The one form of hosts, paths and methods in which rules compare them. An ambiguous value, which two programs
//! could read differently, is an error and is never repaired.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use doorward_protocol::displayed_text;
use thiserror::Error;

/// Maximum length of a path in bytes.
const MAX_PATH: usize = 8_192;
/// Maximum length of a host name in bytes (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// Maximum length of a label in bytes (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;
/// Maximum length of a method in bytes.
const MAX_METHOD: usize = 20;

/// The port of a URL without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    Https,
    Http,
}

impl Scheme {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    /// Returns true if a site may have requests of this scheme. Plain http is only possible in a development
    /// instance, on this machine.
    pub fn is_allowed(self, host: &Host, is_dev: bool) -> bool {
        self == Self::Https || (is_dev && host.is_loopback())
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

/// The host of a request, with its port unless that is the one of the scheme.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Host {
    name: String,
    port: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum HostError {
    #[error("the host ends with a dot")]
    TrailingDot,
    #[error("the host is too long, or a label is not 1 to 63 letters, digits and inner hyphens")]
    Label,
    #[error("the host is not an address in its usual form")]
    Address,
    #[error("the port is not a number from 1 to 65535")]
    Port,
    #[error("a wildcard replaces the first label, before a name of at least two labels")]
    Wildcard,
}

impl Host {
    /// Reads the value of a `Host` header. Its case and the port of the scheme make no difference.
    ///
    /// # Errors
    /// Returns why the value is no host.
    pub fn parse(text: &str, scheme: Scheme) -> Result<Self, HostError> {
        let (name, port) = split_port(text)?;
        let name = parse_name(name)?;
        let port = port.filter(|port| *port != scheme.default_port());
        Ok(Self { name, port })
    }

    /// Returns the name or address without the port.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the wildcard that this host matches: one label in place of the first.
    pub fn wildcard(&self) -> Option<String> {
        let (_, parent) = self.name.split_once('.')?;
        let is_address = self.name.parse::<Ipv4Addr>().is_ok();
        let wildcard = Self {
            name: format!("*.{parent}"),
            port: self.port,
        };
        (!is_address).then(|| wildcard.to_string())
    }

    /// Returns true for a name or an address of this machine.
    fn is_loopback(&self) -> bool {
        let name = self.name.trim_start_matches('[').trim_end_matches(']');
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// Reads the host of a site, which may begin with a wildcard.
///
/// # Errors
/// Returns why the value is no host.
pub fn parse_pattern(text: &str) -> Result<Host, HostError> {
    let Some(parent) = text.strip_prefix("*.") else {
        return Host::parse(text, Scheme::Https);
    };
    let parent = Host::parse(parent, Scheme::Https)?;
    let is_name = parent.name.parse::<Ipv4Addr>().is_err();
    if !is_name || !(parent.name.contains('.') || parent.name == "localhost") {
        return Err(HostError::Wildcard);
    }
    Ok(Host {
        name: format!("*.{}", parent.name),
        port: parent.port,
    })
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), HostError> {
    let start = if text.starts_with('[') {
        text.find(']').map_or(text.len(), |end| end + 1)
    } else {
        text.find(':').unwrap_or(text.len())
    };
    let (name, port) = text.split_at(start);
    if port.is_empty() {
        return Ok((name, None));
    }
    let digits = port.strip_prefix(':').ok_or(HostError::Address)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let port = digits.parse().ok().filter(|_| is_number);
    port.map(|port| (name, Some(port))).ok_or(HostError::Port)
}

fn parse_name(name: &str) -> Result<String, HostError> {
    if let Some(address) = name.strip_prefix('[') {
        let address = address.strip_suffix(']').ok_or(HostError::Address)?;
        let address: Ipv6Addr = address.parse().map_err(|_| HostError::Address)?;
        return Ok(format!("[{address}]"));
    }
    if name.ends_with('.') {
        return Err(HostError::TrailingDot);
    }
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(is_inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() > MAX_HOST || !name.split('.').all(is_label) {
        return Err(HostError::Label);
    }
    // Programs read a number at the end as an address, in several ways (WHATWG URL §3.5).
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.starts_with("0x")
        || last.starts_with("0X");
    if is_number && name.parse::<Ipv4Addr>().is_err() {
        return Err(HostError::Address);
    }
    Ok(name.to_ascii_lowercase())
}

/// The path of a request, decoded.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CanonicalPath(String);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PathError {
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    #[error("the path is longer than 8192 bytes")]
    TooLong,
    #[error("the path has two slashes in sequence")]
    EmptySegment,
    #[error("the path has a segment of dots")]
    DotSegment,
    #[error("the path has a parameter after a semicolon")]
    Parameter,
    #[error("the path has a backslash")]
    Backslash,
    #[error("the path has a control character")]
    Control,
    #[error("the path has a percent sign without two hexadecimal digits")]
    InvalidPercent,
    #[error("the path has an encoded slash, backslash, semicolon, dot or percent-encoding")]
    EncodedSeparator,
    #[error("the path has an encoded letter, digit or mark that needs no encoding")]
    EncodedPlain,
    #[error("the path is not UTF-8")]
    NotUtf8,
    #[error(
        "the path has a hidden character, or one that some programs replace by a dot or a slash"
    )]
    Lookalike,
    #[error("the path has a character that must be encoded")]
    Unencoded,
}

impl CanonicalPath {
    /// Reads the path of a request target, without a query.
    ///
    /// # Errors
    /// Returns why the path is ambiguous.
    pub fn parse(raw: &str) -> Result<Self, PathError> {
        if !raw.starts_with('/') {
            return Err(PathError::NotAbsolute);
        }
        if raw.len() > MAX_PATH {
            return Err(PathError::TooLong);
        }
        let mut decoded = Vec::with_capacity(raw.len());
        let mut bytes = raw.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if byte == b'%' {
                let value = hex(raw, at).ok_or(PathError::InvalidPercent)?;
                bytes.nth(1);
                check_encoded(value, raw, at)?;
                decoded.push(value);
            } else {
                check_plain(byte)?;
                decoded.push(byte);
            }
        }
        let path = String::from_utf8(decoded).map_err(|_| PathError::NotUtf8)?;
        check_decoded(&path)?;
        Ok(Self(path))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path as a URL writes it.
    pub fn encoded(&self) -> String {
        encode(&self.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum UrlError {
    #[error("the URL does not begin with https://")]
    Scheme,
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Reads scheme, host and path of a URL as a proxy would pass them on. A URL without a path has `/`.
///
/// # Errors
/// Returns the part that is no URL, or is ambiguous.
pub fn parse_url(url: &str) -> Result<(Scheme, Host, CanonicalPath), UrlError> {
    let schemes = [Scheme::Https, Scheme::Http].into_iter();
    let mut rests = schemes.filter_map(|scheme| {
        let rest = url.strip_prefix(scheme.as_str())?.strip_prefix("://")?;
        Some((scheme, rest))
    });
    let (scheme, rest) = rests.next().ok_or(UrlError::Scheme)?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = Host::parse(host, scheme)?;
    let path = CanonicalPath::parse(if path.is_empty() { "/" } else { path })?;
    Ok((scheme, host, path))
}

/// Returns a decoded path as a URL writes it.
pub fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if check_plain(byte).is_ok() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Returns the byte that the two digits after the percent sign at this place encode.
fn hex(raw: &str, at: usize) -> Option<u8> {
    let digits = raw.get(at + 1..at + 3)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Checks an encoded byte, which some programs decode before they split the path and others after it.
fn check_encoded(value: u8, raw: &str, at: usize) -> Result<(), PathError> {
    match value {
        b'/' | b'\\' | b';' | b'.' => Err(PathError::EncodedSeparator),
        // A second decoding would find another byte.
        b'%' if hex(raw, at + 2).is_some() => Err(PathError::EncodedSeparator),
        0..=31 | 127 => Err(PathError::Control),
        b'-' | b'_' | b'~' => Err(PathError::EncodedPlain),
        value if value.is_ascii_alphanumeric() => Err(PathError::EncodedPlain),
        _ => Ok(()),
    }
}

/// Checks a byte that is not encoded (RFC 3986 §3.3; browsers leave `[`, `]`, `^` and `|` too).
const fn check_plain(byte: u8) -> Result<(), PathError> {
    match byte {
        b';' => Err(PathError::Parameter),
        b'\\' => Err(PathError::Backslash),
        0..=31 | 127 => Err(PathError::Control),
        b'/' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*'
        | b'+' | b',' | b'=' | b':' | b'@' | b'[' | b']' | b'^' | b'|' => Ok(()),
        byte if byte.is_ascii_alphanumeric() => Ok(()),
        _ => Err(PathError::Unencoded),
    }
}

fn check_decoded(path: &str) -> Result<(), PathError> {
    if path.contains("//") {
        return Err(PathError::EmptySegment);
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(PathError::DotSegment);
    }
    // Fullwidth and other forms of dot, slash and backslash, and what is not shown.
    let is_lookalike = |c: char| {
        matches!(
            c,
            '\u{ff0e}'
                | '\u{ff0f}'
                | '\u{ff3c}'
                | '\u{ff1b}'
                | '\u{ff05}'
                | '\u{2024}'
                | '\u{2025}'
                | '\u{2044}'
                | '\u{2215}'
                | '\u{29f8}'
        ) || displayed_text::is_hidden(c)
    };
    if path.chars().any(is_lookalike) {
        return Err(PathError::Lookalike);
    }
    Ok(())
}

/// The method of a request, in upper case. Some programs ignore the case of methods, so that another one is
/// ambiguous.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Method(String);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the method is not of 1 to 20 capital letters and hyphens")]
pub struct MethodError;

impl Method {
    /// Reads the method of a request.
    ///
    /// # Errors
    /// Returns [`MethodError`] if it has another form.
    pub fn parse(text: &str) -> Result<Self, MethodError> {
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
        let is_method = (1..=MAX_METHOD).contains(&text.len()) && text.bytes().all(is_plain);
        is_method.then(|| Self(text.to_owned())).ok_or(MethodError)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
