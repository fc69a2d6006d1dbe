//! The consent settings of a client.

use doorward_domain::model::{Client, ConsentTerms};
use doorward_protocol::scope::Scope;
use url::Url;

use super::error::ClientError;

/// Range of the lifetime of a consent, in seconds.
const LIFETIMES: std::ops::RangeInclusive<i64> = 3600..=3650 * 24 * 3600;

/// Maximum length of a publisher's name, in characters.
const LONGEST: usize = 100;

/// A change of the consent settings; `None` keeps the current value of a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentChange {
    /// The complete new list.
    pub optional_scopes: Option<Scope>,
    /// In seconds; 0 for the default of all clients.
    pub lifetime: Option<i64>,
    /// Empty for no publisher.
    pub publisher: Option<String>,
    /// Empty for none.
    pub policy_uri: Option<String>,
    /// Empty for none.
    pub tos_uri: Option<String>,
}

impl ConsentChange {
    /// Returns the settings of a new client.
    pub fn terms(self) -> ConsentTerms {
        let mut terms = ConsentTerms::default();
        self.apply(&mut terms);
        terms
    }

    /// Applies the change; returns true if it contains any value.
    pub fn apply(self, terms: &mut ConsentTerms) -> bool {
        let is_some = self != Self::default();
        let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(scopes) = self.optional_scopes {
            terms.optional_scopes = scopes;
        }
        if let Some(lifetime) = self.lifetime {
            terms.lifetime = Some(lifetime).filter(|lifetime| *lifetime != 0);
        }
        if let Some(publisher) = self.publisher {
            terms.publisher = filled(publisher);
        }
        if let Some(address) = self.policy_uri {
            terms.policy_uri = filled(address);
        }
        if let Some(address) = self.tos_uri {
            terms.tos_uri = filled(address);
        }
        is_some
    }
}

/// Checks the consent settings of a client.
pub(crate) fn check(client: &Client) -> Result<(), ClientError> {
    let terms = &client.consent;
    if terms.optional_scopes.contains("openid") {
        let problem = "openid cannot be optional: it is required to sign in";
        return Err(ClientError::invalid("optional-scope", problem));
    }
    let mut optional = terms.optional_scopes.iter();
    if let Some(name) = optional.find(|name| !client.scopes.contains(name)) {
        let problem = format!("{name:?} is not among the scopes of the client");
        return Err(ClientError::invalid("optional-scope", problem));
    }
    if terms.lifetime.is_some_and(|ttl| !LIFETIMES.contains(&ttl)) {
        let problem =
            "write at least one hour and at most ten years, or 0 for the default of all clients";
        return Err(ClientError::invalid("consent-lifetime", problem));
    }
    let odd = |text: &String| text.chars().count() > LONGEST || text.chars().any(char::is_control);
    if terms.publisher.as_ref().is_some_and(odd) {
        let problem = "write at most 100 characters, without control characters";
        return Err(ClientError::invalid("publisher", problem));
    }
    let pages = [
        ("policy-uri", &terms.policy_uri),
        ("tos-uri", &terms.tos_uri),
    ];
    for (field, page) in pages {
        let Some(page) = page else { continue };
        if !is_page(page) {
            let problem = "write the https URL of a page, without user and password";
            return Err(ClientError::invalid(field, problem));
        }
    }
    Ok(())
}

/// Returns true if users may be sent to this URL: never `javascript:` or similar.
fn is_page(text: &str) -> bool {
    let plain = text.len() <= 2048 && text.bytes().all(|byte| byte.is_ascii_graphic());
    let url = Url::parse(text).ok().filter(|_| plain);
    url.is_some_and(|url| {
        let no_user = url.username().is_empty() && url.password().is_none();
        url.scheme() == "https" && url.has_host() && no_user
    })
}
