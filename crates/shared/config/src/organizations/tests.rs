use rstest::rstest;

use super::*;
use crate::Finding;
use crate::settings::Config;

fn findings(issuer: &str, base: &str) -> Vec<Finding> {
    let environment = [
        ("DOORWARD_ISSUER", issuer),
        ("DOORWARD__ORGANIZATIONS__BASE_DOMAIN", base),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, environment).unwrap();
    let mut findings = Vec::new();
    config.check_organizations(&mut findings);
    findings
}

#[rstest]
#[case::unset("")]
#[case::the_issuers_own_host("id.example.org")]
#[case::other_domain("tenants.example.com")]
#[case::below_the_issuer("at.id.example.org")]
#[case::two_levels_above("org")]
#[case::one_label("localhost")]
#[case::digits_within("4.example")]
fn valid_domain_is_accepted(#[case] base: &str) {
    assert_eq!(findings("https://id.example.org", base), []);
}

#[rstest]
#[case::address("https://id.example.com")]
#[case::port("id.example.com:443")]
#[case::wildcard("*.id.example.com")]
#[case::leading_dot(".id.example.com")]
#[case::trailing_dot("id.example.com.")]
#[case::empty_label("id..example.com")]
#[case::capitals("ID.example.com")]
#[case::space("id.example.com ")]
#[case::underscore("id_x.example.com")]
#[case::hyphen_first("-id.example.com")]
#[case::v4("127.0.0.1")]
#[case::v6("[::1]")]
#[case::number("8400")]
#[case::letters_of_another_alphabet("bücher.example")]
fn invalid_domain_is_rejected(#[case] base: &str) {
    let found = findings("https://id.example.org", base);
    assert_eq!(found.len(), 1, "{base}");
    assert_eq!(found[0].problem, "not the name of a domain");
}

#[test]
fn domain_leaves_space_for_slug() {
    let base = |length: usize| {
        let mut labels = vec!["a".repeat(63); 2];
        labels.push("b".repeat(length - 128));
        labels.join(".")
    };
    assert_eq!(findings("https://id.example.org", &base(189)), []);
    assert_eq!(findings("https://id.example.org", &base(190)).len(), 1);
}

#[test]
fn issuers_host_is_no_organizations_host() {
    let found = findings("https://id.example.org", "example.org");
    assert_eq!(found.len(), 1);
    assert!(found[0].problem.contains("id.example.org"), "{found:?}");
    // A host that no slug can equal does not conflict.
    assert_eq!(findings("https://i.example.org", "example.org"), []);
}

#[rstest]
#[case("acme.id.example.com", Some("acme"))]
#[case("ACME.Id.Example.COM", Some("acme"))]
#[case("a-1.id.example.com", Some("a-1"))]
#[case("id.example.com", None)]
#[case(".id.example.com", None)]
#[case("a.id.example.com", None)]
#[case("-acme.id.example.com", None)]
#[case("ac_me.id.example.com", None)]
#[case("north.acme.id.example.com", None)]
#[case("acmeid.example.com", None)]
#[case("acme.id.example.com.", None)]
#[case("acme.id.example.com.evil.example", None)]
#[case("", None)]
fn single_label_below_domain_is_slug(#[case] host: &str, #[case] slug: Option<&str>) {
    assert_eq!(slug_of(host, "id.example.com").as_deref(), slug);
}
