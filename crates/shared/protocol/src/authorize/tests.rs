use rstest::rstest;

use super::*;
use crate::prompt::Prompt;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "https://app.example/cb";

fn params(text: &str) -> Params {
    Params::parse(text.as_bytes()).unwrap()
}

fn parse(extra: &str) -> Result<AuthorizationRequest, OAuthError> {
    let params = params(&format!("client_id=app&response_type=code{extra}"));
    AuthorizationRequest::parse(&params, REDIRECT.to_owned())
}

#[test]
fn full_request() {
    let request = parse(&format!(
        "&scope=openid+tasks:read&state=st&nonce=no&prompt=login+consent&max_age=60&login_hint=al\
         &id_token_hint=x.y.z&ui_locales=de+en&acr_values=a+b&response_mode=form_post\
         &resource=https://r.example/a&resource=https://r.example/b&resource=https://r.example/a\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&unknown=ignored\
         &claims=%7B%22userinfo%22:%7B%22email%22:null%7D%7D"
    ))
    .unwrap();
    assert_eq!(request.client_id, "app");
    assert_eq!(request.redirect_uri, REDIRECT);
    assert_eq!(request.response_mode, ResponseMode::FormPost);
    assert_eq!(request.scope.to_string(), "openid tasks:read");
    assert_eq!(request.state.as_deref(), Some("st"));
    assert_eq!(request.nonce.as_deref(), Some("no"));
    assert!(request.prompt.contains(Prompt::Login) && request.prompt.contains(Prompt::Consent));
    assert_eq!(request.max_age, Some(60));
    assert_eq!(request.ui_locales, ["de", "en"]);
    assert_eq!(request.acr_values, ["a", "b"]);
    assert_eq!(
        request.resource,
        ["https://r.example/a", "https://r.example/b"]
    );
    assert_eq!(request.code_challenge.as_ref().unwrap().as_str(), CHALLENGE);
    assert!(request.claims.userinfo.contains_key("email"));

    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(
        serde_json::from_str::<AuthorizationRequest>(&stored).unwrap(),
        request
    );
}

#[test]
fn small_request_has_defaults() {
    let request = parse("").unwrap();
    assert_eq!(request.response_mode, ResponseMode::Query);
    assert!(request.scope.is_empty() && request.prompt.is_empty() && request.claims.is_empty());
    assert_eq!(
        (request.state, request.max_age, request.code_challenge),
        (None, None, None)
    );
}

/// OIDC Core §3.1.2.1: unknown values are ignored.
#[test]
fn ignores_unknown_prompt() {
    assert!(parse("&prompt=create").unwrap().prompt.is_empty());
}

#[rstest]
#[case("&state=a&state=b", "invalid_request")]
#[case("&unknown=a&unknown=b", "invalid_request")]
#[case("&redirect_uri=a&redirect_uri=b", "invalid_request")]
#[case("&request=eyJ", "request_not_supported")]
#[case("&request_uri=urn:x", "request_uri_not_supported")]
#[case("&registration={}", "registration_not_supported")]
#[case("&response_mode=fragment", "invalid_request")]
#[case("&response_mode=query.JWT", "invalid_request")]
#[case("&scope=%22", "invalid_scope")]
#[case("&prompt=none+login", "invalid_request")]
#[case("&prompt=none+create", "invalid_request")]
#[case("&max_age=-1", "invalid_request")]
#[case("&max_age=%2B1", "invalid_request")]
#[case("&max_age=1.5", "invalid_request")]
#[case("&max_age=soon", "invalid_request")]
#[case("&max_age=18446744073709551615", "invalid_request")]
#[case("&max_age=99999999999999999999", "invalid_request")]
#[case("&claims=no", "invalid_request")]
#[case("&claims=[]", "invalid_request")]
#[case("&claims={%22userinfo%22:[]}", "invalid_request")]
#[case("&claims={%22userinfo%22:null}", "invalid_request")]
#[case("&claims={%22userinfo%22:{%22email%22:[true]}}", "invalid_request")]
#[case("&claims={%22userinfo%22:{},%22userinfo%22:{}}", "invalid_request")]
#[case(
    "&claims={%22id_token%22:{%22acr%22:{%22essential%22:1}}}",
    "invalid_request"
)]
#[case("&resource=/relative", "invalid_target")]
#[case("&resource=https://r.example/%23f", "invalid_target")]
#[case("&resource=https://r.example/a+b", "invalid_target")]
#[case("&resource=https://r.example&resource=nope", "invalid_target")]
#[case("&code_challenge=&code_challenge_method=S256", "invalid_request")]
#[case("&code_challenge=", "invalid_request")]
#[case("&code_challenge_method=", "invalid_request")]
#[case(
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "invalid_request"
)]
#[case(
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=plain",
    "invalid_request"
)]
fn rejects_invalid_request(#[case] extra: &str, #[case] code: &str) {
    assert_eq!(parse(extra).unwrap_err().code.as_str(), code);
}

