//! Names that most use cases need.

pub(crate) use doorward_domain::model::{
    AuditEvent, AuditKind, Client, ClientId, ClientKind, EffectiveRoles, Grant, GrantOrigin,
    OrgScope, User, UserId,
};
pub(crate) use doorward_domain::secret::{OpaqueToken, TokenHash};
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_protocol::error::{ErrorCode, OAuthError};
pub(crate) use doorward_protocol::scope::Scope;
pub(crate) use doorward_services::caller::{AuditEventExt as _, Caller};
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::error::{FlowError, ServerError};
pub(crate) use doorward_services::signed_in::SignedIn;
pub(crate) use doorward_services::transaction::in_transaction;
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};
