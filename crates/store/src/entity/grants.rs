//! `grants`: authorizations given to a client at one time, with their code and refresh tokens.

use doorward_domain::model::{
    Authentication, ClientId, Code, CodeError, Grant, GrantId, GrantOrigin, RefreshFamily,
    RevokeReason, SessionId, UserId,
};
use doorward_protocol::pkce::CodeChallenge;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
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
    pub code_hash: Option<Vec<u8>>,
    pub redirect_uri: Option<String>,
    pub redirect_uri_given: Option<bool>,
    pub code_challenge: Option<String>,
    pub code_jkt: Option<String>,
    pub code_expires_at: Option<i64>,
    pub code_used_at: Option<i64>,
    pub code_problem: Option<String>,
    pub refresh_generation: Option<i64>,
    pub refresh_hash: Option<Vec<u8>>,
    pub refresh_sealed: Option<Vec<u8>>,
    pub refresh_jkt: Option<String>,
    pub refresh_certificate: Option<String>,
    pub refresh_issued_at: Option<i64>,
    pub refresh_expires_at: Option<i64>,
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
            code: code(&row, &reader)?,
            refresh: refresh(&row, &reader)?,
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

fn code(row: &Model, reader: &RowReader<'_>) -> Result<Option<Code>, StoreError> {
    let Some(hash) = &row.code_hash else {
        return Ok(None);
    };
    let challenge = row.code_challenge.as_deref();
    let problem = row.code_problem.as_deref();
    Ok(Some(Code {
        hash: reader.hash("code_hash", hash)?,
        redirect_uri: reader.read("redirect_uri", row.redirect_uri.clone())?,
        redirect_uri_given: reader.read("redirect_uri_given", row.redirect_uri_given)?,
        code_challenge: challenge
            .map(|text| reader.read("code_challenge", CodeChallenge::from_s256(text)))
            .transpose()?,
        dpop_jkt: row.code_jkt.clone(),
        expires_at: reader.read("code_expires_at", row.code_expires_at)?,
        used_at: row.code_used_at,
        problem: problem
            .map(|text| reader.read("code_problem", CodeError::parse(text)))
            .transpose()?,
    }))
}

fn refresh(row: &Model, reader: &RowReader<'_>) -> Result<Option<RefreshFamily>, StoreError> {
    let (Some(generation), Some(hash)) = (row.refresh_generation, &row.refresh_hash) else {
        return Ok(None);
    };
    Ok(Some(RefreshFamily {
        generation: reader.read("refresh_generation", generation.try_into().ok())?,
        hash: reader.hash("refresh_hash", hash)?,
        sealed: row.refresh_sealed.clone(),
        dpop_jkt: row.refresh_jkt.clone(),
        certificate_thumbprint: row.refresh_certificate.clone(),
        issued_at: reader.read("refresh_issued_at", row.refresh_issued_at)?,
        expires_at: reader.read("refresh_expires_at", row.refresh_expires_at)?,
    }))
}

impl TryFrom<&Grant> for ActiveModel {
    type Error = StoreError;

    fn try_from(grant: &Grant) -> Result<Self, StoreError> {
        let (code, refresh) = (grant.code.as_ref(), grant.refresh.as_ref());
        let challenge = code.and_then(|code| code.code_challenge.as_ref());
        let problem = code.and_then(|code| code.problem);
        Ok(Self {
            code_hash: Set(code.map(|code| to_bytes(&code.hash))),
            redirect_uri: Set(code.map(|code| code.redirect_uri.clone())),
            redirect_uri_given: Set(code.map(|code| code.redirect_uri_given)),
            code_challenge: Set(challenge.map(|challenge| challenge.as_str().to_owned())),
            code_jkt: Set(code.and_then(|code| code.dpop_jkt.clone())),
            code_expires_at: Set(code.map(|code| code.expires_at)),
            code_used_at: Set(code.and_then(|code| code.used_at)),
            code_problem: Set(problem.map(|problem| problem.as_str().to_owned())),
            refresh_generation: Set(refresh.map(|family| family.generation.into())),
            refresh_hash: Set(refresh.map(|family| to_bytes(&family.hash))),
            refresh_sealed: Set(refresh.and_then(|family| family.sealed.clone())),
            refresh_jkt: Set(refresh.and_then(|family| family.dpop_jkt.clone())),
            refresh_certificate: Set(
                refresh.and_then(|family| family.certificate_thumbprint.clone())
            ),
            refresh_issued_at: Set(refresh.map(|family| family.issued_at)),
            refresh_expires_at: Set(refresh.map(|family| family.expires_at)),
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
