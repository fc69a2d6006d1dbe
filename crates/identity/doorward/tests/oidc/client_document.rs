//! Tests of unregistered clients whose `client_id` is the URL of a metadata document
//! (draft-ietf-oauth-client-id-metadata-document-02).

use doorward_access::clock::Clock as _;
use doorward_domain::model::ClientId;
use doorward_protocol::client_auth::JWT_BEARER;
use doorward_store::repo;
use doorward_testkit::authorization::{Outcome, VERIFIER};
use doorward_testkit::{
    Authorization, Credentials, Page, Stack, TestClient, UserAgent, agent, flows, flows_with, jwt,
};
use serde_json::{Value, json};

use crate::support::{assert_error_page, assert_oauth_error, text, tokens};
use crate::support_documents::{Answer, DocumentServer};
use crate::support_dpop::{Prover, redeem};
use crate::support_keys::TestKey;

pub const ENABLED: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES",
        "openid email offline_access tasks:read",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(
    ENABLED;
    cimd_6_unregistered_client_gets_and_loses_tokens,
    consent_page_shows_unverified_client_host_each_time,
    private_key_jwt_with_published_keys,
    administrator_lists_and_disables_document_client,
    document_client_without_consent_is_deleted,
    rfc_9449_5_2_document_with_dpop_gets_only_bound_tokens,
);
flows!(cimd_6_disabled_documents_are_unknown_and_unlisted);

pub fn client(id: &str) -> TestClient {
    TestClient {
        id: id.to_owned(),
        secret: None,
        credentials: Credentials::None,
        redirect_uri: "https://notes.example/cb".to_owned(),
    }
}

pub fn request(stack: &Stack, id: &str) -> Authorization {
    Authorization::new(stack.issuer(), &client(id))
}

/// Starts an authorization request of this client and returns its page.
pub async fn begin(stack: &Stack, id: &str) -> Page {
    request(stack, id)
        .start(&UserAgent::new())
        .await
        .expect_page()
}

/// Asserts that the request is rejected on a page without a reason.
#[track_caller]
pub fn assert_unknown(page: &Page) {
    assert_error_page(page);
    assert!(page.find_form("form:has([name=password])").is_none());
}

pub async fn row(stack: &Stack, id: &str) -> Option<doorward_domain::model::Client> {
    let db = stack.db().await;
    let found = repo::clients::find(db.read(), &ClientId::parse(id)?).await;
    db.close().await.unwrap();
    found.unwrap()
}

