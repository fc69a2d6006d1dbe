//! Tests of `prompt`, `max_age`, `acr_values`, `claims`, `id_token_hint`, `login_hint` and
//! `ui_locales` (OIDC Core §3.1.2.1, §5.5).

use std::time::Duration;

use doorward_testkit::{
    Authorization, Outcome, PASSWORD, Page, Stack, UserAgent, flows, jwt, rows,
};

use crate::support::{text, tokens};

flows!(
    grants_of_silent_requests_end_with_code,
    core_3_1_2_1_none_never_shows_page_nor_begins_session,
    core_3_1_2_1_ignores_unknown_prompt_values,
    login_forces_new_proof_and_new_auth_time,
    max_age_forces_reauthentication_after_old_sign_in,
    prompt_consent_shows_consent_page_again,
    select_account_lets_user_choose,
    core_3_1_2_3_second_user_never_inherits_session,
    hint_for_different_subject_is_login_required,
    core_5_5_claims_by_name_are_released,
    core_15_1_acr_and_amr_state_authentication_methods,
    login_hint_fills_field_and_locales_language,
);

/// Returns the number of stored grants.
async fn grants(stack: &Stack) -> usize {
    let tables = rows::dump(&stack.storage().identity).await;
    tables["grants"].len()
}

async fn grants_of_silent_requests_end_with_code(stack: &Stack) {
    let (agent, client) = (UserAgent::new(), &stack.seed.trusted);
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&agent, "alice").await.code();
    tokens(&stack.exchange(client, &code).await);
    assert_eq!(grants(stack).await, 1);
    let quiet = request.with("prompt", "none");
    for _ in 0..30 {
        assert_eq!(agent.get(quiet.url()).await.status, 303);
    }
    assert_eq!(grants(stack).await, 31);
    // One code is used too late, one by another client.
    let late = quiet
        .follow(&agent, agent.get(quiet.url()).await)
        .await
        .code();
    let existing = quiet
        .follow(&agent, agent.get(quiet.url()).await)
        .await
        .code();
    stack.exchange(&stack.seed.web, &existing).await;
    stack.clock.advance(60);
    stack.exchange(client, &late).await;
    stack.clock.advance(61);
    let sweeper = stack.sweeper().await;
    let is_over = async || grants(stack).await <= 3;
    for _ in 0..800 {
        if is_over().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        grants(stack).await,
        3,
        "the exchanged code's grant and the two rejected ones"
    );
    drop(sweeper);
    // Their grants end without tokens; the rows are not kept for half a year.
    let query =
        "SELECT CAST(count(*) AS text) AS text FROM grants WHERE expires_at > created_at + 600";
    assert_eq!(
        rows::query_text(&stack.storage().identity, query).await,
        ["1"]
    );
}

async fn sign_in(agent: &UserAgent, request: &Authorization, page: Page, who: &str) -> Outcome {
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", who).with("password", PASSWORD);
    let next = agent.submit(&form).await;
    request.follow(agent, next).await
}

async fn id_claims(stack: &Stack, code: &str) -> serde_json::Value {
    let tokens = tokens(&stack.exchange(&stack.seed.trusted, code).await);
    jwt::claims(&text(&tokens, "id_token"))
}

async fn core_3_1_2_1_none_never_shows_page_nor_begins_session(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let quiet = request.clone().with("prompt", "none");
    let page = agent.get(quiet.url()).await;
    assert!(
        page.headers.get_all("set-cookie").iter().all(|cookie| {
            !cookie
                .to_str()
                .unwrap_or_default()
                .starts_with("doorward_session=")
        }),
        "{}",
        page.dump()
    );
    assert_eq!(
        quiet.start(&agent).await.expect_client()["error"],
        "login_required"
    );
    // The user is signed in, but has given no consent.
    let other = Authorization::new(stack.issuer(), &stack.seed.trusted);
    other.complete(&agent, "alice").await.code();
    assert_eq!(
        quiet.start(&agent).await.expect_client()["error"],
        "consent_required"
    );
    request.complete(&agent, "alice").await.code();
    quiet.start(&agent).await.code();
}

/// Checks that unknown `prompt` values are ignored and known ones beside them count (I14).
async fn core_3_1_2_1_ignores_unknown_prompt_values(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let unknown = request.clone().with("prompt", "Welcome back!");
    unknown.complete(&agent, "alice").await.code();
    unknown.start(&agent).await.code();
    let beside = request.with("prompt", "welcome login");
    let page = beside.start(&agent).await.expect_page();
    assert!(page.has("[name=password]"), "{}", page.dump());
}

async fn login_forces_new_proof_and_new_auth_time(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let code = request.complete(&agent, "alice").await.code();
    let first = id_claims(stack, &code).await["auth_time"].as_i64().unwrap();
    stack.clock.advance(100);
    let code = request.start(&agent).await.code();
    let same = id_claims(stack, &code).await["auth_time"].as_i64().unwrap();
    assert_eq!(first, same, "auth_time stays without a new authentication");
    let forced = request.with("prompt", "login");
    let page = forced.start(&agent).await.expect_page();
    let code = sign_in(&agent, &forced, page, "alice").await.code();
    let second = id_claims(stack, &code).await["auth_time"].as_i64().unwrap();
    assert_eq!(second, first + 100);
}

