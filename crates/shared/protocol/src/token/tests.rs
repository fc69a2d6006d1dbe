use rstest::rstest;

use super::*;

fn parse(text: &str) -> Result<TokenRequest, OAuthError> {
    TokenRequest::parse(&Params::parse(text.as_bytes()).unwrap())
}

#[test]
fn code_exchange() {
    let request = parse(
        "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fa.example%2Fcb\
         &code_verifier=v&resource=https%3A%2F%2Fr.example&client_id=x",
    );
    assert_eq!(
        request.unwrap(),
        TokenRequest::AuthorizationCode {
            code: "c".into(),
            redirect_uri: Some("https://a.example/cb".into()),
            code_verifier: Some("v".into()),
            resource: vec!["https://r.example".into()],
        }
    );
}

/// An empty verifier is a wrong verifier, not an absent one: absence would allow a PKCE downgrade
/// (RFC 9700 §4.8).
#[rstest]
#[case("", None)]
#[case("&code_verifier=", Some(""))]
#[case("&code_verifier=v", Some("v"))]
fn verifier_is_kept_as_sent(#[case] part: &str, #[case] expected: Option<&str>) {
    match parse(&format!("grant_type=authorization_code&code=c{part}")).unwrap() {
        TokenRequest::AuthorizationCode { code_verifier, .. } => {
            assert_eq!(code_verifier.as_deref(), expected);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn refresh_request_is_parsed() {
    let request = parse("grant_type=refresh_token&refresh_token=r&scope=a+b").unwrap();
    assert_eq!(request.grant_type(), GrantType::RefreshToken);
    assert_eq!(
        request,
        TokenRequest::RefreshToken {
            refresh_token: "r".into(),
            scope: Some(Scope::parse("a b").unwrap()),
            resource: vec![],
        }
    );
}

#[test]
fn client_credentials() {
    let request = parse("grant_type=client_credentials&scope=").unwrap();
    assert_eq!(
        request,
        TokenRequest::ClientCredentials {
            organization: None,
            scope: None,
            resource: vec![]
        }
    );
}

#[test]
fn poll_of_device() {
    let request =
        parse("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d&client_id=tv");
    assert_eq!(
        request.unwrap(),
        TokenRequest::DeviceCode {
            device_code: "d".into(),
            resource: vec![],
        }
    );
}

#[test]
fn assertion_grant_is_parsed() {
    let request =
        parse("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=a&scope=x");
    assert_eq!(
        request.unwrap(),
        TokenRequest::JwtBearer {
            assertion: "a".into(),
            scope: Some(Scope::parse("x").unwrap()),
            resource: vec![],
        }
    );
}

#[rstest]
#[case("", "invalid_request")]
#[case("grant_type=", "invalid_request")]
#[case("grant_type=password&username=a&password=b", "unsupported_grant_type")]
#[case("grant_type=implicit", "unsupported_grant_type")]
#[case("grant_type=Authorization_Code&code=c", "unsupported_grant_type")]
#[case(
    "grant_type=urn:ietf:params:oauth:grant-type:device_code&x=1",
    "invalid_request"
)]
#[case(
    "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=a&device_code=b",
    "invalid_request"
)]
#[case(
    "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=",
    "invalid_request"
)]
#[case(
    "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=a&audience=b&audience=c",
    "invalid_request"
)]
#[case(
    "grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer&assertion=a",
    "unsupported_grant_type"
)]
#[case("grant_type=authorization_code", "invalid_request")]
#[case("grant_type=authorization_code&code=", "invalid_request")]
#[case("grant_type=authorization_code&code=a&code=b", "invalid_request")]
#[case(
    "grant_type=authorization_code&grant_type=refresh_token&code=a",
    "invalid_request"
)]
#[case("grant_type=refresh_token", "invalid_request")]
#[case("grant_type=refresh_token&refresh_token=r&scope=%22", "invalid_scope")]
#[case("grant_type=client_credentials&resource=relative", "invalid_target")]
#[case(
    "grant_type=client_credentials&resource=https://a.example/%23f",
    "invalid_target"
)]
#[case("grant_type=client_credentials&unknown=1&unknown=2", "invalid_request")]
fn rejects_invalid_request(#[case] text: &str, #[case] code: &str) {
    assert_eq!(parse(text).unwrap_err().code.as_str(), code);
}

#[rstest]
#[case("authorization_code", GrantType::AuthorizationCode)]
#[case("refresh_token", GrantType::RefreshToken)]
#[case("client_credentials", GrantType::ClientCredentials)]
#[case("urn:ietf:params:oauth:grant-type:device_code", GrantType::DeviceCode)]
#[case(
    "urn:ietf:params:oauth:grant-type:token-exchange",
    GrantType::TokenExchange
)]
#[case("urn:ietf:params:oauth:grant-type:jwt-bearer", GrantType::JwtBearer)]
#[case("password", GrantType::Other("password".into()))]
fn grant_types(#[case] name: &str, #[case] grant_type: GrantType) {
    assert_eq!(GrantType::parse(name), grant_type);
    assert_eq!(grant_type.as_str(), name);
    let json = serde_json::to_string(&grant_type).unwrap();
    assert_eq!(
        serde_json::from_str::<GrantType>(&json).unwrap(),
        grant_type
    );
}

#[test]
fn response_on_wire() {
    let mut response = TokenResponse {
        access_token: "canary-a".into(),
        token_type: TokenType::Bearer,
        issued_token_type: None,
        expires_in: 300,
        refresh_token: None,
        id_token: None,
        scope: Some("a b".into()),
        authorization_details: AuthorizationDetails::default(),
    };
    assert_eq!(
        serde_json::to_string(&response).unwrap(),
        r#"{"access_token":"canary-a","token_type":"Bearer","expires_in":300,"scope":"a b"}"#
    );
    response.refresh_token = Some("canary-r".into());
    assert!(!format!("{response:?}").contains("canary"));
}

#[test]
fn debug_shows_no_secret() {
    let request = parse("grant_type=authorization_code&code=canary&code_verifier=canary").unwrap();
    assert!(!format!("{request:?}").contains("canary"));
}