async fn cimd_6_unregistered_client_gets_and_loses_tokens(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let document = UserAgent::new()
        .get(stack.at("/.well-known/oauth-authorization-server"))
        .await
        .json();
    assert_eq!(document["client_id_metadata_document_supported"], true);
    let agent = UserAgent::new();
    let asked = request(stack, &id).with("scope", "openid tasks:read");
    let code = asked.complete(&agent, "alice").await.code();
    let answer = tokens(&stack.exchange(&client(&id), &code).await);
    let claims = jwt::claims(&text(&answer, "access_token"));
    assert_eq!(claims["client_id"], json!(id));
    assert_eq!(claims["aud"], json!(stack.seed.audience));
    assert_eq!(jwt::claims(&text(&answer, "id_token"))["aud"], json!(id));
    // PKCE is required as for any public client (RFC 9700 §2.1.1).
    let bare = asked
        .clone()
        .is_disabled("code_challenge")
        .is_disabled("code_challenge_method");
    assert_eq!(
        bare.start(&agent).await.expect_client()["error"],
        "invalid_request"
    );
    // Only authorization codes: no client credentials and no device grant.
    let own = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    assert_oauth_error(
        &stack.token(&client(&id), &own).await,
        400,
        "unauthorized_client",
    );
    let device = [("scope", "openid")];
    let device = stack
        .as_client("/oauth2/device_authorization", &client(&id), &device)
        .await;
    assert_oauth_error(&device, 400, "unauthorized_client");
    let introspected = [("token", text(&answer, "access_token"))];
    let fields = introspected
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let page = stack
        .as_client("/oauth2/introspect", &client(&id), &fields)
        .await;
    assert_oauth_error(&page, 401, "invalid_client");
    let refreshed = stack
        .refresh(&client(&id), &text(&answer, "refresh_token"))
        .await;
    let refreshed = tokens(&refreshed);
    // The client is listed among the user's authorized clients and can be removed.
    let account = agent.get(stack.at("/account/apps")).await;
    let apps = account.text_of("main section").unwrap();
    assert!(apps.contains("Notes"), "{apps}");
    agent.submit(&account.press("button[name=client_id]")).await;
    let dead = stack
        .refresh(&client(&id), &text(&refreshed, "refresh_token"))
        .await;
    assert_oauth_error(&dead, 400, "invalid_grant");
    // The client may revoke its own tokens (RFC 7009).
    let code = asked.complete(&agent, "alice").await.code();
    let token = text(
        &tokens(&stack.exchange(&client(&id), &code).await),
        "refresh_token",
    );
    let page = stack
        .as_client("/oauth2/revoke", &client(&id), &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_oauth_error(
        &stack.refresh(&client(&id), &token).await,
        400,
        "invalid_grant",
    );
    // The document is fetched once, without credentials.
    let visits = server.visits();
    assert_eq!(visits.len(), 1, "{visits:?}");
    let head = visits[0].to_ascii_lowercase();
    for field in ["cookie:", "authorization:", "referer:"] {
        assert!(!head.contains(field), "{head}");
    }
}

async fn consent_page_shows_unverified_client_host_each_time(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |document| {
        document["redirect_uris"] = json!(["https://notes.example/cb", "http://127.0.0.1/cb"]);
        document["logo_uri"] = json!("https://notes.example/logo.png");
    });
    let agent = UserAgent::new();
    // The consent page shows the badge, the whole host and the redirect host, and never a logo.
    for times in 0..2 {
        let asked = request(stack, &id);
        let mut outcome = asked.start(&agent).await;
        if times == 0 {
            let login = outcome.expect_page().form("form:has([name=password])");
            let login = login.with("identifier", "alice");
            let login = login.with("password", doorward_testkit::PASSWORD);
            let next = agent.submit(&login).await;
            outcome = asked.follow(&agent, next).await;
        }
        let page = outcome.expect_page();
        let shown = page.text_of("main").unwrap();
        for values in ["Notes", "Not verified", &server.host(), "notes.example"] {
            assert!(shown.contains(values), "{values} in {shown}");
        }
        assert!(!page.text().contains("logo.png"));
        let allow = page
            .form("form:has([name=decision])")
            .with("decision", "allow");
        let next = agent.submit(&allow).await;
        asked.follow(&agent, next).await.code();
    }
    let silent = request(stack, &id)
        .with("prompt", "none")
        .start(&agent)
        .await
        .expect_client();
    assert_eq!(silent["error"], "consent_required");
    // Any program on this computer could receive the response (RFC 8252 §7.3 and §8.6).
    let local = TestClient {
        redirect_uri: "http://127.0.0.1:7070/cb".to_owned(),
        ..client(&id)
    };
    let page = Authorization::new(stack.issuer(), &local)
        .start(&agent)
        .await
        .expect_page();
    let shown = page.text_of("main").unwrap();
    assert!(shown.contains("An app on this computer"), "{shown}");
    assert!(shown.contains("Any program on this computer"), "{shown}");
}

