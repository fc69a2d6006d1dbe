//! Sample projects and tasks of a development instance, so that the first request shows something: the
//! caller's tasks, a task of a common project, and a project that only its creator sees.

use sea_orm::DbErr;
use time::{Date, Duration, OffsetDateTime};

use crate::date_time::NO_DAY;
use crate::members::model::Role;
use crate::projects::add_member;
use crate::projects::model::{Confidentiality, Project, Status as ProjectStatus};
use crate::resource::store::add;
use crate::resource::{Identity, TableObject, sort_key};
use crate::state::State;
use crate::tasks::model::{Priority, Status, Task};

/// The `sub` of the users who own the samples.
#[derive(Debug, Clone, Copy)]
pub struct SampleUsers<'a> {
    /// A manager, who leads the projects.
    pub manager: &'a str,
    pub alice: &'a str,
    pub bob: &'a str,
}

/// Adds the samples, all or none.
pub(crate) async fn add_all(state: &State, users: SampleUsers<'_>) -> Result<(), DbErr> {
    let now = state.clock.now();
    let (_turn, tx) = state.begin().await?;
    let website = Project {
        description: "A new start page, in three languages".to_owned(),
        ..project(state, users.manager, "Website")
    };
    add(&tx, &website).await?;
    for developer in [users.alice, users.bob] {
        add_member(&tx, &website, developer, Role::Member).await?;
    }
    let budget = Project {
        confidentiality: Confidentiality::Restricted,
        status: ProjectStatus::Planning,
        budget: Some(4_200_000),
        internal_notes: "Not decided yet".to_owned(),
        ..project(state, users.manager, "Budget of next year")
    };
    add(&tx, &budget).await?;
    let tasks = [
        Task {
            status: Status::InProgress,
            priority: Priority::High,
            due_day: day_after(now, 3),
            project_id: Some(website.id),
            ..task(state, users.alice, "Write the start page")
        },
        task(state, users.alice, "Order a second screen"),
        Task {
            due_day: day_after(now, 7),
            project_id: Some(website.id),
            assignee: Some(users.alice.to_owned()),
            ..task(state, users.bob, "Measure how fast the start page loads")
        },
        Task {
            priority: Priority::Urgent,
            project_id: Some(budget.id),
            ..task(state, users.manager, "Ask for three offers")
        },
    ];
    for task in tasks {
        add(&tx, &task).await?;
    }
    tx.commit().await
}

fn project(state: &State, owner: &str, name: &str) -> Project {
    Project {
        name: name.to_owned(),
        name_key: sort_key(name),
        ..draft(state, owner)
    }
}

fn task(state: &State, owner: &str, title: &str) -> Task {
    Task {
        title: title.to_owned(),
        title_key: sort_key(title),
        ..draft(state, owner)
    }
}

/// Returns an object without an organization.
fn draft<O: TableObject>(state: &State, owner: &str) -> O {
    let now = state.clock.now();
    O::draft(state.ids.next(now), &Identity { org: "", owner }, now)
}

/// Returns the Julian day that is so many days after this time, in Unix seconds.
fn day_after(now: i64, days: i64) -> i32 {
    let today = OffsetDateTime::from_unix_timestamp(now).ok();
    let day = today.and_then(|today| today.date().checked_add(Duration::days(days)));
    day.map_or(NO_DAY, Date::to_julian_day)
}
