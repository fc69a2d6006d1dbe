//! Imports from other systems: the ids of imported objects in their source, and insertion of many
//! rows at once.

use std::collections::{HashMap, HashSet};

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::imported_records::{ActiveModel, Column, Entity};
use crate::entity::{group_members, linked_accounts, users};

pub use super::value_list::insert_all;
pub use crate::entity::imported_records::Model as ImportedRecord;

/// Number of users that one transaction imports.
pub const BATCH: usize = 500;

/// Returns the imported objects with these ids in the source, by that id.
pub async fn find(
    conn: &Conn,
    source: &str,
    kind: &str,
    old_ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, ImportedRecord>> {
    let of_kind = Entity::find()
        .filter(Column::Source.eq(source))
        .filter(Column::Kind.eq(kind));
    let rows = rows_with(conn, of_kind, Column::OldId, old_ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.old_id.clone(), row))
        .collect())
}

/// Returns up to `limit` imported users of a source after this id in the source, in its order.
#[boxed]
pub async fn list_users(
    conn: &Conn,
    source: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<ImportedRecord>> {
    let of_source = Entity::find()
        .filter(Column::Source.eq(source))
        .filter(Column::Kind.eq("user"))
        .apply_if(after, |query, after| query.filter(Column::OldId.gt(after)))
        .order_by_asc(Column::OldId)
        .limit(Ord::min(limit, PAGE_MAX));
    Ok(of_source.all(conn).await?)
}

/// Stores what the source has given to an imported object. Returns false if it was not imported.
#[boxed]
pub async fn update_applied(tx: &WriteTx, record: &ImportedRecord) -> Result<bool> {
    Entity::update_many()
        .value(Column::Applied, record.applied.clone())
        .filter(Column::Source.eq(record.source.as_str()))
        .filter(Column::Kind.eq(record.kind.as_str()))
        .filter(Column::OldId.eq(record.old_id.as_str()))
        .change_one(tx)
        .await
}

/// Returns all imported objects of a source except users.
#[boxed]
pub async fn list_catalog(conn: &Conn, source: &str) -> Result<Vec<ImportedRecord>> {
    let of_source = Entity::find().filter(Column::Source.eq(source));
    Ok(of_source.filter(Column::Kind.ne("user")).all(conn).await?)
}

/// Returns up to `limit` imported objects after this key (source, kind and old id), in the order of
/// the key; with `source`, only those of that source.
#[boxed]
pub async fn list(
    conn: &Conn,
    source: Option<&str>,
    after: Option<&ImportedRecord>,
    limit: u64,
) -> Result<Vec<ImportedRecord>> {
    let key = [Column::Source, Column::Kind, Column::OldId];
    let later = after.map(|after| {
        let last =
            [&after.source, &after.kind, &after.old_id].map(|text| Expr::value(text.as_str()));
        Expr::tuple(key.map(Column::into_expr)).gt(Expr::tuple(last))
    });
    let all = Entity::find()
        .filter(Condition::all().add_option(later))
        .order_by_asc(Column::Source)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::OldId)
        .limit(Ord::min(limit, PAGE_MAX))
        .apply_if(source, |query, source| {
            query.filter(Column::Source.eq(source))
        });
    Ok(all.all(conn).await?)
}

/// Records imported objects.
/// Returns [`StoreError::Conflict`] if one of them was imported already.
#[boxed]
pub async fn insert(tx: &WriteTx, records: &[ImportedRecord]) -> Result<()> {
    let rows = records.iter().cloned().map(ActiveModel::from);
    insert_rows(tx, rows, None).await
}

/// The keys of users that are in use.
#[derive(Clone, Debug, Default)]
pub struct UserKeys {
    pub names: HashSet<String>,
    pub skeletons: HashSet<String>,
    /// Keys of e-mail addresses.
    pub emails: HashSet<String>,
    pub ids: HashSet<UserId>,
    /// Users by their verified address.
    pub verified: HashMap<String, UserId>,
}

impl UserKeys {
    fn add(&mut self, rows: Vec<users::Model>) {
        for row in rows {
            self.names.extend(row.username_key);
            self.skeletons.extend(row.username_skeleton);
            let id = UserId::from_uuid(row.id);
            if row.email_verified {
                self.verified.insert(row.email_key.clone(), id);
            }
            self.emails.insert(row.email_key);
            self.ids.insert(id);
        }
    }
}

/// Returns the keys in use by users who have one of these keys.
#[boxed]
pub async fn users_with(conn: &Conn, wanted: &UserKeys) -> Result<UserKeys> {
    let mut found = UserKeys::default();
    for (column, texts) in [
        (users::Column::UsernameKey, &wanted.names),
        (users::Column::UsernameSkeleton, &wanted.skeletons),
        (users::Column::EmailKey, &wanted.emails),
    ] {
        let texts = texts.iter().map(String::as_str);
        found.add(rows_with(conn, users::Entity::find(), column, texts).await?);
    }
    let ids = wanted.ids.iter().map(UserId::as_uuid);
    found.add(rows_with(conn, users::Entity::find(), users::Column::Id, ids).await?);
    Ok(found)
}

/// Returns the linked accounts (issuer and subject) in use among these.
#[boxed]
pub async fn links_with(
    conn: &Conn,
    wanted: &[(String, String)],
) -> Result<HashSet<(String, String)>> {
    let (all, column) = (
        linked_accounts::Entity::find(),
        linked_accounts::Column::Subject,
    );
    let subjects = wanted.iter().map(|(_, subject)| subject.as_str());
    let rows = rows_with(conn, all, column, subjects).await?;
    let links = rows.into_iter().map(|row| (row.issuer, row.subject));
    Ok(links.collect())
}

#[boxed]
pub async fn insert_members(
    tx: &WriteTx,
    all: &[(GroupId, UserId)],
    now: UnixSeconds,
) -> Result<()> {
    let rows = all.iter().map(|(group, user)| group_members::ActiveModel {
        group_id: Set(group.as_uuid()),
        user_id: Set(user.as_uuid()),
        created_at: Set(now),
    });
    insert_rows(tx, rows, None).await
}
