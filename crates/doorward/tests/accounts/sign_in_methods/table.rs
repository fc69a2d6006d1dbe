//! The expected outcome of each sign-in method.

use super::Way;

/// The outcome of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
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

use Then::{Error, No, One, Refused, Two};

const SET_UP: Then = Then::Page("/account/security/2fa");
const ADD_KEY: Then = Then::Page("/account/security/passkeys");
pub const UNMET: Then = Error("unmet_authentication_requirements");
const APP: Then = Two("pwd otp mfa");
const MAIL_APP: Then = Two("email otp mfa");
const KEY: Then = Two("swk user mfa");
const PWD_KEY: Then = Two("pwd swk user mfa");
const MAIL_KEY: Then = Two("email swk user mfa");
const FED_APP: Then = Two("fed otp mfa");
const FED_KEY: Then = Two("fed swk user mfa");
const RECOVERY: Then = Two("pwd mfa");

/// The outcomes in the order of [`POLICIES`].
pub const TABLE: [(Way, [Then; 7]); 13] = [
    (
        Way::Password,
        [
            One("pwd"),
            One("pwd"),
            UNMET,
            One("pwd"),
            SET_UP,
            SET_UP,
            ADD_KEY,
        ],
    ),
    (Way::PasswordAndApp, [APP, APP, APP, APP, APP, APP, ADD_KEY]),
    (
        Way::PasswordAndRecovery,
        [
            RECOVERY, RECOVERY, RECOVERY, RECOVERY, RECOVERY, RECOVERY, ADD_KEY,
        ],
    ),
    // A passkey enrolled by choice does not prevent a sign-in by password alone (decision 58).
    (
        Way::PasswordAndPasskey,
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
    (Way::Passkey, [KEY; 7]),
    (
        Way::Email,
        [
            One("email"),
            One("email"),
            UNMET,
            One("email"),
            SET_UP,
            SET_UP,
            ADD_KEY,
        ],
    ),
    (
        Way::EmailAndApp,
        [
            MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, MAIL_APP, ADD_KEY,
        ],
    ),
    (
        Way::EmailAndPasskey,
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
        Way::Provider,
        [
            One("fed"),
            One("fed"),
            UNMET,
            One("fed"),
            SET_UP,
            SET_UP,
            ADD_KEY,
        ],
    ),
    (
        Way::ProviderAndApp,
        [
            FED_APP, FED_APP, FED_APP, FED_APP, FED_APP, FED_APP, ADD_KEY,
        ],
    ),
    (
        Way::ProviderAndPasskey,
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
        Way::Json,
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
    (Way::JsonAndApp, [APP, No, No, No, APP, APP, Refused(403)]),
];

/// The outcome for a disabled user, and for a user with an unverified address.
pub const PEOPLE: [(Way, Then, Then); 13] = [
    (Way::Password, Refused(401), Then::Page("/verify-email")),
    (
        Way::PasswordAndApp,
        Refused(401),
        Then::Page("/verify-email"),
    ),
    (
        Way::PasswordAndRecovery,
        Refused(401),
        Then::Page("/verify-email"),
    ),
    (
        Way::PasswordAndPasskey,
        Refused(401),
        Then::Page("/verify-email"),
    ),
    (Way::Passkey, Refused(401), Then::Page("/verify-email")),
    // Neither gets a mail, so any code is wrong.
    (Way::Email, Refused(401), Refused(401)),
    (Way::EmailAndApp, Refused(401), Refused(401)),
    (Way::EmailAndPasskey, Refused(401), Refused(401)),
    (Way::Provider, Refused(401), Then::Page("/verify-email")),
    (
        Way::ProviderAndApp,
        Refused(401),
        Then::Page("/verify-email"),
    ),
    (
        Way::ProviderAndPasskey,
        Refused(401),
        Then::Page("/verify-email"),
    ),
    (Way::Json, Refused(401), Refused(403)),
    (Way::JsonAndApp, Refused(401), Refused(403)),
];
