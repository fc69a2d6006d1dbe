//! Deletion of an object with all its rows, however many there are, and the way of a role to another name.
//!
//! The request deletes a batch of rows. If that were all, the object is gone. Otherwise it is marked:
//! no statement finds it any more, nothing of it is valid, and [`advance`] deletes the remaining rows in
//! batches, each in a transaction. A foreign key would delete all rows in one transaction instead.

use doorward_domain::boxed;
use doorward_domain::model::ScimSourceId;
use sea_orm::Value;
use sea_orm::sea_query::{LockBehavior, LockType};

use super::access_changes::{AccessChange, announce};
use super::former_roles;
use super::prelude::*;
use super::query::execute;
use super::roles::role_column;
use crate::entity::deletions::{ActiveModel, Column, Entity};
use crate::entity::sessions;

/// Maximum number of rows of a batch, which takes some 30 ms.
const BATCH: u64 = 500;
/// Maximum number of sessions of a batch: each may have several clients to notify.
const SESSIONS: u64 = 100;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deletion<'a> {
    User(UserId),
    Client(&'a ClientId),
    Role(&'a str),
    /// The former name of a role. Its rows get the present name, which `former_names` has.
    FormerRole(&'a str),
    /// A group without subgroups.
    Group(GroupId),
    /// An organization, by slug. Its own row is kept.
    Organization(&'a str),
    /// A custom profile field, by name.
    ProfileField(&'a str),
    ScimSource(ScimSourceId),
}

struct Kind {
    name: &'static str,
    table: &'static str,
    /// Key column of the table.
    key: &'static str,
    /// The changes that mark the row of an object: nothing of it is valid, and its names are free.
    mark: &'static str,
    /// The rows of an object, in the order of deletion: first those that others count, such as owners
    /// and holders of roles. The few others are deleted by a foreign key.
    rows: &'static [Rows],
}

/// The rows of an object that a step deletes. In a condition, `{group}` is the ID of a group as text.
enum Rows {
    /// Deletes the rows of a table that fulfil a condition.
    Delete(&'static str, &'static str),
    /// Deletes rows by a condition on the ID as text.
    DeleteByText(&'static str, &'static str),
    /// Changes the rows of a table that fulfil a condition, so that they no longer do.
    Update(&'static str, &'static str, &'static str),
    /// Deletes the sessions of a user, and enqueues their notifications.
    Sessions,
    /// Gives the assignments of a role to the one that its former name leads to.
    Assignments,
    /// Writes the present name of a role into a column with a JSON list of roles.
    Listed(&'static str, &'static str),
}

const USER: Kind = Kind {
    name: "user",
    table: "users",
    key: "id",
    mark: "deleted_at = $2, disabled_at = COALESCE(disabled_at, $2), username = NULL, \
                 username_key = NULL, username_skeleton = NULL, display_key = NULL, \
                 family_key = NULL, email = '', \
                 email_key = $3, email_verified = FALSE, unproved_since = NULL, \
                 password_hash = NULL, profile = '{}', deletion_due_at = NULL",
    rows: &[
        Rows::Delete("organization_members", "user_id = $1"),
        Rows::Delete("group_members", "user_id = $1"),
        Rows::DeleteByText(
            "role_assignments",
            "subject_kind = 'user' AND subject_id = $1",
        ),
        Rows::Update("groups", "manager_id = NULL", "manager_id = $1"),
        Rows::Delete("avatars", "user_id = $1"),
        Rows::Delete("login_failures", "user_id = $1"),
        Rows::Delete("linked_accounts", "user_id = $1"),
        Rows::Delete("passkeys", "user_id = $1"),
        Rows::Delete("pending_sign_ins", "user_id = $1"),
        Rows::Delete("email_sign_ins", "user_id = $1"),
        Rows::Delete("email_tokens", "user_id = $1"),
        Rows::Delete("trusted_devices", "user_id = $1"),
        Rows::Delete("api_keys", "user_id = $1"),
        Rows::Delete("app_passwords", "user_id = $1"),
        Rows::Delete("posix_numbers", "object_id = $1"),
        Rows::Delete("consents", "user_id = $1"),
        Rows::Delete("subject_aliases", "user_id = $1"),
        Rows::Delete("access_review_reviewers", "user_id = $1"),
        Rows::Delete("profile_values", "user_id = $1"),
        Rows::Delete("profile_values", "refers_to = $1"),
        Rows::Delete("scim_users", "user_id = $1"),
        Rows::Delete("attempts", "user_id = $1"),
        // The notifications name the clients of the grants.
        Rows::Sessions,
        Rows::Delete("grants", "user_id = $1"),
    ],
};
const CLIENT: Kind = Kind {
    name: "client",
    table: "clients",
    key: "id",
    mark: "deleted_at = $2, disabled_at = COALESCE(disabled_at, $2)",
    rows: &[
        Rows::Delete(
            "role_assignments",
            "subject_kind = 'client' AND subject_id = $1",
        ),
        Rows::Delete("saml_clients", "client_id = $1"),
        Rows::Delete("signal_streams", "client_id = $1"),
        Rows::Delete("scim_targets", "client_id = $1"),
        Rows::Delete("reference_tokens", "client_id = $1"),
        Rows::Delete("pushed_requests", "client_id = $1"),
        Rows::Delete("device_requests", "client_id = $1"),
        Rows::Delete("consents", "client_id = $1"),
        Rows::Delete("subject_aliases", "client_id = $1"),
        Rows::Delete("stats", "client_id = $1"),
        Rows::Delete("grants", "client_id = $1"),
    ],
};
const ROLE: Kind = Kind {
    name: "role",
    table: "roles",
    key: "name",
    mark: "deleted_at = $2, active = FALSE",
    rows: &[Rows::Delete("role_assignments", "role = $1")],
};
const FORMER_ROLE: Kind = Kind {
    name: "former_role",
    rows: &[
        Rows::Assignments,
        Rows::Listed("linked_accounts", "roles"),
        Rows::Listed("invitations", "access"),
    ],
    ..ROLE
};
const GROUP: Kind = Kind {
    name: "group",
    table: "groups",
    key: "id",
    mark: "deleted_at = $2, path = $3, code = NULL, manager_id = NULL, parent_id = NULL",
    rows: &[
        Rows::DeleteByText(
            "role_assignments",
            "subject_kind = 'group' AND subject_id = $1",
        ),
        Rows::Delete("group_members", "group_id = $1"),
        Rows::Delete("scim_groups", "group_id = $1"),
        Rows::Delete("posix_numbers", "object_id = $1"),
    ],
};
const ORGANIZATION: Kind = Kind {
    name: "organization",
    table: "organizations",
    key: "slug",
    mark: "deleted_at = $2, active = FALSE, domain = NULL",
    rows: &[
        Rows::Delete("role_assignments", "org = $1"),
        Rows::Delete("organization_members", "org = $1"),
        Rows::Delete("brands", "org = $1"),
        Rows::Delete("own_texts", "org = $1"),
        Rows::Delete(
            "scim_users",
            "source_id IN (SELECT id FROM scim_sources WHERE org = $1)",
        ),
        Rows::Delete(
            "scim_groups",
            "source_id IN (SELECT id FROM scim_sources WHERE org = $1)",
        ),
        Rows::Delete("scim_sources", "org = $1"),
        Rows::Delete(
            "role_assignments",
            "subject_kind = 'group' AND subject_id IN (SELECT {group} FROM groups WHERE org = $1)",
        ),
        Rows::Delete(
            "group_members",
            "group_id IN (SELECT id FROM groups WHERE org = $1)",
        ),
        Rows::Delete(
            "posix_numbers",
            "object_id IN (SELECT id FROM groups WHERE org = $1)",
        ),
        Rows::Update(
            "groups",
            "parent_id = NULL",
            "org = $1 AND parent_id IS NOT NULL",
        ),
        Rows::Delete("groups", "org = $1"),
        Rows::Update(
            "api_keys",
            "revoked_at = (SELECT deleted_at FROM organizations WHERE slug = api_keys.org)",
            "org = $1 AND revoked_at IS NULL",
        ),
    ],
};
const PROFILE_FIELD: Kind = Kind {
    name: "profile_field",
    table: "profile_fields",
    key: "name",
    mark: "deleted_at = $2",
    rows: &[Rows::Delete("profile_values", "field = $1")],
};
const SCIM_SOURCE: Kind = Kind {
    name: "scim_source",
    table: "scim_sources",
    key: "id",
    mark: "deleted_at = $2, name = $3",
    rows: &[
        Rows::Delete("scim_users", "source_id = $1"),
        Rows::Delete("scim_groups", "source_id = $1"),
    ],
};

const KINDS: [&Kind; 8] = [
    &USER,
    &CLIENT,
    &ROLE,
    &FORMER_ROLE,
    &GROUP,
    &ORGANIZATION,
    &PROFILE_FIELD,
    &SCIM_SOURCE,
];

impl Deletion<'_> {
    const fn kind(self) -> &'static Kind {
        match self {
            Self::User(_) => &USER,
            Self::Client(_) => &CLIENT,
            Self::Role(_) => &ROLE,
            Self::FormerRole(_) => &FORMER_ROLE,
            Self::Group(_) => &GROUP,
            Self::Organization(_) => &ORGANIZATION,
            Self::ProfileField(_) => &PROFILE_FIELD,
            Self::ScimSource(_) => &SCIM_SOURCE,
        }
    }

    fn text(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::ScimSource(id) => id.to_string(),
            Self::Client(id) => id.to_string(),
            Self::Role(id)
            | Self::FormerRole(id)
            | Self::Organization(id)
            | Self::ProfileField(id) => id.to_owned(),
        }
    }

    /// Returns the ID in the form of the columns that refer to it.
    fn key(self) -> Value {
        match self {
            Self::User(id) => id.as_uuid().into(),
            Self::Group(id) => id.as_uuid().into(),
            Self::ScimSource(id) => id.as_uuid().into(),
            _ => self.text().into(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    Done,
    /// The object is marked; more of its rows follow.
    Continues,
}

/// Deletes an object: at once with a few rows, otherwise it is marked, and [`advance`] deletes the
/// rest. Returns false if it does not exist. Of concurrent callers, exactly one gets true.
pub(super) async fn start(tx: &WriteTx, deletion: Deletion<'_>, now: UnixSeconds) -> Result<bool> {
    if !lock(tx, deletion).await? {
        return Ok(false);
    }
    // The row of an organization is kept, so that its slug is never reused.
    if matches!(deletion, Deletion::Organization(_)) {
        mark(tx, deletion, now).await?;
    }
    if purge(tx, deletion).await? {
        remove(tx, deletion).await?;
        return Ok(true);
    }
    mark(tx, deletion, now).await?;
    let row = ActiveModel {
        kind: Set(deletion.kind().name.to_owned()),
        id: Set(deletion.text()),
        started_at: Set(now),
    };
    insert_row(tx, row).await?;
    Ok(true)
}

/// Locks the row of an object until the end of the transaction. Returns false if there is none.
async fn lock(tx: &WriteTx, deletion: Deletion<'_>) -> Result<bool> {
    let Kind { table, key, .. } = deletion.kind();
    let backend = tx.get_database_backend();
    // SQLite has one writer.
    let lock = match backend {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    };
    let sql = format!("SELECT 1 FROM {table} WHERE {key} = $1 AND deleted_at IS NULL{lock}");
    let statement = Statement::from_sql_and_values(backend, sql, [deletion.key()]);
    Ok(tx.query_one_raw(statement).await?.is_some())
}

/// Deletes the next batch of the oldest deletion that no other process continues at the same time.
/// Returns `None` if there is none.
#[boxed]
pub async fn advance(tx: &WriteTx) -> Result<Option<Progress>> {
    let next = Entity::find()
        // Another kind, which a newer version has written, would block all others.
        .filter(is_word(
            Expr::col(Column::Kind),
            KINDS.map(|kind| kind.name),
        ))
        .order_by_asc(Column::StartedAt)
        .order_by_asc(Column::Id)
        .limit(1)
        // Until the end of the transaction; SQLite has one writer.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let Some(row) = next.one(tx.conn()).await? else {
        return Ok(None);
    };
    let client = ClientId::parse(&row.id);
    let deletion = match row.kind.as_str() {
        "user" => UserId::parse(&row.id).map(Deletion::User),
        "client" => client.as_ref().map(Deletion::Client),
        "role" => Some(Deletion::Role(&row.id)),
        "former_role" => Some(Deletion::FormerRole(&row.id)),
        "group" => GroupId::parse(&row.id).map(Deletion::Group),
        "organization" => Some(Deletion::Organization(&row.id)),
        "profile_field" => Some(Deletion::ProfileField(&row.id)),
        "scim_source" => ScimSourceId::parse(&row.id).map(Deletion::ScimSource),
        _ => None,
    };
    let Some(deletion) = deletion else {
        return Err(StoreError::Corrupt {
            table: "deletions",
            column: "kind",
            id: row.id,
        });
    };
    if !purge(tx, deletion).await? {
        return Ok(Some(Progress::Continues));
    }
    remove(tx, deletion).await?;
    Entity::delete_by_id((row.kind, row.id)).run(tx).await?;
    Ok(Some(Progress::Done))
}

/// Returns true while rows of a deleted object, or of a renamed role, remain, so that its name is not free.
#[boxed]
pub async fn is_pending<'a>(conn: &'a Conn, deletion: Deletion<'a>) -> Result<bool> {
    let kinds = match deletion {
        Deletion::Role(_) => vec![ROLE.name, FORMER_ROLE.name],
        _ => vec![deletion.kind().name],
    };
    let of_kind = Condition::all().add(is_word(Expr::col(Column::Kind), kinds));
    Entity::has(conn, of_kind.add(Column::Id.eq(deletion.text()))).await
}

/// Returns true while rows of any deleted object remain.
#[boxed]
pub async fn is_any_pending(conn: &Conn) -> Result<bool> {
    Entity::has(conn, Condition::all()).await
}

/// Returns the error for the name of a deleted object whose rows remain.
pub(super) fn name_in_use() -> StoreError {
    StoreError::Conflict {
        table: "deletions".to_owned(),
        field: "name".to_owned(),
    }
}

/// Deletes a batch of rows. Returns true if none remain.
async fn purge(tx: &WriteTx, deletion: Deletion<'_>) -> Result<bool> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // For a key that many rows have, the planner would read the table from its start, past all
        // rows that former batches have deleted.
        let by_index = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";
        tx.execute_unprepared(by_index).await?;
    }
    let backend = tx.get_database_backend();
    let mut left = BATCH;
    for rows in deletion.kind().rows {
        let limit = match rows {
            Rows::Sessions => Ord::min(left, SESSIONS),
            _ => left,
        };
        let changed = match (rows, deletion) {
            (Rows::Sessions, Deletion::User(user)) => delete_sessions(tx, user, limit).await?,
            (Rows::Sessions, _) => 0,
            (Rows::Assignments, Deletion::FormerRole(former)) => {
                let rows = first_rows(backend, "role_assignments", "role = $1", limit);
                former_roles::move_assignments(tx, former, &rows).await?
            }
            (Rows::Listed(table, column), Deletion::FormerRole(former)) => {
                let named = former_roles::listed(backend, column);
                let rows = first_rows(backend, table, &named, limit);
                former_roles::rename_listed(tx, (table, column), former, &rows).await?
            }
            _ => change(tx, rows, deletion, limit).await?,
        };
        if changed >= limit {
            return Ok(false);
        }
        left -= changed;
    }
    Ok(true)
}

async fn change(tx: &WriteTx, rows: &Rows, deletion: Deletion<'_>, limit: u64) -> Result<u64> {
    let delete = |table: &str| format!("DELETE FROM {table}");
    let (statement, table, condition, key) = match *rows {
        Rows::Delete(table, condition) => (delete(table), table, condition, deletion.key()),
        Rows::DeleteByText(table, condition) => {
            (delete(table), table, condition, deletion.text().into())
        }
        Rows::Update(table, change, condition) => {
            let update = format!("UPDATE {table} SET {change}");
            (update, table, condition, deletion.key())
        }
        Rows::Sessions | Rows::Assignments | Rows::Listed(..) => return Ok(0),
    };
    let backend = tx.get_database_backend();
    let group = role_column::text_of(backend, "groups.id");
    let rows = first_rows(backend, table, &condition.replace("{group}", &group), limit);
    execute(tx, format!("{statement} WHERE {rows}"), vec![key]).await
}

/// Returns the condition for the first rows of a table that fulfil a condition. PostgreSQL reads the
/// places of an array one by one; it may join a list of them with the whole table.
fn first_rows(backend: DbBackend, table: &str, condition: &str, limit: u64) -> String {
    match backend {
        DbBackend::Postgres => {
            format!("ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {condition} LIMIT {limit}))")
        }
        _ => format!("rowid IN (SELECT rowid FROM {table} WHERE {condition} LIMIT {limit})"),
    }
}

async fn delete_sessions(tx: &WriteTx, user: UserId, limit: u64) -> Result<u64> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.as_uuid()))
        .limit(limit)
        .all(tx.conn())
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let live = rows.iter().filter(|row| row.ended_at.is_none());
    let ended: Vec<SessionId> = live.map(|row| SessionId::from_uuid(row.id)).collect();
    announce(tx, AccessChange::SessionsEnded(&ended)).await?;
    for part in parts(rows.iter().map(|row| row.id)) {
        sessions::Entity::delete_by(tx, part.contains(Expr::col(sessions::Column::Id))).await?;
    }
    Ok(rows.len() as u64)
}

async fn mark(tx: &WriteTx, deletion: Deletion<'_>, now: UnixSeconds) -> Result<()> {
    let Kind {
        table, key, mark, ..
    } = deletion.kind();
    let sql = format!("UPDATE {table} SET {mark} WHERE {key} = $1");
    let mut values = vec![deletion.key(), now.into()];
    if sql.contains("$3") {
        // No user name, address or path of a group has this form.
        values.push(format!("deleted {}", deletion.text()).into());
    }
    execute(tx, sql, values).await.map(drop)
}

async fn remove(tx: &WriteTx, deletion: Deletion<'_>) -> Result<()> {
    if matches!(deletion, Deletion::Organization(_)) {
        return Ok(());
    }
    let Kind { table, key, .. } = deletion.kind();
    let sql = format!("DELETE FROM {table} WHERE {key} = $1");
    execute(tx, sql, vec![deletion.key()]).await.map(drop)
}

#[cfg(test)]
mod tests;
