//! Background work, and what the deployment stores for itself.

use doorward_domain::keys::KeyRecord;
use doorward_domain::model::signals::{NewSignal, Signal, SignalStream};
use doorward_domain::model::{
    Approval, BulkChange, BulkFailure, BulkSelection, CampaignTarget, FactorCampaign,
    FactorException, Job, JobSummary, ManagedObject, UserId,
};
use doorward_domain::secret::KeptKeyRecord;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::DerivePartialModel;
use sea_orm::prelude::Uuid;

use super::row::RowReader;
use super::stored::Stored as _;
use crate::error::{Result, StoreError};

table! {
    jobs(id: Uuid) => Job {
        kind: String,
        payload_sealed: Bytes,
        run_at: i64,
        attempts: i32,
        lease_until: Option<i64>,
        created_at: i64,
        destination: Option<String>,
    }
    write |_job| {
        done_at: Option<i64> = Set(None),
        failed_at: Option<i64> = Set(None),
        last_error: Option<String> = Set(None),
    }
}

/// The columns of a job without its payload.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "jobs::Entity")]
pub struct JobColumns {
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

impl TryFrom<JobColumns> for JobSummary {
    type Error = StoreError;

    fn try_from(row: JobColumns) -> Result<Self> {
        let reader = RowReader::new("jobs", &row.id);
        Ok(Self {
            id: reader.column("id", row.id)?,
            kind: reader.column("kind", row.kind)?,
            attempts: reader.column("attempts", row.attempts)?,
            run_at: row.run_at,
            lease_until: row.lease_until,
            done_at: row.done_at,
            failed_at: row.failed_at,
            last_error: row.last_error,
            created_at: row.created_at,
        })
    }
}

table! {
    bulk_changes(id: Uuid) => BulkChange {
        starter_kind: String,
        starter: String,
        org: Option<String>,
        client_id: Option<String>,
        action: String,
        total: Option<i64>,
        cursor: Option<String>,
        done: i64,
        failed: i64,
        state: String,
        stop_reason: Option<String>,
        lease_until: i64,
        created_at: i64,
        ended_at: Option<i64>,
        email_domains: Option<Json>,
        notify: bool,
        keep_access: bool,
    }
    renamed { group_id: Option<Uuid> => group, }
    write |change| {
        users: Option<Json> = Set(match &change.selection {
            BulkSelection::Users(users) => Some(users.write()?),
            BulkSelection::Filter(_) => None,
        }),
        filter: Option<String> = Set(match &change.selection {
            BulkSelection::Users(_) => None,
            BulkSelection::Filter(filter) => Some(filter.clone()),
        }),
    }
    read |row, reader| {
        selection: match &row.users {
            Some(users) => BulkSelection::Users(reader.column("users", users.clone())?),
            None => BulkSelection::Filter(reader.read("filter", row.filter.clone())?),
        },
    }
}

table! {
    /// Users that a bulk change could not change.
    bulk_failures(change_id: Uuid, user_id: Uuid) {
        reason: String,
    }
}

impl From<bulk_failures::Model> for BulkFailure {
    fn from(row: bulk_failures::Model) -> Self {
        Self {
            user: UserId::from_uuid(row.user_id),
            reason: row.reason,
        }
    }
}

table! {
    /// Campaigns, which require a second factor of users from a date.
    factor_campaigns(id: Uuid) => FactorCampaign {
        starts_at: i64,
        reminders: Json,
        reminder_due_at: Option<i64>,
        created_at: i64,
        ended_at: Option<i64>,
    }
    renamed { reminded_id: Option<Uuid> => reminded, }
    write |campaign| {
        org: Option<String> = Set(match &campaign.target {
            CampaignTarget::Organization(org) => Some(org.clone()),
            CampaignTarget::All | CampaignTarget::Group(_) => None,
        }),
        group_id: Option<Uuid> = Set(match &campaign.target {
            CampaignTarget::Group(group) => Some(group.as_uuid()),
            CampaignTarget::All | CampaignTarget::Organization(_) => None,
        }),
    }
    read |row, reader| {
        target: match (row.group_id, &row.org) {
            (Some(group), _) => CampaignTarget::Group(reader.column("group_id", group)?),
            (None, Some(org)) => CampaignTarget::Organization(org.clone()),
            (None, None) => CampaignTarget::All,
        },
    }
}

table! {
    /// Requests for the approval of changes.
    approvals(id: Uuid) => Approval {
        name: String,
        author: Option<String>,
        is_plan: bool,
        marks: String,
        text: String,
        source: Option<String>,
        state: String,
        created_at: i64,
        ends_at: i64,
        decided_by: Option<String>,
        decided_at: Option<i64>,
    }
}

table! {
    /// Objects that files describe.
    managed_objects(id: String) => ManagedObject {
        kind: String,
        subject: String,
        file: String,
        source: Option<String>,
        applied_at: i64,
    }
}

table! {
    /// Exceptions of users from all campaigns.
    factor_exceptions(user_id: Uuid) => FactorException {
        reason: String,
        created_at: i64,
    }
    renamed { excepted_until: i64 => until, }
}

table! {
    /// The last success of each step of the cleanup.
    cleanup_steps(step: String) {
        first_at: i64,
        last_at: i64,
        succeeded_at: Option<i64>,
    }
}

table! {
    /// Deleted objects with rows that are not deleted yet.
    deletions(kind: String, id: String) {
        started_at: i64,
    }
}

table! {
    /// Work that only one process does at a time.
    leases(name: String) {
        expires_at: i64,
    }
}

table! {
    /// Creation requests with their responses.
    idempotency_keys(key_hash: Bytes) {
        fingerprint: Bytes,
        answer_sealed: Option<Bytes>,
        created_at: i64,
    }
}

table! {
    /// Objects that were imported from other systems, by their ID in the source.
    imported_records(source: String, kind: String, old_id: String) {
        /// ID here.
        new_id: String,
        imported_at: i64,
        /// JSON of what the source has given to a user: names, no values.
        applied: Option<String>,
    }
}

table! {
    /// The inbox of a development instance.
    dev_mail(id: Uuid) {
        recipient: String,
        subject: String,
        /// Plain text part.
        text: String,
        /// HTML part.
        html: String,
        sent_at: i64,
    }
}

table! {
    /// Single values stored by the deployment.
    settings(key: String) {
        value: String,
    }
}

table! {
    /// The numbers of changes of registries, which triggers count.
    registry_versions(name: String) {
        version: i64,
    }
}

table! {
    /// Keys that are kept of former secret keys.
    kept_keys(id: String) => KeptKeyRecord {
        kept_at: i64,
        expires_at: Option<i64>,
        last_link: Option<i64>,
        sealed: Bytes,
    }
}

table! {
    /// Signing keys with sealed private keys.
    signing_keys(kid: String) => KeyRecord {
        algorithm: String,
        public_jwk: String,
        private_sealed: Bytes,
        created_at: i64,
        active_at: i64,
        retired_at: Option<i64>,
    }
}

/// Signals to receivers, in the order of writing.
pub mod signals {
    use sea_orm::entity::prelude::*;

