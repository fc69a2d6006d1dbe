//! Grants: each holds its code and its refresh tokens, and is the root of its access tokens.

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::ClaimsRequest;
use doorward_protocol::scope::Scope;
use serde::{Deserialize, Serialize};

use super::{Authentication, ClientId, Code, GrantId, RefreshFamily, SessionId, UserId};
use crate::time::UnixSeconds;

/// The reason why a grant was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// A replay of its code (RFC 6749 §4.1.2).
    CodeReplayed,
    /// A code presented with a wrong client, verifier or redirect URI.
    CodeMisused,
    /// A replay of a refresh token (RFC 9700 §4.14.2).
    RefreshReused,
    /// Revocation by the client (RFC 7009).
    ByClient,
    /// Revocation by the user.
    ByOwner,
    SessionEnded,
    /// Revocation by an administrator, or a disabled account or client.
    Administrator,
    /// A changed or reset password.
    PasswordChanged,
    /// More grants of a user to a client than allowed: the oldest ended.
    TooMany,
}

impl RevokeReason {
    pub const ALL: [Self; 9] = [
        Self::CodeReplayed,
        Self::CodeMisused,
        Self::RefreshReused,
        Self::ByClient,
        Self::ByOwner,
        Self::SessionEnded,
        Self::Administrator,
        Self::PasswordChanged,
        Self::TooMany,
    ];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodeReplayed => "code_replayed",
            Self::CodeMisused => "code_misused",
            Self::RefreshReused => "refresh_reused",
            Self::ByClient => "by_client",
            Self::ByOwner => "by_owner",
            Self::SessionEnded => "session_ended",
            Self::Administrator => "administrator",
            Self::PasswordChanged => "password_changed",
            Self::TooMany => "too_many",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// The channel through which access was granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantOrigin {
    /// The authorization endpoint (RFC 6749 §3.1) or the device page (RFC 8628 §3.3).
    Authorization,
    /// Sign-in to a client of the operator through the account API.
    AccountApi,
    /// An assertion of a trusted issuer, without the user (RFC 7523 §2.1).
    Assertion,
}

impl GrantOrigin {
    pub const ALL: [Self; 3] = [Self::Authorization, Self::AccountApi, Self::Assertion];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::AccountApi => "account_api",
            Self::Assertion => "assertion",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// A grant of a user to one client, or (without a user) of a client to itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Grant {
    /// The identifier of the grant and its token family.
    pub id: GrantId,
    pub origin: GrantOrigin,
    pub user_id: UserId,
    pub client_id: ClientId,
    pub session_id: SessionId,
    pub scope: Scope,
    /// The slug of the organization that the user acts in, fixed for the whole family.
    pub org: Option<String>,
    /// The resources (RFC 8707): the audience of its access tokens.
    pub resources: Vec<String>,
    /// The authorization details (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    /// The individually requested claims (OIDC Core §5.5).
    pub claims: ClaimsRequest,
    /// The issuer of the assertion, for [`GrantOrigin::Assertion`].
    pub issuer: Option<String>,
    pub nonce: Option<String>,
    pub authentication: Authentication,
    pub created_at: UnixSeconds,
    /// The absolute expiry; rotation never extends it.
    pub expires_at: UnixSeconds,
    pub revoked_at: Option<UnixSeconds>,
    pub revoke_reason: Option<RevokeReason>,
    pub code: Option<Code>,
    pub refresh: Option<RefreshFamily>,
}

impl Grant {
    /// Returns true if tokens may be issued and accepted for the grant at `now`. A grant whose code
    /// is not redeemed ends with the code.
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        let unredeemed = self.code.as_ref().filter(|code| code.used_at.is_none());
        let ends_with_code = unredeemed.is_some_and(|code| now >= code.expires_at);
        self.revoked_at.is_none() && now < self.expires_at && !ends_with_code
    }

    /// Returns true if the grant outlives the browser session (OIDC Core §11 `offline_access`) or
    /// never had one.
    pub fn is_offline(&self) -> bool {
        self.origin == GrantOrigin::Assertion || self.scope.contains("offline_access")
    }
}
