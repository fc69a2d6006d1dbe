//! Sample projects and tasks of a development instance, so that the first request shows something: the
//! caller's tasks, a task of a common project, and a project that only its creator sees.

use sea_orm::DbErr;
use time::{Date, Duration, OffsetDateTime};

use crate::projects;
use crate::projects::model::{Confidentiality, Project, Role, Status as ProjectStatus};
use crate::state::State;
use crate::tasks;
use crate::tasks::model::{Priority, Status, TaskInput};

/// The `sub` of the users who own the samples.
#[derive(Debug, Clone, Copy)]
pub struct SampleUsers<'a> {
    /// A manager, who leads the projects.
    pub manager: &'a str,
    /// A developer.
    pub alice: &'a str,
    /// Another developer.
    pub bob: &'a str,
}

/// Adds the samples, all or none.
pub(crate) async fn add(state: &State, users: SampleUsers<'_>) -> Result<(), DbErr> {
    let now = state.clock.now();
    let (_turn, tx) = state.begin().await?;
    let website = Project {
        description: "A new start page, in three languages".to_owned(),
        ..project(state, users.manager, "Website", now)
    };
    let website = projects::add(&tx, website).await?;
    for developer in [users.alice, users.bob] {
        projects::add_member(&tx, &website, developer, Role::Member).await?;
    }
    let budget = Project {
        confidentiality: Confidentiality::Restricted,
        status: ProjectStatus::Planning,
        budget: Some(4_200_000),
        internal_notes: "Not decided yet".to_owned(),
        ..project(state, users.manager, "Budget of next year", now)
    };
    let budget = projects::add(&tx, budget).await?;
    let drafts = [
        (
            users.alice,
            TaskInput {
                status: Status::InProgress,
                priority: Priority::High,
                due_date: day_after(now, 3),
                project: Some(website.id),
                ..draft("Write the start page")
            },
        ),
        (users.alice, draft("Order a second screen")),
        (
            users.bob,
            TaskInput {
                due_date: day_after(now, 7),
                project: Some(website.id),
                assignee: Some(users.alice.to_owned()),
                ..draft("Measure how fast the start page loads")
            },
        ),
        (
            users.manager,
            TaskInput {
                priority: Priority::Urgent,
                project: Some(budget.id),
                ..draft("Ask for three offers")
            },
        ),
    ];
    for (owner, draft) in drafts {
        let id = state.ids.next(now);
        tasks::add(&tx, id, ("", owner), draft, now).await?;
    }
    tx.commit().await
}

/// Returns an active internal project without an organization.
fn project(state: &State, owner: &str, name: &str, now: i64) -> Project {
    Project {
        id: state.ids.next(now),
        org: String::new(),
        owner_subject: owner.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        department: None,
        confidentiality: Confidentiality::default(),
        status: ProjectStatus::default(),
        budget: None,
        internal_notes: String::new(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn draft(title: &str) -> TaskInput {
    TaskInput {
        title: title.to_owned(),
        ..TaskInput::default()
    }
}

/// Returns the day that is so many days after this time, in Unix seconds.
fn day_after(now: i64, days: i64) -> Option<Date> {
    let today = OffsetDateTime::from_unix_timestamp(now).ok()?.date();
    today.checked_add(Duration::days(days))
}
