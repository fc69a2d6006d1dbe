//! The single table of OAuth and OpenID Connect error codes and their HTTP statuses.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

mod cause;

pub use cause::{Cause, Reason};

/// An error code as it appears in `error=` (RFC 6749 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6,
/// RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 7591 §3.2.2, RFC 8628 §3.5, RFC 8707 §2, RFC 9396 §5,
/// RFC 9449 §5 and §8, RFC 9470 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A parameter is missing, repeated, malformed or contradicts another (RFC 6749 §5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// The code or refresh token is invalid, expired, used, revoked or another client's.
    InvalidGrant,
    /// The client may not use this grant or response type.
    UnauthorizedClient,
    /// The grant type is not supported by this server.
    UnsupportedGrantType,
    /// The scope is unknown, malformed, or exceeds what was granted.
    InvalidScope,
    /// The user or the server denied the request (RFC 6749 §4.1.2.1).
    AccessDenied,
    /// The response type is not supported.
    UnsupportedResponseType,
    /// An internal error of the server.
    ServerError,
    /// The server is overloaded, or one of its stores is unavailable.
    TemporarilyUnavailable,
    /// `prompt=none`, but a page is required (OIDC Core §3.1.2.6).
    InteractionRequired,
    /// `prompt=none`, but the user is not signed in (OIDC Core §3.1.2.6).
    LoginRequired,
    /// `prompt=none`, but the user must choose an account (OIDC Core §3.1.2.6).
    AccountSelectionRequired,
    /// `prompt=none`, but consent is missing (OIDC Core §3.1.2.6).
    ConsentRequired,
    /// The requested `acr` cannot be satisfied (OIDC Unmet Authentication Requirements §2).
    UnmetAuthenticationRequirements,
    /// The `request_uri` is unknown, expired or used (RFC 9101 §6.4).
    InvalidRequestUri,
    /// The request object is invalid (RFC 9101 §6.4).
    InvalidRequestObject,
    /// `request` is not supported (OIDC Core §3.1.2.6).
    RequestNotSupported,
    /// `request_uri` is not supported (OIDC Core §3.1.2.6).
    RequestUriNotSupported,
    /// `registration` is not supported (OIDC Core §3.1.2.6).
    RegistrationNotSupported,
    /// The `resource` is malformed, unknown or not allowed (RFC 8707 §2).
    InvalidTarget,
    /// This kind of token cannot be revoked here (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The access token is expired, revoked, malformed or not for this resource (RFC 6750 §3.1).
    InvalidToken,
    /// The access token lacks a scope (RFC 6750 §3.1).
    InsufficientScope,
    /// The authentication of the token is too weak or too old (RFC 9470 §3).
    InsufficientUserAuthentication,
    /// The user has not answered yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// The user has not answered yet, and the client polls too often (RFC 8628 §3.5).
    SlowDown,
    /// The device code has expired (RFC 8628 §3.5).
    ExpiredToken,
    /// The DPoP proof is missing or not valid (RFC 9449 §5).
    InvalidDpopProof,
    /// The DPoP proof lacks the nonce that this response provides (RFC 9449 §8).
    UseDpopNonce,
    /// The authorization details are unknown, malformed or exceed the grant (RFC 9396 §5 and §8).
    InvalidAuthorizationDetails,
    /// The hint matches no user (CIBA Core §13).
    UnknownUserId,
    /// The binding message cannot be shown (CIBA Core §13).
    InvalidBindingMessage,
    /// A redirect URI cannot be registered (RFC 7591 §3.2.2).
    InvalidRedirectUri,
    /// Another member of the client metadata cannot be registered (RFC 7591 §3.2.2).
    InvalidClientMetadata,
    /// The software statement is malformed (RFC 7591 §3.2.2).
    InvalidSoftwareStatement,
    /// The issuer of the software statement is not trusted (RFC 7591 §3.2.2).
    UnapprovedSoftwareStatement,
}

