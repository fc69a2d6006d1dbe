//! Lists of role assignments by holder, role, organization and expiry. Each is a range of an index,
//! in its order.

use doorward_domain::boxed;
use doorward_domain::model::{Assignment, AssignmentId, Group};
use sea_orm::sea_query::{CommonTableExpression, UnionType, WithClause};
use uuid::Uuid;

use super::prelude::*;
use super::role_holders::RoleHolders;
use super::roles::role_column;
use crate::entity::role_assignments::{Column, Entity, Model};
use crate::entity::{groups, users};

/// A filter for assignments; the default selects all.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// Kind and ID of the holder.
    pub holder: Option<(SubjectKind, String)>,
    pub role: Option<String>,
    pub org: Option<String>,
    /// Earliest expiry, inclusive.
    pub expires_from: Option<UnixSeconds>,
    /// Latest expiry, exclusive.
    pub expires_before: Option<UnixSeconds>,
}

/// The position of an assignment in a list: its expiry, or zero without one, and its ID.
pub type Position = (UnixSeconds, AssignmentId);

pub fn position(assignment: &Assignment) -> Position {
    (assignment.expires_at.unwrap_or_default(), assignment.id)
}

impl AssignmentFilter {
    fn condition(&self) -> Condition {
        let holder = self.holder.as_ref().map(|(kind, id)| {
            Condition::all()
                .add(Column::SubjectKind.eq(kind.as_str()))
                .add(Column::SubjectId.eq(id.as_str()))
        });
        // The index of the holders is the smallest range. The expression, which is part of it, keeps
        // SQLite from choosing the index of the organization for its order.
        let org = self.org.as_deref().map(|org| match &self.holder {
            Some(_) => Expr::cust("COALESCE(role_assignments.org, '')").eq(org),
            None => Column::Org.eq(org),
        });
        Condition::all()
            .add_option(holder)
            .add_option(self.role.as_deref().map(|role| Column::Role.eq(role)))
            .add_option(org)
            .add_option(self.expires_from.map(|from| Column::ExpiresAt.gte(from)))
            .add_option(self.expires_before.map(|end| Column::ExpiresAt.lt(end)))
    }

    fn select(&self, after: Option<Position>, limit: u64) -> Select<Entity> {
        let is_by_expiry = self.expires_from.is_some() || self.expires_before.is_some();
        let mut condition = self.condition();
        let mut query = Entity::find();
        if is_by_expiry {
            query = query.order_by_asc(Column::ExpiresAt);
        }
        if let Some((at, id)) = after {
            condition = if is_by_expiry {
                let order = [Column::ExpiresAt, Column::Id].map(Column::into_expr);
                condition.add(is_after(order, at, id.as_uuid()))
            } else {
                condition.add(Column::Id.gt(id.as_uuid()))
            };
        }
        query
            .filter(condition)
            .order_by_asc(Column::Id)
            .limit(Ord::min(limit, PAGE_MAX))
    }
}

/// The groups of a user and those above them, with the paths of the user's groups.
const MINE: &str = "mine";
const MEMBER_OF: &str = "member_of";
const ROLE_ACTIVE: &str = "role_active";
const HOLDERS: &str = "holders";
const HOLDER: &str = "holder_id";

/// An assignment, the user or the group with the ID of its holder, and the user that assigned it.
#[derive(Clone, Debug)]
pub struct HeldAssignment {
    pub assignment: Assignment,
    /// False if the role itself is inactive.
    pub is_role_active: bool,
    /// The user: only a member of the organization that the caller names, if it names one.
    pub user: Option<User>,
    pub group: Option<Group>,
    /// The user that assigned the role, as the user above.
    pub assigner: Option<User>,
    /// In a list of one user: the path of the user's group that is the holder, or below it.
    pub member_of: Option<String>,
}

/// A user who has a role by the assignment to a group.
#[derive(Clone, Debug)]
pub struct GroupHolder {
    pub id: UserId,
    /// The user: only a member of the organization that the caller names, if it names one.
    pub user: Option<User>,
    /// The path of the user's group that is the holder, or below it.
    pub member_of: Option<String>,
}

/// Returns up to `limit` assignments of the filter after this position with their holders, in one statement:
/// ordered by expiry and ID if the filter limits the expiry, otherwise by ID. Users are only those of the
/// organization `within`, if one is given.
#[boxed]
pub async fn page_with_holders(
    conn: &Conn,
    filter: &AssignmentFilter,
    after: Option<Position>,
    limit: u64,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    with_holders(conn, filter.select(after, limit).into_query(), within).await
}

