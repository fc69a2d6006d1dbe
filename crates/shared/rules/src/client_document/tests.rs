use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::{NOW, client, client_id, scope};

const ID: &str = "https://app.example/client.json";

fn with_policy<T>(check: impl FnOnce(&DocumentPolicy<'_>) -> T) -> T {
    check(&DocumentPolicy {
        enabled: true,
        allowed_hosts: &[],
        scopes: &scope("openid tasks:read"),
        pkce: PkcePolicy::Auto,
        algorithms: &[SigningAlg::Rs256, SigningAlg::Es256],
        plain_here: false,
        redirect_schemes: &["cursor".to_owned()],
        names: ProtectedNames { site: "Example" },
    })
}

const KEPT: MetadataDocument = MetadataDocument {
    fetched_at: NOW,
    fresh_until: NOW + 300,
};

fn good() -> Value {
    json!({
        "client_id": ID,
        "client_name": "Notes",
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "none",
        "logo_uri": "https://app.example/logo.png",
    })
}

fn read_json(document: &Value) -> Result<Client, MetadataDocumentError> {
    let body = document.to_string();
    with_policy(|policy| read(&client_id(ID), body.as_bytes(), policy, KEPT))
}

/// The form of a client ID (draft-02 §3).
#[rstest]
#[case(ID, Ok("app.example"))]
#[case("https://app.example:8443/a/b?v=1", Ok("app.example:8443"))]
#[case("https://203.0.113.7/c", Ok("203.0.113.7"))]
#[case("https://xn--bcher-kva.example/c", Ok("xn--bcher-kva.example"))]
#[case("http://app.example/c", Err(MetadataUrlError::NotHttps))]
#[case("http://127.0.0.1:80801/c", Err(MetadataUrlError::NotHttps))]
#[case("http://127.0.0.1/c", Err(MetadataUrlError::NotHttps))]
#[case("ftp://app.example/c", Err(MetadataUrlError::NotHttps))]
#[case("app.example/c", Err(MetadataUrlError::NotHttps))]
#[case("https://", Err(MetadataUrlError::NotHttps))]
#[case("https://app.example/c c", Err(MetadataUrlError::NotHttps))]
#[case("https://bücher.example/c", Err(MetadataUrlError::NotHttps))]
#[case("https://app.example", Err(MetadataUrlError::Spelling))]
#[case("https://app.example/", Err(MetadataUrlError::NoPath))]
#[case("https://app.example/?x", Err(MetadataUrlError::NoPath))]
#[case("https://app.example/c#f", Err(MetadataUrlError::Extra))]
#[case("https://app.example/c#", Err(MetadataUrlError::Extra))]
#[case("https://me@app.example/c", Err(MetadataUrlError::Extra))]
#[case("https://me:pw@app.example/c", Err(MetadataUrlError::Extra))]
#[case("https://:pw@app.example/c", Err(MetadataUrlError::Extra))]
#[case("https://@app.example/c", Err(MetadataUrlError::Spelling))]
#[case("https://app.example/./c", Err(MetadataUrlError::Spelling))]
#[case("https://app.example/a/../c", Err(MetadataUrlError::Spelling))]
#[case("https://app.example/a/%2e%2E/c", Err(MetadataUrlError::Spelling))]
#[case("https://app.example/c/..", Err(MetadataUrlError::Spelling))]
#[case("https://app.example\\c", Err(MetadataUrlError::Spelling))]
#[case("https://App.example/c", Err(MetadataUrlError::Spelling))]
#[case("HTTPS://app.example/c", Err(MetadataUrlError::Spelling))]
#[case("https://app.example:443/c", Err(MetadataUrlError::Spelling))]
#[case("https://0x7f.1/c", Err(MetadataUrlError::Spelling))]
fn client_id_has_single_canonical_spelling(
    #[case] id: &str,
    #[case] expected: Result<&str, MetadataUrlError>,
) {
    assert_eq!(host(id, false), expected.map(str::to_owned), "{id}");
}

#[rstest]
#[case("http://127.0.0.1:9/c", Ok("127.0.0.1:9"))]
#[case("http://[::1]:9/c", Ok("[::1]:9"))]
#[case("http://localhost:9/c", Err(MetadataUrlError::NotHttps))]
#[case("http://app.example/c", Err(MetadataUrlError::NotHttps))]
fn plain_http_is_for_loopback_in_development(
    #[case] id: &str,
    #[case] expected: Result<&str, MetadataUrlError>,
) {
    assert_eq!(host(id, true), expected.map(str::to_owned), "{id}");
}

#[test]
fn long_address_is_no_client_id() {
    let long = format!("https://app.example/{}", "c".repeat(255));
    assert_eq!(host(&long, false), Err(MetadataUrlError::NotHttps));
}

#[test]
fn valid_document_creates_unprivileged_client() {
    let client = read_json(&good()).unwrap();
    assert_eq!(client.name, "Notes");
    assert_eq!(client.kind, ClientKind::Public);
    assert_eq!(client.auth_method, ClientAuthMethod::None);
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode]);
    assert_eq!(client.scopes, scope("openid tasks:read"));
    assert_eq!(client.document, Some(KEPT));
    assert!(!client.first_party && client.requires_pkce());
    assert!(!client.is_server_of(ID), "its own address is no resource");
}