async fn max_age_forces_reauthentication_after_old_sign_in(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    let fresh = request.clone().with("max_age", "300");
    stack.clock.advance(300);
    let code = fresh.start(&agent).await.code();
    // With `max_age`, `auth_time` is required (OIDC Core §2).
    assert!(id_claims(stack, &code).await["auth_time"].is_i64());
    stack.clock.advance(1);
    let page = fresh.start(&agent).await.expect_page();
    assert!(page.has("[name=password]"), "{}", page.dump());
    let quiet = fresh.with("prompt", "none");
    assert_eq!(
        quiet.start(&agent).await.expect_client()["error"],
        "login_required"
    );
    let always = request.with("max_age", "0");
    let page = always.start(&agent).await.expect_page();
    sign_in(&agent, &always, page, "alice").await.code();
}

async fn prompt_consent_shows_consent_page_again(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    request.complete(&agent, "alice").await.code();
    let again = request.with("prompt", "consent");
    let page = again.start(&agent).await.expect_page();
    assert!(page.has("[name=decision]"), "{}", page.dump());
    let both = again.with("prompt", "login consent");
    let page = both.start(&agent).await.expect_page();
    assert!(page.has("[name=password]"), "{}", page.dump());
    let page = sign_in(&agent, &both, page, "alice").await.expect_page();
    assert!(page.has("[name=decision]"), "{}", page.dump());
}

async fn select_account_lets_user_choose(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    let choose = request.with("prompt", "select_account");
    let page = choose.start(&agent).await.expect_page();
    assert!(
        page.url.path().starts_with("/select-account"),
        "{}",
        page.dump()
    );
    assert!(page.text().contains("alice"), "{}", page.dump());
    let quiet = choose.with("prompt", "none select_account");
    assert_eq!(
        quiet.start(&agent).await.expect_client()["error"],
        "invalid_request"
    );
}

async fn core_3_1_2_3_second_user_never_inherits_session(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let code = request.complete(&agent, "alice").await.code();
    let alice = id_claims(stack, &code).await;
    let forced = request.clone().with("prompt", "login");
    let page = forced.start(&agent).await.expect_page();
    let code = sign_in(&agent, &forced, page, "bob").await.code();
    let bob = id_claims(stack, &code).await;
    assert_ne!(alice["sub"], bob["sub"]);
    assert_ne!(alice["sid"], bob["sid"], "a separate session");
    let code = request.start(&agent).await.code();
    assert_eq!(id_claims(stack, &code).await["sub"], bob["sub"]);
}

async fn hint_for_different_subject_is_login_required(stack: &Stack) {
    let (first, second) = (UserAgent::new(), UserAgent::new());
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let code = request.complete(&first, "alice").await.code();
    let hint = text(
        &tokens(&stack.exchange(&stack.seed.trusted, &code).await),
        "id_token",
    );
    request.complete(&second, "bob").await.code();
    let quiet = request.with("prompt", "none").with("id_token_hint", &hint);
    assert_eq!(
        quiet.start(&second).await.expect_client()["error"],
        "login_required"
    );
    quiet.start(&first).await.code();
    // An expired hint still identifies the user (OIDC Core §3.1.2.1).
    stack.clock.advance(3600);
    quiet.start(&first).await.code();
    // A forged hint is ignored.
    let forged = quiet.with(
        "id_token_hint",
        &jwt::with_claims(&hint, |claims| {
            claims["sub"] = "00000000-0000-7000-8000-000000000000".into();
        }),
    );
    let answer = forged.start(&first).await.expect_client();
    assert!(answer.contains_key("error"), "{answer:?}");
}

async fn core_5_5_claims_by_name_are_released(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted).with(
        "claims",
        r#"{"id_token":{"email":{"essential":true},"locale":null},
            "userinfo":{"phone_number":null,"no_such_claim":{"essential":true}}}"#,
    );
    let code = request.complete(&agent, "alice").await.code();
    let tokens = tokens(&stack.exchange(&stack.seed.trusted, &code).await);
    let id = jwt::claims(&text(&tokens, "id_token"));
    assert_eq!(id["email"], "alice@example.org");
    assert_eq!(id["locale"], "en");
    assert!(
        id.get("phone_number").is_none() && id.get("name").is_none(),
        "{id}"
    );
    let info = crate::support::userinfo(stack, &text(&tokens, "access_token"))
        .await
        .json();
    assert_eq!(info["phone_number"], "+49301234567");
    assert!(
        info.get("email").is_none(),
        "asked for in the ID token only: {info}"
    );
    assert!(info.get("no_such_claim").is_none(), "{info}");
}

async fn core_15_1_acr_and_amr_state_authentication_methods(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted)
        .with("acr_values", "urn:example:gold aal1");
    let code = request.complete(&agent, "alice").await.code();
    let id = id_claims(stack, &code).await;
    assert_eq!(id["acr"], "aal1");
    assert_eq!(id["amr"], serde_json::json!(["pwd"]));
    // Voluntary values that cannot be reached are no error (OIDC Core §5.5.1.1).
    let code = request
        .with("acr_values", "urn:example:gold")
        .start(&agent)
        .await
        .code();
    assert_eq!(id_claims(stack, &code).await["acr"], "aal1");
}

async fn login_hint_fills_field_and_locales_language(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted)
        .with("login_hint", "alice\"><b>x")
        .with("ui_locales", "sv-FI de");
    let page = request.start(&UserAgent::new()).await.expect_page();
    let form = page.form("form:has([name=password])");
    assert_eq!(form.value("identifier"), Some("alice\"><b>x"));
    assert!(page.has("html[lang=de]"), "{}", page.dump());
    // More than 20 are no error.
    let many = format!("{}sv", "de ".repeat(20));
    let page = request.with("ui_locales", &many);
    let page = page.start(&UserAgent::new()).await.expect_page();
    assert!(page.has("html[lang=de]"), "{}", page.dump());
}
