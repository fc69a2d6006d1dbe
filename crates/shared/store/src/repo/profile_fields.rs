//! Custom profile fields of the deployment, and the values of users.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::{FieldValues, ProfileField};
use serde_json::Value;
use uuid::Uuid;

use super::deletions::{self, Deletion};
use super::prelude::*;
use crate::entity::profile_fields::{ActiveModel, Column, Entity};
use crate::entity::profile_values;
use crate::entity::row::RowReader;

/// Returns all fields, in the order of their creation. There are few.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<ProfileField>> {
    let all = Entity::find()
        .filter(is_kept("profile_fields"))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Name);
    all.load(conn).await
}

#[boxed]
pub async fn find(conn: &Conn, name: &str) -> Result<Option<ProfileField>> {
    let field = Entity::find_by_id(name).filter(is_kept("profile_fields"));
    field.load_one(conn).await
}

/// Inserts a field, or replaces the one with this name.
/// Returns [`StoreError::Conflict`] on `name` while a deleted field with this name still has values.
#[boxed]
pub async fn upsert(tx: &WriteTx, field: &ProfileField) -> Result<()> {
    if deletions::is_pending(tx, Deletion::ProfileField(&field.name)).await? {
        return Err(deletions::name_in_use());
    }
    upsert_row(
        tx,
        ActiveModel::try_from(field)?,
        [Column::Name],
        [
            Column::Label,
            Column::Kind,
            Column::EditableBy,
            Column::VisibleTo,
            Column::UpdatedAt,
        ],
    )
    .await
}

/// Deletes a field with the values of all users, as [`deletions`] describes. Returns false if it does
/// not exist.
#[boxed]
pub async fn delete(tx: &WriteTx, name: &str, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::ProfileField(name), now).await
}

#[boxed]
pub async fn values_of(conn: &Conn, user: UserId) -> Result<FieldValues> {
    let mut values = values_of_users(conn, &[user]).await?;
    Ok(values.remove(&user).unwrap_or_default())
}

/// Returns the values of these users. Users without a value are absent.
#[boxed]
pub async fn values_of_users(
    conn: &Conn,
    users: &[UserId],
) -> Result<BTreeMap<UserId, FieldValues>> {
    let mut found: BTreeMap<UserId, FieldValues> = BTreeMap::new();
    let (all, column) = (
        profile_values::Entity::find(),
        profile_values::Column::UserId,
    );
    for row in rows_with(conn, all, column, users.iter().map(UserId::as_uuid)).await? {
        let reader = RowReader::new("profile_values", &row.user_id);
        let value: Value = reader.json("value", &row.value)?;
        let values = found.entry(UserId::from_uuid(row.user_id)).or_default();
        values.insert(row.field, value);
    }
    Ok(found)
}

#[derive(Clone, PartialEq, Default, Debug)]
pub struct FieldsOfUser {
    pub values: FieldValues,
    /// Users that values refer to, by field.
    pub references: BTreeMap<String, UserId>,
}

impl FieldsOfUser {
    fn add(&mut self, field: String, value: &str, other: Option<Uuid>) -> Result<()> {
        let value = RowReader::new("profile_values", &field).json("value", value)?;
        if let Some(other) = other {
            let other = UserId::from_uuid(other);
            self.references.insert(field.clone(), other);
        }
        self.values.insert(field, value);
        Ok(())
    }
}

/// Returns the values of a user, and the users that they refer to.
#[boxed]
pub async fn of_user(conn: &Conn, user: UserId) -> Result<FieldsOfUser> {
    let rows = profile_values::Entity::find()
        .filter(profile_values::Column::UserId.eq(user.as_uuid()))
        .all(conn)
        .await?;
    let mut fields = FieldsOfUser::default();
    for row in rows {
        fields.add(row.field, &row.value, row.refers_to)?;
    }
    Ok(fields)
}

/// Returns a column that [`read_column`] reads, for the user in the column `user`.
pub(super) fn column(backend: DbBackend, user: &str) -> Expr {
    let (list, tuple, other) = match backend {
        DbBackend::Postgres => ("json_agg", "json_build_array", "v.refers_to"),
        // SQLite stores the 16 bytes.
        _ => ("json_group_array", "json_array", "hex(v.refers_to)"),
    };
    Expr::cust(format!(
        "(SELECT CAST({list}({tuple}(v.field, v.value, {other})) AS text) \
         FROM profile_values v WHERE v.user_id = {user})"
    ))
}

/// Reads a column made by [`column`].
pub(super) fn read_column(row: &QueryResult, name: &str) -> Result<FieldsOfUser> {
    type Field = (String, String, Option<String>);
    let text: Option<String> = row.try_get("", name)?;
    // PostgreSQL writes `null` for an empty list.
    let text = text.unwrap_or_else(|| "[]".to_owned());
    let found: Vec<Field> = RowReader::new("profile_values", &"a user's").json("value", &text)?;
    let mut fields = FieldsOfUser::default();
    for (field, value, other) in found {
        let other = other.and_then(|other| Uuid::try_parse(&other).ok());
        fields.add(field, &value, other)?;
    }
    Ok(fields)
}

/// Returns up to `limit` values of other users that refer to this one: each user with the name of the
/// field.
#[boxed]
pub async fn list_referring(
    conn: &Conn,
    user: UserId,
    limit: u64,
) -> Result<Vec<(UserId, String)>> {
    let rows = profile_values::Entity::find()
        .filter(profile_values::Column::RefersTo.eq(user.as_uuid()))
        .order_by_asc(profile_values::Column::UserId)
        .order_by_asc(profile_values::Column::Field)
        .limit(limit)
        .all(conn)
        .await?;
    let value = |row: profile_values::Model| (UserId::from_uuid(row.user_id), row.field);
    Ok(rows.into_iter().map(value).collect())
}

/// Stores a value. `refers_to` is the user that it refers to, if the field has the type `user`.
#[boxed]
pub async fn put_value(
    tx: &WriteTx,
    user: UserId,
    field: &str,
    value: &Value,
    refers_to: Option<UserId>,
) -> Result<()> {
    let row = profile_values::ActiveModel {
        user_id: Set(user.as_uuid()),
        field: Set(field.to_owned()),
        value: Set(to_json(value)?),
        refers_to: Set(refers_to.map(|user| user.as_uuid())),
    };
    let key = [
        profile_values::Column::UserId,
        profile_values::Column::Field,
    ];
    let changed = [
        profile_values::Column::Value,
        profile_values::Column::RefersTo,
    ];
    upsert_row(tx, row, key, changed).await
}

#[boxed]
pub async fn delete_value(tx: &WriteTx, user: UserId, field: &str) -> Result<()> {
    profile_values::Entity::delete_by_id((user.as_uuid(), field.to_owned()))
        .run(tx)
        .await
}
