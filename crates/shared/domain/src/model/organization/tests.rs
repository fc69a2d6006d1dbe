use rstest::rstest;

use super::is_slug;

#[rstest]
#[case("acme", true)]
#[case("a1", true)]
#[case("acme-north", true)]
#[case("a", false)]
#[case("", false)]
#[case("-acme", false)]
#[case("acme-", false)]
#[case("Acme", false)]
#[case("acme.example", false)]
#[case("ac_me", false)]
#[case("acme/../x", false)]
fn slug_is_domain_label(#[case] text: &str, #[case] is: bool) {
    assert_eq!(is_slug(text), is);
}

#[test]
fn slug_is_bounded() {
    assert!(is_slug(&"a".repeat(63)));
    assert!(!is_slug(&"a".repeat(64)));
}
