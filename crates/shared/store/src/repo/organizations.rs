//! Organizations and their members.

use doorward_domain::boxed;
use doorward_domain::model::{Member, Organization};
use doorward_rules::search;

use super::deletions::{self, Deletion};
use super::prelude::*;
pub use super::query::insert;
use crate::entity::organization_members as members;
use crate::entity::organizations::{Column, Entity};
use crate::entity::users;

/// Returns the organization with this slug, unless it was deleted.
#[boxed]
pub async fn find(conn: &Conn, slug: &str) -> Result<Option<Organization>> {
    Entity::find_by_id(slug)
        .filter(Column::DeletedAt.is_null())
        .load_one(conn)
        .await
}

/// Returns up to `limit` organizations after this slug, ordered by slug.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<Organization>> {
    Entity::find()
        .filter(Column::DeletedAt.is_null())
        .page_after(Column::Slug, after, limit)
        .load(conn)
        .await
}

/// Returns the domains of organizations, active or not, each with the slug of its organization.
#[boxed]
pub async fn list_domains(conn: &Conn) -> Result<Vec<(String, String)>> {
    let rows = Entity::find()
        .select_only()
        .column(Column::Domain)
        .column(Column::Slug)
        .filter(Column::Domain.is_not_null())
        .filter(Column::DeletedAt.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// Updates name, state and domain. Returns false if the organization does not exist.
/// Returns [`StoreError::Conflict`] for the domain of another organization.
#[boxed]
pub async fn update(tx: &WriteTx, organization: &Organization) -> Result<bool> {
    Entity::update_many()
        .value(Column::Name, organization.name.as_str())
        .value(Column::NameKey, search::key(&organization.name))
        .value(Column::Active, organization.active)
        .value(Column::Domain, organization.domain.clone())
        .value(Column::UpdatedAt, organization.updated_at)
        .filter(Column::Slug.eq(organization.slug.as_str()))
        .filter(Column::DeletedAt.is_null())
        .change_one(tx)
        .await
}

/// Updates the time of change, which locks the organization for other writers until the transaction
/// ends. Returns false if it does not exist.
#[boxed]
pub async fn touch(tx: &WriteTx, slug: &str, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::UpdatedAt, now)
        .filter(Column::Slug.eq(slug))
        .filter(Column::DeletedAt.is_null())
        .change_one(tx)
        .await
}

/// Deletes an organization with its memberships, groups and role assignments, and revokes its API keys,
/// as [`deletions`] describes; its slug can never be reused, its domain can. Returns false if it does
/// not exist.
#[boxed]
pub async fn delete(tx: &WriteTx, slug: &str, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::Organization(slug), now).await
}

/// Returns the membership of a user in an active organization, if any.
#[boxed]
pub async fn membership(conn: &Conn, slug: &str, user: UserId) -> Result<Option<Member>> {
    let active = find(conn, slug).await?.is_some_and(|find| find.active);
    if !active {
        return Ok(None);
    }
    member(conn, slug, user).await
}

/// Returns the membership of a user in an organization, active or not.
#[boxed]
pub async fn member(conn: &Conn, slug: &str, user: UserId) -> Result<Option<Member>> {
    let row = members::Entity::find_by_id((slug.to_owned(), user.as_uuid()))
        .one(conn)
        .await?;
    Ok(row.map(Member::from))
}

/// Returns the membership of a user in an organization, active or not, with the user.
#[boxed]
pub async fn member_with_user(
    conn: &Conn,
    slug: &str,
    user: UserId,
) -> Result<Option<(Member, User)>> {
    let query = members::Entity::find_by_id((slug.to_owned(), user.as_uuid()));
    Ok(with_users(conn, query).await?.pop())
}

/// Returns up to `limit` members after this ID with their users, ordered by ID.
#[boxed]
pub async fn members(
    conn: &Conn,
    slug: &str,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<(Member, User)>> {
    let after = after.map(|user| user.as_uuid());
    let query = members::Entity::find()
        .filter(members::Column::Org.eq(slug))
        .page_after(members::Column::UserId, after, limit);
    with_users(conn, query).await
}

async fn with_users(conn: &Conn, query: Select<members::Entity>) -> Result<Vec<(Member, User)>> {
    let mut query = query.into_query();
    let user = Expr::col(("organization_members", "user_id"));
    join_user(&mut query, "u_", user, None);
    let read = |row: &QueryResult| {
        let member = members::Model::from_query_result(row, "")?;
        Ok((member.into(), joined::<users::Model, _>(row, "u_")?))
    };
    read_all(conn, &query, read).await
}

pub async fn members_among(
    conn: &Conn,
    slug: &str,
    users: impl IntoIterator<Item = UserId>,
) -> Result<Vec<UserId>> {
    let all = members::Entity::find().filter(members::Column::Org.eq(slug));
    let users = users.into_iter().map(|id| id.as_uuid());
    let rows = rows_with(conn, all, members::Column::UserId, users).await?;
    Ok(rows.iter().map(user_of).collect())
}

/// Returns the organizations of a user by slug; the flag marks ownership.
#[boxed]
pub async fn of_user(conn: &Conn, user: UserId) -> Result<Vec<(String, bool)>> {
    let rows = in_kept()
        .filter(members::Column::UserId.eq(user.as_uuid()))
        .order_by_asc(members::Column::Org)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.org, row.is_owner))
        .collect())
}

