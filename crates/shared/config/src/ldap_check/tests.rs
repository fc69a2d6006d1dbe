use rstest::rstest;

use crate::Config;

#[rstest]
#[case(&[], None, &[])]
#[case(&[("LDAP__LISTEN", "[::]:636")], None, &["ldap.certificate"])]
#[case(&[("LDAP__CERTIFICATE", "a.pem")], None, &["ldap.certificate"])]
#[case(&[("LDAP__LISTEN", "[::]:636"), ("LDAP__PRIVATE_KEY_FILE", "a.key")], None, &["ldap.certificate"])]
#[case(
    &[("LDAP__LISTEN", "[::]:636"), ("LDAP__CERTIFICATE", "a.pem"), ("LDAP__PRIVATE_KEY_FILE", "a.key")],
    Some("a.pem"),
    &[]
)]
#[case(
    &[("LDAP__LISTEN", "[::]:636"), ("TLS__CERTIFICATE", "b.pem"), ("TLS__PRIVATE_KEY_FILE", "b.key")],
    Some("b.pem"),
    &[]
)]
fn certificate_is_own_or_that_of_https(
    #[case] settings: &[(&str, &str)],
    #[case] certificate: Option<&str>,
    #[case] rejected: &[&str],
) {
    let good = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        (
            "DOORWARD_SECRET_KEY",
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
    ];
    let good = good.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = settings
        .iter()
        .map(|(name, value)| (format!("DOORWARD__{name}"), (*value).to_owned()));
    let config = Config::load(None, good.into_iter().chain(settings)).unwrap();
    let files = config.ldap_files();
    assert_eq!(
        files.map(|(certificate, _)| certificate.to_str().unwrap()),
        certificate
    );
    let findings = config.check_serve();
    let keys = findings.iter().map(|finding| finding.key.as_str());
    let keys: Vec<_> = keys.filter(|key| key.starts_with("ldap")).collect();
    assert_eq!(keys, rejected);
}
