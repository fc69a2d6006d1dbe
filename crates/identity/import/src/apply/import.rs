//! An import with everything that it needs, and its failures.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::source_change::SourceChange;
use doorward_domain::credentials::password::HashParams;
use doorward_domain::derived_keys::{ProviderKey, RecoveryKey, TotpKey};
use doorward_domain::model::id::AssignmentId;
use doorward_domain::model::{Assignment, AuditEvent, AuditKind, SubjectKind};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::StoreError;
use doorward_store::repo::imports::ImportedRecord;

use crate::item::Kind;
use crate::options::ImportOptions;
use crate::plan::guard::Excess;
use crate::read::ReadError;
use crate::sync::{AppliedState, Comparison};

/// The failure of an import. Batches before it are kept; another run continues.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A role named by an option does not exist.
    #[error("the role {0:?} does not exist; see `doorward role list`")]
    UnknownRole(String),
    #[error("the group {0:?} does not exist; create it with `doorward group create`")]
    UnknownGroup(String),
    #[error("the organization {0:?} does not exist; create it with `doorward org create`")]
    UnknownOrganization(String),
    /// A user, client or role was created by another process meanwhile.
    #[error("another process changed users during the import; run it again to continue")]
    Overtaken,
    /// The file would change more users than one run may. Nothing was changed.
    #[error("{0}")]
    Excess(Excess),
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An administrative operation failed.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

/// An import into a deployment.
#[derive(Debug)]
pub struct Import<'a> {
    pub operator: AdminContext<'a>,
    pub options: &'a ImportOptions,
    /// Comparison with the users that an earlier run has imported; `None` leaves them alone.
    pub comparison: Option<&'a Comparison>,
    pub issuer: &'a str,
    pub totp_key: TotpKey,
    /// Key of the hashes of backup codes.
    pub recovery_key: RecoveryKey,
    /// Key of provider secrets.
    pub provider_key: ProviderKey,
    pub hashing: HashParams,
    pub is_dry: bool,
}

impl Import<'_> {
    /// Builds the audit event of an imported object.
    pub(super) fn event(&self, kind: AuditKind, subject: &str) -> AuditEvent {
        let event = self.operator.event(kind, subject, "imported");
        event.with("source", self.options.source.as_str())
    }

    /// Returns a change with the mails that the operator wants.
    pub(super) fn with_mails(&self, mut change: SourceChange) -> Box<SourceChange> {
        let sync = self.comparison.and_then(|comparison| comparison.sync);
        change.account.notify = sync.map(|sync| sync.notifies);
        Box::new(change)
    }

    /// Builds a role assignment without expiry.
    pub(super) fn assignment(&self, subject: (SubjectKind, &str), role: &str) -> Assignment {
        let now = self.operator.now();
        let id = AssignmentId::generate(now, &mut self.operator.rng());
        Assignment::global(id, subject, role, now)
    }

    /// Builds the memory of an imported user.
    pub(super) fn user_record(
        &self,
        old_id: &str,
        new_id: String,
        state: &AppliedState,
    ) -> ImportedRecord {
        ImportedRecord {
            applied: Some(state.to_stored()),
            ..self.record(Kind::User, old_id, new_id)
        }
    }

    /// Builds the memory of an imported object.
    pub(super) fn record(&self, kind: Kind, old_id: &str, new_id: String) -> ImportedRecord {
        ImportedRecord {
            source: self.options.source.clone(),
            kind: kind.as_str().to_owned(),
            old_id: old_id.to_owned(),
            new_id,
            imported_at: self.operator.now(),
            applied: None,
        }
    }
}
