//! Changes of the members of a project, within their limits.

use doorward_http_common::problem::FieldError;
use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::model::{Column, Entity, Project};
use crate::audit::{self, Event, Kind};
use crate::caller::Caller;
use crate::members::model::Member;
use crate::members::{self, MAX_GIVEN, MAX_MEMBERS};
use crate::problem::{Problem, Result};
use crate::resource::TableObject as _;
use crate::state::State;

/// Permission to change every project. Its holders may add a user to any number of projects.
const WRITE_ALL: &str = "projects:write_all";

/// Replaces the membership `before` by `after` (`None` deletes it), and records an audit event.
/// Returns the changed project, or `None` if it changed since the decision.
pub(super) async fn change_member(
    state: &State,
    caller: &Caller<'_>,
    project: &Project,
    subject: &str,
    before: Option<Member>,
    after: Option<Member>,
) -> Result<Option<Project>> {
    let now = state.clock.now();
    let access = |member: &Member| json!({"role": member.role, "permissions": member.permissions});
    let detail = json!({
        "member": subject,
        "before": before.as_ref().map(access),
        "after": after.as_ref().map(access),
    });
    let about = project.resource_name();
    let event = Event::from_request(
        caller,
        Kind::MemberChanged,
        "manage_members",
        about,
        &detail,
    );
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
        return Ok(None);
    };
    let (org, id, added_by) = (&project.org, project.id, caller.subject());
    if let Some(member) = after {
        if members::find(&tx, org, id, subject).await?.is_none() {
            if members::count(&tx, org, id).await? >= MAX_MEMBERS {
                let detail = format!("A project has at most {MAX_MEMBERS} members.");
                return Err(too_many(detail));
            }
            let is_limited =
                !caller.principal.entitlements.contains(WRITE_ALL) && subject != added_by;
            if is_limited && members::has_given_most(&tx, org, subject, added_by).await? {
                return Err(too_many(format!(
                    "You added this user to {MAX_GIVEN} projects, which is the limit without the \
                     permission {WRITE_ALL}."
                )));
            }
        }
        members::put(&tx, org, id, member, added_by, now).await?;
    } else {
        members::remove(&tx, org, id, subject).await?;
    }
    audit::insert(&tx, state, event).await?;
    tx.commit().await?;
    Ok(Some(changed))
}

fn too_many(detail: String) -> Problem {
    Problem::invalid(vec![FieldError::parameter("subject", "too_many", detail)])
}
