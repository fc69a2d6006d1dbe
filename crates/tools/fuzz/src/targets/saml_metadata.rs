//! Metadata of SAML service providers: accepted ones have addresses, and keys where requests are signed.

use doorward_saml_protocol::key::{VerificationKey, certificate_text};
use doorward_saml_protocol::metadata;

use crate::target::Target;

/// The time of the seeds.
const NOW: i64 = 1_796_040_000;

pub const TARGET: Target = Target {
    name: "saml_metadata",
    run,
    words: &[
        "<!DOCTYPE x>",
        "&a;",
        "<!-- -->",
        "<KeyDescriptor use=\"signing\">",
        "<AssertionConsumerService",
        "isDefault=\"true\"",
        "index=\"1\"",
        "validUntil=\"2020-01-01T00:00:00Z\"",
        "AuthnRequestsSigned=\"true\"",
        "<EntitiesDescriptor>",
    ],
};

fn run(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        let is_accepted = |text: &str| VerificationKey::from_certificate(text).is_ok();
        assert_eq!(is_accepted(text), is_accepted(&certificate_text(text)));
    }
    let Ok(provider) = metadata::read(input, NOW) else {
        return;
    };
    assert!(!provider.entity_id.is_empty());
    assert!(!provider.consumers.is_empty());
    assert!(provider.consumers.iter().all(|own| !own.is_empty()));
    let settings = &provider.settings;
    assert!(!settings.signed_requests || !settings.signing_certificates.is_empty());
    assert_eq!(metadata::read(input, NOW), Ok(provider));
}
