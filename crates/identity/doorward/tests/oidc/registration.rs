//! Tests of dynamic client registration (RFC 7591, OIDC Registration 1.0).

use doorward_domain::model::{AuditKind, RegisteredBy};
use doorward_store::repo;
use doorward_testkit::{
    Authorization, Credentials, Outcome, Page, Stack, TestClient, UserAgent, both_backends_with,
    flows, flows_with, rows,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{assert_not_stored, assert_oauth_error, text, tokens};

mod authors;
mod escalation;
mod logo;
mod management;
mod metadata;
mod names;

flows!(registration_is_disabled_and_unlisted_by_default,);
/// Registration with an initial access token, the safe mode.
pub const BY_TOKEN: &[(&str, &str)] = &[("DOORWARD__CLIENT_REGISTRATION__MODE", "token")];
both_backends_with!(
    BY_TOKEN;
    thirty_two_concurrent_registrations_consume_token_once,
);
flows_with!(
    BY_TOKEN;
    rfc_7591_3_token_is_needed_and_consumed,
    rfc_7591_3_2_1_response_contains_registered_metadata,
    rfc_7591_3_2_2_each_error,
    rfc_7591_3_1_rejects_oversized_or_non_json_body,
    rfc_7591_5_rejects_internal_addresses,
    rfc_7591_5_registered_client_gets_tokens_and_is_unverified,
    oidc_registration_2_default_max_age_is_applied,
);
const OPEN: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "open"),
    (
        "DOORWARD__CLIENT_REGISTRATION__REDIRECT_HOSTS",
        "app.example,127.0.0.1",
    ),
    ("DOORWARD__CLIENT_REGISTRATION__PER_HOUR", "3"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
];
flows_with!(
    OPEN;
    open_registration_has_policy_and_limit,
    unused_anonymous_client_is_deleted,
);

/// Creates an initial access token for this number of clients.
pub async fn initial_token(stack: &Stack, uses: i64) -> String {
    initial_token_of(stack, uses, None).await
}

