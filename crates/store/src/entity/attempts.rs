//! `attempts`: sign-in attempts and rejected OAuth requests.

use doorward_domain::model::{AttemptOutcome, AttemptStep, SignInAttempt, SignInAttemptId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub step: String,
    pub outcome: String,
    pub rule: String,
    pub reason: String,
    pub user_id: Option<Uuid>,
    pub name_hash: Option<Vec<u8>>,
    pub client_id: Option<String>,
    pub request_id: Option<String>,
    pub address: Option<String>,
    pub detail: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for SignInAttempt {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("attempts", &row.id);
        let hash = row.name_hash.as_deref();
        Ok(Self {
            id: SignInAttemptId::from_uuid(row.id),
            at: row.at,
            step: reader.read("step", AttemptStep::parse(&row.step))?,
            outcome: reader.read("outcome", AttemptOutcome::parse(&row.outcome))?,
            user_id: row.user_id.map(UserId::from_uuid),
            name_hash: hash
                .map(|bytes| reader.read("name_hash", bytes.try_into().ok()))
                .transpose()?,
            detail: reader.json("detail", &row.detail)?,
            rule: row.rule,
            reason: row.reason,
            client_id: row.client_id,
            request_id: row.request_id,
            address: row.address,
        })
    }
}

impl TryFrom<&SignInAttempt> for ActiveModel {
    type Error = StoreError;

    fn try_from(attempt: &SignInAttempt) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(attempt.id.as_uuid()),
            at: Set(attempt.at),
            step: Set(attempt.step.as_str().to_owned()),
            outcome: Set(attempt.outcome.as_str().to_owned()),
            rule: Set(attempt.rule.clone()),
            reason: Set(attempt.reason.clone()),
            user_id: Set(attempt.user_id.map(|id| id.as_uuid())),
            name_hash: Set(attempt.name_hash.map(|hash| hash.to_vec())),
            client_id: Set(attempt.client_id.clone()),
            request_id: Set(attempt.request_id.clone()),
            address: Set(attempt.address.clone()),
            detail: Set(to_json(&attempt.detail)?),
        })
    }
}
