//! Sign-in: the requests, accepted responses, and rejected ones.

use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Browser, between, callback, page, s256};
use crate::database::Backend;
use crate::fixture::{Fixture, NOW, header};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn signing_in_uses_code_pkce_nonce_state_and_tokens_stay_here(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mut browser = Browser::new(&fixture);
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("href=\"/web/login\""));

    let request = browser.begin().await;
    assert_eq!(request["response_type"], "code");
    assert_eq!(request["client_id"], "tasks-web");
    assert_eq!(
        request["redirect_uri"],
        format!("{}/web/callback", fixture.url)
    );
    assert_eq!(request["code_challenge_method"], "S256");
    assert_eq!(
        request["scope"],
        "openid profile email offline_access tasks:read tasks:write tasks:delete"
    );
    for random in ["state", "nonce", "code_challenge"] {
        assert_eq!(request[random].len(), 43, "{random}");
    }
    browser.accept_code(&request, &json!({}));
    let response = browser.come_back(&request).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);

    let sent = fixture.issuer.take_requests().remove(0);
    let verifier = between(&format!("{sent}&"), "code_verifier=", "&").to_owned();
    assert_eq!(s256(&verifier), request["code_challenge"]);
    assert!(sent.contains("grant_type=authorization_code") && sent.contains("code=the-code"));

    // The name comes from the issuer and is escaped.
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("Alice &#60;b&#62;Liddell"), "{text}");
    assert!(text.contains("No tasks here yet"));
    // One random cookie for the session, without content.
    let cookie = &browser.cookies["doorward_tasks_web"];
    assert_eq!(cookie.len(), 43);

    // Reload or Back afterwards is not an error.
    let again = browser.come_back(&request).await;
    assert_eq!(header(&again, "location"), "/web/");
}

#[actix_web::test]
async fn database_alone_reveals_neither_cookie_nor_tokens() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let pending = browser.begin().await;
    browser.sign_in().await;
    let crate::database::TestDatabase::Sqlite(directory) = &fixture.database else {
        unreachable!("this test asked for SQLite");
    };
    let mut everything = Vec::new();
    for file in std::fs::read_dir(directory.path()).unwrap() {
        everything.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| {
        everything
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("web_sessions"));
    for secret in [
        browser.cookies["doorward_tasks_web"].as_str(),
        &browser.cookies["doorward_tasks_login"],
        &pending["state"],
        &pending["nonce"],
        "refresh-1",
        "eyJ",
    ] {
        assert!(!holds(secret), "{secret}");
    }
}

