//! The names and texts of security notifications.

use doorward_domain::model::mail::SecurityNotification as Event;

/// The number of recovery codes at or below which users are advised to generate new ones.
const FEW: u64 = 3;

pub(super) const fn name(event: Event) -> &'static str {
    match event {
        Event::FactorAdded => "factor-added",
        Event::FactorRemoved => "factor-removed",
        Event::PasskeyAdded => "passkey-added",
        Event::PasskeyRemoved => "passkey-removed",
        Event::AccountLinked => "account-linked",
        Event::AccountUnlinked => "account-unlinked",
        Event::DeviceTrusted => "device-trusted",
        Event::RecoveryCodesMade => "recovery-codes-made",
        Event::RecoveryCodeUsed { left } if left <= FEW => "recovery-code-used-few",
        Event::RecoveryCodeUsed { .. } => "recovery-code-used",
        Event::NewDevice => "new-device",
        Event::SignInLocked { .. } => "sign-in-locked",
        Event::CodesLocked { .. } => "codes-locked",
        Event::ApiKeyCreated => "api-key-created",
        Event::Disowned => "disowned",
    }
}

pub(super) const fn message_keys(event: Event) -> (&'static str, &'static str) {
    match event {
        Event::FactorAdded => ("notice-factor-added-subject", "notice-factor-added-text"),
        Event::FactorRemoved => (
            "notice-factor-removed-subject",
            "notice-factor-removed-text",
        ),
        Event::PasskeyAdded => ("notice-passkey-added-subject", "notice-passkey-added-text"),
        Event::PasskeyRemoved => (
            "notice-passkey-removed-subject",
            "notice-passkey-removed-text",
        ),
        Event::AccountLinked => ("notice-linked-subject", "notice-linked-text"),
        Event::AccountUnlinked => ("notice-unlinked-subject", "notice-unlinked-text"),
        Event::DeviceTrusted => ("notice-trusted-subject", "notice-trusted-text"),
        Event::RecoveryCodesMade => ("notice-codes-made-subject", "notice-codes-made-text"),
        Event::RecoveryCodeUsed { left } if left <= FEW => {
            ("notice-code-used-subject", "notice-code-used-few-text")
        }
        Event::RecoveryCodeUsed { .. } => ("notice-code-used-subject", "notice-code-used-text"),
        Event::NewDevice => ("notice-new-device-subject", "notice-new-device-text"),
        Event::SignInLocked { .. } => ("notice-locked-subject", "notice-locked-text"),
        Event::CodesLocked { .. } => ("notice-codes-locked-subject", "notice-codes-locked-text"),
        Event::ApiKeyCreated => ("notice-api-key-subject", "notice-api-key-text"),
        Event::Disowned => ("notice-disowned-subject", "notice-disowned-text"),
    }
}

/// Returns the number in the text; 0 for texts without a number.
pub(super) const fn count(event: Event) -> u64 {
    match event {
        Event::RecoveryCodeUsed { left } => left,
        Event::SignInLocked { minutes } | Event::CodesLocked { minutes } => minutes,
        _ => 0,
    }
}
