//! Letters about a sign-in that waits for the reader.

use super::message::MailContent;

impl MailContent {
    /// Subject, sentence, button and advice of letters about a sign-in that waits, and how long they
    /// are good.
    pub(super) const fn words_about_sign_in(&self) -> ([&'static str; 4], Option<&'static str>) {
        match self {
            Self::SignInCode { .. } => (
                [
                    "mail-code-subject",
                    "mail-code-text",
                    "mail-code-button",
                    "mail-code-otherwise",
                ],
                Some("mail-code-expires"),
            ),
            Self::PasskeyLink { .. } => (
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

    /// The name of the app that asks; empty where none does.
    pub(super) fn app(&self) -> &str {
        match self {
            Self::Approve { app, .. } => app,
            _ => "",
        }
    }

    /// The code to type; empty where there is none.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::SignInCode { code, .. } => code,
            _ => "",
        }
    }
}
