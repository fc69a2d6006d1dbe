//! The table of all keys.

use super::key::Key;
use super::{
    accounts, acme, api, as_code, audit, authorization, branding, client_metadata_documents,
    client_registration, clients, consent, database, directories, former_issuers, forward_auth,
    geoip, impersonation, keys, ldap, limits, logging, login, mail, metrics, mfa, mtls,
    organizations, outgoing, passkeys, passwords, redis, registration, server, sessions, tasks,
    telemetry, tls, tokens,
};

/// Returns every key in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Key> {
    [
        server::KEYS,
        former_issuers::FormerIssuers::KEYS,
        tls::Tls::KEYS,
        acme::Acme::KEYS,
        database::Database::KEYS,
        redis::Redis::KEYS,
        tokens::Tokens::KEYS,
        sessions::Sessions::KEYS,
        passwords::Passwords::KEYS,
        passkeys::Passkeys::KEYS,
        login::Login::KEYS,
        authorization::Authorization::KEYS,
        consent::Consent::KEYS,
        clients::Clients::KEYS,
        client_metadata_documents::ClientMetadataDocuments::KEYS,
        registration::Registration::KEYS,
        client_registration::ClientRegistration::KEYS,
        mfa::Mfa::KEYS,
        mtls::Mtls::KEYS,
        accounts::Accounts::KEYS,
        api::Api::KEYS,
        as_code::AsCode::KEYS,
        as_code::Approval::KEYS,
        organizations::Organizations::KEYS,
        mail::Mail::KEYS,
        audit::Audit::KEYS,
        audit::AuditStreams::KEYS,
        geoip::Geoip::KEYS,
        directories::Directories::KEYS,
        forward_auth::ForwardAuth::KEYS,
        impersonation::Impersonation::KEYS,
        ldap::Ldap::KEYS,
        outgoing::Outgoing::KEYS,
        keys::Keys::KEYS,
        limits::Limits::KEYS,
        logging::Logging::KEYS,
        metrics::Metrics::KEYS,
        telemetry::Telemetry::KEYS,
        branding::Branding::KEYS,
        tasks::Tasks::KEYS,
        tasks::TasksLimits::KEYS,
        tasks::TasksSignals::KEYS,
        tasks::TasksWeb::KEYS,
    ]
    .into_iter()
    .flatten()
}

pub fn find(path: &str) -> Option<&'static Key> {
    all().find(|key| key.path == path)
}
