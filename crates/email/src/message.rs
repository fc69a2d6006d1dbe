//! The content of mails. A message is stored as its few values, and rendered in the recipient's
//! language when it is sent.

use askama::Template;
use doorward_i18n::Lang;
use doorward_i18n::place::Location;
use doorward_templates::device::Device;
use doorward_templates::layout;
use fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::plain::{plain, single_line};
use crate::security_notification::SecurityNotification;

/// The origin of a request, for "asked from Firefox on Linux".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestOrigin {
    /// The `User-Agent`.
    pub user_agent: String,
    /// The IP address.
    pub ip: String,
    /// The approximate location of the IP address.
    #[serde(default)]
    pub place: Option<Location>,
    /// The time.
    pub at: i64,
}

/// The content of a message.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailContent {
    /// Confirms the address of a new account.
    Verify {
        /// The link.
        url: String,
    },
    /// Invites the user to join an organization.
    Invited {
        /// The link.
        url: String,
        /// The name of the organization.
        organization: String,
        /// The name of the inviting user; `None` for the operator.
        inviter: Option<String>,
    },
    /// Reports an attempt to register with an address that already has an account.
    KnownAddress {
        /// The sign-in page.
        url: String,
    },
    /// Sets a new password.
    Reset {
        /// The link.
        url: String,
    },
    /// Sets the first password of an account that an administrator created.
    Welcome {
        /// The link.
        url: String,
    },
    /// Registers a passkey.
    PasskeyLink {
        /// The link.
        url: String,
    },
    /// Reports that the password was changed.
    PasswordChanged {
        /// The page that sets a new password.
        url: String,
    },
    /// Confirms the new address of an account.
    Change {
        /// The link.
        url: String,
    },
    /// Reports, at the former address, that the account has another address.
    Changed {
        /// The new address, mostly masked.
        address: String,
        /// The link that restores the former address; `None` if that address was never verified.
        url: Option<String>,
    },
    /// Reports that the former address was restored.
    Restored {
        /// The page that sets a new password.
        url: String,
    },
    /// Reports a security event.
    Notice {
        /// The event.
        notice: SecurityNotification,
        /// The page that secures the account.
        url: String,
    },
    /// Reports that a copy of all personal data was downloaded.
    Exported {
        /// The page that sets a new password.
        url: String,
    },
    /// Reports that the account will be deleted.
    Leaving {
        /// The page that cancels the deletion.
        url: String,
        /// The time of the deletion.
        due: i64,
    },
    /// Reports that the deletion was cancelled.
    Kept {
        /// The page that sets a new password.
        url: String,
    },
    /// Reports that the account was deleted.
    Deleted,
    /// Reports that an administrator disabled the account.
    SwitchedOff,
    /// Shows an administrator that mail is delivered.
    Test,
    /// Signs the user in with a code or a link.
    SignInCode {
        /// The code, in groups.
        code: String,
        /// The link.
        url: String,
    },
    /// Asks the user to approve a sign-in that a client requests (CIBA Core §7).
    Approve {
        /// The page that approves or denies it.
        url: String,
        /// The registered name of the client.
        app: String,
    },
}

/// A message to one user.
#[derive(Clone, Serialize, Deserialize)]
pub struct MailMessage {
    /// The address of the recipient.
    pub to: String,
    /// The language (BCP 47).
    pub lang: String,
    /// The name in the greeting.
    pub name: String,
    /// The origin of the request that caused it.
    pub asked: RequestOrigin,
    /// The content.
    pub content: MailContent,
}

impl std::fmt::Debug for MailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The content is omitted: its links give access to accounts.
        f.write_str("Letter(…)")
    }
}

/// A rendered message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject, which contains no text of anonymous requests.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The message keys of one kind of message.
struct MessageKeys {
    subject: &'static str,
    body: &'static str,
    button: &'static str,
    expiry: Option<&'static str>,
    otherwise: &'static str,
}

