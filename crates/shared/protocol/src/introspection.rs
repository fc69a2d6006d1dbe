//! Token introspection (RFC 7662).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::authorization_details::AuthorizationDetails;
use crate::confirmation::Confirmation;
use crate::error::OAuthError;
use crate::params::Params;
pub use crate::revocation::{TokenHintRequest, TokenTypeHint};
use crate::scope::Scope;
use crate::token::Actor;

/// The request parameter with the address from which the token was used (RFC 7662 §2.1 allows such
/// context).
pub const CLIENT_ADDRESS: &str = "client_address";
/// The media type of a signed response (RFC 9701 §4 and §5).
pub const SIGNED_MEDIA_TYPE: &str = "application/token-introspection+jwt";
/// The `token_type` of an API key.
pub const API_KEY: &str = "api_key";

/// The body of an introspection request. `Debug` does not show the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntrospectionRequest {
    /// The token to introspect.
    pub token: TokenHintRequest,
    /// The address from which the token was used, as the resource server reports it.
    pub client_address: Option<IpAddr>,
}

impl IntrospectionRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// Returns `invalid_request` for a missing token, a repeated parameter or a malformed address.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        let token = TokenHintRequest::parse(params)?;
        let address = params.optional(CLIENT_ADDRESS)?.map(str::parse).transpose();
        Ok(Self {
            token,
            client_address: address
                .map_err(|_| OAuthError::invalid_request("client_address is not an IP address"))?,
        })
    }
}

crate::sparse! {
    /// The response of the introspection endpoint (RFC 7662 §2.2). Times are Unix seconds.
    ///
    /// The response for an inactive token reveals nothing else: use
    /// [`IntrospectionResponse::inactive`].
    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    pub struct IntrospectionResponse {
        /// True if the token is valid now.
        pub active: bool,
        sparse {
            /// The token's scope.
            pub scope: Option<Scope>,
            /// The client it was issued to.
            pub client_id: Option<String>,
            /// The user name, for display.
            pub username: Option<String>,
            /// `Bearer` or `DPoP` for an access token, [`API_KEY`] for an API key; absent for a refresh
            /// token.
            pub token_type: Option<String>,
            /// The time of expiry.
            pub exp: Option<i64>,
            /// The time of issue.
            pub iat: Option<i64>,
            /// The time from which it is valid.
            pub nbf: Option<i64>,
            /// The subject.
            pub sub: Option<String>,
            /// The audience.
            pub aud: Vec<String>,
            /// The issuer.
            pub iss: Option<String>,
            /// The identifier of the token.
            pub jti: Option<String>,
            /// The authentication context class of the user (RFC 9470 §6.2).
            pub acr: Option<String>,
            /// The time of the user's authentication (RFC 9470 §6.2).
            pub auth_time: Option<i64>,
            /// The authentication methods of the user (RFC 8176).
            pub amr: Vec<String>,
            /// The user's roles (RFC 9068 §2.2.3.1).
            pub roles: Vec<String>,
            /// The user's groups (RFC 9068 §2.2.3.1).
            pub groups: Vec<String>,
            /// The user's permissions (RFC 9068 §2.2.3.1).
            pub entitlements: Vec<String>,
            /// The groups that the user manages, and their descendants.
            pub managed_groups: Vec<String>,
            /// The names of the truncated lists among the four above.
            pub overage: Vec<String>,
            /// The organization that the user acts in.
            pub org: Option<String>,
            /// The user's e-mail address; present if and only if `email_verified` is.
            pub email: Option<String>,
            /// True if the user's e-mail address is verified; absent means unverified.
            pub email_verified: Option<bool>,
            /// The session in which the token was issued.
            pub sid: Option<String>,
            /// The key or certificate that it is bound to (RFC 9449 §6.2).
            pub cnf: Option<Confirmation>,
            /// The actor who acts for the subject (RFC 8693 §4.1).
            pub act: Option<Actor>,
            /// The granted authorization details (RFC 9396 §9.2).
            pub authorization_details: AuthorizationDetails,
        }
        /// Custom claims, never one of the names above.
        #[serde(flatten)]
        pub extra: Map<String, Value>,
    }
}

/// The claims of a signed response (RFC 9701 §5). It has no `sub` and no `exp`, so that it is never
/// accepted as a token.
#[derive(Debug, Serialize)]
pub struct SignedIntrospection<'a> {
    /// The issuer of the response.
    pub iss: &'a str,
    /// The client that sent the request.
    pub aud: &'a str,
    /// The time of the response.
    pub iat: i64,
    /// The response.
    pub token_introspection: &'a IntrospectionResponse,
}

impl IntrospectionResponse {
    /// Returns the response for a token that is invalid, or that the caller may not introspect (RFC
    /// 7662 §2.2: only `active`).
    pub fn inactive() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests;
