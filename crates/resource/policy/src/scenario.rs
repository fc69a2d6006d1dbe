//! Representative attributes of a caller, an object and a context; the traits that a rule can test
//! are added one at a time.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cedar_policy::pst;
use doorward_access::Principal;
use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_protocol::scope::Scope;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::attribute_values::{Attributes, Kind, Object, Value};
use super::attributes;
use super::literals::Literals;
use super::principal::{Memberships, PolicyPrincipal, Situation};
use super::used_attributes::UsedAttributes;

/// Friday, 2026-11-20, 10:00 UTC, and 23:00.
const MORNING: i64 = 1_795_168_800;
const NIGHT: i64 = MORNING + 13 * 3600;
const ME: &str = "me";
const OTHER: &str = "somebody";
const PROJECT: Uuid = Uuid::from_u128(1);
const DEPARTMENT: &str = "a-department";
const PLAN: &str = "a-plan";

/// A property that a rule can test. The base case is a user with a token, and an object of another
/// user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trait {
    Anonymous,
    Service,
    User(String),
    Verified,
    TwoFactors,
    Role(String),
    Group(String),
    Department(String),
    Manages(String),
    Entitlement(String),
    Scope(String),
    Plan(String),
    Owner,
    Assignee,
    Manager,
    Editor,
    Member,
    Lead,
    Reviewer,
    MayEdit,
    MayChangeTasks,
    MaySeeBudget,
    SameDepartment,
    ManagedDepartment,
    SamePlan,
    Object(String),
    Confidentiality(String),
    Status(String),
    Priority(i64),
    ObjectDepartment(String),
    ObjectPlan(String),
    Published,
    ProjectLevel(String),
    ProjectStatus(String),
    /// An object with all optional attributes, which refer to another user.
    Full,
    Night,
    NoAddress,
}

/// A caller, an object and a context.
pub(super) struct Scenario {
    pub person: PolicyPrincipal,
    pub object: Object,
    pub situation: Situation,
}

/// The parts of a [`Scenario`].
struct Draft {
    anonymous: bool,
    principal: Principal,
    memberships: Memberships,
    id: String,
    attributes: Attributes,
    project: Option<Attributes>,
    editors: Option<Vec<&'static str>>,
    now: i64,
    address: Option<IpAddr>,
}

impl Scenario {
    /// Builds the scenario of these traits.
    pub(super) fn new<'a>(kind: Kind, traits: impl IntoIterator<Item = &'a Trait>) -> Self {
        let mut draft = Draft::new(kind);
        for item in traits {
            item.apply(&mut draft);
        }
        draft.finish(kind)
    }
}

impl Draft {
    fn new(kind: Kind) -> Self {
        let status = match kind {
            Kind::Project => "active",
            _ => "todo",
        };
        let mut attributes = Attributes::from([
            ("owner", Value::user(OTHER)),
            ("org", Value::text("")),
            ("confidentiality", Value::text("internal")),
            ("status", Value::text(status)),
            ("priority", Value::Long(2)),
        ]);
        attributes.retain(|name, _| attributes::has(kind, name));
        Self {
            anonymous: false,
            principal: Principal::from(AccessTokenClaims {
                sub: ME.to_owned(),
                client_id: "an-app".to_owned(),
                exp: MORNING,
                acr: Some("aal1".to_owned()),
                auth_time: Some(MORNING - 3600),
                ..AccessTokenClaims::default()
            }),
            memberships: Memberships::default(),
            id: Uuid::from_u128(2).to_string(),
            attributes,
            project: None,
            editors: None,
            now: MORNING,
            address: "10.1.2.3".parse().ok(),
        }
    }

    fn project(&mut self) -> &mut Attributes {
        self.project.get_or_insert_with(|| {
            Attributes::from([
                ("owner", Value::user(OTHER)),
                ("org", Value::text("")),
                ("confidentiality", Value::text("internal")),
                ("status", Value::text("active")),
            ])
        })
    }

    fn finish(mut self, kind: Kind) -> Scenario {
        let mut related = Vec::new();
        if kind == Kind::Project {
            self.id = PROJECT.to_string();
        }
        if let Some(project) = self
            .project
            .take()
            .filter(|_| attributes::has(kind, "project"))
        {
            let id = Value::Entity(Kind::Project, PROJECT.to_string());
            self.attributes.insert("project", id);
            related.push(Object::new(Kind::Project, PROJECT, project));
        }
        if let Some(editors) = self
            .editors
            .take()
            .filter(|_| attributes::has(kind, "category"))
        {
            let id = Value::Entity(Kind::Category, "c".to_owned());
            self.attributes.insert("category", id);
            let editors = Value::entities(Kind::Person, editors);
            let attributes = Attributes::from([("editors", editors)]);
            related.push(Object::new(Kind::Category, "c", attributes));
        }
        self.attributes
            .retain(|name, _| attributes::has(kind, name));
        let principal = if self.anonymous {
            PolicyPrincipal::anonymous()
        } else {
            PolicyPrincipal::new(&self.principal, &self.memberships)
        };
        let situation = Situation::new(self.now, &TimeZone::UTC, "GET").from_address(self.address);
        let situation = if self.anonymous {
            situation
        } else {
            situation.signed_in_as(&self.principal)
        };
        Scenario {
            person: principal,
            object: Object {
                related,
                ..Object::new(kind, self.id, self.attributes)
            },
            situation,
        }
    }
}

