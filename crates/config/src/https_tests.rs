//! Tests of HTTPS without a proxy: which settings belong together.

use std::path::Path;

use rstest::rstest;

use super::key::Kind;
use super::relative::resolve;
use super::settings::Config;
use super::{Listen, Severity};

const BASE: [(&str, &str); 2] = [
    ("DOORWARD_ISSUER", "https://id.example.org"),
    (
        "DOORWARD_SECRET_KEY",
        "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
    ),
];
const CERTIFICATE: (&str, &str) = ("DOORWARD__TLS__CERTIFICATE", "tls.pem");
const KEY: (&str, &str) = ("DOORWARD__TLS__PRIVATE_KEY_FILE", "tls.key");
const LISTEN: (&str, &str) = ("DOORWARD_LISTEN", "0.0.0.0:443");

fn config(settings: &[(&str, &str)]) -> Config {
    let base = BASE.iter().filter(|(name, _)| {
        let mut others = settings.iter();
        others.all(|(other, _)| other != name)
    });
    let all = base.chain(settings);
    let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, owned).unwrap()
}

/// Returns the keys of the findings, with their severity.
fn found(settings: &[(&str, &str)]) -> Vec<(String, Severity)> {
    let findings = config(settings).check_serve().into_iter();
    findings
        .map(|finding| (finding.key, finding.severity))
        .collect()
}

#[rstest]
#[case::complete(&[CERTIFICATE, KEY, LISTEN], &[])]
#[case::redirect(&[CERTIFICATE, KEY, LISTEN, ("DOORWARD__TLS__HTTP_LISTEN", "0.0.0.0:80")], &[])]
#[case::no_key(&[CERTIFICATE, LISTEN], &["tls.private_key_file"])]
#[case::no_certificate(&[KEY], &["tls.certificate"])]
#[case::redirect_alone(&[("DOORWARD__TLS__HTTP_LISTEN", "0.0.0.0:80")], &["tls.http_listen"])]
#[case::same_port(
    &[CERTIFICATE, KEY, LISTEN, ("DOORWARD__TLS__HTTP_LISTEN", "0.0.0.0:443")],
    &["tls.http_listen"]
)]
#[case::socket(&[CERTIFICATE, KEY, ("DOORWARD_LISTEN", "unix:/run/d.sock")], &["listen"])]
#[case::plain_issuer(
    &[CERTIFICATE, KEY, LISTEN, ("DOORWARD_ISSUER", "http://localhost:443")],
    &["issuer"]
)]
fn https_settings_belong_together(#[case] settings: &[(&str, &str)], #[case] rejected: &[&str]) {
    let expected: Vec<_> = rejected
        .iter()
        .map(|key| ((*key).to_owned(), Severity::Error))
        .collect();
    assert_eq!(found(settings), expected);
}

#[test]
fn https_on_loopback_alone_warns() {
    let warned = [("listen".to_owned(), Severity::Warning)];
    assert_eq!(found(&[CERTIFICATE, KEY]), warned);
    let here = [
        CERTIFICATE,
        KEY,
        ("DOORWARD_ISSUER", "https://localhost:8400"),
    ];
    assert_eq!(found(&here), []);
}

#[test]
fn certificate_contains_host_of_issuer() {
    let config = config(&[("DOORWARD_ISSUER", "https://id.example.org:8443")]);
    assert_eq!(config.certificate_hosts(), ["id.example.org"]);
}

#[test]
fn socket_is_relative_to_configuration_file() {
    let resolved = |text: &str| {
        let value = resolve(&Kind::Listen, text.into(), Path::new("/etc/doorward"));
        value.to_string()
    };
    assert_eq!(resolved("unix:d.sock"), "unix:/etc/doorward/d.sock");
    assert_eq!(resolved("unix:/run/d.sock"), "unix:/run/d.sock");
    assert_eq!(resolved("127.0.0.1:8400"), "127.0.0.1:8400");
    let config = config(&[("DOORWARD_LISTEN", "unix:/run/d.sock")]);
    assert_eq!(config.listen, Listen::Unix("/run/d.sock".into()));
    assert_eq!(config.check_serve(), []);
}
