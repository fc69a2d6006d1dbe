//! What mails say: a letter is kept as its few facts, and written in the reader's language when it
//! is sent.

use askama::Template;
use doorward_i18n::Lang;
use doorward_i18n::place::Location;
use doorward_templates::chrome;
use doorward_templates::device::Device;
use fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::plain::{one_line, plain};
use crate::security_notification::SecurityNotification;

/// Where a request came from, for "asked from Firefox on Linux".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The `User-Agent`.
    pub user_agent: String,
    /// The address.
    pub ip: String,
    /// Roughly where the address is, in the language of the letter.
    #[serde(default)]
    pub place: Option<Location>,
    /// When.
    pub at: i64,
}

/// What there is to say.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailContent {
    /// Confirm the address of a new account.
    Verify {
        /// The link.
        url: String,
    },
    /// Join an organization.
    Invited {
        /// The link.
        url: String,
        /// The name of the organization.
        organization: String,
        /// The name of who invites; none for the operator.
        inviter: Option<String>,
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
    /// An account was made for its owner; choose the first password.
    Welcome {
        /// The link.
        url: String,
    },
    /// Add a passkey.
    PasskeyLink {
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
    /// Something happened that the owner has to know.
    Notice {
        /// What.
        notice: SecurityNotification,
        /// Where to secure the account.
        url: String,
    },
    /// A copy of all personal data was downloaded.
    Exported {
        /// Where to choose a new password.
        url: String,
    },
    /// The account is to be deleted.
    Leaving {
        /// Where to keep it.
        url: String,
        /// When it goes.
        due: i64,
    },
    /// The account is kept after all.
    Kept {
        /// Where to choose a new password.
        url: String,
    },
    /// The account is gone.
    Deleted,
    /// An administrator switched the account off.
    SwitchedOff,
    /// Sign in with this code, or by the link.
    SignInCode {
        /// The code, in groups.
        code: String,
        /// The link.
        url: String,
    },
    /// An app asks for the person (CIBA Core §7).
    Approve {
        /// Where to answer.
        url: String,
        /// The registered name of the app.
        app: String,
    },
}

/// A mail to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct MailMessage {
    /// To whom.
    pub to: String,
    /// In which language (BCP 47).
    pub lang: String,
    /// The name to greet with.
    pub name: String,
    /// What caused it.
    pub asked: Asked,
    /// What it says.
    pub content: MailContent,
}

impl std::fmt::Debug for MailMessage {
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

impl MailContent {
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
                let ([subject, body, button, otherwise], expiry) = self.words_about_address();
                words(subject, body, button, expiry, otherwise)
            }
            Self::Notice { notice, .. } => {
                let (subject, body) = notice.words();
                words(subject, body, "notice-button", None, "notice-otherwise")
            }
            Self::SignInCode { .. } | Self::Approve { .. } | Self::PasskeyLink { .. } => {
                let ([subject, body, button, otherwise], expiry) = self.words_about_sign_in();
                words(subject, body, button, expiry, otherwise)
            }
            Self::SwitchedOff => words("mail-off-subject", "mail-off-text", "", None, ""),
            Self::Exported { .. } | Self::Leaving { .. } | Self::Kept { .. } | Self::Deleted => {
                let [subject, body, button, otherwise] = self.words_about_data();
                words(subject, body, button, None, otherwise)
            }
        }
    }

    /// Subject, sentence, button and advice of letters about moving to another address, and how long
    /// their links are good.
    const fn words_about_address(&self) -> ([&'static str; 4], Option<&'static str>) {
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
            Self::Deleted | Self::SwitchedOff => None,
        }
    }

    /// The number in its sentence, where there is one.
    const fn count(&self) -> u64 {
        match self {
            Self::Notice { notice, .. } => notice.count(),
            _ => 0,
        }
    }

    /// The keys of where it came from: without the address, with it, and with its place.
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

    /// The names of the organization and of who invites; empty where there are none.
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

    /// Why the reader gets it.
    const fn footer(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "mail-invited-footer",
            _ => "mail-footer",
        }
    }

    /// The moment that it speaks of; empty where there is none.
    fn moment(&self, lang: Lang) -> String {
        match self {
            Self::Leaving { due, .. } => chrome::utc(lang, *due),
            _ => String::new(),
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

impl MailMessage {
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
            let (organization, inviter) = self.content.invited();
            lang.text_with(
                key,
                &[
                    ("site", FluentValue::from(site)),
                    ("name", FluentValue::from(plain(&self.name))),
                    ("address", FluentValue::from(one_line(address))),
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
            asked: self.asked_line(lang),
            footer: say(self.content.footer()),
            action,
            lang,
            site: site.to_owned(),
            issuer: issuer.to_owned(),
        }
    }

    /// Who caused it; empty where nobody did but the time.
    fn asked_line(&self, lang: Lang) -> String {
        if self.asked.ip.is_empty() && self.asked.user_agent.is_empty() {
            return String::new();
        }
        let device = Device::from_user_agent(&self.asked.user_agent).words(lang);
        let place = self.asked.place.as_ref().map(|place| place.words(lang));
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
            ("time", FluentValue::from(chrome::utc(lang, self.asked.at))),
        ];
        lang.text_with(key, &variables)
    }
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
