use rstest::rstest;
use serde_json::json;

use super::*;

fn parse(value: &Value) -> Result<ClientMetadata, OAuthError> {
    ClientMetadata::parse(value.to_string().as_bytes())
}

fn refused(value: &Value) -> &'static str {
    parse(value).unwrap_err().code.as_str()
}

#[test]
fn section_2_known_members_are_read_and_unknown_ignored() {
    let wish = parse(&json!({
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "An app", "client_name#de": "Eine App",
        "client_uri": "https://app.example/", "logo_uri": "https://app.example/logo.png",
        "tos_uri": "https://app.example/tos#1", "policy_uri": "http://app.example/privacy",
        "initiate_login_uri": "https://app.example/login",
        "scope": "openid email", "contacts": ["ops@app.example"],
        "jwks": { "keys": [] }, "software_id": "4NRB1", "software_version": "1.2",
        "application_type": "native", "subject_type": "public",
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "EdDSA",
        "introspection_signed_response_alg": "PS256", "default_max_age": 600, "require_auth_time": true,
        "default_acr_values": ["aal2", "aal1"],
        "post_logout_redirect_uris": ["https://app.example/bye"],
        "backchannel_logout_uri": "https://app.example/logout",
        "backchannel_logout_session_required": true,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "tls_client_certificate_bound_access_tokens": null,
        "x_unknown": { "deep": [1, 2] },
    }))
    .unwrap();
    assert_eq!(wish.redirect_uris, ["https://app.example/cb"]);
    assert_eq!(wish.auth_method, Some(ClientAuthMethod::PrivateKeyJwt));
    assert_eq!(wish.response_types.unwrap(), ["code"]);
    assert_eq!(wish.grant_types.unwrap().len(), 2);
    assert_eq!(wish.name.as_deref(), Some("An app"));
    assert_eq!(wish.scope.unwrap().to_string(), "openid email");
    assert_eq!(wish.jwks.as_deref(), Some(r#"{"keys":[]}"#));
    assert_eq!(wish.metadata["application_type"], "native");
    assert_eq!(wish.id_token_signed_response_alg, Some(SigningAlg::Es256));
    assert_eq!(wish.userinfo_signed_response_alg, Some(SigningAlg::EdDsa));
    assert_eq!(
        wish.introspection_signed_response_alg,
        Some(SigningAlg::Ps256)
    );
    assert_eq!(wish.default_max_age, Some(600));
    assert_eq!(wish.default_acr_values, ["aal2", "aal1"]);
    assert!(wish.require_pushed_authorization_requests && wish.require_signed_request_object);
    assert!(wish.backchannel_logout_session_required);
    let expected = json!({
        "application_type": "native", "client_uri": "https://app.example/",
        "logo_uri": "https://app.example/logo.png", "tos_uri": "https://app.example/tos#1",
        "policy_uri": "http://app.example/privacy",
        "initiate_login_uri": "https://app.example/login",
        "software_id": "4NRB1", "software_version": "1.2", "contacts": ["ops@app.example"],
        "require_auth_time": true,
    });
    assert_eq!(Value::Object(wish.metadata), expected);
}

#[test]
fn null_equals_absent_member() {
    let nothing = parse(&json!({})).unwrap();
    let nulls = parse(&json!({ "redirect_uris": null, "scope": null, "jwks": null })).unwrap();
    assert_eq!(nothing, nulls);
    assert_eq!(nothing.metadata["application_type"], "web");
}

/// Clients and libraries write an empty text for a URL that they do not have, such as `tos_uri` and
/// `logo_uri` (<https://github.com/modelcontextprotocol/typescript-sdk/issues/940>,
/// <https://github.com/modelcontextprotocol/python-sdk/pull/2076>).
#[rstest]
fn empty_url_equals_absent_member(
    #[values(
        "client_uri",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "jwks_uri",
        "initiate_login_uri",
        "sector_identifier_uri",
        "backchannel_logout_uri",
        "frontchannel_logout_uri"
    )]
    name: &str,
) {
    assert_eq!(parse(&json!({ name: "" })), parse(&json!({})));
    assert_eq!(parse(&json!({ name: null })), parse(&json!({})));
}

