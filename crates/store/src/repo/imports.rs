//! Imports from other systems: the ids of imported objects in their source, and insertion of many
//! rows at once.

use std::collections::{HashMap, HashSet};

use doorward_domain::model::{
    Assignment, AuditEvent, GroupId, LinkedAccount, TotpFactor, User, UserId,
};
use sea_orm::ActiveValue::NotSet;

use super::prelude::*;
use crate::entity::imported_records::{ActiveModel, Column, Entity};
use crate::entity::{
    audit_events, audit_waiting, group_members, linked_accounts, role_assignments, totp_factors,
    users,
};

pub use crate::entity::imported_records::Model as ImportedRecord;

/// Number of users that one transaction imports.
pub const BATCH: usize = 500;

/// Returns the ids here of these ids in the source.
pub async fn find(
    conn: &Conn,
    source: &str,
    kind: &str,
    old_ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for part in parts(old_ids) {
        let rows = Entity::find()
            .filter(Column::Source.eq(source))
            .filter(Column::Kind.eq(kind))
            .filter(part.contains(Expr::col(Column::OldId)))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.old_id, row.new_id)));
    }
    Ok(found)
}

/// Returns all imported objects of a source except users.
pub async fn list_catalog(conn: &Conn, source: &str) -> Result<Vec<ImportedRecord>> {
    let of_source = Entity::find().filter(Column::Source.eq(source));
    Ok(of_source.filter(Column::Kind.ne("user")).all(conn).await?)
}

/// Returns up to `limit` imported objects after this key (source, kind and old id), in the order of
/// the key; with `source`, only those of that source.
pub async fn list(
    conn: &Conn,
    source: Option<&str>,
    after: Option<&ImportedRecord>,
    limit: u64,
) -> Result<Vec<ImportedRecord>> {
    let mut query = Entity::find()
        .order_by_asc(Column::Source)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::OldId)
        .limit(Ord::min(limit, PAGE_MAX))
        .apply_if(source, |query, source| {
            query.filter(Column::Source.eq(source))
        });
    if let Some(after) = after {
        let source = after.source.as_str();
        let kind = after.kind.as_str();
        let same_kind = Condition::all()
            .add(Column::Source.eq(source))
            .add(Column::Kind.eq(kind))
            .add(Column::OldId.gt(after.old_id.as_str()));
        let same_source = Condition::all()
            .add(Column::Source.eq(source))
            .add(Column::Kind.gt(kind));
        let later = Condition::any()
            .add(Column::Source.gt(source))
            .add(same_source)
            .add(same_kind);
        query = query.filter(later);
    }
    Ok(query.all(conn).await?)
}

/// Records imported objects.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if one of them was imported already.
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
}

/// Returns the keys in use by users who have one of these keys.
pub async fn users_with(conn: &Conn, wanted: &UserKeys) -> Result<UserKeys> {
    let mut found = UserKeys::default();
    let lists = [
        (
            users::Column::UsernameKey,
            parts(wanted.names.iter().cloned()),
        ),
        (
            users::Column::UsernameSkeleton,
            parts(wanted.skeletons.iter().cloned()),
        ),
        (
            users::Column::EmailKey,
            parts(wanted.emails.iter().cloned()),
        ),
        (
            users::Column::Id,
            parts(wanted.ids.iter().map(UserId::as_uuid)),
        ),
    ];
    for (column, part) in lists
        .iter()
        .flat_map(|(column, parts)| parts.iter().map(move |part| (*column, part)))
    {
        let having = users::Entity::find().filter(part.contains(Expr::col(column)));
        for row in having.all(conn).await? {
            found.names.extend(row.username_key);
            found.skeletons.extend(row.username_skeleton);
            found.emails.insert(row.email_key);
            found.ids.insert(UserId::from_uuid(row.id));
        }
    }
    Ok(found)
}

/// Returns the linked accounts (issuer and subject) in use among these.
pub async fn links_with(
    conn: &Conn,
    wanted: &[(String, String)],
) -> Result<HashSet<(String, String)>> {
    let mut found = HashSet::new();
    for part in parts(wanted.iter().map(|(_, subject)| subject.clone())) {
        let rows = linked_accounts::Entity::find()
            .filter(part.contains(Expr::col(linked_accounts::Column::Subject)))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.issuer, row.subject)));
    }
    Ok(found)
}

/// Inserts users.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if a name, an address or an id is in use.
pub async fn insert_users(tx: &WriteTx, all: &[User]) -> Result<()> {
    insert_models::<users::ActiveModel, _>(tx, all, None).await
}

/// Inserts authenticator apps of new users.
pub async fn insert_factors(tx: &WriteTx, all: &[TotpFactor]) -> Result<()> {
    insert_models::<totp_factors::ActiveModel, _>(tx, all, None).await
}

/// Inserts linked accounts of new users.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another user has one of them.
pub async fn insert_links(tx: &WriteTx, all: &[LinkedAccount]) -> Result<()> {
    insert_models::<linked_accounts::ActiveModel, _>(tx, all, None).await
}

/// Inserts assignments of roles to new subjects.
///
/// # Errors
/// Returns [`StoreError::MissingReference`] if a role does not exist.
pub async fn insert_assignments(tx: &WriteTx, all: &[Assignment]) -> Result<()> {
    insert_models::<role_assignments::ActiveModel, _>(tx, all, None).await
}

/// Adds new users to groups.
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

/// Inserts audit events, which then wait for their links in the chain.
pub async fn insert_events(tx: &WriteTx, all: &[AuditEvent]) -> Result<()> {
    insert_models::<audit_events::ActiveModel, _>(tx, all, None).await?;
    let waiting = all.iter().map(|event| audit_waiting::ActiveModel {
        number: NotSet,
        event_id: Set(event.id.as_uuid()),
    });
    insert_rows(tx, waiting, None).await
}
