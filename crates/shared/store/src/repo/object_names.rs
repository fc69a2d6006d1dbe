//! Names of clients and paths of groups by their IDs, in one statement.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use sea_orm::sea_query::UnionType;
use uuid::Uuid;

use super::prelude::*;

const GROUP: &str = "group_id";
const CLIENT: &str = "client_id";
const NAME: &str = "object_name";
const NO_ID: &str = "CAST(NULL AS uuid)";
const NO_TEXT: &str = "CAST(NULL AS text)";

/// Names of objects by their IDs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectNames {
    pub clients: BTreeMap<String, String>,
    pub groups: BTreeMap<GroupId, String>,
}

/// Returns the names of those that exist, among these; of groups, those in the organization `org` if there
/// is one.
#[boxed]
pub async fn find(
    conn: &Conn,
    clients: &[ClientId],
    groups: &[GroupId],
    org: Option<&str>,
) -> Result<ObjectNames> {
    let mut found = ObjectNames::default();
    let Some(query) = select(clients, groups, org) else {
        return Ok(found);
    };
    for (group, client, name) in read_all(conn, &query, read).await? {
        if let Some(id) = group {
            found.groups.insert(GroupId::from_uuid(id), name);
        } else if let Some(id) = client {
            found.clients.insert(id, name);
        }
    }
    Ok(found)
}

fn select(clients: &[ClientId], groups: &[GroupId], org: Option<&str>) -> Option<SelectStatement> {
    let clients = parts(clients.iter().map(ClientId::as_str)).into_iter();
    let clients = clients.map(|some| part("clients", [NO_ID, "id", "name"], &some));
    let groups = parts(groups.iter().map(GroupId::as_uuid)).into_iter();
    let groups = groups.map(|some| {
        let mut part = part("groups", ["id", NO_TEXT, "path"], &some);
        part.and_where_option(org.map(|org| Expr::col(("groups", "org")).eq(org)));
        part
    });
    let mut rest = clients.chain(groups);
    let mut all = rest.next()?;
    for part in rest {
        all.union(UnionType::All, part);
    }
    Some(all)
}

fn part(
    table: &'static str,
    [group, client, name]: [&'static str; 3],
    ids: &Part,
) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust(group), GROUP)
        .expr_as(Expr::cust(client), CLIENT)
        .expr_as(Expr::cust(name), NAME)
        .from(table)
        .and_where(ids.contains(Expr::col((table, "id"))))
        .and_where(is_kept(table))
        .take()
}

fn read(row: &QueryResult) -> Result<(Option<Uuid>, Option<String>, String)> {
    Ok((
        row.try_get("", GROUP)?,
        row.try_get("", CLIENT)?,
        row.try_get("", NAME)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn ids_are_found_by_primary_keys() {
        let db = migrated().await;
        let clients = ["web", "cli"].map(|id| ClientId::parse(id).unwrap());
        let groups = [GroupId::from_uuid(Uuid::nil())];
        let query = select(&clients, &groups, Some("acme")).unwrap();
        let plan = explain(&db, DbBackend::Sqlite.build(&query)).await;
        let searched = plan.iter().filter(|line| line.starts_with("SEARCH "));
        assert_eq!(searched.count(), 2, "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN ")),
            "{plan:#?}"
        );
        let found = find(db.read(), &clients, &groups, None).await.unwrap();
        assert_eq!(found, ObjectNames::default());
        assert!(select(&[], &[], None).is_none());
    }
}
