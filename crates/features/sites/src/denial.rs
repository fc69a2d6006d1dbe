//! Denials of requests to sites, which `doorward explain` and the console explain.

use std::collections::BTreeMap;

use doorward_admin::prelude::*;
use doorward_domain::model::{DenialId, Site, SiteDemand, SiteRule};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::denial_log::{DenialDetails, DeniedRequest};

use crate::notation;
use crate::proxy::Description;
use crate::rule::DenyReason;

/// Status of the answer.
const STATUS: u16 = 403;
/// Maximum length of the described request in characters.
const MAX_ATTEMPT: usize = 300;

/// The denial of a request.
#[derive(Clone, Copy, Debug)]
pub struct Denied<'a> {
    pub site: &'a Site,
    /// Rule that denied it; `None` if no rule did.
    pub rule: Option<&'a SiteRule>,
    pub reason: DenyReason,
    pub user: Option<UserId>,
}

/// Stores a denial before the response is sent. Returns the decision ID, which the response contains.
pub async fn record(
    context: &Context,
    described: &Description,
    denied: &Denied<'_>,
    caller: &Caller,
) -> DenialId {
    let site = &denied.site.name;
    let because = match denied.rule {
        Some(rule) => {
            let line = notation::write(rule, &BTreeMap::default());
            format!("rule {} of the site {site}: {line}", rule.id)
        }
        None => format!("no rule of the site {site} allows it"),
    };
    let facts = &described.facts;
    let (method, path) = (facts.method.as_str(), facts.path.encoded());
    let attempt = format!("{method} {}{path}", described.arrival.origin());
    let attempt: String = attempt.chars().take(MAX_ATTEMPT).collect();
    let request = DeniedRequest {
        rule: denied.reason.as_str(),
        status: STATUS,
        attempt: &attempt,
        details: DenialDetails {
            because: Some(because),
            actor: denied.user.map(|id| id.to_string()),
            org: denied.site.settings.organization.clone(),
            missing: missing(denied),
            ..DenialDetails::default()
        },
    };
    let (core, log) = (&context.core, &context.limits.denials);
    log.record(&core.db, core.now(), &request, caller).await
}

/// Returns the role or permission that would be enough, if the rule names one alone.
fn missing(denied: &Denied<'_>) -> Vec<String> {
    let Some(SiteDemand::User(demand)) = denied.rule.map(|rule| &rule.demand) else {
        return Vec::new();
    };
    let names: Vec<&String> = demand.roles.iter().chain(&demand.permissions).collect();
    match &names[..] {
        [only] if denied.reason == DenyReason::NotAllowed => vec![(*only).clone()],
        _ => Vec::new(),
    }
}
