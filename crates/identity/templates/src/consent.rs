//! The consent page (`/consent`): client, requested access and its lifetime.

use doorward_domain::model::LogoId;
use doorward_rules::consent::PageLink;

use super::detail::DetailRow;
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
    logo.path()
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

#[cfg(test)]
mod tests;
