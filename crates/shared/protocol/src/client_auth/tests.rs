use rstest::rstest;

use super::*;

fn present(authorization: Option<&str>, body: &str) -> Result<PresentedClient, OAuthError> {
    PresentedClient::from_request(authorization, &Params::parse(body.as_bytes()).unwrap())
}

fn basic(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

#[rstest]
#[case("app:secret", "app", "secret")]
#[case("app:with:colons", "app", "with:colons")]
#[case("https%3A%2F%2Fa.example:p%2Bq+r", "https://a.example", "p+q r")]
fn basic_is_form_decoded(#[case] sent: &str, #[case] id: &str, #[case] secret: &str) {
    let client = present(Some(&basic(sent)), "").unwrap();
    assert_eq!(client.client_id, id);
    assert_eq!(client.secret.as_deref(), Some(secret));
    assert_eq!(client.method, ClientAuthMethod::ClientSecretBasic);
}

/// Go and Python libraries send an empty secret for a public client.
#[rstest]
#[case("app:")]
#[case("https%3A%2F%2Fa.example:")]
fn empty_secret_in_basic_is_none(#[case] sent: &str) {
    let client = present(Some(&basic(sent)), "").unwrap();
    assert_eq!(client.method, ClientAuthMethod::None);
    assert_eq!(client.secret, None);
}

#[test]
fn scheme_has_no_case() {
    let header = basic("app:secret").replace("Basic", "bASIC");
    assert!(present(Some(&header), "").is_ok());
}

#[rstest]
#[case(
    "client_id=app&client_secret=s",
    ClientAuthMethod::ClientSecretPost,
    Some("s")
)]
#[case("client_id=app", ClientAuthMethod::None, None)]
#[case("client_id=app&client_secret=", ClientAuthMethod::None, None)]
fn credentials_are_read_from_body(
    #[case] body: &str,
    #[case] method: ClientAuthMethod,
    #[case] secret: Option<&str>,
) {
    let client = present(None, body).unwrap();
    assert_eq!(client.client_id, "app");
    assert_eq!((client.method, client.secret.as_deref()), (method, secret));
}

#[rstest]
#[case::nothing(None, "", "invalid_client")]
#[case::secret_alone(None, "client_secret=s", "invalid_client")]
#[case::both_methods(
    Some("Basic YXBwOnM="),
    "client_id=app&client_secret=s",
    "invalid_request"
)]
#[case::both_without_id(Some("Basic YXBwOnM="), "client_secret=s", "invalid_request")]
#[case::other_id(Some("Basic YXBwOnM="), "client_id=other", "invalid_request")]
#[case::basic_and_assertion(Some("Basic YXBwOnM="), "client_assertion=x", "invalid_request")]
#[case::secret_and_assertion(
    None,
    "client_id=a&client_secret=s&client_assertion=x",
    "invalid_request"
)]
// RFC 7521 §4.2: both parameters are REQUIRED.
#[case::assertion(None, "client_id=app&client_assertion=x", "invalid_request")]
#[case::assertion_type(None, "client_id=app&client_assertion_type=x", "invalid_request")]
#[case::another_assertion_type(
    None,
    "client_assertion=e30.eyJzdWIiOiJhcHAifQ.x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
    "invalid_client"
)]
#[case::no_jwt(
    None,
    "client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "invalid_client"
)]
#[case::no_subject(
    None,
    "client_assertion=e30.e30.x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "invalid_client"
)]
#[case::another_subject(
    None,
    "client_id=other&client_assertion=e30.eyJzdWIiOiJhcHAifQ.x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "invalid_client"
)]
#[case::two_secrets(
    None,
    "client_id=app&client_secret=a&client_secret=b",
    "invalid_request"
)]
#[case::two_ids(None, "client_id=app&client_id=app", "invalid_request")]
#[case::bearer(Some("Bearer abc"), "client_id=app", "invalid_client")]
#[case::empty_header(Some(""), "client_id=app", "invalid_client")]
#[case::no_credentials(Some("Basic"), "client_id=app", "invalid_client")]
#[case::no_base64(Some("Basic !!!"), "", "invalid_client")]
#[case::no_padding(Some("Basic YXBwOnM"), "", "invalid_client")]
#[case::no_colon(Some("Basic YXBw"), "", "invalid_client")]
#[case::no_id(Some("Basic OnM="), "", "invalid_client")]
#[case::bad_percent(Some("Basic YXBwOiV6eg=="), "", "invalid_client")]
#[case::invalid_utf8(Some("Basic YXBwOv8="), "", "invalid_client")]
fn rejects_malformed_credentials(
    #[case] authorization: Option<&str>,
    #[case] body: &str,
    #[case] code: &str,
) {
    assert_eq!(
        present(authorization, body).unwrap_err().code.as_str(),
        code
    );
}

#[test]
fn assertion_names_client() {
    for also in ["", "&client_id=app"] {
        let body = format!(
            "client_assertion=e30.eyJzdWIiOiJhcHAifQ.x&client_assertion_type={JWT_BEARER}{also}"
        );
        let client = present(None, &body).unwrap();
        assert_eq!(client.client_id, "app");
        assert_eq!(client.method, ClientAuthMethod::PrivateKeyJwt);
        assert_eq!(
            client.assertion.as_deref(),
            Some("e30.eyJzdWIiOiJhcHAifQ.x")
        );
    }
}

#[test]
fn same_client_id_in_header_and_body_is_accepted() {
    let client = present(Some("Basic YXBwOnM="), "client_id=app").unwrap();
    assert_eq!(client.method, ClientAuthMethod::ClientSecretBasic);
}

#[test]
fn long_id_is_no_client() {
    let body = format!("client_id={}", "a".repeat(MAX_CLIENT_ID_BYTES + 1));
    assert_eq!(present(None, &body).unwrap_err().status(), 401);
}

#[test]
fn methods_round_trip_as_wire_names() {
    for method in &ClientAuthMethod::ALL {
        assert_eq!(ClientAuthMethod::parse(method.as_str()), Some(*method));
        assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
    }
    assert_eq!(ClientAuthMethod::parse("client_secret_jwt"), None);
}

#[test]
fn debug_shows_no_secret() {
    let client = present(None, "client_id=app&client_secret=canary").unwrap();
    assert!(!format!("{client:?}").contains("canary"));
}