/// Returns up to `limit` assignments of the filter that reach a user, as [`page_with_holders`]: those to the
/// user, to the user's groups, and to the groups above them. Each has this user.
#[boxed]
pub async fn page_of_user(
    conn: &Conn,
    user: UserId,
    filter: &AssignmentFilter,
    after: Option<Position>,
    limit: u64,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    let query = filter.select(after, limit);
    let mut query = reaching(conn.get_database_backend(), user, query);
    let mine = Query::select()
        .expr(Func::min(Expr::col((MINE, "path"))))
        .from(MINE)
        .and_where(Expr::col((MINE, "id")).equals(("groups", "id")))
        .take();
    query.expr_as(Expr::from(mine), MEMBER_OF);
    load(conn, query, Expr::value(user.as_uuid()), within).await
}

/// Returns the assignments of a query that reach a user.
fn reaching(backend: DbBackend, user: UserId, query: Select<Entity>) -> SelectStatement {
    let columns = |path| [("groups", "id"), ("groups", "parent_id"), path];
    let is_member = Expr::col(("groups", "id")).equals(("group_members", "group_id"));
    let mut mine = Query::select();
    mine.columns(columns(("groups", "path")))
        .from("group_members")
        .inner_join("groups", is_member.and(is_kept("groups")))
        .and_where(Expr::col(("group_members", "user_id")).eq(user.as_uuid()));
    let is_parent = Expr::col(("groups", "id")).equals((MINE, "parent_id"));
    let parents = Query::select()
        .columns(columns((MINE, "path")))
        .from(MINE)
        .inner_join("groups", is_parent)
        .take();
    mine.union(UnionType::Distinct, parents);
    let mut table = CommonTableExpression::new();
    table
        .table_name(MINE)
        .columns(["id", "parent_id", "path"])
        .query(mine);
    let mut with = WithClause::new();
    with.recursive(true).cte(table);
    let held_by = |kind: SubjectKind, id: Expr| {
        Condition::all()
            .add(Column::SubjectKind.into_expr().eq(kind.as_str()))
            .add(Column::SubjectId.into_expr().eq(id))
    };
    let group = Expr::cust(role_column::text_of(backend, "mine.id"));
    let by_group = Query::select()
        .column((Entity, Column::Id))
        .from(MINE)
        .inner_join(Entity, held_by(SubjectKind::Group, group))
        .take();
    let ids = Query::select()
        .column((Entity, Column::Id))
        .from(Entity)
        .cond_where(held_by(SubjectKind::User, Expr::value(user.to_string())))
        .union(UnionType::All, by_group)
        .take();
    let mut query = query
        .filter(Column::Id.into_expr().in_subquery(ids))
        .into_query();
    query.with_cte(with).take()
}

/// Returns up to `limit` users after this ID, ordered by ID, who have the role of an assignment to a group:
/// the members of the group and of those below it.
#[boxed]
pub async fn group_holders(
    conn: &Conn,
    assignment: AssignmentId,
    after: Option<UserId>,
    limit: u64,
    within: Option<&str>,
) -> Result<Vec<GroupHolder>> {
    let backend = conn.get_database_backend();
    let holders = RoleHolders::of_assignment(backend, assignment.as_uuid());
    let limit = u32::try_from(Ord::min(limit, PAGE_MAX)).unwrap_or(u32::MAX);
    let id = || Expr::col((HOLDERS, HOLDER));
    let mut query = Query::select();
    query
        .expr(id())
        .expr_as(holders.group_path(id()), MEMBER_OF)
        .from_subquery(holders.ids(HOLDER, after, limit), HOLDERS)
        .order_by_expr(id(), Order::Asc);
    join_user(&mut query, "u_", id(), within);
    let read = |row: &QueryResult| {
        Ok(GroupHolder {
            id: UserId::from_uuid(row.try_get::<Uuid>("", HOLDER)?),
            user: joined_optional::<users::Model, _>(row, "u_")?,
            member_of: row.try_get("", MEMBER_OF)?,
        })
    };
    read_all(conn, &query, read).await
}

/// Returns the assignments with these IDs and their holders, as [`page_with_holders`], in no order.
#[boxed]
pub async fn find_many_with_holders(
    conn: &Conn,
    ids: &[AssignmentId],
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    let mut found = Vec::new();
    for part in parts(ids.iter().map(AssignmentId::as_uuid)) {
        let query = Entity::find().filter(part.contains(Expr::col((Entity, Column::Id))));
        found.extend(with_holders(conn, query.into_query(), within).await?);
    }
    Ok(found)
}

