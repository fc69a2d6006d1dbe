//! Records for later: audit events with their chain, denials, and statistics.

use doorward_domain::model::{
    AuditEvent, AuditId, AuditRecord, DenialRecord, MonthlyReport, StatCount,
};
use doorward_rules::audit_archive::AuditArchive;
use doorward_rules::audit_chain::ChainLink;
use doorward_rules::audit_stream::AuditStream;
use sea_orm::ActiveValue::Set;

use super::row::{Record, RowReader};
use super::stored::Stored as _;
use crate::error::{Result, StoreError};

table! {
    /// Audit events, kept permanently.
    audit_events(id: Uuid) => AuditEvent {
        at: i64,
        kind: String,
        actor: Option<String>,
        subject: Option<String>,
        client_id: Option<String>,
        ip: Option<String>,
        user_agent: Option<String>,
        success: bool,
        detail: Json,
        request_id: Option<String>,
    }
}

impl From<audit_events::Model> for AuditRecord {
    fn from(row: audit_events::Model) -> Self {
        Self {
            id: AuditId::from_uuid(row.id),
            at: row.at,
            kind: row.kind,
            actor: row.actor,
            subject: row.subject,
            client_id: row.client_id,
            ip: row.ip,
            user_agent: row.user_agent,
            success: row.success,
            detail: row.detail.0,
            request_id: row.request_id,
        }
    }
}

table! {
    /// The chain over the audit log.
    audit_seals(seq: i64) => ChainLink {
        day: i64,
        address_salt: Option<Bytes>,
        address_hash: Option<Bytes>,
        hash: Bytes,
    }
    renamed { event_id: Option<Uuid> => event, }
}

table! {
    /// Parts of the audit log that were moved into files.
    audit_archives(first_seq: i64) => AuditArchive {
        last_seq: i64,
        day: i64,
        before_hash: Bytes,
        last_hash: Bytes,
        events: i64,
        file: String,
        sha256: Bytes,
        signature: Bytes,
        archived_at: i64,
        deleted_at: Option<i64>,
    }
}

table! {
    /// The progress of the streams of the audit log.
    audit_streams(name: String) => AuditStream {
        position: i64,
        sent_at: Option<i64>,
        failures: i64,
        retry_at: Option<i64>,
        last_error: Option<String>,
    }
}

/// Events that are not in the chain yet, in the order of writing.
pub mod audit_waiting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_waiting")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub number: i64,
        #[sea_orm(unique)]
        pub event_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

table! {
    /// Recent denials of the JSON API, kept so that they can be explained.
    refusals(id: Uuid) => DenialRecord {
        at: i64,
        rule: String,
        actor: Option<String>,
        client_id: Option<String>,
        detail: Json,
    }
}

table! {
    /// Numbers of events by client, hour and kind. The client is empty for the whole deployment.
    stats(client_id: String, hour: i64, kind: String) {
        n: i64,
    }
}

table! {
    /// The numbers of each month.
    monthly_reports(month: i64) => MonthlyReport {
        counted_at: i64,
        figures: Json,
        apps: Json,
    }
}

impl TryFrom<stats::Model> for StatCount {
    type Error = StoreError;

    fn try_from(row: stats::Model) -> Result<Self> {
        Ok(Self {
            kind: RowReader::new("stats", &row.hour).column("kind", row.kind)?,
            client: Some(row.client_id).filter(|id| !id.is_empty()),
            hour: row.hour,
            n: row.n,
        })
    }
}

impl Record for StatCount {
    type Row = stats::ActiveModel;
}

impl TryFrom<&StatCount> for stats::ActiveModel {
    type Error = StoreError;

    fn try_from(count: &StatCount) -> Result<Self> {
        Ok(Self {
            client_id: Set(count.client.clone().unwrap_or_default()),
            hour: Set(count.hour),
            kind: Set(count.kind.write()?),
            n: Set(count.n),
        })
    }
}
