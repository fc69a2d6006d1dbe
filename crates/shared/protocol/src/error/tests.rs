use std::collections::HashSet;

use rstest::rstest;

use super::*;

#[test]
fn table_has_each_code_once() {
    let names: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), ErrorCode::ALL.len());
    assert_eq!(ErrorCode::ALL.len(), 37);
}

#[rstest]
#[case(ErrorCode::InvalidRequest, "invalid_request", 400)]
#[case(ErrorCode::InvalidClient, "invalid_client", 401)]
#[case(ErrorCode::InvalidGrant, "invalid_grant", 400)]
#[case(ErrorCode::AccessDenied, "access_denied", 400)]
#[case(ErrorCode::InvalidDpopProof, "invalid_dpop_proof", 400)]
#[case(ErrorCode::UseDpopNonce, "use_dpop_nonce", 400)]
#[case(ErrorCode::ServerError, "server_error", 500)]
#[case(ErrorCode::TemporarilyUnavailable, "temporarily_unavailable", 503)]
#[case(ErrorCode::RequestUriNotSupported, "request_uri_not_supported", 400)]
#[case(ErrorCode::InvalidToken, "invalid_token", 401)]
#[case(ErrorCode::InsufficientScope, "insufficient_scope", 403)]
#[case(ErrorCode::AuthorizationPending, "authorization_pending", 400)]
#[case(ErrorCode::SlowDown, "slow_down", 400)]
#[case(ErrorCode::ExpiredToken, "expired_token", 400)]
#[case(ErrorCode::InvalidRedirectUri, "invalid_redirect_uri", 400)]
#[case(ErrorCode::InvalidClientMetadata, "invalid_client_metadata", 400)]
#[case(ErrorCode::InvalidSoftwareStatement, "invalid_software_statement", 400)]
#[case(
    ErrorCode::UnapprovedSoftwareStatement,
    "unapproved_software_statement",
    400
)]
#[case(
    ErrorCode::InsufficientUserAuthentication,
    "insufficient_user_authentication",
    401
)]
fn rfc_6749_5_2_codes_and_statuses(
    #[case] code: ErrorCode,
    #[case] name: &str,
    #[case] status: u16,
) {
    assert_eq!((code.as_str(), code.status()), (name, status));
    assert_eq!(code.to_string(), name);
}

#[test]
fn error_codes_have_statuses_of_rfcs() {
    for code in &ErrorCode::ALL {
        assert!([400, 401, 403, 500, 503].contains(&code.status()), "{code}");
        assert!(
            code.as_str()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_')
        );
    }
}

#[rstest]
#[case("plain words.", "plain words.")]
#[case("a \"quoted\" back\\slash", "a 'quoted' back?slash")]
#[case("alg must be RS256, got \"RS384\"", "alg must be RS256, got 'RS384'")]
#[case("“curly” ‘single’ «angle» „low“", "'curly' 'single' 'angle' 'low'")]
#[case("a – b — c", "a - b - c")]
#[case("!#[]~ are allowed", "!#[]~ are allowed")]
#[case("\u{7f}\u{0}\u{202e}", "???")]
#[case("line\r\nSet-Cookie: a=b", "line??Set-Cookie: a=b")]
#[case("für", "f?r")]
fn descriptions_have_only_characters_of_rfc_6749(#[case] text: String, #[case] expected: &str) {
    assert_eq!(OAuthError::invalid_request(text).description, expected);
}

#[test]
fn json_form() {
    let error = OAuthError::invalid_grant("the code was used");
    assert_eq!(
        serde_json::to_string(&error).unwrap(),
        r#"{"error":"invalid_grant","error_description":"the code was used"}"#
    );
    let bare = OAuthError::new(ErrorCode::AccessDenied, "");
    assert_eq!(
        serde_json::to_string(&bare).unwrap(),
        r#"{"error":"access_denied"}"#
    );
}
