//! Subject identifiers of users at clients (OIDC Core §8).

use doorward_domain::secret::{KeyPurpose, MasterKey};

use crate::prelude::*;
use doorward_protocol::setting_url;

#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

impl SubjectKey {
    pub fn derive(master: &MasterKey) -> Self {
        // Clients keep the subjects, so they survive a change of the secret key.
        Self(master.derive_first(KeyPurpose::PairwiseSubject))
    }

    /// Returns the `sub` of this user at this client. A pairwise one is the HMAC-SHA-256 over
    /// sector and user: without the key it reveals neither the user nor the same user in another
    /// sector (§8.1).
    pub fn subject(&self, client: &Client, user: UserId) -> String {
        self.in_sector(client.pairwise_sector.as_deref(), user)
    }

    /// Returns the `sub` of this user at the clients of a sector, or at those without one.
    pub fn in_sector(&self, sector: Option<&str>, user: UserId) -> String {
        let Some(sector) = sector else {
            return user.to_string();
        };
        let mut mac = hmac(&self.0);
        mac.update(&(sector.len() as u64).to_be_bytes());
        mac.update(sector.as_bytes());
        mac.update(user.as_uuid().as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SectorError {
    /// Redirect URIs of several hosts, or without a host.
    #[error("pairwise subjects need redirect URIs of one host, or a sector_identifier_uri")]
    Ambiguous,
    /// An invalid sector identifier URI.
    #[error("the sector identifier is not an https URL")]
    Address,
    /// A document that omits one of the redirect URIs.
    #[error("the document at sector_identifier_uri does not list every redirect URI")]
    NotListed,
}

/// Returns the host of the redirect URIs if there is exactly one (§8.1). Loopback hosts and
/// private-use schemes are not accepted, because they do not belong to one client.
pub fn sector_of(redirect_uris: &[String]) -> Result<String, SectorError> {
    let mut hosts = redirect_uris.iter().map(|uri| host(uri));
    let first = hosts.next().flatten().ok_or(SectorError::Ambiguous)?;
    let is_single = hosts.all(|host| host.as_deref() == Some(first.as_str()));
    is_single.then_some(first).ok_or(SectorError::Ambiguous)
}

/// Returns the host of the `sector_identifier_uri`, which must be `https` (OIDC Registration §5).
/// `http` is accepted for an IPv4 loopback address, which is fetched only if the operator allows
/// it.
pub fn sector_of_document(address: &str) -> Result<String, SectorError> {
    let url = setting_url::parse(address).map_err(|_| SectorError::Address)?;
    let here = matches!(url.host(), Some(Host::Ipv4(ip)) if ip.is_loopback());
    let host = url.host_str().filter(|_| match url.scheme() {
        "https" => true,
        "http" => here,
        _ => false,
    });
    host.map(str::to_owned).ok_or(SectorError::Address)
}

/// Returns true if the text is a host in canonical spelling.
pub fn is_sector(text: &str) -> bool {
    Url::parse(&format!("https://{text}/")).is_ok_and(|url| url.host_str() == Some(text))
}

/// Checks that the document lists every redirect URI, byte by byte (OIDC Registration §5).
pub fn check_document(document: &[u8], redirect_uris: &[String]) -> Result<(), SectorError> {
    let listed = serde_json::from_slice::<Vec<String>>(document);
    let listed = listed.map_err(|_| SectorError::NotListed)?;
    let is_whole = redirect_uris.iter().all(|uri| listed.contains(uri));
    is_whole.then_some(()).ok_or(SectorError::NotListed)
}

/// Returns the host of an `https` URL in canonical spelling; `None` for loopback addresses.
fn host(uri: &str) -> Option<String> {
    redirect_uri::destination(uri)?;
    let url = Url::parse(uri).ok()?;
    match url.host()? {
        _ if url.scheme() != "https" => None,
        Host::Domain(name) => Some(name.to_owned()),
        Host::Ipv4(ip) => (!ip.is_loopback()).then(|| ip.to_string()),
        Host::Ipv6(ip) => (!ip.is_loopback()).then(|| ip.to_string()),
    }
}

#[cfg(test)]
mod tests;
