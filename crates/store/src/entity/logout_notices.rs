//! `logout_notices`: clients to be notified that a session has ended.

use doorward_domain::model::{ClientId, LogoutNotification, SessionId, UserId};
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "logout_notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    pub user_id: Uuid,
    pub due_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for LogoutNotification {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("logout_notices", &row.session_id);
        Ok(Self {
            session_id: SessionId::from_uuid(row.session_id),
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            user_id: UserId::from_uuid(row.user_id),
        })
    }
}
