//! What the consent page says of a client.

use doorward_domain::model::{Client, ConsentTerms};
use doorward_protocol::scope::Scope;
use url::Url;

use super::error::ClientError;

/// The shortest and the longest time that a consent can be registered to count, in seconds.
const LIFETIMES: std::ops::RangeInclusive<i64> = 3600..=3650 * 24 * 3600;

/// The longest name of a publisher, in characters.
const LONGEST: usize = 100;

/// What to change; `None` leaves a member as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentChange {
    /// The whole new list.
    pub optional_scopes: Option<Scope>,
    /// In seconds; 0 for as long as for every client.
    pub lifetime: Option<i64>,
    /// Empty for nobody.
    pub publisher: Option<String>,
    /// Empty for none.
    pub policy_uri: Option<String>,
    /// Empty for none.
    pub tos_uri: Option<String>,
}

impl ConsentChange {
    /// The terms of a new client.
    pub fn terms(self) -> ConsentTerms {
        let mut terms = ConsentTerms::default();
        self.apply(&mut terms);
        terms
    }

    /// Puts it into what there is; says whether anything was to be changed.
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

/// What may be registered.
pub(crate) fn check(client: &Client) -> Result<(), ClientError> {
    let terms = &client.consent;
    if terms.optional_scopes.contains("openid") {
        let problem = "openid cannot be left out: without it nobody signs in";
        return Err(ClientError::invalid("optional-scope", problem));
    }
    let mut optional = terms.optional_scopes.iter();
    if let Some(name) = optional.find(|name| !client.scopes.contains(name)) {
        let problem = format!("{name:?} is not among the scopes that the client may ask for");
        return Err(ClientError::invalid("optional-scope", problem));
    }
    if terms
        .lifetime
        .is_some_and(|life| !LIFETIMES.contains(&life))
    {
        let problem = "write an hour at least and ten years at most, or 0 for as long as for all";
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
            let problem = "write the https address of a page, without user and password";
            return Err(ClientError::invalid(field, problem));
        }
    }
    Ok(())
}

/// An address that people may be led to: never `javascript:` and its like (SECURITY OA-3).
fn is_page(text: &str) -> bool {
    let plain = text.len() <= 2048 && text.bytes().all(|byte| byte.is_ascii_graphic());
    let url = Url::parse(text).ok().filter(|_| plain);
    url.is_some_and(|url| {
        let nobody = url.username().is_empty() && url.password().is_none();
        url.scheme() == "https" && url.has_host() && nobody
    })
}
