//! The memberships of a user with the roles in each organization, in one statement.

use doorward_domain::model::{SubjectKind, UserId};

use super::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    pub slug: String,
    pub name: String,
    pub is_owner: bool,
    pub since: UnixSeconds,
    /// Names of the roles that are assigned to the user in the organization, each with its expiry.
    pub roles: Vec<(String, Option<UnixSeconds>)>,
}

/// Returns the memberships of a user by slug, with the roles that are active and not expired.
pub async fn of_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Membership>> {
    let member = |name: &'static str| Expr::col(("organization_members", name));
    let organization = |name: &'static str| Expr::col(("organizations", name));
    let role = |name: &'static str| Expr::col(("role_assignments", name));
    let live = role("expires_at").is_null().or(role("expires_at").gt(now));
    // A list of the active roles instead would let SQLite read every assignment of the organization.
    let usable = select_one("roles")
        .and_where(Expr::col(("roles", "name")).equals(("role_assignments", "role")))
        .and_where(Expr::col(("roles", "active")).eq(true))
        .take();
    let assigned = role("subject_kind")
        .eq(SubjectKind::User.as_str())
        .and(role("subject_id").eq(user.to_string()))
        .and(role("org").equals(("organization_members", "org")))
        .and(role("active").eq(true))
        .and(Expr::exists(usable))
        .and(live);
    let existing = organization("slug")
        .equals(("organization_members", "org"))
        .and(organization("deleted_at").is_null());
    let query = Query::select()
        .expr_as(member("org"), "slug")
        .expr_as(organization("name"), "name")
        .expr_as(member("is_owner"), "is_owner")
        .expr_as(member("created_at"), "since")
        .expr_as(role("role"), "role")
        .expr_as(role("expires_at"), "until")
        .from("organization_members")
        .inner_join("organizations", existing)
        .left_join("role_assignments", assigned)
        .and_where(member("user_id").eq(user.as_uuid()))
        .order_by_expr(member("org"), Order::Asc)
        .order_by_expr(role("role"), Order::Asc)
        .take();
    let mut found: Vec<Membership> = Vec::new();
    for row in conn.query_all(&query).await? {
        let next = membership(&row)?;
        let role: Option<String> = row.try_get("", "role")?;
        let role = role.map(|role| Ok::<_, StoreError>((role, row.try_get("", "until")?)));
        let role = role.transpose()?;
        match found.last_mut() {
            Some(last) if last.slug == next.slug => last.roles.extend(role),
            _ => found.push(Membership {
                roles: role.into_iter().collect(),
                ..next
            }),
        }
    }
    Ok(found)
}

fn membership(row: &QueryResult) -> Result<Membership> {
    Ok(Membership {
        slug: row.try_get("", "slug")?,
        name: row.try_get("", "name")?,
        is_owner: row.try_get("", "is_owner")?,
        since: row.try_get("", "since")?,
        roles: Vec::new(),
    })
}
