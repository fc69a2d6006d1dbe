//! Messages about personal data and the deletion of the account.

use doorward_domain::model::mail::MailContent;

/// Returns the message keys of subject, text, button and advice of a message about personal
/// data or the deletion of the account.
pub(super) const fn data_message_keys(content: &MailContent) -> [&'static str; 4] {
    match content {
        MailContent::Exported { .. } => [
            "mail-exported-subject",
            "mail-exported-text",
            "mail-secure-button",
            "mail-secure",
        ],
        MailContent::Leaving { .. } => [
            "mail-leaving-subject",
            "mail-leaving-text",
            "mail-leaving-button",
            "mail-leaving-advice",
        ],
        MailContent::Kept { .. } => [
            "mail-kept-subject",
            "mail-kept-text",
            "mail-secure-button",
            "mail-secure",
        ],
        _ => ["mail-deleted-subject", "mail-deleted-text", "", ""],
    }
}
