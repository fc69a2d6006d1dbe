//! `[mail]`: delivery of e-mail messages.

use std::net::IpAddr;

use url::Url;

use super::SecretText;
use super::address::is_loopback;
use super::key::Kind;
use super::organizations::is_domain;

section! {
    pub struct Mail in "mail" {
        /// Address of the SMTP server: `smtps://user:password@mail.example.org` (TLS from the
        /// start, port 465) or `smtp://…` (port 587; STARTTLS is required unless the host is
        /// loopback). Unset: nothing is mailed, so e-mail addresses are not verified and an
        /// administrator must reset forgotten passwords. `dev` stores its messages at `/dev/mail`.
        smtp_url: Option<SecretText> =
            Kind::SecretUrl(&["smtps", "smtp"]).unset().alias("DOORWARD_SMTP_URL");
        /// Sender address of e-mail messages, such as `Example <no-reply@example.org>`. Unset:
        /// `no-reply` at the host of the issuer.
        from: Option<String> = Kind::Text.unset();
        /// Name with which this server introduces itself to the SMTP server (`EHLO`): a full host name,
        /// or an address literal such as `[192.0.2.1]`. Unset: the host of the issuer.
        hello_name: Option<String> = Kind::Text.unset();
        /// Accepts e-mail addresses with characters beyond ASCII before the `@`. The SMTP server,
        /// and those that it sends to, must support SMTPUTF8 (RFC 6531). `false`: such an address
        /// is rejected when a user or an administrator enters it. Internationalized domains need no
        /// support.
        smtputf8: bool = Kind::Boolean.default("false");
        /// Addresses and domains, such as `qa@example.org` or `example.org`, to which messages are sent.
        /// Messages to other addresses are dropped with a line in the log. Empty: messages are sent to every
        /// address, except by a database that `doorward restore --as-copy` made, which sends none then.
        only_to: Vec<String> = Kind::StringList.default("");
    }
}

impl Mail {
    /// Returns the address for the mail library. `smtp` means STARTTLS, and plain text only on
    /// loopback.
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

    /// Returns true if a configured name is a host name or an address literal (RFC 5321 §4.1.2).
    pub(super) fn has_valid_hello_name(&self) -> bool {
        let Some(name) = &self.hello_name else {
            return true;
        };
        let literal = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(literal) = literal {
            let literal = literal.strip_prefix("IPv6:").unwrap_or(literal);
            return literal.parse::<IpAddr>().is_ok();
        }
        is_domain(&name.to_ascii_lowercase())
    }

    /// Returns true if each recipient is an address or a domain.
    pub(super) fn has_valid_recipients(&self) -> bool {
        self.only_to.iter().all(|listed| {
            let (user, domain) = listed.rsplit_once('@').unwrap_or(("user", listed));
            !user.is_empty() && is_domain(&domain.to_ascii_lowercase())
        })
    }

    /// Returns true if the address allows messages and the mailbox password in plain text.
    pub(super) fn allows_plain_text(&self) -> bool {
        let url = self.smtp_url.as_ref().map(|url| Url::parse(url.expose()));
        let Some(Ok(url)) = url else { return false };
        let weak = url
            .query_pairs()
            .any(|(name, value)| name == "tls" && value != "required");
        url.scheme() == "smtp" && weak && !is_loopback(&url)
    }
}
