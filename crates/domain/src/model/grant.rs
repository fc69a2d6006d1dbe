//! What was allowed to a client at one moment: the root of a code, its refresh family and their tokens.

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::ClaimsRequest;
use doorward_protocol::scope::Scope;
use serde::{Deserialize, Serialize};

use super::{Authentication, ClientId, GrantId, SessionId, UserId};
use crate::time::UnixSeconds;

/// Why a grant was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// Its code was presented twice (RFC 6749 §4.1.2).
    CodeReplayed,
    /// Its code was presented with a wrong client, verifier or redirect URI.
    CodeMisused,
    /// A spent refresh token was presented (RFC 9700 §4.14.2).
    RefreshReused,
    /// The client revoked it (RFC 7009).
    ByClient,
    /// The person withdrew it.
    ByOwner,
    /// The session that it belongs to ended.
    SessionEnded,
    /// An administrator revoked it, or the account or client was disabled.
    Administrator,
    /// The person's password was changed or reset.
    PasswordChanged,
}

impl RevokeReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::CodeReplayed,
        Self::CodeMisused,
        Self::RefreshReused,
        Self::ByClient,
        Self::ByOwner,
        Self::SessionEnded,
        Self::Administrator,
        Self::PasswordChanged,
    ];

    /// The word kept in storage.
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
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// How a person gave their word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantOrigin {
    /// At the authorization endpoint (RFC 6749 §3.1), or on the page for devices (RFC 8628 §3.3).
    Authorization,
    /// By signing in to one of the operator's own apps, through the account API.
    AccountApi,
    /// Not at all: another issuer spoke for them, whom the operator trusts (RFC 7523 §2.1).
    Assertion,
}

impl GrantOrigin {
    /// Every origin.
    pub const ALL: [Self; 3] = [Self::Authorization, Self::AccountApi, Self::Assertion];

    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::AccountApi => "account_api",
            Self::Assertion => "assertion",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// A grant: one person's word to one client, or (without a user) a client's own.
#[derive(Clone, PartialEq, Debug)]
pub struct Grant {
    /// Names the family.
    pub id: GrantId,
    /// Where it was given.
    pub origin: GrantOrigin,
    /// Who allowed it.
    pub user_id: UserId,
    /// To whom.
    pub client_id: ClientId,
    /// In which browser session.
    pub session_id: SessionId,
    /// For what.
    pub scope: Scope,
    /// In whose name the person acts: the slug of an organization, fixed for the whole family.
    pub org: Option<String>,
    /// For which resources (RFC 8707); the audience of its access tokens.
    pub resources: Vec<String>,
    /// For what, in detail (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    /// Which claims were asked for by name (OIDC Core §5.5).
    pub claims: ClaimsRequest,
    /// Who spoke for the person, where they did not themselves ([`GrantOrigin::Assertion`]).
    pub issuer: Option<String>,
    /// The `nonce` of the authorization request, for the ID token.
    pub nonce: Option<String>,
    /// What the person had proved.
    pub authentication: Authentication,
    /// When it was given.
    pub created_at: UnixSeconds,
    /// When it ends in any case; rotation never moves it.
    pub expires_at: UnixSeconds,
    /// When it was revoked.
    pub revoked_at: Option<UnixSeconds>,
    /// Why.
    pub revoke_reason: Option<RevokeReason>,
}

impl Grant {
    /// Whether tokens may still be issued and accepted from it at `now`.
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it outlives the browser session (OIDC Core §11 `offline_access`), or never had one.
    pub fn is_offline(&self) -> bool {
        self.origin == GrantOrigin::Assertion || self.scope.contains("offline_access")
    }
}
