//! Messages as text in the recipient's language.

use askama::Template;
use doorward_domain::feature_mail::{self, FeatureMail};
use doorward_domain::model::mail::{MailContent, MailMessage, MailValue};
use doorward_i18n::device::Device;
use doorward_i18n::{Lang, date, place};
use doorward_rules::brand::{Brand, BrandLinks};
use fluent_bundle::FluentValue;

use super::about_data::data_message_keys;
use super::about_sign_in::{MessageKeys, sign_in_message_keys};
use super::mail_name::name;
use super::own_template::{MailTemplates, Part, Values};
use super::plain::{plain, single_line};
use super::security_notification;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject, which contains no text of anonymous requests.
    pub subject: String,
    pub text: String,
    pub html: String,
    pub logo: Option<EmbeddedLogo>,
}

/// The logo in the HTML part, which is sent with the message, so that reading it loads nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedLogo {
    /// Content ID (RFC 2392).
    pub id: String,
    /// Name of the brand's file.
    pub file: String,
    width: u32,
    height: u32,
}

fn message_keys(content: &MailContent) -> MessageKeys {
    let words =
        |subject, body, button, expiry, otherwise| ([subject, body, button, otherwise], expiry);
    match content {
        MailContent::Verify { .. } => words(
            "mail-verify-subject",
            "mail-verify-text",
            "mail-verify-button",
            Some("mail-expires-day"),
            "mail-ignore",
        ),
        MailContent::Invited { inviter, .. } => words(
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
        MailContent::KnownAddress { .. } => words(
            "mail-known-subject",
            "mail-known-text",
            "mail-known-button",
            None,
            "mail-ignore",
        ),
        MailContent::Reset { .. } => words(
            "mail-reset-subject",
            "mail-reset-text",
            "mail-reset-button",
            Some("mail-expires-half-hour"),
            "mail-ignore",
        ),
        MailContent::Welcome { .. } => words(
            "mail-welcome-subject",
            "mail-welcome-text",
            "mail-reset-button",
            Some("mail-expires-day"),
            "mail-welcome-later",
        ),
        MailContent::PasswordChanged { .. } => words(
            "mail-password-subject",
            "mail-password-text",
            "mail-secure-button",
            None,
            "mail-secure",
        ),
        MailContent::NewPasswordRequired { .. } => words(
            "mail-new-password-subject",
            "mail-new-password-text",
            "mail-secure-button",
            None,
            "mail-new-password-otherwise",
        ),
        MailContent::Change { .. } | MailContent::Changed { .. } | MailContent::Restored { .. } => {
            address_message_keys(content)
        }
        MailContent::Notice { notice, .. } => {
            let (subject, body) = security_notification::message_keys(*notice);
            words(subject, body, "notice-button", None, "notice-otherwise")
        }
        MailContent::SignInCode { .. }
        | MailContent::Approve { .. }
        | MailContent::PasskeyLink { .. } => sign_in_message_keys(content),
        MailContent::Feature { mail, .. } => (
            feature_mail::find(mail)
                .map(|mail| mail.keys)
                .unwrap_or_default(),
            None,
        ),
        MailContent::SwitchedOff => words("mail-off-subject", "mail-off-text", "", None, ""),
        MailContent::Test => words("mail-test-subject", "mail-test-text", "", None, ""),
        MailContent::Exported { .. }
        | MailContent::Leaving { .. }
        | MailContent::Kept { .. }
        | MailContent::Deleted => (data_message_keys(content), None),
    }
}

const fn address_message_keys(content: &MailContent) -> MessageKeys {
    match content {
        MailContent::Change { .. } => (
            [
                "mail-change-subject",
                "mail-change-text",
                "mail-change-button",
                "mail-ignore",
            ],
            Some("mail-expires-day"),
        ),
        MailContent::Changed { .. } => (
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

fn url(content: &MailContent) -> Option<&str> {
    match content {
        MailContent::Changed { url, .. } => url.as_deref(),
        MailContent::Verify { url }
        | MailContent::Invited { url, .. }
        | MailContent::KnownAddress { url }
        | MailContent::Reset { url }
        | MailContent::Welcome { url }
        | MailContent::PasskeyLink { url }
        | MailContent::PasswordChanged { url }
        | MailContent::NewPasswordRequired { url }
        | MailContent::Change { url }
        | MailContent::Restored { url }
        | MailContent::Exported { url }
        | MailContent::Leaving { url, .. }
        | MailContent::Kept { url }
        | MailContent::SignInCode { url, .. }
        | MailContent::Approve { url, .. }
        | MailContent::Feature { url, .. }
        | MailContent::Notice { url, .. } => Some(url),
        MailContent::Deleted | MailContent::SwitchedOff | MailContent::Test => None,
    }
}

/// Returns the variables that only texts of this content have.
fn variables(content: &MailContent, lang: Lang) -> Vec<(&'static str, FluentValue<'_>)> {
    match content {
        MailContent::Changed { address, .. } => vec![("address", single_line(address).into())],
        MailContent::Invited {
            organization,
            inviter,
            ..
        } => vec![
            ("organization", plain(organization).into()),
            (
                "inviter",
                plain(inviter.as_deref().unwrap_or_default()).into(),
            ),
        ],
        MailContent::Approve { app, .. } => vec![("app", plain(app).into())],
        MailContent::SignInCode { code, .. } => vec![("code", code.as_str().into())],
        MailContent::Notice { notice, .. } => {
            vec![("count", security_notification::count(*notice).into())]
        }
        MailContent::Feature { mail, values, .. } => {
            let names = feature_mail::find(mail).into_iter();
            let names = names.flat_map(FeatureMail::variables);
            let value = |name| match values.get(name)? {
                MailValue::Text(text) => Some((name, plain(text).into())),
                MailValue::Moment(at) => Some((name, date::utc(lang, *at).into())),
            };
            names.filter_map(value).collect()
        }
        MailContent::Leaving { due, .. } => vec![("moment", date::utc(lang, *due).into())],
        _ => Vec::new(),
    }
}

/// Returns the message keys of the origin: without IP address, with it, and with its location.
const fn origin(content: &MailContent) -> [&'static str; 3] {
    match content {
        MailContent::Notice { .. } => [
            "notice-happened",
            "notice-happened-ip",
            "notice-happened-place",
        ],
        _ => ["mail-asked", "mail-asked-ip", "mail-asked-place"],
    }
}

const fn footer(content: &MailContent) -> &'static str {
    match content {
        MailContent::Invited { .. } => "mail-invited-footer",
        MailContent::Test => "mail-test-footer",
        _ => "mail-footer",
    }
}

/// The color of buttons without a brand, whose text is white.
const ACCENT: &str = "#1f4fd1";

struct Action {
    label: String,
    url: String,
    hint: String,
}

struct Link {
    label: String,
    url: String,
}

/// The rendered texts that both parts contain.
struct Parts {
    lang: Lang,
    subject: String,
    site: String,
    logo: Option<EmbeddedLogo>,
    accent: String,
    links: Vec<Link>,
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

/// Writes a message with the own templates, or else with those of the server.
pub fn write(
    message: &MailMessage,
    brand: &Brand,
    templates: &MailTemplates,
    issuer: &str,
) -> Result<Written, askama::Error> {
    if let MailContent::Feature { mail, .. } = &message.content
        && feature_mail::find(mail).is_none()
    {
        let problem =
            format!("this program has no message {mail:?}: it was built without its feature");
        return Err(askama::Error::custom(problem));
    }
    let mut parts = parts(message, brand, issuer);
    let (name, lang) = (name(&message.content), parts.lang);
    let values = parts.values(message, brand);
    if let Some(subject) = templates.subject(name, lang, &values) {
        parts.subject = single_line(&subject);
    }
    let own = |part| templates.render(name, lang, part, &values);
    Ok(Written {
        text: match own(Part::Text) {
            Some(text) => text,
            None => Text { parts: &parts }.render()?,
        },
        html: match own(Part::Html) {
            Some(html) => html,
            None => Html { parts: &parts }.render()?,
        },
        subject: parts.subject,
        logo: parts.logo.filter(|_| templates.has_logo(name, lang)),
    })
}

impl Parts {
    /// Returns the values for own templates.
    fn values(&self, message: &MailMessage, brand: &Brand) -> Values {
        let logo = self.logo.as_ref().map(|logo| {
            let EmbeddedLogo {
                id, width, height, ..
            } = logo;
            format!("<img src=\"cid:{id}\" width=\"{width}\" height=\"{height}\" alt=\"\">")
        });
        let action = self.action.as_ref();
        let links = &brand.links;
        let set = [
            ("accent", Some(&self.accent)),
            ("asked", Some(&self.asked)),
            ("body", Some(&self.body)),
            ("button", action.map(|action| &action.label)),
            ("expiry", self.expiry.as_ref()),
            ("footer", Some(&self.footer)),
            ("greeting", Some(&self.greeting)),
            ("imprint_url", links.imprint.as_ref()),
            ("issuer", Some(&self.issuer)),
            ("logo", logo.as_ref()),
            ("otherwise", self.otherwise.as_ref()),
            ("privacy_url", links.privacy.as_ref()),
            ("site", Some(&self.site)),
            ("subject", Some(&self.subject)),
            ("support_url", links.support.as_ref()),
            ("terms_url", links.terms.as_ref()),
            ("url", action.map(|action| &action.url)),
        ];
        let set = set.into_iter();
        let mut values: Values = set
            .filter_map(|(name, value)| Some((name, value?.clone())))
            .collect();
        values.insert("lang", self.lang.code().to_owned());
        values.insert("dir", self.lang.dir().to_owned());
        values.insert("name", plain(&message.name));
        for (name, value) in variables(&message.content, self.lang) {
            if let FluentValue::String(text) = value {
                values.insert(name, text.into_owned());
            }
        }
        values
    }
}

fn parts(message: &MailMessage, brand: &Brand, issuer: &str) -> Parts {
    let lang = Lang::from_tag(&message.lang).unwrap_or_default();
    let content = &message.content;
    let ([subject, body, button, otherwise], expiry) = message_keys(content);
    let mut variables = variables(content, lang);
    variables.extend([
        ("site", FluentValue::from(brand.name.as_str())),
        ("name", FluentValue::from(plain(&message.name))),
    ]);
    let say = |key: &str| lang.text_with(key, &variables);
    let action = url(content).map(|url| Action {
        label: say(button),
        url: url.to_owned(),
        hint: lang.text("mail-url-hint"),
    });
    Parts {
        subject: say(subject),
        greeting: say("mail-greeting"),
        body: say(body),
        expiry: expiry.filter(|_| action.is_some()).map(say),
        otherwise: action.is_some().then(|| say(otherwise)),
        asked: request_line(message, lang),
        footer: say(footer(content)),
        action,
        lang,
        site: brand.name.clone(),
        logo: embedded_logo(brand),
        accent: brand
            .accent
            .map_or_else(|| ACCENT.to_owned(), |accent| accent.to_string()),
        links: links(&brand.links, lang),
        issuer: issuer.to_owned(),
    }
}

/// Returns the light logo, which lies on white in every mail program.
fn embedded_logo(brand: &Brand) -> Option<EmbeddedLogo> {
    let logo = &brand.logo.as_ref()?.light;
    Some(EmbeddedLogo {
        id: logo.content_id(),
        file: logo.name().to_owned(),
        width: logo.width,
        height: logo.height,
    })
}

fn links(links: &BrandLinks, lang: Lang) -> Vec<Link> {
    let links = [
        ("help", links.support.as_deref()),
        ("privacy", links.privacy.as_deref()),
        ("terms", links.terms.as_deref()),
        ("imprint", links.imprint.as_deref()),
    ];
    let links = links.into_iter();
    let link = |(key, url): (&str, Option<&str>)| {
        url.map(|url| Link {
            label: lang.text(key),
            url: url.to_owned(),
        })
    };
    links.filter_map(link).collect()
}

/// Returns the sentence about the request that caused the message; empty if no request did.
fn request_line(message: &MailMessage, lang: Lang) -> String {
    let asked = &message.asked;
    if asked.ip.is_empty() && asked.user_agent.is_empty() {
        return String::new();
    }
    let device = Device::from_user_agent(&asked.user_agent).label(lang);
    let place = asked.place.as_ref();
    let place = place.map(|it| place::describe(it.city.as_deref(), &it.country, lang));
    let [without, with_ip, with_place] = origin(&message.content);
    let key = match &place {
        _ if asked.ip.is_empty() => without,
        None => with_ip,
        Some(_) => with_place,
    };
    let variables = [
        ("device", FluentValue::from(device)),
        ("place", FluentValue::from(place.unwrap_or_default())),
        ("ip", FluentValue::from(asked.ip.as_str())),
        ("time", FluentValue::from(date::utc(lang, asked.at))),
    ];
    lang.text_with(key, &variables)
}
