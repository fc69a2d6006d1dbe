//! The sets of roles, groups and organizations that users have, with the number of users of each set.

use doorward_domain::boxed;

use super::prelude::*;

/// Roles, groups and organizations that users have directly, each user the same ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessSet {
    /// Roles, each in an organization or in none.
    pub roles: Vec<(String, Option<String>)>,
    pub groups: Vec<GroupId>,
    pub organizations: Vec<String>,
    /// Number of users with exactly these.
    pub users: u64,
    /// ID of such a user.
    pub sample: UserId,
}

/// Returns up to `limit` sets of users with a role, a group or an organization, those of most users first. It
/// reads the assignments and memberships of all users.
#[boxed]
pub async fn list(conn: &Conn, now: UnixSeconds, limit: u64) -> Result<Vec<AccessSet>> {
    let backend = conn.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [now.into(), limit.into()];
    let statement = Statement::from_sql_and_values(backend, select(backend), values);
    let rows = conn.query_all_raw(statement).await?;
    let sets = rows.iter().map(|row| {
        let (items, sample): (String, String) =
            (row.try_get("", "items")?, row.try_get("", "sample")?);
        let users = read_count(row, "users")?;
        Ok(read(&items, &sample, users))
    });
    let sets: Result<Vec<_>> = sets.collect();
    // An ID that cannot be read belongs to no user.
    Ok(sets?.into_iter().flatten().collect())
}

fn read(items: &str, sample: &str, users: u64) -> Option<AccessSet> {
    let mut set = AccessSet {
        roles: Vec::new(),
        groups: Vec::new(),
        organizations: Vec::new(),
        users,
        sample: UserId::parse(&hyphenated(sample))?,
    };
    for item in items.split(',') {
        let (kind, item) = item.split_at_checked(1)?;
        match kind {
            "r" => {
                let (role, org) = item.split_once(' ')?;
                let org = (!org.is_empty()).then(|| org.to_owned());
                set.roles.push((role.to_owned(), org));
            }
            "g" => set.groups.push(GroupId::parse(&hyphenated(item))?),
            _ => set.organizations.push(item.to_owned()),
        }
    }
    Some(set)
}

/// Returns a UUID of 32 digits in its usual form.
fn hyphenated(digits: &str) -> String {
    uuid::Uuid::try_parse(digits).map_or_else(|_| digits.to_owned(), |id| id.to_string())
}

fn select(backend: DbBackend) -> String {
    // No name of a role or an organization has a comma or a space.
    let (user, group, items) = match backend {
        DbBackend::Postgres => (
            "replace(CAST(user_id AS text), '-', '')",
            "replace(CAST(group_id AS text), '-', '')",
            "string_agg(item, ',' ORDER BY item)",
        ),
        _ => (
            "lower(hex(user_id))",
            "lower(hex(group_id))",
            "group_concat(item, ',' ORDER BY item)",
        ),
    };
    format!(
        "WITH held AS (SELECT replace(subject_id, '-', '') AS holder, \
         'r' || role || ' ' || COALESCE(org, '') AS item FROM role_assignments \
         WHERE subject_kind = 'user' AND active AND (expires_at IS NULL OR expires_at > $1) \
         UNION ALL SELECT {user}, 'g' || {group} FROM group_members \
         UNION ALL SELECT {user}, 'o' || org FROM organization_members \
         WHERE expires_at IS NULL OR expires_at > $1), \
         sets AS (SELECT holder, {items} AS items FROM held GROUP BY holder) \
         SELECT items, count(*) AS users, min(holder) AS sample FROM sets GROUP BY items \
         ORDER BY users DESC, items LIMIT $2"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read() {
        let id = "0190f6a0000070008000000000000000";
        let items = format!("g{id},oacme,raudit:or ,reditor acme");
        let set = read(&items, id, 3).unwrap();
        let id = "0190f6a0-0000-7000-8000-000000000000";
        assert_eq!(set.sample.to_string(), id);
        assert_eq!(set.groups, [GroupId::parse(id).unwrap()]);
        assert_eq!(set.organizations, ["acme"]);
        let roles = [("audit:or", None), ("editor", Some("acme"))];
        let roles = roles.map(|(role, org)| (role.to_owned(), org.map(str::to_owned)));
        assert_eq!(set.roles, roles);
        assert_eq!(set.users, 3);
    }
}
