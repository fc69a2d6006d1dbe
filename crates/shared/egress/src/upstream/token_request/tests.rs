use rstest::rstest;
use serde_json::json;

use super::*;

/// Responses of providers. Each signs in.
#[rstest]
// RFC 6749 §5.1.
#[case::usual(json!({ "token_type": "Bearer", "expires_in": 3600, "scope": "openid email" }))]
#[case::lower_case(json!({ "token_type": "bearer" }))]
// Entra at its first endpoint, AD FS and B2C: all members are texts.
// https://github.com/panva/oauth4webapi/issues/71
// https://github.com/AzureAD/microsoft-authentication-library-for-js/pull/3234
#[case::texts(json!({
    "token_type": "Bearer", "expires_in": "3599", "ext_expires_in": "3599",
    "expires_on": "1778004991", "not_before": "1615993049", "resource": "urn:microsoft:userinfo",
}))]
// LinkedIn names no type: https://github.com/panva/openid-client/issues/826
#[case::no_type(json!({ "expires_in": 5_183_999, "scope": "email,openid,profile" }))]
#[case::decimal(json!({ "token_type": "Bearer", "expires_in": 3599.98 }))]
#[case::scope_as_list(json!({ "token_type": "Bearer", "scope": ["openid", "email"] }))]
#[case::nulls(json!({ "token_type": null, "expires_in": null, "scope": null, "error": null }))]
#[case::type_of_other_type(json!({ "token_type": 1 }))]
#[case::no_error(json!({ "token_type": "Bearer", "error": "" }))]
#[case::unknown_members(json!({ "token_type": "Bearer", "refresh_token": {}, "x": [1] }))]
fn response_is_read(#[case] further: Value) {
    let mut body = json!({ "access_token": "a", "id_token": "i" });
    body.as_object_mut()
        .unwrap()
        .extend(further.as_object().unwrap().clone());
    for text in [body.to_string(), format!("\u{feff} {body}\r\n")] {
        let tokens = read(200, text.as_bytes(), false);
        let expected = Tokens {
            access_token: Some("a".to_owned()),
            id_token: Some("i".to_owned()),
        };
        assert!(tokens.is_ok_and(|tokens| tokens == expected), "{text}");
    }
}

#[rstest]
#[case::other_type(json!({ "access_token": "a", "id_token": "i", "token_type": "mac" }))]
#[case::bound(json!({ "access_token": "a", "id_token": "i", "token_type": "DPoP" }))]
#[case::none(json!({ "id_token": "i", "token_type": "Bearer" }))]
#[case::empty(json!({ "access_token": "", "id_token": "i" }))]
#[case::number(json!({ "access_token": 1, "id_token": "i" }))]
fn unusable_access_token_is_left_out(#[case] body: Value) {
    let tokens = read(200, body.to_string().as_bytes(), false);
    assert!(tokens.is_ok_and(|tokens| tokens.access_token.is_none() && tokens.id_token.is_some()));
}

fn failure(status: u16, body: &str) -> (Option<ProviderCause>, String) {
    match read(status, body.as_bytes(), false) {
        Err(UpstreamError::Unaccepted(error)) => (Some(error.cause), error.detail),
        Err(error) => (None, error.to_string()),
        Ok(_) => panic!("{body}"),
    }
}

#[rstest]
#[case(
    400,
    "{\"error\":\"invalid_grant\"}",
    Some(ProviderCause::Refused),
    "invalid_grant"
)]
#[case(
    401,
    "{\"error\":\"invalid_client\"}",
    Some(ProviderCause::Refused),
    "client secret"
)]
// GitHub: https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
#[case(
    200,
    "{\"error\":\"bad_verification_code\"}",
    Some(ProviderCause::Refused),
    "bad_verification_code"
)]
// Facebook: https://developers.facebook.com/docs/graph-api/guides/error-handling
#[case(
    400,
    "{\"error\":{\"message\":\"Expired.\",\"code\":100}}",
    Some(ProviderCause::Refused),
    "Expired."
)]
#[case(400, "{\"error\":7}", Some(ProviderCause::Refused), "no text")]
#[case(403, "{}", Some(ProviderCause::Refused), "403")]
#[case(404, "<html>", Some(ProviderCause::Refused), "404")]
#[case(302, "", Some(ProviderCause::Refused), "302")]
#[case(200, "<html>", Some(ProviderCause::Unreadable), "JSON")]
#[case(
    200,
    "access_token=a&token_type=bearer",
    Some(ProviderCause::Unreadable),
    "JSON"
)]
#[case(200, "[]", Some(ProviderCause::Unreadable), "JSON")]
#[case(500, "{\"error\":\"server_error\"}", None, "server_error")]
#[case(
    400,
    "{\"error\":\"temporarily_unavailable\"}",
    None,
    "temporarily_unavailable"
)]
#[case(503, "<html>", None, "503")]
#[case(429, "{}", None, "429")]
fn failure_is_named_by_cause(
    #[case] status: u16,
    #[case] body: &str,
    #[case] cause: Option<ProviderCause>,
    #[case] text: &str,
) {
    let (found, detail) = failure(status, body);
    assert_eq!(found, cause, "{detail}");
    assert!(detail.contains(text), "{detail}");
}

/// A response may contain a token, and errors are logged.
#[test]
fn error_never_quotes_tokens() {
    let (_, detail) = failure(200, "{\"access_token\":\"secret\"");
    assert!(!detail.contains("secret"), "{detail}");
    let (_, detail) = failure(400, "{\"access_token\":\"secret\",\"error\":\"x\"}");
    assert!(!detail.contains("secret"), "{detail}");
}

/// A token without the binding that was asked for ends the sign-in.
#[test]
fn rfc_9449_5_unbound_token_is_refused() {
    for kind in [json!("Bearer"), json!(null)] {
        let body = json!({ "access_token": "a", "id_token": "i", "token_type": kind });
        let Err(error) = read(200, body.to_string().as_bytes(), true) else {
            panic!("{body}");
        };
        assert!(
            error.to_string().contains("token_type is not DPoP"),
            "{error}"
        );
    }
    let body = json!({ "access_token": "a", "id_token": "i", "token_type": "DPoP" });
    let tokens = read(200, body.to_string().as_bytes(), true);
    assert!(tokens.is_ok_and(|tokens| tokens.access_token.as_deref() == Some("a")));
}
