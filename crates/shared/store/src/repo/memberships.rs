//! The memberships of a user with the roles in each organization, in one statement.

use doorward_domain::boxed;

use super::former_roles::PRESENT_ROLE;
use super::prelude::*;
use super::roles::role_column;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    pub slug: String,
    pub name: String,
    pub is_owner: bool,
    pub since: UnixSeconds,
    /// Names of the roles that the user has in the organization, directly or by a group, each with its
    /// latest expiry.
    pub roles: Vec<(String, Option<UnixSeconds>)>,
}

/// Returns the memberships of the user $1, each with the roles there that are valid at $3: those assigned to
/// the user $2, to the groups of the user, and to the groups above them. A list of the active roles instead
/// of `EXISTS` would let SQLite read every assignment of the organization; it keeps the order of a cross join.
fn memberships(backend: DbBackend) -> String {
    let group = role_column::text_of(backend, "mine.id");
    format!(
        "WITH RECURSIVE mine(id, parent_id) AS (\
         SELECT g.id, g.parent_id FROM group_members gm \
         JOIN groups g ON g.id = gm.group_id AND g.deleted_at IS NULL WHERE gm.user_id = $1 \
         UNION SELECT g.id, g.parent_id FROM mine JOIN groups g ON g.id = mine.parent_id), \
         subjects(kind, id) AS (\
         SELECT 'user', CAST($2 AS text) UNION ALL SELECT 'group', {group} FROM mine), \
         held(org, role, until) AS (SELECT a.org, {PRESENT_ROLE}, a.expires_at FROM subjects \
         CROSS JOIN role_assignments a \
         WHERE a.subject_kind = subjects.kind AND a.subject_id = subjects.id AND a.active AND (a.expires_at IS NULL OR a.expires_at > $3) \
         AND EXISTS (SELECT 1 FROM roles r WHERE r.name = {PRESENT_ROLE} AND r.active)) \
         SELECT m.org AS slug, o.name AS name, m.is_owner AS is_owner, m.created_at AS since, \
         held.role AS role, held.until AS until FROM organization_members m \
         JOIN organizations o ON o.slug = m.org AND o.deleted_at IS NULL \
         LEFT JOIN held ON held.org = m.org \
         WHERE m.user_id = $1 ORDER BY m.org, held.role"
    )
}

/// Returns the memberships of a user by slug, with the roles that are active and not expired.
#[boxed]
pub async fn of_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Membership>> {
    let values = [user.as_uuid().into(), user.to_string().into(), now.into()];
    let backend = conn.get_database_backend();
    let query = Statement::from_sql_and_values(backend, memberships(backend), values);
    let mut found: Vec<Membership> = Vec::new();
    for row in conn.query_all_raw(query).await? {
        let next = membership(&row)?;
        let role: Option<String> = row.try_get("", "role")?;
        let role = role.map(|role| Ok::<_, StoreError>((role, row.try_get("", "until")?)));
        let role = role.transpose()?;
        if found.last().is_none_or(|last| last.slug != next.slug) {
            found.push(next);
        }
        if let (Some(last), Some(role)) = (found.last_mut(), role) {
            add(&mut last.roles, role);
        }
    }
    Ok(found)
}

/// Adds a role, or extends the last one if it is the same.
fn add(roles: &mut Vec<(String, Option<UnixSeconds>)>, (role, end): (String, Option<UnixSeconds>)) {
    match roles.last_mut() {
        Some((last, until)) if *last == role => {
            *until = until.zip(end).map(|(one, other)| Ord::max(one, other));
        }
        _ => roles.push((role, end)),
    }
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
