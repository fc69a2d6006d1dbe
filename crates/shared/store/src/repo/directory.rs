//! The directory of users.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::boxed;
use doorward_domain::model::Group;

use super::prelude::*;
use super::query::position;
use crate::entity::users::{Column, Entity};
use crate::entity::{group_members, groups, organization_members};

#[derive(Clone, Copy, Debug)]
pub struct DirectoryQuery<'a> {
    /// User whose managed groups, with their subgroups, have the members that are found, active or
    /// not: groups of the organization and groups without one.
    pub manager: UserId,
    /// True to find all other active users as well.
    pub others: bool,
    /// Organization whose members are found; `None`: all users.
    pub org: Option<&'a str>,
    /// Lower-case text in the name; for members of the groups also in the e-mail address.
    pub text: Option<&'a str>,
    /// Last user before the page.
    pub after: Option<UserId>,
    pub limit: u64,
}

/// Full name in lower case. An expression of both databases: the profile is JSON.
const SQLITE_NAME: &str = "LOWER(COALESCE(json_extract(profile, '$.given_name') || ' ', '') \
     || COALESCE(json_extract(profile, '$.middle_name') || ' ', '') \
     || COALESCE(json_extract(profile, '$.family_name'), ''))";
const POSTGRES_NAME: &str = "LOWER(COALESCE((CAST(profile AS json) ->> 'given_name') || ' ', '') \
     || COALESCE((CAST(profile AS json) ->> 'middle_name') || ' ', '') \
     || COALESCE(CAST(profile AS json) ->> 'family_name', ''))";

/// Returns the users of a page, ordered by ID (that is, by registration).
#[boxed]
pub async fn users(conn: &Conn, query: &DirectoryQuery<'_>) -> Result<Vec<User>> {
    let backend = conn.get_database_backend();
    let contains = |column: Expr, text: &str| {
        Expr::from(Func::cust(position(backend)).args([column, Expr::val(text)])).gt(0)
    };
    let name = || {
        Expr::cust(match backend {
            DbBackend::Postgres => POSTGRES_NAME,
            _ => SQLITE_NAME,
        })
    };
    let mut members =
        Condition::all().add(Column::Id.in_subquery(managed_members(query.manager, query.org)));
    // An account with an unverified address may belong to another user.
    let known = Condition::any()
        .add(Column::UnprovedSince.is_null())
        .add(Column::EmailVerified.eq(true));
    let mut others = Condition::all()
        .add(Column::DisabledAt.is_null())
        .add(Column::DeletionDueAt.is_null())
        .add(known);
    if let Some(text) = query.text {
        let username = || contains(Expr::col(Column::UsernameKey), text);
        members = members.add(
            Condition::any()
                .add(username())
                .add(contains(name(), text))
                .add(contains(Expr::col(Column::EmailKey), text)),
        );
        // Only the name that the reduced view shows.
        let unnamed = Condition::all()
            .add(Column::UsernameKey.is_null())
            .add(contains(name(), text));
        others = others.add(Condition::any().add(username()).add(unnamed));
    }
    let others = query.others.then_some(others);
    let inside = query.org.map(|org| {
        let members = Query::select()
            .column(organization_members::Column::UserId)
            .from(organization_members::Entity)
            .and_where(Expr::col(organization_members::Column::Org).eq(org))
            .take();
        Column::Id.in_subquery(members)
    });
    let after = query.after.map(|user| user.as_uuid());
    Entity::find()
        .filter(is_kept("users"))
        .filter(Condition::any().add(members).add_option(others))
        .filter(Condition::all().add_option(inside))
        .page_after(Column::Id, after, query.limit)
        .load(conn)
        .await
}

/// Selects the members of the groups that a user manages in this organization or outside all
/// organizations, and of their subgroups.
fn managed_members(manager: UserId, org: Option<&str>) -> SelectStatement {
    let top = |column: &'static str| Expr::col(("top", column));
    let below = Expr::cust(
        r#"("g"."path" = "top"."path" OR substr("g"."path", 1, length("top"."path") + 1) = "top"."path" || '/')"#,
    );
    let same_org = Expr::cust(r#"COALESCE("g"."org", '') = COALESCE("top"."org", '')"#);
    let mut within = Condition::any().add(top("org").is_null());
    if let Some(org) = org {
        within = within.add(top("org").eq(org));
    }
    Query::select()
        .column(("m", "user_id"))
        .from_as("groups", "top")
        .join_as(JoinType::InnerJoin, "groups", "g", same_org.and(below))
        .join_as(
            JoinType::InnerJoin,
            "group_members",
            "m",
            Expr::col(("m", "group_id")).equals(("g", "id")),
        )
        .and_where(top("manager_id").eq(manager.as_uuid()))
        .cond_where(within)
        .take()
}

/// Returns the groups that these users are direct members of, ordered by path.
#[boxed]
pub async fn groups_of(conn: &Conn, users: &[UserId]) -> Result<BTreeMap<UserId, Vec<Group>>> {
    let (all, column) = (group_members::Entity::find(), group_members::Column::UserId);
    let members = rows_with(conn, all, column, users.iter().map(UserId::as_uuid)).await?;
    let ids: BTreeSet<_> = members.iter().map(|row| row.group_id).collect();
    let kept = groups::Entity::find().filter(is_kept("groups"));
    let found = rows_with(conn, kept, groups::Column::Id, ids).await?;
    let found: BTreeMap<_, _> = found.into_iter().map(|row| (row.id, row)).collect();
    let mut all: BTreeMap<UserId, Vec<Group>> = BTreeMap::new();
    for member in members {
        let groups = all.entry(UserId::from_uuid(member.user_id)).or_default();
        let group = found.get(&member.group_id).cloned();
        groups.extend(group.map(Group::try_from).transpose()?);
    }
    for groups in all.values_mut() {
        groups.sort_by(|left, right| left.path.cmp(&right.path));
    }
    Ok(all)
}