/// A constructor of a trait from a literal in a rule.
type MakeTrait = fn(String) -> Trait;

impl Trait {
    fn apply(&self, draft: &mut Draft) {
        let principal = &mut draft.principal;
        let attributes = &mut draft.attributes;
        match self {
            Self::Anonymous => draft.anonymous = true,
            Self::Service => principal.client_id.clone_from(&principal.subject),
            Self::User(id) => principal.subject.clone_from(id),
            Self::Verified => principal.email_verified = true,
            Self::TwoFactors => {
                principal.acr = Some("aal2".to_owned());
                principal.auth_time = Some(draft.now);
            }
            Self::Role(name) => principal.roles.push(name.clone()),
            Self::Group(path) => principal.groups.push(path.clone()),
            Self::Department(path) => principal.groups.push(format!("/{path}")),
            Self::Manages(path) => principal.managed_groups.push(path.clone()),
            Self::Entitlement(name) => {
                principal.entitlements.insert(name.clone());
            }
            Self::Scope(name) => {
                let more = Scope::parse(&format!("{} {name}", principal.scope));
                principal.scope = more.unwrap_or_default();
            }
            Self::Plan(name) => {
                let plan = format!("subscription:{name}");
                principal.entitlements.insert(plan);
            }
            Self::SameDepartment => {
                principal.groups.push(format!("/{DEPARTMENT}"));
                attributes.insert("department", Value::text(DEPARTMENT));
            }
            Self::ManagedDepartment => {
                principal.managed_groups.push(format!("/{DEPARTMENT}"));
                attributes.insert("department", Value::text(DEPARTMENT));
            }
            Self::SamePlan => {
                principal
                    .entitlements
                    .insert(format!("subscription:{PLAN}"));
                attributes.insert("plan", Value::text(PLAN));
            }
            Self::Editor => draft.editors = Some(vec![ME]),
            Self::Member
            | Self::Lead
            | Self::Reviewer
            | Self::MayEdit
            | Self::MayChangeTasks
            | Self::MaySeeBudget => self.join(draft),
            Self::Object(id) => draft.id.clone_from(id),
            Self::Owner
            | Self::Assignee
            | Self::Manager
            | Self::Confidentiality(_)
            | Self::Status(_)
            | Self::Priority(_)
            | Self::ObjectDepartment(_)
            | Self::ObjectPlan(_)
            | Self::Published
            | Self::ProjectLevel(_)
            | Self::ProjectStatus(_) => self.set_attribute(draft),
            Self::Full => Self::fill(draft),
            Self::Night => draft.now = NIGHT,
            Self::NoAddress => draft.address = None,
        }
    }

    /// Sets an attribute of the object, or of its project.
    fn set_attribute(&self, draft: &mut Draft) {
        let (name, value) = match self {
            Self::Owner => ("owner", Value::user(ME)),
            Self::Assignee => ("assignee", Value::user(ME)),
            Self::Manager => ("manager", Value::user(ME)),
            Self::Confidentiality(word) | Self::ProjectLevel(word) => {
                ("confidentiality", Value::text(word))
            }
            Self::Status(word) | Self::ProjectStatus(word) => ("status", Value::text(word)),
            Self::Priority(number) => ("priority", Value::Long(*number)),
            Self::ObjectDepartment(path) => ("department", Value::text(path)),
            Self::ObjectPlan(word) => ("plan", Value::text(word)),
            Self::Published => ("published_at", Value::Long(MORNING - 3600)),
            _ => return,
        };
        let attributes = match self {
            Self::ProjectLevel(_) | Self::ProjectStatus(_) => draft.project(),
            _ => &mut draft.attributes,
        };
        attributes.insert(name, value);
    }

    fn join(&self, draft: &mut Draft) {
        draft.project();
        let memberships = &mut draft.memberships;
        memberships.projects.insert(PROJECT);
        let more = match self {
            Self::Lead => &mut memberships.leads,
            Self::Reviewer => &mut memberships.reviews,
            Self::MayEdit => &mut memberships.may_edit,
            Self::MayChangeTasks => &mut memberships.may_change_tasks,
            Self::MaySeeBudget => &mut memberships.may_see_budget,
            _ => return,
        };
        more.insert(PROJECT);
    }

    fn fill(draft: &mut Draft) {
        draft.project();
        draft.editors.get_or_insert(vec![OTHER]);
        for (name, value) in [
            ("department", Value::text("another-department")),
            ("assignee", Value::user(OTHER)),
            ("manager", Value::user(OTHER)),
            ("plan", Value::text("another-plan")),
            ("published_at", Value::Long(MORNING - 3600)),
        ] {
            draft.attributes.entry(name).or_insert(value);
        }
    }

