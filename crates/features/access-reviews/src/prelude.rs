//! Names that most modules use.

pub(crate) use doorward_admin::operator::{AdminContext, AdminError, Result, difference};
pub(crate) use doorward_domain::model::{ADMIN_ROLE, AuditKind, SubjectKind, User, UserId};
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_services::caller::AuditEventExt as _;
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};
pub(crate) use serde_json::{Value, json};
