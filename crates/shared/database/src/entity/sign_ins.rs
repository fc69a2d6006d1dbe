//! Signing in: sessions, attempts, second factors, and sign-ins in progress.

use doorward_domain::model::saml_client::SamlSession;
use doorward_domain::model::{
    Authentication, EmailSignIn, FirstFactor, LogoutNotification, Passkey, PendingSignIn,
    ProviderSession, Session, SignInAttempt, SiteSession, TotpFactor, TrustedDevice,
    UpstreamSession,
};
use doorward_rules::limits::lockout::Failures;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Uuid;

use super::row::RowReader;
use crate::error::{Result, StoreError};

table! {
    sessions(id: Uuid) => Session {
        token_hash: Bytes,
        user_id: Uuid,
        created_at: i64,
        last_seen_at: i64,
        idle_expires_at: i64,
        expires_at: i64,
        remember: bool,
        user_agent: String,
        ip: String,
        ended_at: Option<i64>,
        end_reason: Option<String>,
    }
    nested authentication: Authentication {
        auth_time: i64 => auth_time,
        acr: String => acr,
        amr: Json => amr,
    }
}

table! {
    site_sessions(token_hash: Bytes) => SiteSession {
        site_id: Uuid,
        host: String,
        session_id: Uuid,
        grant_id: Uuid,
        created_at: i64,
    }
}

table! {
    provider_sessions(session_id: Uuid) => ProviderSession {}
    nested upstream: UpstreamSession {
        issuer: String => issuer,
        subject: String => subject,
        sid: Option<String> => sid,
    }
}

table! {
    saml_sessions(grant_id: Uuid) => SamlSession {
        session_id: Uuid,
        client_id: String,
        name_id: String,
        name_id_format: String,
        created_at: i64,
    }
}

table! {
    /// Clients to be notified that a session has ended.
    logout_notices(session_id: Uuid, client_id: String) {
        user_id: Uuid,
        due_at: i64,
    }
}

impl TryFrom<logout_notices::Model> for LogoutNotification {
    type Error = StoreError;

    fn try_from(row: logout_notices::Model) -> Result<Self> {
        let reader = RowReader::new("logout_notices", &row.session_id);
        Ok(Self {
            session_id: reader.column("session_id", row.session_id)?,
            client_id: reader.column("client_id", row.client_id)?,
            user_id: reader.column("user_id", row.user_id)?,
        })
    }
}

table! {
    /// Sign-in attempts and rejected OAuth requests.
    attempts(id: Uuid) => SignInAttempt {
        at: i64,
        step: String,
        outcome: String,
        rule: String,
        reason: String,
        user_id: Option<Uuid>,
        name_hash: Option<Bytes>,
        client_id: Option<String>,
        request_id: Option<String>,
        address: Option<String>,
        detail: Json,
    }
}

table! {
    /// Failed sign-ins since the last successful one, by the keyed hash of their bucket.
    login_failures(bucket: Bytes) {
        failures: i64,
        locked_until: Option<i64>,
        updated_at: i64,
        user_id: Option<Uuid>,
    }
}

impl From<login_failures::Model> for Failures {
    fn from(row: login_failures::Model) -> Self {
        Self {
            count: row.failures,
            locked_until: row.locked_until,
            updated_at: row.updated_at,
        }
    }
}

table! {
    /// Sign-ins waiting for an e-mailed code or link.
    email_sign_ins(id: String) => EmailSignIn {
        browser_hash: Bytes,
        remember: bool,
        interaction_id: Option<String>,
        next: Option<String>,
        user_id: Option<Uuid>,
        email: Option<String>,
        mailed_at: Option<i64>,
        code_hash: Option<Bytes>,
        link_hash: Option<Bytes>,
        created_at: i64,
        expires_at: i64,
        tries: i64,
        used_at: Option<i64>,
    }
}

table! {
    /// Sign-ins waiting for the second factor.
    pending_sign_ins(id: String) => PendingSignIn {
        browser_hash: Bytes,
        user_id: Uuid,
        remember: bool,
        interaction_id: Option<String>,
        next: Option<String>,
        created_at: i64,
        expires_at: i64,
        tries: i64,
        done_at: Option<i64>,
    }
    optional upstream: UpstreamSession {
        provider_issuer: String => issuer,
        provider_subject: String => subject,
    } or_null {
        provider_sid: String => sid,
    }
    write |pending| {
        first: String = Set(factor_columns(&pending.first).0.to_owned()),
        first_at: Option<i64> = Set(factor_columns(&pending.first).1),
        session_id: Option<Uuid> = Set(factor_columns(&pending.first).2),
    }
    read |row, reader| {
        first: first_factor(row, reader)?,
    }
}

const PASSWORD: &str = "password";
const PROVIDER: &str = "provider";
const EMAIL: &str = "email";
const OPERATOR: &str = "operator";
const SESSION: &str = "session";

const fn factor_columns(first: &FirstFactor) -> (&'static str, Option<i64>, Option<Uuid>) {
    match first {
        FirstFactor::Password => (PASSWORD, None, None),
        FirstFactor::Provider(at) => (PROVIDER, Some(*at), None),
        FirstFactor::Email => (EMAIL, None, None),
        FirstFactor::Operator => (OPERATOR, None, None),
        FirstFactor::Session(id) => (SESSION, None, Some(id.as_uuid())),
    }
}

fn first_factor(row: &pending_sign_ins::Model, reader: &RowReader<'_>) -> Result<FirstFactor> {
    let first = match (row.first.as_str(), row.session_id, row.first_at) {
        (PASSWORD, None, _) => Some(FirstFactor::Password),
        (PROVIDER, None, Some(at)) => Some(FirstFactor::Provider(at)),
        (EMAIL, None, _) => Some(FirstFactor::Email),
        (OPERATOR, None, _) => Some(FirstFactor::Operator),
        (SESSION, Some(id), _) => Some(FirstFactor::Session(reader.column("session_id", id)?)),
        _ => None,
    };
    reader.read("first", first)
}

table! {
    /// Authenticator apps, at most one for each user.
    totp_factors(user_id: Uuid) => TotpFactor {
        secret_sealed: Bytes,
        confirmed_at: Option<i64>,
        last_step: i64,
        failures: i64,
        locked_until: Option<i64>,
        codes_saved_at: Option<i64>,
        created_at: i64,
    }
}

table! {
    /// Recovery codes, by their keyed hash.
    recovery_codes(hash: Bytes) {
        user_id: Uuid,
        created_at: i64,
        used_at: Option<i64>,
    }
}

table! {
    passkeys(id: Uuid) => Passkey {
        user_id: Uuid,
        handle: Option<Uuid>,
        credential_id: Bytes,
        name: String,
        credential: String,
        backup_eligible: bool,
        backed_up: bool,
        created_at: i64,
        last_used_at: Option<i64>,
        suspected_at: Option<i64>,
    }
}

table! {
    /// Browsers that skip the second factor.
    trusted_devices(id: Uuid) => TrustedDevice {
        user_id: Uuid,
        token_hash: Bytes,
        user_agent: String,
        ip: String,
        created_at: i64,
        last_used_at: Option<i64>,
        expires_at: i64,
    }
}

table! {
    /// The live support code of each user.
    support_codes(user_id: Uuid) {
        code_hash: Bytes,
        expires_at: i64,
    }
}
