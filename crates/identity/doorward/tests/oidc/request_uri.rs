//! Tests of request objects by reference (OIDC Core §6.2, RFC 9101 §5.2), which only registered
//! clients with registered URLs may use.

use doorward_access::clock::Clock as _;
use doorward_domain::model::Client;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, flows_with};
use serde_json::{Value, json};

use crate::registration::{self, registered};
use crate::support::{assert_error_page, assert_oauth_error, tokens};
use crate::support_documents::{Answer, DocumentServer};
use crate::support_keys::TestKey;

const LOCAL: &[(&str, &str)] = &[
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
];
flows_with!(
    LOCAL;
    oidcc_request_uri_signed_rs256,
    core_6_2_only_registered_url_is_fetched,
    core_6_2_document_is_cached_until_fragment_changes,
    rfc_9101_6_unusable_document_is_rejected,
    rfc_9126_client_that_pushes_causes_no_fetch,
    registration_2_request_uris_are_stored_and_checked,
);

const PATH: &str = "/request.jwt";
const HASH: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const OTHER: &str = "AAAAQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

/// Returns the claims that the conformance suite signs: without times.
fn claims(stack: &Stack, client: &TestClient, state: &str) -> Value {
    let mut claims = json!({ "iss": client.id, "aud": stack.issuer() });
    for (name, value) in Authorization::new(stack.issuer(), client).pairs() {
        claims[name] = json!(value);
    }
    claims["state"] = json!(state);
    claims
}

fn serve(server: &DocumentServer, object: String) {
    let answer = Answer {
        status: "200 OK",
        fields: "Content-Type: application/oauth-authz-req+jwt\r\n".to_owned(),
        body: object,
    };
    server.serve(PATH, answer);
}

async fn set_up(stack: &Stack, key: &TestKey, request_uri: &str) {
    let change = |client: &mut Client| {
        client.jwks = Some(key.jwks());
        client.request_uris = vec![request_uri.to_owned()];
    };
    stack.change_client(&stack.seed.web.id, change).await;
}

/// Starts a request with this `request_uri` and returns the error that the client receives.
async fn error_of(stack: &Stack, client: &TestClient, request_uri: &str) -> String {
    let request = Authorization::new(stack.issuer(), client).with("request_uri", request_uri);
    let answer = request.start(&UserAgent::new()).await.expect_client();
    answer["error"].clone()
}

/// Completes a request with only the client and the `request_uri`; returns the state in the object.
async fn state_of(stack: &Stack, request_uri: &str) -> String {
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client).pushed_as(request_uri);
    let agent = UserAgent::new();
    let mut answer = request.complete(&agent, "alice").await.expect_client();
    tokens(&stack.exchange(client, &answer["code"]).await);
    answer.remove("state").unwrap()
}

/// Signs in as the module of the conformance suite does: the URL has a fragment that is the hash of
/// other contents, the object has no `exp`, and parameters come beside it.
async fn oidcc_request_uri_signed_rs256(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("RS256", "one");
    let client = &stack.seed.web;
    let request_uri = format!("{}#{HASH}", server.url(PATH));
    set_up(stack, &key, &request_uri).await;
    let object = key.sign(None, &claims(stack, client, "referred"));
    server.serve(
        PATH,
        Answer {
            status: "200 OK",
            fields: "Content-Type: application/jwt; charset=utf-8\r\n".to_owned(),
            body: format!("{object}\n"),
        },
    );
    let request = Authorization::new(stack.issuer(), client)
        .is_disabled("state")
        .is_disabled("nonce")
        .with("request_uri", &request_uri);
    let answer = request.complete(&UserAgent::new(), "alice").await;
    let answer = answer.expect_client();
    assert_eq!(answer["state"], "referred");
    let issued = tokens(&stack.exchange(client, &answer["code"]).await);
    assert!(issued["id_token"].is_string());
    let [visit]: [String; 1] = server.visits().try_into().unwrap();
    assert!(visit.starts_with(&format!("GET {PATH} HTTP")), "{visit}");
    // The same without the fragment, and with nothing beside it.
    assert_eq!(state_of(stack, &server.url(PATH)).await, "referred");
    let document = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    assert_eq!(document["request_uri_parameter_supported"], true);
    assert_eq!(document["require_request_uri_registration"], true);
}

async fn core_6_2_only_registered_url_is_fetched(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let (web, post) = (&stack.seed.web, &stack.seed.post);
    let address = server.url(PATH);
    serve(&server, key.sign(None, &claims(stack, web, "referred")));
    set_up(stack, &key, &address).await;
    for other in [
        format!("{address}?x"),
        format!("{address}/"),
        address.replace("127.0.0.1", "localhost"),
        address.replace("request.jwt", "%72equest.jwt"),
        format!("{address}#x"),
        "https://client.example/r".to_owned(),
        "urn:ietf:params:oauth:request_uri:x".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        assert_eq!(error_of(stack, web, &other).await, "invalid_request_uri");
    }
    // The URL of one client is not that of another.
    let error = error_of(stack, post, &address).await;
    assert_eq!(error, "request_uri_not_supported");
    assert!(server.visits().is_empty(), "{:?}", server.visits());
    let pair = [("request_uri", address.as_str())];
    let pushed = stack.as_client("/oauth2/par", web, &pair).await;
    assert_oauth_error(&pushed, 400, "invalid_request");
    assert!(server.visits().is_empty(), "{:?}", server.visits());
    assert_eq!(state_of(stack, &address).await, "referred");
    // Without a registered redirect URI beside it, errors are shown on a page.
    let unknown = Authorization::new(stack.issuer(), web).pushed_as("https://client.example/r");
    let page = unknown.start(&UserAgent::new()).await.expect_page();
    assert_error_page(&page);
    assert!(
        page.text().contains("invalid_request_uri"),
        "{}",
        page.dump()
    );
}

