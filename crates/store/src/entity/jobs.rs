//! `jobs`: queued background work.

use doorward_domain::model::{Job, JobId, JobKind, JobSummary};
use sea_orm::ActiveValue::Set;
use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub payload_sealed: Vec<u8>,
    pub run_at: i64,
    pub attempts: i32,
    pub lease_until: Option<i64>,
    pub done_at: Option<i64>,
    pub failed_at: Option<i64>,
    pub last_error: Option<String>,
    pub created_at: i64,
    pub destination: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Job {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("jobs", &row.id);
        Ok(Self {
            id: JobId::from_uuid(row.id),
            kind: reader.read("kind", JobKind::parse(&row.kind))?,
            attempts: reader.read("attempts", u32::try_from(row.attempts).ok())?,
            payload_sealed: row.payload_sealed,
            run_at: row.run_at,
            lease_until: row.lease_until,
            created_at: row.created_at,
            destination: row.destination,
        })
    }
}

impl From<&Job> for ActiveModel {
    fn from(job: &Job) -> Self {
        Self {
            id: Set(job.id.as_uuid()),
            kind: Set(job.kind.as_str().to_owned()),
            payload_sealed: Set(job.payload_sealed.clone()),
            run_at: Set(job.run_at),
            attempts: Set(i32::try_from(job.attempts).unwrap_or(i32::MAX)),
            lease_until: Set(job.lease_until),
            done_at: Set(None),
            failed_at: Set(None),
            last_error: Set(None),
            created_at: Set(job.created_at),
            destination: Set(job.destination.clone()),
        }
    }
}

/// The columns of a job without its payload.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Summary {
    pub id: Uuid,
    pub kind: String,
    pub run_at: i64,
    pub attempts: i32,
    pub lease_until: Option<i64>,
    pub done_at: Option<i64>,
    pub failed_at: Option<i64>,
    pub last_error: Option<String>,
    pub created_at: i64,
}

impl TryFrom<Summary> for JobSummary {
    type Error = StoreError;

    fn try_from(row: Summary) -> Result<Self, StoreError> {
        let reader = RowReader::new("jobs", &row.id);
        Ok(Self {
            id: JobId::from_uuid(row.id),
            kind: reader.read("kind", JobKind::parse(&row.kind))?,
            attempts: reader.read("attempts", u32::try_from(row.attempts).ok())?,
            run_at: row.run_at,
            lease_until: row.lease_until,
            done_at: row.done_at,
            failed_at: row.failed_at,
            last_error: row.last_error,
            created_at: row.created_at,
        })
    }
}
