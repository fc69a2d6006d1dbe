//! The names of messages, for previews and own templates.

use doorward_domain::feature_mail;
use doorward_domain::model::mail::MailContent;

use super::security_notification;

/// The names of the messages of the server itself.
const NAMES: [&str; 34] = [
    "account-linked",
    "account-unlinked",
    "api-key-created",
    "approve",
    "change",
    "changed",
    "codes-locked",
    "deleted",
    "device-trusted",
    "disowned",
    "exported",
    "factor-added",
    "factor-removed",
    "invited",
    "kept",
    "known-address",
    "leaving",
    "new-device",
    "new-password-required",
    "passkey-added",
    "passkey-link",
    "passkey-removed",
    "password-changed",
    "recovery-code-used",
    "recovery-code-used-few",
    "recovery-codes-made",
    "reset",
    "restored",
    "sign-in-code",
    "sign-in-locked",
    "switched-off",
    "test",
    "verify",
    "welcome",
];

/// Returns the names of all messages, those of features last.
pub fn names() -> Vec<&'static str> {
    let added = feature_mail::ADDED.all().iter().map(|mail| mail.name);
    NAMES.into_iter().chain(added).collect()
}

/// Returns the name of a message; of a feature that this program does not have, `unknown`.
pub fn name(content: &MailContent) -> &'static str {
    match content {
        MailContent::Verify { .. } => "verify",
        MailContent::Invited { .. } => "invited",
        MailContent::KnownAddress { .. } => "known-address",
        MailContent::Reset { .. } => "reset",
        MailContent::Welcome { .. } => "welcome",
        MailContent::PasskeyLink { .. } => "passkey-link",
        MailContent::PasswordChanged { .. } => "password-changed",
        MailContent::NewPasswordRequired { .. } => "new-password-required",
        MailContent::Change { .. } => "change",
        MailContent::Changed { .. } => "changed",
        MailContent::Restored { .. } => "restored",
        MailContent::Notice { notice, .. } => security_notification::name(*notice),
        MailContent::Exported { .. } => "exported",
        MailContent::Leaving { .. } => "leaving",
        MailContent::Kept { .. } => "kept",
        MailContent::Deleted => "deleted",
        MailContent::SwitchedOff => "switched-off",
        MailContent::Test => "test",
        MailContent::SignInCode { .. } => "sign-in-code",
        MailContent::Approve { .. } => "approve",
        MailContent::Feature { mail, .. } => {
            feature_mail::find(mail).map_or("unknown", |mail| mail.name)
        }
    }
}
