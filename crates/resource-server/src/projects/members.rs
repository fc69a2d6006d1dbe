//! Queries on table `project_members`.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::entity::member::{ActiveModel, Column, Entity, Model};
use super::model::{Member, Permission, Role};
use crate::policy::person::Memberships;

/// The projects of the tenant that this person belongs to.
pub(crate) async fn memberships<C: ConnectionTrait>(
    db: &C,
    org: &str,
    subject: &str,
) -> Result<Memberships, DbErr> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::Subject.eq(subject))
        .all(db)
        .await?;
    let mut memberships = Memberships::default();
    for row in rows {
        let (id, member) = (row.project_id, member(row));
        memberships.projects.insert(id);
        match member.role {
            Role::Lead => drop(memberships.leads.insert(id)),
            Role::Reviewer => drop(memberships.reviews.insert(id)),
            Role::Member => {}
        }
        for permission in member.permissions {
            let set = match permission {
                Permission::Edit => &mut memberships.may_edit,
                Permission::Tasks => &mut memberships.may_change_tasks,
                Permission::Budget => &mut memberships.may_see_budget,
            };
            set.insert(id);
        }
    }
    Ok(memberships)
}

/// Who belongs to the project, by subject.
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

/// The subjects who lead the project.
pub(crate) async fn leads<C: ConnectionTrait>(db: &C, project: Uuid) -> Result<Vec<String>, DbErr> {
    let rows = Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Role.eq(Role::Lead.as_str()))
        .order_by_asc(Column::Subject)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

/// Adds the member, or makes them what they are now.
pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    member: Member,
) -> Result<(), DbErr> {
    let permissions: Vec<_> = member.permissions.iter().map(|one| one.as_str()).collect();
    let row = ActiveModel {
        project_id: Set(project),
        subject: Set(member.subject),
        org: Set(org.to_owned()),
        role: Set(member.role.as_str().to_owned()),
        permissions: Set(permissions.join(" ")),
        email: Set(member.email),
        phone: Set(member.phone),
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

/// Removes the member; says whether there was one.
pub(super) async fn remove<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    subject: &str,
) -> Result<bool, DbErr> {
    let result = Entity::delete_many()
        .filter(Column::Org.eq(org))
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Subject.eq(subject))
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

/// A word that is not known gives nothing.
fn member(row: Model) -> Member {
    let permissions = row.permissions.split_whitespace();
    Member {
        role: Role::parse(&row.role).unwrap_or(Role::Reviewer),
        permissions: permissions.filter_map(Permission::parse).collect(),
        subject: row.subject,
        email: row.email,
        phone: row.phone,
    }
}
