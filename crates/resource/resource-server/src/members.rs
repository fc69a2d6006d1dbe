//! Members of projects: queries on the table `project_members`.

pub(crate) mod model;

use std::collections::BTreeSet;

use doorward_policy::principal::Memberships;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait as _, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::date_time::format_time;
use crate::value_list;
use crate::words::Word as _;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        pub org: String,
        pub role: String,
        pub permissions: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        /// Time at which the member was added; unknown for old memberships.
        pub joined_at: Option<i64>,
        /// `sub` of the user who added the member; unknown for old memberships.
        pub added_by: Option<String>,
    }

    crate::entity::plain_entity!();
}

use entity::{ActiveModel, Column, Entity, Model};
use model::{Member, Permission, Role};

const MAX_LEADS: u64 = 20;
pub(crate) const MAX_MEMBERS: u64 = 50_000;
/// Maximum number of projects to which one user adds another. Users who may change every project are
/// exempt.
pub(crate) const MAX_GIVEN: u64 = 500;

/// Returns the memberships of a user in the projects of an organization; `None` if there are more
/// than `most`.
pub(crate) async fn memberships<C: ConnectionTrait>(
    db: &C,
    org: &str,
    subject: &str,
    most: Option<u64>,
) -> Result<Option<Memberships>, DbErr> {
    let rows: Vec<RoleRow> = of_user(org, subject)
        .limit(most.map(|most| most.saturating_add(1)))
        .into_tuple()
        .all(db)
        .await?;
    let too_many = most.is_some_and(|most| rows.len() as u64 > most);
    Ok((!too_many).then(|| collect(rows)))
}

pub(crate) async fn memberships_in<C: ConnectionTrait>(
    db: &C,
    org: &str,
    subject: &str,
    projects: &[Uuid],
) -> Result<Memberships, DbErr> {
    let mut rows: Vec<RoleRow> = Vec::new();
    for part in value_list::parts(projects) {
        let select = of_user(org, subject).filter(part.contains(Column::ProjectId));
        rows.extend(select.into_tuple::<RoleRow>().all(db).await?);
    }
    Ok(collect(rows))
}

type RoleRow = (Uuid, String, String);

fn of_user(org: &str, subject: &str) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::ProjectId, Column::Role, Column::Permissions])
        .filter(Column::Org.eq(org))
        .filter(Column::Subject.eq(subject))
}

fn collect(rows: Vec<RoleRow>) -> Memberships {
    let mut memberships = Memberships::default();
    for (id, as_role, permissions) in rows {
        let permissions = permissions.split_whitespace().filter_map(Permission::parse);
        join(&mut memberships, id, role(&as_role), permissions);
    }
    memberships
}

pub(crate) fn join_memberships(memberships: &mut Memberships, mut others: Memberships) {
    for (set, other) in sets(memberships).into_iter().zip(sets(&mut others)) {
        set.append(other);
    }
}

fn sets(memberships: &mut Memberships) -> [&mut BTreeSet<Uuid>; 6] {
    [
        &mut memberships.projects,
        &mut memberships.leads,
        &mut memberships.reviews,
        &mut memberships.may_edit,
        &mut memberships.may_change_tasks,
        &mut memberships.may_see_budget,
    ]
}

pub(crate) fn join(
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

pub(crate) fn part(memberships: &mut Memberships, project: Uuid) {
    for set in sets(memberships) {
        set.remove(&project);
    }
}

pub(crate) async fn find<C: ConnectionTrait>(
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

/// Returns a page of the members of the project, ordered by subject, from the one after `after`.
pub(crate) async fn list<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    after: Option<&str>,
    most: u64,
) -> Result<Vec<Member>, DbErr> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::ProjectId.eq(project))
        .filter(Condition::all().add_option(after.map(|after| Column::Subject.gt(after))))
        .order_by_asc(Column::Subject)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(member).collect())
}

/// Returns the number of members of the project, of which there are at most [`MAX_MEMBERS`].
pub(crate) async fn count<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Org.eq(org))
        .count(db)
        .await
}

/// Returns true if one user gave another [`MAX_GIVEN`] memberships in an organization.
pub(crate) async fn has_given_most<C: ConnectionTrait>(
    db: &C,
    org: &str,
    subject: &str,
    added_by: &str,
) -> Result<bool, DbErr> {
    let given: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::ProjectId)
        .filter(Column::Org.eq(org))
        .filter(Column::Subject.eq(subject))
        .filter(Column::AddedBy.eq(added_by))
        .limit(MAX_GIVEN)
        .into_tuple()
        .all(db)
        .await?;
    Ok(given.len() as u64 >= MAX_GIVEN)
}

/// Returns the subjects that lead the project, at most [`MAX_LEADS`].
pub(crate) async fn list_leads<C: ConnectionTrait>(
    db: &C,
    project: Uuid,
) -> Result<Vec<String>, DbErr> {
    let rows = Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Role.eq(Role::Lead.as_str()))
        .order_by_asc(Column::Subject)
        .limit(MAX_LEADS)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

/// Inserts the membership, or replaces it and keeps the time at which the member was added.
pub(crate) async fn put<C: ConnectionTrait>(
    db: &C,
    org: &str,
    project: Uuid,
    member: Member,
    added_by: &str,
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
        added_by: Set(Some(added_by.to_owned())),
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

pub(crate) async fn remove<C: ConnectionTrait>(
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
