use actix_web::test::TestRequest;
use doorward_config::Mode;
use rstest::rstest;

use super::*;

fn asked(config: &Config, hosts: &[&str], target: &str) -> Result<HostKind, MiddlewareError> {
    let mut request = TestRequest::with_uri(target);
    for host in hosts {
        request = request.append_header((HOST, *host));
    }
    match AllowedHosts::new(config).check(&request.to_srv_request())? {
        // As in `admit`, if no organization has this domain.
        HostKind::Unlisted(_) => Err(MiddlewareError::UnknownHost),
        served => Ok(served),
    }
}

/// Returns the domain that is looked up for a request to this host.
fn looked_up(issuer: &str, host: &str, target: &str) -> Option<String> {
    let mut config = Config::defaults().unwrap();
    issuer.clone_into(&mut config.issuer);
    config.organizations.base_domain = Some("id.example".to_owned());
    let request = TestRequest::with_uri(target).append_header((HOST, host));
    match AllowedHosts::new(&config).check(&request.to_srv_request()) {
        Ok(HostKind::Unlisted(host)) => Some(host),
        _ => None,
    }
}

#[rstest]
#[case::plain("https://id.example", "login.acme.example", "/")]
#[case::default_port("https://id.example", "login.acme.example:443", "/")]
#[case::any_case("https://id.example", "Login.ACME.Example", "/")]
#[case::other_port("https://id.example:8443", "login.acme.example:8443", "/")]
#[case::absolute_target(
    "https://id.example",
    "login.acme.example",
    "https://login.acme.example/"
)]
#[case::no_port("https://id.example:8443", "login.acme.example", "/")]
fn unlisted_host_is_looked_up(#[case] issuer: &str, #[case] host: &str, #[case] target: &str) {
    let found = looked_up(issuer, host, target);
    assert_eq!(found.as_deref(), Some("login.acme.example"));
}

#[rstest]
#[case::issuer("https://id.example", "id.example", "/")]
#[case::organization("https://id.example", "acme.id.example", "/")]
#[case::other_port("https://id.example", "login.acme.example:8443", "/")]
#[case::two_ports("https://id.example", "login.acme.example:443:443", "/")]
#[case::other_target("https://id.example", "login.acme.example", "https://id.example/")]
#[case::no_issuer("", "login.acme.example", "/")]
fn other_hosts_are_not_looked_up(#[case] issuer: &str, #[case] host: &str, #[case] target: &str) {
    assert_eq!(looked_up(issuer, host, target), None);
}

fn check(issuer: &str, dev: bool, hosts: &[&str], target: &str) -> Result<(), MiddlewareError> {
    let mut config = Config::defaults().unwrap();
    issuer.clone_into(&mut config.issuer);
    config.mode = if dev { Mode::Dev } else { Mode::Serve };
    asked(&config, hosts, target).map(|served| assert_eq!(served, HostKind::Issuer))
}

fn organization(issuer: &str, host: &str, target: &str) -> Result<HostKind, MiddlewareError> {
    let mut config = Config::defaults().unwrap();
    issuer.clone_into(&mut config.issuer);
    config.organizations.base_domain = Some("id.example".to_owned());
    asked(&config, &[host], target)
}

#[rstest]
#[case::plain("https://id.example", "acme.id.example")]
#[case::default_port("https://id.example", "acme.id.example:443")]
#[case::any_case("https://id.example", "ACME.Id.Example")]
#[case::other_port("https://id.example:8443", "acme.id.example:8443")]
#[case::issuer_on_other_domain("https://login.example", "acme.id.example")]
fn single_label_below_base_domain_is_organization(#[case] issuer: &str, #[case] host: &str) {
    let acme = HostKind::Organization(Tenant {
        slug: "acme".to_owned(),
        host: "acme.id.example".to_owned(),
    });
    assert_eq!(organization(issuer, host, "/"), Ok(acme));
}

