//! Authorizations of clients: requests in progress, consents, grants and tokens.

use doorward_domain::model::{
    Authentication, Backchannel, Code, Consent, DeviceRequest, Grant, Interaction, PushedRequest,
    RefreshFamily,
};
use sea_orm::ActiveValue::Set;

use super::row::RowReader;
use super::stored::{Stored as _, to_bytes};
use crate::error::Result;

table! {
    /// Sign-ins and consents in progress.
    interactions(id: String) => Interaction {
        browser_hash: Bytes,
        request: Json,
        client_id: String,
        session_id: Option<Uuid>,
        authenticated_at: Option<i64>,
        account_chosen: bool,
        consented: Option<String>,
        created_at: i64,
        expires_at: i64,
        completed_at: Option<i64>,
    }
}

table! {
    pushed_requests(hash: Bytes) => PushedRequest {
        client_id: String,
        params: Json,
        signed: bool,
        expires_at: i64,
        interaction_id: Option<String>,
    }
}

table! {
    /// Device authorizations waiting for a user, by the hash of their code.
    device_requests(id: String) => DeviceRequest {
        device_hash: Bytes,
        user_code: String,
        client_id: String,
        scope: String,
        resources: Json,
        authorization_details: Json,
        org: Option<String>,
        ip: String,
        created_at: i64,
        expires_at: i64,
        poll_interval: i64,
        polled_at: Option<i64>,
        session_id: Option<Uuid>,
        decided_at: Option<i64>,
        grant_id: Option<Uuid>,
        used_at: Option<i64>,
    }
    write |request| {
        user_id: Option<Uuid> =
            Set(request.backchannel.as_ref().map(|user| user.user_id.as_uuid())),
        binding_message: Option<String> =
            Set(request.backchannel.as_ref().and_then(|user| user.binding_message.clone())),
    }
    read |row, reader| {
        backchannel: match row.user_id {
            Some(user) => Some(Backchannel {
                user_id: reader.column("user_id", user)?,
                binding_message: row.binding_message.clone(),
            }),
            None => None,
        },
    }
}

table! {
    consents(id: Uuid) => Consent {
        user_id: Uuid,
        client_id: String,
        scope: String,
        declined: String,
        resources: Json,
        authorization_details: Json,
        granted_at: i64,
        expires_at: Option<i64>,
        revoked_at: Option<i64>,
    }
}

table! {
    /// Authorizations given to a client at one time, with their code and refresh tokens.
    grants(id: Uuid) => Grant {
        origin: String,
        user_id: Uuid,
        client_id: String,
        session_id: Uuid,
        scope: String,
        resources: Json,
        authorization_details: Json,
        claims: Json,
        nonce: Option<String>,
        created_at: i64,
        expires_at: i64,
        revoked_at: Option<i64>,
        revoke_reason: Option<String>,
        org: Option<String>,
        issuer: Option<String>,
    }
    nested authentication: Authentication {
        auth_time: i64 => auth_time,
        acr: String => acr,
        amr: Json => amr,
    }
    write |grant| {
        code_hash: Option<Bytes> = Set(code_of(grant, |code| Some(to_bytes(&code.hash)))),
        redirect_uri: Option<String> = Set(code_of(grant, |code| Some(code.redirect_uri.clone()))),
        redirect_uri_given: Option<bool> =
            Set(code_of(grant, |code| Some(code.redirect_uri_given))),
        code_challenge: Option<String> =
            Set(code_of(grant, |code| code.code_challenge.clone()).write()?),
        code_jkt: Option<String> = Set(code_of(grant, |code| code.dpop_jkt.clone())),
        code_expires_at: Option<i64> = Set(code_of(grant, |code| Some(code.expires_at))),
        code_used_at: Option<i64> = Set(code_of(grant, |code| code.used_at)),
        code_problem: Option<String> = Set(code_of(grant, |code| code.problem).write()?),
        refresh_generation: Option<i64> =
            Set(family_of(grant, |family| Some(family.generation.into()))),
        refresh_hash: Option<Bytes> = Set(family_of(grant, |family| Some(to_bytes(&family.hash)))),
        refresh_sealed: Option<Bytes> = Set(family_of(grant, |family| family.sealed.clone())),
        refresh_jkt: Option<String> = Set(family_of(grant, |family| family.dpop_jkt.clone())),
        refresh_certificate: Option<String> =
            Set(family_of(grant, |family| family.certificate_thumbprint.clone())),
        refresh_issued_at: Option<i64> = Set(family_of(grant, |family| Some(family.issued_at))),
        refresh_expires_at: Option<i64> = Set(family_of(grant, |family| Some(family.expires_at))),
    }
    read |row, reader| {
        code: code(row, reader)?,
        refresh: refresh(row, reader)?,
    }
}

fn code_of<T>(grant: &Grant, member: impl FnOnce(&Code) -> Option<T>) -> Option<T> {
    grant.code.as_ref().and_then(member)
}

fn family_of<T>(grant: &Grant, member: impl FnOnce(&RefreshFamily) -> Option<T>) -> Option<T> {
    grant.refresh.as_ref().and_then(member)
}

fn code(row: &grants::Model, reader: &RowReader<'_>) -> Result<Option<Code>> {
    let Some(hash) = &row.code_hash else {
        return Ok(None);
    };
    Ok(Some(Code {
        hash: reader.column("code_hash", hash.clone())?,
        redirect_uri: reader.read("redirect_uri", row.redirect_uri.clone())?,
        redirect_uri_given: reader.read("redirect_uri_given", row.redirect_uri_given)?,
        code_challenge: reader.column("code_challenge", row.code_challenge.clone())?,
        dpop_jkt: row.code_jkt.clone(),
        expires_at: reader.read("code_expires_at", row.code_expires_at)?,
        used_at: row.code_used_at,
        problem: reader.column("code_problem", row.code_problem.clone())?,
    }))
}

fn refresh(row: &grants::Model, reader: &RowReader<'_>) -> Result<Option<RefreshFamily>> {
    let (Some(generation), Some(hash)) = (row.refresh_generation, &row.refresh_hash) else {
        return Ok(None);
    };
    Ok(Some(RefreshFamily {
        generation: reader.column("refresh_generation", generation)?,
        hash: reader.column("refresh_hash", hash.clone())?,
        sealed: row.refresh_sealed.clone(),
        dpop_jkt: row.refresh_jkt.clone(),
        certificate_thumbprint: row.refresh_certificate.clone(),
        issued_at: reader.read("refresh_issued_at", row.refresh_issued_at)?,
        expires_at: reader.read("refresh_expires_at", row.refresh_expires_at)?,
    }))
}

table! {
    /// Opaque access tokens, by their hash.
    reference_tokens(hash: Bytes) {
        client_id: String,
        subject: Option<String>,
        claims: String,
        expires_at: i64,
    }
}

table! {
    /// Access tokens that were revoked before their expiry.
    revoked_tokens(jti: String) {
        expires_at: i64,
    }
}

table! {
    /// Identifiers of single-use signed texts, by their hash.
    used_jtis(hash: Bytes) {
        expires_at: i64,
    }
}
