//! `codes`: authorization codes, by their hash.

use doorward_domain::model::{ClientId, Code, CodeError, GrantId};
use doorward_protocol::pkce::CodeChallenge;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Hex, RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    pub grant_id: Uuid,
    pub client_id: String,
    pub redirect_uri: String,
    pub redirect_uri_given: bool,
    pub code_challenge: Option<String>,
    pub dpop_jkt: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub problem: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Code {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let hash = Hex(&row.hash);
        let reader = RowReader::new("codes", &hash);
        let challenge = row.code_challenge.as_deref();
        Ok(Self {
            hash: reader.hash("hash", &row.hash)?,
            grant_id: GrantId::from_uuid(row.grant_id),
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            code_challenge: challenge
                .map(|text| reader.read("code_challenge", CodeChallenge::from_s256(text)))
                .transpose()?,
            dpop_jkt: row.dpop_jkt,
            redirect_uri: row.redirect_uri,
            redirect_uri_given: row.redirect_uri_given,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
            problem: row
                .problem
                .map(|text| reader.read("problem", CodeError::parse(&text)))
                .transpose()?,
        })
    }
}

impl From<&Code> for ActiveModel {
    fn from(code: &Code) -> Self {
        Self {
            hash: Set(to_bytes(&code.hash)),
            grant_id: Set(code.grant_id.as_uuid()),
            client_id: Set(code.client_id.as_str().to_owned()),
            redirect_uri: Set(code.redirect_uri.clone()),
            redirect_uri_given: Set(code.redirect_uri_given),
            code_challenge: Set(code.code_challenge.as_ref().map(|c| c.as_str().to_owned())),
            dpop_jkt: Set(code.dpop_jkt.clone()),
            created_at: Set(code.created_at),
            expires_at: Set(code.expires_at),
            used_at: Set(code.used_at),
            problem: Set(code.problem.map(|problem| problem.as_str().to_owned())),
        }
    }
}
