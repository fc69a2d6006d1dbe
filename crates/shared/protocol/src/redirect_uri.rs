//! Redirect URIs: rules for registration and matching.
//!
//! Matching compares bytes (RFC 9700 §2.1), without normalization, decoding or parsing. Strict
//! rules at registration exclude unusual spellings.

use url::{Host, Url, form_urlencoded};

/// The maximum length of a redirect URI, in bytes.
pub const MAX_BYTES: usize = 2048;

/// The reason why a URI cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Empty, or longer than [`MAX_BYTES`].
    #[error("must have between 1 and 2048 characters")]
    Length,
    /// A character that RFC 3986 does not allow in a URI, such as a space, `\` or `ü`.
    #[error("has a character that is not allowed in a URI; encode it, and write IDN hosts as xn--")]
    Character,
    /// A `*`: wildcards are not supported.
    #[error("has a wildcard; each redirect URI must be registered in full")]
    Wildcard,
    /// Not an absolute URI, or malformed.
    #[error("is not an absolute URI")]
    NotAbsolute,
    /// A fragment (RFC 6749 §3.1.2).
    #[error("has a fragment")]
    Fragment,
    /// A user name or password before the host.
    #[error("has user information before the host")]
    UserInfo,
    /// A scheme that runs code, reads local data or is registered for another use.
    #[error("has a scheme that is not allowed; use https, or a reversed domain name for an app")]
    Scheme,
    /// A private-use scheme without a dot (RFC 8252 §7.1) that the deployment does not allow.
    #[error(
        "has a scheme without a dot; use https or a reversed domain name, or add the scheme to \
         client_registration.redirect_schemes"
    )]
    UnlistedScheme,
    /// `http` to a host that is not loopback.
    #[error("uses http; only http://127.0.0.1, http://[::1] and http://localhost may")]
    InsecureHttp,
    /// `http` to a host of a private network that the deployment does not allow.
    #[error(
        "uses http to a private network, where others can read the code; use https, or allow it with \
         clients.private_http = true"
    )]
    PrivateHttp,
    /// A host or port in a non-canonical spelling (`127.1`, `EXAMPLE.com`, `:0443`).
    #[error("has a host or port in an unusual spelling")]
    Host,
    /// Dot segments, `;` parameters or encoded separators in the path.
    #[error("has '..', ';', or an encoded separator in its path")]
    Path,
}

/// Returns a URI as errors and logs show it: without the user information before its host, which may
/// contain a password.
pub fn shown(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.to_owned();
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    // A password that is not encoded may contain the end of the authority.
    let is_cut = !authority.starts_with('[')
        && authority
            .split_once(':')
            .is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()));
    let place = if is_cut { rest } else { authority };
    match place.rfind('@') {
        Some(at) => format!("{scheme}://***{}", &rest[at..]),
        None => uri.to_owned(),
    }
}

/// Redirect URIs that this deployment allows in addition to those that every deployment accepts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed<'a> {
    /// Private-use schemes without a dot.
    pub schemes: &'a [String],
    /// `http` to hosts of a private network. RFC 9700 §2.6 forbids it, because the network can read the
    /// authorization response, so that the operator has to choose it.
    pub private_http: bool,
}

impl<'a, S: AsRef<[String]> + ?Sized> From<&'a S> for Allowed<'a> {
    fn from(schemes: &'a S) -> Self {
        Self {
            schemes: schemes.as_ref(),
            private_http: false,
        }
    }
}