#[rstest]
#[case("client_id", json!("https://app.example/client.json "), MetadataDocumentError::ClientId)]
#[case("client_id", json!("https://app.example/other.json"), MetadataDocumentError::ClientId)]
#[case("client_id", json!(null), MetadataDocumentError::Unreadable)]
#[case("client_name", json!(7), MetadataDocumentError::Unreadable)]
#[case("client_secret", json!("x"), MetadataDocumentError::Secret)]
#[case("client_secret", json!(null), MetadataDocumentError::Secret)]
#[case("client_secret_expires_at", json!(0), MetadataDocumentError::Secret)]
#[case("token_endpoint_auth_method", json!("client_secret_basic"), MetadataDocumentError::AuthMethod)]
#[case("token_endpoint_auth_method", json!("client_secret_post"), MetadataDocumentError::AuthMethod)]
#[case("token_endpoint_auth_method", json!("client_secret_jwt"), MetadataDocumentError::AuthMethod)]
#[case("token_endpoint_auth_method", json!("magic"), MetadataDocumentError::AuthMethod)]
#[case("token_endpoint_auth_method", json!("private_key_jwt"), MetadataDocumentError::Keys)]
#[case("jwks", json!({ "keys": [] }), MetadataDocumentError::Keys)]
#[case("jwks", json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] }), MetadataDocumentError::Keys)]
#[case("jwks", json!("https://app.example/jwks"), MetadataDocumentError::Unreadable)]
#[case("grant_types", json!(["client_credentials"]), MetadataDocumentError::Grants)]
#[case("grant_types", json!([]), MetadataDocumentError::Grants)]
#[case("response_types", json!(["token"]), MetadataDocumentError::Grants)]
#[case("scope", json!("a  \"b"), MetadataDocumentError::Scope)]
#[case(
    "request_uris",
    json!(["http://app.example/r"]),
    MetadataDocumentError::RequestUri("it must begin with https://".to_owned())
)]
#[case("request_uris", json!("https://app.example/r"), MetadataDocumentError::Unreadable)]
#[case("id_token_signed_response_alg", json!("HS256"), MetadataDocumentError::ResponseAlg("id_token_signed_response_alg"))]
#[case("userinfo_signed_response_alg", json!("none"), MetadataDocumentError::ResponseAlg("userinfo_signed_response_alg"))]
#[case("authorization_signed_response_alg", json!("none"), MetadataDocumentError::ResponseAlg("authorization_signed_response_alg"))]
#[case("introspection_signed_response_alg", json!("RS512"), MetadataDocumentError::ResponseAlg("introspection_signed_response_alg"))]
#[case("id_token_signed_response_alg", json!("PS256"), MetadataDocumentError::ResponseAlg("id_token_signed_response_alg"))]
#[case("require_signed_request_object", json!(true), MetadataDocumentError::Keys)]
fn forbidden_member_is_rejected(
    #[case] name: &str,
    #[case] value: Value,
    #[case] expected: MetadataDocumentError,
) {
    let mut document = good();
    document[name] = value;
    assert_eq!(read_json(&document), Err(expected), "{document}");
}

#[test]
fn offered_algorithms_are_read() {
    let mut document = good();
    for name in ["id_token", "userinfo", "authorization", "introspection"] {
        document[format!("{name}_signed_response_alg")] = json!("ES256");
    }
    let client = read_json(&document).unwrap();
    for (_, alg) in client.algorithms() {
        assert_eq!(alg, Some(SigningAlg::Es256));
    }
}

