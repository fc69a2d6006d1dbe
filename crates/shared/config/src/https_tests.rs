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

const DIRECTORY: (&str, &str) = (
    "DOORWARD__TLS__ACME__DIRECTORY",
    "https://ca.example.org/directory",
);
const TERMS: (&str, &str) = ("DOORWARD__TLS__ACME__ACCEPT_TERMS", "true");
const HTTP: (&str, &str) = ("DOORWARD__TLS__HTTP_LISTEN", "0.0.0.0:80");
const ALPN: (&str, &str) = ("DOORWARD__TLS__ACME__CHALLENGE", "tls-alpn-01");

#[rstest]
#[case::http(&[DIRECTORY, TERMS, LISTEN, HTTP], &[])]
#[case::tls(&[DIRECTORY, TERMS, LISTEN, ALPN], &[])]
#[case::no_port_80(&[DIRECTORY, TERMS, LISTEN], &["tls.http_listen"])]
#[case::terms(&[DIRECTORY, LISTEN, HTTP], &["tls.acme.accept_terms"])]
#[case::both(&[DIRECTORY, TERMS, LISTEN, HTTP, CERTIFICATE, KEY], &["tls.acme.directory"])]
#[case::plain(
    &[("DOORWARD__TLS__ACME__DIRECTORY", "http://ca.example.org/"), TERMS, LISTEN, HTTP],
    &["tls.acme.directory"]
)]
#[case::test_authority(
    &[("DOORWARD__TLS__ACME__DIRECTORY", "http://127.0.0.1:14000/dir"), TERMS, LISTEN, HTTP],
    &[]
)]
#[case::address(
    &[DIRECTORY, TERMS, LISTEN, HTTP, ("DOORWARD_ISSUER", "https://203.0.113.9")],
    &["issuer"]
)]
#[case::wildcard(
    &[DIRECTORY, TERMS, LISTEN, HTTP, ("DOORWARD__TLS__ACME__HOSTS", "*.example.org")],
    &["tls.acme.hosts"]
)]
#[case::half_account(
    &[DIRECTORY, TERMS, LISTEN, HTTP, ("DOORWARD__TLS__ACME__EAB_KEY_ID", "kid")],
    &["tls.acme.eab_key_id"]
)]
#[case::alone(&[("DOORWARD__TLS__ACME__HOSTS", "a.example.org")], &["tls.acme.hosts"])]
#[case::socket(
    &[DIRECTORY, TERMS, ALPN, ("DOORWARD_LISTEN", "unix:/run/d.sock")],
    &["listen"]
)]
fn acme_settings_belong_together(#[case] settings: &[(&str, &str)], #[case] rejected: &[&str]) {
    let findings = found(settings).into_iter();
    let errors = findings.filter(|(_, severity)| *severity == Severity::Error);
    let errors: Vec<_> = errors.map(|(key, _)| key).collect();
    assert_eq!(errors, rejected);
}

#[test]
fn certificate_of_acme_has_further_hosts() {
    let hosts = "acme.example.org id.example.org";
    let config = config(&[DIRECTORY, ("DOORWARD__TLS__ACME__HOSTS", hosts)]);
    assert_eq!(
        config.certificate_hosts(),
        ["id.example.org", "acme.example.org"]
    );
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
