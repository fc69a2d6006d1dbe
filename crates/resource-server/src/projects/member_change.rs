//! Changes of the members of a project, within their limits.

use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _};

use super::members::{self, MAX_GIVEN, MAX_MEMBERS};
use super::model::{Column, Entity, Member, Project};
use crate::audit::{self, Event};
use crate::caller::Caller;
use crate::state::State;

#[derive(Debug)]
pub(super) enum MemberChange {
    Done(Box<Project>),
    /// The project changed since the decision.
    Stale,
    /// The project has as many members as it may have.
    FullProject,
    /// The caller added the user to as many projects as one user may.
    FullUser,
}

/// Replaces a membership (`None` deletes it), if the project has not changed since the decision.
/// `unlimited` callers may add a user to any number of projects.
pub(super) async fn change_member(
    state: &State,
    caller: &Caller,
    project: &Project,
    subject: &str,
    after: Option<Member>,
    unlimited: bool,
    event: Event,
) -> Result<MemberChange, DbErr> {
    let now = state.clock.now();
    let (_turn, tx) = state.begin().await?;
    // The project's row is updated first, which serializes changes of its members.
    let changed = Entity::update_many()
        .filter(Column::Id.eq(project.id))
        .filter(Column::Org.eq(&project.org))
        .filter(Column::Version.eq(project.version))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .exec_with_returning(&tx)
        .await?
        .pop();
    let Some(changed) = changed else {
        return Ok(MemberChange::Stale);
    };
    let (org, id) = (&project.org, project.id);
    match after {
        Some(member) => {
            let added_by = caller.subject();
            if members::find(&tx, org, id, subject).await?.is_none() {
                if members::count(&tx, org, id).await? >= MAX_MEMBERS {
                    return Ok(MemberChange::FullProject);
                }
                let most = MAX_GIVEN;
                let is_limited = !unlimited && subject != added_by;
                if is_limited
                    && members::count_given(&tx, org, subject, added_by, most).await? >= most
                {
                    return Ok(MemberChange::FullUser);
                }
            }
            members::put(&tx, org, id, member, added_by, now).await?;
        }
        None => members::remove(&tx, org, id, subject).await?,
    }
    audit::insert(&tx, state, event).await?;
    tx.commit().await?;
    Ok(MemberChange::Done(Box::new(changed)))
}
