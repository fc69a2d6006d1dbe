//! The users who have a role: by an assignment to them, to a group of theirs, or to a group above it.
//!
//! The rule is that of [`role_column`], which decides at sign-in, for a role in any organization. It is
//! read from the role instead of the user; a test compares both.

use sea_orm::sea_query::{CommonTableExpression, UnionType, WithClause};
use uuid::Uuid;

use super::prelude::*;
use super::roles::role_column;

const ASSIGNMENTS: &str = "role_assignments";
const GROUPS: &str = "groups";
const MEMBERS: &str = "group_members";
/// The groups that give the role: those with an assignment, and those below them.
const GIVING: &str = "giving";
const WALK: &str = "walk";
/// Maximum number of groups whose members are merged in their order, with a look-up for each group and
/// user. The members of more groups are sorted.
const MERGED: u32 = 64;

/// The users who have a role by one of these assignments.
#[derive(Clone, Debug)]
pub(super) struct RoleHolders {
    backend: DbBackend,
    assignments: Condition,
}

impl RoleHolders {
    /// Selects the assignments that give a role at `now`: those in an organization, if one is given.
    pub(super) fn of_role(
        backend: DbBackend,
        role: &str,
        org: Option<&str>,
        now: UnixSeconds,
    ) -> Self {
        let active = select_one("roles")
            .and_where(Expr::col(("roles", "name")).equals((ASSIGNMENTS, "role")))
            .and_where(Expr::col(("roles", "active")))
            .take();
        let org = org.map(|org| Expr::col((ASSIGNMENTS, "org")).eq(org));
        Self {
            backend,
            assignments: live(role, now).add(Expr::exists(active)).add_option(org),
        }
    }

    /// Selects the same assignments for the whole deployment, also of an inactive role.
    pub(super) fn of_global_role(backend: DbBackend, role: &str, now: UnixSeconds) -> Self {
        Self {
            backend,
            assignments: live(role, now).add(Expr::col((ASSIGNMENTS, "org")).is_null()),
        }
    }

    /// Selects one assignment, whether or not it has an effect.
    pub(super) fn of_assignment(backend: DbBackend, id: impl Into<Expr>) -> Self {
        Self {
            backend,
            assignments: Condition::all().add(Expr::col((ASSIGNMENTS, "id")).eq(id)),
        }
    }

    fn of_kind(&self, kind: SubjectKind) -> Condition {
        // No value: a statement has few, and this condition several times.
        let is_kind = format!("role_assignments.subject_kind = '{}'", kind.as_str());
        self.assignments.clone().add(Expr::cust(is_kind))
    }

    /// Returns the condition that the user of a row of `users` has the role.
    pub(super) fn is_holder(&self) -> Condition {
        let text = role_column::text_of(self.backend, "\"users\".\"id\"");
        let direct = select_one(ASSIGNMENTS)
            .and_where(Expr::col((ASSIGNMENTS, "subject_id")).eq(Expr::cust(text)))
            .cond_where(self.of_kind(SubjectKind::User))
            .take();
        let by_group = select_one(MEMBERS)
            .and_where(Expr::col((MEMBERS, "user_id")).equals(("users", "id")))
            .and_where(self.is_giving())
            .take();
        Condition::any()
            .add(Expr::exists(direct))
            .add(Expr::exists(by_group))
    }

    /// Returns the condition that the group of a membership gives the role.
    fn is_giving(&self) -> Expr {
        let groups = Query::select()
            .column((GIVING, "id"))
            .from(GIVING)
            .and_where(is_kept(GIVING))
            .with_cte(recursive([self.giving()]))
            .take();
        Expr::col((MEMBERS, "group_id")).in_subquery(groups)
    }

    /// Returns the path of the first group by which this user has the role.
    pub(super) fn group_path(&self, user: Expr) -> Expr {
        let path = Query::select()
            .column((GROUPS, "path"))
            .from(MEMBERS)
            .inner_join(
                GROUPS,
                Expr::col((GROUPS, "id")).equals((MEMBERS, "group_id")),
            )
            .and_where(Expr::col((MEMBERS, "user_id")).eq(user))
            .and_where(self.is_giving())
            .order_by((GROUPS, "path"), Order::Asc)
            .limit(1)
            .take();
        path.into()
    }

    /// Returns up to `limit` IDs of users after this one in their order, each once, in `column`.
    pub(super) fn ids(
        &self,
        column: &'static str,
        after: Option<UserId>,
        limit: u32,
    ) -> SelectStatement {
        let subject = || Expr::col((ASSIGNMENTS, "subject_id"));
        let mut direct = Query::select();
        direct
            .distinct()
            .expr_as(subject(), column)
            .from(ASSIGNMENTS)
            .cond_where(self.of_kind(SubjectKind::User))
            .order_by_expr(subject(), Order::Asc)
            .limit(limit.into());
        // The expression keeps SQLite from reading the members of all groups in their order.
        let unordered = || Expr::cust("COALESCE(group_members.user_id, NULL)");
        let mut sorted = Query::select();
        sorted
            .distinct()
            .expr_as(unordered(), column)
            .from(GIVING)
            .cross_join(MEMBERS)
            .and_where(is_member_of_giving())
            .and_where(is_kept(GIVING))
            .and_where(number_of_groups().gt(merged()))
            .order_by_expr(unordered(), Order::Asc)
            .limit(limit.into());
        if let Some(last) = after {
            direct.and_where(subject().gt(last.to_string()));
            sorted.and_where(unordered().gt(last.as_uuid()));
        }
        let walked = Query::select()
            .expr_as(Expr::col((WALK, "id")), column)
            .from(WALK)
            .and_where(Expr::col((WALK, "id")).is_not_null())
            .and_where(Expr::cust("number > 0"))
            .take();
        let sorted = Query::select()
            .column(("sorted", column))
            .from_subquery(sorted, "sorted")
            .take();
        let id = match self.backend {
            DbBackend::Postgres => format!("CAST(direct.{column} AS uuid)"),
            _ => format!("unhex(replace(direct.{column}, '-', ''))"),
        };
        let all = Query::select()
            .expr_as(Expr::cust(id), column)
            .from_subquery(direct, "direct")
            .union(UnionType::Distinct, walked)
            .union(UnionType::Distinct, sorted)
            .take();
        Query::select()
            .column(("holders", column))
            .from_subquery(all, "holders")
            .order_by(("holders", column), Order::Asc)
            .limit(limit.into())
            .with_cte(recursive([self.giving(), walk(after, limit)]))
            .take()
    }

