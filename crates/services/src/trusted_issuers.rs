//! The issuers whose assertions stand for a person (RFC 7523 §2.1), from the operator's file.
//!
//! The file is read at each use. There are few of these, and who is taken out or switched off is
//! dead at once, at every replica that sees the file (SECURITY FE-4).

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_domain::model::{Client, UserId};
use doorward_egress::outgoing;
use doorward_protocol::scope::Scope;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::ServerError;

/// The most that an issuer may be allowed, in seconds.
const MAX_LIFETIME: i64 = 3600;
/// How far away the end of an assertion may be where nothing is said, in seconds.
const LIFETIME: i64 = 300;

/// An issuer that the operator trusts to speak for people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// Its `iss`, byte by byte.
    pub issuer: String,
    /// Its public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, instead.
    pub jwks_uri: Option<String>,
    /// The clients that may bring its assertions.
    pub clients: Vec<String>,
    /// The resources for which tokens come of them.
    pub audiences: Vec<String>,
    /// The most that such a token may allow.
    pub scope: Scope,
    /// How far away the end of an assertion may be, in seconds.
    #[serde(default = "lifetime")]
    pub max_lifetime: i64,
    /// Its subjects, and the ids of the people that they are here.
    #[serde(default)]
    pub subjects: BTreeMap<String, Uuid>,
    /// Whether its subjects are user names of this server.
    #[serde(default)]
    pub usernames: bool,
    /// Switched off: as if it did not stand here.
    #[serde(default)]
    pub disabled: bool,
}

const fn lifetime() -> i64 {
    LIFETIME
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issuer: Vec<TrustedIssuer>,
}

/// Why nobody is trusted although somebody should be.
#[derive(Debug, thiserror::Error)]
#[error("authorization.trusted_issuers: {} cannot be used: {cause}", .path.display())]
pub struct TrustedIssuersError {
    path: PathBuf,
    /// What is wrong with the file.
    pub cause: String,
}

impl From<TrustedIssuersError> for ServerError {
    fn from(error: TrustedIssuersError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl TrustedIssuer {
    /// Whether this client may bring its assertions.
    pub fn is_brought_by(&self, client: &Client) -> bool {
        self.clients.iter().any(|one| one == client.id.as_str())
    }

    /// The person that a subject was linked to.
    pub fn linked(&self, subject: &str) -> Option<UserId> {
        self.subjects.get(subject).copied().map(UserId::from_uuid)
    }

    fn flaw(&self) -> Option<String> {
        let problem = if !is_issuer(&self.issuer) {
            "'issuer' has to be an https URL without query and fragment"
        } else if self.jwks.is_some() == self.jwks_uri.is_some() {
            "it needs either 'jwks' or 'jwks_uri'"
        } else if self.jwks.as_deref().is_some_and(|jwks| !is_usable(jwks)) {
            "'jwks' has to be a JWK Set with public keys for RS256, PS256, ES256 or EdDSA alone"
        } else if self.clients.is_empty() || self.audiences.is_empty() || self.scope.is_empty() {
            "'clients', 'audiences' and 'scope' must not be empty"
        } else if !(1..=MAX_LIFETIME).contains(&self.max_lifetime) {
            "'max_lifetime' has to be 1 to 3600 seconds"
        } else if self.subjects.is_empty() && !self.usernames {
            "it speaks for nobody: list 'subjects', or say 'usernames = true'"
        } else {
            let address = self.jwks_uri.as_deref().map(outgoing::check_address)?;
            let problem = address.err()?;
            return Some(format!("{}: 'jwks_uri': {problem}", self.issuer));
        };
        Some(format!("{}: {problem}", self.issuer))
    }
}

/// RFC 8414 §2, and http for this machine alone.
fn is_issuer(text: &str) -> bool {
    outgoing::check_address(text).is_ok_and(|url| url.query().is_none())
}

fn is_usable(jwks: &str) -> bool {
    !external_keys::holds_private_key(jwks)
        && ExternalKeys::from_jwks(jwks).is_ok_and(|keys| !keys.is_empty())
}

/// Reads the file; none: nobody is trusted.
///
/// # Errors
/// [`TrustedIssuersError`] when it cannot be read, or anything in it is not as it has to be.
pub fn read(path: Option<&Path>) -> Result<Vec<TrustedIssuer>, TrustedIssuersError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let failed = |cause: String| TrustedIssuersError {
        path: path.to_owned(),
        cause,
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(failed)
}

fn parse(text: &str) -> Result<Vec<TrustedIssuer>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if let Some(flaw) = file.issuer.iter().find_map(TrustedIssuer::flaw) {
        return Err(flaw);
    }
    let mut names = HashSet::new();
    if let Some(twice) = file.issuer.iter().find(|one| !names.insert(&one.issuer)) {
        return Err(format!("{} stands there twice", twice.issuer));
    }
    Ok(file.issuer)
}

/// Whether this issuer is trusted now.
///
/// # Errors
/// As [`read`].
pub fn is_trusted(path: Option<&Path>, issuer: &str) -> Result<bool, TrustedIssuersError> {
    let mut known = read(path)?.into_iter();
    Ok(known.any(|one| one.issuer == issuer && !one.disabled))
}

#[cfg(test)]
mod tests;
