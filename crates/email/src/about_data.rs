//! Messages about personal data and the deletion of the account.

use super::message::MailContent;

impl MailContent {
    /// Returns the message keys of subject, text, button and advice of a message about personal
    /// data or the deletion of the account.
    pub(super) const fn data_message_keys(&self) -> [&'static str; 4] {
        match self {
            Self::Exported { .. } => [
                "mail-exported-subject",
                "mail-exported-text",
                "mail-secure-button",
                "mail-secure",
            ],
            Self::Leaving { .. } => [
                "mail-leaving-subject",
                "mail-leaving-text",
                "mail-leaving-button",
                "mail-leaving-advice",
            ],
            Self::Kept { .. } => [
                "mail-kept-subject",
                "mail-kept-text",
                "mail-secure-button",
                "mail-secure",
            ],
            _ => ["mail-deleted-subject", "mail-deleted-text", "", ""],
        }
    }
}
