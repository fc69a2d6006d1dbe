//! Numbers of the records that the change or the deletion of an object affects.

use doorward_domain::model::{GroupId, SubjectKind, UserId};

use super::prelude::*;
use super::sessions::live;
use crate::entity::{
    api_keys, group_members, groups, invitations, linked_accounts, organization_members,
    role_assignments, sessions,
};

#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    User(UserId),
    Role(&'a str),
    Group(GroupId),
    Organization(&'a str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordKind {
    /// Active sessions of a user.
    Sessions,
    /// API keys that are valid.
    ApiKeys,
    LinkedAccounts,
    Assignments,
    /// Users with a role.
    Users,
    /// Groups with a role, or of an organization.
    Groups,
    /// Clients with a role.
    Clients,
    Members,
    /// Open invitations.
    Invitations,
}

impl RecordKind {
    pub const ALL: [Self; 9] = [
        Self::Sessions,
        Self::ApiKeys,
        Self::LinkedAccounts,
        Self::Assignments,
        Self::Users,
        Self::Groups,
        Self::Clients,
        Self::Members,
        Self::Invitations,
    ];
}

/// Counts the records of each kind that the object has, each up to `limit`, in one statement.
pub async fn count(
    conn: &Conn,
    object: Object<'_>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<(RecordKind, u64)>> {
    let parts = parts(object, now);
    let kinds: Vec<_> = parts.iter().map(|(kind, _)| *kind).collect();
    let Some(row) = conn.query_one(&select(parts, limit)).await? else {
        return Ok(Vec::new());
    };
    let number = |(index, kind): (usize, RecordKind)| -> Result<_> {
        Ok((kind, read_count(&row, &column(index))?))
    };
    kinds.into_iter().enumerate().map(number).collect()
}

fn column(index: usize) -> String {
    format!("number{index}")
}

fn select(parts: Vec<(RecordKind, SelectStatement)>, limit: u64) -> SelectStatement {
    let mut query = Query::select();
    for (index, (_, mut rows)) in parts.into_iter().enumerate() {
        rows.limit(limit);
        query.expr_as(select_count(rows), Alias::new(column(index)));
    }
    query
}

fn parts(object: Object<'_>, now: UnixSeconds) -> Vec<(RecordKind, SelectStatement)> {
    match object {
        Object::User(user) => {
            let id = user.as_uuid();
            let own = sessions::Entity::find().filter(sessions::Column::UserId.eq(id));
            let keys = live_keys(now).filter(api_keys::Column::UserId.eq(id));
            let links =
                linked_accounts::Entity::find().filter(linked_accounts::Column::UserId.eq(id));
            let held = held_by(SubjectKind::User, &user.to_string());
            vec![
                rows(
                    RecordKind::Sessions,
                    own.filter(live(now)),
                    sessions::Column::Id,
                ),
                rows(RecordKind::ApiKeys, keys, api_keys::Column::Id),
                rows(
                    RecordKind::LinkedAccounts,
                    links,
                    linked_accounts::Column::Id,
                ),
                rows(RecordKind::Assignments, held, role_assignments::Column::Id),
            ]
        }
        Object::Role(role) => [
            (RecordKind::Users, SubjectKind::User),
            (RecordKind::Groups, SubjectKind::Group),
            (RecordKind::Clients, SubjectKind::Client),
        ]
        .map(|(counted, kind)| {
            let of_role = role_assignments::Entity::find()
                .filter(role_assignments::Column::Role.eq(role))
                .filter(role_assignments::Column::SubjectKind.eq(kind.as_str()));
            // A column of the index by role: SQLite prefers an index that contains every column.
            let holder = role_assignments::Column::SubjectId;
            rows(counted, of_role, holder)
        })
        .into(),
        Object::Group(group) => {
            let id = group.as_uuid();
            let members =
                group_members::Entity::find().filter(group_members::Column::GroupId.eq(id));
            let held = held_by(SubjectKind::Group, &group.to_string());
            vec![
                rows(RecordKind::Members, members, group_members::Column::UserId),
                rows(RecordKind::Assignments, held, role_assignments::Column::Id),
            ]
        }
        Object::Organization(org) => {
            let members = organization_members::Entity::find()
                .filter(organization_members::Column::Org.eq(org));
            let own_groups = groups::Entity::find().filter(groups::Column::Org.eq(org));
            let own_groups = own_groups.filter(is_kept("groups"));
            let within =
                role_assignments::Entity::find().filter(role_assignments::Column::Org.eq(org));
            let keys = live_keys(now).filter(api_keys::Column::Org.eq(org));
            let invited = invitations::Entity::find()
                .filter(invitations::Column::Org.eq(org))
                .filter(invitations::Column::EndedAt.is_null())
                .filter(invitations::Column::ExpiresAt.gt(now));
            vec![
                rows(
                    RecordKind::Members,
                    members,
                    organization_members::Column::UserId,
                ),
                rows(RecordKind::Groups, own_groups, groups::Column::Id),
                rows(
                    RecordKind::Assignments,
                    within,
                    role_assignments::Column::Id,
                ),
                rows(RecordKind::ApiKeys, keys, api_keys::Column::Id),
                rows(RecordKind::Invitations, invited, invitations::Column::Id),
            ]
        }
    }
}

fn rows<E: EntityTrait>(
    kind: RecordKind,
    rows: Select<E>,
    key: E::Column,
) -> (RecordKind, SelectStatement) {
    (kind, rows.select_only().column(key).into_query())
}

fn held_by(kind: SubjectKind, id: &str) -> Select<role_assignments::Entity> {
    role_assignments::Entity::find()
        .filter(role_assignments::Column::SubjectKind.eq(kind.as_str()))
        .filter(role_assignments::Column::SubjectId.eq(id))
}

fn live_keys(now: UnixSeconds) -> Select<api_keys::Entity> {
    api_keys::Entity::find()
        .filter(api_keys::Column::RevokedAt.is_null())
        .filter(api_keys::Column::ExpiresAt.gt(now))
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, DbBackend};
    use uuid::Uuid;

    use super::*;
    use crate::{Db, OpenOptions};

    #[tokio::test]
    async fn each_number_is_counted_by_index() {
        let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
        let db = db.unwrap();
        db.migrate().await.unwrap();
        let id = Uuid::from_u128(7);
        let holder = ("role_assignments", "(subject_kind=? AND subject_id=?");
        for (object, ranges) in [
            (
                Object::User(UserId::from_uuid(id)),
                &[
                    ("sessions", "(user_id=?"),
                    ("api_keys", "(user_id=?"),
                    ("linked_accounts", "(user_id=?"),
                    holder,
                ][..],
            ),
            (
                Object::Role("helper"),
                &[("role_assignments", "(role=? AND subject_kind=?")][..],
            ),
            (
                Object::Group(GroupId::from_uuid(id)),
                &[("group_members", "(group_id=?"), holder][..],
            ),
            (
                Object::Organization("acme"),
                &[
                    ("organization_members", "(org=?"),
                    ("groups", "(org=?"),
                    ("role_assignments", "(org=?"),
                    ("api_keys", "(org=?"),
                    ("invitations", "(org=?"),
                ][..],
            ),
        ] {
            let mut explain = DbBackend::Sqlite.build(&select(parts(object, 5), 1_001));
            explain.sql = format!("EXPLAIN QUERY PLAN {}", explain.sql);
            let rows = db.read().query_all_raw(explain).await.unwrap();
            let plan = rows.iter().map(|row| row.try_get_by_index::<String>(3));
            let plan: Vec<_> = plan.map(Result::unwrap).collect();
            for (table, range) in ranges {
                let search = format!("SEARCH {table} ");
                let is_search = |line: &String| line.starts_with(&search) && line.contains(range);
                assert!(plan.iter().any(is_search), "{object:?}: {plan:#?}");
                assert!(!plan.contains(&format!("SCAN {table}")), "{plan:#?}");
            }
        }
    }
}
