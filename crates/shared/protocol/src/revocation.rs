//! Token revocation requests (RFC 7009 §2.1).

use crate::error::OAuthError;
use crate::params::Params;

/// The hint at the type of the presented token (RFC 7009 §2.1). The server searches the other types
/// too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

/// The body of a revocation or introspection request. `Debug` does not show the token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenHintRequest {
    /// The token.
    pub token: String,
    /// The type that the client expects.
    pub hint: Option<TokenTypeHint>,
}

impl TokenHintRequest {
    /// Reads the request. Ignores an unknown hint (RFC 7009 §2.1, RFC 7662 §2.1).
    ///
    /// # Errors
    /// Returns `invalid_request` for a missing token or a repeated parameter.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        params.reject_duplicates(&[])?;
        Ok(Self {
            token: params.required("token")?.to_owned(),
            hint: match params.optional("token_type_hint")? {
                Some("access_token") => Some(TokenTypeHint::AccessToken),
                Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
                _ => None,
            },
        })
    }
}

crate::debug_fields!(TokenHintRequest: hint);

#[cfg(test)]
mod tests;
