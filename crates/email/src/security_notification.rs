//! Security notices: what happened to an account, told to its owner whether they like it or not.

use serde::{Deserialize, Serialize};

/// From so few recovery codes on, people are told to make new ones.
const FEW: u64 = 3;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SecurityNotification {
    /// An authenticator app was set up.
    FactorAdded,
    /// The second step was turned off.
    FactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An account at another provider was linked.
    AccountLinked,
    /// An account at another provider was parted.
    AccountUnlinked,
    /// A browser is trusted.
    DeviceTrusted,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// A recovery code was used up.
    RecoveryCodeUsed {
        /// How many are left.
        left: u64,
    },
    /// Somebody signed in with a device that was not seen before.
    NewDevice,
    /// Sign-in waits after too many wrong passwords.
    SignInLocked {
        /// For so many minutes.
        minutes: u64,
    },
    /// The second step waits after too many wrong codes: somebody knows the password.
    CodesLocked {
        /// For so many minutes.
        minutes: u64,
    },
    /// An API key was made.
    ApiKeyCreated,
    /// Somebody in the account said of something in it that it was not them.
    Disowned,
}

impl SecurityNotification {
    /// One of each, for previews and tests.
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

    /// The name in previews.
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

    /// The keys of the subject and of the sentence.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
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

    /// The number in the sentence, where there is one.
    pub(super) const fn count(self) -> u64 {
        match self {
            Self::RecoveryCodeUsed { left } => left,
            Self::SignInLocked { minutes } | Self::CodesLocked { minutes } => minutes,
            _ => 0,
        }
    }
}
