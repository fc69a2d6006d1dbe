use rstest::rstest;

use super::*;

#[rstest]
#[case("", &[])]
#[case("none", &[Prompt::None])]
#[case("login", &[Prompt::Login])]
#[case("consent login", &[Prompt::Consent, Prompt::Login])]
#[case("select_account  select_account", &[Prompt::SelectAccount])]
// I14: unknown values are ignored (OIDC Core §3.1.2.1).
#[case("welcome", &[])]
#[case("NONE", &[])]
#[case("create login", &[Prompt::Login])]
#[case("login,consent", &[])]
fn parses_prompt_values(#[case] text: &str, #[case] expected: &[Prompt]) {
    let set = PromptSet::parse(text).unwrap();
    assert_eq!(set.is_empty(), expected.is_empty());
    for prompt in &Prompt::ALL {
        assert_eq!(
            set.contains(*prompt),
            expected.contains(prompt),
            "{prompt:?}"
        );
    }
}

#[rstest]
#[case("none login")]
#[case("login none")]
#[case("none unknown")]
fn rejects_none_with_other_values(#[case] text: &str) {
    assert_eq!(PromptSet::parse(text).unwrap_err().status(), 400);
}

#[test]
fn serde_form_is_single_string() {
    let set = PromptSet::parse("login consent").unwrap();
    let json = serde_json::to_string(&set).unwrap();
    assert_eq!(json, r#""login consent""#);
    assert_eq!(serde_json::from_str::<PromptSet>(&json).unwrap(), set);
    assert!(serde_json::from_str::<PromptSet>(r#""none login""#).is_err());
}
