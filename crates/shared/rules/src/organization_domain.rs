//! The domain of an organization: its validation.

use url::{Host, Url};

/// Maximum length of a host name in octets without the final dot (RFC 1035 §2.3.4).
pub const MAX_NAME: usize = 253;
/// Maximum length of a label.
pub const MAX_LABEL: usize = 63;

/// A valid domain of an organization, in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrganizationDomain(String);

/// The hosts that serve something else, so that no organization can have them.
#[derive(Clone, Copy, Debug)]
pub struct ReservedHosts<'a> {
    /// The issuer, a URL.
    pub issuer: &'a str,
    /// The URL of the host for clients with certificates (RFC 8705 §5).
    pub mtls: Option<&'a str>,
    /// The domain whose subdomains are organization hosts.
    pub base_domain: Option<&'a str>,
}

impl OrganizationDomain {
    /// Reads a domain. An internationalized name is converted (RFC 5891). The error is an instruction.
    pub fn parse(text: &str, reserved: ReservedHosts<'_>) -> Result<Self, &'static str> {
        let malformed = "write a domain without scheme, port and path, such as login.acme.example";
        let Ok(Host::Domain(name)) = Host::parse(text.trim()) else {
            return Err(malformed);
        };
        if name.len() > MAX_NAME || !name.contains('.') || !name.split('.').all(is_label) {
            return Err(malformed);
        }
        let is_host_of = |url: &str| {
            let url = Url::parse(url).ok();
            url.is_some_and(|url| url.host_str() == Some(&name))
        };
        if is_host_of(reserved.issuer) || reserved.mtls.is_some_and(is_host_of) {
            return Err("this is the host of the issuer, or the one for clients with certificates");
        }
        let is_below = |base: &str| {
            let parent = name.strip_suffix(base);
            parent.is_some_and(|parent| parent.is_empty() || parent.ends_with('.'))
        };
        if reserved.base_domain.is_some_and(is_below) {
            return Err("hosts below organizations.base_domain name organizations already");
        }
        Ok(Self(name))
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// Returns true for a label of a host name (RFC 1123 §2.1).
pub fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let inner = !label.starts_with('-') && !label.ends_with('-');
    (1..=MAX_LABEL).contains(&label.len()) && inner && label.bytes().all(plain)
}

#[cfg(test)]
mod tests;
