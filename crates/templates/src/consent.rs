//! The consent page (`/consent`): client, requested access and its lifetime.

use doorward_domain::model::LogoId;
use doorward_rules::consent::PageLink;

use super::detail::{DetailLine, DetailRow};
use super::prelude::*;
use super::scope::{ScopeIcon, ScopeRow};

/// Target of the response: the host of the validated redirect URI, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectHost {
    /// A web host: `photos.example:8443`.
    Host(String),
    /// A loopback address: an app on the user's computer.
    ThisComputer,
    /// A private-use scheme: an app on the user's device.
    App(String),
}

impl RedirectHost {
    /// Reads the host of a redirect URI that matches a registered one. Punycode is kept, so that a
    /// look-alike character does not show as the one it imitates.
    pub fn from_uri(uri: &str) -> Self {
        let Ok(url) = url::Url::parse(uri) else {
            return Self::App(uri.to_owned());
        };
        match (url.scheme(), url.host()) {
            ("http" | "https", Some(url::Host::Ipv4(address))) if address.is_loopback() => {
                Self::ThisComputer
            }
            ("http" | "https", Some(url::Host::Ipv6(address))) if address.is_loopback() => {
                Self::ThisComputer
            }
            ("http" | "https", Some(url::Host::Domain("localhost"))) => Self::ThisComputer,
            ("http" | "https", Some(host)) => Self::Host(
                url.port()
                    .map_or_else(|| host.to_string(), |port| format!("{host}:{port}")),
            ),
            (scheme, _) => Self::App(scheme.to_owned()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Valid until the user revokes it on the account page.
    UntilRemoved,
    /// Expires at a time in Unix seconds.
    Until(i64),
}

#[derive(Clone, Debug)]
pub struct ConsentApp {
    pub name: String,
    pub host: RedirectHost,
    /// True if an administrator registered it; other clients show a warning.
    pub verified: bool,
    /// Publisher, if an administrator recorded one.
    pub publisher: Option<String>,
    pub policy_uri: Option<PageLink>,
    pub tos_uri: Option<PageLink>,
    pub logo: Option<String>,
    /// Host of its `client_id`, for a client without registration: only that host is verified.
    pub published_at: Option<String>,
}

impl ConsentApp {
    fn has_unpublished_host(&self) -> bool {
        match (&self.host, &self.published_at) {
            (RedirectHost::Host(host), Some(published)) => host != published,
            _ => true,
        }
    }

    fn initial(&self) -> String {
        initial(&self.name)
    }
}

pub fn logo_path(logo: &LogoId) -> String {
    format!("/logos/{logo}.png")
}

/// The access that a client requests. Each list is in the order of [`ScopeRow::list`].
#[derive(Clone, Debug)]
pub struct RequestedItems {
    pub required: Vec<ScopeRow>,
    pub optional: Vec<ScopeRow>,
    /// Scopes granted before, which remain.
    pub kept: Vec<ScopeRow>,
    /// Authorization details that are granted with the consent.
    pub details: Vec<DetailRow>,
    /// Authorization details granted before.
    pub kept_details: Vec<DetailRow>,
    pub lifetime: Lifetime,
}

impl RequestedItems {
    pub(super) fn offered(&self) -> String {
        let names: Vec<&str> = self.optional.iter().map(|row| row.name.as_str()).collect();
        names.join(" ")
    }

    /// Returns a request without optional scopes, for samples.
    pub(super) fn sample(scopes: Vec<ScopeRow>) -> Self {
        Self {
            required: ScopeRow::list(scopes),
            optional: Vec::new(),
            kept: Vec::new(),
            details: Vec::new(),
            kept_details: Vec::new(),
            lifetime: Lifetime::UntilRemoved,
        }
    }
}

/// `GET|POST /consent`. Fields: `csrf`, `flow`, `decision=allow|deny`; with optional scopes also
/// `scope` for each selected one and `offered` with all of them. "Use another account" posts
/// `csrf`, `flow`, `choice=other` to `/select-account`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/consent.html")]
pub struct Consent {
    pub layout: Layout,
    pub flow: String,
    pub app: ConsentApp,
    pub account: AccountChip,
    pub asked: RequestedItems,
}

impl View for Consent {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = plain(layout);
        let mut many = scopes(
            "openid profile email address phone offline_access tasks:read tasks:write \
             tasks:delete tasks:read_all tasks:write_all tasks:delete_all",
        );
        let prints = Some("Order prints of your photos".to_owned());
        many.push(ScopeRow::new("prints:order", prints));
        many.push(ScopeRow::new("frames:hang", None));
        let many = RequestedItems {
            optional: scopes("tasks:delete_all tasks:write_all prints:order"),
            lifetime: Lifetime::Until(1_795_000_000),
            ..RequestedItems::sample(many)
        };
        let groups = RequestedItems::sample(scopes("openid profile groups roles"));
        let with = |change: fn(&mut ConsentApp)| plain.vary(|page| change(&mut page.app));
        let here = with(|app| app.host = RedirectHost::ThisComputer);
        let published = with(|app| {
            app.publisher = Some("Example Pictures Ltd".to_owned());
            app.policy_uri = Some(link("https://photos.example/privacy", None));
            app.tos_uri = Some(link("https://photos.example/terms", None));
        });
        let local = here.vary(|page| {
            page.app.verified = false;
            page.app.published_at = Some("album.example".to_owned());
        });
        let unverified = local.vary(|page| {
            "Album <b>Sync</b>".clone_into(&mut page.app.name);
            page.app.host = RedirectHost::App("com.example.album".to_owned());
            page.app.policy_uri = Some(link("https://legal.example/p", Some("legal.example")));
            page.app.logo = None;
        });
        vec![
            ("normal", plain.clone()),
            ("many", here.vary(|page| page.asked = many)),
            ("groups", plain.vary(|page| page.asked = groups)),
            ("new", published.vary(|page| page.asked = grown(layout))),
            ("local", local),
            ("unverified", unverified),
        ]
    }
}

fn link(url: &str, foreign_host: Option<&str>) -> PageLink {
    PageLink {
        url: url.to_owned(),
        foreign_host: foreign_host.map(str::to_owned),
    }
}

fn scopes(names: &str) -> Vec<ScopeRow> {
    let names = names.split(' ');
    ScopeRow::list(names.map(|name| ScopeRow::new(name, None)).collect())
}

fn new(row: ScopeRow) -> ScopeRow {
    ScopeRow {
        is_new: true,
        ..row
    }
}

fn payment(layout: &Layout) -> DetailRow {
    let line = |label: String, text: &str| DetailLine {
        label,
        text: text.to_owned(),
    };
    DetailRow {
        sentence: "Pay from your account".to_owned(),
        lines: vec![
            line("Amount".to_owned(), "123.50"),
            line("To".to_owned(), "Merchant <b>A</b>"),
            line(
                layout.t("details-actions"),
                "start a payment, see how it goes",
            ),
            line(
                layout.t("details-locations"),
                "https://bank.example/payments",
            ),
        ],
        is_new: true,
    }
}

fn grown(layout: &Layout) -> RequestedItems {
    RequestedItems {
        optional: scopes("phone").into_iter().map(new).collect(),
        kept: scopes("openid email"),
        details: vec![payment(layout)],
        kept_details: vec![DetailRow {
            is_new: false,
            ..payment(layout)
        }],
        lifetime: Lifetime::Until(1_795_000_000),
        ..RequestedItems::sample(scopes("tasks:read").into_iter().map(new).collect())
    }
}

fn plain(layout: &Layout) -> Consent {
    Consent {
        layout: layout.clone(),
        flow: "Zk3s9QyV0cX1bT7m".to_owned(),
        app: ConsentApp {
            name: "Photo Album".to_owned(),
            host: RedirectHost::Host("photos.example".to_owned()),
            verified: true,
            published_at: None,
            publisher: None,
            policy_uri: None,
            tos_uri: None,
            logo: Some("/logos/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
        },
        account: AccountChip::sample(),
        asked: RequestedItems::sample(scopes("openid profile email")),
    }
}

#[cfg(test)]
mod tests;
