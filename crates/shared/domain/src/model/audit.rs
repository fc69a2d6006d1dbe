//! Audit events.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::id::AuditId;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    pub enum AuditKind {
        LoginSucceeded = "login.succeeded",
        LoginFailed = "login.failed",
        /// A lockout: sign-in to the account is blocked after too many failures.
        LoginLocked = "login.locked",
        /// A correct first factor, with the second factor still due.
        FirstStepPassed = "login.first_step",
        EmailCodeRequested = "login.email_code_requested",
        /// A step-up: a second factor raised the assurance of a session.
        SteppedUp = "login.stepped_up",
        FactorFailed = "factor.failed",
        FactorAdded = "factor.added",
        FactorRemoved = "factor.removed",
        /// A new trusted device: its browser skips the second factor for a limited time.
        DeviceTrusted = "device.trusted",
        DeviceDistrusted = "device.distrusted",
        /// New recovery codes; the old ones are revoked.
        RecoveryCodesMade = "recovery_codes.made",
        RecoveryCodeUsed = "recovery_codes.used",
        LoggedOut = "logout",
        /// A back-channel logout notification to a client, delivered or failed.
        BackchannelLogout = "logout.backchannel",
        /// Sessions ended from another session or by an administrator.
        SessionEnded = "session.ended",
        /// A report by the user that an event in their activity was not theirs.
        ActivityDisowned = "activity.disowned",
        UserRegistered = "user.registered",
        /// An account created, changed or deleted by an administrator.
        UserChanged = "user.changed",
        ConsentGranted = "consent.granted",
        ConsentDenied = "consent.denied",
        ConsentRevoked = "consent.revoked",
        /// A request that the caller's permissions do not allow.
        AccessDenied = "access.denied",
        /// A new API key, or an attempt to create one with permissions that the user does not have.
        ApiKeyCreated = "api_key.created",
        ApiKeyFirstUsed = "api_key.first_used",
        ApiKeyRevoked = "api_key.revoked",
        CodeReplayed = "code.replayed",
        /// An authorization code presented by the wrong client, or with wrong proof.
        CodeMisused = "code.misused",
        RefreshReused = "refresh.reused",
        ProofReplayed = "proof.replayed",
        TokenRevoked = "token.revoked",
        /// A token issued to a client for a user by an assertion of another issuer.
        TokenAsserted = "token.asserted",
        TokenExchanged = "token.exchanged",
        /// A client registered, changed or deleted.
        ClientChanged = "client.changed",
        /// A client's PKCE policy `auto` that became `required`.
        ClientPkceRequired = "client.pkce_required",
        /// An initial access token for dynamic registration, created or ended.
        RegistrationTokenChanged = "registration_token.changed",
        /// A role created or changed, or an assignment added or removed.
        RoleChanged = "role.changed",
        ResourceChanged = "resource.changed",
        ScopeChanged = "scope.changed",
        /// A site behind a proxy created, changed or deleted.
        SiteChanged = "site.changed",
        /// A source that provisions by SCIM, created, changed or deleted.
        ScimSourceChanged = "scim_source.changed",
        /// An application that gets users by SCIM, created, changed or deleted.
        ScimTargetChanged = "scim_target.changed",
        ClaimChanged = "claim.changed",
        ProfileFieldChanged = "profile_field.changed",
        /// A group created, changed or deleted, or a change of its members.
        GroupChanged = "group.changed",
        /// An organization created, changed or ended, or a change of its members.
        OrganizationChanged = "organization.changed",
        ProviderChanged = "provider.changed",
        AccountLinked = "account.linked",
        AccountUnlinked = "account.unlinked",
        /// A signing key created, rotated or retired.
        KeyChanged = "key.changed",
        /// A failed job retried, or a test mail enqueued, by an administrator.
        SystemChanged = "system.changed",
        /// A list of users, or of their sign-ins, sessions or role assignments, exported by an
        /// administrator.
        UsersExported = "users.exported",
        EmailVerified = "email.verified",
        EmailChangeRequested = "email.change_requested",
        EmailChanged = "email.changed",
        /// A change of the e-mail address, undone through the link sent to the former address.
        EmailChangeUndone = "email.change_undone",
        PasswordResetRequested = "password.reset_requested",
        /// A password set through a mail link.
        PasswordReset = "password.reset",
        /// A password changed with the former one.
        PasswordChanged = "password.changed",
        ProfileChanged = "profile.changed",
        DataExported = "data.exported",
        DeletionRequested = "deletion.requested",
        DeletionCancelled = "deletion.cancelled",
        /// An account deleted at its user's request.
        AccountDeleted = "deletion.done",
        /// A use of an API key after a pause, or from another address.
        ApiKeyUsed = "api_key.used",
        /// A rejected genuine API key: revoked, expired, used from a network that is not allowed, or of
        /// a disabled user.
        ApiKeyRefused = "api_key.refused",
        AppPasswordCreated = "app_password.created",
        /// A use of an app password: the first, one after a pause, or from another address.
        AppPasswordUsed = "app_password.used",
        AppPasswordRevoked = "app_password.revoked",
        SetupCompleted = "setup.completed",
        SupportCodeMade = "support_code.made",
        /// A support code with which an administrator opened the page of its user.
        SupportCodeUsed = "support_code.used",
        AuditExported = "audit.exported",
        /// An administrator began to act as a user in one client.
        ImpersonationStarted = "impersonation.started",
        /// The client got tokens for it, or was rejected.
        ImpersonationUsed = "impersonation.used",
        /// An early end.
        ImpersonationEnded = "impersonation.ended",
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct AuditEvent {
    /// The identifier; ordered by time.
    pub id: AuditId,
    pub at: UnixSeconds,
    pub kind: AuditKind,
    /// The actor: a user id or a client id; none for the command line.
    pub actor: Option<String>,
    /// The object of the event, such as a user id or a client id.
    pub subject: Option<String>,
    pub client_id: Option<String>,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub success: bool,
    /// Further facts; never a secret.
    pub detail: Map<String, Value>,
    pub request_id: Option<String>,
}

impl AuditEvent {
    /// Returns the slug of the organization that the event concerns, like the index of the audit log.
    pub fn organization(&self) -> Option<&str> {
        if self.kind == AuditKind::OrganizationChanged {
            return self.subject.as_deref();
        }
        let attempt = || self.detail.get("inputs")?.get("org");
        let own = self.detail.get("org").filter(|org| !org.is_null());
        own.or_else(attempt)?.as_str()
    }
}

/// A row of the audit log exactly as stored, valid or not: a row that was tampered with must be
/// readable too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRecord {
    pub id: AuditId,
    pub at: UnixSeconds,
    /// The kind of the event, as [`AuditKind::as_str`] writes it.
    pub kind: String,
    pub actor: Option<String>,
    pub subject: Option<String>,
    pub client_id: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub success: bool,
    /// Further facts, as a JSON object.
    pub detail: String,
    pub request_id: Option<String>,
}
