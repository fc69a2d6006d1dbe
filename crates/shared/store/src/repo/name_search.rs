//! Lists of groups, organizations and roles by the start of a name, each in one statement; if no name begins
//! with the text, those that contain it, in a second one. Without a text, they are in the order that is asked
//! for.

use doorward_domain::boxed;
use doorward_domain::model::{Group, Organization, Role};
use doorward_rules::search as rule;
use uuid::Uuid;

use super::filtered_list::{FilteredList, IdRange, IdSet, ListPage};
use super::prefix_search::NEWEST;
use super::prelude::*;
use super::roles::PERMISSIONS;
use super::union_query::Figure;
use crate::entity;

const BY_CREATION: &[&str] = &[NEWEST];
const ORGANIZATION_KEYS: [&str; 2] = ["slug", "name_key"];
const MEMBERS: &str = "members";
const NEXT_HELD: &str = "next_held";
const MISSING: &str = "missing";

/// The order of a list without a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NameOrder {
    /// By ID: groups and users by their creation, all others by their name.
    #[default]
    Id,
    /// By the name or the path.
    Name,
    /// By creation, the last one first.
    Newest,
}

#[derive(Clone, Debug)]
pub struct NameSearch<'a, I> {
    /// The start of the name; empty: all.
    pub text: &'a str,
    pub order: NameOrder,
    /// The key and the ID of the last row before the page.
    pub after: Option<(&'a str, I)>,
    pub limit: u64,
}

/// A group, and who belongs to it.
#[derive(Clone, PartialEq, Debug)]
pub struct UsedGroup {
    pub group: Group,
    /// The manager; with an organization of the list, only a member of it.
    pub manager: Option<User>,
    /// The number of direct members, at most 1,001.
    pub members: u64,
}

/// A role, and how it is used.
#[derive(Clone, PartialEq, Debug)]
pub struct UsedRole {
    pub role: Role,
    /// True if the role was assigned, active or not.
    pub has_holder: bool,
    pub has_every_permission: bool,
}

impl<I> NameSearch<'_, I> {
    /// Returns the folded text; `None` if it matches nothing.
    fn prefix(&self) -> Option<String> {
        match self.text {
            "" => Some(String::new()),
            text => rule::prefix(text),
        }
    }

    /// Returns the same position in the list of all names.
    fn of_all(&self) -> Self
    where
        I: Clone,
    {
        Self {
            text: "",
            order: NameOrder::Name,
            ..self.clone()
        }
    }

    /// Returns the list of all rows with this prefix, which one of the keys has. The last key is that of
    /// [`NameOrder::Name`]; `after` is the position as an expression.
    fn list<'a>(
        &self,
        id_column: &'static str,
        keys: &'a [&'static str],
        prefix: &'a str,
        after: Option<(&'a str, Expr)>,
    ) -> FilteredList<'a> {
        let (search, order) = match self.order {
            _ if !prefix.is_empty() => (Some((keys, prefix)), Order::Asc),
            NameOrder::Id => (None, Order::Asc),
            NameOrder::Name => {
                let name = keys.len().saturating_sub(1);
                (Some((&keys[name..], prefix)), Order::Asc)
            }
            NameOrder::Newest => (None, Order::Desc),
        };
        FilteredList {
            id_column,
            search,
            set: None,
            checks: Condition::all(),
            after,
            limit: self.limit,
            order,
            user: None,
        }
    }
}

/// Returns a page of groups whose path has the prefix, with or without its first `/`: of one
/// organization, or all.
#[boxed]
pub async fn groups(
    conn: &Conn,
    search: &NameSearch<'_, GroupId>,
    org: Option<&str>,
) -> Result<ListPage<Group, GroupId>> {
    let id = |group: &Group| group.id.as_uuid();
    group_page(conn, search, (org, false), read_group, id).await
}

