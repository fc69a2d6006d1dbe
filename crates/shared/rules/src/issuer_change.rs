//! Settings of clients that name an issuer whose domain changes.

use doorward_domain::model::Client;
use url::Url;

#[cfg(test)]
mod tests;

/// A setting with a value at the former issuer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamingSetting<'a> {
    pub setting: &'static str,
    pub value: &'a str,
}

/// Returns the registered values of a client that lie at the host of this issuer. A pairwise sector
/// there keeps its subjects only as long as it stays registered (OIDC Core §8.1).
pub fn settings_at<'a>(client: &'a Client, issuer: &str) -> Vec<NamingSetting<'a>> {
    let lists = [
        ("redirect_uris", &client.redirect_uris),
        (
            "post_logout_redirect_uris",
            &client.post_logout_redirect_uris,
        ),
        ("request_uris", &client.request_uris),
        ("allowed_origins", &client.allowed_origins),
        ("serves", &client.serves),
        ("exchange_audiences", &client.exchange.audiences),
    ];
    let single = [
        ("jwks_uri", &client.jwks_uri),
        ("backchannel_logout_uri", &client.logout.backchannel),
        ("frontchannel_logout_uri", &client.logout.frontchannel),
        (
            "backchannel_client_notification_endpoint",
            &client.backchannel_client_notification_endpoint,
        ),
        ("policy_uri", &client.consent.policy_uri),
        ("tos_uri", &client.consent.tos_uri),
    ];
    let lists = lists.into_iter().flat_map(|(setting, values)| {
        let values = values.iter().map(String::as_str);
        values.map(move |value| (setting, value))
    });
    let single = single
        .into_iter()
        .filter_map(|(setting, value)| Some((setting, value.as_deref()?)));
    let host = Url::parse(issuer).ok();
    let host = host.as_ref().and_then(Url::host_str);
    let sector = client.pairwise_sector.as_deref();
    let sector = sector.filter(|sector| Some(*sector) == host);
    lists
        .chain(single)
        .filter(|(_, value)| lies_at(value, issuer))
        .chain(sector.map(|sector| ("pairwise_sector", sector)))
        .map(|(setting, value)| NamingSetting { setting, value })
        .collect()
}

/// Returns true for a URL whose origin is this issuer.
fn lies_at(value: &str, issuer: &str) -> bool {
    Url::parse(value).is_ok_and(|url| url.origin().ascii_serialization() == issuer)
}
