//! The memberships of a user with the roles in each organization, in one statement.

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

/// The memberships of the user $1, each with the roles of the user $2 there that are valid at $3. A list of
/// the active roles instead of `EXISTS` would let SQLite read every assignment of the organization.
const MEMBERSHIPS: &str = "SELECT m.org AS slug, o.name AS name, m.is_owner AS is_owner, \
    m.created_at AS since, a.role AS role, a.expires_at AS until \
    FROM organization_members m \
    JOIN organizations o ON o.slug = m.org AND o.deleted_at IS NULL \
    LEFT JOIN role_assignments a ON a.subject_kind = 'user' AND a.subject_id = $2 \
    AND a.org = m.org AND a.active AND (a.expires_at IS NULL OR a.expires_at > $3) \
    AND EXISTS (SELECT 1 FROM roles r WHERE r.name = a.role AND r.active) \
    WHERE m.user_id = $1 ORDER BY m.org, a.role";

/// Returns the memberships of a user by slug, with the roles that are active and not expired.
pub async fn of_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Membership>> {
    let values = [user.as_uuid().into(), user.to_string().into(), now.into()];
    let query = Statement::from_sql_and_values(conn.get_database_backend(), MEMBERSHIPS, values);
    let mut found: Vec<Membership> = Vec::new();
    for row in conn.query_all_raw(query).await? {
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
