use rstest::rstest;

use super::*;

const IMPACT_TEXT: &str = "Users who lose access: 1\n    users:read (users: 1)\n";

#[rstest]
#[case::both(
    "~ roles/auditor\n    permissions: [] → null\n",
    IMPACT_TEXT,
    Some(IMPACT_TEXT)
)]
#[case::by_hand("role.changed auditor\n{\n  \"change\": \"created\"\n}", "", None)]
fn request_has_change_and_impact(
    #[case] change: &str,
    #[case] impact: &str,
    #[case] expected: Option<&str>,
) {
    let text = stored_text((change.to_owned(), impact.to_owned()));
    assert_eq!(split(&text), (change.trim_end(), expected));
}

#[test]
fn long_change_leaves_impact() {
    let text = stored_text(("~ roles/é\n".repeat(20_000), IMPACT_TEXT.to_owned()));
    assert!(text.len() < MAX_TEXT + 10, "{}", text.len());
    assert_eq!(split(&text).1, Some(IMPACT_TEXT));
    let text = stored_text(("+ roles/a\n".to_owned(), "é".repeat(MAX_TEXT)));
    assert!(text.len() < MAX_TEXT, "{}", text.len());
    assert_eq!(split(&text).0, "+ roles/a");
}