/// Creates an initial access token of this author.
async fn initial_token_of(stack: &Stack, uses: i64, author: Option<&str>) -> String {
    use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
    use doorward_domain::secret::OpaqueToken;
    let now = doorward_access::clock::Clock::now(&stack.clock);
    let token = OpaqueToken::generate(&mut rand::rng());
    let row = RegistrationToken {
        id: RegistrationTokenId::generate(now, &mut rand::rng()),
        hash: token.hash(),
        note: "test".to_owned(),
        uses_left: uses,
        created_by: author.map(str::to_owned),
        created_at: now,
        expires_at: now + 600,
    };
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    repo::registration_tokens::insert(&tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    token.expose().to_owned()
}

/// Posts a registration request.
pub async fn register(stack: &Stack, token: Option<&str>, wish: &Value) -> Page {
    let agent = UserAgent::new();
    let mut request = agent.http().post(stack.at("/oauth2/register"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    agent.send(request.json(wish)).await
}

/// Registers a client successfully; returns the response.
pub async fn registered(stack: &Stack, wish: &Value) -> Value {
    let token = initial_token(stack, 1).await;
    let page = register(stack, Some(&token), wish).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    assert_not_stored(&page);
    page.json()
}

/// Returns the registered client, for requests.
pub fn client(answer: &Value) -> TestClient {
    let secret = answer["client_secret"].as_str().map(str::to_owned);
    TestClient {
        id: text(answer, "client_id"),
        credentials: match answer["token_endpoint_auth_method"].as_str() {
            Some("none") => Credentials::None,
            Some("client_secret_post") => Credentials::Post,
            _ => Credentials::Basic,
        },
        secret,
        redirect_uri: text(&json!({ "uri": answer["redirect_uris"][0] }), "uri"),
    }
}

/// Returns a registration request of a web application.
pub fn web_client() -> Value {
    json!({
        "client_name": "Photo <b>Book</b>",
        "redirect_uris": ["https://app.example/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid email offline_access",
    })
}

async fn discovery(stack: &Stack) -> Value {
    let path = "/.well-known/openid-configuration";
    UserAgent::new().get(stack.at(path)).await.json()
}

async fn registration_is_disabled_and_unlisted_by_default(stack: &Stack) {
    assert_eq!(discovery(stack).await.get("registration_endpoint"), None);
    let token = initial_token(stack, 1).await;
    for token in [None, Some(token.as_str())] {
        let page = register(stack, token, &web_client()).await;
        assert_oauth_error(&page, 403, "access_denied");
    }
    let agent = UserAgent::new();
    let path = format!("/oauth2/register/{}", stack.seed.web.id);
    for method in [
        reqwest::Method::GET,
        reqwest::Method::PUT,
        reqwest::Method::DELETE,
    ] {
        let request = agent.http().request(method, stack.at(&path));
        let page = agent.send(request.bearer_auth("x")).await;
        assert_oauth_error(&page, 403, "access_denied");
    }
}

async fn rfc_7591_3_token_is_needed_and_consumed(stack: &Stack) {
    let endpoint = discovery(stack).await["registration_endpoint"].clone();
    assert_eq!(endpoint, stack.at("/oauth2/register"));
    // Without credentials, the challenge has no error code (RFC 6750 §3.1).
    let page = register(stack, None, &web_client()).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let challenge = page.header("www-authenticate").unwrap();
    assert!(
        challenge.starts_with("Bearer") && !challenge.contains("error"),
        "{challenge}"
    );
    let token = initial_token(stack, 2).await;
    for wrong in ["x", &token[1..], "eyJhbGciOiJub25lIn0.e30."] {
        let page = register(stack, Some(wrong), &web_client()).await;
        assert_oauth_error(&page, 401, "invalid_token");
        let challenge = page.header("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    // A rejected request does not consume the token.
    let page = register(stack, Some(&token), &json!({})).await;
    assert_oauth_error(&page, 400, "invalid_redirect_uri");
    for _ in 0..2 {
        let page = register(stack, Some(&token), &web_client()).await;
        assert_eq!(page.status, 201, "{}", page.dump());
    }
    let page = register(stack, Some(&token), &web_client()).await;
    assert_oauth_error(&page, 401, "invalid_token");
    let late = initial_token(stack, 5).await;
    stack.clock.advance(600);
    let page = register(stack, Some(&late), &web_client()).await;
    assert_oauth_error(&page, 401, "invalid_token");
    let registered: Vec<_> = stack.audited(AuditKind::ClientChanged).await;
    assert_eq!(registered.len(), 2);
    for event in registered {
        assert_eq!(event.detail["registered_by"], "token");
        assert!(event.detail["registration_token"].is_string());
        assert!(event.ip.is_some() && event.subject == event.actor);
    }
}

async fn rfc_7591_3_2_1_response_contains_registered_metadata(stack: &Stack) {
    let mut full = web_client();
    for (name, value) in [
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("client_uri", json!("https://app.example/")),
        ("contacts", json!(["ops@app.example"])),
        ("software_id", json!("photo-book")),
        (
            "post_logout_redirect_uris",
            json!(["https://app.example/bye"]),
        ),
        ("default_max_age", json!(3600)),
        (
            "frontchannel_logout_uri",
            json!("https://app.example/frame"),
        ),
        ("authorization_signed_response_alg", json!("RS256")),
        (
            "backchannel_logout_uri",
            json!("https://app.example/logout"),
        ),
        ("backchannel_token_delivery_mode", json!("ping")),
        (
            "backchannel_client_notification_endpoint",
            json!("https://app.example/ping"),
        ),
        ("x_unknown", json!(true)),
    ] {
        full[name] = value;
    }
    let received = registered(stack, &full).await;
    for (name, value) in full.as_object().unwrap() {
        match name.as_str() {
            // Unknown members are ignored (RFC 7591 §2).
            "x_unknown" => assert_eq!(received.get(name), None),
            _ => assert_eq!(&received[name], value, "{name}"),
        }
    }
    // The response contains the defaults as well.
    assert_eq!(received["response_types"], json!(["code"]));
    assert_eq!(received["application_type"], "web");
    assert_eq!(received["subject_type"], "public");
    assert_eq!(received["client_secret_expires_at"], 0);
    assert!(received["client_id_issued_at"].is_i64());
    let uri = stack.at(&format!(
        "/oauth2/register/{}",
        text(&received, "client_id")
    ));
    assert_eq!(received["registration_client_uri"], uri);
    // The database contains only hashes of the secrets, and no client is first-party.
    let dump = format!("{:?}", rows::dump(&stack.storage().identity).await);
    for secret in ["client_secret", "registration_access_token"] {
        let secret = text(&received, secret);
        assert!(secret.len() >= 43 && !dump.contains(&secret));
    }
    let db = stack.db().await;
    let id = doorward_domain::model::ClientId::parse(&text(&received, "client_id")).unwrap();
    let stored = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    assert_eq!(stored.registered_by, RegisteredBy::Token);
    assert!(!stored.first_party && stored.serves.is_empty());
    db.close().await.unwrap();
    // Omitted members get the defaults of RFC 7591 §2, and the scopes of the policy.
    let bare = json!({ "redirect_uris": ["https://app.example/cb"] });
    let received = registered(stack, &bare).await;
    assert_eq!(received["grant_types"], json!(["authorization_code"]));
    assert_eq!(
        received["token_endpoint_auth_method"],
        "client_secret_basic"
    );
    assert_eq!(received["scope"], "openid profile email offline_access");
    // A public client has no secret.
    let mut public = bare.clone();
    public["token_endpoint_auth_method"] = json!("none");
    let received = registered(stack, &public).await;
    assert_eq!(received.get("client_secret"), None);
    assert_eq!(received.get("client_secret_expires_at"), None);
}

async fn thirty_two_concurrent_registrations_consume_token_once(stack: &Stack) {
    let token = initial_token(stack, 1).await;
    let request = web_client();
    let pages = join_all((0..32).map(|_| register(stack, Some(&token), &request))).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 201);
    assert_eq!((good.len(), bad.len()), (1, 31));
    for page in &bad {
        assert_oauth_error(page, 401, "invalid_token");
    }
    let dump = rows::dump(&stack.storage().identity).await;
    assert_eq!(dump["client_registrations"].len(), 1);
}

/// Returns invalid members: name, value, and the error.
pub fn refused_members() -> Vec<(&'static str, Value, &'static str)> {
    const METADATA: &str = "invalid_client_metadata";
    const REDIRECT: &str = "invalid_redirect_uri";
    vec![
        ("redirect_uris", json!(["javascript:alert(1)"]), REDIRECT),
        ("redirect_uris", json!(["http://app.example/cb"]), REDIRECT),
        (
            "redirect_uris",
            json!(["https://app.example/cb#f"]),
            REDIRECT,
        ),
        ("redirect_uris", json!("https://app.example/cb"), REDIRECT),
        ("grant_types", json!(["client_credentials"]), METADATA),
        ("response_types", json!(["token"]), METADATA),
        ("scope", json!("admin"), METADATA),
        ("scope", json!("no_such_scope"), METADATA),
        ("logo_uri", json!("javascript:alert(1)"), METADATA),
        ("post_logout_redirect_uris", json!(["data:,x"]), METADATA),
        (
            "token_endpoint_auth_method",
            json!("private_key_jwt"),
            METADATA,
        ),
        ("jwks", json!({ "keys": [] }), METADATA),
        ("require_signed_request_object", json!(true), METADATA),
        ("authorization_signed_response_alg", json!("none"), METADATA),
        (
            "software_statement",
            json!("a.b.c"),
            "unapproved_software_statement",
        ),
        (
            "software_statement",
            json!("x"),
            "invalid_software_statement",
        ),
    ]
}

async fn rfc_7591_3_2_2_each_error(stack: &Stack) {
    let token = initial_token(stack, 1).await;
    for (name, value, code) in refused_members() {
        let mut wish = web_client();
        wish[name] = value;
        let page = register(stack, Some(&token), &wish).await;
        assert_oauth_error(&page, 400, code);
    }
    let mut both = web_client();
    both["jwks"] = json!({ "keys": [] });
    both["jwks_uri"] = json!("https://app.example/jwks");
    let page = register(stack, Some(&token), &both).await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
    // None of the rejected requests consumed the token.
    assert_eq!(
        register(stack, Some(&token), &web_client()).await.status,
        201
    );
}

async fn rfc_7591_3_1_rejects_oversized_or_non_json_body(stack: &Stack) {
    let token = initial_token(stack, 1).await;
    let send = async |kind: &'static str, body: String| {
        let agent = UserAgent::new();
        let request = agent.http().post(stack.at("/oauth2/register"));
        let request = request.bearer_auth(&token).header("content-type", kind);
        agent.send(request.body(body)).await
    };
    let long = json!({ "redirect_uris": ["https://app.example/cb"], "x": "y".repeat(64 * 1024) });
    let page = send("application/json", long.to_string()).await;
    assert_oauth_error(&page, 413, "invalid_request");
    let page = send("application/x-www-form-urlencoded", "a=b".to_owned()).await;
    assert_oauth_error(&page, 400, "invalid_request");
    let twice = r#"{"redirect_uris":["https://app.example/cb"],"scope":"openid","scope":"email"}"#;
    for body in [twice, "[]", "{", ""] {
        let page = send("application/json", body.to_owned()).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/oauth2/register")).await;
    assert_eq!(page.status, 405);
    assert_eq!(page.header("allow"), Some("POST"));
}

async fn rfc_7591_5_rejects_internal_addresses(stack: &Stack) {
    let token = initial_token(stack, 1).await;
    for address in [
        "http://app.example/jwks",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/jwks",
        "https://user@app.example/jwks",
        "https://app.example/jwks#f",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://app.example/",
        "//app.example/jwks",
    ] {
        for name in ["jwks_uri", "backchannel_logout_uri"] {
            let mut request = web_client();
            request[name] = json!(address);
            let page = register(stack, Some(&token), &request).await;
            assert_oauth_error(&page, 400, "invalid_client_metadata");
        }
    }
}

async fn rfc_7591_5_registered_client_gets_tokens_and_is_unverified(stack: &Stack) {
    let answer = registered(stack, &web_client()).await;
    let app = client(&answer);
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &app).with("scope", "openid email");
    let consent = match request.start(&agent).await {
        Outcome::Page(page) => {
            let form = page.form("#login").with("identifier", "alice");
            let page = agent
                .submit(&form.with("password", doorward_testkit::PASSWORD))
                .await;
            agent.follow(page, "").await
        }
        other @ Outcome::Client(_) => panic!("{other:?}"),
    };
    // The client's metadata is unverified, and the page shows the redirect host (RFC 7591 §5).
    let shown = consent.text();
    assert!(consent.has(".notice.warn"), "{shown}");
    assert!(shown.contains("Not verified by"), "{shown}");
    assert!(
        shown.contains("app.example") && shown.contains("Photo &#60;b&#62;"),
        "{shown}"
    );
    assert!(
        !shown.contains("<img") && !shown.contains("<b>Book"),
        "{shown}"
    );
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(&app, &code).await);
    assert!(json["id_token"].is_string() && json["access_token"].is_string());
    // A client registered by an administrator has no such warning.
    let known = Authorization::new(stack.issuer(), &stack.seed.web);
    if let Outcome::Page(page) = known.start(&agent).await {
        assert!(page.has("#consent") && !page.text().contains("Not verified by"));
    } else {
        panic!("a page");
    }
}

async fn oidc_registration_2_default_max_age_is_applied(stack: &Stack) {
    let mut requested = web_client();
    requested["default_max_age"] = json!(600);
    let app = client(&registered(stack, &requested).await);
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &app).with("scope", "openid");
    request.complete(&agent, "alice").await.code();
    stack.clock.advance(500);
    let still = request.start(&agent).await;
    assert!(matches!(still, Outcome::Client(_)), "{still:?}");
    stack.clock.advance(200);
    let Outcome::Page(page) = request.start(&agent).await else {
        panic!("a sign-in older than default_max_age continued");
    };
    assert!(page.has("#login"), "{}", page.dump());
    // The request's own `max_age` takes precedence.
    let own = request.with("max_age", "3000").start(&agent).await;
    assert!(matches!(own, Outcome::Client(_)), "{own:?}");
}

async fn open_registration_has_policy_and_limit(stack: &Stack) {
    let mut elsewhere = web_client();
    elsewhere["redirect_uris"] = json!(["https://evil.example/cb"]);
    let page = register(stack, None, &elsewhere).await;
    assert_oauth_error(&page, 400, "invalid_redirect_uri");
    let page = register(stack, None, &web_client()).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let mut native = web_client();
    native["redirect_uris"] = json!(["http://127.0.0.1/cb"]);
    native["token_endpoint_auth_method"] = json!("none");
    let page = register(stack, None, &native).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    // These three requests used the limit, whatever their results.
    let page = register(stack, None, &web_client()).await;
    assert_eq!(page.status, 429, "{}", page.dump());
    assert!(page.header("retry-after").is_some());
    // A request with an initial access token does not count; an invalid token gives no exception.
    let token = initial_token(stack, 1).await;
    assert_eq!(
        register(stack, Some(&token), &web_client()).await.status,
        201
    );
    let page = register(stack, Some("wrong"), &web_client()).await;
    assert_oauth_error(&page, 401, "invalid_token");
}

async fn unused_anonymous_client_is_deleted(stack: &Stack) {
    let used = register(stack, None, &web_client()).await.json();
    let unused = register(stack, None, &web_client()).await.json();
    let by_token = registered(stack, &web_client()).await;
    let request = Authorization::new(stack.issuer(), &client(&used)).with("scope", "openid");
    let sweep = async || {
        let db = stack.db().await;
        let tx = db.begin_write().await.unwrap();
        let now = doorward_access::clock::Clock::now(&stack.clock);
        repo::client_registrations::record_use_after(&tx, None, 100, now)
            .await
            .unwrap();
        let before = now - 30 * 86_400;
        let found = repo::client_registrations::list_unused(&tx, before, 10)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    stack.clock.advance(20 * 86_400);
    request.complete(&UserAgent::new(), "alice").await.code();
    assert!(sweep().await.is_empty());
    stack.clock.advance(11 * 86_400);
    // The others were used recently, or registered with a token.
    assert_eq!(sweep().await, [text(&unused, "client_id")]);
    assert_ne!(by_token["client_id"], unused["client_id"]);
}
