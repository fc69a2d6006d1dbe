//! The one form of hosts, paths and methods in which rules compare them. An ambiguous value, which two programs
//! could read differently, is an error and is never repaired.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use doorward_protocol::displayed_text;

/// Maximum length of a path in bytes.
const MAX_PATH: usize = 8_192;
/// Maximum length of a host name in bytes (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// Maximum length of a label in bytes (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;
/// Maximum length of a method in bytes.
const MAX_METHOD: usize = 20;
/// Fullwidth and other forms of dot, slash, backslash, semicolon and percent sign.
const LOOKALIKES: &str =
    "\u{ff0e}\u{ff0f}\u{ff3c}\u{ff1b}\u{ff05}\u{2024}\u{2025}\u{2044}\u{2215}\u{29f8}";

doorward_protocol::words! {
    /// The reason why a host, a path, a method or a URL has more than one reading, or none.
    pub enum Ambiguous {
        TrailingDot = "the host ends with a dot",
        Label = "the host is too long, or a label is not 1 to 63 letters, digits and inner hyphens",
        Address = "the host is not an address in its usual form",
        Port = "the port is not a number from 1 to 65535",
        Wildcard = "a wildcard replaces the first label, before a name of at least two labels",
        NotAbsolute = "the path does not begin with a slash",
        TooLong = "the path is longer than 8192 bytes",
        EmptySegment = "the path has two slashes in sequence",
        DotSegment = "the path has a segment of dots",
        Parameter = "the path has a parameter after a semicolon",
        Backslash = "the path has a backslash",
        Control = "the path has a control character",
        InvalidPercent = "the path has a percent sign without two hexadecimal digits",
        EncodedSeparator = "the path has an encoded slash, backslash, semicolon, dot or percent-encoding",
        EncodedPlain = "the path has an encoded letter, digit or mark that needs no encoding",
        NotUtf8 = "the path is not UTF-8",
        Lookalike = "the path has a hidden character, or one that some programs replace by a dot or a slash",
        Unencoded = "the path has a character that must be encoded",
        Method = "the method is not of 1 to 20 capital letters and hyphens",
        Scheme = "the URL does not begin with https://",
    }

    /// The scheme of a URL.
    pub enum Scheme {
        Https = "https",
        Http = "http",
    }
}

impl std::error::Error for Ambiguous {}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

type Result<T> = std::result::Result<T, Ambiguous>;

impl Scheme {
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
    text: String,
    /// Length of the name or address.
    name: usize,
}

impl Host {
    /// Reads the value of a `Host` header. Its case and the port of the scheme make no difference.
    pub fn parse(text: &str, scheme: Scheme) -> Result<Self> {
        let (name, port) = split_port(text)?;
        let name = parse_name(name)?;
        let text = match port.filter(|port| *port != scheme.default_port()) {
            Some(port) => format!("{name}:{port}"),
            None => name.clone(),
        };
        Ok(Self {
            text,
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

fn split_port(text: &str) -> Result<(&str, Option<u16>)> {
    let start = if text.starts_with('[') {
        text.find(']').map_or(text.len(), |end| end + 1)
    } else {
        text.find(':').unwrap_or(text.len())
    };
    let (name, port) = text.split_at(start);
    if port.is_empty() {
        return Ok((name, None));
    }
    let digits = port.strip_prefix(':').ok_or(Ambiguous::Address)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let port = digits.parse().ok().filter(|_| is_number);
    port.map(|port| (name, Some(port))).ok_or(Ambiguous::Port)
}

fn parse_name(name: &str) -> Result<String> {
    if let Some(address) = name.strip_prefix('[') {
        let address = address.strip_suffix(']').ok_or(Ambiguous::Address)?;
        let address: Ipv6Addr = address.parse().map_err(|_| Ambiguous::Address)?;
        return Ok(format!("[{address}]"));
    }
    if name.ends_with('.') {
        return Err(Ambiguous::TrailingDot);
    }
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(is_inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() > MAX_HOST || !name.split('.').all(is_label) {
        return Err(Ambiguous::Label);
    }
    // Programs read a number at the end as an address, in several ways (WHATWG URL §3.5).
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.starts_with("0x")
        || last.starts_with("0X");
    if is_number && name.parse::<Ipv4Addr>().is_err() {
        return Err(Ambiguous::Address);
    }
    Ok(name.to_ascii_lowercase())
}

/// The path of a request, decoded.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CanonicalPath(String);

impl CanonicalPath {
    /// Reads the path of a request target, without a query.
    pub fn parse(raw: &str) -> Result<Self> {
        if !raw.starts_with('/') {
            return Err(Ambiguous::NotAbsolute);
        }
        if raw.len() > MAX_PATH {
            return Err(Ambiguous::TooLong);
        }
        let mut decoded = Vec::with_capacity(raw.len());
        let mut bytes = raw.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if byte == b'%' {
                let value = hex(raw, at).ok_or(Ambiguous::InvalidPercent)?;
                bytes.nth(1);
                check_encoded(value, raw, at)?;
                decoded.push(value);
            } else {
                check_plain(byte)?;
                decoded.push(byte);
            }
        }
        let path = String::from_utf8(decoded).map_err(|_| Ambiguous::NotUtf8)?;
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

/// Reads scheme, host and path of a URL as a proxy would pass them on. A URL without a path has `/`.
pub fn parse_url(url: &str) -> Result<(Scheme, Host, CanonicalPath)> {
    let (scheme, rest) = url.split_once("://").ok_or(Ambiguous::Scheme)?;
    let scheme = Scheme::parse(scheme).ok_or(Ambiguous::Scheme)?;
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
fn check_encoded(value: u8, raw: &str, at: usize) -> Result<()> {
    match value {
        b'/' | b'\\' | b';' | b'.' => Err(Ambiguous::EncodedSeparator),
        // A second decoding would find another byte.
        b'%' if hex(raw, at + 2).is_some() => Err(Ambiguous::EncodedSeparator),
        0..=31 | 127 => Err(Ambiguous::Control),
        b'-' | b'_' | b'~' => Err(Ambiguous::EncodedPlain),
        value if value.is_ascii_alphanumeric() => Err(Ambiguous::EncodedPlain),
        _ => Ok(()),
    }
}

/// Checks a byte that is not encoded (RFC 3986 §3.3; browsers leave `[`, `]`, `^` and `|` too).
const fn check_plain(byte: u8) -> Result<()> {
    match byte {
        b';' => Err(Ambiguous::Parameter),
        b'\\' => Err(Ambiguous::Backslash),
        0..=31 | 127 => Err(Ambiguous::Control),
        b'/' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*'
        | b'+' | b',' | b'=' | b':' | b'@' | b'[' | b']' | b'^' | b'|' => Ok(()),
        byte if byte.is_ascii_alphanumeric() => Ok(()),
        _ => Err(Ambiguous::Unencoded),
    }
}

fn check_decoded(path: &str) -> Result<()> {
    if path.contains("//") {
        return Err(Ambiguous::EmptySegment);
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(Ambiguous::DotSegment);
    }
    let is_lookalike = |c: char| LOOKALIKES.contains(c) || displayed_text::is_hidden(c);
    if path.chars().any(is_lookalike) {
        return Err(Ambiguous::Lookalike);
    }
    Ok(())
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