/// Redirect URIs follow the rules of every registration (draft-02 §8.1, RFC 9700 §2.1).
#[rstest]
#[case(json!(null))]
#[case(json!([]))]
#[case(json!(["http://app.example/cb"]))]
#[case(json!(["https://app.example/*"]))]
#[case(json!(["https://app.example/cb", "javascript:alert(1)"]))]
#[case(json!(["https://app.example/a/../cb"]))]
#[case(json!(vec!["https://app.example/cb"; MAX_REDIRECTS + 1]))]
fn redirect_uris_follow_registration_rules(#[case] uris: Value) {
    let mut document = good();
    document["redirect_uris"] = uris;
    let verdict = read_json(&document);
    assert!(
        matches!(verdict, Err(MetadataDocumentError::Redirect(_))),
        "{verdict:?}"
    );
}

/// A redirect URI whose scheme only needs a setting does not invalidate the document.
#[rstest]
#[case(json!(["cursor://x/cb", "http://localhost/callback"]),
    Ok(&["cursor://x/cb", "http://localhost/callback"][..]))]
#[case(json!(["vscode://x/cb", "http://localhost/callback"]), Ok(&["http://localhost/callback"][..]))]
#[case(json!(["vscode://x/cb"]), Err("client_registration.redirect_schemes"))]
fn unlisted_schemes_are_left_out(#[case] uris: Value, #[case] expected: Result<&[&str], &str>) {
    let mut document = good();
    document["redirect_uris"] = uris;
    match (read_json(&document), expected) {
        (Ok(client), Ok(kept)) => assert_eq!(client.redirect_uris, kept),
        (Err(error), Err(setting)) => {
            assert!(error.to_string().contains(setting), "{error}");
        }
        (found, _) => panic!("{found:?}"),
    }
}

#[rstest]
#[case(b"")]
#[case(b"[]")]
#[case(b"{\"client_id\":\"https://app.example/client.json\"")]
#[case(b"{\"client_id\":\"a\",\"client_id\":\"https://app.example/client.json\"}")]
#[case(b"\xff\xfe")]
fn malformed_document_is_rejected(#[case] body: &[u8]) {
    let verdict = with_policy(|policy| read(&client_id(ID), body, policy, KEPT));
    assert_eq!(verdict, Err(MetadataDocumentError::Unreadable));
}

#[rstest]
#[case(json!("  Notes "), "Notes")]
#[case(json!(""), ID)]
#[case(json!("a\u{202e}b"), ID)]
#[case(json!("a\nb"), ID)]
#[case(json!("n".repeat(101)), ID)]
fn undisplayable_name_is_replaced_by_client_id(#[case] given: Value, #[case] shown: &str) {
    let mut document = good();
    document["client_name"] = given;
    assert_eq!(read_json(&document).unwrap().name, shown);
}

#[test]
fn client_gets_requested_and_permitted_metadata() {
    let mut document = good();
    document["scope"] = json!("tasks:read admin");
    document["grant_types"] = json!(["refresh_token", "authorization_code", "client_credentials"]);
    let client = read_json(&document).unwrap();
    assert_eq!(client.scopes, scope("tasks:read"));
    let both = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    assert_eq!(client.grant_types, both);
}

#[rstest]
#[case(None, 3600)]
#[case(Some(0), 300)]
#[case(Some(-1), 300)]
#[case(Some(900), 900)]
#[case(Some(i64::MAX), 86400)]
fn freshness_has_bounds(#[case] said: Option<i64>, #[case] expected: i64) {
    assert_eq!(fresh_for(said), expected);
}

/// Enabled × host × age.
#[rstest]
#[case(true, "app.example", 0, true)]
#[case(true, "other.example", 0, false)]
#[case(true, "", 0, true)]
#[case(false, "", 0, false)]
#[case(true, "", 300 + LAST_GOOD - 1, true)]
#[case(true, "", 300 + LAST_GOOD, false)]
fn stored_client_is_served_while_enabled_and_fresh(
    #[case] enabled: bool,
    #[case] host: &str,
    #[case] age: i64,
    #[case] served: bool,
) {
    let hosts: Vec<String> = host
        .split(' ')
        .filter(|split| !split.is_empty())
        .map(str::to_owned)
        .collect();
    let policy = DocumentPolicy {
        enabled,
        allowed_hosts: &hosts,
        scopes: &scope("openid"),
        pkce: PkcePolicy::Auto,
        algorithms: &[SigningAlg::Rs256, SigningAlg::Es256],
        plain_here: false,
        redirect_schemes: &["cursor".to_owned()],
        names: ProtectedNames { site: "Example" },
    };
    let kept = read_json(&good()).unwrap();
    let shown = as_served(kept, &policy, NOW + age);
    assert_eq!(shown.is_active(), served);
    assert_eq!(shown.scopes, scope("openid"));
    // A registered client is unchanged.
    assert_eq!(as_served(client(), &policy, NOW + age), client());
}
