//! What happened, kept for good.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::id::AuditId;
use crate::time::UnixSeconds;

macro_rules! audit_kinds {
    ($($(#[$doc:meta])* $variant:ident => $text:literal,)*) => {
        /// The kinds of events.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum AuditKind { $($(#[$doc])* $variant,)* }

        impl AuditKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word kept in storage and shown in exports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads the word kept in storage.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

audit_kinds! {
    /// Somebody signed in.
    LoginSucceeded => "login.succeeded",
    /// Somebody failed to sign in.
    LoginFailed => "login.failed",
    /// Sign-in to an account waits after too many failures.
    LoginLocked => "login.locked",
    /// Somebody proved the first of two steps.
    FirstStepPassed => "login.first_step",
    /// Somebody asked for a code by mail, to sign in with.
    EmailCodeRequested => "login.email_code_requested",
    /// A session became stronger by a second factor.
    SteppedUp => "login.stepped_up",
    /// A code of the second step was wrong.
    FactorFailed => "factor.failed",
    /// A second factor was set up.
    FactorAdded => "factor.added",
    /// A second factor was removed or reset.
    FactorRemoved => "factor.removed",
    /// A person trusts a browser: they are not asked for the second step there for a while.
    DeviceTrusted => "device.trusted",
    /// A person took such trust back.
    DeviceDistrusted => "device.distrusted",
    /// New recovery codes were made; the old ones are dead.
    RecoveryCodesMade => "recovery_codes.made",
    /// A recovery code was used up.
    RecoveryCodeUsed => "recovery_codes.used",
    /// Somebody signed out.
    LoggedOut => "logout",
    /// A client was told that a session ended, or could not be told.
    BackchannelLogout => "logout.backchannel",
    /// Sessions were ended from another one, or by an administrator.
    SessionEnded => "session.ended",
    /// A person says that something in their activity was not them.
    ActivityDisowned => "activity.disowned",
    /// An account was made.
    UserRegistered => "user.registered",
    /// An administrator made, changed or deleted an account.
    UserChanged => "user.changed",
    /// A person allowed a client.
    ConsentGranted => "consent.granted",
    /// A person refused a client.
    ConsentDenied => "consent.denied",
    /// A person took back what a client was allowed.
    ConsentRevoked => "consent.revoked",
    /// Somebody asked for what their permissions do not allow.
    AccessDenied => "access.denied",
    /// A person made an API key, or tried to make one that could do more than they may.
    ApiKeyCreated => "api_key.created",
    /// An API key was used for the first time.
    ApiKeyFirstUsed => "api_key.first_used",
    /// An API key was revoked.
    ApiKeyRevoked => "api_key.revoked",
    /// A code was presented twice.
    CodeReplayed => "code.replayed",
    /// A code was presented by the wrong party.
    CodeMisused => "code.misused",
    /// A spent refresh token was presented.
    RefreshReused => "refresh.reused",
    /// A proof of possession or an assertion, good once, was presented again.
    ProofReplayed => "proof.replayed",
    /// A grant or token was revoked.
    TokenRevoked => "token.revoked",
    /// A client had a token for a person by the word of another issuer.
    TokenAsserted => "token.asserted",
    /// A client exchanged a token for another one.
    TokenExchanged => "token.exchanged",
    /// A client was registered, changed or deleted.
    ClientChanged => "client.changed",
    /// A client's PKCE policy `auto` became `required`.
    ClientPkceRequired => "client.pkce_required",
    /// An initial access token for apps that register themselves was made or ended.
    RegistrationTokenChanged => "registration_token.changed",
    /// A role was made, changed, given or taken.
    RoleChanged => "role.changed",
    /// A resource (audience of access tokens) was registered, changed or removed.
    ResourceChanged => "resource.changed",
    /// A scope was registered, changed or removed.
    ScopeChanged => "scope.changed",
    /// A group was made, changed or deleted, or somebody came or went.
    GroupChanged => "group.changed",
    /// An organization was made, changed or ended, or somebody came or went.
    OrganizationChanged => "organization.changed",
    /// A provider that people sign in with was added, changed or removed.
    ProviderChanged => "provider.changed",
    /// An account at another provider was linked to an account here.
    AccountLinked => "account.linked",
    /// An account at another provider was parted from an account here.
    AccountUnlinked => "account.unlinked",
    /// A signing key was made, rotated or retired.
    KeyChanged => "key.changed",
    /// A person proved that they read their address.
    EmailVerified => "email.verified",
    /// A person asked to move to another address.
    EmailChangeRequested => "email.change_requested",
    /// A person moved to another address.
    EmailChanged => "email.changed",
    /// The owner of the former address took a move back.
    EmailChangeUndone => "email.change_undone",
    /// Somebody asked for a new password of an account.
    PasswordResetRequested => "password.reset_requested",
    /// A password was set by who reads the address.
    PasswordReset => "password.reset",
    /// A password was changed by who knows the former one.
    PasswordChanged => "password.changed",
    /// A person changed their profile or picture.
    ProfileChanged => "profile.changed",
    /// A person took a copy of all that is known of them.
    DataExported => "data.exported",
    /// A person asked for their account to be deleted.
    DeletionRequested => "deletion.requested",
    /// A person keeps the account that was to be deleted.
    DeletionCancelled => "deletion.cancelled",
    /// An account was deleted, as its owner had asked.
    AccountDeleted => "deletion.done",
    /// An API key was used again after a while, or from another address.
    ApiKeyUsed => "api_key.used",
    /// A genuine API key was refused: revoked, over, from a wrong network, or of a disabled owner.
    ApiKeyRefused => "api_key.refused",
    /// The first administrator was made.
    SetupCompleted => "setup.completed",
}

/// One line of the audit log.
#[derive(Clone, PartialEq, Debug)]
pub struct AuditEvent {
    /// Names it; ordered by time.
    pub id: AuditId,
    /// When.
    pub at: UnixSeconds,
    /// What.
    pub kind: AuditKind,
    /// Who did it (user id, client id, or none for the command line).
    pub actor: Option<String>,
    /// To whom or what.
    pub subject: Option<String>,
    /// Through which client.
    pub client_id: Option<String>,
    /// From which address.
    pub ip: Option<IpAddr>,
    /// With which browser.
    pub user_agent: Option<String>,
    /// Whether it succeeded.
    pub success: bool,
    /// More facts; never a secret.
    pub detail: Map<String, Value>,
    /// The request that caused it.
    pub request_id: Option<String>,
}

/// A line of the audit log exactly as it is kept, whether or not it still makes sense: what was
/// tampered with has to be readable too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRecord {
    /// Names it.
    pub id: AuditId,
    /// When.
    pub at: UnixSeconds,
    /// What, as [`AuditKind::as_str`] writes it.
    pub kind: String,
    /// Who did it.
    pub actor: Option<String>,
    /// To whom or what.
    pub subject: Option<String>,
    /// Through which client.
    pub client_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// With which browser.
    pub user_agent: Option<String>,
    /// Whether it succeeded.
    pub success: bool,
    /// More facts, as a JSON object.
    pub detail: String,
    /// The request that caused it.
    pub request_id: Option<String>,
}
