//! Effective roles of a subject at a given time.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::former_name::{FormerName, NameKind};
use doorward_domain::model::{EffectiveRoles, OrgScope};
use doorward_rules::former_names as rule;
use sea_orm::sea_query::UnionType;
use uuid::Uuid;

use super::super::former_names::corrupt;
use super::role_column::{self, Counts, ROLES, RoleColumns};
use crate::repo::former_roles::PRESENT_ROLE;
use crate::repo::prelude::*;
use crate::repo::query::is_active_organization;

/// Returns the global effective roles of a user at `now`.
#[boxed]
pub async fn effective_for_user(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    effective_for_user_in(conn, user, OrgScope::Global, now).await
}

/// Returns the effective roles of a user at `now` in this scope, in one statement: direct ones, and
/// those of the user's groups and their parent groups.
#[boxed]
pub async fn effective_for_user_in<'a>(
    conn: &'a Conn,
    user: UserId,
    scope: OrgScope<'a>,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    of_person(conn, user, scope, false, now).await
}

/// Returns the effective roles of these users at `now` in this scope, as [`effective_for_user_in`].
pub async fn effective_for_users_in(
    conn: &Conn,
    users: impl IntoIterator<Item = UserId>,
    scope: OrgScope<'_>,
    now: UnixSeconds,
) -> Result<BTreeMap<UserId, EffectiveRoles>> {
    let (place, org) = columns_of(scope);
    let mut found = BTreeMap::new();
    for part in parts(users.into_iter().map(|user| user.as_uuid())) {
        let who = Query::select()
            .column(("users", "id"))
            .expr_as(Expr::value(org.clone()), "org")
            .from("users")
            .and_where(part.contains(Expr::col(("users", "id"))))
            .take();
        let mut query = select_roles(conn, who, place, false, now);
        query.column(("who", "id"));
        let read = |row: &QueryResult| {
            let id = UserId::from_uuid(row.try_get::<Uuid>("", "id")?);
            Ok((id, role_column::read(row, ROLES)?))
        };
        found.extend(read_all(conn, &query, read).await?);
    }
    Ok(found)
}

/// Returns the effective roles of a user at `now` in the whole deployment and then in each active
/// organization of the user, by slug, in one statement. The flag marks ownership.
#[boxed]
pub async fn effective_in_each_scope(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<Vec<(Option<String>, bool, EffectiveRoles)>> {
    let member = |name: &'static str| Expr::col(("organization_members", name));
    let memberships = Query::select()
        .expr_as(member("user_id"), "id")
        .expr_as(member("org"), "org")
        .expr_as(member("is_owner"), "is_owner")
        .from("organization_members")
        .inner_join(
            "organizations",
            is_active_organization("organization_members"),
        )
        .and_where(member("user_id").eq(user.as_uuid()))
        .take();
    let who = Query::select()
        .expr_as(Expr::value(user.as_uuid()), "id")
        .expr_as(Expr::cust("CAST(NULL AS text)"), "org")
        .expr_as(Expr::cust("FALSE"), "is_owner")
        .union(UnionType::All, memberships)
        .take();
    let mut query = select_roles(conn, who, Counts::AlsoIn("who.org"), false, now);
    query.columns([("who", "org"), ("who", "is_owner")]);
    let read = |row: &QueryResult| {
        let held = role_column::read(row, ROLES)?;
        Ok((row.try_get("", "org")?, row.try_get("", "is_owner")?, held))
    };
    let mut found: Vec<(Option<String>, bool, _)> = read_all(conn, &query, read).await?;
    found.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    Ok(found)
}

/// Selects the roles of each user in the column `id` of a statement.
fn select_roles(
    conn: &Conn,
    who: SelectStatement,
    place: Counts,
    prepared: bool,
    now: UnixSeconds,
) -> SelectStatement {
    let whose = RoleColumns {
        user: "who.id",
        place,
        prepared,
    };
    let mut query = Query::select();
    role_column::select(&mut query, conn.get_database_backend(), (ROLES, whose), now);
    query.from_subquery(who, "who").take()
}

/// Returns the effective roles of a client that acts for itself at `now` in this scope, in one
/// statement.
#[boxed]
pub async fn effective_for_client_in<'a>(
    conn: &'a Conn,
    client: &ClientId,
    scope: OrgScope<'a>,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    assigned_to_client(conn, client, scope, false, now).await
}

