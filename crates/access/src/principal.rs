use std::collections::BTreeSet;

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use crate::jwt::claims::{AccessTokenClaims, Confirmation};

/// How the caller proved who they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Credential {
    /// A signed access token (RFC 9068).
    #[default]
    SignedToken,
    /// An access token that was looked up by introspection (RFC 7662).
    ReferenceToken,
    /// An API key of the person.
    ApiKey {
        /// The key's identifier: the beginning of the key, which its owner knows it by.
        id: String,
    },
}

/// Who is calling, as a verified access token says. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// How the caller proved it.
    pub credential: Credential,
    /// The person, or the client itself when it acts on its own behalf.
    pub subject: String,
    /// The client that holds the token; an API key is its own.
    pub client_id: String,
    /// What the person let the client do.
    pub scope: Scope,
    /// Names of roles, for display and for rules of one's own.
    pub roles: Vec<String>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Paths of the groups that the person manages, with those below them.
    pub managed_groups: Vec<String>,
    /// What the person may do here: permission codenames such as `tasks:write`
    /// (RFC 9068 §2.2.3.1).
    pub entitlements: BTreeSet<String>,
    /// The organization in whose name the person acts.
    pub org: Option<String>,
    /// Whether the person's e-mail address is proved; a token that does not say so proves nothing.
    pub email_verified: bool,
    /// How strongly the person signed in (RFC 9470 §6.1).
    pub acr: Option<String>,
    /// The methods by which the person signed in (RFC 8176).
    pub amr: Vec<String>,
    /// When the person signed in.
    pub auth_time: Option<i64>,
    /// The session in which the token was issued.
    pub sid: Option<String>,
    /// The token's identifier.
    pub jti: String,
    /// When the token expires.
    pub expires_at: i64,
    /// The key that who brings the token has to prove; none where anybody may bring it.
    pub confirmation: Option<Confirmation>,
    /// What the person let the client do in detail (RFC 9396). The service that serves the request
    /// checks it: [`AuthorizationDetails::of_type`], [`AuthorizationDetails::allows`].
    pub authorization_details: AuthorizationDetails,
}

impl Principal {
    /// Whether a client acts on its own behalf, without a person (RFC 9068 §2.2).
    pub fn is_service(&self) -> bool {
        self.subject == self.client_id
    }

    /// Whether it is a person whose e-mail address is proved.
    pub fn is_verified_person(&self) -> bool {
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
        }
    }
}