/// Returns the same page with managers and numbers of members, in the same statement.
#[boxed]
pub async fn used_groups(
    conn: &Conn,
    search: &NameSearch<'_, GroupId>,
    org: Option<&str>,
) -> Result<ListPage<UsedGroup, GroupId>> {
    let read = |row: &QueryResult| {
        Ok(UsedGroup {
            group: read_group(row)?,
            manager: joined_optional::<entity::users::Model, _>(row, "u_")?,
            members: read_count(row, MEMBERS)?,
        })
    };
    let id = |found: &UsedGroup| found.group.id.as_uuid();
    group_page(conn, search, (org, true), read, id).await
}

async fn group_page<T>(
    conn: &Conn,
    search: &NameSearch<'_, GroupId>,
    (org, with_use): (Option<&str>, bool),
    read: fn(&QueryResult) -> Result<T>,
    id: fn(&T) -> Uuid,
) -> Result<ListPage<T, GroupId>> {
    let Some(text) = search.prefix() else {
        return Ok(ListPage::empty());
    };
    let prefix = path(text.clone());
    let user = with_use.then_some(("manager_id", org));
    let figures: Vec<Figure> = with_use.then(member_count).into_iter().collect();
    let list = FilteredList {
        user,
        ..group_list(search, &prefix, org)
    };
    let mut page = list
        .page::<entity::groups::Entity, _, _>(conn, &figures, read, id)
        .await?;
    if page.is_end() && !text.is_empty() {
        let (all, of) = (search.of_all(), (conn.get_database_backend(), "groups"));
        let list = FilteredList {
            user,
            ..group_list(&all, "", org).containing(of, &["path"], &text)
        };
        page = list
            .page::<entity::groups::Entity, _, _>(conn, &figures, read, id)
            .await?;
    }
    page.map_id(|id| Ok(GroupId::from_uuid(id)))
}

fn read_group(row: &QueryResult) -> Result<Group> {
    joined::<entity::groups::Model, _>(row, "")
}

fn member_count() -> Figure {
    let group = Expr::col(("group_members", "group_id"));
    let members = select_one("group_members")
        .and_where(group.equals(("groups", "id")))
        .take();
    (MEMBERS, count_some(members))
}

fn path(prefix: String) -> String {
    if prefix.is_empty() || prefix.starts_with('/') {
        prefix
    } else {
        format!("/{prefix}")
    }
}

fn group_list<'a>(
    search: &NameSearch<'a, GroupId>,
    prefix: &'a str,
    org: Option<&str>,
) -> FilteredList<'a> {
    const TABLE: &str = "groups";
    let after = search
        .after
        .map(|(key, id)| (key, Expr::value(id.as_uuid())));
    let set = org.map(|org| {
        let condition = Condition::all().add(Expr::col((TABLE, "org")).eq(org));
        let ids = IdRange {
            table: TABLE,
            column: "id",
            condition: condition.clone(),
            repeats: false,
            after: after.as_ref().map(|(_, id)| id.clone()),
        };
        (IdSet::Range(ids), condition)
    });
    FilteredList {
        set,
        ..search.list("id", &["path"], prefix, after)
    }
}

/// Returns a page of organizations whose slug or name has the prefix, without deleted ones.
#[boxed]
pub async fn organizations(
    conn: &Conn,
    search: &NameSearch<'_, String>,
) -> Result<ListPage<Organization, String>> {
    let Some(prefix) = search.prefix() else {
        return Ok(ListPage::empty());
    };
    let read = |row: &QueryResult| joined::<entity::organizations::Model, _>(row, "");
    let slug = |found: &Organization| found.slug.clone();
    let page = organization_list(search, &prefix)
        .page::<entity::organizations::Entity, _, _>(conn, &[], read, slug)
        .await?;
    if prefix.is_empty() || !page.is_end() {
        return Ok(page);
    }
    let (all, of) = (
        search.of_all(),
        (conn.get_database_backend(), "organizations"),
    );
    organization_list(&all, "")
        .containing(of, &ORGANIZATION_KEYS, &prefix)
        .page::<entity::organizations::Entity, _, _>(conn, &[], read, slug)
        .await
}

