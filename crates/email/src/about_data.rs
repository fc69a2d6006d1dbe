//! Letters about one's data and the end of the account.

use super::message::MailContent;

impl MailContent {
    /// Subject, sentence, button and advice of letters about one's data and the end of the account.
    pub(super) const fn words_about_data(&self) -> [&'static str; 4] {
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