/// Changes the valid parameters of the callback.
type Change = fn(&mut Vec<(&'static str, String)>);

fn set(pairs: &mut [(&'static str, String)], name: &str, value: &str) {
    let found = pairs.iter_mut().find(|(known, _)| *known == name).unwrap();
    value.clone_into(&mut found.1);
}

#[rstest]
#[case::state(|p: &mut Vec<_>| set(p, "state", &"A".repeat(43)))]
#[case::no_state(|p: &mut Vec<_>| p.retain(|(name, _)| *name != "state"))]
#[case::issuer(|p: &mut Vec<_>| set(p, "iss", "https://evil.example"))]
#[case::no_issuer(|p: &mut Vec<_>| p.retain(|(name, _)| *name != "iss"))]
#[case::no_code(|p: &mut Vec<_>| p.retain(|(name, _)| *name != "code"))]
#[case::two_codes(|p: &mut Vec<_>| p.push(("code", "another".to_owned())))]
#[case::error(|p: &mut Vec<_>| p.push(("error", "server_error".to_owned())))]
#[actix_web::test]
async fn wrong_callback_signs_no_user_in(#[case] change: Change) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let request = browser.begin().await;
    browser.accept_code(&request, &json!({}));
    let mut pairs = vec![
        ("code", "the-code".to_owned()),
        ("state", request["state"].clone()),
        ("iss", fixture.issuer.url()),
    ];
    change(&mut pairs);
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    page(browser.get(&callback(&pairs)).await, 400).await;
    assert!(!browser.is_signed_in());
    assert_eq!(fixture.issuer.take_requests(), Vec::<String>::new());
}

#[rstest]
#[case::nonce(json!({"nonce": "another"}))]
#[case::no_nonce(json!({"nonce": null}))]
#[case::audience(json!({"aud": "another-client"}))]
#[case::also_for_another(json!({"aud": ["tasks-web", "another-client"]}))]
#[case::issuer(json!({"iss": "https://evil.example"}))]
#[case::expired(json!({"exp": NOW - 1}))]
#[case::at_hash(json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}))]
#[actix_web::test]
async fn rejects_id_token_of_different_sign_in(#[case] claims: Value) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let request = browser.begin().await;
    browser.accept_code(&request, &claims);
    let text = page(browser.come_back(&request).await, 400).await;
    assert!(text.contains("You are not signed in") && text.contains("href=\"/web/login\""));
    assert!(!browser.is_signed_in());
}

/// Algorithm confusion (RFC 8725 §2.1): the issuer's key is for RS256 only.
#[rstest]
#[case::unsigned("none")]
#[case::public_key_as_secret("HS256")]
#[case::other_algorithm_of_same_key("PS256")]
#[case::other_type_of_key("ES256")]
#[case::other_curve("EdDSA")]
#[actix_web::test]
async fn rejects_id_token_of_other_algorithm(#[case] alg: &str) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let request = browser.begin().await;
    let mut tokens = browser.tokens("refresh-1");
    let forged = fixture
        .issuer
        .confused_id_token(alg, &request["nonce"], NOW);
    tokens["id_token"] = json!(forged);
    fixture.issuer.queue_response(200, tokens);
    let page = browser.come_back(&request).await;
    assert!(!page.status().is_success());
    assert!(!browser.is_signed_in());
}

#[actix_web::test]
async fn rejects_id_token_with_broken_signature() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let request = browser.begin().await;
    let mut tokens = browser.tokens("refresh-1");
    let id_token = fixture.issuer.id_token(&request["nonce"], &json!({}), NOW);
    let (head, signature) = id_token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    tokens["id_token"] = json!(format!("{head}.{flipped}{}", &signature[1..]));
    fixture.issuer.queue_response(200, tokens);
    page(browser.come_back(&request).await, 400).await;
    assert!(!browser.is_signed_in());
}

#[actix_web::test]
async fn sign_in_is_bound_to_browser_and_single_use() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut victim = Browser::new(&fixture);
    let mut attacker = Browser::new(&fixture);
    let request = attacker.begin().await;
    victim.begin().await;
    // Login CSRF: the attacker's response in the victim's browser.
    page(victim.come_back(&request).await, 400).await;
    assert!(!victim.is_signed_in());
    // The attempt did not consume it for its owner; a second sign-in would.
    attacker.accept_code(&request, &json!({}));
    assert_eq!(
        attacker.come_back(&request).await.status(),
        StatusCode::SEE_OTHER
    );
    attacker.cookies.remove("doorward_tasks_web");
    page(attacker.come_back(&request).await, 400).await;
}

#[actix_web::test]
async fn two_tabs_sign_in_and_expired_sign_in_restarts() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let first = browser.begin().await;
    let second = browser.begin().await;
    assert_ne!(first["state"], second["state"]);
    for request in [&first, &second] {
        browser.accept_code(request, &json!({}));
        assert_eq!(
            browser.come_back(request).await.status(),
            StatusCode::SEE_OTHER
        );
    }
    let mut slow = Browser::new(&fixture);
    let request = slow.begin().await;
    fixture.clock.advance(601);
    let text = page(slow.come_back(&request).await, 400).await;
    assert!(text.contains("This sign-in has expired"));
}

#[actix_web::test]
async fn issuer_error_shows_page_with_next_step() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let issuer = fixture.issuer.url();
    for (error, status, values) in [
        ("access_denied", 403, "You did not allow access"),
        ("login_required", 400, "You are not signed in"),
        ("<svg/onload=alert(1)>", 400, "You are not signed in"),
    ] {
        let request = browser.begin().await;
        let pairs = [
            ("error", error),
            ("state", &request["state"]),
            ("iss", &issuer),
        ];
        let text = page(browser.get(&callback(&pairs)).await, status).await;
        assert!(
            text.contains(values) && !text.contains("svg/onload"),
            "{text}"
        );
        assert_eq!(text.matches("class=\"btn").count(), 1);
    }
    // The code was rejected: expired, or used before.
    let request = browser.begin().await;
    page(browser.come_back(&request).await, 400).await;
    // The issuer is unavailable.
    fixture.issuer.stop_responding().await;
    let request = Fixture::start_with(Backend::Sqlite, fixture.issuer.clone()).await;
    page(Browser::new(&request).get("/web/login").await, 502).await;
}
