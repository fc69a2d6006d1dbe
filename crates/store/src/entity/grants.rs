//! `grants`: authorizations given to a client at one time.

use doorward_domain::model::{
    Authentication, ClientId, Grant, GrantId, GrantOrigin, RevokeReason, SessionId, UserId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub origin: String,
    pub user_id: Uuid,
    pub client_id: String,
    pub session_id: Uuid,
    pub scope: String,
    pub resources: String,
    pub authorization_details: String,
    pub claims: String,
    pub nonce: Option<String>,
    pub auth_time: i64,
    pub acr: String,
    pub amr: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub revoke_reason: Option<String>,
    pub org: Option<String>,
    pub issuer: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Grant {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("grants", &row.id);
        let revoke_reason = row.revoke_reason.as_deref();
        Ok(Self {
            id: GrantId::from_uuid(row.id),
            origin: reader.read("origin", GrantOrigin::parse(&row.origin))?,
            user_id: UserId::from_uuid(row.user_id),
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            session_id: SessionId::from_uuid(row.session_id),
            scope: reader.scope("scope", &row.scope)?,
            resources: reader.json("resources", &row.resources)?,
            authorization_details: reader
                .json("authorization_details", &row.authorization_details)?,
            claims: reader.json("claims", &row.claims)?,
            authentication: Authentication {
                auth_time: row.auth_time,
                amr: reader.json("amr", &row.amr)?,
                acr: row.acr,
            },
            revoke_reason: revoke_reason
                .map(|text| reader.read("revoke_reason", RevokeReason::parse(text)))
                .transpose()?,
            nonce: row.nonce,
            org: row.org,
            issuer: row.issuer,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}

impl TryFrom<&Grant> for ActiveModel {
    type Error = StoreError;

    fn try_from(grant: &Grant) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(grant.id.as_uuid()),
            origin: Set(grant.origin.as_str().to_owned()),
            user_id: Set(grant.user_id.as_uuid()),
            client_id: Set(grant.client_id.as_str().to_owned()),
            session_id: Set(grant.session_id.as_uuid()),
            scope: Set(grant.scope.to_string()),
            resources: Set(to_json(&grant.resources)?),
            authorization_details: Set(to_json(&grant.authorization_details)?),
            claims: Set(to_json(&grant.claims)?),
            nonce: Set(grant.nonce.clone()),
            org: Set(grant.org.clone()),
            issuer: Set(grant.issuer.clone()),
            auth_time: Set(grant.authentication.auth_time),
            acr: Set(grant.authentication.acr.clone()),
            amr: Set(to_json(&grant.authentication.amr)?),
            created_at: Set(grant.created_at),
            expires_at: Set(grant.expires_at),
            revoked_at: Set(grant.revoked_at),
            revoke_reason: Set(grant.revoke_reason.map(|reason| reason.as_str().to_owned())),
        })
    }
}
