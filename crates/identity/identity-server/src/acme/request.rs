//! The certificate that the configuration asks for.

use doorward_https::acme::{ChallengeKind, ExternalAccount, Order};

use crate::prelude::*;

/// Returns the certificate to obtain; `None` without an authority.
pub(super) fn order(config: &Config) -> Option<Order> {
    let acme = &config.tls.acme;
    let external = acme.eab_key_id.as_ref().zip(acme.eab_hmac_key.as_ref());
    Some(Order {
        directory: acme.directory.clone()?,
        hosts: config.certificate_hosts(),
        // The configuration accepts only these words.
        kind: acme.challenge.parse().unwrap_or(ChallengeKind::Http01),
        contacts: acme.contacts.clone(),
        external: external.map(|(key_id, hmac_key)| ExternalAccount {
            key_id: key_id.clone(),
            hmac_key: hmac_key.expose().to_owned(),
        }),
        replaces: None,
    })
}