/// Returns the roles of a user in any organization, including inactive roles and assignments but
/// not expired ones.
#[boxed]
pub async fn prepared_for_user(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    of_person(conn, user, OrgScope::Any, true, now).await
}

/// Returns the same roles of a client that acts for itself.
#[boxed]
pub async fn prepared_for_client(
    conn: &Conn,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    assigned_to_client(conn, client, OrgScope::Any, true, now).await
}

async fn of_person(
    conn: &Conn,
    user: UserId,
    scope: OrgScope<'_>,
    prepared: bool,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    let (place, org) = columns_of(scope);
    let who = Query::select()
        .expr_as(Expr::value(user.as_uuid()), "id")
        .expr_as(Expr::value(org), "org")
        .take();
    let query = select_roles(conn, who, place, prepared, now);
    let roles = read_first(conn, &query, |row| role_column::read(row, ROLES)).await?;
    Ok(roles.unwrap_or_default())
}

fn read_former(kind_and_name: &str, former: &str, now: UnixSeconds) -> Result<FormerName> {
    let parts = kind_and_name.split_once(' ');
    let known = parts.and_then(|(kind, name)| Some((NameKind::parse(kind)?, name)));
    let (kind, name) = known.ok_or_else(|| corrupt(former))?;
    Ok(FormerName {
        kind,
        former: former.to_owned(),
        name: name.to_owned(),
        expires_at: now,
    })
}

/// Returns the condition of a scope, and the value of its column `who.org`.
fn columns_of(scope: OrgScope<'_>) -> (Counts, Option<String>) {
    match scope {
        OrgScope::Any => (Counts::Anywhere, None),
        OrgScope::Global => (Counts::AlsoIn("who.org"), None),
        OrgScope::Organization(org) => (Counts::AlsoIn("who.org"), Some(org.to_owned())),
    }
}

/// Returns the roles of the unexpired assignments to a client that apply in this scope; `prepared` includes
/// inactive ones.
async fn assigned_to_client(
    conn: &Conn,
    client: &ClientId,
    scope: OrgScope<'_>,
    prepared: bool,
    now: UnixSeconds,
) -> Result<EffectiveRoles> {
    let live = if prepared {
        ""
    } else {
        "a.active AND r.active AND "
    };
    let mut values = vec![client.as_str().into(), now.into()];
    let place = match scope {
        OrgScope::Any => "",
        OrgScope::Global => "a.org IS NULL AND ",
        OrgScope::Organization(org) => {
            values.push(org.into());
            "(a.org IS NULL OR a.org = $3) AND "
        }
    };
    let sql = format!(
        "SELECT r.name AS role, p.codename AS codename, p.audience AS audience \
         FROM role_assignments a \
         JOIN roles r ON r.name = {PRESENT_ROLE} AND r.deleted_at IS NULL \
         LEFT JOIN role_permissions rp ON rp.role = r.name \
         LEFT JOIN permissions p ON p.codename = rp.permission \
         WHERE {live}{place}a.subject_kind = '{}' AND a.subject_id = $1 \
         AND (a.expires_at IS NULL OR a.expires_at > $2) \
         UNION ALL SELECT f.kind || ' ' || f.name, f.former, NULL FROM former_names f \
         WHERE f.expires_at > $2",
        SubjectKind::Client.as_str()
    );
    let query = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let mut roles = EffectiveRoles::default();
    let mut former = Vec::new();
    for row in conn.query_all_raw(query).await? {
        let role: String = row.try_get("", "role")?;
        let codename: Option<String> = row.try_get("", "codename")?;
        let audience: Option<String> = row.try_get("", "audience")?;
        // A permission has an audience; this is a former name, with the kind before the present one.
        if let (Some(name), None) = (&codename, &audience) {
            former.push(read_former(&role, name, now)?);
            continue;
        }
        roles.add(role, codename.zip(audience));
    }
    rule::add_to_roles(&mut roles, &former);
    Ok(roles)
}
