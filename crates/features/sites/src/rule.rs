//! The decision about a request to a site, by its rules in their order. It reads host, path, method, address and
//! visitor, and nothing else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use doorward_domain::model::session::{AAL2, AMR_HARDWARE_KEY, AMR_SOFTWARE_KEY};
use doorward_domain::model::{
    Authentication, GroupId, Site, SiteDemand, SiteFactor, SitePath, SiteRule, UserDemand,
};
use doorward_domain::time::UnixSeconds;

use crate::canonical::{Ambiguous, CanonicalPath, Host, Method, Scheme};

/// The origin that a request was sent to, and the address of its client.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub scheme: Scheme,
    pub host: Host,
    pub address: IpAddr,
}

impl Arrival {
    /// Reads an origin. Plain http is only possible in a development instance, on this machine.
    pub fn read(
        scheme: &str,
        host: &str,
        address: IpAddr,
        is_dev: bool,
    ) -> Result<Self, Ambiguous> {
        let scheme = Scheme::parse(scheme).ok_or(Ambiguous::Scheme)?;
        let host = Host::parse(host, scheme)?;
        if !scheme.is_allowed(&host, is_dev) {
            return Err(Ambiguous::Scheme);
        }
        Ok(Self {
            scheme,
            host,
            address,
        })
    }

    /// Returns the origin: scheme and host.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.host)
    }
}

/// A request, as the proxy describes it.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    pub arrival: Arrival,
    pub path: CanonicalPath,
    pub method: Method,
    /// True for `OPTIONS` with `Origin` and `Access-Control-Request-Method`.
    pub is_preflight: bool,
    /// True for a browser that opens a page: it is redirected, and gets pages.
    pub is_navigation: bool,
}

/// The user who sent a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visitor {
    /// Effective roles. They do not count for an API key, which has permissions only.
    pub roles: BTreeSet<String>,
    /// Groups, and the groups above them. They do not count for an API key either.
    pub groups: BTreeSet<GroupId>,
    /// Permissions at any audience; for an API key those of the key which the user has too.
    pub permissions: BTreeSet<String>,
    pub credential: Credential,
    /// The authentication of the session, or of the session of the token; an API key has none.
    pub authentication: Option<Authentication>,
}

doorward_protocol::words! {
    /// The proof that a user sent a request.
    pub enum Credential {
        Session = "session",
        AccessToken = "access_token",
        ApiKey = "api_key",
    }
}

/// The decision about a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision<'a> {
    Allow(&'a SiteRule),
    /// The rule demands a user, and there is none, or another authentication of the user.
    SignIn(&'a SiteRule, StepUp),
    /// Denied by a rule, or because none matches.
    Deny(Option<&'a SiteRule>, DenyReason),
}

/// The parts of a demand that the authentication does not meet; none of a visitor who is not signed in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StepUp {
    pub factor: Option<SiteFactor>,
    /// Maximum age of the authentication in seconds.
    pub max_age: Option<i64>,
}

doorward_protocol::words! {
    /// The reason of a denial.
    pub enum DenyReason {
        /// The host does not belong to the site.
        Host = "site_host",
        /// No rule matches.
        NoRule = "site_no_rule",
        /// Another case, or a slash at the end of the path, selects another rule.
        Ambiguous = "site_ambiguous_path",
        /// The rule denies everyone.
        Rule = "site_rule",
        /// The rule does not accept access tokens, or API keys.
        Credential = "site_credential",
        /// The user has none of the roles, groups and permissions.
        NotAllowed = "site_not_allowed",
    }
}

/// Decides about a request. Without a rule that matches it is denied.
pub fn decide<'a>(
    site: &'a Site,
    facts: &RequestFacts,
    visitor: Option<&Visitor>,
    now: UnixSeconds,
) -> Decision<'a> {
    let host = &facts.arrival.host;
    let (host, wildcard) = (host.as_str(), host.wildcard());
    let mut hosts = site.hosts.iter();
    if !hosts.any(|own| own == host || Some(own) == wildcard.as_ref()) {
        return Decision::Deny(None, DenyReason::Host);
    }
    let path = facts.path.as_str();
    let folded = fold(path);
    let mut candidates = site.rules.iter().filter(|rule| is_for(rule, facts));
    // The first rule that matches in any reading has to be the one that matches as written.
    let matching = candidates.find_map(|rule| {
        let is_strict = matches_path(&rule.path, path, |text| text.into());
        (is_strict || matches_path(&rule.path, &folded, fold)).then_some((rule, is_strict))
    });
    let rule = match matching {
        Some((rule, true)) => rule,
        Some((_, false)) => return Decision::Deny(None, DenyReason::Ambiguous),
        None => return Decision::Deny(None, DenyReason::NoRule),
    };
    match (&rule.demand, visitor) {
        (SiteDemand::Deny, _) => Decision::Deny(Some(rule), DenyReason::Rule),
        (SiteDemand::Anyone | SiteDemand::Preflight, _) => Decision::Allow(rule),
        (SiteDemand::User(_), None) => Decision::SignIn(rule, StepUp::default()),
        (SiteDemand::User(demand), Some(user)) => decide_user(rule, demand, user, now),
    }
}