/// Returns the memberships of these users, ordered by slug.
#[boxed]
pub async fn of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<(UserId, String, bool)>> {
    let ids = users.iter().map(UserId::as_uuid);
    let mut rows = rows_with(conn, in_kept(), members::Column::UserId, ids).await?;
    rows.sort_by(|left, right| left.org.cmp(&right.org));
    let read = |row: members::Model| (user_of(&row), row.org, row.is_owner);
    Ok(rows.into_iter().map(read).collect())
}

/// Selects the members of organizations that are not being deleted.
fn in_kept() -> Select<members::Entity> {
    let existing = select_one(Entity)
        .and_where(
            Expr::col((Entity, Column::Slug)).equals((members::Entity, members::Column::Org)),
        )
        .and_where(is_kept("organizations"))
        .take();
    members::Entity::find().filter(Expr::exists(existing))
}

#[boxed]
pub async fn owners(conn: &Conn, slug: &str) -> Result<Vec<UserId>> {
    let rows = members::Entity::find()
        .filter(members::Column::Org.eq(slug))
        .filter(members::Column::IsOwner.eq(true))
        .all(conn)
        .await?;
    Ok(rows.iter().map(user_of).collect())
}

const fn user_of(member: &members::Model) -> UserId {
    UserId::from_uuid(member.user_id)
}

/// A filter for organizations without an active owner; the default selects all.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnerlessFilter<'a> {
    pub slugs: Option<&'a [String]>,
    pub owner: Option<UserId>,
}

/// Returns the slugs of up to `limit` organizations of the filter that have owners, all of them disabled
/// or about to be deleted; ordered by slug. Users that are being deleted own nothing.
#[boxed]
pub async fn list_ownerless(
    conn: &Conn,
    filter: &OwnerlessFilter<'_>,
    limit: u64,
) -> Result<Vec<String>> {
    let member = |name: &'static str| Expr::col(("organization_members", name));
    let user = |name: &'static str| Expr::col(("users", name));
    let ownership = || {
        select_one("organization_members")
            .inner_join(
                "users",
                user("id").equals(("organization_members", "user_id")),
            )
            .and_where(is_kept("users"))
            .and_where(member("org").equals(("organizations", "slug")))
            .and_where(member("is_owner").eq(true))
            .take()
    };
    // Those of one owner are looked up, instead of reading all organizations.
    let owned = match filter.owner {
        None => Expr::exists(ownership()),
        Some(owner) => {
            let own = Query::select()
                .column(("organization_members", "org"))
                .from("organization_members")
                .inner_join(
                    "users",
                    user("id").equals(("organization_members", "user_id")),
                )
                .and_where(is_kept("users"))
                .and_where(member("user_id").eq(owner.as_uuid()))
                .and_where(member("is_owner").eq(true))
                .take();
            Expr::col((Entity, Column::Slug)).in_subquery(own)
        }
    };
    let mut active = ownership();
    active
        .and_where(user("disabled_at").is_null())
        .and_where(user("deletion_due_at").is_null());
    let limit = Ord::min(limit, PAGE_MAX);
    let all = Entity::find()
        .filter(Column::DeletedAt.is_null())
        .filter(owned)
        .filter(Expr::exists(active).not())
        .order_by_asc(Column::Slug)
        .limit(limit);
    let Some(slugs) = filter.slugs else {
        return all.load_column(Column::Slug, conn).await;
    };
    let mut found: Vec<String> = Vec::new();
    for part in parts(slugs.iter().map(String::as_str)) {
        let some = all.clone().filter(part.contains(Expr::col(Column::Slug)));
        found.extend(some.load_column(Column::Slug, conn).await?);
    }
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Adds a member, or changes the ownership and the end of one.
/// Returns [`StoreError::MissingReference`] if the user or the organization does not exist.
#[boxed]
pub async fn put_member(tx: &WriteTx, slug: &str, member: &Member) -> Result<()> {
    let row = members::ActiveModel {
        org: Set(slug.to_owned()),
        user_id: Set(member.user_id.as_uuid()),
        is_owner: Set(member.is_owner),
        created_at: Set(member.created_at),
        expires_at: Set(member.expires_at),
    };
    upsert_row(
        tx,
        row,
        [members::Column::Org, members::Column::UserId],
        [members::Column::IsOwner, members::Column::ExpiresAt],
    )
    .await
}

/// Returns up to `limit` memberships whose end has passed, the earliest first.
#[boxed]
pub async fn list_ended(
    conn: &Conn,
    now: UnixSeconds,
    limit: u64,
) -> Result<Vec<(String, UserId)>> {
    let rows = members::Entity::find()
        .filter(members::Column::ExpiresAt.lte(now))
        .order_by_asc(members::Column::ExpiresAt)
        .limit(limit)
        .all(conn)
        .await?;
    let read = |row: members::Model| (row.org.clone(), user_of(&row));
    Ok(rows.into_iter().map(read).collect())
}

#[boxed]
pub async fn remove_member(tx: &WriteTx, slug: &str, user: UserId) -> Result<bool> {
    members::Entity::delete_by_id((slug.to_owned(), user.as_uuid()))
        .change_one(tx)
        .await
}
