//! Names that most use cases need.

pub(crate) use doorward_domain::model::mail::{MailContent, SecurityNotification};
pub(crate) use doorward_domain::model::{
    AuditEvent, AuditKind, EmailPurpose, EndReason, RevokeReason, SessionId, User, UserId,
};
pub(crate) use doorward_domain::secret::{OpaqueToken, Secret, TokenHash};
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_services::caller::{AuditEventExt as _, Caller};
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::error::{FlowError, ServerError};
pub(crate) use doorward_services::signed_in::SignedIn;
pub(crate) use doorward_services::transaction::{in_plain_transaction, in_transaction};
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};

pub(crate) use crate::change::{Change, in_change, in_plain_change};
