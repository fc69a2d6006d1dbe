//! Names that most use cases need.

pub(crate) use doorward_domain::model::{AuditKind, Client};
pub(crate) use doorward_protocol::error::{ErrorCode, OAuthError};
pub(crate) use doorward_services::caller::{AuditEventExt as _, Caller};
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::error::{FlowError, ServerError};
pub(crate) use doorward_services::transaction::in_transaction;
pub(crate) use doorward_store::repo;
