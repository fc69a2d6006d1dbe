//! Messages about a sign-in that waits for the recipient.

use doorward_domain::model::mail::MailContent;

/// Message keys of subject, text, button and advice, and the key of the expiry.
pub(super) type MessageKeys = ([&'static str; 4], Option<&'static str>);

pub(super) const fn sign_in_message_keys(content: &MailContent) -> MessageKeys {
    match content {
        MailContent::SignInCode { .. } => (
            [
                "mail-code-subject",
                "mail-code-text",
                "mail-code-button",
                "mail-code-otherwise",
            ],
            Some("mail-code-expires"),
        ),
        MailContent::PasskeyLink { .. } => (
            [
                "mail-passkey-subject",
                "mail-passkey-text",
                "passkeys-add",
                "mail-ignore",
            ],
            Some("mail-expires-day"),
        ),
        _ => (
            [
                "mail-approve-subject",
                "mail-approve-text",
                "mail-approve-button",
                "mail-ignore",
            ],
            None,
        ),
    }
}