    /// Selects 1 if an active user who is not scheduled for deletion has the role.
    pub(super) fn select_active(&self) -> SelectStatement {
        let user = |name: &'static str| Expr::col(("users", name));
        let is_active = |id: Expr| {
            Condition::all()
                .add(user("id").eq(id))
                .add(is_kept("users"))
                .add(user("disabled_at").is_null())
                .add(user("deletion_due_at").is_null())
        };
        let holder = uuid_in(self.backend, "role_assignments.subject_id");
        let by_group = select_one(GIVING)
            .cross_join(MEMBERS)
            .inner_join("users", is_active(Expr::col((MEMBERS, "user_id"))))
            .and_where(is_member_of_giving())
            .and_where(is_kept(GIVING))
            .take();
        select_one(ASSIGNMENTS)
            .inner_join("users", is_active(holder))
            .cond_where(self.of_kind(SubjectKind::User))
            .union(UnionType::All, by_group)
            .limit(1)
            .with_cte(recursive([self.giving()]))
            .take()
    }

    fn giving(&self) -> CommonTableExpression {
        let select = |from: &'static str| {
            let columns = ["id", "deleted_at"].map(|name| (GROUPS, name));
            Query::select().columns(columns).from(from).take()
        };
        let holder = uuid_in(self.backend, "role_assignments.subject_id");
        let mut giving = select(ASSIGNMENTS);
        giving
            .inner_join(GROUPS, Expr::col((GROUPS, "id")).eq(holder))
            .cond_where(self.of_kind(SubjectKind::Group));
        let mut below = select(GIVING);
        below.inner_join(
            GROUPS,
            Expr::col((GROUPS, "parent_id")).equals((GIVING, "id")),
        );
        giving.union(UnionType::Distinct, below);
        named(GIVING, ["id", "deleted_at"], giving)
    }
}

/// Returns the condition of a cross join of the giving groups with the members: SQLite keeps the order of
/// its tables, and would otherwise read the members of all groups.
fn is_member_of_giving() -> Expr {
    Expr::col((MEMBERS, "group_id")).equals((GIVING, "id"))
}

/// Returns the condition for the assignments of a role that are active and not expired.
fn live(role: &str, now: UnixSeconds) -> Condition {
    let column = |name: &'static str| Expr::col((ASSIGNMENTS, name));
    let is_unexpired = Condition::any()
        .add(column("expires_at").is_null())
        .add(column("expires_at").gt(now));
    Condition::all()
        .add(column("role").eq(role))
        .add(column("active"))
        .add(is_unexpired)
}

/// Selects the smallest ID of a member of the groups after that of the walk.
const NEXT_MEMBER: &str = "(SELECT firsts.id FROM (SELECT (SELECT m.user_id FROM group_members m \
    WHERE m.group_id = giving.id AND m.user_id > walk.id ORDER BY m.user_id LIMIT 1) AS id \
    FROM giving WHERE giving.deleted_at IS NULL) AS firsts \
    WHERE firsts.id IS NOT NULL ORDER BY firsts.id LIMIT 1)";

/// Returns the position `after` as number 0, then up to `limit` members of a few groups in the order of
/// their IDs.
fn walk(after: Option<UserId>, limit: u32) -> CommonTableExpression {
    let first = after.map_or(Uuid::nil(), |user| user.as_uuid());
    let step = Query::select()
        .expr(Expr::cust(NEXT_MEMBER))
        .expr(Expr::cust("number + 1"))
        .from(WALK)
        .and_where(Expr::col((WALK, "id")).is_not_null())
        .and_where(Expr::cust(format!("number < {limit}")))
        .take();
    let walk = Query::select()
        .expr(Expr::value(first))
        .expr(Expr::cust("0"))
        .and_where(number_of_groups().lte(merged()))
        .union(UnionType::All, step)
        .take();
    named(WALK, ["id", "number"], walk)
}

fn merged() -> Expr {
    Expr::cust(MERGED.to_string())
}

fn number_of_groups() -> Expr {
    let count = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from(GIVING)
        .take();
    count.into()
}

fn named(
    name: &'static str,
    columns: [&'static str; 2],
    select: SelectStatement,
) -> CommonTableExpression {
    let mut table = CommonTableExpression::new();
    table.table_name(name).columns(columns).query(select);
    table
}

fn recursive<const N: usize>(tables: [CommonTableExpression; N]) -> WithClause {
    let mut with = WithClause::new();
    with.recursive(true);
    for table in tables {
        with.cte(table);
    }
    with
}