#[rstest]
#[case("client_id=app", "invalid_request")]
#[case("client_id=app&response_type=", "invalid_request")]
#[case("client_id=app&response_type=token", "unsupported_response_type")]
#[case("client_id=app&response_type=id_token", "unsupported_response_type")]
#[case(
    "client_id=app&response_type=code+id_token",
    "unsupported_response_type"
)]
#[case("client_id=app&response_type=code+token", "unsupported_response_type")]
#[case("client_id=app&response_type=none", "unsupported_response_type")]
#[case("client_id=app&response_type=CODE", "unsupported_response_type")]
#[case(
    "client_id=app&response_type=code&response_type=code",
    "invalid_request"
)]
fn response_types(#[case] text: &str, #[case] code: &str) {
    let error = AuthorizationRequest::parse(&params(text), REDIRECT.into()).unwrap_err();
    assert_eq!(error.code.as_str(), code);
}

#[rstest]
#[case("state", MAX_STATE_BYTES)]
#[case("nonce", MAX_VALUE_BYTES)]
#[case("login_hint", MAX_VALUE_BYTES)]
#[case("acr_values", MAX_VALUE_BYTES)]
#[case("id_token_hint", MAX_JWT_BYTES)]
fn lengths_are_bounded(#[case] name: &str, #[case] max: usize) {
    assert!(parse(&format!("&{name}={}", "a".repeat(max))).is_ok());
    assert!(parse(&format!("&{name}={}", "a".repeat(max + 1))).is_err());
}

#[test]
fn numbers_of_values_are_bounded() {
    let values = |n| format!("&acr_values={}", vec!["2"; n].join("+"));
    assert!(parse(&values(MAX_LIST_VALUES)).is_ok());
    assert!(parse(&values(MAX_LIST_VALUES + 1)).is_err());
    let resources = |n| {
        let each: Vec<String> = (0..n).map(|i| format!("&resource=urn:a:{i}")).collect();
        each.concat()
    };
    assert!(parse(&resources(MAX_RESOURCES)).is_ok());
    assert_eq!(
        parse(&resources(MAX_RESOURCES + 1)).unwrap_err().code,
        ErrorCode::InvalidTarget
    );
}

#[test]
fn client_id_and_redirect_uri_are_read_first() {
    assert_eq!(client_id(&params("client_id=app")).unwrap(), "app");
    assert!(client_id(&params("client_id=")).is_err());
    assert!(client_id(&params("client_id=a&client_id=a")).is_err());
    assert!(client_id(&params(&format!("client_id={}", "a".repeat(257)))).is_err());
    assert_eq!(redirect_uri(&params("redirect_uri=x")).unwrap(), Some("x"));
    assert_eq!(redirect_uri(&params("")).unwrap(), None);
    assert!(redirect_uri(&params("redirect_uri=x&redirect_uri=x")).is_err());
    assert!(redirect_uri(&params(&format!("redirect_uri={}", "a".repeat(2049)))).is_err());
}

#[rstest]
#[case("state=s&response_mode=form_post", ResponseMode::FormPost, Some("s"))]
#[case("state=s", ResponseMode::Query, Some("s"))]
#[case("state=s&response_mode=fragment", ResponseMode::Query, Some("s"))]
#[case("state=a&state=b", ResponseMode::Query, None)]
#[case(
    "response_mode=form_post&response_mode=query",
    ResponseMode::Query,
    None
)]
#[case("state=", ResponseMode::Query, None)]
fn error_response_mode_and_state_are_read(
    #[case] text: &str,
    #[case] response_mode: ResponseMode,
    #[case] state: Option<&str>,
) {
    let target = response_target(&params(text));
    assert_eq!(
        (target.response_mode, target.state.as_deref()),
        (response_mode, state)
    );
}

/// RFC 6749 §4.1.2.1: an error contains the state, also if the state is the error.
#[rstest]
#[case(1)]
#[case(8 * 1024)]
#[case(MAX_STATE_BYTES)]
#[case(MAX_STATE_BYTES + 1)]
fn state_of_any_length_is_echoed(#[case] length: usize) {
    let state = "a".repeat(length);
    let target = response_target(&params(&format!("state={state}")));
    assert_eq!(target.state.as_deref(), Some(&*state));
}

/// OIDC Core §3.1.2.1: locales that the server cannot use are no error.
#[test]
fn extra_locales_are_ignored() {
    let many = format!("&ui_locales={}", vec!["de"; 1_000].join("+"));
    assert_eq!(
        parse(&many).unwrap().ui_locales,
        vec!["de"; MAX_LIST_VALUES]
    );
    let long = format!("&ui_locales={}+de", "a".repeat(MAX_LOCALE_BYTES + 1));
    assert_eq!(parse(&long).unwrap().ui_locales, ["de"]);
}