impl MailContent {
    fn message_keys(&self) -> MessageKeys {
        let words = |subject, body, button, expiry, otherwise| MessageKeys {
            subject,
            body,
            button,
            expiry,
            otherwise,
        };
        match self {
            Self::Verify { .. } => words(
                "mail-verify-subject",
                "mail-verify-text",
                "mail-verify-button",
                Some("mail-expires-day"),
                "mail-ignore",
            ),
            Self::Invited { inviter, .. } => words(
                "mail-invited-subject",
                if inviter.is_some() {
                    "mail-invited-by-text"
                } else {
                    "mail-invited-text"
                },
                "mail-invited-button",
                Some("mail-expires-week"),
                "mail-invited-otherwise",
            ),
            Self::KnownAddress { .. } => words(
                "mail-known-subject",
                "mail-known-text",
                "mail-known-button",
                None,
                "mail-ignore",
            ),
            Self::Reset { .. } => words(
                "mail-reset-subject",
                "mail-reset-text",
                "mail-reset-button",
                Some("mail-expires-half-hour"),
                "mail-ignore",
            ),
            Self::Welcome { .. } => words(
                "mail-welcome-subject",
                "mail-welcome-text",
                "mail-reset-button",
                Some("mail-expires-day"),
                "mail-welcome-later",
            ),
            Self::PasswordChanged { .. } => words(
                "mail-password-subject",
                "mail-password-text",
                "mail-secure-button",
                None,
                "mail-secure",
            ),
            Self::Change { .. } | Self::Changed { .. } | Self::Restored { .. } => {
                let ([subject, body, button, otherwise], expiry) = self.address_message_keys();
                words(subject, body, button, expiry, otherwise)
            }
            Self::Notice { notice, .. } => {
                let (subject, body) = notice.message_keys();
                words(subject, body, "notice-button", None, "notice-otherwise")
            }
            Self::SignInCode { .. } | Self::Approve { .. } | Self::PasskeyLink { .. } => {
                let ([subject, body, button, otherwise], expiry) = self.sign_in_message_keys();
                words(subject, body, button, expiry, otherwise)
            }
            Self::SwitchedOff => words("mail-off-subject", "mail-off-text", "", None, ""),
            Self::Test => words("mail-test-subject", "mail-test-text", "", None, ""),
            Self::Exported { .. } | Self::Leaving { .. } | Self::Kept { .. } | Self::Deleted => {
                let [subject, body, button, otherwise] = self.data_message_keys();
                words(subject, body, button, None, otherwise)
            }
        }
    }

    /// Returns the message keys of subject, text, button and advice of a message about a change of
    /// address, and the key of its expiry.
    const fn address_message_keys(&self) -> ([&'static str; 4], Option<&'static str>) {
        match self {
            Self::Change { .. } => (
                [
                    "mail-change-subject",
                    "mail-change-text",
                    "mail-change-button",
                    "mail-ignore",
                ],
                Some("mail-expires-day"),
            ),
            Self::Changed { .. } => (
                [
                    "mail-changed-subject",
                    "mail-changed-text",
                    "mail-changed-button",
                    "mail-undo",
                ],
                Some("mail-expires-three-days"),
            ),
            _ => (
                [
                    "mail-restored-subject",
                    "mail-restored-text",
                    "mail-restored-button",
                    "mail-restored-advice",
                ],
                None,
            ),
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Changed { url, .. } => url.as_deref(),
            Self::Verify { url }
            | Self::Invited { url, .. }
            | Self::KnownAddress { url }
            | Self::Reset { url }
            | Self::Welcome { url }
            | Self::PasskeyLink { url }
            | Self::PasswordChanged { url }
            | Self::Change { url }
            | Self::Restored { url }
            | Self::Exported { url }
            | Self::Leaving { url, .. }
            | Self::Kept { url }
            | Self::SignInCode { url, .. }
            | Self::Approve { url, .. }
            | Self::Notice { url, .. } => Some(url),
            Self::Deleted | Self::SwitchedOff | Self::Test => None,
        }
    }

    /// Returns the number in the text; 0 for texts without a number.
    const fn count(&self) -> u64 {
        match self {
            Self::Notice { notice, .. } => notice.count(),
            _ => 0,
        }
    }

    /// Returns the message keys of the origin: without IP address, with it, and with its location.
    const fn origin(&self) -> [&'static str; 3] {
        match self {
            Self::Notice { .. } => [
                "notice-happened",
                "notice-happened-ip",
                "notice-happened-place",
            ],
            _ => ["mail-asked", "mail-asked-ip", "mail-asked-place"],
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Changed { address, .. } => address,
            _ => "",
        }
    }

    /// Returns the names of the organization and of the inviting user; empty for other messages.
    fn invited(&self) -> (&str, &str) {
        match self {
            Self::Invited {
                organization,
                inviter,
                ..
            } => (organization, inviter.as_deref().unwrap_or_default()),
            _ => ("", ""),
        }
    }

    /// Returns the message key of the footer, which explains why the recipient gets the message.
    const fn footer(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "mail-invited-footer",
            _ => "mail-footer",
        }
    }

