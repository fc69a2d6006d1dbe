//! `role_assignments`: assignments of roles.

use doorward_domain::model::id::AssignmentId;
use doorward_domain::model::{Assignment, SubjectKind};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_kind: String,
    pub subject_id: String,
    pub role: String,
    pub org: Option<String>,
    pub assigned_by: Option<String>,
    pub expires_at: Option<i64>,
    pub active: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Assignment {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("role_assignments", &row.id);
        Ok(Self {
            id: AssignmentId::from_uuid(row.id),
            subject_kind: reader.read("subject_kind", SubjectKind::parse(&row.subject_kind))?,
            subject_id: row.subject_id,
            role: row.role,
            org: row.org,
            assigned_by: row.assigned_by,
            expires_at: row.expires_at,
            active: row.active,
            created_at: row.created_at,
        })
    }
}

impl From<&Assignment> for ActiveModel {
    fn from(assignment: &Assignment) -> Self {
        Self {
            id: Set(assignment.id.as_uuid()),
            subject_kind: Set(assignment.subject_kind.as_str().to_owned()),
            subject_id: Set(assignment.subject_id.clone()),
            role: Set(assignment.role.clone()),
            org: Set(assignment.org.clone()),
            assigned_by: Set(assignment.assigned_by.clone()),
            expires_at: Set(assignment.expires_at),
            active: Set(assignment.active),
            created_at: Set(assignment.created_at),
        }
    }
}
