use rstest::rstest;

use super::*;

fn parse(text: &str) -> Result<DeviceAuthorizationRequest, OAuthError> {
    DeviceAuthorizationRequest::parse(&Params::parse(text.as_bytes()).unwrap())
}

#[test]
fn device_request_is_parsed() {
    let request = parse("client_id=tv&scope=openid+a&resource=https://a.example&organization=acme");
    assert_eq!(
        request.unwrap(),
        DeviceAuthorizationRequest {
            scope: Scope::parse("openid a").unwrap(),
            organization: Some("acme".into()),
            resource: vec!["https://a.example".into()],
            authorization_details: AuthorizationDetails::default(),
        }
    );
    assert!(parse("client_id=tv").unwrap().scope.is_empty());
}

#[rstest]
#[case("scope=a&scope=b", "invalid_request")]
#[case("scope=%22", "invalid_scope")]
#[case("resource=relative", "invalid_target")]
fn rejects_invalid_request(#[case] text: &str, #[case] code: &str) {
    assert_eq!(parse(text).unwrap_err().code.as_str(), code);
}

#[test]
fn response_on_wire() {
    let response = DeviceAuthorizationResponse {
        device_code: "canary".into(),
        user_code: "WDJB-MJHT".into(),
        verification_uri: "https://id.example/device".into(),
        verification_uri_complete: "https://id.example/device?user_code=WDJB-MJHT".into(),
        expires_in: 600,
        interval: 5,
    };
    assert_eq!(
        serde_json::to_string(&response).unwrap(),
        r#"{"device_code":"canary","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device","verification_uri_complete":"https://id.example/device?user_code=WDJB-MJHT","expires_in":600,"interval":5}"#
    );
    assert!(!format!("{response:?}").contains("canary"));
}
