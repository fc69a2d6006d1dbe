//! Security notifications: events of an account that are always reported to its user.

use serde::{Deserialize, Serialize};

/// The number of recovery codes at or below which users are advised to generate new ones.
const FEW: u64 = 3;

/// A security event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SecurityNotification {
    /// An authenticator app was enrolled.
    FactorAdded,
    /// The second factor was removed.
    FactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An account at an identity provider was linked.
    AccountLinked,
    /// An account at an identity provider was unlinked.
    AccountUnlinked,
    /// A browser became a trusted device.
    DeviceTrusted,
    /// New recovery codes were generated.
    RecoveryCodesMade,
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// The number of remaining codes.
        left: u64,
    },
    /// A sign-in from an unknown device.
    NewDevice,
    /// A lockout of sign-ins after too many wrong passwords.
    SignInLocked {
        /// The duration in minutes.
        minutes: u64,
    },
    /// A lockout of the second factor after too many wrong codes; the sender knew the password.
    CodesLocked {
        /// The duration in minutes.
        minutes: u64,
    },
    /// An API key was created.
    ApiKeyCreated,
    /// A signed-in user reported activity of the account as not theirs.
    Disowned,
}

impl SecurityNotification {
    /// All events, with one sample value of each, for previews and tests.
    pub const ALL: [Self; 15] = [
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::AccountLinked,
        Self::AccountUnlinked,
        Self::DeviceTrusted,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed { left: 8 },
        Self::RecoveryCodeUsed { left: 1 },
        Self::NewDevice,
        Self::SignInLocked { minutes: 5 },
        Self::CodesLocked { minutes: 1 },
        Self::ApiKeyCreated,
        Self::Disowned,
    ];

    /// Returns the name in previews.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FactorAdded => "factor-added",
            Self::FactorRemoved => "factor-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::AccountLinked => "account-linked",
            Self::AccountUnlinked => "account-unlinked",
            Self::DeviceTrusted => "device-trusted",
            Self::RecoveryCodesMade => "recovery-codes-made",
            Self::RecoveryCodeUsed { left } if left <= FEW => "recovery-code-used-few",
            Self::RecoveryCodeUsed { .. } => "recovery-code-used",
            Self::NewDevice => "new-device",
            Self::SignInLocked { .. } => "sign-in-locked",
            Self::CodesLocked { .. } => "codes-locked",
            Self::ApiKeyCreated => "api-key-created",
            Self::Disowned => "disowned",
        }
    }

    /// Returns the message keys of the subject and of the text.
    pub(super) const fn message_keys(self) -> (&'static str, &'static str) {
        match self {
            Self::FactorAdded => ("notice-factor-added-subject", "notice-factor-added-text"),
            Self::FactorRemoved => (
                "notice-factor-removed-subject",
                "notice-factor-removed-text",
            ),
            Self::PasskeyAdded => ("notice-passkey-added-subject", "notice-passkey-added-text"),
            Self::PasskeyRemoved => (
                "notice-passkey-removed-subject",
                "notice-passkey-removed-text",
            ),
            Self::AccountLinked => ("notice-linked-subject", "notice-linked-text"),
            Self::AccountUnlinked => ("notice-unlinked-subject", "notice-unlinked-text"),
            Self::DeviceTrusted => ("notice-trusted-subject", "notice-trusted-text"),
            Self::RecoveryCodesMade => ("notice-codes-made-subject", "notice-codes-made-text"),
            Self::RecoveryCodeUsed { left } if left <= FEW => {
                ("notice-code-used-subject", "notice-code-used-few-text")
            }
            Self::RecoveryCodeUsed { .. } => ("notice-code-used-subject", "notice-code-used-text"),
            Self::NewDevice => ("notice-new-device-subject", "notice-new-device-text"),
            Self::SignInLocked { .. } => ("notice-locked-subject", "notice-locked-text"),
            Self::CodesLocked { .. } => ("notice-codes-locked-subject", "notice-codes-locked-text"),
            Self::ApiKeyCreated => ("notice-api-key-subject", "notice-api-key-text"),
            Self::Disowned => ("notice-disowned-subject", "notice-disowned-text"),
        }
    }

    /// Returns the number in the text; 0 for texts without a number.
    pub(super) const fn count(self) -> u64 {
        match self {
            Self::RecoveryCodeUsed { left } => left,
            Self::SignInLocked { minutes } | Self::CodesLocked { minutes } => minutes,
            _ => 0,
        }
    }
}
