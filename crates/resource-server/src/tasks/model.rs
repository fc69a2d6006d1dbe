//! The nouns of the tasks API.

use serde::Serialize;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::policy::facts::Attributes;
use crate::policy::{Kind, Object, Value};

/// Longest title in characters.
pub const MAX_TITLE: usize = 200;
/// Longest description in characters.
pub const MAX_DESCRIPTION: usize = 10_000;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun.
    #[default]
    Todo,
    /// Being worked on.
    InProgress,
    /// Finished.
    Done,
    /// Given up.
    Cancelled,
}

impl Status {
    /// Every status, in the order of a task's life.
    pub const ALL: [Self; 4] = [Self::Todo, Self::InProgress, Self::Done, Self::Cancelled];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// How much a task presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As usual.
    #[default]
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// Every priority, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// Its place in the order, from 1; this is what the database sorts by.
    pub const fn rank(self) -> i32 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }

    /// The priority of this rank.
    pub fn from_rank(rank: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.rank() == rank)
    }
}

/// A task as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: Uuid,
    /// What to do, 1 to [`MAX_TITLE`] characters.
    pub title: String,
    /// Details, at most [`MAX_DESCRIPTION`] characters.
    pub description: String,
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// The day by which it is due.
    pub due_date: Option<Date>,
    /// `sub` of the person or client whose task it is.
    pub owner_subject: String,
    /// The tenant; empty for none.
    pub org: String,
    /// The project that it belongs to.
    pub project: Option<Uuid>,
    /// `sub` of the person who does it.
    pub assignee: Option<String>,
    /// The department that it belongs to: a group's path without the first slash.
    pub department: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
    /// Counts the changes; the entity tag (RFC 9110 §8.8.3) is made of it.
    pub version: i64,
}

impl Task {
    /// As rules see it; `project` is the project that it belongs to.
    pub(crate) fn object(&self, project: Option<&Object>) -> Object {
        let mut facts = Attributes::from([
            ("owner", Value::person(&self.owner_subject)),
            ("org", Value::text(&self.org)),
            ("status", Value::text(self.status.as_str())),
            ("priority", Value::Long(self.priority.rank().into())),
        ]);
        if let Some(assignee) = &self.assignee {
            facts.insert("assignee", Value::person(assignee));
        }
        if let Some(department) = &self.department {
            facts.insert("department", Value::text(department));
        }
        if let Some(project) = self.project {
            facts.insert("project", Value::Entity(Kind::Project, project.to_string()));
        }
        let mut object = Object::new(Kind::Task, self.id, facts);
        object.related.extend(project.cloned());
        object
    }

    /// The task as it would be after this change.
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

/// The fields that a caller gives when creating or replacing a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskInput {
    /// See [`Task::title`].
    pub title: String,
    /// See [`Task::description`].
    pub description: String,
    /// See [`Task::status`].
    pub status: Status,
    /// See [`Task::priority`].
    pub priority: Priority,
    /// See [`Task::due_date`].
    pub due_date: Option<Date>,
    /// See [`Task::project`].
    pub project: Option<Uuid>,
    /// See [`Task::assignee`].
    pub assignee: Option<String>,
    /// See [`Task::department`].
    pub department: Option<String>,
}

/// A partial update: only what is `Some` changes (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// A new title.
    pub title: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new status.
    pub status: Option<Status>,
    /// A new priority.
    pub priority: Option<Priority>,
    /// A new due date, or none.
    pub due_date: Option<Option<Date>>,
    /// Another project, or none.
    pub project: Option<Option<Uuid>>,
    /// Another person who does it, or nobody.
    pub assignee: Option<Option<String>>,
    /// Another department, or none.
    pub department: Option<Option<String>>,
}

impl Change {
    /// Whether it touches what rules look at, beside the status and the priority.
    pub(crate) const fn moves(&self) -> bool {
        self.project.is_some() || self.assignee.is_some() || self.department.is_some()
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

/// A task on the wire. Times are RFC 3339 in UTC.
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

/// RFC 3339 `full-date`: four-digit year, month, day.
pub fn parse_date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    // The pattern alone would take a sign or a longer year.
    (text.len() == 10 && text.is_ascii())
        .then(|| Date::parse(text, format).ok())
        .flatten()
}

/// RFC 3339 `full-date`.
pub fn format_date(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// RFC 3339 `date-time` in UTC, of Unix seconds.
pub fn format_time(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| {
            time.format(&time::format_description::well_known::Rfc3339)
                .ok()
        })
        .unwrap_or_default()
}