#[rstest]
#[case::other_port("acme.id.example:8443")]
#[case::empty_port("acme.id.example:")]
#[case::two_ports("acme.id.example:443:443")]
#[case::signed_port("acme.id.example:+443")]
#[case::trailing_dot("acme.id.example.")]
#[case::nested("north.acme.id.example")]
#[case::no_slug("ac_me.id.example")]
#[case::percent("ac%6de.id.example")]
#[case::user("user@acme.id.example")]
#[case::slash("acme/.id.example")]
#[case::two("acme.id.example, zeta.id.example")]
#[case::empty_label(".id.example")]
#[case::suffix_alone("acmeid.example")]
#[case::further("acme.id.example.evil.example")]
fn rejects_malformed_organization_host(#[case] host: &str) {
    let verdict = organization("https://id.example", host, "/");
    assert_eq!(verdict, Err(MiddlewareError::UnknownHost));
}

#[test]
fn target_and_host_must_name_same_organization() {
    let verdict = |target| organization("https://id.example", "acme.id.example", target);
    assert!(verdict("https://acme.id.example/").is_ok());
    for other in ["https://zeta.id.example/", "https://id.example/"] {
        assert_eq!(verdict(other), Err(MiddlewareError::UnknownHost), "{other}");
    }
}

#[test]
fn rejects_organization_host_without_base_domain() {
    let result = check("https://id.example", false, &["acme.id.example"], "/");
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

#[rstest]
#[case::exact("https://id.example", "id.example")]
#[case::default_port("https://id.example", "id.example:443")]
#[case::any_case("https://id.example", "ID.Example")]
#[case::other_port("https://id.example:8443", "id.example:8443")]
#[case::plain_http("http://localhost:8400", "localhost:8400")]
#[case::v6("http://[::1]:8400", "[::1]:8400")]
fn issuer_host_is_served(#[case] issuer: &str, #[case] host: &str) {
    assert_eq!(check(issuer, false, &[host], "/login"), Ok(()));
}

#[rstest]
#[case("evil.example")]
#[case("id.example.evil.example")]
#[case("evil.example:443")]
#[case("id.example:80")]
#[case("id.example:8443")]
#[case("id.example.")]
#[case("user@id.example")]
#[case("id.example, evil.example")]
#[case("127.0.0.1")]
#[case("localhost")]
#[case("")]
fn rejects_unknown_host(#[case] host: &str) {
    let result = check("https://id.example", false, &[host], "/login");
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

/// Some HTTP libraries leave the port out (RFC 9110 §7.2 requires it). Each row has the authorities of a
/// deployment with several, and what a `Host` field means there.
#[rstest]
#[case::issuer("id.example", Ok(HostKind::Issuer))]
#[case::any_case("ID.example", Ok(HostKind::Issuer))]
#[case::with_port("id.example:8443", Ok(HostKind::Issuer))]
#[case::default_port("id.example:443", Err(MiddlewareError::UnknownHost))]
#[case::other_port("id.example:9443", Err(MiddlewareError::UnknownHost))]
#[case::empty_port("id.example:", Err(MiddlewareError::UnknownHost))]
#[case::other_name("evil.example", Err(MiddlewareError::UnknownHost))]
#[case::longer_name("id.example.evil.example", Err(MiddlewareError::UnknownHost))]
#[case::trailing_dot("id.example.", Err(MiddlewareError::UnknownHost))]
#[case::user("user@id.example", Err(MiddlewareError::UnknownHost))]
#[case::mtls("mtls.example", Ok(HostKind::Mtls))]
#[case::mtls_port("mtls.example:8444", Ok(HostKind::Mtls))]
#[case::former("old.example", Ok(HostKind::Former(0)))]
#[case::former_port("old.example:9443", Ok(HostKind::Former(0)))]
// The former issuer was at another port of the same host; the exact authority goes first.
#[case::former_at_host("id.example:7443", Ok(HostKind::Former(1)))]
#[case::former_at_default_port("first.example", Ok(HostKind::Former(3)))]
#[case::former_at_other_port("first.example:8443", Ok(HostKind::Former(2)))]
fn name_decides_without_port(
    #[case] host: &str,
    #[case] expected: Result<HostKind, MiddlewareError>,
) {
    let mut config = Config::defaults().unwrap();
    config.issuer = "https://id.example:8443".to_owned();
    config.mtls.public_url = Some("https://mtls.example:8444".to_owned());
    let former = [
        "https://old.example:9443",
        "https://id.example:7443",
        "https://first.example:8443",
        "https://first.example",
    ];
    config.former_issuers.urls = former.map(str::to_owned).to_vec();
    assert_eq!(asked(&config, &[host], "/login"), expected);
}

#[rstest]
#[case::v6("http://[::1]:8400", "[::1]", true)]
#[case::v4("http://127.0.0.1:8400", "127.0.0.1", true)]
#[case::v6_without_brackets("http://[::1]:8400", "::1", false)]
#[case::v6_open("http://[::1]:8400", "[::1", false)]
#[case::v6_and_more("http://[::1]:8400", "[::1]8400", false)]
#[case::certificates_at_host("https://id.example:8443", "id.example", true)]
fn address_decides_without_port(#[case] issuer: &str, #[case] host: &str, #[case] served: bool) {
    let mut config = Config::defaults().unwrap();
    issuer.clone_into(&mut config.issuer);
    config.mtls.public_url = Some("https://id.example:8444".to_owned());
    let expected = served.then_some(HostKind::Issuer);
    assert_eq!(asked(&config, &[host], "/").ok(), expected);
}

#[test]
fn development_accepts_each_loopback_name() {
    for host in [
        "localhost:8400",
        "127.0.0.1:8400",
        "[::1]:8400",
        "localhost",
    ] {
        assert_eq!(
            check("http://localhost:8400", true, &[host], "/login"),
            Ok(())
        );
    }
    for host in ["localhost:8401", "127.0.0.2:8400", "evil.example:8400"] {
        let result = check("http://localhost:8400", true, &[host], "/login");
        assert_eq!(result, Err(MiddlewareError::UnknownHost), "{host}");
    }
    let result = check(
        "http://localhost:8400",
        false,
        &["127.0.0.1:8400"],
        "/login",
    );
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

#[test]
fn none_or_two_are_bad_request() {
    assert_eq!(
        check("https://id.example", false, &[], "/"),
        Err(MiddlewareError::BadHost)
    );
    let two = ["id.example", "id.example"];
    assert_eq!(
        check("https://id.example", false, &two, "/"),
        Err(MiddlewareError::BadHost)
    );
}

#[test]
fn absolute_target_must_match_host() {
    let host = ["id.example"];
    assert_eq!(
        check(
            "https://id.example",
            false,
            &host,
            "https://id.example/login"
        ),
        Ok(())
    );
    let result = check(
        "https://id.example",
        false,
        &host,
        "https://evil.example/login",
    );
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

#[test]
fn probes_may_ask_by_address() {
    for path in ["/livez", "/readyz"] {
        assert_eq!(
            check("https://id.example", false, &["10.1.2.3:8400"], path),
            Ok(())
        );
    }
    let result = check("https://id.example", false, &["10.1.2.3:8400"], "/livez/x");
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

#[test]
fn rejects_all_hosts_without_issuer() {
    assert_eq!(
        check("", true, &["localhost:8400"], "/"),
        Err(MiddlewareError::UnknownHost)
    );
}

#[rstest]
#[case::plain("old.example", Ok(HostKind::Former(0)))]
#[case::port("OLD.example:443", Ok(HostKind::Former(0)))]
#[case::second("older.example:8443", Ok(HostKind::Former(1)))]
#[case::other_port("old.example:8443", Err(MiddlewareError::UnknownHost))]
#[case::present("id.example", Ok(HostKind::Issuer))]
fn former_host_is_known(#[case] host: &str, #[case] expected: Result<HostKind, MiddlewareError>) {
    let mut config = Config::defaults().unwrap();
    config.issuer = "https://id.example".to_owned();
    let former = ["https://old.example", "https://older.example:8443"];
    config.former_issuers.urls = former.map(str::to_owned).to_vec();
    assert_eq!(asked(&config, &[host], "/"), expected);
}

#[rstest]
#[case::plain("evil.example:8443", "evil.example:8443")]
#[case::markup("<b>\"evil\"</b>.example", "bevilb.example")]
#[case::none("", "")]
fn named_host_has_usual_characters(#[case] host: &str, #[case] expected: &str) {
    let request = TestRequest::default().insert_header((HOST, host));
    assert_eq!(named_host(&request.to_srv_request()), expected);
}

#[test]
fn named_host_is_short() {
    let host = "a".repeat(5_000);
    let request = TestRequest::default().insert_header((HOST, host));
    assert_eq!(named_host(&request.to_srv_request()).len(), MAX_NAMED);
}