fn decide_user<'a>(
    rule: &'a SiteRule,
    demand: &UserDemand,
    user: &Visitor,
    now: UnixSeconds,
) -> Decision<'a> {
    let is_accepted = match user.credential {
        Credential::Session => true,
        Credential::AccessToken => rule.access_tokens,
        Credential::ApiKey => rule.api_keys,
    };
    if !is_accepted {
        return Decision::Deny(Some(rule), DenyReason::Credential);
    }
    if !is_among(demand, user) {
        return Decision::Deny(Some(rule), DenyReason::NotAllowed);
    }
    let authentication = user.authentication.as_ref();
    let has_factor = |factor: &SiteFactor| authentication.is_some_and(|own| has(own, *factor));
    let is_recent = |max_age: &i64| {
        authentication.is_some_and(|own| now.saturating_sub(own.auth_time) <= *max_age)
    };
    let unmet = StepUp {
        factor: demand.factor.filter(|factor| !has_factor(factor)),
        max_age: demand.max_age.filter(|max_age| !is_recent(max_age)),
    };
    if unmet == StepUp::default() {
        return Decision::Allow(rule);
    }
    Decision::SignIn(rule, unmet)
}

/// Returns true if a rule of the site names a group.
pub fn demands_groups(site: &Site) -> bool {
    let mut rules = site.rules.iter();
    rules.any(|rule| matches!(&rule.demand, SiteDemand::User(demand) if !demand.groups.is_empty()))
}

/// Returns true if the user has one of the roles, groups and permissions, or none is demanded.
fn is_among(demand: &UserDemand, user: &Visitor) -> bool {
    let (roles, groups, permissions) = (&demand.roles, &demand.groups, &demand.permissions);
    let is_any_user = roles.is_empty() && groups.is_empty() && permissions.is_empty();
    let is_member = || !roles.is_disjoint(&user.roles) || !groups.is_disjoint(&user.groups);
    is_any_user
        || !permissions.is_disjoint(&user.permissions)
        || (user.credential != Credential::ApiKey && is_member())
}

fn has(authentication: &Authentication, factor: SiteFactor) -> bool {
    let by_key = |method: &String| [AMR_HARDWARE_KEY, AMR_SOFTWARE_KEY].contains(&method.as_str());
    authentication.acr == AAL2
        && (factor == SiteFactor::SecondFactor || authentication.amr.iter().any(by_key))
}

/// Returns true if a rule is for the method, the network and the kind of a request.
fn is_for(rule: &SiteRule, facts: &RequestFacts) -> bool {
    let address = facts.arrival.address.to_canonical();
    let mut networks = rule.networks.iter();
    (rule.methods.is_empty() || rule.methods.contains(facts.method.as_str()))
        && (rule.networks.is_empty() || networks.any(|own| own.contains(&address)))
        && (rule.demand != SiteDemand::Preflight || facts.is_preflight)
}

/// Returns true if a rule is for the path, in the form that `form` gives to both.
fn matches_path(rule: &SitePath, path: &str, form: fn(&str) -> Cow<'_, str>) -> bool {
    match rule {
        SitePath::Exact(own) => form(own) == path,
        SitePath::Prefix(own) => {
            let below = path.strip_prefix(&*form(own));
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// Returns a path for comparisons that ignore case and a slash at the end.
fn fold(path: &str) -> Cow<'_, str> {
    let folded = path.trim_end_matches('/').to_uppercase();
    folded.to_lowercase().into()
}

#[cfg(test)]
mod tests;
