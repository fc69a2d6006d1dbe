//! Grants: each holds its code and its refresh tokens, and is the root of its access tokens.

use doorward_protocol::authorize::ClaimsRequest;

use super::{Authentication, ClientId, Code, GrantId, RefreshFamily, SessionId, UserId};
use crate::prelude::*;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RevokeReason {
        /// A replay of its code (RFC 6749 §4.1.2).
        CodeReplayed = "code_replayed",
        /// A code presented with a wrong client, verifier or redirect URI.
        CodeMisused = "code_misused",
        /// A replay of a refresh token (RFC 9700 §4.14.2).
        RefreshReused = "refresh_reused",
        /// Revocation by the client (RFC 7009).
        ByClient = "by_client",
        ByOwner = "by_owner",
        SessionEnded = "session_ended",
        /// Revocation by an administrator, or a disabled account or client.
        Administrator = "administrator",
        PasswordChanged = "password_changed",
        /// More grants of a user to a client than allowed: the oldest ended.
        TooMany = "too_many",
    }

    /// The channel through which access was granted.
    pub enum GrantOrigin {
        /// The authorization endpoint (RFC 6749 §3.1) or the device page (RFC 8628 §3.3).
        Authorization = "authorization",
        /// Sign-in to a client of the operator through the account API.
        AccountApi = "account_api",
        /// An assertion of a trusted issuer, without the user (RFC 7523 §2.1).
        Assertion = "assertion",
        /// An administrator who acts as the user for minutes. The session is that of the administrator.
        /// A grant without a code is the impersonation itself; it gives no tokens.
        Impersonation = "impersonation",
    }
}

/// A grant of a user to one client, or (without a user) of a client to itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Grant {
    /// The identifier of the grant and its token family.
    pub id: GrantId,
    pub origin: GrantOrigin,
    pub user_id: UserId,
    /// The merged user whose subject the client knows; `None` if it is that of the user.
    pub subject: Option<UserId>,
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
    /// The issuer of the assertion, for [`GrantOrigin::Assertion`]; the ID of the administrator, for
    /// [`GrantOrigin::Impersonation`].
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

    /// Returns the administrator who acts as the user (RFC 8693 §4.1).
    pub fn actor(&self) -> Option<UserId> {
        let acts = self.origin == GrantOrigin::Impersonation;
        UserId::parse(self.issuer.as_deref().filter(|_| acts)?)
    }

    /// Returns the issuer of the assertion.
    pub fn assertion_issuer(&self) -> Option<&str> {
        let issuer = self.issuer.as_deref();
        issuer.filter(|_| self.origin == GrantOrigin::Assertion)
    }

    /// Returns the user whose subject the client receives.
    pub fn known_user(&self) -> UserId {
        self.subject.unwrap_or(self.user_id)
    }
}
