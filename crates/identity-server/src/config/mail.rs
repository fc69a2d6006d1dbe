//! `[mail]`: how mails leave.

use serde::{Deserialize, Serialize};
use url::Url;

use super::check::is_loopback;
use super::key::{Key, Kind};
use super::{Config, SecretText};

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

impl Config {
    /// Whether mails reach anybody, be it the inbox of a development instance.
    pub fn can_mail(&self) -> bool {
        self.mail.smtp_url.is_some() || self.keeps_mail()
    }

    /// Whether mails are kept in the database and shown at `/dev/mail` instead of being sent.
    pub fn keeps_mail(&self) -> bool {
        self.capture_mail || (self.is_dev() && self.mail.smtp_url.is_none())
    }

    /// Whether people have to prove that they read their address before anything else.
    pub fn verifies_email(&self) -> bool {
        match self.registration.verify_email {
            Some(wanted) => wanted,
            None => self.mail.smtp_url.is_some() && !self.is_dev(),
        }
    }

    /// Who mails come from.
    pub fn mail_from(&self) -> String {
        match &self.mail.from {
            Some(from) => from.clone(),
            None => format!("no-reply@{}", self.issuer_host()),
        }
    }

    /// The host of the issuer, for mail addresses and message ids.
    pub fn issuer_host(&self) -> String {
        let url = Url::parse(&self.issuer).ok();
        let host = url.as_ref().and_then(Url::host_str);
        match host {
            Some(host) if host.contains(|c: char| c.is_ascii_alphabetic()) => host.to_owned(),
            _ => "localhost".to_owned(),
        }
    }
}
