//! The table of all keys.

use super::key::Key;
use super::{
    accounts, api, audit, authorization, branding, client_metadata_documents, client_registration,
    clients, consent, database, geoip, keys, limits, logging, login, mail, metrics, mfa, mtls,
    organizations, outgoing, passkeys, passwords, redis, registration, server, sessions, tasks,
    telemetry, tokens,
};

/// Returns every key in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Key> {
    [
        server::KEYS,
        database::KEYS,
        redis::KEYS,
        tokens::KEYS,
        sessions::KEYS,
        passwords::KEYS,
        passkeys::KEYS,
        login::KEYS,
        authorization::KEYS,
        consent::KEYS,
        clients::KEYS,
        client_metadata_documents::KEYS,
        registration::KEYS,
        client_registration::KEYS,
        mfa::KEYS,
        mtls::KEYS,
        accounts::KEYS,
        api::KEYS,
        organizations::KEYS,
        mail::KEYS,
        audit::KEYS,
        geoip::KEYS,
        outgoing::KEYS,
        keys::KEYS,
        limits::KEYS,
        logging::KEYS,
        metrics::KEYS,
        telemetry::KEYS,
        branding::KEYS,
        tasks::KEYS,
    ]
    .into_iter()
    .flatten()
}

pub fn find(path: &str) -> Option<&'static Key> {
    all().find(|key| key.path == path)
}
