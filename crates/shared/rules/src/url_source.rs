//! URLs that the server fetches, with the party that wrote them. Only the operator may let this
//! server send requests into an internal network (decision 96).

use url::Origin;

use crate::prelude::*;

/// The party that wrote a URL, which decides the networks that it may lead to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UrlSource {
    /// The operator: the configuration, or a command on the machine.
    Operator,
    /// Any other party: a user of the admin API or the console, a client that registered itself, or
    /// a document that was fetched.
    ThirdParty,
}

/// A URL to fetch. Its source cannot be lost on the way to the egress client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SourcedUrl<'a> {
    text: &'a str,
    source: UrlSource,
}

impl<'a> SourcedUrl<'a> {
    /// Wraps a URL of the configuration or of a file that it names.
    pub const fn of_operator(text: &'a str) -> Self {
        let source = UrlSource::Operator;
        Self { text, source }
    }

    /// Wraps a URL of any other party.
    pub const fn of_third_party(text: &'a str) -> Self {
        let source = UrlSource::ThirdParty;
        Self { text, source }
    }

    /// Wraps a URL of a client: the operator's if a command wrote it.
    pub fn of_client(client: &Client, text: &'a str) -> Self {
        let mut urls = client.operator_urls.iter();
        Self::new(text, urls.any(|url| is_same_document(url, text)))
    }

    const fn new(text: &'a str, is_operators: bool) -> Self {
        if is_operators {
            Self::of_operator(text)
        } else {
            Self::of_third_party(text)
        }
    }

    /// Wraps a URL of an identity provider: the operator's if it is at an origin that a command wrote
    /// into the settings, whatever the discovery document says.
    pub fn of_provider(provider: &Provider, text: &'a str) -> Self {
        let mut urls = provider_urls(provider).filter(|url| provider.operator_urls.contains(url));
        let origin = origin(text);
        let is_written =
            |origin: Origin| urls.any(|url| self::origin(url).as_ref() == Some(&origin));
        Self::new(text, origin.is_some_and(is_written))
    }

    pub const fn text(&self) -> &'a str {
        self.text
    }

    pub const fn source(&self) -> UrlSource {
        self.source
    }

    /// Returns a key for what is fetched: the same URL leads to less for a third party.
    pub fn key(&self) -> String {
        format!("{:?} {}", self.source, self.text)
    }
}

/// Returns scheme, host and port of a URL (RFC 6454 §4). Another port of a host is another server.
fn origin(url: &str) -> Option<Origin> {
    let origin = Url::parse(url).ok()?.origin();
    origin.is_tuple().then_some(origin)
}

/// Returns true if a URL is the registered one without its fragment, which is never sent.
fn is_same_document(registered: &str, url: &str) -> bool {
    registered.split('#').next() == Some(url)
}

/// Settings of a client whose URLs the server fetches, by their names in a change.
pub const FETCHED_SETTINGS: [&str; 4] = [
    "jwks_uri",
    "request_uris",
    "backchannel_logout_uri",
    "backchannel_client_notification_endpoint",
];

/// Returns the URLs of a client that the server fetches, each with its setting.
pub fn fetched(client: &Client) -> impl Iterator<Item = (&'static str, &str)> {
    let [keys, requests, logout, ping] = FETCHED_SETTINGS;
    let requests = client.request_uris.iter().map(move |url| (requests, url));
    let keys = client.jwks_uri.iter().map(move |url| (keys, url));
    let logout = client
        .logout
        .backchannel
        .iter()
        .map(move |url| (logout, url));
    let pings = client.backchannel_client_notification_endpoint.iter();
    let pings = pings.map(move |url| (ping, url));
    let all = keys.chain(requests).chain(logout).chain(pings);
    all.map(|(setting, url)| (setting, url.as_str()))
}

/// Returns the URLs in the settings of an identity provider.
fn provider_urls(provider: &Provider) -> impl Iterator<Item = &String> {
    let endpoints = provider.settings.endpoints.iter().flat_map(|endpoints| {
        let fixed = [
            &endpoints.authorization,
            &endpoints.token,
            &endpoints.userinfo,
        ];
        fixed.into_iter().chain(&endpoints.emails)
    });
    std::iter::once(&provider.issuer).chain(endpoints)
}

/// Returns the URLs of an identity provider that the operator wrote, after a command or another party has
/// written the settings. A URL that another party repeats stays the operator's.
pub fn operator_provider_urls(
    former: &[String],
    provider: &Provider,
    is_command: bool,
) -> Vec<String> {
    let is_kept = |url: &&String| is_command || former.contains(url);
    provider_urls(provider).filter(is_kept).cloned().collect()
}

/// Returns the URLs of a client that the operator wrote, after a command or another party has
/// written the settings of these names. A URL that another party repeats stays the
/// operator's.
pub fn operator_urls(
    former: &[String],
    client: &Client,
    written: &[&str],
    is_command: bool,
) -> Vec<String> {
    let kept = fetched(client).filter(|(setting, url)| {
        if written.contains(setting) && is_command {
            return true;
        }
        former.iter().any(|former| former == url)
    });
    kept.map(|(_, url)| url.to_owned()).collect()
}

#[cfg(test)]
mod tests;
