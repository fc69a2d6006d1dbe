//! `[mail]`: how mails leave.

use serde::{Deserialize, Serialize};
use url::Url;

use super::SecretText;
use super::address::is_loopback;
use super::key::{Key, Kind};

/// Outgoing mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server that takes mails; none: nothing is mailed.
    pub smtp_url: Option<SecretText>,
    /// Who mails come from; none: `no-reply` at the host of the issuer.
    pub from: Option<String>,
}

/// The keys of `[mail]`.
pub const KEYS: &[Key] = &[
    Key::optional(
        "mail.smtp_url",
        Kind::SecretUrl(&["smtps", "smtp"]),
        "The mail server: `smtps://user:password@mail.example.org` (TLS from the start, port 465), \
         or `smtp://…` (STARTTLS, port 587), which is required unless the host is loopback. Without \
         it nothing is mailed: addresses are not verified and forgotten passwords are set by an \
         administrator. `dev` keeps its mails at `/dev/mail`.",
    )
    .alias("DOORWARD_SMTP_URL"),
    Key::optional(
        "mail.from",
        Kind::Text,
        "Who mails come from, such as `Example <no-reply@example.org>`. When not set: `no-reply` at \
         the host of the issuer.",
    ),
];

impl Mail {
    /// The server's address as the mail library reads it: `smtp` means STARTTLS, never plain text,
    /// except on this machine.
    pub fn smtp_address(&self) -> Option<String> {
        let text = self.smtp_url.as_ref()?.expose();
        let Ok(mut url) = Url::parse(text) else {
            return Some(text.to_owned());
        };
        let names_tls = url.query_pairs().any(|(name, _)| name == "tls");
        if url.scheme() == "smtp" && !names_tls && !is_loopback(&url) {
            url.query_pairs_mut().append_pair("tls", "required");
        }
        Some(url.to_string())
    }

    /// Whether the address asks for mails, and the password of the mailbox, in plain text.
    pub(super) fn allows_plain_text(&self) -> bool {
        let url = self.smtp_url.as_ref().map(|url| Url::parse(url.expose()));
        let Some(Ok(url)) = url else { return false };
        let weak = url
            .query_pairs()
            .any(|(name, value)| name == "tls" && value != "required");
        url.scheme() == "smtp" && weak && !is_loopback(&url)
    }
}
