//! Sources that provision by SCIM, and their names for users and groups.

use doorward_domain::model::scim::{ScimGroup, ScimSource, ScimTarget, ScimUser};
use doorward_rules::search;
use sea_orm::ActiveValue::{NotSet, Set};

use super::row::RowReader;
use super::stored::Stored as _;
use crate::error::{Result, StoreError};

table! {
    scim_sources(id: Uuid) => ScimSource {
        name: String,
        org: Option<String>,
        token_hash: Bytes,
        verifies_email: bool,
        created_by: Option<String>,
        created_at: i64,
        used_at: Option<i64>,
        expires_at: Option<i64>,
    }
    write |_source| {
        deleted_at: Option<i64> = NotSet,
    }
}

table! {
    scim_targets(client_id: String) => ScimTarget {
        url: String,
        is_operator_url: bool,
        token_sealed: Bytes,
        users: String,
        has_groups: bool,
        is_paused: bool,
        position: i64,
        is_full_due: bool,
        full_at: Option<i64>,
        ran_at: Option<i64>,
        report: String,
        failures: i64,
        retry_at: Option<i64>,
        last_error: Option<String>,
        created_by: Option<String>,
        created_at: i64,
    }
}

table! {
    scim_users(source_id: Uuid, user_id: Uuid) {
        user_name: Option<String>,
        user_key: Option<String>,
        external_id: Option<String>,
        is_own: bool,
        state: String,
        created_at: i64,
    }
}

table! {
    scim_groups(source_id: Uuid, group_id: Uuid) {
        display_name: Option<String>,
        display_key: Option<String>,
        external_id: Option<String>,
        is_own: bool,
        created_at: i64,
    }
}

impl TryFrom<scim_users::Model> for ScimUser {
    type Error = StoreError;

    fn try_from(row: scim_users::Model) -> Result<Self> {
        let reader = RowReader::new("scim_users", &row.user_id);
        Ok(Self {
            source_id: reader.column("source_id", row.source_id)?,
            user_id: reader.column("user_id", row.user_id)?,
            user_name: row.user_name,
            external_id: row.external_id,
            is_own: row.is_own,
            state: reader.column("state", row.state)?,
            created_at: row.created_at,
        })
    }
}

impl TryFrom<&ScimUser> for scim_users::ActiveModel {
    type Error = StoreError;

    fn try_from(label: &ScimUser) -> Result<Self> {
        Ok(Self {
            source_id: Set(label.source_id.as_uuid()),
            user_id: Set(label.user_id.as_uuid()),
            user_key: Set(label.user_name.as_deref().map(search::key)),
            user_name: Set(label.user_name.clone()),
            external_id: Set(label.external_id.clone()),
            is_own: Set(label.is_own),
            state: Set(label.state.write()?),
            created_at: Set(label.created_at),
        })
    }
}

impl TryFrom<scim_groups::Model> for ScimGroup {
    type Error = StoreError;

    fn try_from(row: scim_groups::Model) -> Result<Self> {
        let reader = RowReader::new("scim_groups", &row.group_id);
        Ok(Self {
            source_id: reader.column("source_id", row.source_id)?,
            group_id: reader.column("group_id", row.group_id)?,
            display_name: row.display_name,
            external_id: row.external_id,
            is_own: row.is_own,
            created_at: row.created_at,
        })
    }
}

impl From<&ScimGroup> for scim_groups::ActiveModel {
    fn from(label: &ScimGroup) -> Self {
        Self {
            source_id: Set(label.source_id.as_uuid()),
            group_id: Set(label.group_id.as_uuid()),
            display_key: Set(label.display_name.as_deref().map(search::key)),
            display_name: Set(label.display_name.clone()),
            external_id: Set(label.external_id.clone()),
            is_own: Set(label.is_own),
            created_at: Set(label.created_at),
        }
    }
}