async fn core_6_2_document_is_cached_until_fragment_changes(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let address = server.url(PATH);
    let with = |hash: &str| format!("{address}#{hash}");
    let publish = |state: &str| {
        serve(
            &server,
            key.sign(None, &claims(stack, &stack.seed.web, state)),
        );
    };
    set_up(stack, &key, &with(HASH)).await;
    publish("first");
    assert_eq!(state_of(stack, &with(HASH)).await, "first");
    publish("second");
    stack.clock.advance(60);
    // The registered fragment is the version of a request without one.
    assert_eq!(state_of(stack, &with(HASH)).await, "first");
    assert_eq!(state_of(stack, &address).await, "first");
    assert_eq!(server.visits().len(), 1);
    // Another fragment means other contents, but does not cause a fetch each time.
    assert_eq!(state_of(stack, &with(OTHER)).await, "second");
    assert_eq!(state_of(stack, &with(HASH)).await, "second");
    assert_eq!(server.visits().len(), 2);
    stack.clock.advance(301);
    publish("third");
    assert_eq!(state_of(stack, &with(OTHER)).await, "third");
    // Without any fragment, the contents may change at any time.
    set_up(stack, &key, &address).await;
    publish("fourth");
    stack.clock.advance(6);
    assert_eq!(state_of(stack, &address).await, "fourth");
}

async fn rfc_9101_6_unusable_document_is_rejected(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let client = &stack.seed.web;
    let address = server.url(PATH);
    set_up(stack, &key, &address).await;
    let good = claims(stack, client, "referred");
    let error = async || {
        stack.clock.advance(6);
        error_of(stack, client, &address).await
    };
    // No document, and within five seconds no other attempt.
    assert_eq!(error().await, "invalid_request_uri");
    assert_eq!(
        error_of(stack, client, &address).await,
        "invalid_request_uri"
    );
    assert_eq!(server.visits().len(), 1);
    let object = key.sign(None, &good);
    for (status, media_type, body) in [
        ("200 OK", "text/html", object.clone()),
        ("404 Not Found", "application/jwt", object.clone()),
        (
            "302 Found\r\nLocation: /other",
            "application/jwt",
            object.clone(),
        ),
        (
            "200 OK",
            "application/jwt",
            format!("{object}{}", " ".repeat(17_000)),
        ),
    ] {
        let fields = format!("Content-Type: {media_type}\r\n");
        let answer = Answer {
            status,
            fields,
            body,
        };
        server.serve(PATH, answer);
        assert_eq!(
            error().await,
            "invalid_request_uri",
            "{status} {media_type}"
        );
    }
    let now = stack.clock.now();
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        key.sign(None, &claims)
    };
    for object in [
        TestKey::unsigned(&good),
        TestKey::new("ES256", "one").sign(None, &good),
        good.to_string(),
        String::new(),
        changed("iss", json!("post-app")),
        changed("client_id", json!("post-app")),
        changed("aud", json!("https://other.example")),
        changed("exp", json!(now - 1)),
        changed("exp", json!(now + 7200)),
        changed("request_uri", json!(address)),
    ] {
        serve(&server, object.clone());
        assert_eq!(error().await, "invalid_request_object", "{object}");
    }
    // A client without keys cannot sign.
    let native = &stack.seed.native;
    let change = |client: &mut Client| client.request_uris = vec![address.clone()];
    stack.change_client(&native.id, change).await;
    stack.clock.advance(6);
    assert_eq!(
        error_of(stack, native, &address).await,
        "request_not_supported"
    );
    serve(&server, key.sign(None, &good));
    stack.clock.advance(6);
    assert_eq!(state_of(stack, &address).await, "referred");
}

async fn rfc_9126_client_that_pushes_causes_no_fetch(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let client = &stack.seed.web;
    let address = server.url(PATH);
    serve(&server, key.sign(None, &claims(stack, client, "referred")));
    set_up(stack, &key, &address).await;
    let pushes = |client: &mut Client| client.require_pushed_authorization_requests = true;
    stack.change_client(&client.id, pushes).await;
    assert_eq!(error_of(stack, client, &address).await, "invalid_request");
    assert!(server.visits().is_empty(), "{:?}", server.visits());
}

async fn registration_2_request_uris_are_stored_and_checked(stack: &Stack) {
    let register = async |uris: Value| -> Page {
        let mut requested = registration::web_client();
        requested["request_uris"] = uris;
        let token = registration::initial_token(stack, 1).await;
        registration::register(stack, Some(&token), &requested).await
    };
    let listed = json!([
        "https://app.example/r",
        format!("https://app.example/r#{HASH}")
    ]);
    let mut requested = registration::web_client();
    requested["request_uris"] = listed.clone();
    // A profile is not for clients to choose.
    requested["profile"] = json!("fapi2");
    let answer = registered(stack, &requested).await;
    assert_eq!(answer["request_uris"], listed);
    assert!(answer.get("profile").is_none(), "{answer}");
    for wrong in [
        json!(["http://app.example/r"]),
        json!(["https://user@app.example/r"]),
        json!(["https://app.example/r#x"]),
        json!(["urn:ietf:params:oauth:request_uri:x"]),
        json!("https://app.example/r"),
        json!(vec!["https://app.example/r"; 21]),
    ] {
        let page = register(wrong).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
}