async fn private_key_jwt_with_published_keys(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let keys: Value = serde_json::from_str(&key.jwks()).unwrap();
    server.serve("/jwks", Answer::json(&keys));
    let inline = server.publish("/inline", |document| {
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        document["jwks"] = keys;
    });
    let by_address = server.publish("/address", |document| {
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        document["jwks_uri"] = json!(server.url("/jwks"));
    });
    for id in [inline, by_address] {
        let now = stack.clock.now();
        let assertion = |jti: &str, key: &TestKey| {
            let claims = json!({ "iss": id, "sub": id, "aud": stack.issuer(), "jti": jti, "iat": now, "exp": now + 60 });
            key.sign(None, &claims)
        };
        let post = async |path: &str, fields: &[(&str, &str)]| {
            let agent = UserAgent::new();
            let request = agent.http().post(stack.at(path));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            agent
                .send(request.body(agent::encode(fields.to_vec())))
                .await
        };
        // The very first request is a pushed one.
        let asked = request(stack, &id);
        let good = assertion("one", &key);
        let mut fields = asked.pairs();
        fields.extend([
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &good),
        ]);
        let pushed = post("/oauth2/par", &fields).await;
        assert_eq!(pushed.status, 201, "{}", pushed.dump());
        // Without authentication, or with another key, the client is rejected.
        let page = post("/oauth2/par", &asked.pairs()).await;
        assert_oauth_error(&page, 401, "invalid_client");
        let forged = assertion("two", &TestKey::new("ES256", "one"));
        let code = asked.complete(&UserAgent::new(), "alice").await.code();
        let exchange = |assertion: String| {
            let fields = [
                ("grant_type", "authorization_code".to_owned()),
                ("code", code.clone()),
                ("redirect_uri", "https://notes.example/cb".to_owned()),
                ("code_verifier", VERIFIER.to_owned()),
                ("client_assertion_type", JWT_BEARER.to_owned()),
                ("client_assertion", assertion),
            ];
            async move {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                post("/oauth2/token", &fields).await
            }
        };
        assert_oauth_error(&exchange(forged).await, 401, "invalid_client");
        tokens(&exchange(assertion("three", &key)).await);
    }
}

async fn rfc_9449_5_2_document_with_dpop_gets_only_bound_tokens(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |document| {
        document["dpop_bound_access_tokens"] = json!(true);
    });
    let prover = Prover::new();
    let code = request(stack, &id)
        .complete(&UserAgent::new(), "alice")
        .await
        .code();
    let page = redeem(stack, &client(&id), &code, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    let page = redeem(stack, &client(&id), &code, &[&prover.for_token(stack)]).await;
    let answer = tokens(&page);
    assert_eq!(answer["token_type"], "DPoP");
    let claims = jwt::claims(&text(&answer, "access_token"));
    assert_eq!(claims["cnf"]["jkt"], prover.jkt());
}

async fn administrator_lists_and_disables_document_client(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let agent = UserAgent::new();
    let code = request(stack, &id).complete(&agent, "alice").await.code();
    let token = text(
        &tokens(&stack.exchange(&client(&id), &code).await),
        "refresh_token",
    );
    stack.disable_client(&id).await;
    assert_unknown(&begin(stack, &id).await);
    assert_oauth_error(
        &stack.refresh(&client(&id), &token).await,
        401,
        "invalid_client",
    );
    // A new document does not enable a disabled client.
    stack.clock.advance(2 * 3600);
    server.publish("/client.json", |document| {
        document["client_name"] = json!("Other");
    });
    assert_unknown(&begin(stack, &id).await);
    assert!(!row(stack, &id).await.unwrap().is_active());
}

async fn document_client_without_consent_is_deleted(stack: &Stack) {
    let server = DocumentServer::start().await;
    let [allowed, passing] = ["/allowed", "/passing"].map(|path| server.publish(path, |_| {}));
    let outcome = request(stack, &allowed)
        .complete(&UserAgent::new(), "alice")
        .await;
    assert!(matches!(outcome, Outcome::Client(_)), "{outcome:?}");
    begin(stack, &passing)
        .await
        .form("form:has([name=password])");
    stack.clock.advance(3601);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let before = stack.clock.now() - 3600;
    repo::clients::purge_documents(&tx, before, 100)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    assert!(row(stack, &allowed).await.is_some());
    assert_eq!(row(stack, &passing).await, None);
}

async fn cimd_6_disabled_documents_are_unknown_and_unlisted(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    assert_unknown(&begin(stack, &id).await);
    assert!(server.visits().is_empty());
    let document = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    assert!(
        document
            .get("client_id_metadata_document_supported")
            .is_none()
    );
}
