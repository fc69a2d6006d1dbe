//! The nouns of projects.

use serde::Serialize;
use uuid::Uuid;

use crate::policy::facts::Attributes;
use crate::policy::{Kind, Object, Value};
use crate::tasks::model::format_time;

/// Longest name in characters.
pub const MAX_NAME: usize = 200;
/// Longest description and longest notes in characters.
pub const MAX_TEXT: usize = 10_000;

/// Who may know of a project. The order is from the most open level to the least open one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidentiality {
    /// Everybody of the tenant.
    Public,
    /// The people of the tenant, but not its programs.
    #[default]
    Internal,
    /// The department.
    Confidential,
    /// The members.
    Restricted,
}

impl Confidentiality {
    /// Every level, the most open first.
    pub const ALL: [Self; 4] = [
        Self::Public,
        Self::Internal,
        Self::Confidential,
        Self::Restricted,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }

    /// The level of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What somebody is in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on it.
    #[default]
    Member,
    /// Leads it.
    Lead,
    /// Reviews it, and adds no tasks.
    Reviewer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Member, Self::Lead, Self::Reviewer];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Lead => "lead",
            Self::Reviewer => "reviewer",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What a membership allows beyond its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Change the project.
    Edit,
    /// Change any task of the project.
    Tasks,
    /// See the budget.
    Budget,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 3] = [Self::Edit, Self::Tasks, Self::Budget];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Tasks => "tasks",
            Self::Budget => "budget",
        }
    }

    /// The permission of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A project as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: Uuid,
    /// The tenant; empty for none.
    pub org: String,
    /// `sub` of the person who made it.
    pub owner_subject: String,
    /// 1 to [`MAX_NAME`] characters.
    pub name: String,
    /// At most [`MAX_TEXT`] characters.
    pub description: String,
    /// A group's path without the first slash.
    pub department: Option<String>,
    /// Who may know of it.
    pub confidentiality: Confidentiality,
    /// In the smallest unit of the currency.
    pub budget: Option<i64>,
    /// At most [`MAX_TEXT`] characters.
    pub internal_notes: String,
    /// Counts the changes.
    pub version: i64,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Project {
    /// As rules see it.
    pub(crate) fn object(&self) -> Object {
        let mut facts = Attributes::from([
            ("owner", Value::person(&self.owner_subject)),
            ("org", Value::text(&self.org)),
            (
                "confidentiality",
                Value::text(self.confidentiality.as_str()),
            ),
        ]);
        if let Some(department) = &self.department {
            facts.insert("department", Value::text(department));
        }
        Object::new(Kind::Project, self.id, facts)
    }
}

/// Somebody who belongs to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// `sub` of the person.
    pub subject: String,
    /// What they are in the project.
    pub role: Role,
    /// What they may beyond their role.
    pub permissions: Vec<Permission>,
    /// How to reach them; for who may see that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// How to reach them; for who may see that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Project {
    /// Returns true if the change lets more users know of the project: a lower level, or another
    /// department for a confidential project.
    pub(crate) fn is_opened_by(&self, change: &Change) -> bool {
        let level = change.confidentiality.unwrap_or(self.confidentiality);
        let department = change.department.as_ref().unwrap_or(&self.department);
        let other_department = department.is_some() && *department != self.department;
        level < self.confidentiality
            || (level == Confidentiality::Confidential
                && self.confidentiality == Confidentiality::Confidential
                && other_department)
    }
}

/// A change of a project: only what is `Some` changes (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// Another department, or none.
    pub department: Option<Option<String>>,
    /// Another level.
    pub confidentiality: Option<Confidentiality>,
    /// Another budget, or none.
    pub budget: Option<Option<i64>>,
    /// New notes.
    pub internal_notes: Option<String>,
}

/// Which fields the caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sight {
    /// The budget.
    pub budget: bool,
    /// The internal notes.
    pub notes: bool,
}

/// A project on the wire. Fields that the caller may not see are absent.
#[derive(Debug, Serialize)]
pub struct ProjectView<'a> {
    id: Uuid,
    name: &'a str,
    description: &'a str,
    department: Option<&'a str>,
    confidentiality: Confidentiality,
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
    members: Option<&'a [Member]>,
    created_at: String,
    updated_at: String,
}

impl<'a> ProjectView<'a> {
    /// What of the project the caller sees; members where they are shown.
    pub fn new(project: &'a Project, sight: Sight, members: Option<&'a [Member]>) -> Self {
        Self {
            id: project.id,
            name: &project.name,
            description: &project.description,
            department: project.department.as_deref(),
            confidentiality: project.confidentiality,
            owner_subject: &project.owner_subject,
            budget: sight.budget.then_some(project.budget),
            internal_notes: sight.notes.then_some(&project.internal_notes),
            members,
            created_at: format_time(project.created_at),
            updated_at: format_time(project.updated_at),
        }
    }
}
