//! Queries on the table `project_members`.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::entity::member::{ActiveModel, Column, Entity, Model};
use super::model::{Member, Permission, Role};
use crate::policy::principal::Memberships;
use crate::tasks::model::format_time;

/// Returns the memberships of a user in the projects of an organization.
pub(crate) async fn memberships<C: ConnectionTrait>(
    db: &C,
    org: &str,
    subject: &str,
) -> Result<Memberships, DbErr> {
    let rows: Vec<(Uuid, String, String)> = Entity::find()
        .select_only()
        .columns([Column::ProjectId, Column::Role, Column::Permissions])
        .filter(Column::Org.eq(org))
        .filter(Column::Subject.eq(subject))
        .into_tuple()
        .all(db)
        .await?;
    let mut memberships = Memberships::default();
    for (id, as_role, permissions) in rows {
        let permissions = permissions.split_whitespace().filter_map(Permission::parse);
        join(&mut memberships, id, role(&as_role), permissions);
    }
    Ok(memberships)
}

/// Adds the membership of this project with this role and these permissions.
pub(super) fn join(
    memberships: &mut Memberships,
    project: Uuid,
    role: Role,
    permissions: impl IntoIterator<Item = Permission>,
) {
    memberships.projects.insert(project);
    match role {
        Role::Lead => drop(memberships.leads.insert(project)),
        Role::Reviewer => drop(memberships.reviews.insert(project)),
        Role::Member => {}
    }
    for permission in permissions {
        let set = match permission {
            Permission::Edit => &mut memberships.may_edit,
            Permission::Tasks => &mut memberships.may_change_tasks,
            Permission::Budget => &mut memberships.may_see_budget,
        };
        set.insert(project);
    }
}

/// Removes the membership of this project.
pub(super) fn part(memberships: &mut Memberships, project: Uuid) {
    for set in [
        &mut memberships.projects,
        &mut memberships.leads,
        &mut memberships.reviews,
        &mut memberships.may_edit,
        &mut memberships.may_change_tasks,
        &mut memberships.may_see_budget,
    ] {
        set.remove(&project);
    }
}

/// Returns the membership of a user in the project, if any.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    subject: &str,
) -> Result<Option<Member>, DbErr> {
    let row = Entity::find_by_id((project, subject.to_owned()))
        .filter(Column::Org.eq(org))
        .one(db)
        .await?;
    Ok(row.map(member))
}

/// Returns the members of the project, ordered by subject.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
) -> Result<Vec<Member>, DbErr> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::ProjectId.eq(project))
        .order_by_asc(Column::Subject)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(member).collect())
}

/// Returns the subjects that lead the project.
pub(crate) async fn list_leads<C: ConnectionTrait>(
    db: &C,
    project: Uuid,
) -> Result<Vec<String>, DbErr> {
    let rows = Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Role.eq(Role::Lead.as_str()))
        .order_by_asc(Column::Subject)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

/// Inserts the membership, or replaces it and keeps the time at which the member was added.
pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    member: Member,
    now: i64,
) -> Result<(), DbErr> {
    let permissions: Vec<_> = member
        .permissions
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    let row = ActiveModel {
        project_id: Set(project),
        subject: Set(member.subject),
        org: Set(org.to_owned()),
        role: Set(member.role.as_str().to_owned()),
        permissions: Set(permissions.join(" ")),
        email: Set(member.email),
        phone: Set(member.phone),
        joined_at: Set(Some(now)),
    };
    let mut same = OnConflict::columns([Column::ProjectId, Column::Subject]);
    same.update_columns([
        Column::Role,
        Column::Permissions,
        Column::Email,
        Column::Phone,
    ]);
    Entity::insert(row)
        .on_conflict(same)
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// Deletes the membership.
pub(super) async fn remove<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    subject: &str,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Org.eq(org))
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Subject.eq(subject))
        .exec(db)
        .await
        .map(drop)
}

/// Parses a role; an unknown one becomes the weakest.
fn role(word: &str) -> Role {
    Role::parse(word).unwrap_or(Role::Reviewer)
}

fn member(row: Model) -> Member {
    let permissions = row.permissions.split_whitespace();
    Member {
        role: role(&row.role),
        permissions: permissions.filter_map(Permission::parse).collect(),
        subject: row.subject,
        email: row.email,
        phone: row.phone,
        joined_at: row.joined_at.map(format_time),
    }
}