fn organization_list<'a>(search: &NameSearch<'a, String>, prefix: &'a str) -> FilteredList<'a> {
    let is_live = Expr::col(("organizations", "deleted_at")).is_null();
    let mut list = search.list("slug", &ORGANIZATION_KEYS, prefix, search.text_position());
    // Their IDs have no order in time.
    if search.order == NameOrder::Newest && prefix.is_empty() {
        list.search = Some((BY_CREATION, ""));
        list.order = Order::Asc;
    }
    FilteredList {
        checks: Condition::all().add(is_live),
        ..list
    }
}

impl<'a> NameSearch<'a, String> {
    fn text_position(&self) -> Option<(&'a str, Expr)> {
        let after = self.after.as_ref();
        after.map(|(key, id)| (*key, Expr::value(id.as_str())))
    }
}

/// Returns a page of roles whose name has the prefix.
#[boxed]
pub async fn roles(
    conn: &Conn,
    search: &NameSearch<'_, String>,
) -> Result<ListPage<UsedRole, String>> {
    let Some(prefix) = search.prefix() else {
        return Ok(ListPage::empty());
    };
    let name = |found: &UsedRole| found.role.name.clone();
    let page = role_list(search, &prefix)
        .page::<entity::roles::Entity, _, _>(conn, &role_figures(), read_role, name)
        .await?;
    if prefix.is_empty() || !page.is_end() {
        return Ok(page);
    }
    let (all, of) = (search.of_all(), (conn.get_database_backend(), "roles"));
    role_list(&all, "")
        .containing(of, &["name"], &prefix)
        .page::<entity::roles::Entity, _, _>(conn, &role_figures(), read_role, name)
        .await
}

fn role_list<'a>(search: &NameSearch<'a, String>, prefix: &'a str) -> FilteredList<'a> {
    search.list("name", &["name"], prefix, search.text_position())
}

#[boxed]
pub async fn role(conn: &Conn, name: &str) -> Result<Option<UsedRole>> {
    let mut query = entity::roles::Entity::find_by_id(name)
        .filter(is_kept("roles"))
        .into_query();
    for (name, value) in role_figures() {
        query.expr_as(value, Alias::new(name));
    }
    read_first(conn, &query, read_role).await
}

/// Returns the columns of a role that other tables contain: its permissions, the first assigned role
/// from its name on, and a permission that it lacks.
///
/// PostgreSQL reads whole tables to find a single row that is equal, if it expects many. The first row
/// in the order of an index is read by that index.
fn role_figures() -> [Figure; 3] {
    let given = |column: &'static str| Expr::col(("role_permissions", column));
    let held = || Expr::col(("role_assignments", "role"));
    let next = Query::select()
        .expr(held())
        .from("role_assignments")
        .and_where(held().gte(Expr::col(("roles", "name"))))
        .order_by_expr(held(), Order::Asc)
        .limit(1)
        .take();
    let has_it = select_one("role_permissions")
        .and_where(given("role").equals(("roles", "name")))
        .and_where(given("permission").equals(("permissions", "codename")))
        .take();
    let missing = Query::select()
        .column(("permissions", "codename"))
        .from("permissions")
        .and_where(Expr::exists(has_it).not())
        .limit(1)
        .take();
    [
        ("permissions", Expr::cust(PERMISSIONS)),
        (NEXT_HELD, next.into()),
        (MISSING, missing.into()),
    ]
}

