//! Tests of pairwise subject identifiers (OIDC Core §8, OIDC Registration §5).

use doorward_domain::model::LogoutUris;
use doorward_testkit::{
    Authorization, Outcome, Stack, TestClient, UserAgent, flows, flows_with, jwt,
};
use serde_json::{Value, json};

use crate::registration::{BY_TOKEN, client, initial_token, register, registered, web_client};
use crate::support::{assert_oauth_error, code, text, tokens, userinfo};
use crate::support_keys::KeyServer;

flows!(
    section_8_subject_is_shared_within_sector_only,
    section_8_hints_and_claims_use_pairwise_subject,
);
flows_with!(BY_TOKEN; section_8_1_sector_of_registered_client);
const LOCAL_SECTOR_DOCUMENT: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(LOCAL_SECTOR_DOCUMENT; registration_5_sector_document_is_fetched_and_enforced);

async fn in_sector(stack: &Stack, client: &TestClient, sector: Option<&str>) {
    let change = |item: &mut doorward_domain::model::Client| {
        item.pairwise_sector = sector.map(str::to_owned);
        item.logout = LogoutUris::default();
    };
    stack.change_client(&client.id, change).await;
}

/// Returns the subject that a client gets; asserts that all responses agree.
async fn subject(stack: &Stack, client: &TestClient) -> String {
    let scope = "openid offline_access tasks:read";
    let json = tokens(
        &stack
            .exchange(client, &code(stack, client, scope).await)
            .await,
    );
    let sub = subject_in_sector(stack, client, &json).await;
    let again = tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
    assert_eq!(jwt::claims(&text(&again, "access_token"))["sub"], sub);
    sub
}

async fn subject_in_sector(stack: &Stack, client: &TestClient, json: &Value) -> String {
    let (id, access) = (text(json, "id_token"), text(json, "access_token"));
    let sub = text(&jwt::claims(&id), "sub");
    assert_eq!(jwt::claims(&access)["sub"], sub);
    let page = userinfo(stack, &access).await;
    assert_eq!(page.json()["sub"], sub, "{}", page.dump());
    // Introspected by the client itself, and by the resource server of the token.
    for asking in [client, &stack.seed.tasks_api] {
        for token in [&access, &text(json, "refresh_token")] {
            let page = stack
                .as_client("/oauth2/introspect", asking, &[("token", token)])
                .await;
            let answer = page.json();
            if answer["active"] == true {
                assert_eq!(answer["sub"], sub);
            }
        }
    }
    sub
}

async fn section_8_subject_is_shared_within_sector_only(stack: &Stack) {
    let (web, post) = (&stack.seed.web, &stack.seed.post);
    let usual = subject(stack, web).await;
    assert_eq!(usual, subject(stack, post).await);
    in_sector(stack, web, Some("app.example")).await;
    let own = subject(stack, web).await;
    assert_ne!(own, usual);
    assert_eq!(own, subject(stack, web).await, "the same at each sign-in");
    in_sector(stack, post, Some("app.example")).await;
    assert_eq!(
        own,
        subject(stack, post).await,
        "the same for all clients of the sector"
    );
    in_sector(stack, post, Some("other.example")).await;
    let other = subject(stack, post).await;
    assert!(other != own && other != usual);
    // The database does not contain the subject: it is computed each time.
    let dump = format!(
        "{:?}",
        doorward_testkit::rows::dump(&stack.storage().identity).await
    );
    assert!(!dump.contains(&own) && !dump.contains(&other));
}

