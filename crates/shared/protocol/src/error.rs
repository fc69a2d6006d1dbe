//! The single table of OAuth and OpenID Connect error codes and their HTTP statuses.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

mod cause;

pub use cause::{Cause, Reason};

crate::words! {
    /// An error code as it appears in `error=` (RFC 6749 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6,
    /// RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 7591 §3.2.2, RFC 8628 §3.5, RFC 8707 §2, RFC 9396 §5,
    /// RFC 9449 §5 and §8, RFC 9470 §3).
    pub enum ErrorCode {
        /// A parameter is missing, repeated, malformed or contradicts another (RFC 6749 §5.2).
        InvalidRequest = "invalid_request",
        /// Client authentication failed (RFC 6749 §5.2).
        InvalidClient = "invalid_client",
        /// The code or refresh token is invalid, expired, used, revoked or another client's.
        InvalidGrant = "invalid_grant",
        /// The client may not use this grant or response type.
        UnauthorizedClient = "unauthorized_client",
        /// The grant type is not supported by this server.
        UnsupportedGrantType = "unsupported_grant_type",
        /// The scope is unknown, malformed, or exceeds what was granted.
        InvalidScope = "invalid_scope",
        /// The user or the server denied the request (RFC 6749 §4.1.2.1).
        AccessDenied = "access_denied",
        /// The response type is not supported.
        UnsupportedResponseType = "unsupported_response_type",
        /// An internal error of the server.
        ServerError = "server_error",
        /// The server is overloaded, or one of its stores is unavailable.
        TemporarilyUnavailable = "temporarily_unavailable",
        /// `prompt=none`, but a page is required (OIDC Core §3.1.2.6).
        InteractionRequired = "interaction_required",
        /// `prompt=none`, but the user is not signed in (OIDC Core §3.1.2.6).
        LoginRequired = "login_required",
        /// `prompt=none`, but the user must choose an account (OIDC Core §3.1.2.6).
        AccountSelectionRequired = "account_selection_required",
        /// `prompt=none`, but consent is missing (OIDC Core §3.1.2.6).
        ConsentRequired = "consent_required",
        /// The requested `acr` cannot be satisfied (OIDC Unmet Authentication Requirements §2).
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        /// The `request_uri` is unknown, expired or used (RFC 9101 §6.4).
        InvalidRequestUri = "invalid_request_uri",
        /// The request object is invalid (RFC 9101 §6.4).
        InvalidRequestObject = "invalid_request_object",
        /// `request` is not supported (OIDC Core §3.1.2.6).
        RequestNotSupported = "request_not_supported",
        /// `request_uri` is not supported (OIDC Core §3.1.2.6).
        RequestUriNotSupported = "request_uri_not_supported",
        /// `registration` is not supported (OIDC Core §3.1.2.6).
        RegistrationNotSupported = "registration_not_supported",
        /// The `resource` is malformed, unknown or not allowed (RFC 8707 §2).
        InvalidTarget = "invalid_target",
        /// This kind of token cannot be revoked here (RFC 7009 §2.2.1).
        UnsupportedTokenType = "unsupported_token_type",
        /// The access token is expired, revoked, malformed or not for this resource (RFC 6750 §3.1).
        InvalidToken = "invalid_token",
        /// The access token lacks a scope (RFC 6750 §3.1).
        InsufficientScope = "insufficient_scope",
        /// The authentication of the token is too weak or too old (RFC 9470 §3).
        InsufficientUserAuthentication = "insufficient_user_authentication",
        /// The user has not answered yet (RFC 8628 §3.5).
        AuthorizationPending = "authorization_pending",
        /// The user has not answered yet, and the client polls too often (RFC 8628 §3.5).
        SlowDown = "slow_down",
        /// The device code has expired (RFC 8628 §3.5).
        ExpiredToken = "expired_token",
        /// The DPoP proof is missing or not valid (RFC 9449 §5).
        InvalidDpopProof = "invalid_dpop_proof",
        /// The DPoP proof lacks the nonce that this response provides (RFC 9449 §8).
        UseDpopNonce = "use_dpop_nonce",
        /// The authorization details are unknown, malformed or exceed the grant (RFC 9396 §5 and §8).
        InvalidAuthorizationDetails = "invalid_authorization_details",
        /// The hint matches no user (CIBA Core §13).
        UnknownUserId = "unknown_user_id",
        /// The binding message cannot be shown (CIBA Core §13).
        InvalidBindingMessage = "invalid_binding_message",
        /// A redirect URI cannot be registered (RFC 7591 §3.2.2).
        InvalidRedirectUri = "invalid_redirect_uri",
        /// Another member of the client metadata cannot be registered (RFC 7591 §3.2.2).
        InvalidClientMetadata = "invalid_client_metadata",
        /// The software statement is malformed (RFC 7591 §3.2.2).
        InvalidSoftwareStatement = "invalid_software_statement",
        /// The issuer of the software statement is not trusted (RFC 7591 §3.2.2).
        UnapprovedSoftwareStatement = "unapproved_software_statement",
    }
}

impl ErrorCode {
    /// Returns the HTTP status for a direct response, not a redirect.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken | Self::InsufficientUserAuthentication => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            // RFC 8628 §3.5 with RFC 6749 §5.2: also `authorization_pending` has 400, as any other
            // error of the token endpoint. At a protected resource, `invalid_dpop_proof` and
            // `use_dpop_nonce` have 401 (RFC 9449 §7.1 and §9).
            _ => 400,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An OAuth error: a code, and a sentence for the client's developer.
///
/// The description is public. It must never contain a secret or an internal cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct OAuthError {
    /// The error code.
    pub code: ErrorCode,
    /// The description for the client's developer, in the ASCII characters of RFC 6749 §5.2.
    pub description: Cow<'static, str>,
    /// The reason for the operator's log; never sent.
    pub cause: Option<Box<Cause>>,
}

impl OAuthError {
    /// Creates an error with a description, in the characters that RFC 6749 §5.2 allows.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            description: printable(description.into()),
            cause: None,
        }
    }

    /// Adds the reason for the operator's log, which is not sent to the client.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(Box::new(cause.into()));
        self
    }

    /// Creates `invalid_request` with this description.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// Creates `invalid_client` with this description.
    pub fn invalid_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidClient, description)
    }

    /// Creates `invalid_grant` with this description.
    pub fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// Returns the HTTP status of the code.
    pub const fn status(&self) -> u16 {
        self.code.status()
    }
}

/// Replaces characters outside RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E. Quotation marks and dashes
/// become those of ASCII, all others `?`.
pub(crate) fn printable(text: Cow<'_, str>) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    if text.chars().all(allowed) {
        return text;
    }
    let replaced = |c: char| match c {
        '"' | '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '«' | '»' => '\'',
        '\u{2010}'..='\u{2015}' => '-',
        allowed_one if allowed(allowed_one) => allowed_one,
        _ => '?',
    };
    Cow::Owned(text.chars().map(replaced).collect())
}

impl Serialize for OAuthError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("OAuthError", 2)?;
        body.serialize_field("error", self.code.as_str())?;
        if self.description.is_empty() {
            body.skip_field("error_description")?;
        } else {
            body.serialize_field("error_description", &self.description)?;
        }
        body.end()
    }
}

#[cfg(test)]
mod tests;
