//! What mails say: a letter is kept as its few facts, and written in the reader's language when it
//! is sent.

use askama::Template;
use fluent_templates::fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use crate::i18n::Lang;
use crate::views::chrome;
use crate::views::device::Device;

/// Where a request came from, for "asked from Firefox on Linux".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The `User-Agent`.
    pub user_agent: String,
    /// The address.
    pub ip: String,
    /// When.
    pub at: i64,
}

/// What there is to say.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Confirm the address of a new account.
    Verify {
        /// The link.
        url: String,
    },
    /// Somebody tried to make an account with an address that has one.
    KnownAddress {
        /// The sign-in page.
        url: String,
    },
    /// Choose a new password.
    Reset {
        /// The link.
        url: String,
    },
    /// The password was changed.
    PasswordChanged {
        /// Where to get a new one.
        url: String,
    },
    /// Confirm the address that the account moves to.
    Change {
        /// The link.
        url: String,
    },
    /// The account has moved to another address; mailed to the former one.
    Changed {
        /// The new address, mostly hidden.
        address: String,
        /// The link that takes it back; none where the former address was never proved.
        url: Option<String>,
    },
    /// A move was taken back.
    Restored {
        /// Where to choose a new password.
        url: String,
    },
}

/// A mail to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// In which language (BCP 47).
    pub lang: String,
    /// The name to greet with.
    pub name: String,
    /// What caused it.
    pub asked: Asked,
    /// What it says.
    pub content: Content,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Links open accounts.
        f.write_str("Letter(…)")
    }
}

/// A written letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject: nothing in it was typed by a stranger (EM-3).
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The keys of one kind of letter.
struct Words {
    subject: &'static str,
    body: &'static str,
    button: &'static str,
    expiry: Option<&'static str>,
    otherwise: &'static str,
}

impl Content {
    fn words(&self) -> Words {
        let words = |subject, body, button, expiry, otherwise| Words {
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
            Self::PasswordChanged { .. } => words(
                "mail-password-subject",
                "mail-password-text",
                "mail-secure-button",
                None,
                "mail-secure",
            ),
            Self::Change { .. } => words(
                "mail-change-subject",
                "mail-change-text",
                "mail-change-button",
                Some("mail-expires-day"),
                "mail-ignore",
            ),
            Self::Changed { .. } => words(
                "mail-changed-subject",
                "mail-changed-text",
                "mail-changed-button",
                Some("mail-expires-three-days"),
                "mail-undo",
            ),
            Self::Restored { .. } => words(
                "mail-restored-subject",
                "mail-restored-text",
                "mail-restored-button",
                None,
                "mail-restored-advice",
            ),
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Changed { url, .. } => url.as_deref(),
            Self::Verify { url }
            | Self::KnownAddress { url }
            | Self::Reset { url }
            | Self::PasswordChanged { url }
            | Self::Change { url }
            | Self::Restored { url } => Some(url),
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Changed { address, .. } => address,
            _ => "",
        }
    }
}

/// A button with its address.
struct Action {
    label: String,
    url: String,
    hint: String,
}

/// Both parts, from the same words.
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

impl Letter {
    /// Writes both parts.
    ///
    /// # Errors
    /// An [`askama::Error`] if a template fails, which no letter should make it do.
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
        let words = self.content.words();
        let say = |key: &str| {
            let address = self.content.address();
            lang.text_with(
                key,
                &[
                    ("site", FluentValue::from(site)),
                    ("name", FluentValue::from(plain(&self.name))),
                    ("address", FluentValue::from(plain(address))),
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
            asked: self.asked_line(lang),
            footer: say("mail-footer"),
            action,
            lang,
            site: site.to_owned(),
            issuer: issuer.to_owned(),
        }
    }

    fn asked_line(&self, lang: Lang) -> String {
        let device = Device::from_user_agent(&self.asked.user_agent).words(lang);
        let variables = [
            ("device", FluentValue::from(device)),
            ("ip", FluentValue::from(self.asked.ip.as_str())),
            ("time", FluentValue::from(chrome::utc(self.asked.at))),
        ];
        if self.asked.ip.is_empty() {
            lang.text_with("mail-asked", &variables)
        } else {
            lang.text_with("mail-asked-ip", &variables)
        }
    }
}

/// What a stranger may have typed: no line breaks, and nothing that mail programs turn into a link.
fn plain(text: &str) -> String {
    let text = text.replace("://", " ");
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// An address of which only its owner recognises the rest: `a…@example.org`.
pub fn hidden(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}
