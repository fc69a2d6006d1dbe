//! Hosts of the URLs that this server calls for a client. A client that no administrator registered
//! names only hosts of its redirect URIs, so that it cannot direct requests to foreign servers, or
//! make other clients wait for a server that never answers.

use crate::prelude::*;

const NOTIFICATION: &str = "backchannel_client_notification_endpoint";

/// A URL that leads to a host of none of the redirect URIs.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{host} is not the host of a redirect URI; move it there, or let an administrator register it"
)]
pub struct ForeignHost {
    pub setting: &'static str,
    pub host: String,
}

/// Checks the URLs of a new or changed client that no administrator registers. A URL that was foreign
/// before the change may remain: an administrator set it.
///
/// Keys, request objects and the notification endpoint of a client without web redirect URIs may be on any
/// host: they are called only for its own requests.
pub fn check(before: Option<&Client>, client: &Client) -> Result<(), ForeignHost> {
    let own = web_hosts(client);
    let former = before.map(|before| (called(before), web_hosts(before)));
    for (setting, url) in called(client) {
        let is_for_requests = matches!(setting, "jwks_uri" | "request_uris" | NOTIFICATION);
        let Some(host) = host(url) else { continue };
        if own.contains(&host) || (is_for_requests && own.is_empty()) {
            continue;
        }
        let was_foreign = former
            .as_ref()
            .is_some_and(|(urls, hosts)| urls.contains(&(setting, url)) && !hosts.contains(&host));
        if !was_foreign {
            return Err(ForeignHost { setting, host });
        }
    }
    Ok(())
}

/// Returns the URLs that this server calls or lets browsers load, with their settings.
fn called(client: &Client) -> Vec<(&'static str, &str)> {
    let single = [
        ("backchannel_logout_uri", &client.logout.backchannel),
        ("frontchannel_logout_uri", &client.logout.frontchannel),
        (
            NOTIFICATION,
            &client.backchannel_client_notification_endpoint,
        ),
        ("jwks_uri", &client.jwks_uri),
    ];
    let single = single
        .into_iter()
        .filter_map(|(setting, url)| Some((setting, url.as_deref()?)));
    let requests = client.request_uris.iter();
    let requests = requests.map(|url| ("request_uris", url.as_str()));
    single.chain(requests).collect()
}

/// Returns the hosts of the redirect URIs, without private-use schemes.
fn web_hosts(client: &Client) -> BTreeSet<String> {
    let uris = client.redirect_uris.iter();
    uris.filter_map(|uri| host(uri)).collect()
}

/// Returns the host of a web URL in canonical form.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http");
    let host = url.host_str().filter(|_| is_web)?;
    Some(host.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests;
