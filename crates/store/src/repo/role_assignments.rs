//! Lists of role assignments by holder, role, organization and expiry. Each is a range of an index,
//! in its order.

use doorward_domain::model::{Assignment, AssignmentId, Group};

use super::prelude::*;
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

/// An assignment, the user or the group with the ID of its holder, and the user that assigned it.
#[derive(Clone, Debug)]
pub struct HeldAssignment {
    pub assignment: Assignment,
    /// The user: only a member of the organization that the caller names, if it names one.
    pub user: Option<User>,
    pub group: Option<Group>,
    /// The user that assigned the role, as the user above.
    pub assigner: Option<User>,
}

/// Returns up to `limit` assignments of the filter after this position with their holders, in one statement:
/// ordered by expiry and ID if the filter limits the expiry, otherwise by ID. Users are only those of the
/// organization `within`, if one is given.
pub async fn page_with_holders(
    conn: &Conn,
    filter: &AssignmentFilter,
    after: Option<Position>,
    limit: u64,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    with_holders(conn, filter.select(after, limit), within).await
}

/// Returns the assignments with these IDs and their holders, as [`page_with_holders`], in no order.
pub async fn find_many_with_holders(
    conn: &Conn,
    ids: &[AssignmentId],
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    let mut found = Vec::new();
    for part in parts(ids.iter().map(AssignmentId::as_uuid)) {
        let query = Entity::find().filter(part.contains(Expr::col((Entity, Column::Id))));
        found.extend(with_holders(conn, query, within).await?);
    }
    Ok(found)
}

/// Returns the assignment with this ID and its holder, as [`page_with_holders`].
pub async fn find_with_holder(
    conn: &Conn,
    id: AssignmentId,
    within: Option<&str>,
) -> Result<Option<HeldAssignment>> {
    let query = Entity::find_by_id(id.as_uuid());
    Ok(with_holders(conn, query, within).await?.pop())
}

/// Returns the names of the roles that are assigned in an organization, each once.
pub async fn roles_in(conn: &Conn, org: &str) -> Result<Vec<String>> {
    let roles = Entity::find().distinct().filter(Column::Org.eq(org));
    roles.load_column(Column::Role, conn).await
}

async fn with_holders(
    conn: &Conn,
    query: Select<Entity>,
    within: Option<&str>,
) -> Result<Vec<HeldAssignment>> {
    let backend = conn.get_database_backend();
    let holder = uuid_in(backend, "role_assignments.subject_id");
    let assigner = uuid_in(backend, "role_assignments.assigned_by");
    let mut query = query.into_query();
    let group = Expr::col(("groups", "id")).eq(holder.clone());
    query.left_join("groups", group.and(is_kept("groups")));
    select_all::<groups::Entity>(&mut query, "groups", "g_");
    join_user(&mut query, "u_", holder, within);
    join_user(&mut query, "a_", assigner, within);
    let read = |row: &QueryResult| {
        Ok(HeldAssignment {
            assignment: joined::<Model, _>(row, "")?,
            user: joined_optional::<users::Model, _>(row, "u_")?,
            group: joined_optional::<groups::Model, _>(row, "g_")?,
            assigner: joined_optional::<users::Model, _>(row, "a_")?,
        })
    };
    read_all(conn, &query, read).await
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use uuid::Uuid;

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
