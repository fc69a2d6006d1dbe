//! `totp_factors`: authenticator apps, at most one for each user.

use doorward_domain::model::{TotpFactor, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "totp_factors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub secret_sealed: Vec<u8>,
    pub confirmed_at: Option<i64>,
    pub last_step: i64,
    pub failures: i64,
    pub locked_until: Option<i64>,
    pub codes_saved_at: Option<i64>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for TotpFactor {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("totp_factors", &row.user_id);
        Ok(Self {
            user_id: UserId::from_uuid(row.user_id),
            failures: reader.read("failures", u32::try_from(row.failures).ok())?,
            secret_sealed: row.secret_sealed,
            confirmed_at: row.confirmed_at,
            last_step: row.last_step,
            locked_until: row.locked_until,
            codes_saved_at: row.codes_saved_at,
            created_at: row.created_at,
        })
    }
}

impl From<&TotpFactor> for ActiveModel {
    fn from(factor: &TotpFactor) -> Self {
        Self {
            user_id: Set(factor.user_id.as_uuid()),
            secret_sealed: Set(factor.secret_sealed.clone()),
            confirmed_at: Set(factor.confirmed_at),
            last_step: Set(factor.last_step),
            failures: Set(i64::from(factor.failures)),
            locked_until: Set(factor.locked_until),
            codes_saved_at: Set(factor.codes_saved_at),
            created_at: Set(factor.created_at),
        }
    }
}