    use crate::entity::stored::Json;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signals")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub number: i64,
        pub id: Uuid,
        /// None until it gets its place, after the commit of its change.
        pub position: Option<i64>,
        pub at: Option<i64>,
        pub event: String,
        pub subject: Json,
        pub detail: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<&NewSignal> for signals::ActiveModel {
    type Error = StoreError;

    fn try_from(signal: &NewSignal) -> Result<Self> {
        Ok(Self {
            number: NotSet,
            id: Set(signal.id.as_uuid()),
            position: Set(None),
            at: Set(None),
            event: Set(signal.event.as_str().to_owned()),
            subject: Set(signal.subject.write()?),
            detail: Set(signal.detail.write()?),
        })
    }
}

impl TryFrom<signals::Model> for Signal {
    type Error = StoreError;

    fn try_from(row: signals::Model) -> Result<Self> {
        let reader = RowReader::new("signals", &row.number);
        Ok(Self {
            id: reader.column("id", row.id)?,
            position: reader.needed("position", row.position)?,
            at: reader.needed("at", row.at)?,
            event: reader.column("event", row.event)?,
            subject: reader.column("subject", row.subject)?,
            detail: reader.column("detail", row.detail)?,
        })
    }
}

table! {
    /// Streams of signals.
    signal_streams(id: String) => SignalStream {
        client_id: String,
        settings: Json,
        authorization_sealed: Option<Bytes>,
        position: i64,
        created_at: i64,
        used_at: i64,
        failures: i64,
        retry_at: Option<i64>,
        last_error: Option<String>,
    }
    write |stream| {
        /// For the search of streams that push: the settings have no index.
        is_push: bool = Set(stream.is_push()),
    }
}
