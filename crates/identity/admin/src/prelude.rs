//! Names that most use cases need, here and in features.

pub use doorward_domain::boxed;
pub use doorward_domain::model::{
    ADMIN_ROLE, AuditEvent, AuditKind, Client, ClientId, Group, GroupId, SubjectKind, User, UserId,
};
pub use doorward_domain::secret::OpaqueToken;
pub use doorward_domain::time::UnixSeconds;
pub use doorward_services::caller::AuditEventExt as _;
pub use doorward_store::{Conn, StoreError, WriteTx, repo};
pub use serde::{Deserialize, Serialize};
pub use serde_json::{Map, Value, json};
pub use utoipa::ToSchema;

pub use crate::operator::{AdminContext, AdminError, Result, difference};
