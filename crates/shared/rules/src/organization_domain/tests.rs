use rstest::rstest;

use super::*;

const RESERVED: ReservedHosts<'_> = ReservedHosts {
    issuer: "https://id.example:8443",
    mtls: Some("https://mtls.id.example"),
    base_domain: Some("orgs.example"),
};

fn parse(text: &str) -> Result<String, &'static str> {
    OrganizationDomain::parse(text, RESERVED).map(OrganizationDomain::into_string)
}

#[rstest]
#[case::plain("login.acme.example", "login.acme.example")]
#[case::any_case("Login.ACME.Example", "login.acme.example")]
#[case::spaces(" login.acme.example ", "login.acme.example")]
#[case::two_labels("acme.example", "acme.example")]
#[case::digits("1.2.3.4.acme.example", "1.2.3.4.acme.example")]
#[case::other_letters("login.müller.example", "login.xn--mller-kva.example")]
#[case::below_issuer("acme.id.example", "acme.id.example")]
#[case::similar_to_base("myorgs.example", "myorgs.example")]
fn accepts_domain_in_lower_case(#[case] text: &str, #[case] domain: &str) {
    assert_eq!(parse(text).as_deref(), Ok(domain));
}

#[rstest]
#[case::empty("")]
#[case::single_label("localhost")]
#[case::trailing_dot("login.acme.example.")]
#[case::empty_label("login..example")]
#[case::leading_dot(".acme.example")]
#[case::port("login.acme.example:443")]
#[case::scheme("https://login.acme.example")]
#[case::path("login.acme.example/x")]
#[case::user("user@login.acme.example")]
#[case::wildcard("*.acme.example")]
#[case::underscore("log_in.acme.example")]
#[case::hyphen("-login.acme.example")]
#[case::inner_space("login acme.example")]
#[case::v4("203.0.113.9")]
#[case::v4_as_number("3405803785")]
#[case::v6("[2001:db8::1]")]
fn rejects_text_that_is_no_domain(#[case] text: &str) {
    assert!(parse(text).unwrap_err().starts_with("write a domain"));
}

#[test]
fn rejects_overlong_names() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!(parse(&longest).as_deref(), Ok(&*longest));
    assert!(parse(&format!("{longest}a")).is_err());
    assert!(parse(&format!("{label}a.example")).is_err());
}

#[rstest]
#[case::issuer("id.example")]
#[case::issuer_in_other_case("ID.Example")]
#[case::mtls("mtls.id.example")]
#[case::base("orgs.example")]
#[case::organization_host("acme.orgs.example")]
#[case::below_organization_host("a.acme.orgs.example")]
fn rejects_reserved_host(#[case] text: &str) {
    let problem = parse(text).unwrap_err();
    assert!(!problem.starts_with("write"), "{problem}");
}

#[test]
fn only_issuer_is_reserved_without_settings() {
    let reserved = ReservedHosts {
        mtls: None,
        base_domain: None,
        ..RESERVED
    };
    for free in ["mtls.id.example", "acme.orgs.example"] {
        assert!(OrganizationDomain::parse(free, reserved).is_ok(), "{free}");
    }
    assert!(OrganizationDomain::parse("id.example", reserved).is_err());
}
