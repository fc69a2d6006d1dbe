//! `bulk_changes`: bulk changes of users.

use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkSelection, BulkState, GroupId, StopReason,
    SubjectKind,
};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub starter_kind: String,
    pub starter: String,
    pub org: Option<String>,
    pub client_id: Option<String>,
    pub action: String,
    pub group_id: Option<Uuid>,
    pub users: Option<String>,
    pub filter: Option<String>,
    pub total: Option<i64>,
    pub cursor: Option<String>,
    pub done: i64,
    pub failed: i64,
    pub state: String,
    pub stop_reason: Option<String>,
    pub lease_until: i64,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for BulkChange {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("bulk_changes", &row.id);
        let count = |column, number: i64| reader.read(column, u64::try_from(number).ok());
        let selection = match (&row.users, row.filter) {
            (Some(users), _) => BulkSelection::Users(reader.json("users", users)?),
            (None, filter) => BulkSelection::Filter(reader.read("filter", filter)?),
        };
        let total = row.total.map(|total| count("total", total)).transpose()?;
        let stop_reason = row
            .stop_reason
            .map(|reason| reader.read("stop_reason", StopReason::parse(&reason)))
            .transpose()?;
        Ok(Self {
            id: BulkChangeId::from_uuid(row.id),
            starter_kind: reader.read("starter_kind", SubjectKind::parse(&row.starter_kind))?,
            action: reader.read("action", BulkAction::parse(&row.action))?,
            group: row.group_id.map(GroupId::from_uuid),
            done: count("done", row.done)?,
            failed: count("failed", row.failed)?,
            state: reader.read("state", BulkState::parse(&row.state))?,
            selection,
            total,
            stop_reason,
            starter: row.starter,
            org: row.org,
            client_id: row.client_id,
            cursor: row.cursor,
            lease_until: row.lease_until,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    }
}

/// Returns a number for its column.
pub fn column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl TryFrom<&BulkChange> for ActiveModel {
    type Error = StoreError;

    fn try_from(change: &BulkChange) -> Result<Self, StoreError> {
        let (users, filter) = match &change.selection {
            BulkSelection::Users(users) => (Some(to_json(users)?), None),
            BulkSelection::Filter(filter) => (None, Some(filter.clone())),
        };
        let reason = change.stop_reason.map(StopReason::as_str);
        Ok(Self {
            id: Set(change.id.as_uuid()),
            starter_kind: Set(change.starter_kind.as_str().to_owned()),
            starter: Set(change.starter.clone()),
            org: Set(change.org.clone()),
            client_id: Set(change.client_id.clone()),
            action: Set(change.action.as_str().to_owned()),
            group_id: Set(change.group.map(|id| id.as_uuid())),
            users: Set(users),
            filter: Set(filter),
            total: Set(change.total.map(column)),
            cursor: Set(change.cursor.clone()),
            done: Set(column(change.done)),
            failed: Set(column(change.failed)),
            state: Set(change.state.as_str().to_owned()),
            stop_reason: Set(reason.map(str::to_owned)),
            lease_until: Set(change.lease_until),
            created_at: Set(change.created_at),
            ended_at: Set(change.ended_at),
        })
    }
}
