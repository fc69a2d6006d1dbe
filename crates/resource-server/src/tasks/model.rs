//! The types of the tasks API.

use serde::Serialize;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use doorward_policy::attribute_values::Attributes;
use doorward_policy::{Kind, Object, Value};

/// Maximum length of a title in characters.
pub const MAX_TITLE: usize = 200;
/// Maximum length of a description in characters.
pub const MAX_DESCRIPTION: usize = 10_000;

/// The status of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not started.
    #[default]
    Todo,
    /// In progress.
    InProgress,
    /// Finished.
    Done,
    /// Cancelled.
    Cancelled,
}

impl Status {
    /// All statuses, in their usual order.
    pub const ALL: [Self; 4] = [Self::Todo, Self::InProgress, Self::Done, Self::Cancelled];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Parses a status.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// The priority of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Low.
    Low,
    /// Medium, the default.
    #[default]
    Medium,
    /// High.
    High,
    /// Urgent.
    Urgent,
}

impl Priority {
    /// All priorities, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// Returns the serialized name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Parses a priority.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// Returns the rank, from 1, by which the database sorts.
    pub const fn rank(self) -> i32 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }

    /// Returns the priority of this rank.
    pub fn from_rank(rank: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.rank() == rank)
    }
}

/// A stored task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Task ID.
    pub id: Uuid,
    /// Title of 1 to [`MAX_TITLE`] characters.
    pub title: String,
    /// Description of at most [`MAX_DESCRIPTION`] characters.
    pub description: String,
    /// Status.
    pub status: Status,
    /// Priority.
    pub priority: Priority,
    /// Due date.
    pub due_date: Option<Date>,
    /// `sub` of the owning user or client.
    pub owner_subject: String,
    /// Organization; empty for none.
    pub org: String,
    /// Project of the task.
    pub project: Option<Uuid>,
    /// `sub` of the assigned user.
    pub assignee: Option<String>,
    /// Department of the task: a group's path without the first slash.
    pub department: Option<String>,
    /// Time of creation in Unix seconds.
    pub created_at: i64,
    /// Time of the last change in Unix seconds.
    pub updated_at: i64,
    /// Number of the last change, from which the entity tag is derived (RFC 9110 §8.8.3).
    pub version: i64,
}

impl Task {
    /// Returns the task as policies see it; `project` is its project.
    pub(crate) fn object(&self, project: Option<&Object>) -> Object {
        let mut attributes = Attributes::from([
            ("owner", Value::user(&self.owner_subject)),
            ("org", Value::text(&self.org)),
            ("status", Value::text(self.status.as_str())),
            ("priority", Value::Long(self.priority.rank().into())),
        ]);
        if let Some(assignee) = &self.assignee {
            attributes.insert("assignee", Value::user(assignee));
        }
        if let Some(department) = &self.department {
            attributes.insert("department", Value::text(department));
        }
        if let Some(project) = self.project {
            attributes.insert("project", Value::Entity(Kind::Project, project.to_string()));
        }
        let mut object = Object::new(Kind::Task, self.id, attributes);
        object.related.extend(project.cloned());
        object
    }

    /// Returns the task after this change.
    #[must_use]
    pub(crate) fn changed(&self, change: &Change) -> Self {
        let mut task = self.clone();
        if let Some(status) = change.status {
            task.status = status;
        }
        if let Some(priority) = change.priority {
            task.priority = priority;
        }
        if let Some(project) = change.project {
            task.project = project;
        }
        if let Some(assignee) = &change.assignee {
            task.assignee.clone_from(assignee);
        }
        if let Some(department) = &change.department {
            task.department.clone_from(department);
        }
        task
    }
}

/// The fields of a request to create or replace a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskInput {
    /// Title as in [`Task::title`].
    pub title: String,
    /// Description as in [`Task::description`].
    pub description: String,
    /// Status as in [`Task::status`].
    pub status: Status,
    /// Priority as in [`Task::priority`].
    pub priority: Priority,
    /// Due date as in [`Task::due_date`].
    pub due_date: Option<Date>,
    /// Project as in [`Task::project`].
    pub project: Option<Uuid>,
    /// Assignee as in [`Task::assignee`].
    pub assignee: Option<String>,
    /// Department as in [`Task::department`].
    pub department: Option<String>,
}

/// A partial update: only `Some` fields change (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// New title.
    pub title: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New status.
    pub status: Option<Status>,
    /// New priority.
    pub priority: Option<Priority>,
    /// New due date, or none.
    pub due_date: Option<Option<Date>>,
    /// New project, or none.
    pub project: Option<Option<Uuid>>,
    /// New assignee, or none.
    pub assignee: Option<Option<String>>,
    /// New department, or none.
    pub department: Option<Option<String>>,
}

impl Change {
    /// Returns true if it changes an attribute that policies use, other than status and priority.
    pub(crate) const fn moves(&self) -> bool {
        self.project.is_some() || self.assignee.is_some() || self.department.is_some()
    }

    /// Returns the names in policies of the attributes that it changes.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &'static str> {
        // Every field is named, so that a new attribute is not forgotten here.
        let Self {
            title: _,
            description: _,
            status,
            priority,
            due_date: _,
            project,
            assignee,
            department,
        } = self;
        let changed = [
            ("status", status.is_some()),
            ("priority", priority.is_some()),
            ("project", project.is_some()),
            ("assignee", assignee.is_some()),
            ("department", department.is_some()),
        ];
        let changed = changed.into_iter().filter(|(_, changes)| *changes);
        changed.map(|(name, _)| name)
    }
}

impl From<TaskInput> for Change {
    fn from(draft: TaskInput) -> Self {
        Self {
            title: Some(draft.title),
            description: Some(draft.description),
            status: Some(draft.status),
            priority: Some(draft.priority),
            due_date: Some(draft.due_date),
            project: Some(draft.project),
            assignee: Some(draft.assignee),
            department: Some(draft.department),
        }
    }
}

/// A task in a response. Times are RFC 3339 in UTC.
#[derive(Debug, Serialize)]
pub struct TaskView<'a> {
    id: Uuid,
    title: &'a str,
    description: &'a str,
    status: Status,
    priority: Priority,
    due_date: Option<String>,
    owner_subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
    created_at: String,
    updated_at: String,
}

impl<'a> From<&'a Task> for TaskView<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            id: task.id,
            title: &task.title,
            description: &task.description,
            status: task.status,
            priority: task.priority,
            due_date: task.due_date.map(format_date),
            owner_subject: &task.owner_subject,
            project: task.project,
            assignee: task.assignee.as_deref(),
            department: task.department.as_deref(),
            created_at: format_time(task.created_at),
            updated_at: format_time(task.updated_at),
        }
    }
}

/// Parses an RFC 3339 `full-date`: four-digit year, month, day.
pub fn parse_date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    // The format alone would accept a sign or a longer year.
    (text.len() == 10 && text.is_ascii())
        .then(|| Date::parse(text, format).ok())
        .flatten()
}

/// Formats an RFC 3339 `full-date`.
pub fn format_date(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// Formats Unix seconds as RFC 3339 `date-time` in UTC.
pub fn format_time(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| {
            time.format(&time::format_description::well_known::Rfc3339)
                .ok()
        })
        .unwrap_or_default()
}
