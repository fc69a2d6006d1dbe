use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

fn check(issuer: &str, dev: bool, hosts: &[&str], target: &str) -> Result<(), Refusal> {
    let mut request = TestRequest::with_uri(target);
    for host in hosts {
        request = request.append_header((HOST, *host));
    }
    AllowedHosts::new(issuer, dev).check(&request.to_srv_request())
}

#[rstest]
#[case::exact("https://id.example", "id.example")]
#[case::default_port("https://id.example", "id.example:443")]
#[case::any_case("https://id.example", "ID.Example")]
#[case::other_port("https://id.example:8443", "id.example:8443")]
#[case::plain_http("http://localhost:8400", "localhost:8400")]
#[case::v6("http://[::1]:8400", "[::1]:8400")]
fn the_issuers_host_is_served(#[case] issuer: &str, #[case] host: &str) {
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
fn any_other_host_is_refused(#[case] host: &str) {
    let verdict = check("https://id.example", false, &[host], "/login");
    assert_eq!(verdict, Err(Refusal::UnknownHost));
}

#[test]
fn the_port_of_the_issuer_is_part_of_it() {
    let verdict = check("https://id.example:8443", false, &["id.example"], "/login");
    assert_eq!(verdict, Err(Refusal::UnknownHost));
}

#[test]
fn development_answers_to_every_loopback_name_with_its_port() {
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
        let verdict = check("http://localhost:8400", true, &[host], "/login");
        assert_eq!(verdict, Err(Refusal::UnknownHost), "{host}");
    }
    let verdict = check(
        "http://localhost:8400",
        false,
        &["127.0.0.1:8400"],
        "/login",
    );
    assert_eq!(verdict, Err(Refusal::UnknownHost));
}

#[test]
fn none_or_two_are_a_bad_request() {
    assert_eq!(
        check("https://id.example", false, &[], "/"),
        Err(Refusal::BadHost)
    );
    let two = ["id.example", "id.example"];
    assert_eq!(
        check("https://id.example", false, &two, "/"),
        Err(Refusal::BadHost)
    );
}

#[test]
fn an_absolute_target_has_to_name_the_same_host() {
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
    let verdict = check(
        "https://id.example",
        false,
        &host,
        "https://evil.example/login",
    );
    assert_eq!(verdict, Err(Refusal::UnknownHost));
}

#[test]
fn probes_may_ask_by_address() {
    for path in ["/livez", "/readyz"] {
        assert_eq!(
            check("https://id.example", false, &["10.1.2.3:8400"], path),
            Ok(())
        );
    }
    let verdict = check("https://id.example", false, &["10.1.2.3:8400"], "/livez/x");
    assert_eq!(verdict, Err(Refusal::UnknownHost));
}

#[test]
fn without_an_issuer_nothing_is_served() {
    assert_eq!(
        check("", true, &["localhost:8400"], "/"),
        Err(Refusal::UnknownHost)
    );
}
