//! The principal and the request context as policies see them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::OnceLock;

use cedar_policy::Entity;
use doorward_access::Principal;
use ipnet::IpNet;
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::attribute_values::{Attributes, Kind, Value, entity};

/// Prefix of entitlements that name subscriptions of the user.
const SUBSCRIPTION: &str = "subscription:";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    /// Projects with any role.
    pub projects: BTreeSet<Uuid>,
    /// Projects with the role lead.
    pub leads: BTreeSet<Uuid>,
    /// Projects with the role reviewer.
    pub reviews: BTreeSet<Uuid>,
    /// Projects with the permission to change the project.
    pub may_edit: BTreeSet<Uuid>,
    /// Projects with the permission to change any task of the project.
    pub may_change_tasks: BTreeSet<Uuid>,
    /// Projects with the permission to read the budget.
    pub may_see_budget: BTreeSet<Uuid>,
}

doorward_protocol::words! {
    /// A set of projects in which a user has a membership: an attribute of `Person` in the schema.
    #[derive(PartialOrd, Ord)]
    pub enum MembershipSet {
        Projects = "projects",
        Leads = "leads",
        Reviews = "reviews",
        MayEdit = "may_edit",
        MayChangeTasks = "may_change_tasks",
        MaySeeBudget = "may_see_budget",
    }
}

/// The memberships of a principal that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All, so few that a condition for the database names the projects.
    Few,
    /// All, so many that a condition for the database looks them up.
    Many,
    /// Those in the projects that a decision is about. A condition looks up the others.
    Some,
}

impl Memberships {
    /// Returns the projects of this set.
    pub const fn of(&self, set: MembershipSet) -> &BTreeSet<Uuid> {
        match set {
            MembershipSet::Projects => &self.projects,
            MembershipSet::Leads => &self.leads,
            MembershipSet::Reviews => &self.reviews,
            MembershipSet::MayEdit => &self.may_edit,
            MembershipSet::MayChangeTasks => &self.may_change_tasks,
            MembershipSet::MaySeeBudget => &self.may_see_budget,
        }
    }
}

/// The principal of a request: the attributes of `Person` in the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPrincipal {
    /// `sub` of the token; empty for an anonymous caller.
    pub subject: String,
    /// Organization; empty for none.
    pub org: String,
    pub(super) attributes: Attributes,
    /// The memberships in the sets of projects.
    pub(super) extent: Extent,
    converted: Converted,
}

/// The principal as Cedar's entity, converted once: the conversion of long lists takes longer than a
/// decision.
#[derive(Debug, Clone, Default)]
struct Converted(OnceLock<Entity>);

/// The entity follows from the attributes.
impl PartialEq for Converted {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Converted {}

impl PolicyPrincipal {
    /// Creates the principal of a request without a token.
    pub fn anonymous() -> Self {
        let mut attributes = empty_attributes(&Memberships::default());
        attributes.insert("anonymous", Value::Bool(true));
        Self {
            subject: String::new(),
            org: String::new(),
            attributes,
            extent: Extent::Few,
            converted: Converted::default(),
        }
    }

    /// Creates the principal of a verified token and all its project memberships.
    pub fn new(principal: &Principal, memberships: &Memberships) -> Self {
        let org = principal.org.clone().unwrap_or_default();
        let mut attributes = empty_attributes(memberships);
        let managed = principal.managed_groups.iter();
        let managed = managed.map(|path| path.trim_matches('/'));
        let managed = managed.filter(|path| !path.is_empty());
        let plans = principal.entitlements.iter();
        let plans = plans.filter_map(|plan| plan.strip_prefix(SUBSCRIPTION));
        attributes.extend([
            ("is_service", Value::Bool(principal.is_service())),
            ("verified", Value::Bool(principal.email_verified)),
            ("org", Value::text(&org)),
            ("roles", Value::texts(&principal.roles)),
            ("groups", Value::texts(&principal.groups)),
            ("departments", Value::texts(departments(&principal.groups))),
            ("manages", Value::texts(managed)),
            ("entitlements", Value::texts(&principal.entitlements)),
            ("scope", Value::texts(principal.scope.iter())),
            ("subscriptions", Value::texts(plans)),
        ]);
        Self {
            subject: principal.subject.clone(),
            org,
            attributes,
            extent: Extent::Few,
            converted: Converted::default(),
        }
    }