#[rstest]
#[case::nothing(json!({}), Ok(None))]
#[case::poll(json!({ "backchannel_token_delivery_mode": "poll" }), Ok(None))]
#[case::poll_and_empty(
    json!({ "backchannel_token_delivery_mode": "poll", "backchannel_client_notification_endpoint": null }),
    Ok(None)
)]
#[case::ping(
    json!({ "backchannel_token_delivery_mode": "ping", "backchannel_client_notification_endpoint": "https://a.example/" }),
    Ok(Some("https://a.example/"))
)]
#[case::ping_without_endpoint(json!({ "backchannel_token_delivery_mode": "ping" }), Err("is missing"))]
#[case::poll_with_endpoint(
    json!({ "backchannel_token_delivery_mode": "poll", "backchannel_client_notification_endpoint": "https://a.example/" }),
    Err("requires the delivery mode ping")
)]
#[case::endpoint_alone(
    json!({ "backchannel_client_notification_endpoint": "https://a.example/" }),
    Err("requires the delivery mode ping")
)]
#[case::push(
    json!({ "backchannel_token_delivery_mode": "push", "backchannel_client_notification_endpoint": "https://a.example/" }),
    Err("neither poll nor ping")
)]
#[case::no_text(json!({ "backchannel_token_delivery_mode": 1 }), Err("is not a text"))]
#[case::list(json!({ "backchannel_client_notification_endpoint": ["https://a.example/"] }), Err("is not a text"))]
fn ciba_4_delivery_mode_and_endpoint(
    #[case] body: Value,
    #[case] expected: Result<Option<&str>, &str>,
) {
    match (parse(&body), expected) {
        (Ok(read), Ok(endpoint)) => {
            let found = read.backchannel_client_notification_endpoint;
            assert_eq!(found.as_deref(), endpoint);
        }
        (Err(error), Err(problem)) => {
            assert_eq!(error.code, ErrorCode::InvalidClientMetadata);
            assert!(error.description.contains(problem), "{error}");
        }
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}

/// An empty text of another member is a value: no scope is not the default one.
#[test]
fn other_empty_text_is_value() {
    assert_eq!(
        parse(&json!({ "scope": "" })).unwrap().scope,
        Some(Scope::default())
    );
    let kind = json!({ "token_endpoint_auth_method": "" });
    assert_eq!(refused(&kind), "invalid_client_metadata");
}

#[rstest]
#[case::no_object("[]")]
#[case::a_text("\"x\"")]
#[case::nothing("")]
#[case::broken("{")]
#[case::twice(r#"{"client_name":"a","client_name":"b"}"#)]
#[case::twice_deep(r#"{"jwks":{"keys":[],"keys":[]}}"#)]
#[case::behind("{} {}")]
#[case::nul("{\"client_name\":\"a\\u0000b\"}")]
fn malformed_json_is_invalid_client_metadata(#[case] body: &str) {
    let error = ClientMetadata::parse(body.as_bytes()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidClientMetadata, "{body}");
}

#[rstest]
#[case("client_name", json!(7))]
#[case("client_name", json!("x".repeat(3000)))]
#[case("grant_types", json!("authorization_code"))]
#[case("grant_types", json!([1]))]
#[case("response_types", json!({}))]
#[case("scope", json!(["openid"]))]
#[case("scope", json!("a \"b"))]
#[case("jwks", json!("{}"))]
#[case("jwks_uri", json!(["https://app.example/jwks"]))]
#[case("token_endpoint_auth_method", json!("none_at_all"))]
#[case("application_type", json!("desktop"))]
#[case("default_max_age", json!("600"))]
#[case("default_max_age", json!(-1))]
#[case("default_max_age", json!(1.5))]
#[case("default_acr_values", json!("aal2"))]
#[case("default_acr_values", json!([2]))]
#[case("require_auth_time", json!("yes"))]
#[case("backchannel_logout_session_required", json!(1))]
#[case("contacts", json!("ops@app.example"))]
#[case("contacts", json!(["a\nb"]))]
#[case("contacts", json!(vec!["a"; 51]))]
#[case("software_id", json!(1))]
#[case("software_version", json!("1\r\n2"))]
#[case("post_logout_redirect_uris", json!("https://app.example/"))]
#[case("id_token_signed_response_alg", json!("none"))]
#[case("id_token_signed_response_alg", json!("HS256"))]
#[case("id_token_encrypted_response_alg", json!("RSA-OAEP"))]
#[case("id_token_signed_response_alg", json!("es256"))]
#[case("userinfo_signed_response_alg", json!("none"))]
#[case("userinfo_signed_response_alg", json!("HS256"))]
#[case("introspection_signed_response_alg", json!("RS512"))]
#[case("authorization_signed_response_alg", json!("none"))]
#[case("userinfo_encrypted_response_alg", json!("RSA-OAEP"))]
#[case("authorization_signed_response_alg", json!(256))]
#[case("request_object_encryption_alg", json!("RSA-OAEP"))]
#[case("subject_type", json!("both"))]
#[case("registration_access_token", json!("x"))]
#[case("registration_client_uri", json!("https://id.example/"))]
#[case("client_secret_expires_at", json!(0))]
#[case("client_id_issued_at", json!(0))]
fn rfc_7591_3_2_2_wrong_value_is_invalid_client_metadata(#[case] name: &str, #[case] value: Value) {
    assert_eq!(refused(&json!({ name: value })), "invalid_client_metadata");
}

#[test]
fn names_are_in_at_most_50_languages() {
    let names = |count| -> Value {
        let name = |number| (format!("client_name#l{number}"), "App");
        (0..count).map(name).collect()
    };
    assert_eq!(parse(&names(50)).unwrap().localized_names.len(), 50);
    assert_eq!(refused(&names(51)), "invalid_client_metadata");
}

#[rstest]
#[case(json!("https://app.example/cb"))]
#[case(json!([1]))]
#[case(json!({}))]
#[case(json!(vec!["https://app.example/cb"; 51]))]
fn redirect_uris_of_wrong_type_are_invalid_redirect_uri(#[case] value: Value) {
    let wish = json!({ "redirect_uris": value });
    assert_eq!(refused(&wish), "invalid_redirect_uri");
}

/// No member accepts a URL that runs code, reads data or hides something.
#[rstest]
fn rejects_unsafe_urls_in_each_member(
    #[values(
        "client_uri",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "initiate_login_uri",
        "sector_identifier_uri"
    )]
    name: &str,
    #[values(
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.example/1",
        "//app.example/",
        "/relative",
        "https://",
        "https://user@app.example/",
        "https://user:pw@app.example/",
        "https://app.example/ b",
        "https://app.example/\u{202e}x",
        " ",
        "com.example.app:/x",
        "ftp://app.example/"
    )]
    address: &str,
) {
    assert_eq!(
        refused(&json!({ name: address })),
        "invalid_client_metadata"
    );
}

#[test]
fn registration_2_initiate_login_uri_is_https() {
    let wish = json!({ "initiate_login_uri": "http://app.example/login" });
    assert_eq!(refused(&wish), "invalid_client_metadata");
}

#[rstest]
#[case(json!("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"), "unapproved_software_statement")]
#[case(json!("a.b"), "invalid_software_statement")]
#[case(json!("a.b.c.d"), "invalid_software_statement")]
#[case(json!("a..c"), "invalid_software_statement")]
#[case(json!("no statement"), "invalid_software_statement")]
#[case(json!(7), "invalid_software_statement")]
fn section_2_3_software_statement_is_rejected(#[case] statement: Value, #[case] code: &str) {
    assert_eq!(refused(&json!({ "software_statement": statement })), code);
}
