//! Sites as administrators manage them: reads, changes, and the decision about a request that is only assumed.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use doorward_admin::json_member::{OneOf, nullable, optional_word};
use doorward_admin::prelude::*;
use doorward_admin::users;
use doorward_config::Config;
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::{Authentication, Site, SiteDemand, SiteFactor, SiteId, SiteRule};
use doorward_rules::assurance::{self, SecondFactorMethod};
use doorward_rules::reserved_id::{self, is_reserved};
use doorward_services::view;

use crate::canonical::{Ambiguous, CanonicalPath, Method, split_url};
use crate::rule::{Arrival, Credential, Decision, DenyReason, RequestFacts, StepUp, decide};
use crate::{client, hosts, identity, notation, visit};

/// Maximum number of rules of a site.
const MAX_RULES: usize = 200;

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SitePatch)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct Update {
    /// Name of the site.
    pub name: String,
    /// All hosts.
    pub hosts: Option<Vec<String>>,
    /// All rules in their order.
    pub rules: Option<Vec<String>>,
    /// Organization, by slug, whose roles, groups and permissions count beside those without an organization.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    pub organization: Option<Option<String>>,
    /// Names of headers by the fact that they have; an empty name leaves a header out.
    pub headers: Option<BTreeMap<String, String>>,
    /// Sends header values as UTF-8, without percent-encoding.
    pub raw_headers: Option<bool>,
}

