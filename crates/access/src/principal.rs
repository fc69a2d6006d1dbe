use std::collections::BTreeSet;

use doorward_protocol::scope::Scope;

use crate::jwt::claims::AccessTokenClaims;

/// Who is calling, as a verified access token says. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person, or the client itself when it acts on its own behalf.
    pub subject: String,
    /// The client that holds the token.
    pub client_id: String,
    /// What the person let the client do.
    pub scope: Scope,
    /// Names of roles, for display and for rules of one's own.
    pub roles: Vec<String>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// What the person may do here: permission codenames such as `tasks:write`
    /// (RFC 9068 §2.2.3.1).
    pub entitlements: BTreeSet<String>,
    /// The organization in whose name the person acts.
    pub org: Option<String>,
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
}

impl Principal {
    /// Whether a client acts on its own behalf, without a person (RFC 9068 §2.2).
    pub fn is_service(&self) -> bool {
        self.subject == self.client_id
    }
}

impl From<AccessTokenClaims> for Principal {
    fn from(claims: AccessTokenClaims) -> Self {
        Self {
            subject: claims.sub,
            client_id: claims.client_id,
            scope: claims.scope,
            roles: claims.roles,
            groups: claims.groups,
            entitlements: claims.entitlements.into_iter().collect(),
            org: claims.org,
            acr: claims.acr,
            amr: claims.amr,
            auth_time: claims.auth_time,
            sid: claims.sid,
            jti: claims.jti,
            expires_at: claims.exp,
        }
    }
}
