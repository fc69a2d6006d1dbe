//! The model of policies: actions, kinds of objects, and attribute values, shared by Cedar's engine
//! and the translation to SQL.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use ipnet::IpNet;

doorward_protocol::words! {
    #[derive(PartialOrd, Ord)]
    pub enum Action {
        Read = "read",
        Create = "create",
        Update = "update",
        Delete = "delete",
        /// Read the budget of a project.
        ReadBudget = "read_budget",
        /// Read the internal notes of a project.
        ReadNotes = "read_notes",
        /// Read the list of a project's members and their roles.
        ReadMembers = "read_members",
        /// Read the e-mail addresses and phone numbers of a project's members.
        ReadContact = "read_contact",
        /// Add, change or remove the members of a project.
        ManageMembers = "manage_members",
        /// Lower the confidentiality of a project.
        LowerConfidentiality = "lower_confidentiality",
        /// Remove a task from its project, or move it to another one.
        MoveOut = "move_out",
        /// Publish an article, withdraw it, or open a published one to more readers.
        Publish = "publish",
        /// Open a task to more readers.
        Share = "share",
    }
}

impl Action {
    /// Returns the actions on objects of this kind, as in the schema.
    pub const fn on(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Task => &[
                Self::Read,
                Self::Create,
                Self::Update,
                Self::Delete,
                Self::MoveOut,
                Self::Share,
            ],
            Kind::Project => &[
                Self::Read,
                Self::Create,
                Self::Update,
                Self::Delete,
                Self::ReadBudget,
                Self::ReadNotes,
                Self::ReadMembers,
                Self::ReadContact,
                Self::ManageMembers,
                Self::LowerConfidentiality,
            ],
            Kind::Document => &[
                Self::Read,
                Self::Create,
                Self::Update,
                Self::Delete,
                Self::Publish,
            ],
            Kind::Person | Kind::Category => &[],
        }
    }
}

doorward_protocol::words! {
    #[derive(PartialOrd, Ord)]
    pub enum Kind {
        /// A principal.
        Person = "Person",
        Task = "Task",
        Project = "Project",
        /// A category of content.
        Category = "Category",
        /// An article, or an object of another service: the rules in `policies/library/` use it.
        Document = "Document",
    }
}

impl Kind {
    pub(super) fn entity(self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.type_name(), EntityId::new(id))
    }

    /// Returns the parsed name, which is cached because parsing takes longer than a decision.
    fn type_name(self) -> EntityTypeName {
        static NAMES: LazyLock<[EntityTypeName; 5]> =
            LazyLock::new(|| Kind::ALL.map(|kind| type_name(kind.as_str())));
        NAMES[self as usize].clone()
    }
}

pub(super) fn action_uid(action: Action) -> EntityUid {
    static UIDS: LazyLock<[EntityUid; 13]> = LazyLock::new(|| {
        Action::ALL.map(|action| {
            let id = EntityId::new(action.as_str());
            EntityUid::from_type_name_and_id(type_name("Action"), id)
        })
    });
    UIDS[action as usize].clone()
}

/// Parses a name that this program defines.
fn type_name(name: &str) -> EntityTypeName {
    EntityTypeName::from_str(name).unwrap_or_else(|cause| {
        tracing::error!(%cause, name, "not a name of a type");
        std::process::abort()
    })
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Bool(bool),
    Long(i64),
    Text(String),
    /// A reference to an object by kind and ID.
    Entity(Kind, String),
    Set(Vec<Self>),
    Network(IpNet),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn user(subject: impl Into<String>) -> Self {
        Self::Entity(Kind::Person, subject.into())
    }

    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Set(texts.into_iter().map(Self::text).collect())
    }

    /// Creates a set of references to objects of one kind.
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
    /// Returns the value as JSON, for a decision record.
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

/// Creates an entity with these attributes.
pub(super) fn entity(
    uid: EntityUid,
    attributes: impl IntoIterator<Item = (String, RestrictedExpression)>,
) -> Entity {
    // Only an extension function can fail, and a parsed network is always valid.
    Entity::new_with_tags(uid.clone(), attributes, [], []).unwrap_or_else(|_| Entity::with_uid(uid))
}

pub type Attributes = BTreeMap<&'static str, Value>;

/// An object with its attributes and those of its related objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub kind: Kind,
    pub id: String,
    /// Attributes, as defined in the schema.
    pub facts: Attributes,
    /// Objects that the attributes refer to, such as the project of a task.
    pub related: Vec<Self>,
}

impl Object {
    pub fn new(kind: Kind, id: impl Into<String>, attributes: Attributes) -> Self {
        Self {
            kind,
            id: id.into(),
            facts: attributes,
            related: Vec::new(),
        }
    }
}
