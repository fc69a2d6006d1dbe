use rstest::rstest;

use super::*;

fn parse(body: &str) -> Result<TokenHintRequest, OAuthError> {
    TokenHintRequest::parse(&Params::parse(body.as_bytes()).unwrap())
}

#[rstest]
#[case("token=t", None)]
#[case(
    "token=t&token_type_hint=access_token",
    Some(TokenTypeHint::AccessToken)
)]
#[case(
    "token=t&token_type_hint=refresh_token",
    Some(TokenTypeHint::RefreshToken)
)]
#[case("token=t&token_type_hint=something", None)]
#[case("token=t&token_type_hint=", None)]
fn token_and_hint_are_read(#[case] body: &str, #[case] hint: Option<TokenTypeHint>) {
    assert_eq!(
        parse(body).unwrap(),
        TokenHintRequest {
            token: "t".into(),
            hint
        }
    );
}

#[rstest]
#[case("")]
#[case("token=")]
#[case("token=a&token=b")]
#[case("token=a&token_type_hint=x&token_type_hint=x")]
fn rejects_invalid_request(#[case] body: &str) {
    assert_eq!(parse(body).unwrap_err().code.as_str(), "invalid_request");
}

#[test]
fn debug_shows_no_token() {
    assert!(!format!("{:?}", parse("token=canary").unwrap()).contains("canary"));
}
