//! Effective roles of a subject at a given time.

use doorward_domain::model::{ClientId, EffectiveRoles, OrgScope, SubjectKind, UserId};
use sea_orm::sea_query::Cond;
use sea_orm::sea_query::JoinType::{InnerJoin as Inner, LeftJoin as Left};

use super::role_column::{self, Counts, ROLES, RoleColumns};
use crate::repo::prelude::*;

/// Returns the global effective roles of a user at `now`.
pub async fn effective_for_user(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    effective_for_user_in(conn, user, OrgScope::Global, now).await
}

/// Returns the effective roles of a user at `now` in this scope, in one statement: direct ones, and
/// those of the user's groups and their parent groups.
pub async fn effective_for_user_in(
    conn: &Conn,
    user: UserId,
    scope: OrgScope<'_>,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    of_person(conn, user, scope, false, now).await
}

/// Returns the effective roles of a client that acts for itself at `now` in this scope, in one
/// statement.
pub async fn effective_for_client_in(
    conn: &Conn,
    client: &ClientId,
    scope: OrgScope<'_>,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    let live = Cond::all()
        .add(Expr::col(("a", "active")).eq(true))
        .add(Expr::col(("r", "active")).eq(true))
        .add(unexpired(now));
    assigned_to_client(conn, client, scope, live).await
}

/// Returns the roles of a user in any organization, including inactive roles and assignments but
/// not expired ones.
pub async fn prepared_for_user(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    of_person(conn, user, OrgScope::Any, true, now).await
}

/// Returns the same roles of a client that acts for itself.
pub async fn prepared_for_client(
    conn: &Conn,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    assigned_to_client(conn, client, OrgScope::Any, unexpired(now)).await
}

async fn of_person(
    conn: &Conn,
    user: UserId,
    scope: OrgScope<'_>,
    prepared: bool,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    let (scope, org) = match scope {
        OrgScope::Any => (Counts::Anywhere, None),
        OrgScope::Global => (Counts::AlsoIn("who.org"), None),
        OrgScope::Organization(org) => (Counts::AlsoIn("who.org"), Some(org.to_owned())),
    };
    let who = Query::select()
        .expr_as(Expr::value(user.as_uuid()), "id")
        .expr_as(Expr::value(org), "org")
        .take();
    let whose = RoleColumns {
        user: "who.id",
        place: scope,
        prepared,
    };
    let mut query = Query::select();
    role_column::select(&mut query, conn.get_database_backend(), (ROLES, whose), now);
    query.from_subquery(who, "who");
    match conn.query_one(&query).await? {
        Some(row) => role_column::read(&row, ROLES),
        None => Ok(EffectiveRoles::default()),
    }
}

fn unexpired(now: UnixSeconds) -> Cond {
    Cond::any()
        .add(Expr::col(("a", "expires_at")).is_null())
        .add(Expr::col(("a", "expires_at")).gt(now))
}

/// Returns the roles of these assignments to a client that apply in this scope.
async fn assigned_to_client(
    conn: &Conn,
    client: &ClientId,
    scope: OrgScope<'_>,
    which: Cond,
) -> Result<EffectiveRoles> {
    let subject = Cond::all()
        .add(Expr::col(("a", "subject_kind")).eq(SubjectKind::Client.as_str()))
        .add(Expr::col(("a", "subject_id")).eq(client.as_str()));
    let everywhere = Cond::any().add(Expr::col(("a", "org")).is_null());
    let mut query = select_assigned();
    query.cond_where(subject).cond_where(which);
    match scope {
        OrgScope::Any => {}
        OrgScope::Global => {
            query.cond_where(everywhere);
        }
        OrgScope::Organization(org) => {
            query.cond_where(everywhere.add(Expr::col(("a", "org")).eq(org)));
        }
    }
    let mut roles = EffectiveRoles::default();
    for row in conn.query_all(&query).await? {
        let role: String = row.try_get("", "role")?;
        let codename: Option<String> = row.try_get("", "codename")?;
        let audience: Option<String> = row.try_get("", "audience")?;
        roles.add(role, codename.zip(audience));
    }
    Ok(roles)
}

fn select_assigned() -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(("r", "name")), "role")
        .expr_as(Expr::col(("p", "codename")), "codename")
        .expr_as(Expr::col(("p", "audience")), "audience")
        .from_as("role_assignments", "a")
        .join_as(
            Inner,
            "roles",
            "r",
            Expr::col(("r", "name"))
                .equals(("a", "role"))
                .and(is_kept("r")),
        )
        .join_as(
            Left,
            "role_permissions",
            "rp",
            Expr::col(("rp", "role")).equals(("r", "name")),
        )
        .join_as(
            Left,
            "permissions",
            "p",
            Expr::col(("p", "codename")).equals(("rp", "permission")),
        )
        .take()
}
