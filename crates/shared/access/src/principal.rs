use std::collections::BTreeSet;

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use serde_json::{Map, Value};

use crate::jwt::claims::{AccessTokenClaims, Confirmation};

/// The kind of credential that authenticated the caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Credential {
    /// A signed access token (RFC 9068).
    #[default]
    SignedToken,
    /// An access token that was validated by introspection (RFC 7662).
    ReferenceToken,
    /// An API key of a user.
    ApiKey {
        /// Key identifier: the start of the key, as shown to its owner.
        id: String,
    },
}

/// The caller that a verified access token identifies. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Credential that the caller presented.
    pub credential: Credential,
    /// User, or the client itself if it acts on its own behalf.
    pub subject: String,
    /// Client that holds the token; for an API key, the key itself.
    pub client_id: String,
    /// Scope that the user granted to the client.
    pub scope: Scope,
    /// Names of roles, for display and for custom rules.
    pub roles: Vec<String>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Paths of the groups that the user manages, and of their subgroups.
    pub managed_groups: Vec<String>,
    /// Permissions of the user at this resource: codenames such as `tasks:write` (RFC 9068
    /// §2.2.3.1).
    pub entitlements: BTreeSet<String>,
    /// Organization in which the user acts.
    pub org: Option<String>,
    /// Verification status of the user's e-mail address; unverified if the token does not say.
    pub email_verified: bool,
    /// Authentication context class of the sign-in (RFC 9470 §6.1).
    pub acr: Option<String>,
    /// Authentication methods of the sign-in (RFC 8176).
    pub amr: Vec<String>,
    /// Time of the sign-in.
    pub auth_time: Option<i64>,
    /// Session in which the token was issued.
    pub sid: Option<String>,
    /// Token identifier.
    pub jti: String,
    /// Expiry of the token.
    pub expires_at: i64,
    /// Key that the sender of the token must prove; `None` for a bearer token.
    pub confirmation: Option<Confirmation>,
    /// Authorization details that the user granted (RFC 9396). The service that handles the request
    /// checks them: [`AuthorizationDetails::of_type`], [`AuthorizationDetails::allows`].
    pub authorization_details: AuthorizationDetails,
    /// Custom claims of the token or of the introspection response.
    pub claims: Map<String, Value>,
}

impl Principal {
    /// Returns true if a client acts on its own behalf, without a user (RFC 9068 §2.2).
    pub fn is_service(&self) -> bool {
        self.subject == self.client_id
    }

    /// Returns true if the caller is a user with a verified e-mail address.
    pub fn is_verified_user(&self) -> bool {
        !self.is_service() && self.email_verified
    }
}

impl From<AccessTokenClaims> for Principal {
    fn from(claims: AccessTokenClaims) -> Self {
        Self {
            credential: Credential::SignedToken,
            subject: claims.sub,
            client_id: claims.client_id,
            scope: claims.scope,
            roles: claims.roles,
            groups: claims.groups,
            managed_groups: claims.managed_groups,
            entitlements: claims.entitlements.into_iter().collect(),
            org: claims.org,
            email_verified: claims.email_verified.unwrap_or(false),
            acr: claims.acr,
            amr: claims.amr,
            auth_time: claims.auth_time,
            sid: claims.sid,
            jti: claims.jti,
            expires_at: claims.exp,
            confirmation: claims.cnf,
            authorization_details: claims.authorization_details,
            claims: claims.extra,
        }
    }
}