    /// Returns the descriptions of the caller and of the object, if the trait is about them.
    pub(super) fn describe(&self) -> (Option<String>, Option<String>) {
        let caller = |words: String| (Some(words), None);
        let object = |words: &str| (None, Some(words.to_owned()));
        match self {
            Self::User(id) => caller(format!("with the id {id}")),
            Self::Verified => caller("with a verified address".to_owned()),
            Self::TwoFactors => caller("who just signed in with two factors".to_owned()),
            Self::Role(name) => caller(format!("with the role {name}")),
            Self::Group(path) => caller(format!("in the group {path}")),
            Self::Department(path) => caller(format!("in the department {path}")),
            Self::Manages(path) => caller(format!("who manages {path}")),
            Self::Entitlement(name) => caller(format!("with the permission {name}")),
            Self::Scope(name) => caller(format!("whose token has the scope {name}")),
            Self::Plan(name) => caller(format!("with the plan {name}")),
            Self::Owner => object("that they own"),
            Self::Assignee => object("that is assigned to them"),
            Self::Manager => object("that they manage"),
            Self::Editor => object("of a category that they edit"),
            Self::Member => object("of a project that they belong to"),
            Self::Lead => object("of a project that they lead"),
            Self::Reviewer => object("of a project that they review"),
            Self::MayEdit => object("of a project that they may edit"),
            Self::MayChangeTasks => object("of a project whose tasks they may change"),
            Self::MaySeeBudget => object("of a project whose budget they may see"),
            Self::SameDepartment => object("of a department that they belong to"),
            Self::ManagedDepartment => object("of a department that they manage"),
            Self::SamePlan => object("whose plan they hold"),
            Self::Object(id) => object(&format!("with the id {id}")),
            Self::Confidentiality(word) => object(&format!("that is {word}")),
            Self::Status(word) => object(&format!("with the status {word}")),
            Self::Priority(number) => object(&format!("of priority {number}")),
            Self::ObjectDepartment(path) => object(&format!("of the department {path}")),
            Self::ObjectPlan(word) => object(&format!("with the plan {word}")),
            Self::Published => object("that is published"),
            Self::ProjectLevel(word) => object(&format!("of a project that is {word}")),
            Self::ProjectStatus(word) => object(&format!("of a project with the status {word}")),
            Self::Anonymous | Self::Service | Self::Full | Self::Night | Self::NoAddress => {
                (None, None)
            }
        }
    }

    /// Returns the traits that this rule can test for this kind of object.
    pub(super) fn of_rule(rule: &pst::Template, kind: Kind) -> Vec<Self> {
        let mut mentions = UsedAttributes::default();
        mentions.add(rule);
        let mut literals = Literals::default();
        literals.add(rule);
        let mut traits = BTreeSet::new();
        let person = |name: &str| mentions.person.has(name);
        let object = |name: &str| mentions.object.has(name) && attributes::has(kind, name);
        for (requested, item) in [
            (person("is_service"), Self::Service),
            (person("verified"), Self::Verified),
            (mentions.situation.has("acr"), Self::TwoFactors),
            (object("owner"), Self::Owner),
            (object("assignee"), Self::Assignee),
            (object("manager"), Self::Manager),
            (object("category"), Self::Editor),
            (object("published_at"), Self::Published),
            (person("projects"), Self::Member),
            (person("leads"), Self::Lead),
            (person("reviews"), Self::Reviewer),
            (person("may_edit"), Self::MayEdit),
            (person("may_change_tasks"), Self::MayChangeTasks),
            (person("may_see_budget"), Self::MaySeeBudget),
            (
                person("departments") && object("department"),
                Self::SameDepartment,
            ),
            (
                person("manages") && object("department"),
                Self::ManagedDepartment,
            ),
            (person("subscriptions") && object("plan"), Self::SamePlan),
        ] {
            if requested {
                traits.insert(item);
            }
        }
        let literal: [(bool, MakeTrait); 13] = [
            (person("roles"), Self::Role),
            (person("groups"), Self::Group),
            (person("departments"), Self::Department),
            (person("manages"), Self::Manages),
            (person("entitlements"), Self::Entitlement),
            (person("scope"), Self::Scope),
            (person("subscriptions"), Self::Plan),
            (object("confidentiality"), Self::Confidentiality),
            (object("status"), Self::Status),
            (object("department"), Self::ObjectDepartment),
            (object("plan"), Self::ObjectPlan),
            (object("project"), Self::ProjectLevel),
            (
                object("project") && mentions.object.has("status"),
                Self::ProjectStatus,
            ),
        ];
        for (_, make) in literal.into_iter().filter(|(requested, _)| *requested) {
            traits.extend(literals.texts.iter().cloned().map(make));
        }
        if object("priority") {
            traits.extend(literals.numbers.iter().copied().map(Self::Priority));
        }
        traits.extend(literals.users.into_iter().map(Self::User));
        traits.extend(literals.objects.into_iter().map(Self::Object));
        traits.into_iter().collect()
    }
}
