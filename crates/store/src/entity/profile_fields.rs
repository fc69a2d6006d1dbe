//! `profile_fields`: custom profile fields of the deployment.

use doorward_domain::model::{FieldAudience, FieldEditor, ProfileField};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "profile_fields")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub label: String,
    pub kind: String,
    pub editable_by: String,
    pub visible_to: String,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ProfileField {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("profile_fields", &row.name);
        Ok(Self {
            kind: reader.json("kind", &row.kind)?,
            editable_by: reader.read("editable_by", FieldEditor::parse(&row.editable_by))?,
            visible_to: reader.read("visible_to", FieldAudience::parse(&row.visible_to))?,
            name: row.name,
            label: row.label,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl TryFrom<&ProfileField> for ActiveModel {
    type Error = StoreError;

    fn try_from(field: &ProfileField) -> Result<Self, StoreError> {
        Ok(Self {
            name: Set(field.name.clone()),
            label: Set(field.label.clone()),
            kind: Set(to_json(&field.kind)?),
            editable_by: Set(field.editable_by.as_str().to_owned()),
            visible_to: Set(field.visible_to.as_str().to_owned()),
            created_at: Set(field.created_at),
            updated_at: Set(field.updated_at),
        })
    }
}
