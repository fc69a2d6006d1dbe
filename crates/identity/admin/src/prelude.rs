//! Names that most use cases need.

pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::model::{
    ADMIN_ROLE, AuditEvent, AuditKind, Client, ClientId, Group, GroupId, SubjectKind, User, UserId,
};
pub(crate) use doorward_domain::secret::OpaqueToken;
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_services::caller::AuditEventExt as _;
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use serde_json::{Map, Value, json};
pub(crate) use utoipa::ToSchema;

pub(crate) use crate::operator::{AdminContext, AdminError, Result, difference};
