//! What rules can know: the actions, the kinds of objects, and values of their attributes, each
//! once for Cedar's engine and for the translation into SQL.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use ipnet::IpNet;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See it.
    Read,
    /// Make a new one.
    Create,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
    /// See the budget of a project.
    ReadBudget,
    /// See the internal notes of a project.
    ReadNotes,
    /// See the e-mail address and the phone number of a project's members.
    ReadContact,
    /// Say who belongs to a project, and as what.
    ManageMembers,
    /// Make a project more open.
    LowerConfidentiality,
    /// Take a task out of its project, or into another one.
    MoveOut,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::ReadBudget,
        Self::ReadNotes,
        Self::ReadContact,
        Self::ManageMembers,
        Self::LowerConfidentiality,
        Self::MoveOut,
    ];

    /// Returns the actions on objects of this kind, as in the schema.
    pub const fn on(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Task => &[
                Self::Read,
                Self::Create,
                Self::Update,
                Self::Delete,
                Self::MoveOut,
            ],
            Kind::Project => &[
                Self::Read,
                Self::Create,
                Self::Update,
                Self::Delete,
                Self::ReadBudget,
                Self::ReadNotes,
                Self::ReadContact,
                Self::ManageMembers,
                Self::LowerConfidentiality,
            ],
            Kind::Document => &[Self::Read, Self::Create, Self::Update, Self::Delete],
            Kind::Person | Kind::Category => &[],
        }
    }

    /// The name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::ReadBudget => "read_budget",
            Self::ReadNotes => "read_notes",
            Self::ReadContact => "read_contact",
            Self::ManageMembers => "manage_members",
            Self::LowerConfidentiality => "lower_confidentiality",
            Self::MoveOut => "move_out",
        }
    }

    /// The action of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// What can be acted on, or stand in an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Who acts.
    Person,
    /// A task.
    Task,
    /// A project.
    Project,
    /// A category of content.
    Category,
    /// An object of somebody else's service: the rules of `policies/library/` speak of it.
    Document,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Person,
        Self::Task,
        Self::Project,
        Self::Category,
        Self::Document,
    ];

    /// The name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Task => "Task",
            Self::Project => "Project",
            Self::Category => "Category",
            Self::Document => "Document",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The entity of this kind with this id.
    pub(super) fn entity(self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.type_name(), EntityId::new(id))
    }

    /// The parsed name; parsing takes longer than a decision.
    fn type_name(self) -> EntityTypeName {
        static NAMES: LazyLock<[EntityTypeName; 5]> =
            LazyLock::new(|| Kind::ALL.map(|kind| type_name(kind.as_str())));
        NAMES[self as usize].clone()
    }
}

/// The action as an entity.
pub(super) fn action_uid(action: Action) -> EntityUid {
    static UIDS: LazyLock<[EntityUid; 10]> = LazyLock::new(|| {
        Action::ALL.map(|action| {
            let id = EntityId::new(action.as_str());
            EntityUid::from_type_name_and_id(type_name("Action"), id)
        })
    });
    UIDS[action as usize].clone()
}

/// A name of this program's own.
fn type_name(name: &str) -> EntityTypeName {
    EntityTypeName::from_str(name).unwrap_or_else(|cause| {
        tracing::error!(%cause, name, "not a name of a type");
        std::process::abort()
    })
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A text.
    Text(String),
    /// Something with an id.
    Entity(Kind, String),
    /// Several values.
    Set(Vec<Self>),
    /// An address or a network.
    Network(IpNet),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A person.
    pub fn person(subject: impl Into<String>) -> Self {
        Self::Entity(Kind::Person, subject.into())
    }

    /// A set of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Set(texts.into_iter().map(Self::text).collect())
    }

    /// A set of things of one kind.
    pub fn entities<T: ToString>(kind: Kind, ids: impl IntoIterator<Item = T>) -> Self {
        let ids = ids.into_iter();
        Self::Set(ids.map(|id| Self::Entity(kind, id.to_string())).collect())
    }

    pub(super) fn to_cedar(&self) -> RestrictedExpression {
        match self {
            Self::Bool(value) => RestrictedExpression::new_bool(*value),
            Self::Long(value) => RestrictedExpression::new_long(*value),
            Self::Text(value) => RestrictedExpression::new_string(value.clone()),
            Self::Entity(kind, id) => RestrictedExpression::new_entity_uid(kind.entity(id)),
            Self::Set(values) => RestrictedExpression::new_set(values.iter().map(Self::to_cedar)),
            Self::Network(network) => RestrictedExpression::new_ip(network.to_string()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json())
    }
}

impl Value {
    /// As JSON, for a record of a decision.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Long(value) => (*value).into(),
            Self::Text(value) | Self::Entity(_, value) => value.clone().into(),
            Self::Set(values) => values.iter().map(Self::to_json).collect(),
            Self::Network(network) => network.to_string().into(),
        }
    }
}

/// Attributes by name.
pub type Attributes = BTreeMap<&'static str, Value>;

/// What is acted on, with its attributes and those of what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Its attributes, as the schema has them.
    pub facts: Attributes,
    /// What its attributes lead to, such as the project of a task.
    pub related: Vec<Self>,
}

impl Object {
    /// An object that leads to no other.
    pub fn new(kind: Kind, id: impl Into<String>, facts: Attributes) -> Self {
        Self {
            kind,
            id: id.into(),
            facts,
            related: Vec::new(),
        }
    }
}
