//! The facts of each kind of audit event: its category on the activity page, and the obstacle to
//! undo it.

use doorward_domain::model::AuditKind;

use crate::activity::ActivityCategory;
use crate::undo::UndoObstacle;

macro_rules! kinds {
    ($($kind:ident: $category:ident $(, $obstacle:ident)?;)*) => {
        impl ActivityCategory {
            pub const fn from_kind(kind: AuditKind) -> Self {
                match kind { $(AuditKind::$kind => Self::$category,)* }
            }
        }

        impl UndoObstacle {
            /// Returns the reason why no event of this kind can be undone, if there is one.
            pub(crate) const fn from_kind(kind: AuditKind) -> Option<Self> {
                match kind {
                    $($(AuditKind::$kind => Some(Self::$obstacle),)?)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    LoginSucceeded: SignIn, NotAChange;
    LoginFailed: SignIn, NotAChange;
    LoginLocked: SignIn, NotAChange;
    FirstStepPassed: SignIn, NotAChange;
    EmailCodeRequested: SignIn, NotAChange;
    SteppedUp: SignIn, NotAChange;
    FactorFailed: SignIn, NotAChange;
    FactorAdded: Security, Unsupported;
    FactorRemoved: Security, Ended;
    DeviceTrusted: Security, Unsupported;
    DeviceDistrusted: Security, Ended;
    RecoveryCodesMade: Security, Secret;
    RecoveryCodeUsed: Security, NotAChange;
    LoggedOut: SignIn, Ended;
    BackchannelLogout: Apps, NotAChange;
    SessionEnded: SignIn, Ended;
    ActivityDisowned: Security, NotAChange;
    UserRegistered: Account, Created;
    UserChanged: Account;
    ConsentGranted: Apps, Unsupported;
    ConsentDenied: Apps, NotAChange;
    ConsentRevoked: Apps, Ended;
    AccessDenied: Security, NotAChange;
    ApiKeyCreated: Security, Created;
    ApiKeyFirstUsed: Security, NotAChange;
    ApiKeyRevoked: Security, Ended;
    CodeReplayed: Apps, NotAChange;
    CodeMisused: Apps, NotAChange;
    RefreshReused: Apps, NotAChange;
    ProofReplayed: Apps, NotAChange;
    TokenRevoked: Apps, Ended;
    TokenAsserted: Apps, NotAChange;
    TokenExchanged: Apps, NotAChange;
    ClientChanged: Apps;
    ClientPkceRequired: Apps, Unsupported;
    RegistrationTokenChanged: Apps, Secret;
    RoleChanged: Account;
    ResourceChanged: Apps, Unsupported;
    ScopeChanged: Apps, Unsupported;
    SiteChanged: Apps, Unsupported;
    ScimSourceChanged: Account, Secret;
    ScimTargetChanged: Apps, Secret;
    ClaimChanged: Apps, Unsupported;
    ProfileFieldChanged: Account, Unsupported;
    GroupChanged: Account;
    OrganizationChanged: Account;
    ProviderChanged: Security;
    AccountLinked: Security, Unsupported;
    AccountUnlinked: Security, Ended;
    KeyChanged: Security, Secret;
    SystemChanged: Security, Unsupported;
    UsersExported: Security, NotAChange;
    EmailVerified: Security, Unsupported;
    EmailChangeRequested: Security, NotAChange;
    EmailChanged: Security, Unsupported;
    EmailChangeUndone: Security, Unsupported;
    PasswordResetRequested: Security, NotAChange;
    PasswordReset: Security, Secret;
    PasswordChanged: Security, Secret;
    ProfileChanged: Account, Unsupported;
    DataExported: Account, NotAChange;
    DeletionRequested: Account, Unsupported;
    DeletionCancelled: Account, Unsupported;
    AccountDeleted: Account, Deleted;
    ApiKeyUsed: Security, NotAChange;
    ApiKeyRefused: Security, NotAChange;
    AppPasswordCreated: Security, Created;
    AppPasswordUsed: Security, NotAChange;
    AppPasswordRevoked: Security, Ended;
    SetupCompleted: Account, Created;
    SupportCodeMade: Security, Created;
    SupportCodeUsed: Security, NotAChange;
    AuditExported: Security, NotAChange;
    ImpersonationStarted: Security, NotAChange;
    ImpersonationUsed: Security, NotAChange;
    ImpersonationEnded: Security, NotAChange;
}