fn read_role(row: &QueryResult) -> Result<UsedRole> {
    let role = Role::from(entity::rights::FullRole::from_query_result(row, "")?);
    let next: Option<String> = row.try_get("", NEXT_HELD)?;
    let missing: Option<String> = row.try_get("", MISSING)?;
    Ok(UsedRole {
        has_holder: next.as_ref() == Some(&role.name),
        has_every_permission: !role.permissions.is_empty() && missing.is_none(),
        role,
    })
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::Db;
    use crate::repo::query_plan::{explain, migrated};

    /// Checks that the list reads these ranges of indexes, and no whole table.
    async fn check(
        db: &Db,
        (table, id): (&'static str, &'static str),
        list: &FilteredList<'_>,
        ranges: &[&str],
    ) {
        let select = list.select(DbBackend::Sqlite, table, &[id.to_owned()], &[]);
        let lines = explain(db, DbBackend::Sqlite.build(&select)).await;
        for range in ranges {
            let has_range = lines.iter().any(|line| line.contains(range));
            assert!(has_range, "{range}: {lines:#?}");
        }
        let scan = format!("SCAN {table}");
        let scans = lines.iter().any(|line| line.starts_with(&scan));
        assert!(!scans, "{lines:#?}");
    }

    fn after(id: &str) -> NameSearch<'static, String> {
        NameSearch {
            text: "",
            order: NameOrder::Id,
            after: Some(("al", id.to_owned())),
            limit: 50,
        }
    }

    #[tokio::test]
    async fn each_list_is_range_of_index() {
        let db = migrated().await;
        let search = NameSearch {
            text: "",
            order: NameOrder::Id,
            after: Some(("/al", GroupId::from_uuid(Uuid::from_u128(7)))),
            limit: 50,
        };
        for (prefix, org, range) in [
            ("", None, "sqlite_autoindex_groups_1 (id>?)"),
            ("", Some("acme"), "(org=? AND id>?)"),
            ("/al", None, "(path>? AND path<?)"),
            ("/al", Some("acme"), "(path>? AND path<?)"),
        ] {
            let list = group_list(&search, prefix, org);
            check(&db, ("groups", "id"), &list, &[range]).await;
        }
        for (order, org, range) in [
            (NameOrder::Name, None, "(path>? AND path<?)"),
            (NameOrder::Name, Some("acme"), "(path>? AND path<?)"),
            (NameOrder::Newest, None, "sqlite_autoindex_groups_1 (id<?)"),
            (NameOrder::Newest, Some("acme"), "(org=? AND id<?)"),
        ] {
            let search = NameSearch {
                order,
                ..search.clone()
            };
            let list = group_list(&search, "", org);
            check(&db, ("groups", "id"), &list, &[range]).await;
        }
        let used = FilteredList {
            user: Some(("manager_id", None)),
            ..group_list(&search, "", None)
        };
        let columns = ["id", "manager_id"].map(str::to_owned);
        let select = used.select(DbBackend::Sqlite, "groups", &columns, &[member_count()]);
        let plan = explain(&db, DbBackend::Sqlite.build(&select)).await;
        for search in ["SEARCH group_members ", "SEARCH u_ "] {
            let is_search = |line: &String| line.starts_with(search);
            assert!(plan.iter().any(is_search), "{search}: {plan:#?}");
        }
        let search = after("acme");
        let of = ("organizations", "slug");
        let ranges = ["sqlite_autoindex_organizations_1 (slug>?)"];
        check(&db, of, &organization_list(&search, ""), &ranges).await;
        let by_name = NameSearch {
            order: NameOrder::Name,
            ..search.clone()
        };
        let list = organization_list(&by_name, "");
        check(&db, of, &list, &["(name_key>? AND name_key<?)"]).await;
        let newest = NameSearch {
            order: NameOrder::Newest,
            ..search.clone()
        };
        let list = organization_list(&newest, "");
        check(
            &db,
            of,
            &list,
            &["search_organizations_newest (<expr>>? AND <expr><?)"],
        )
        .await;
        let ranges = ["(slug>? AND slug<?)", "(name_key>? AND name_key<?)"];
        check(&db, of, &organization_list(&search, "al"), &ranges).await;
        let search = after("helper");
        for (prefix, range) in [("", "roles_1 (name>?)"), ("al", "(name>? AND name<?)")] {
            let list = role_list(&search, prefix);
            check(&db, ("roles", "name"), &list, &[range]).await;
        }
    }
}