/// Checks that a client may register this redirect URI (RFC 9700 §2.1) or post-logout redirect URI:
/// the browser is redirected there too (OIDC RP-Initiated Logout §3.1).
///
/// Allows `https` to any host, `http` to loopback hosts, private-use schemes that are a reversed
/// domain name, such as `com.example.app:/callback` (RFC 8252 §7.1), and what `allowed` contains.
///
/// # Errors
/// Returns [`RedirectUriError`] with the first violated rule.
pub fn check_registration<'a>(
    uri: &str,
    allowed: impl Into<Allowed<'a>>,
) -> Result<(), RedirectUriError> {
    let allowed = allowed.into();
    check_characters(uri)?;
    let (scheme, rest) = uri.split_once(':').ok_or(RedirectUriError::NotAbsolute)?;
    match scheme {
        "https" | "http" => check_web(scheme, rest, uri, allowed),
        _ if is_domain_scheme(scheme) => check_private_use(rest, uri),
        _ if !is_private_use(scheme) => Err(RedirectUriError::Scheme),
        _ if allowed.schemes.iter().any(|item| item == scheme) => check_private_use(rest, uri),
        _ => Err(RedirectUriError::UnlistedScheme),
    }
}

/// Returns the scheme of a URI if it is a private-use scheme (RFC 8252 §7.1).
pub fn private_use_scheme(uri: &str) -> Option<&str> {
    let (scheme, _) = uri.split_once(':')?;
    is_private_use(scheme).then_some(scheme)
}

/// Returns true if the presented URI equals the registered one, byte by byte.
///
/// The only exception is RFC 8252 §7.3: for `http` with a loopback IP literal (`127.0.0.1`,
/// `[::1]`; not `localhost`) the port may differ, because an app cannot reserve a port.
pub fn matches(registered: &str, presented: &str) -> bool {
    registered == presented || differs_in_port(registered, presented, &LITERALS)
}

/// Returns true if the host of the registered URI begins with `*`, and the presented URI has one label in its
/// place. Only the clients of sites have such a URI: [`check_registration`] rejects a `*`.
pub fn matches_label(registered: &str, presented: &str) -> bool {
    let Some((scheme, rest)) = registered.split_once("://*.") else {
        return false;
    };
    let host = presented.strip_prefix(scheme);
    let host = host.and_then(|host| host.strip_prefix("://"));
    host.and_then(|host| host.split_once('.'))
        .is_some_and(|(label, beyond)| is_label(label) && beyond == rest)
}

fn is_label(label: &str) -> bool {
    let is_usual = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=63).contains(&label.len()) && label.bytes().all(is_usual)
}

/// Returns true if the presented URI is the registered one of a native app: as [`matches()`], and the
/// port may also differ for `http://localhost` (RFC 9700 §4.1.3). A server-side client on `localhost`
/// has a fixed port, so that another program there gets no code.
pub fn matches_native(registered: &str, presented: &str) -> bool {
    matches(registered, presented) || differs_in_port(registered, presented, &["localhost"])
}

/// Returns true if both are `http` URIs of the same one of these hosts, and differ in the port at
/// most.
fn differs_in_port(registered: &str, presented: &str, hosts: &[&'static str]) -> bool {
    let split = |uri| Loopback::split(uri, hosts);
    split(registered).is_some_and(|registered| split(presented) == Some(registered))
}

/// Returns the position of the first byte that differs, for explanations; `None` if both are equal.
pub fn first_difference(registered: &str, presented: &str) -> Option<usize> {
    let common = registered
        .bytes()
        .zip(presented.bytes())
        .take_while(|(item, other)| item == other)
        .count();
    (common < registered.len() || common < presented.len()).then_some(common)
}

/// Returns the CSP source that allows exactly the origin of this URI, for example
/// `https://a.example:8443`. Returns `None` if no source does: for a private-use scheme, and for an
/// IPv6 literal, which a host-source cannot contain (CSP3 §2.3.1).
pub fn csp_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    match (url.scheme(), url.host()) {
        ("https" | "http", Some(Host::Domain(_) | Host::Ipv4(_))) => {
            let origin = url.origin().ascii_serialization();
            // A host may contain `;` or `,` (RFC 3986 sub-delims), which end a CSP directive.
            (!origin.contains([';', ',', '\'', '*'])).then_some(origin)
        }
        _ => None,
    }
}

