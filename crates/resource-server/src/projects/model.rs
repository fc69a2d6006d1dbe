//! The types of projects.

use serde::Serialize;
use uuid::Uuid;

use crate::tasks::model::format_time;
use doorward_policy::attribute_values::Attributes;
use doorward_policy::{Kind, Object, Value};

/// Maximum length of a name in characters.
pub const MAX_NAME: usize = 200;
/// Maximum length of a description and of notes in characters.
pub const MAX_TEXT: usize = 10_000;

/// The readers of a project, from the most open level to the most restricted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidentiality {
    /// All members of the organization.
    Public,
    /// All users of the organization, but not its services.
    #[default]
    Internal,
    /// Members of the department.
    Confidential,
    /// Members of the project.
    Restricted,
}

impl Confidentiality {
    /// All levels, most open first.
    pub const ALL: [Self; 4] = [
        Self::Public,
        Self::Internal,
        Self::Confidential,
        Self::Restricted,
    ];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }

    /// Parses a level.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// The status of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not started.
    Planning,
    /// In progress.
    #[default]
    Active,
    /// Finished.
    Completed,
    /// Cancelled.
    Cancelled,
}

impl Status {
    /// All statuses, in their usual order.
    pub const ALL: [Self; 4] = [
        Self::Planning,
        Self::Active,
        Self::Completed,
        Self::Cancelled,
    ];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Parses a status.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// The role of a member in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A contributor.
    #[default]
    Member,
    /// A lead.
    Lead,
    /// A reviewer, who adds no tasks.
    Reviewer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Member, Self::Lead, Self::Reviewer];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Lead => "lead",
            Self::Reviewer => "reviewer",
        }
    }

    /// Parses a role.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A permission of a member beyond the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Change the project.
    Edit,
    /// Change any task of the project.
    Tasks,
    /// Read the budget.
    Budget,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 3] = [Self::Edit, Self::Tasks, Self::Budget];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Tasks => "tasks",
            Self::Budget => "budget",
        }
    }

    /// Parses a permission.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A stored project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Project ID.
    pub id: Uuid,
    /// Organization; empty for none.
    pub org: String,
    /// `sub` of the creator.
    pub owner_subject: String,
    /// Name of 1 to [`MAX_NAME`] characters.
    pub name: String,
    /// Description of at most [`MAX_TEXT`] characters.
    pub description: String,
    /// Department: a group's path without the first slash.
    pub department: Option<String>,
    /// Confidentiality level.
    pub confidentiality: Confidentiality,
    /// Status.
    pub status: Status,
    /// Budget in the smallest unit of the currency.
    pub budget: Option<i64>,
    /// Internal notes of at most [`MAX_TEXT`] characters.
    pub internal_notes: String,
    /// Number of the last change.
    pub version: i64,
    /// Time of creation in Unix seconds.
    pub created_at: i64,
    /// Time of the last change in Unix seconds.
    pub updated_at: i64,
}

impl Project {
    /// Returns the project as policies see it.
    pub(crate) fn object(&self) -> Object {
        let mut attributes = Attributes::from([
            ("owner", Value::user(&self.owner_subject)),
            ("org", Value::text(&self.org)),
            (
                "confidentiality",
                Value::text(self.confidentiality.as_str()),
            ),
            ("status", Value::text(self.status.as_str())),
        ]);
        if let Some(department) = &self.department {
            attributes.insert("department", Value::text(department));
        }
        Object::new(Kind::Project, self.id, attributes)
    }
}

/// A member of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// `sub` of the user.
    pub subject: String,
    /// Role in the project.
    pub role: Role,
    /// Permissions beyond the role.
    pub permissions: Vec<Permission>,
    /// Time at which the member was added (RFC 3339); unknown for old memberships.
    pub joined_at: Option<String>,
    /// E-mail address, for callers who may read contact data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number, for callers who may read contact data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Project {
    /// Returns the project after this change.
    #[must_use]
    pub(crate) fn changed(&self, change: &Change) -> Self {
        // Every field is named, so that a new one is not forgotten here: rules decide by the result.
        let Change {
            name,
            description,
            department,
            confidentiality,
            status,
            budget,
            internal_notes,
        } = change.clone();
        Self {
            name: name.unwrap_or_else(|| self.name.clone()),
            description: description.unwrap_or_else(|| self.description.clone()),
            department: department.unwrap_or_else(|| self.department.clone()),
            confidentiality: confidentiality.unwrap_or(self.confidentiality),
            status: status.unwrap_or(self.status),
            budget: budget.unwrap_or(self.budget),
            internal_notes: internal_notes.unwrap_or_else(|| self.internal_notes.clone()),
            ..self.clone()
        }
    }
}

/// A change of a project: only `Some` fields change (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New department, or none.
    pub department: Option<Option<String>>,
    /// New level.
    pub confidentiality: Option<Confidentiality>,
    /// New status.
    pub status: Option<Status>,
    /// New budget, or none.
    pub budget: Option<Option<i64>>,
    /// New notes.
    pub internal_notes: Option<String>,
}

/// The sensitive fields that the caller may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sight {
    /// Budget.
    pub budget: bool,
    /// Internal notes.
    pub notes: bool,
}

/// The members of a project in a response: their number, and the list for callers who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembersView {
    /// Number of members.
    pub count: u64,
    /// Path of the list.
    pub url: Option<String>,
}

/// A project in a response. Fields that the caller may not read are absent.
#[derive(Debug, Serialize)]
pub struct ProjectView<'a> {
    id: Uuid,
    name: &'a str,
    description: &'a str,
    department: Option<&'a str>,
    confidentiality: Confidentiality,
    status: Status,
    owner_subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(
        clippy::option_option,
        reason = "not to be seen, none and a number are three things"
    )]
    budget: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_notes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    members_url: Option<String>,
    created_at: String,
    updated_at: String,
}

impl<'a> ProjectView<'a> {
    /// Creates the view for the caller, in a list without members.
    pub fn new(project: &'a Project, sight: Sight, members: Option<MembersView>) -> Self {
        let (member_count, members_url) = match members {
            Some(members) => (Some(members.count), members.url),
            None => (None, None),
        };
        Self {
            id: project.id,
            name: &project.name,
            description: &project.description,
            department: project.department.as_deref(),
            confidentiality: project.confidentiality,
            status: project.status,
            owner_subject: &project.owner_subject,
            budget: sight.budget.then_some(project.budget),
            internal_notes: sight.notes.then_some(&project.internal_notes),
            member_count,
            members_url,
            created_at: format_time(project.created_at),
            updated_at: format_time(project.updated_at),
        }
    }
}
