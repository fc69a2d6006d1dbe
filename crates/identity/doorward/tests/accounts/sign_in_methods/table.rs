//! The expected outcome of each sign-in method.

use super::SignInMethod;

/// The outcome of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignInResult {
    /// Tokens after one factor, with these `amr` values; `auth_time` is the time of the
    /// authentication.
    One(&'static str),
    /// Tokens after two factors, with these `amr` values.
    Two(&'static str),
    /// A page of the identity server, before any token is issued.
    Page(&'static str),
    /// An error response to the client.
    Error(&'static str),
    /// A repeated page, or an API problem, with this status.
    Refused(u16),
    /// A combination that does not exist.
    No,
}

use SignInResult::{Error, No, One, Refused, Two};

const ENROLLMENT: SignInResult = SignInResult::Page("/account/security/2fa");
const ADD_KEY: SignInResult = SignInResult::Page("/account/security/passkeys");
pub const UNMET: SignInResult = Error("unmet_authentication_requirements");
const APP: SignInResult = Two("pwd otp mfa");
const MAIL_APP: SignInResult = Two("email otp mfa");
const KEY: SignInResult = Two("swk user mfa");
const PWD_KEY: SignInResult = Two("pwd swk user mfa");
const MAIL_KEY: SignInResult = Two("email swk user mfa");
const FED_APP: SignInResult = Two("fed otp mfa");
const FED_KEY: SignInResult = Two("fed swk user mfa");
const RECOVERY: SignInResult = Two("pwd mfa");

/// The outcomes in the order of [`POLICIES`].
pub const TABLE: [(SignInMethod, [SignInResult; 7]); 13] = [
    (
        SignInMethod::Password,
        [
            One("pwd"),
            One("pwd"),
            UNMET,
            One("pwd"),
            ENROLLMENT,
            ENROLLMENT,
            ADD_KEY,
        ],
    ),
    (
        SignInMethod::PasswordAndApp,
        [APP, APP, APP, APP, APP, APP, ADD_KEY],
    ),
    (
        SignInMethod::PasswordAndRecovery,
        [
            RECOVERY, RECOVERY, RECOVERY, RECOVERY, RECOVERY, RECOVERY, ADD_KEY,
        ],
    ),
    // A passkey enrolled by choice does not prevent a sign-in by password alone (decision 58).
    (
        SignInMethod::PasswordAndPasskey,
        [
            One("pwd"),
            PWD_KEY,
            PWD_KEY,
            One("pwd"),
            PWD_KEY,
            PWD_KEY,
            PWD_KEY,
        ],
    ),
    (SignInMethod::Passkey, [KEY; 7]),
    (
        SignInMethod::Email,
        [
            One("email"),
            One("email"),
            UNMET,
            One("email"),
            ENROLLMENT,
            ENROLLMENT,
            ADD_KEY,
        ],
    ),
    (
        SignInMethod::EmailAndApp,
        [
            MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, ADD_KEY,
        ],
    ),
    (
        SignInMethod::EmailAndPasskey,
        [
            One("email"),
            MAIL_KEY,
            MAIL_KEY,
            One("email"),
            MAIL_KEY,
            MAIL_KEY,
            MAIL_KEY,
        ],
    ),
    (
        SignInMethod::Provider,
        [
            One("fed"),
            One("fed"),
            UNMET,
            One("fed"),
            ENROLLMENT,
            ENROLLMENT,
            ADD_KEY,
        ],
    ),
    (
        SignInMethod::ProviderAndApp,
        [
            FED_APP, FED_APP, FED_APP, FED_APP, FED_APP, FED_APP, ADD_KEY,
        ],
    ),
    (
        SignInMethod::ProviderAndPasskey,
        [
            One("fed"),
            FED_KEY,
            FED_KEY,
            One("fed"),
            FED_KEY,
            FED_KEY,
            FED_KEY,
        ],
    ),
    (
        SignInMethod::Json,
        [
            One("pwd"),
            No,
            No,
            No,
            Refused(403),
            Refused(403),
            Refused(403),
        ],
    ),
    (
        SignInMethod::JsonAndApp,
        [APP, No, No, No, APP, APP, Refused(403)],
    ),
];

/// The outcome for a disabled user, and for a user with an unverified address.
pub const RESTRICTED_USERS: [(SignInMethod, SignInResult, SignInResult); 13] = [
    (
        SignInMethod::Password,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::PasswordAndApp,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::PasswordAndRecovery,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::PasswordAndPasskey,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::Passkey,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    // Neither gets a mail, so any code is wrong.
    (SignInMethod::Email, Refused(401), Refused(401)),
    (SignInMethod::EmailAndApp, Refused(401), Refused(401)),
    (SignInMethod::EmailAndPasskey, Refused(401), Refused(401)),
    (
        SignInMethod::Provider,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::ProviderAndApp,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (
        SignInMethod::ProviderAndPasskey,
        Refused(401),
        SignInResult::Page("/verify-email"),
    ),
    (SignInMethod::Json, Refused(401), Refused(403)),
    (SignInMethod::JsonAndApp, Refused(401), Refused(403)),
];