/// Returns the destination of a code sent to this URI: scheme, host and port, or the private-use
/// scheme of an app. Omits the port of a loopback literal, which [`matches()`] ignores. Returns
/// `None` if the URI has no destination.
pub fn destination(uri: &str) -> Option<String> {
    if let Some(local) = Loopback::split(uri, &LITERALS) {
        return Some(format!("http://{}", local.host));
    }
    let url = Url::parse(uri).ok()?;
    match (url.scheme(), url.host()) {
        ("https" | "http", Some(_)) => Some(url.origin().ascii_serialization()),
        (scheme, _) if is_private_use(scheme) => Some(format!("{scheme}:")),
        _ => None,
    }
}

/// Returns the URI with these parameters in its fragment (OAuth 2.0 Multiple Response Types §2.1).
/// A registered URI has no fragment.
pub fn with_fragment(uri: &str, pairs: &[(&str, &str)]) -> String {
    let added = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{uri}#{added}")
}

/// Returns the URI with these parameters added to its query, encoded as
/// `application/x-www-form-urlencoded` (RFC 6749 §4.1.2). An existing query is kept (§3.1.2).
pub fn with_query(uri: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return uri.to_owned();
    }
    let (base, fragment) = uri
        .split_once('#')
        .map_or((uri, None), |(b, f)| (b, Some(f)));
    let added = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let separator = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let fragment = fragment.map(|text| format!("#{text}")).unwrap_or_default();
    format!("{base}{separator}{added}{fragment}")
}

/// The loopback IP literals.
const LITERALS: [&str; 2] = ["127.0.0.1", "[::1]"];

/// A loopback redirect URI of RFC 8252 §7.3 without its port.
#[derive(PartialEq, Eq)]
struct Loopback<'a> {
    host: &'static str,
    after_port: &'a str,
}

impl<'a> Loopback<'a> {
    fn split(uri: &'a str, hosts: &[&'static str]) -> Option<Self> {
        let rest = uri.strip_prefix("http://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, after_port) = rest.split_at(end);
        let host = hosts
            .iter()
            .copied()
            .find(|host| authority.starts_with(host))?;
        let port = &authority[host.len()..];
        (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
            .then_some(Self { host, after_port })
    }
}

/// Returns true for 1 to 65535 without leading zeros.
fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<u16>().is_ok()
}

fn check_characters(uri: &str) -> Result<(), RedirectUriError> {
    if uri.is_empty() || uri.len() > MAX_BYTES {
        return Err(RedirectUriError::Length);
    }
    if uri.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    if uri.contains('*') {
        return Err(RedirectUriError::Wildcard);
    }
    // RFC 3986 §2: unreserved, reserved and percent-encoded; `%` only before two hex digits.
    let bytes = uri.as_bytes();
    let well_formed = bytes.iter().enumerate().all(|(i, b)| match b {
        b'%' => bytes
            .get(i + 1..i + 3)
            .is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit)),
        b if b.is_ascii_alphanumeric() => true,
        b => b"-._~:/?[]@!$&'()+,;=".contains(b),
    });
    well_formed.then_some(()).ok_or(RedirectUriError::Character)
}

fn check_web(
    scheme: &str,
    rest: &str,
    uri: &str,
    allowed: Allowed<'_>,
) -> Result<(), RedirectUriError> {
    let rest = rest
        .strip_prefix("//")
        .ok_or(RedirectUriError::NotAbsolute)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path_and_query) = rest.split_at(end);
    if authority.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    let url = Url::parse(uri).map_err(|_| RedirectUriError::NotAbsolute)?;
    let host = url.host_str().ok_or(RedirectUriError::NotAbsolute)?;
    if !is_usual(authority, host) || host.ends_with('.') {
        return Err(RedirectUriError::Host);
    }
    if scheme == "http" && host != "localhost" && !LITERALS.contains(&host) {
        match (is_private(&url), allowed.private_http) {
            (true, true) => {}
            (true, false) => return Err(RedirectUriError::PrivateHttp),
            (false, _) => return Err(RedirectUriError::InsecureHttp),
        }
    }
    check_path(path_and_query)
}

