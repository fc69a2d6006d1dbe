//! Access tokens in requests and challenges in responses (RFC 6750, RFC 9449 §7.1, RFC 9470,
//! RFC 9728 §5.1).

use std::fmt;

use crate::error::{ErrorCode, printable};
use crate::scope::Scope;
use crate::token::TokenType;

/// The maximum length of an access token, in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The reason why an `Authorization` header has no usable access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// Another scheme, which counts as no token.
    #[error("the Authorization header uses another scheme than Bearer or DPoP")]
    OtherScheme,
    /// A scheme for tokens with a malformed token (RFC 6750 §2.1).
    #[error("the bearer token is malformed")]
    Malformed,
    /// A token longer than [`MAX_TOKEN_BYTES`].
    #[error("the bearer token is too long")]
    TooLong,
}

/// Returns the token of an `Authorization: Bearer` header. The scheme is case-insensitive (RFC 9110
/// §11.1); the token must be a `b64token` (RFC 6750 §2.1).
///
/// # Errors
/// Returns `OtherScheme`, `Malformed` or `TooLong`.
pub fn token_from_header(header: &str) -> Result<&str, BearerError> {
    match access_token_from_header(header)? {
        (TokenType::Bearer, token) => Ok(token),
        (TokenType::Dpop, _) => Err(BearerError::OtherScheme),
    }
}

/// Returns the scheme and the token of an `Authorization: Bearer` or `Authorization: DPoP` header
/// (RFC 9449 §7.1). Both have the same syntax.
///
/// # Errors
/// Returns `OtherScheme`, `Malformed` or `TooLong`.
pub fn access_token_from_header(header: &str) -> Result<(TokenType, &str), BearerError> {
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    let scheme = [TokenType::Bearer, TokenType::Dpop]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known.as_str()))
        .ok_or(BearerError::OtherScheme)?;
    let token = rest.trim_matches(' ');
    if token.len() > MAX_TOKEN_BYTES {
        return Err(BearerError::TooLong);
    }
    let body = token.trim_end_matches('=');
    let valid = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
    if body.is_empty() || !body.bytes().all(valid) {
        return Err(BearerError::Malformed);
    }
    Ok((scheme, token))
}

/// A challenge of a `WWW-Authenticate` header, written by `Display`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: &'static str,
    attributes: Vec<(&'static str, String)>,
}

impl Challenge {
    /// Creates a bare `Bearer` challenge, the response to a request without a token (RFC 6750 §3.1:
    /// no error code then).
    pub const fn bearer() -> Self {
        Self {
            scheme: "Bearer",
            attributes: Vec::new(),
        }
    }

    /// Creates a `DPoP` challenge with the accepted signature algorithms (RFC 9449 §7.1).
    pub fn dpop(algs: &[&str]) -> Self {
        let bare = Self {
            scheme: "DPoP",
            attributes: Vec::new(),
        };
        bare.with("algs", &algs.join(" "))
    }

    /// Creates a `Basic` challenge, for `invalid_client` (RFC 6749 §5.2).
    pub const fn basic() -> Self {
        Self {
            scheme: "Basic",
            attributes: Vec::new(),
        }
    }

    /// Adds the realm (RFC 9110 §11.5).
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        self.with("realm", realm)
    }

    /// Adds the error code and its description (RFC 6750 §3).
    #[must_use]
    pub fn error(self, code: ErrorCode, description: &str) -> Self {
        self.with("error", code.as_str())
            .with("error_description", &printable(description.into()))
    }

    /// Adds the required scope (RFC 6750 §3).
    #[must_use]
    pub fn scope(self, scope: &Scope) -> Self {
        self.with("scope", &scope.to_string())
    }

    /// Adds the URL of the resource metadata (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(self, url: &str) -> Self {
        self.with("resource_metadata", url)
    }

    /// Adds the sufficient authentication context classes (RFC 9470 §3).
    #[must_use]
    pub fn acr_values(self, values: &[&str]) -> Self {
        self.with("acr_values", &values.join(" "))
    }

    /// Adds the maximum age of the authentication, in seconds (RFC 9470 §3).
    #[must_use]
    pub fn max_age(self, seconds: u64) -> Self {
        self.with("max_age", &seconds.to_string())
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push((name, value.to_owned()));
        self
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme)?;
        for (i, (name, value)) in self.attributes.iter().enumerate() {
            write!(f, "{} {name}=\"", if i == 0 { "" } else { "," })?;
            for c in value.chars() {
                match c {
                    '"' | '\\' => write!(f, "\\{c}")?,
                    ' '..='~' => write!(f, "{c}")?,
                    // A header is one line of ASCII, whatever the configuration contains.
                    _ => f.write_str("?")?,
                }
            }
            f.write_str("\"")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
