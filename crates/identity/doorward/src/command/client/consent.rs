//! Options for the consent page of a client.

use doorward_domain::model::ConsentChange;
use doorward_templates::consent::logo_path;

use super::parse::scopes;
use crate::command::prelude::*;

/// Seconds in a day.
const DAY: i64 = 24 * 3600;

/// The consent terms of a client.
#[derive(Debug, Args)]
pub struct ConsentArgs {
    /// Scope that users can decline on the consent page (repeatable); empty for none
    #[arg(long, value_name = "SCOPE")]
    optional_scope: Vec<String>,
    /// Lifetime of a consent in days; 0 for the setting `consent.lifetime`
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..=3650))]
    consent_days: Option<i64>,
    /// Publisher of the client, shown on the consent page; empty for none
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// URL of the client's privacy policy, shown on the consent page; empty for none
    #[arg(long, value_name = "URI")]
    policy_uri: Option<String>,
    /// URL of the client's terms of service, shown on the consent page; empty for none
    #[arg(long, value_name = "URI")]
    tos_uri: Option<String>,
}

impl ConsentArgs {
    pub fn change(self) -> Result<ConsentChange> {
        let mut names = self.optional_scope;
        let is_given = !names.is_empty();
        names.retain(|name| !name.is_empty());
        let optional_scopes = scopes(&names)?;
        Ok(ConsentChange {
            optional_scopes: is_given.then(|| optional_scopes.unwrap_or_default()),
            lifetime: self.consent_days.map(|days| days * DAY),
            publisher: self.publisher,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
        })
    }
}

pub(super) fn describe(client: &Client) -> String {
    let terms = &client.consent;
    let optional = terms.optional_scopes.to_string();
    let mut parts = Vec::new();
    if !optional.is_empty() {
        parts.push(format!("may be left out: {optional}"));
    }
    if let Some(ttl) = terms.lifetime {
        parts.push(format!("counts for {} days", ttl / DAY));
    }
    if let Some(publisher) = &terms.publisher {
        parts.push(format!("published by {publisher}"));
    }
    parts.extend(terms.policy_uri.clone());
    parts.extend(terms.tos_uri.clone());
    parts.extend(terms.logo.as_ref().map(logo_path));
    if parts.is_empty() {
        return "-".to_owned();
    }
    parts.join(", ")
}

pub(super) fn document(client: &Client) -> Value {
    let terms = &client.consent;
    json!({
        "optional_scopes": terms.optional_scopes.iter().collect::<Vec<_>>(),
        "lifetime": terms.lifetime,
        "publisher": terms.publisher,
        "policy_uri": terms.policy_uri,
        "tos_uri": terms.tos_uri,
        "logo": terms.logo.as_ref().map(logo_path),
    })
}
