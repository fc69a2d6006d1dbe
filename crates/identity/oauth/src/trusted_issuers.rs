//! The trusted issuers of assertions about users (RFC 7523 §2.1), from the operator's file.
//!
//! The file is read at each use. It is short, and a removed or disabled issuer is rejected at once,
//! at every replica that sees the file.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_egress::outgoing;
use serde::Deserialize;
use uuid::Uuid;

use crate::prelude::*;

/// Upper bound of the configurable lifetime of assertions, in seconds.
const MAX_LIFETIME: i64 = 3600;
/// Default maximum lifetime of an assertion, in seconds.
const LIFETIME: i64 = 300;

/// An issuer whose assertions about users the operator trusts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// The `iss`, byte by byte.
    pub issuer: String,
    /// The public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// The URL of the public keys, instead of the document.
    pub jwks_uri: Option<String>,
    pub clients: Vec<String>,
    /// The resources that its assertions give tokens for.
    pub audiences: Vec<String>,
    /// The maximum scope of such a token.
    pub scope: Scope,
    /// Maximum remaining lifetime of an assertion, in seconds.
    #[serde(default = "lifetime")]
    pub max_lifetime: i64,
    #[serde(default)]
    pub subjects: BTreeMap<String, Uuid>,
    /// True if its subjects are user names of this server.
    #[serde(default)]
    pub usernames: bool,
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

#[derive(Debug, thiserror::Error)]
#[error("authorization.trusted_issuers: {} cannot be used: {cause}", .path.display())]
pub struct TrustedIssuersError {
    path: PathBuf,
    pub cause: String,
}

impl From<TrustedIssuersError> for ServerError {
    fn from(error: TrustedIssuersError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl TrustedIssuer {
    pub fn allows_client(&self, client: &Client) -> bool {
        self.clients.iter().any(|item| item == client.id.as_str())
    }

    pub fn linked(&self, subject: &str) -> Option<UserId> {
        self.subjects.get(subject).copied().map(UserId::from_uuid)
    }

    fn first_error(&self) -> Option<String> {
        let problem = if !is_issuer(&self.issuer) {
            "'issuer' must be an https URL without query and fragment"
        } else if self.jwks.is_some() == self.jwks_uri.is_some() {
            "either 'jwks' or 'jwks_uri' is required"
        } else if self.jwks.as_deref().is_some_and(|jwks| !is_usable(jwks)) {
            "'jwks' must be a JWK Set with only public keys for RS256, PS256, ES256 or EdDSA"
        } else if self.clients.is_empty() || self.audiences.is_empty() || self.scope.is_empty() {
            "'clients', 'audiences' and 'scope' must not be empty"
        } else if !(1..=MAX_LIFETIME).contains(&self.max_lifetime) {
            "'max_lifetime' must be 1 to 3600 seconds"
        } else if self.subjects.is_empty() && !self.usernames {
            "no subject matches a user: list 'subjects', or set 'usernames = true'"
        } else {
            let address = self.jwks_uri.as_deref().map(outgoing::check_address)?;
            let problem = address.err()?;
            return Some(format!("{}: 'jwks_uri': {problem}", self.issuer));
        };
        Some(format!("{}: {problem}", self.issuer))
    }
}

/// Returns true if the text is a valid issuer (RFC 8414 §2), with http allowed for this machine
/// only.
fn is_issuer(text: &str) -> bool {
    outgoing::check_address(text).is_ok_and(|url| url.query().is_none())
}

fn is_usable(jwks: &str) -> bool {
    !external_keys::holds_private_key(jwks)
        && ExternalKeys::from_jwks(jwks).is_ok_and(|keys| !keys.is_empty())
}

/// Reads the file; without a path, no issuer is trusted.
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
    if let Some(token_error) = file.issuer.iter().find_map(TrustedIssuer::first_error) {
        return Err(token_error);
    }
    let mut names = HashSet::new();
    if let Some(twice) = file
        .issuer
        .iter()
        .find(|issuer| !names.insert(&issuer.issuer))
    {
        return Err(format!("{} is listed twice", twice.issuer));
    }
    Ok(file.issuer)
}

/// Returns true if this issuer is trusted now.
pub fn is_trusted(path: Option<&Path>, issuer: &str) -> Result<bool, TrustedIssuersError> {
    let mut known = read(path)?.into_iter();
    Ok(known.any(|known| known.issuer == issuer && !known.disabled))
}

#[cfg(test)]
mod tests;
