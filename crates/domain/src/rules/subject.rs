//! By which name a client knows a person (OIDC Core §8).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_protocol::redirect_uri;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::{Host, Url};

use crate::model::{Client, UserId};
use crate::secret::{KeyPurpose, MasterKey};

/// The key of the names.
#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

impl SubjectKey {
    /// The key of this installation.
    pub fn derive(master: &MasterKey) -> Self {
        Self(master.derive(KeyPurpose::PairwiseSubject))
    }

    /// The `sub` of this person at this client. A pairwise one is HMAC-SHA-256 over sector and person:
    /// nobody without the key finds the person, or the same person in another sector (§8.1).
    pub fn subject(&self, client: &Client, user: UserId) -> String {
        let Some(sector) = &client.pairwise_sector else {
            return user.to_string();
        };
        // RFC 2104 §2: a key shorter than a block is filled up with zeros.
        let mut block = [0_u8; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&(sector.len() as u64).to_be_bytes());
        mac.update(sector.as_bytes());
        mac.update(user.as_uuid().as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// Why a client has no sector of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SectorError {
    /// Redirect URIs of several hosts, or of none.
    #[error("pairwise subjects need redirect URIs of one host, or a sector_identifier_uri")]
    Ambiguous,
    /// An address without a name.
    #[error("the sector identifier is not the https address of a document")]
    Address,
    /// The document leaves one of the redirect URIs out.
    #[error("the document at sector_identifier_uri does not list every redirect URI")]
    NotListed,
}

/// The host of the redirect URIs, where there is exactly one (§8.1). This machine and private-use
/// schemes are nobody's own.
pub fn sector_of(redirect_uris: &[String]) -> Result<String, SectorError> {
    let mut hosts = redirect_uris.iter().map(|uri| host(uri));
    let first = hosts.next().flatten().ok_or(SectorError::Ambiguous)?;
    if hosts.all(|host| host.as_deref() == Some(first.as_str())) {
        Ok(first)
    } else {
        Err(SectorError::Ambiguous)
    }
}

/// The host of the `sector_identifier_uri`, which is https (OIDC Registration §5); only on this machine
/// http will do, where nothing is fetched unless the operator lets it.
pub fn sector_of_document(address: &str) -> Result<String, SectorError> {
    let url = Url::parse(address).map_err(|_| SectorError::Address)?;
    let here = matches!(url.host(), Some(Host::Ipv4(ip)) if ip.is_loopback());
    let host = url.host_str().filter(|_| match url.scheme() {
        "https" => true,
        "http" => here,
        _ => false,
    });
    host.map(str::to_owned).ok_or(SectorError::Address)
}

/// Whether this can be a sector: a host in its usual spelling, and nothing else.
pub fn is_sector(text: &str) -> bool {
    Url::parse(&format!("https://{text}/")).is_ok_and(|url| url.host_str() == Some(text))
}

/// Whether the document lists every redirect URI, byte by byte (OIDC Registration §5).
pub fn check_document(document: &[u8], redirect_uris: &[String]) -> Result<(), SectorError> {
    let listed = serde_json::from_slice::<Vec<String>>(document);
    let listed = listed.map_err(|_| SectorError::NotListed)?;
    if redirect_uris.iter().all(|uri| listed.contains(uri)) {
        Ok(())
    } else {
        Err(SectorError::NotListed)
    }
}

/// The host of an address on the web, in its usual spelling.
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