/// The example of OIDC Core §5.5.
#[test]
fn claims_parameter() {
    let claims = ClaimsRequest::parse(
        r#"{"userinfo": {"given_name": {"essential": true}, "nickname": null,
             "http://example.info/claims/groups": null},
            "id_token": {"auth_time": {"essential": true},
             "acr": {"values": ["urn:a", "urn:b"]}, "sub": {"value": "24"}}, "other": 1}"#,
    )
    .unwrap();
    assert!(claims.userinfo["given_name"].essential);
    assert_eq!(claims.userinfo["nickname"], ClaimSpec::default());
    assert_eq!(claims.userinfo.len(), 3);
    assert_eq!(claims.id_token["acr"].values, ["urn:a", "urn:b"]);
    assert_eq!(claims.id_token["sub"].value, Some(Value::from("24")));
    let json = serde_json::to_string(&claims).unwrap();
    assert_eq!(ClaimsRequest::parse(&json).unwrap(), claims);
}

#[test]
fn response_parameters_include_issuer() {
    assert_eq!(
        success_pairs("c", Some("s"), "https://id.example"),
        [
            ("code", "c".into()),
            ("state", "s".into()),
            ("iss", "https://id.example".into())
        ]
    );
    let error = OAuthError::new(ErrorCode::AccessDenied, "refused");
    assert_eq!(
        error_pairs(&error, None, "https://id.example"),
        [
            ("error", "access_denied".into()),
            ("error_description", "refused".into()),
            ("iss", "https://id.example".into()),
        ]
    );
}

/// JARM §2.3.
#[test]
fn jarm_2_3_signed_mode_has_plain_mode_and_signature() {
    for (name, mode, plain) in [
        ("jwt", ResponseMode::QueryJwt, ResponseMode::Query),
        ("query.jwt", ResponseMode::QueryJwt, ResponseMode::Query),
        (
            "fragment.jwt",
            ResponseMode::FragmentJwt,
            ResponseMode::Query,
        ),
        (
            "form_post.jwt",
            ResponseMode::FormPostJwt,
            ResponseMode::FormPost,
        ),
    ] {
        assert_eq!(ResponseMode::parse(name), Some(mode), "{name}");
        assert_eq!(mode.plain(), plain, "{name}");
        assert!(mode.is_signed() && !plain.is_signed());
        assert_eq!(mode.signed(), mode);
    }
    assert_eq!(ResponseMode::Query.signed(), ResponseMode::QueryJwt);
    assert_eq!(ResponseMode::FormPost.signed(), ResponseMode::FormPostJwt);
    assert_eq!(
        ResponseMode::parse("fragment"),
        None,
        "codes do not go there unsigned"
    );
}

/// RFC 3986 §6.2.3: an empty path equals `/`. Nothing else is normalized, and the registered spelling
/// is found.
#[rstest]
#[case::same("https://a.example", &["https://a.example"], Some("https://a.example"))]
#[case::slash_added("https://a.example/", &["https://a.example"], Some("https://a.example"))]
#[case::slash_registered("https://a.example", &["https://a.example/"], Some("https://a.example/"))]
#[case::exact_first("https://a.example/", &["https://a.example", "https://a.example/"], Some("https://a.example/"))]
#[case::port("http://a.example:8080/", &["http://a.example:8080"], Some("http://a.example:8080"))]
#[case::address("http://[::1]:80/", &["http://[::1]:80"], Some("http://[::1]:80"))]
#[case::query("https://a.example/?x=1", &["https://a.example?x=1"], Some("https://a.example?x=1"))]
#[case::other_query("https://a.example/?x=1", &["https://a.example"], None)]
#[case::path("https://a.example/mcp/", &["https://a.example/mcp"], None)]
#[case::two_slashes("https://a.example//", &["https://a.example"], None)]
#[case::other_host("https://a.example.evil/", &["https://a.example"], None)]
#[case::scheme("http://a.example/", &["https://a.example"], None)]
#[case::upper_case("https://A.example", &["https://a.example"], None)]
#[case::name("urn:a:b", &["urn:a:b"], Some("urn:a:b"))]
#[case::name_with_slash("urn:a:b/", &["urn:a:b"], None)]
#[case::custom("app://a/", &["app://a"], Some("app://a"))]
fn rfc_3986_6_2_3_resource_with_empty_path_is_found(
    #[case] requested: &str,
    #[case] known: &[&str],
    #[case] expected: Option<&str>,
) {
    assert_eq!(find_resource(requested, known.iter().copied()), expected);
}
