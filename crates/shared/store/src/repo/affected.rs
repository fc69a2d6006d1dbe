//! Numbers of the records that the change or the deletion of an object affects.

use doorward_domain::boxed;

use super::prelude::*;
use super::{api_keys, grants, invitations, sessions};
use crate::entity::role_assignments::Column;

#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    User(UserId),
    Client(&'a ClientId),
    Role(&'a str),
    Group(GroupId),
    Organization(&'a str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordKind {
    /// Active sessions of a user.
    Sessions,
    /// Active grants of a user or to a client.
    Grants,
    /// API keys that are valid.
    ApiKeys,
    TrustedDevices,
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
    pub const ALL: [Self; 11] = [
        Self::Sessions,
        Self::Grants,
        Self::ApiKeys,
        Self::TrustedDevices,
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
#[boxed]
pub async fn count<'a>(
    conn: &'a Conn,
    object: Object<'a>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<(RecordKind, u64)>> {
    let parts = parts(object, now);
    let kinds: Vec<_> = parts.iter().map(|(kind, _)| *kind).collect();
    let read = |row: &QueryResult| {
        let numbers = kinds.iter().enumerate();
        numbers
            .map(|(index, kind)| Ok((*kind, read_count(row, &column(index))?)))
            .collect()
    };
    let numbers = read_first(conn, &select(parts, limit), read).await?;
    Ok(numbers.unwrap_or_default())
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
            let own = |table| rows(table, "user_id", user.as_uuid());
            let sessions = own("sessions").cond_where(sessions::live(now)).take();
            let given = own("grants").cond_where(grants::active(now)).take();
            let keys = own("api_keys").cond_where(api_keys::active(now)).take();
            let mut devices = own("trusted_devices");
            devices.and_where(Expr::col(("trusted_devices", "expires_at")).gt(now));
            let held = held_by(SubjectKind::User, &user.to_string());
            vec![
                (RecordKind::Sessions, sessions),
                (RecordKind::Grants, given),
                (RecordKind::ApiKeys, keys),
                (RecordKind::TrustedDevices, devices),
                (RecordKind::LinkedAccounts, own("linked_accounts")),
                (RecordKind::Assignments, held),
            ]
        }
        Object::Client(client) => {
            let mut given = rows("grants", "client_id", client.as_str());
            given.cond_where(grants::active(now));
            vec![
                (RecordKind::Grants, given),
                (
                    RecordKind::Assignments,
                    held_by(SubjectKind::Client, client.as_str()),
                ),
            ]
        }
        Object::Role(role) => [
            (RecordKind::Users, SubjectKind::User),
            (RecordKind::Groups, SubjectKind::Group),
            (RecordKind::Clients, SubjectKind::Client),
        ]
        .map(|(counted, kind)| {
            let mut holders = rows("role_assignments", "role", role);
            holders.and_where(Column::SubjectKind.eq(kind.as_str()));
            (counted, holders)
        })
        .into(),
        Object::Group(group) => vec![
            (
                RecordKind::Members,
                rows("group_members", "group_id", group.as_uuid()),
            ),
            (
                RecordKind::Assignments,
                held_by(SubjectKind::Group, &group.to_string()),
            ),
        ],
        Object::Organization(org) => {
            let own = |table| rows(table, "org", org);
            let groups = own("groups").and_where(is_kept("groups")).take();
            let keys = own("api_keys").cond_where(api_keys::active(now)).take();
            let open = own("invitations").cond_where(invitations::open(now)).take();
            vec![
                (RecordKind::Members, own("organization_members")),
                (RecordKind::Groups, groups),
                (RecordKind::Assignments, own("role_assignments")),
                (RecordKind::ApiKeys, keys),
                (RecordKind::Invitations, open),
            ]
        }
    }
}

/// Selects the rows of a table that have this value in a column.
fn rows(table: &'static str, column: &'static str, value: impl Into<Expr>) -> SelectStatement {
    let own = Expr::col((table, column)).eq(value);
    select_one(table).and_where(own).take()
}

fn held_by(kind: SubjectKind, id: &str) -> SelectStatement {
    let mut held = rows("role_assignments", "subject_id", id);
    held.and_where(Column::SubjectKind.eq(kind.as_str()));
    held
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn each_number_is_counted_by_index() {
        let db = migrated().await;
        let id = Uuid::from_u128(7);
        let holder = ("role_assignments", "(subject_kind=? AND subject_id=?");
        let client = ClientId::parse("web").unwrap();
        for (object, ranges) in [
            (
                Object::User(UserId::from_uuid(id)),
                &[
                    ("sessions", "(user_id=?"),
                    ("grants", "(user_id=?"),
                    ("api_keys", "(user_id=?"),
                    ("trusted_devices", "(user_id=?"),
                    ("linked_accounts", "(user_id=?"),
                    holder,
                ][..],
            ),
            (
                Object::Client(&client),
                &[("grants", "(client_id=?"), holder][..],
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
            let plan = explain(
                &db,
                DbBackend::Sqlite.build(&select(parts(object, 5), 1_001)),
            )
            .await;
            for (table, range) in ranges {
                let search = format!("SEARCH {table} ");
                let is_search = |line: &String| line.starts_with(&search) && line.contains(range);
                assert!(plan.iter().any(is_search), "{object:?}: {plan:#?}");
                assert!(!plan.contains(&format!("SCAN {table}")), "{plan:#?}");
            }
        }
    }
}
