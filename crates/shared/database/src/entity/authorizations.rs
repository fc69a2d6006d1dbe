//! Authorizations of clients: requests in progress, consents, grants and tokens.

use doorward_domain::model::{
    Authentication, Backchannel, Code, Consent, DeviceRequest, Grant, Interaction, PushedRequest,
    RefreshFamily,
};
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
    optional backchannel: Backchannel {
        user_id: Uuid => user_id,
    } or_null {
        binding_message: String => binding_message,
        ping_sealed: Bytes => ping_sealed,
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
    renamed { subject_id: Option<Uuid> => subject, }
    nested authentication: Authentication {
        auth_time: i64 => auth_time,
        acr: String => acr,
        amr: Json => amr,
    }
    optional code: Code {
        code_hash: Bytes => hash,
        redirect_uri: String => redirect_uri,
        redirect_uri_given: bool => redirect_uri_given,
        code_expires_at: i64 => expires_at,
    } or_null {
        code_challenge: String => code_challenge,
        code_jkt: String => dpop_jkt,
        code_used_at: i64 => used_at,
        code_problem: String => problem,
    }
    optional refresh: RefreshFamily {
        refresh_generation: i64 => generation,
        refresh_hash: Bytes => hash,
        refresh_issued_at: i64 => issued_at,
        refresh_expires_at: i64 => expires_at,
    } or_null {
        refresh_sealed: Bytes => sealed,
        refresh_jkt: String => dpop_jkt,
        refresh_certificate: String => certificate_thumbprint,
    }
}

table! {
    /// Users whom a client knows by the subject of a merged user.
    subject_aliases(client_id: String, user_id: Uuid) {
        former_id: Uuid,
    }
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
