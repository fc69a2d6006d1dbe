use rstest::rstest;

use crate::settings::Config;

fn config(issuer: &str, enabled: &str) -> Config {
    let environment = [
        ("DOORWARD_ISSUER", issuer),
        ("DOORWARD__PASSKEYS__ENABLED", enabled),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Config::load(None, environment).unwrap()
}

/// Passkeys belong to exactly the host of the issuer; an IP address is not a host.
#[rstest]
#[case("https://id.example.org", Some("id.example.org"), 0)]
#[case("https://id.example.org:8443", Some("id.example.org"), 0)]
#[case("http://localhost:8080", Some("localhost"), 0)]
#[case::this_machine("http://127.0.0.1:8080", None, 0)]
#[case::number("https://192.0.2.7", None, 1)]
#[case::number_six("https://[2001:db8::7]", None, 1)]
#[case::nothing("", None, 0)]
fn passkey_host_is_host_of_issuer(
    #[case] issuer: &str,
    #[case] expected: Option<&str>,
    #[case] remarks: usize,
) {
    let on = config(issuer, "true");
    assert_eq!(on.passkey_host().as_deref(), expected);
    let mut findings = Vec::new();
    on.check_passkeys(&mut findings);
    assert_eq!(findings.len(), remarks, "{findings:?}");

    let off = config(issuer, "false");
    assert_eq!(off.passkey_host(), None);
    assert!(!off.lacks_passkey_host());
    let mut findings = Vec::new();
    off.check_passkeys(&mut findings);
    assert_eq!(findings, []);
}

#[rstest]
#[case::host("id.example", Some("https://id.example/"))]
#[case::above("example", Some("https://id.example/"))]
#[case::former("old.test", Some("https://old.test/"))]
#[case::suffix("d.example", None)]
#[case::other("evil.test", None)]
#[case::below("www.id.example", None)]
fn rp_id_belongs_to_issuer(#[case] rp_id: &str, #[case] expected: Option<&str>) {
    let mut config = config("https://id.example", "true");
    config.former_issuers.urls = vec!["https://old.test".to_owned()];
    config.passkeys.rp_id = Some(rp_id.to_owned());
    let origin = config.passkey_origin(rp_id);
    assert_eq!(origin.as_ref().map(url::Url::as_str), expected);
    let mut findings = Vec::new();
    config.check_passkeys(&mut findings);
    assert_eq!(findings.is_empty(), expected.is_some(), "{findings:?}");
}