async fn section_8_hints_and_claims_use_pairwise_subject(stack: &Stack) {
    let web = &stack.seed.web;
    in_sector(stack, web, Some("app.example")).await;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), web).with("scope", "openid");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(web, &code).await);
    let hint = text(&json, "id_token");
    let own = text(&jwt::claims(&hint), "sub");
    let usual = crate::support::sign_in(stack, &stack.seed.post, "openid").await;
    let usual = text(&jwt::claims(&text(&usual, "id_token")), "sub");
    let silent = request.with("prompt", "none");
    let named = |sub: &str| json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    for (name, value, is_hers) in [
        ("id_token_hint", hint.clone(), true),
        ("claims", named(&own), true),
        ("claims", named(&usual), false),
        ("claims", named("somebody"), false),
    ] {
        let answer = silent
            .clone()
            .with(name, &value)
            .start(&agent)
            .await
            .expect_client();
        assert_eq!(
            answer.contains_key("code"),
            is_hers,
            "{name} {value}: {answer:?}"
        );
        if !is_hers {
            assert_eq!(answer["error"], "login_required");
        }
    }
    // Another user must sign in.
    let bob = UserAgent::new();
    let other = Authorization::new(stack.issuer(), web).with("scope", "openid");
    other.complete(&bob, "bob").await.code();
    let asked = other.with("id_token_hint", &hint).start(&bob).await;
    assert!(matches!(asked, Outcome::Page(_)), "{asked:?}");
    // The hint signs its own user out without a confirmation.
    let bye = |agent: UserAgent| {
        let url = format!("{}?id_token_hint={hint}", stack.at("/oauth2/logout"));
        async move { agent.get(url).await }
    };
    assert!(bye(bob).await.has("form"), "bob must confirm");
    let page = bye(agent.clone()).await;
    let page = agent.follow(page, "").await;
    assert!(!page.has("#logout"), "{}", page.dump());
}

async fn section_8_1_sector_of_registered_client(stack: &Stack) {
    let mut pairwise = web_client();
    pairwise["subject_type"] = json!("pairwise");
    let answer = registered(stack, &pairwise).await;
    assert_eq!(answer["subject_type"], "pairwise");
    let one = client(&answer);
    let own = code(stack, &one, "openid").await;
    let own = tokens(&stack.exchange(&one, &own).await);
    let own = text(&jwt::claims(&text(&own, "id_token")), "sub");
    assert_eq!(own.len(), 43);
    // A second client with the same host gets the same subject.
    let two = client(&registered(stack, &pairwise).await);
    let same = code(stack, &two, "openid").await;
    let same = tokens(&stack.exchange(&two, &same).await);
    assert_eq!(jwt::claims(&text(&same, "id_token"))["sub"], own);
    // Several hosts, or loopback hosts, need a sector identifier document that lists them.
    let token = initial_token(stack, 1).await;
    for uris in [
        json!(["https://app.example/cb", "https://other.example/cb"]),
        json!(["http://127.0.0.1/cb"]),
        json!(["com.example.app:/cb"]),
    ] {
        let mut several = pairwise.clone();
        several["redirect_uris"] = uris;
        let page = register(stack, Some(&token), &several).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    // Documents inside the network are not fetched, and the error states no reason.
    let inside = KeyServer::start(json!(["https://app.example/callback"]).to_string()).await;
    for address in [
        inside.url(),
        "https://10.0.0.1/list".into(),
        "http://app.example/list".into(),
    ] {
        let mut listed = pairwise.clone();
        listed["sector_identifier_uri"] = json!(address);
        let page = register(stack, Some(&token), &listed).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
        assert!(!page.text().contains("10.0.0.1"), "{}", page.dump());
    }
    assert_eq!(inside.visits(), 0);
}

async fn registration_5_sector_document_is_fetched_and_enforced(stack: &Stack) {
    let mut several = web_client();
    several["subject_type"] = json!("pairwise");
    several["redirect_uris"] = json!(["https://app.example/cb", "https://other.example/cb"]);
    let server = KeyServer::start(json!(["https://app.example/cb"]).to_string()).await;
    several["sector_identifier_uri"] = json!(server.url());
    let token = initial_token(stack, 1).await;
    // A rejected registration causes no fetch.
    let page = register(stack, Some("wrong"), &several).await;
    assert_oauth_error(&page, 401, "invalid_token");
    assert_eq!(server.visits(), 0);
    let page = register(stack, Some(&token), &several).await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
    // Within a minute, the result is cached, valid or not: repeated requests cause no fetches.
    for _ in 0..10 {
        let page = register(stack, Some(&token), &several).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    assert_eq!(server.visits(), 1);
    stack.clock.advance(60);
    server.serve("<html>".to_owned());
    let page = register(stack, Some(&token), &several).await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
    stack.clock.advance(60);
    server.serve(several["redirect_uris"].to_string());
    let page = register(stack, Some(&token), &several).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let answer = page.json();
    assert_eq!(answer["sector_identifier_uri"], server.url());
    assert_eq!(answer["subject_type"], "pairwise");
    assert_eq!(server.visits(), 3);
}
