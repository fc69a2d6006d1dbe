//! The token endpoint: requests and responses (RFC 6749 §3.2, §4.1.3, §4.4.2, §5.1, §6).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::authorization_details::AuthorizationDetails;
use crate::authorize::{organization, resources};
use crate::error::{ErrorCode, OAuthError};
use crate::params::Params;
use crate::scope::Scope;

mod exchange;

pub use exchange::{ACCESS_TOKEN_TYPE, Actor, TokenExchange};

/// A grant type. The registry is open, so an unknown one keeps its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// `authorization_code` (RFC 6749 §4.1.3).
    AuthorizationCode,
    /// `refresh_token` (RFC 6749 §6).
    RefreshToken,
    /// `client_credentials` (RFC 6749 §4.4.2).
    ClientCredentials,
    /// `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4).
    DeviceCode,
    /// `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693 §2.1).
    TokenExchange,
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 §2.1).
    JwtBearer,
    /// `urn:openid:params:grant-type:ciba` (CIBA Core §10.1).
    Ciba,
    /// Any other name.
    Other(String),
}

impl GrantType {
    /// Returns the value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Ciba => "urn:openid:params:grant-type:ciba",
            Self::Other(name) => name,
        }
    }

    /// Returns the grant type of this name.
    pub fn parse(name: &str) -> Self {
        [
            Self::AuthorizationCode,
            Self::RefreshToken,
            Self::ClientCredentials,
            Self::DeviceCode,
            Self::TokenExchange,
            Self::JwtBearer,
            Self::Ciba,
        ]
        .into_iter()
        .find(|known| known.as_str() == name)
        .unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for GrantType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for GrantType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&String::deserialize(deserializer)?))
    }
}

/// A token request. `Debug` shows the grant type and no secret.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// An authorization code request (RFC 6749 §4.1.3 with RFC 7636 §4.5).
    AuthorizationCode {
        /// The code.
        code: String,
        /// The redirect URI of the authorization request.
        redirect_uri: Option<String>,
        /// The PKCE verifier as sent: an empty one is `Some("")`, so that it does not count as
        /// absent.
        code_verifier: Option<String>,
        /// The resources to narrow the audience to (RFC 8707).
        resource: Vec<String>,
    },
    /// A refresh request (RFC 6749 §6).
    RefreshToken {
        /// The refresh token.
        refresh_token: String,
        /// The requested narrower scope.
        scope: Option<Scope>,
        /// The resources to narrow the audience to (RFC 8707).
        resource: Vec<String>,
    },
    /// A client credentials request (RFC 6749 §4.4.2).
    ClientCredentials {
        /// The requested scope.
        scope: Option<Scope>,
        /// The slug of the organization that the client is to act in. A parameter of Doorward.
        organization: Option<String>,
        /// The requested resources (RFC 8707).
        resource: Vec<String>,
    },
    /// A device code request (RFC 8628 §3.4).
    DeviceCode {
        /// The device code.
        device_code: String,
        /// The resources to narrow the audience to (RFC 8707).
        resource: Vec<String>,
    },
    /// A backchannel authentication request (CIBA Core §10.1).
    Ciba {
        /// The id of the request.
        auth_req_id: String,
        /// The resources to narrow the audience to (RFC 8707).
        resource: Vec<String>,
    },
    /// A token exchange request (RFC 8693 §2.1).
    TokenExchange(TokenExchange),
    /// An assertion grant request (RFC 7523 §2.1).
    JwtBearer {
        /// The signed assertion of another issuer.
        assertion: String,
        /// The requested scope.
        scope: Option<Scope>,
        /// The requested resources (RFC 8707).
        resource: Vec<String>,
    },
}

impl TokenRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// Returns `invalid_request` for a missing or repeated parameter (except `resource`, and
    /// `audience` of an exchange), `unsupported_grant_type` for an unsupported grant type, and the
    /// errors of its parameters.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        let scope = || params.optional("scope")?.map(Scope::parse).transpose();
        let grant_type = GrantType::parse(params.required("grant_type")?);
        if grant_type == GrantType::TokenExchange {
            return TokenExchange::parse(params).map(Self::TokenExchange);
        }
        params.reject_duplicates(&["resource"])?;
        match grant_type {
            GrantType::AuthorizationCode => Ok(Self::AuthorizationCode {
                code: params.required("code")?.to_owned(),
                redirect_uri: params.optional("redirect_uri")?.map(str::to_owned),
                code_verifier: params.raw("code_verifier")?.map(str::to_owned),
                resource: resources(params)?,
            }),
            GrantType::RefreshToken => Ok(Self::RefreshToken {
                refresh_token: params.required("refresh_token")?.to_owned(),
                scope: scope()?,
                resource: resources(params)?,
            }),
            GrantType::ClientCredentials => Ok(Self::ClientCredentials {
                scope: scope()?,
                organization: organization(params)?,
                resource: resources(params)?,
            }),
            GrantType::DeviceCode => Ok(Self::DeviceCode {
                device_code: params.required("device_code")?.to_owned(),
                resource: resources(params)?,
            }),
            GrantType::Ciba => Ok(Self::Ciba {
                auth_req_id: params.required("auth_req_id")?.to_owned(),
                resource: resources(params)?,
            }),
            GrantType::JwtBearer => Ok(Self::JwtBearer {
                assertion: params.required("assertion")?.to_owned(),
                scope: scope()?,
                resource: resources(params)?,
            }),
            _ => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "this grant type is not supported",
            )),
        }
    }

    /// Returns the grant type of the request.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
            Self::Ciba { .. } => GrantType::Ciba,
            Self::TokenExchange(_) => GrantType::TokenExchange,
            Self::JwtBearer { .. } => GrantType::JwtBearer,
        }
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("grant_type", &self.grant_type())
            .finish_non_exhaustive()
    }
}

crate::words! {
    /// The type of an access token, which determines how it is presented (RFC 6749 §7.1).
    #[derive(Default, Serialize, Deserialize)]
    pub enum TokenType {
        /// A bearer token (RFC 6750).
        #[default]
        Bearer = "Bearer",
        /// A token presented with a DPoP proof of the key that it is bound to (RFC 9449 §7.1).
        #[serde(rename = "DPoP")]
        Dpop = "DPoP",
    }
}

/// A successful token response (RFC 6749 §5.1, OIDC Core §3.1.3.3). `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// The type of the access token.
    pub token_type: TokenType,
    /// The token type URI, after a token exchange (RFC 8693 §2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
    /// The time until the access token expires, in seconds.
    pub expires_in: i64,
    /// The refresh token, if one was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, if `openid` was granted by a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The granted scope, space-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The granted authorization details, if any were requested (RFC 9396 §7).
    #[serde(default, skip_serializing_if = "AuthorizationDetails::is_empty")]
    pub authorization_details: AuthorizationDetails,
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("expires_in", &self.expires_in)
            .field("refresh_token", &self.refresh_token.is_some())
            .field("id_token", &self.id_token.is_some())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
