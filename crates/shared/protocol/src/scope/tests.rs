use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("", "")]
#[case("openid", "openid")]
#[case("openid profile", "openid profile")]
#[case(" openid  profile openid ", "openid profile")]
#[case("tasks:read_all a!#[]~", "tasks:read_all a!#[]~")]
fn parses_scope(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(Scope::parse(text).unwrap().to_string(), expected);
}

#[rstest]
#[case("a\tb")]
#[case("a\nb")]
#[case("a\"b")]
#[case("a\\b")]
#[case("\u{fc}")]
#[case("a\u{7f}")]
#[case("a\u{a0}b")]
fn rejects_invalid_characters(#[case] text: &str) {
    assert_eq!(
        Scope::parse(text).unwrap_err().code,
        ErrorCode::InvalidScope
    );
}

#[test]
fn is_bounded() {
    assert!(Scope::parse(&"a".repeat(MAX_BYTES)).is_ok());
    assert!(Scope::parse(&"a".repeat(MAX_BYTES + 1)).is_err());
}

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

#[test]
fn set_operations() {
    let (abc, cbx) = (scope("a b c"), scope("c b x"));
    assert_eq!(abc.intersect(&cbx).to_string(), "b c");
    assert_eq!(abc.union(&cbx).to_string(), "a b c x");
    assert_eq!(abc.difference(&cbx).to_string(), "a");
    assert!(scope("b a").is_subset_of(&abc));
    assert!(!cbx.is_subset_of(&abc));
    assert!(Scope::default().is_subset_of(&abc));
    assert_eq!(scope("a b"), scope("b a"));
    assert_ne!(scope("a b"), scope("a"));
    assert_ne!(scope("a"), scope("A"));
}

#[test]
fn only_tokens_can_be_inserted() {
    let mut scope = Scope::default();
    assert!(scope.insert("a"));
    assert!(!scope.insert("a"));
    assert!(
        !scope.insert("b c"),
        "would widen the set on its way through a string"
    );
    assert!(!scope.insert(""));
    assert!(scope.remove("a"));
    assert!(scope.is_empty());
}

#[test]
fn serde_form_is_single_string() {
    assert_eq!(serde_json::to_string(&scope("a b")).unwrap(), r#""a b""#);
    assert_eq!(
        serde_json::from_str::<Scope>(r#""b  a""#).unwrap(),
        scope("a b")
    );
    assert!(serde_json::from_str::<Scope>(r#"["a"]"#).is_err());
    assert!(serde_json::from_str::<Scope>("\"a\u{fc}\"").is_err());
}

proptest! {
    #[test]
    fn round_trips(names in prop::collection::vec("[!#-\\[\\]-~]{1,12}", 0..20)) {
        let scope: Scope = names.iter().collect();
        prop_assert_eq!(Scope::parse(&scope.to_string()).unwrap(), scope);
    }

    #[test]
    fn intersection_never_widens(one in "[a-d ]{0,12}", other in "[a-d ]{0,12}") {
        let (one, other) = (Scope::parse(&one).unwrap(), Scope::parse(&other).unwrap());
        let both = one.intersect(&other);
        prop_assert!(both.is_subset_of(&one) && both.is_subset_of(&other));
    }
}