/// Returns sites after this name, ordered by name.
pub(crate) async fn list(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Site>> {
    context.require_global("clients:read")?;
    Ok(repo::sites::list(context.db.read(), after, limit).await?)
}

pub(crate) async fn get(context: &AdminContext<'_>, name: &str) -> Result<Site> {
    context.require_global("clients:read")?;
    let found = repo::sites::find(context.db.read(), name).await?;
    found.ok_or_else(|| AdminError::not_found("site", name))
}

/// Returns the names of the groups in the rules of sites, for an administrator who may read groups.
pub(crate) async fn group_names(
    context: &AdminContext<'_>,
    sites: &[Site],
) -> Result<BTreeMap<GroupId, String>> {
    if context.require_global("groups:read").is_err() {
        return Ok(BTreeMap::new());
    }
    let rules = sites.iter().flat_map(|site| &site.rules);
    let ids = rules.filter_map(|rule| match &rule.demand {
        SiteDemand::User(demand) => Some(&demand.groups),
        SiteDemand::Deny | SiteDemand::Anyone | SiteDemand::Preflight => None,
    });
    let ids: Vec<GroupId> = ids.flatten().copied().collect();
    let groups = repo::groups::find_all(context.db.read(), &ids).await?;
    let named = |group: Group| {
        let org = group.org.map(|org| org + ":").unwrap_or_default();
        (group.id, org + &group.path)
    };
    Ok(groups.into_iter().map(named).collect())
}

pub(crate) async fn create(context: &AdminContext<'_>, change: Update) -> Result<Site> {
    context.must_administer()?;
    let name = change.name.clone();
    if !is_slug(&name) {
        let problem = "write 2 to 63 of a-z, 0-9 and inner -";
        return Err(AdminError::invalid("name", problem));
    }
    // The page of the check has this path.
    if is_reserved(&name) || name == "check" {
        return Err(AdminError::invalid("name", reserved_id::PROBLEM));
    }
    let now = context.now();
    let id = SiteId::generate(now, &mut context.rng());
    let mut site = Site::new(id, name.clone(), now);
    let tx = context.begin().await?;
    if repo::sites::find(&tx, &name).await?.is_some() {
        return Err(AdminError::conflict("site", &name));
    }
    apply(context, &tx, &mut site, change).await?;
    repo::sites::insert(&tx, &site).await?;
    let event = context.event(AuditKind::SiteChanged, &name, "created");
    let event = difference(event, &Value::Null, &audit_details(&site));
    context.commit_created(tx, &event, &name, None).await?;
    Ok(site)
}

pub(crate) async fn update(context: &AdminContext<'_>, change: Update) -> Result<Site> {
    let (tx, before) = begin_change(context, &change.name).await?;
    let mut after = before.clone();
    apply(context, &tx, &mut after, change).await?;
    after.version = before.version + 1;
    after.updated_at = context.now();
    if !repo::sites::update(&tx, before.version, &after).await? {
        return Err(AdminError::Changed);
    }
    let event = context.event(AuditKind::SiteChanged, &before.name, "changed");
    let event = difference(event, &audit_details(&before), &audit_details(&after));
    context.commit_with(tx, &event).await?;
    Ok(after)
}

/// Deletes a site, and returns it as it was. The requests to its hosts are denied.
pub(crate) async fn delete(context: &AdminContext<'_>, name: &str) -> Result<Site> {
    let (tx, before) = begin_change(context, name).await?;
    repo::sites::delete(&tx, before.id).await?;
    // With it the sessions at its hosts.
    repo::clients::delete(&tx, &client::id_of(before.id)?, context.now()).await?;
    let event = context.event(AuditKind::SiteChanged, name, "deleted");
    let event = difference(event, &audit_details(&before), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(before)
}

/// Begins the change of a site by an administrator who has seen this version.
async fn begin_change(context: &AdminContext<'_>, name: &str) -> Result<(WriteTx, Site)> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let found = repo::sites::find(&tx, name).await?;
    let before = found.ok_or_else(|| AdminError::not_found("site", name))?;
    context.unchanged(&before)?;
    Ok((tx, before))
}

fn audit_details(site: &Site) -> Value {
    json!({
        "hosts": site.hosts, "rules": site.rules, "headers": site.headers, "settings": site.settings,
    })
}

async fn apply(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    site: &mut Site,
    change: Update,
) -> Result<()> {
    if let Some(organization) = change.organization {
        if let Some(slug) = &organization {
            let found = repo::organizations::find(tx, slug).await?;
            let problem = || format!("there is no organization {slug:?}");
            found.ok_or_else(|| AdminError::invalid("organization", problem()))?;
        }
        site.settings.organization = organization;
    }
    if let Some(written) = change.hosts {
        site.hosts = hosts::check(context, tx, site.id, &written).await?;
    }
    if let Some(lines) = change.rules {
        site.rules = read_rules(tx, site, &lines).await?;
    }
    identity::set_names(&change.headers.unwrap_or_default(), &mut site.headers)
        .map_err(|problem| AdminError::invalid("headers", problem))?;
    let raw_headers = change.raw_headers;
    site.settings.raw_headers = raw_headers.unwrap_or(site.settings.raw_headers);
    Ok(())
}

/// Reads rules, and finds the roles, groups and permissions that they name.
async fn read_rules(tx: &WriteTx, site: &Site, lines: &[String]) -> Result<Vec<SiteRule>> {
    if lines.len() > MAX_RULES {
        let problem = format!("a site has at most {MAX_RULES} rules");
        return Err(AdminError::invalid("rules", problem));
    }
    let roles = repo::roles::list(tx).await?.into_iter();
    let roles: BTreeSet<String> = roles.map(|role| role.name).collect();
    let permissions = repo::roles::list_permissions(tx).await?.into_iter();
    let permissions: BTreeSet<String> = permissions.map(|known| known.codename).collect();
    let mut rules = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let invalid = |problem: String| AdminError::Invalid {
            field: "rules",
            at: Some(at),
            problem,
        };
        let (mut rule, groups) = notation::parse(line).map_err(invalid)?;
        rule.id = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if let SiteDemand::User(demand) = &mut rule.demand {
            for name in groups {
                let group = find_group(tx, site, &name).await?;
                let problem = || format!("there is no group {name:?} that counts at this site");
                let group = group.ok_or_else(problem).map_err(invalid)?;
                demand.groups.insert(group);
            }
            let unknown = demand.roles.difference(&roles).map(|name| ("role", name));
            let others = demand.permissions.difference(&permissions);
            let others = others.map(|name| ("permission", name));
            if let Some((kind, name)) = unknown.chain(others).next() {
                return Err(invalid(format!("there is no {kind} {name:?}")));
            }
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// Finds a group by its ID or its path, which follows the slug of its organization and a colon. The members of a
/// group of another organization than that of the site would not be found.
async fn find_group(tx: &WriteTx, site: &Site, name: &str) -> Result<Option<GroupId>> {
    let group = if let Some(id) = GroupId::parse(name) {
        repo::groups::find(tx, id).await?
    } else {
        let of_org = name.split_once(':');
        let (org, path) = of_org.map_or((None, name), |(org, path)| (Some(org), path));
        repo::groups::find_by_path(tx, org, path).await?
    };
    let own = &site.settings.organization;
    let counts = |group: &Group| group.org.is_none() || group.org == *own;
    Ok(group.filter(counts).map(|group| group.id))
}

/// A request that is assumed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssumedRequest {
    /// URL of the request.
    pub url: String,
    /// User who is signed in: user name, e-mail address or ID; default: a visitor who is not signed in.
    pub user: Option<String>,
    /// Method; default: GET.
    pub method: Option<String>,
    /// Address of the client; default: one outside all networks.
    pub address: Option<String>,
    /// Factor of the sign-in; default: a password alone.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Factors>)]
    pub factor: Option<SiteFactor>,
    /// Seconds since the sign-in; default: 0.
    pub age: Option<u32>,
    /// Proof of the user; default: session.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Credentials>)]
    pub credential: Option<Credential>,
    /// True for a preflight request of a browser.
    #[serde(default)]
    pub preflight: bool,
}

type Factors = OneOf<SiteFactor>;
type Credentials = OneOf<Credential>;

impl AssumedRequest {
    fn facts(&self, context: &AdminContext<'_>) -> Result<RequestFacts> {
        let invalid = |field| move |error: Ambiguous| AdminError::invalid(field, error.as_str());
        let (scheme, host, target) = split_url(&self.url).map_err(invalid("url"))?;
        let address = self.address.as_deref().unwrap_or("0.0.0.0").parse();
        let address = address.map_err(|_| AdminError::invalid("address", "not an IP address"))?;
        let is_dev = context.settings.config().is_some_and(Config::is_dev);
        let method = Method::parse(self.method.as_deref().unwrap_or("GET"));
        Ok(RequestFacts {
            arrival: Arrival::read(scheme, host, address, is_dev).map_err(invalid("url"))?,
            path: CanonicalPath::of_target(target).map_err(invalid("url"))?,
            method: method.map_err(invalid("method"))?,
            is_preflight: self.preflight,
            is_navigation: false,
        })
    }

    /// Returns the proof of the user, with the authentication that it has.
    fn proof(&self, now: UnixSeconds) -> (Credential, Option<Authentication>) {
        let at = now.saturating_sub(self.age.unwrap_or_default().into());
        let password = assurance::password_proof(at);
        let authentication = match self.factor {
            None => password,
            Some(SiteFactor::SecondFactor) => {
                assurance::with_second(&password, SecondFactorMethod::Totp)
            }
            Some(SiteFactor::Passkey) => assurance::passkey_proof(false, at),
        };
        match self.credential.unwrap_or(Credential::Session) {
            Credential::ApiKey => (Credential::ApiKey, None),
            credential => (credential, Some(authentication)),
        }
    }
}

view! {
    /// The decision about an assumed request.
    #[schema(as = SiteDecision)]
    DecisionView(
        site: &Site,
        (outcome, rule, reason, step_up): (&'static str, Option<&SiteRule>, Option<DenyReason>, StepUp),
        groups: &BTreeMap<GroupId, String>
    ) {
        /// Name of the site.
        site: String = site.name.clone();
        /// `allow`, `sign_in`, `step_up` or `deny`.
        outcome: &'static str = outcome;
        /// Number of the rule that decides; absent if none matches.
        rule_id?: u32 = rule.map(|rule| rule.id);
        /// The rule.
        rule?: String = rule.map(|rule| notation::write(rule, groups));
        /// Reason of a denial.
        reason?: &'static str = reason.map(DenyReason::as_str);
        /// Factor that the user must prove: `second_factor` or `passkey`.
        factor?: &'static str = step_up.factor.map(SiteFactor::as_str);
        /// Maximum age of the authentication that the user must renew, in seconds.
        max_age?: i64 = step_up.max_age;
    }
}

/// Decides about an assumed request as about a real one. A disabled user has no session and no token.
pub(crate) async fn check(
    context: &AdminContext<'_>,
    request: &AssumedRequest,
) -> Result<DecisionView> {
    context.require_global("clients:read")?;
    let facts = request.facts(context)?;
    let (read, now, host) = (context.db.read(), context.now(), &facts.arrival.host);
    let site = hosts::find_site(read, context.settings.config(), host).await?;
    let site = site.ok_or_else(|| AdminError::not_found("site with the host", host))?;
    let mut visitor = None;
    if let Some(name) = &request.user {
        context.require_global("users:read")?;
        let user = users::get(context, name).await?;
        if user.is_active() {
            let (member_of, held) = visit::roles_of(read, &site, user.id, now).await?;
            let (roles, proof) = ((member_of.as_deref(), &held), request.proof(now));
            visitor = Some(visit::visitor(read, &site, user.id, roles, proof).await?);
        }
    }
    let decision = decide(&site, &facts, visitor.as_ref(), now);
    let none = StepUp::default();
    let found = match decision {
        Decision::Allow(rule) => ("allow", Some(rule), None, none),
        Decision::SignIn(rule, step) if visitor.is_none() => ("sign_in", Some(rule), None, step),
        Decision::SignIn(rule, step) => ("step_up", Some(rule), None, step),
        Decision::Deny(rule, reason) => ("deny", rule, Some(reason), none),
    };
    let names = group_names(context, slice::from_ref(&site)).await?;
    Ok(DecisionView::new(&site, found, &names))
}

#[cfg(test)]
mod tests;
