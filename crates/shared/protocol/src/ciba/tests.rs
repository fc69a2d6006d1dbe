use rstest::rstest;

use super::*;

fn parse(text: &str) -> Result<BackchannelRequest, OAuthError> {
    BackchannelRequest::parse(&Params::parse(text.as_bytes()).unwrap(), false)
}

#[test]
fn section_7_1_request() {
    let request = parse(
        "client_id=desk&scope=openid+a&login_hint=alice&binding_message=Desk+4%2C+W4SCT\
         &requested_expiry=120&client_notification_token=%22&user_code=1",
    );
    assert_eq!(
        request.unwrap(),
        BackchannelRequest {
            scope: Scope::parse("openid a").unwrap(),
            hint: Hint::Login("alice".into()),
            notification_token: None,
            binding_message: Some("Desk 4, W4SCT".into()),
            requested_expiry: Some(120),
            organization: None,
            resource: Vec::new(),
            authorization_details: AuthorizationDetails::default(),
        }
    );
    let by_token = parse("scope=openid&id_token_hint=e30.e30.e30").unwrap();
    assert_eq!(by_token.hint, Hint::IdToken("e30.e30.e30".into()));
}

#[rstest]
#[case::no_scope("login_hint=a", "invalid_request")]
#[case::no_openid("scope=a&login_hint=a", "invalid_scope")]
#[case::scope_twice("scope=openid&scope=openid&login_hint=a", "invalid_request")]
#[case::no_hint("scope=openid", "invalid_request")]
#[case::two_hints("scope=openid&login_hint=a&id_token_hint=b", "invalid_request")]
#[case::another_hint("scope=openid&login_hint_token=a", "invalid_request")]
#[case::expiry("scope=openid&login_hint=a&requested_expiry=0", "invalid_request")]
#[case::expiry_text("scope=openid&login_hint=a&requested_expiry=soon", "invalid_request")]
#[case::message_markup(
    "scope=openid&login_hint=a&binding_message=%3Cb%3E",
    "invalid_binding_message"
)]
#[case::message_lines(
    "scope=openid&login_hint=a&binding_message=a%0Ab",
    "invalid_binding_message"
)]
#[case::details(
    "scope=openid&login_hint=a&authorization_details=x",
    "invalid_authorization_details"
)]
fn section_13_each_error(#[case] text: &str, #[case] code: &str) {
    assert_eq!(parse(text).unwrap_err().code.as_str(), code);
}

#[rstest]
#[case::missing(None, false)]
#[case::empty(Some(""), false)]
#[case::letter(Some("a"), true)]
#[case::every_sign(Some("azAZ09-._~+/"), true)]
#[case::padded(Some("abc=="), true)]
#[case::padding_alone(Some("=="), false)]
#[case::padding_inside(Some("a=b"), false)]
#[case::space(Some("a b"), false)]
#[case::line(Some("a\r\nx-header: b"), false)]
#[case::quote(Some("a\"b"), false)]
#[case::colon(Some("a:b"), false)]
#[case::no_ascii(Some("ä"), false)]
#[case::longest(Some(&*"a".repeat(1024)), true)]
#[case::too_long(Some(&*"a".repeat(1025)), false)]
fn section_7_1_client_notification_token(#[case] token: Option<&str>, #[case] is_accepted: bool) {
    let mut pairs = vec![
        ("scope".to_owned(), "openid".to_owned()),
        ("login_hint".to_owned(), "alice".to_owned()),
    ];
    pairs.extend(token.map(|token| ("client_notification_token".to_owned(), token.to_owned())));
    let params = Params::from_pairs(pairs);
    // A client that polls needs none.
    let polling = BackchannelRequest::parse(&params, false).unwrap();
    assert_eq!(polling.notification_token, None);
    match BackchannelRequest::parse(&params, true) {
        Ok(request) => {
            let read = request.notification_token.unwrap();
            assert!(is_accepted);
            assert_eq!(Some(read.expose()), token);
        }
        Err(error) => {
            assert!(!is_accepted);
            assert_eq!(error.code, ErrorCode::InvalidRequest);
        }
    }
}

#[test]
fn section_7_1_message_is_short() {
    let with = |length| {
        parse(&format!(
            "scope=openid&login_hint=a&binding_message={}",
            "x".repeat(length)
        ))
    };
    assert!(with(MAX_MESSAGE).is_ok());
    let error = with(MAX_MESSAGE + 1).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidBindingMessage);
}

#[test]
fn debug_shows_no_secret() {
    let response = BackchannelResponse {
        auth_req_id: "canary".into(),
        expires_in: 1,
        interval: 5,
    };
    assert!(!format!("{response:?}").contains("canary"));
    let token = NotificationToken::parse("canary").unwrap();
    assert!(!format!("{token:?}").contains("canary"));
}
