use rstest::rstest;

use super::*;

#[rstest]
#[case("Bearer abc", "abc")]
#[case("bearer abc.def-_~+/==", "abc.def-_~+/==")]
#[case("BEARER   abc  ", "abc")]
fn reads_bearer_token(#[case] header: &str, #[case] token: &str) {
    assert_eq!(token_from_header(header), Ok(token));
}

#[rstest]
#[case("", BearerError::OtherScheme)]
#[case("abc", BearerError::OtherScheme)]
#[case("Basic YTpi", BearerError::OtherScheme)]
#[case("Bearerabc", BearerError::OtherScheme)]
#[case("Bearer\tabc", BearerError::OtherScheme)]
#[case("DPoP abc", BearerError::OtherScheme)]
#[case("Bearer", BearerError::Malformed)]
#[case("Bearer ", BearerError::Malformed)]
#[case("Bearer ==", BearerError::Malformed)]
#[case("Bearer a b", BearerError::Malformed)]
#[case("Bearer a,Bearer b", BearerError::Malformed)]
#[case("Bearer a=b", BearerError::Malformed)]
#[case("Bearer \"abc\"", BearerError::Malformed)]
#[case("Bearer a\u{fc}", BearerError::Malformed)]
fn rejects_malformed_header(#[case] header: &str, #[case] problem: BearerError) {
    assert_eq!(token_from_header(header), Err(problem));
}

#[test]
fn is_bounded() {
    let header = |n| format!("Bearer {}", "a".repeat(n));
    assert!(token_from_header(&header(MAX_TOKEN_BYTES)).is_ok());
    assert_eq!(
        token_from_header(&header(MAX_TOKEN_BYTES + 1)),
        Err(BearerError::TooLong)
    );
}

#[test]
fn challenge_is_formatted() {
    assert_eq!(Challenge::bearer().to_string(), "Bearer");
    assert_eq!(
        Challenge::basic().realm("doorward").to_string(),
        r#"Basic realm="doorward""#
    );
    let challenge = Challenge::bearer()
        .realm("tasks")
        .error(ErrorCode::InsufficientScope, "more is needed")
        .scope(&Scope::parse("a b").unwrap())
        .resource_metadata("https://t.example/.well-known/oauth-protected-resource");
    assert_eq!(
        challenge.to_string(),
        "Bearer realm=\"tasks\", error=\"insufficient_scope\", \
         error_description=\"more is needed\", scope=\"a b\", \
         resource_metadata=\"https://t.example/.well-known/oauth-protected-resource\""
    );
    let step_up = Challenge::bearer()
        .error(ErrorCode::InsufficientUserAuthentication, "sign in again")
        .acr_values(&["aal2", "aal3"])
        .max_age(300);
    assert!(
        step_up
            .to_string()
            .ends_with(r#"acr_values="aal2 aal3", max_age="300""#)
    );
}

#[test]
fn challenge_is_escaped_in_single_header() {
    let text = Challenge::bearer()
        .realm("a\"b\\c\r\nX: y\u{e9}")
        .to_string();
    assert_eq!(text, r#"Bearer realm="a\"b\\c??X: y?""#);
}

#[rstest]
#[case("DPoP abc", TokenType::Dpop)]
#[case("dpop abc", TokenType::Dpop)]
#[case("Bearer abc", TokenType::Bearer)]
fn both_schemes_have_same_syntax(#[case] header: &str, #[case] scheme: TokenType) {
    assert_eq!(access_token_from_header(header), Ok((scheme, "abc")));
}

#[rstest]
#[case("Basic abc", BearerError::OtherScheme)]
#[case("DPoP", BearerError::Malformed)]
#[case("DPoP a b", BearerError::Malformed)]
fn both_schemes_reject_malformed_token(#[case] header: &str, #[case] problem: BearerError) {
    assert_eq!(access_token_from_header(header), Err(problem));
}

#[test]
fn dpop_challenge_names_algorithms() {
    let challenge = Challenge::dpop(&["ES256", "PS256"]).error(ErrorCode::InvalidToken, "no");
    assert_eq!(
        challenge.to_string(),
        "DPoP algs=\"ES256 PS256\", error=\"invalid_token\", error_description=\"no\""
    );
}