impl ErrorCode {
    /// Every code, in the order of the table.
    pub const ALL: &[Self] = &[
        Self::InvalidRequest,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnauthorizedClient,
        Self::UnsupportedGrantType,
        Self::InvalidScope,
        Self::AccessDenied,
        Self::UnsupportedResponseType,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::InteractionRequired,
        Self::LoginRequired,
        Self::AccountSelectionRequired,
        Self::ConsentRequired,
        Self::UnmetAuthenticationRequirements,
        Self::InvalidRequestUri,
        Self::InvalidRequestObject,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
        Self::InvalidTarget,
        Self::UnsupportedTokenType,
        Self::InvalidToken,
        Self::InsufficientScope,
        Self::InsufficientUserAuthentication,
        Self::AuthorizationPending,
        Self::SlowDown,
        Self::ExpiredToken,
        Self::InvalidDpopProof,
        Self::UseDpopNonce,
        Self::InvalidAuthorizationDetails,
        Self::UnknownUserId,
        Self::InvalidBindingMessage,
        Self::InvalidRedirectUri,
        Self::InvalidClientMetadata,
        Self::InvalidSoftwareStatement,
        Self::UnapprovedSoftwareStatement,
    ];

    /// Returns the code's name on the wire, and its HTTP status in a direct response.
    const fn entry(self) -> (&'static str, u16) {
        match self {
            Self::InvalidRequest => ("invalid_request", 400),
            Self::InvalidClient => ("invalid_client", 401),
            Self::InvalidGrant => ("invalid_grant", 400),
            Self::UnauthorizedClient => ("unauthorized_client", 400),
            Self::UnsupportedGrantType => ("unsupported_grant_type", 400),
            Self::InvalidScope => ("invalid_scope", 400),
            Self::AccessDenied => ("access_denied", 400),
            Self::UnsupportedResponseType => ("unsupported_response_type", 400),
            Self::ServerError => ("server_error", 500),
            Self::TemporarilyUnavailable => ("temporarily_unavailable", 503),
            Self::InteractionRequired => ("interaction_required", 400),
            Self::LoginRequired => ("login_required", 400),
            Self::AccountSelectionRequired => ("account_selection_required", 400),
            Self::ConsentRequired => ("consent_required", 400),
            Self::UnmetAuthenticationRequirements => ("unmet_authentication_requirements", 400),
            Self::InvalidRequestUri => ("invalid_request_uri", 400),
            Self::InvalidRequestObject => ("invalid_request_object", 400),
            Self::RequestNotSupported => ("request_not_supported", 400),
            Self::RequestUriNotSupported => ("request_uri_not_supported", 400),
            Self::RegistrationNotSupported => ("registration_not_supported", 400),
            Self::InvalidTarget => ("invalid_target", 400),
            Self::UnsupportedTokenType => ("unsupported_token_type", 400),
            Self::InvalidToken => ("invalid_token", 401),
            Self::InsufficientScope => ("insufficient_scope", 403),
            Self::InsufficientUserAuthentication => ("insufficient_user_authentication", 401),
            // RFC 8628 §3.5 with RFC 6749 §5.2: 400, as any other error of the token endpoint.
            Self::AuthorizationPending => ("authorization_pending", 400),
            Self::SlowDown => ("slow_down", 400),
            Self::ExpiredToken => ("expired_token", 400),
            // At a protected resource both have the status 401 (RFC 9449 §7.1 and §9).
            Self::InvalidDpopProof => ("invalid_dpop_proof", 400),
            Self::UseDpopNonce => ("use_dpop_nonce", 400),
            Self::InvalidAuthorizationDetails => ("invalid_authorization_details", 400),
            Self::UnknownUserId => ("unknown_user_id", 400),
            Self::InvalidBindingMessage => ("invalid_binding_message", 400),
            Self::InvalidRedirectUri => ("invalid_redirect_uri", 400),
            Self::InvalidClientMetadata => ("invalid_client_metadata", 400),
            Self::InvalidSoftwareStatement => ("invalid_software_statement", 400),
            Self::UnapprovedSoftwareStatement => ("unapproved_software_statement", 400),
        }
    }

    /// Returns the code of this name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// Returns the name of the code on the wire.
    pub const fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// Returns the HTTP status for a direct response, not a redirect.
    pub const fn status(self) -> u16 {
        self.entry().1
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
    /// Creates an error with a description. Replaces characters that RFC 6749 §5.2 does not allow
    /// with `?`.
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

/// Replaces characters outside RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
fn printable(text: Cow<'static, str>) -> Cow<'static, str> {
    let allowed = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    if text.chars().all(allowed) {
        return text;
    }
    Cow::Owned(
        text.chars()
            .map(|c| if allowed(c) { c } else { '?' })
            .collect(),
    )
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