    /// Returns the time in the text; empty for texts without a time.
    fn moment(&self, lang: Lang) -> String {
        match self {
            Self::Leaving { due, .. } => layout::utc(lang, *due),
            _ => String::new(),
        }
    }
}

/// A button with its URL.
struct Action {
    label: String,
    url: String,
    hint: String,
}

/// The rendered texts that both parts contain.
struct Parts {
    lang: Lang,
    subject: String,
    site: String,
    issuer: String,
    greeting: String,
    body: String,
    action: Option<Action>,
    expiry: Option<String>,
    asked: String,
    otherwise: Option<String>,
    footer: String,
}

#[derive(Template)]
#[template(path = "emails/letter.html")]
struct Html<'a> {
    parts: &'a Parts,
}

#[derive(Template)]
#[template(path = "emails/letter.txt", escape = "none")]
struct Text<'a> {
    parts: &'a Parts,
}

impl MailMessage {
    /// Renders both parts.
    ///
    /// # Errors
    /// An [`askama::Error`] if a template fails, which does not happen with valid content.
    pub fn write(&self, site: &str, issuer: &str) -> Result<Written, askama::Error> {
        let parts = self.parts(site, issuer);
        Ok(Written {
            text: Text { parts: &parts }.render()?,
            html: Html { parts: &parts }.render()?,
            subject: parts.subject,
        })
    }

    fn parts(&self, site: &str, issuer: &str) -> Parts {
        let lang = Lang::from_tag(&self.lang).unwrap_or_default();
        let words = self.content.message_keys();
        let say = |key: &str| {
            let address = self.content.address();
            let (organization, inviter) = self.content.invited();
            lang.text_with(
                key,
                &[
                    ("site", FluentValue::from(site)),
                    ("name", FluentValue::from(plain(&self.name))),
                    ("address", FluentValue::from(single_line(address))),
                    ("organization", FluentValue::from(plain(organization))),
                    ("inviter", FluentValue::from(plain(inviter))),
                    ("app", FluentValue::from(plain(self.content.app()))),
                    ("code", FluentValue::from(self.content.code())),
                    ("count", FluentValue::from(self.content.count())),
                    ("moment", FluentValue::from(self.content.moment(lang))),
                ],
            )
        };
        let action = self.content.url().map(|url| Action {
            label: say(words.button),
            url: url.to_owned(),
            hint: lang.text("mail-url-hint"),
        });
        Parts {
            subject: say(words.subject),
            greeting: say("mail-greeting"),
            body: say(words.body),
            expiry: words.expiry.filter(|_| action.is_some()).map(say),
            otherwise: action.is_some().then(|| say(words.otherwise)),
            asked: self.request_line(lang),
            footer: say(self.content.footer()),
            action,
            lang,
            site: site.to_owned(),
            issuer: issuer.to_owned(),
        }
    }

    /// Returns the sentence about the request that caused the message; empty if no request did.
    fn request_line(&self, lang: Lang) -> String {
        if self.asked.ip.is_empty() && self.asked.user_agent.is_empty() {
            return String::new();
        }
        let device = Device::from_user_agent(&self.asked.user_agent).label_in(lang);
        let place = self.asked.place.as_ref().map(|place| place.describe(lang));
        let [without, with_ip, with_place] = self.content.origin();
        let key = match &place {
            _ if self.asked.ip.is_empty() => without,
            None => with_ip,
            Some(_) => with_place,
        };
        let variables = [
            ("device", FluentValue::from(device)),
            ("place", FluentValue::from(place.unwrap_or_default())),
            ("ip", FluentValue::from(self.asked.ip.as_str())),
            ("time", FluentValue::from(layout::utc(lang, self.asked.at))),
        ];
        lang.text_with(key, &variables)
    }
}

/// Masks an address so that only its owner recognizes it: `a…@example.org`.
pub fn hidden(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}
