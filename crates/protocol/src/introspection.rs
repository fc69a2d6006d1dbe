//! Token introspection (RFC 7662).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::authorization_details::AuthorizationDetails;
use crate::confirmation::Confirmation;
use crate::error::OAuthError;
use crate::params::Params;
pub use crate::revocation::{TokenHintRequest, TokenTypeHint};
use crate::scope::Scope;
use crate::token::Actor;

/// The parameter in which a resource server says from which address it was called (RFC 7662 §2.1
/// lets a server take context of this kind).
pub const CLIENT_ADDRESS: &str = "client_address";
/// The media type of a signed answer (RFC 9701 §4 and §5).
pub const SIGNED_MEDIA_TYPE: &str = "application/token-introspection+jwt";
/// The `token_type` of an API key.
pub const API_KEY: &str = "api_key";

/// The body of an introspection request. `Debug` does not show the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntrospectionRequest {
    /// The token in question.
    pub token: TokenHintRequest,
    /// From where it was used, as the resource server says.
    pub client_address: Option<IpAddr>,
}

impl IntrospectionRequest {
    /// Reads the request. A missing token, a repeated parameter or an address that is none is
    /// `invalid_request`.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        let token = TokenHintRequest::parse(params)?;
        let address = params.one(CLIENT_ADDRESS)?.map(str::parse).transpose();
        Ok(Self {
            token,
            client_address: address
                .map_err(|_| OAuthError::invalid_request("client_address is no IP address"))?,
        })
    }
}

/// The answer of the introspection endpoint (RFC 7662 §2.2). Times are Unix seconds.
///
/// An inactive token is told nothing about: use [`IntrospectionResponse::inactive`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IntrospectionResponse {
    /// Whether the token is valid now.
    pub active: bool,
    /// The token's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// The client it was issued to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The person's name, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer` or `DPoP` for an access token, [`API_KEY`] for an API key; absent for a refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// From when on it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// For whom it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// How the person signed in (RFC 9470 §6.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// When the person signed in (RFC 9470 §6.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The methods by which the person signed in (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The person's roles (RFC 9068 §2.2.3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The person's groups (RFC 9068 §2.2.3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The person's permissions (RFC 9068 §2.2.3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<String>,
    /// The groups that the person manages, with those below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_groups: Vec<String>,
    /// Which of the four lists above had to be cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overage: Vec<String>,
    /// The organization in whose name the person acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// Whether the person's e-mail address is proved; absent is not proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The session in which the token was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The key that it is bound to (RFC 9449 §6.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// Who acts for the subject (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
    /// What was allowed in detail (RFC 9396 §9.2).
    #[serde(default, skip_serializing_if = "AuthorizationDetails::is_empty")]
    pub authorization_details: AuthorizationDetails,
}

/// The claims of a signed answer (RFC 9701 §5). It has no `sub` and no `exp` of its own, so that
/// nobody takes it for a token.
#[derive(Debug, Serialize)]
pub struct SignedIntrospection<'a> {
    /// Who answers.
    pub iss: &'a str,
    /// The client that asked.
    pub aud: &'a str,
    /// When.
    pub iat: i64,
    /// The answer.
    pub token_introspection: &'a IntrospectionResponse,
}

impl IntrospectionResponse {
    /// The answer for any token that is not valid, or not the caller's to ask about
    /// (RFC 7662 §2.2: nothing but `active`).
    pub fn inactive() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests;