    /// Creates the principal of a verified token with these memberships.
    pub fn with_memberships(
        principal: &Principal,
        memberships: &Memberships,
        extent: Extent,
    ) -> Self {
        Self {
            extent,
            ..Self::new(principal, memberships)
        }
    }

    pub(super) fn entity(&self) -> Entity {
        let convert = || {
            let attributes = self.attributes.iter();
            let attributes = attributes.map(|(name, value)| ((*name).to_owned(), value.to_cedar()));
            entity(Kind::Person.entity(&self.subject), attributes)
        };
        self.converted.0.get_or_init(convert).clone()
    }

    /// Returns how often the attributes were converted for Cedar: at most once.
    #[cfg(test)]
    pub(super) fn conversions(&self) -> usize {
        usize::from(self.converted.0.get().is_some())
    }

    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name)
    }

    /// Returns the attributes that are not empty or false, for a decision record.
    pub fn to_json(&self) -> serde_json::Value {
        let telling = self.attributes.iter().filter(|(_, value)| match value {
            Value::Bool(value) => *value,
            Value::Text(text) => !text.is_empty(),
            Value::Set(values) => !values.is_empty(),
            _ => true,
        });
        let details = telling.map(|(name, value)| ((*name).to_owned(), value.to_json()));
        let mut object: serde_json::Map<_, _> = details.collect();
        object.insert("subject".to_owned(), self.subject.clone().into());
        object.into()
    }
}

/// Returns every attribute with an empty value, except the memberships.
fn empty_attributes(memberships: &Memberships) -> Attributes {
    let mut attributes = Attributes::from([
        ("anonymous", Value::Bool(false)),
        ("is_service", Value::Bool(false)),
        ("verified", Value::Bool(false)),
        ("org", Value::text("")),
        ("roles", Value::Set(Vec::new())),
        ("groups", Value::Set(Vec::new())),
        ("departments", Value::Set(Vec::new())),
        ("manages", Value::Set(Vec::new())),
        ("entitlements", Value::Set(Vec::new())),
        ("scope", Value::Set(Vec::new())),
        ("subscriptions", Value::Set(Vec::new())),
    ]);
    attributes.extend(MembershipSet::ALL.map(|set| {
        let projects = Value::entities(Kind::Project, memberships.of(set));
        (set.as_str(), projects)
    }));
    attributes
}

/// Returns the group paths and their parents: for `/engineering/backend` both `engineering` and
/// `engineering/backend`.
fn departments(groups: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for group in groups {
        let path = group.trim_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at);
        found.extend(ends.map(|end| path[..end].to_owned()));
        if !path.is_empty() {
            found.insert(path.to_owned());
        }
    }
    found
}

/// The request context: time, address and sign-in (`context` in the schema).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    pub(super) attributes: Attributes,
}

impl Situation {
    /// Creates the context at `now` in Unix seconds, with the hour in `zone`; `method` is the HTTP
    /// method.
    pub fn new(now: i64, zone: &TimeZone, method: &str) -> Self {
        let local = Timestamp::from_second(now)
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .to_zoned(zone.clone());
        let weekday = local.weekday().to_monday_one_offset();
        Self {
            attributes: Attributes::from([
                ("now", Value::Long(now)),
                ("hour", Value::Long(local.hour().into())),
                ("weekday", Value::Long(weekday.into())),
                ("method", Value::text(method)),
            ]),
        }
    }

    /// Adds the caller's address, if known.
    #[must_use]
    pub fn from_address(mut self, address: Option<IpAddr>) -> Self {
        if let Some(address) = address {
            let network = IpNet::from(address.to_canonical());
            self.attributes.insert("address", Value::Network(network));
        }
        self
    }

    /// Adds the authentication of this token.
    #[must_use]
    pub fn signed_in_as(mut self, principal: &Principal) -> Self {
        if let Some(acr) = &principal.acr {
            self.attributes.insert("acr", Value::text(acr));
        }
        if let Some(auth_time) = principal.auth_time {
            self.attributes.insert("auth_time", Value::Long(auth_time));
        }
        self
    }

    /// Returns every attribute, for a decision record.
    pub fn to_json(&self) -> serde_json::Value {
        let details = self.attributes.iter();
        let details = details.map(|(name, value)| ((*name).to_owned(), value.to_json()));
        serde_json::Value::Object(details.collect())
    }
}
