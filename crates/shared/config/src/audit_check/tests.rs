use rstest::rstest;

use crate::Config;

/// Settings of the streams, and the keys of the findings.
#[rstest]
#[case(&[("FILE", "/var/log/doorward.jsonl")], &[])]
#[case(&[("SYSLOG", "logs.example.org:6514"), ("CA", "ca.pem")], &[])]
#[case(&[("SYSLOG", "[2001:db8::1]:6514")], &[])]
#[case(&[("HTTPS", "https://logs.example.org/in"), ("HTTPS_TOKEN", "secret")], &[])]
#[case(&[("HTTPS", "http://127.0.0.1:9000/in")], &[])]
#[case(&[("SYSLOG", "logs.example.org")], &["audit.streams.syslog"])]
#[case(&[("SYSLOG", "tls://logs.example.org:6514")], &["audit.streams.syslog"])]
#[case(&[("SYSLOG", "user@logs.example.org:6514")], &["audit.streams.syslog"])]
#[case(&[("SYSLOG", ":6514")], &["audit.streams.syslog"])]
#[case(&[("HTTPS", "http://logs.example.org/in")], &["audit.streams.https"])]
#[case(&[("HTTPS", "https://logs.example.org/in?key=1")], &["audit.streams.https"])]
#[case(&[("HTTPS_TOKEN", "secret")], &["audit.streams.https_token"])]
#[case(&[("FILE", "/var/log/doorward.jsonl"), ("CA", "ca.pem")], &["audit.streams.ca"])]
#[case(
    &[("SYSLOG", "logs.example.org:6514"), ("SYSLOG_CERTIFICATE", "a.pem")],
    &["audit.streams.syslog_certificate"]
)]
#[case(
    &[("SYSLOG", "logs.example.org:6514"), ("SYSLOG_PRIVATE_KEY", "a")],
    &["audit.streams.syslog_private_key"]
)]
#[case(
    &[("SYSLOG_CERTIFICATE", "a.pem"), ("SYSLOG_PRIVATE_KEY", "a")],
    &["audit.streams.syslog_certificate"]
)]
fn unusable_streams_are_rejected(#[case] settings: &[(&str, &str)], #[case] rejected: &[&str]) {
    let good = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        (
            "DOORWARD_SECRET_KEY",
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
    ];
    let good = good.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = settings.iter().map(|(name, value)| {
        (
            format!("DOORWARD__AUDIT__STREAMS__{name}"),
            (*value).to_owned(),
        )
    });
    let config = Config::load(None, good.into_iter().chain(settings)).unwrap();
    let findings = config.check_serve();
    let keys: Vec<_> = findings
        .iter()
        .map(|finding| finding.key.as_str())
        .collect();
    assert_eq!(keys, rejected);
}

#[test]
fn password_in_address_is_rejected() {
    let address = "https://user:word@logs.example.org/".to_owned();
    let setting = ("DOORWARD__AUDIT__STREAMS__HTTPS".to_owned(), address);
    let error = Config::load(None, [setting]).unwrap_err().to_string();
    assert!(error.contains("audit.streams.https"), "{error}");
    assert!(!error.contains("word@"), "{error}");
}

#[test]
fn targets_are_configured_streams() {
    let settings = [
        ("DOORWARD__AUDIT__STREAMS__FILE", "/var/log/doorward.jsonl"),
        (
            "DOORWARD__AUDIT__STREAMS__HTTPS",
            "https://logs.example.org/in",
        ),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let streams = Config::load(None, settings).unwrap().audit.streams;
    let targets = streams.targets();
    let names: Vec<_> = targets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["file", "https"]);
    assert_eq!(targets[0].1, "/var/log/doorward.jsonl");
    assert_eq!(targets[1].1, "https://logs.example.org/…");
    assert!(!streams.begins_at_start());
}