/// Returns true if an authority is this host in canonical spelling, with an optional port. Another
/// spelling (EXAMPLE.com, 127.1, 0x7f000001) would never match, and could deceive a reader.
fn is_usual(authority: &str, host: &str) -> bool {
    authority
        .strip_prefix(host)
        .is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Top-level labels that no public name has: RFC 6762, RFC 8375, ICANN's reservation, and those of home
/// routers.
const PRIVATE_SUFFIXES: [&str; 6] = [
    ".local",
    ".home.arpa",
    ".internal",
    ".lan",
    ".home",
    ".localdomain",
];

/// Returns true for `http` to a host of a private network: an address of RFC 1918, RFC 3927, RFC 4193 or RFC
/// 4291 §2.5.6, a name without a dot, or one below a label that is not public.
pub fn is_private_http(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && is_private(&url))
}

fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name != "localhost"
                && (!name.contains('.') || PRIVATE_SUFFIXES.iter().any(|end| name.ends_with(end)))
        }
        Some(Host::Ipv4(ip)) => ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
        None => false,
    }
}

/// Returns true if the host of a URL is a loopback address or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Returns true for a domain name in reverse order, which contains a dot (RFC 8252 §7.1). No scheme
/// that runs code or reads data has this form.
fn is_domain_scheme(scheme: &str) -> bool {
    scheme.contains('.') && is_private_use(scheme)
}

/// Returns true for a scheme that an app can have for itself: in canonical spelling, and none of
/// [`PUBLIC_SCHEMES`].
pub fn is_private_use(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.split('.').all(|label| !label.is_empty())
        && scheme
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        && !PUBLIC_SCHEMES.contains(&scheme)
}

/// Schemes without a dot that belong to no app: a browser or the operating system handles them, and
/// some run code or read data.
const PUBLIC_SCHEMES: [&str; 30] = [
    "about",
    "blob",
    "chrome",
    "chrome-extension",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "geo",
    "http",
    "https",
    "intent",
    "jar",
    "javascript",
    "ldap",
    "ldaps",
    "mailto",
    "moz-extension",
    "resource",
    "sms",
    "smsto",
    "ssh",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

fn check_private_use(rest: &str, uri: &str) -> Result<(), RedirectUriError> {
    if !rest.starts_with('/') {
        return Err(RedirectUriError::NotAbsolute);
    }
    let url = Url::parse(uri).map_err(|_| RedirectUriError::NotAbsolute)?;
    if rest.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    if let Some(authority) = rest.strip_prefix("//") {
        let end = authority.find(['/', '?']).unwrap_or(authority.len());
        if !is_usual(&authority[..end], url.host_str().unwrap_or_default()) {
            return Err(RedirectUriError::Host);
        }
    }
    check_path(rest.trim_start_matches('/'))
}

fn check_path(path_and_query: &str) -> Result<(), RedirectUriError> {
    let (path, query) = path_and_query
        .split_once('?')
        .unwrap_or((path_and_query, ""));
    let lower = path.to_ascii_lowercase();
    let tricky = ["%2e", "%2f", "%5c", "%25", "%3b"]
        .iter()
        .any(|part| lower.contains(part));
    let dots = path
        .split('/')
        .any(|segment| segment == "." || segment == "..");
    if tricky || dots || path.contains(';') || has_encoded_control(&lower) {
        return Err(RedirectUriError::Path);
    }
    if has_encoded_control(&query.to_ascii_lowercase()) {
        return Err(RedirectUriError::Character);
    }
    Ok(())
}

/// Returns true for `%00` to `%1f`, and `%7f`.
fn has_encoded_control(lower: &str) -> bool {
    lower
        .split('%')
        .skip(1)
        .any(|after| after.starts_with(['0', '1']) || after.starts_with("7f"))
}

#[cfg(test)]
mod tests;