/// Returns the assignment with this ID and its holder, as [`page_with_holders`].
#[boxed]
pub async fn find_with_holder(
    conn: &Conn,
    id: AssignmentId,
    within: Option<&str>,
) -> Result<Option<HeldAssignment>> {
    let query = Entity::find_by_id(id.as_uuid()).into_query();
    Ok(with_holders(conn, query, within).await?.pop())
}

/// Returns the names of the roles that are assigned in an organization, each once.
#[boxed]
pub async fn roles_in(conn: &Conn, org: &str) -> Result<Vec<String>> {
    let roles = Entity::find().distinct().filter(Column::Org.eq(org));
    roles.load_column(Column::Role, conn).await
}

async fn with_holders(
    conn: &Conn,
    mut query: SelectStatement,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    query.expr_as(Expr::cust("CAST(NULL AS text)"), MEMBER_OF);
    let user = uuid_in(conn.get_database_backend(), "role_assignments.subject_id");
    load(conn, query, user, within).await
}

/// Returns the assignments with the user with this ID.
async fn load(
    conn: &Conn,
    mut query: SelectStatement,
    user: Expr,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    let backend = conn.get_database_backend();
    let holder = uuid_in(backend, "role_assignments.subject_id");
    let assigner = uuid_in(backend, "role_assignments.assigned_by");
    // An outer join, so that the assignments keep their order.
    let role = Expr::col(("roles", "name")).equals((Entity, Column::Role));
    query
        .left_join("roles", role)
        .expr_as(Expr::col(("roles", "active")), ROLE_ACTIVE);
    let group = Expr::col(("groups", "id")).eq(holder);
    query.left_join("groups", group.and(is_kept("groups")));
    select_all::<groups::Entity>(&mut query, "groups", "g_");
    join_user(&mut query, "u_", user, within);
    join_user(&mut query, "a_", assigner, within);
    let read = |row: &QueryResult| {
        let is_active: Option<bool> = row.try_get("", ROLE_ACTIVE)?;
        Ok(HeldAssignment {
            assignment: joined::<Model, _>(row, "")?,
            is_role_active: is_active.unwrap_or_default(),
            user: joined_optional::<users::Model, _>(row, "u_")?,
            group: joined_optional::<groups::Model, _>(row, "g_")?,
            assigner: joined_optional::<users::Model, _>(row, "a_")?,
            member_of: row.try_get("", MEMBER_OF)?,
        })
    };
    read_all(conn, &query, read).await
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    /// Every combination of role, organization and expiry, and the holder with an organization.
    fn filters() -> Vec<AssignmentFilter> {
        let mut all = vec![AssignmentFilter {
            holder: Some((SubjectKind::User, "alice".to_owned())),
            org: Some("acme".to_owned()),
            ..AssignmentFilter::default()
        }];
        for number in 0..16 {
            let has = |bit: u8| number & bit != 0;
            all.push(AssignmentFilter {
                holder: None,
                role: has(1).then(|| "helper".to_owned()),
                org: has(2).then(|| "acme".to_owned()),
                expires_from: has(4).then_some(5),
                expires_before: has(8).then_some(9),
            });
        }
        all
    }

    #[tokio::test]
    async fn each_list_is_range_of_index_in_its_order() {
        let db = migrated().await;
        let last = (7, AssignmentId::from_uuid(Uuid::from_u128(7)));
        for filter in filters() {
            let plan = explain(&db, filter.select(Some(last), 50).build(DbBackend::Sqlite)).await;
            let first = &plan[0];
            assert!(first.starts_with("SEARCH"), "{filter:?}: {plan:#?}");
            let known: &[&str] = match (&filter.holder, &filter.org, &filter.role) {
                (Some(_), ..) => &["(subject_kind=? AND subject_id=?"],
                (None, Some(_), Some(_)) => &["(org=? AND ", "(role=? AND "],
                (None, Some(_), None) => &["(org=? AND "],
                (None, None, Some(_)) => &["(role=? AND "],
                (None, None, None) => &["(id>?)", "(expires_at>?"],
            };
            let is_range = known.iter().any(|range| first.contains(range));
            assert!(is_range, "{filter:?}: {plan:#?}");
            // Only the few assignments of one holder are sorted.
            let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            assert_eq!(is_sorted, filter.holder.is_some(), "{filter:?}: {plan:#?}");
        }
    }
}
