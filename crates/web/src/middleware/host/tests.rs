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
fn unlisted_host_is_looked_up(#[case] issuer: &str, #[case] host: &str, #[case] target: &str) {
    let found = looked_up(issuer, host, target);
    assert_eq!(found.as_deref(), Some("login.acme.example"));
}

#[rstest]
#[case::issuer("https://id.example", "id.example", "/")]
#[case::organization("https://id.example", "acme.id.example", "/")]
#[case::other_port("https://id.example", "login.acme.example:8443", "/")]
#[case::no_port("https://id.example:8443", "login.acme.example", "/")]
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

#[test]
fn port_of_issuer_is_required() {
    let result = check("https://id.example:8443", false, &["id.example"], "/login");
    assert_eq!(result, Err(MiddlewareError::UnknownHost));
}

#[test]
fn development_accepts_each_loopback_name_with_port() {
    for host in ["localhost:8400", "127.0.0.1:8400", "[::1]:8400"] {
        assert_eq!(
            check("http://localhost:8400", true, &[host], "/login"),
            Ok(())
        );
    }
    for host in [
        "localhost:8401",
        "localhost",
        "127.0.0.2:8400",
        "evil.example:8400",
    ] {
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
