use doorward_config::Severity;
use rstest::rstest;

use super::check_serve;
use crate::prelude::*;

/// A fixed time.
#[derive(Debug)]
struct Now;

impl Clock for Now {
    fn now(&self) -> UnixSeconds {
        1_800_000_000
    }
}

#[rstest]
#[case("DOORWARD__MTLS__CLIENT_CA", "/nowhere.pem", &["mtls.client_ca", "mtls.client_ca"])]
#[case("DOORWARD__BRANDING__LOGO", "/nowhere.png", &["branding.logo"])]
#[case("DOORWARD__BRANDING__FAVICON", "/", &["branding.favicon"])]
#[case("DOORWARD__BRANDING__MAIL_TEMPLATES", "/nowhere", &["branding.mail_templates"])]
#[case("DOORWARD__BRANDING__TEXTS", "/nowhere", &["branding.texts"])]
#[case("DOORWARD__MAIL__FROM", "nobody", &["mail.from"])]
fn rejects_unusable_files_and_senders(
    #[case] name: &str,
    #[case] value: &str,
    #[case] rejected: &[&str],
) {
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        (
            "DOORWARD_SECRET_KEY",
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
        (name, value),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let findings = check_serve(&Config::load(None, environment).unwrap(), &Now);
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let keys: Vec<_> = errors.map(|error| error.key.as_str()).collect();
    assert_eq!(keys, rejected, "{findings:?}");
}
