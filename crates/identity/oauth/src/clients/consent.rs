//! The consent settings of a client.

use doorward_domain::model::Client;
use doorward_protocol::registration::is_page_url;
use doorward_rules::displayed_name;

use super::error::ClientError;

/// Range of the lifetime of a consent, in seconds.
const LIFETIMES: std::ops::RangeInclusive<i64> = 3600..=3650 * 24 * 3600;

/// Maximum length of a publisher's name, in characters.
const LONGEST: usize = 100;

pub(crate) fn check(client: &Client) -> Result<(), ClientError> {
    let terms = &client.consent;
    if terms.optional_scopes.contains("openid") {
        let problem = "openid cannot be optional: it is required to sign in";
        return Err(ClientError::invalid("consent.optional_scope", problem));
    }
    let mut optional = terms.optional_scopes.iter();
    if let Some(name) = optional.find(|name| !client.scopes.contains(name)) {
        let problem = format!("{name:?} is not among the scopes of the client");
        return Err(ClientError::invalid("consent.optional_scope", problem));
    }
    if terms.lifetime.is_some_and(|ttl| !LIFETIMES.contains(&ttl)) {
        let problem =
            "write at least one hour and at most ten years, or 0 for the default of all clients";
        return Err(ClientError::invalid("consent.lifetime", problem));
    }
    if let Some(publisher) = &terms.publisher {
        displayed_name::check_administered(publisher, LONGEST)
            .map_err(|error| ClientError::invalid("consent.publisher", error.to_string()))?;
    }
    let pages = [
        ("consent.policy_uri", &terms.policy_uri),
        ("consent.tos_uri", &terms.tos_uri),
    ];
    for (field, page) in pages {
        let Some(page) = page else { continue };
        if page.len() > 2048 || !is_page_url(page, &["https"]) {
            let problem = "write the https URL of a page, without user and password";
            return Err(ClientError::invalid(field, problem));
        }
    }
    Ok(())
}
