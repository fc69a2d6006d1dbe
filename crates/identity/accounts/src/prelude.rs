//! Names that many use cases need.

pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::model::mail::{MailContent, SecurityNotification};
pub(crate) use doorward_domain::model::{
    ADMIN_ROLE, Assignment, AttemptId, AttemptRule, AttemptStep, AuditEvent, AuditKind,
    EmailPurpose, EndReason, FirstFactor, Interaction, InteractionId, Profile, Provider,
    RevokeReason, Session, SessionId, SubjectKind, UpstreamIdentity, User, UserId,
};
pub(crate) use doorward_domain::secret::{OpaqueToken, Secret, TokenHash};
pub(crate) use doorward_domain::time::{UnixSeconds, is_expired};
pub(crate) use doorward_rules::identifier::IdentifierError;
pub(crate) use doorward_rules::profile::ProfileEdit;
pub(crate) use doorward_rules::second_factor::FactorRequirement;
pub(crate) use doorward_services::access_end::EndingAccess;
pub(crate) use doorward_services::attempts::EndedAttempt;
pub(crate) use doorward_services::caller::{AuditEventExt as _, Caller};
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::email_link::InvalidLink;
pub(crate) use doorward_services::error::{FlowError, FlowResult, Result, ServerError};
pub(crate) use doorward_services::factors;
pub(crate) use doorward_services::job_payload::AnonymousRequest;
pub(crate) use doorward_services::jobs::JobPayload;
pub(crate) use doorward_services::limits::LimitStatus;
pub(crate) use doorward_services::session::{self, NewSession, SessionStart};
pub(crate) use doorward_services::signed_in::SignedIn;
pub(crate) use doorward_services::transaction::{
    in_plain_transaction, in_recording_transaction, in_transaction,
};
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};
pub(crate) use serde::{Deserialize, Serialize};
