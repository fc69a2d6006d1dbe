//! Tests of the device authorization grant (RFC 8628), from the device's and from the user's side.

use doorward_domain::model::AuditKind;
use doorward_protocol::token::GrantType;
use doorward_testkit::{PASSWORD, Page, Stack, TestClient, UserAgent, both_backends, flows, jwt};
use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{assert_not_stored, assert_oauth_error, is_active, text, tokens, userinfo};

mod page;

both_backends!(rfc_8628_3_4_of_32_concurrent_polls_only_first_succeeds,);
flows!(
    section_3_2_response_holds_codes_and_verification_uri,
    section_3_1_request_is_limited_by_registration,
    section_3_5_tokens_are_issued_after_user_approves,
    section_3_5_frequent_polling_slows_down,
    section_3_5_expired_and_denied_codes_are_reported,
    rfc_8628_5_2_device_code_is_bound_to_client,
    sign_out_revokes_device_tokens,
);

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Requests codes as this client.
pub async fn begin(stack: &Stack, client: &TestClient, fields: &[(&str, &str)]) -> Page {
    let path = "/oauth2/device_authorization";
    stack.as_client(path, client, fields).await
}

/// Requests codes as the seeded device.
pub async fn codes(stack: &Stack, scope: &str) -> Value {
    let page = begin(stack, &stack.seed.device, &[("scope", scope)]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

/// Polls the token endpoint once.
pub async fn poll(stack: &Stack, client: &TestClient, device_code: &str) -> Page {
    let fields = [("grant_type", GRANT), ("device_code", device_code)];
    stack.token(client, &fields).await
}

/// Opens the page for user codes; signs in if required.
pub async fn open(stack: &Stack, agent: &UserAgent, username: &str) -> Page {
    let page = agent.get(stack.at("/device")).await;
    let page = agent.follow(page, "").await;
    let Some(form) = page.find_form("#login") else {
        return page;
    };
    let form = form.with("identifier", username).with("password", PASSWORD);
    let page = agent.submit(&form).await;
    agent.follow(page, "").await
}

/// Submits a user code; returns the next page.
pub async fn type_code(agent: &UserAgent, page: &Page, code: &str) -> Page {
    let form = page.form("#device").with("user_code", code);
    let page = agent.submit(&form).await;
    agent.follow(page, "").await
}

/// Presses a button of the confirmation page; returns the next page.
pub async fn press(agent: &UserAgent, page: &Page, decision: &str) -> Page {
    let button = format!("#confirm-device [value={decision}]");
    let page = agent.submit(&page.press(&button)).await;
    agent.follow(page, "").await
}

/// Signs in, submits the code and decides.
pub async fn answer(stack: &Stack, agent: &UserAgent, username: &str, code: &str, word: &str) {
    let page = open(stack, agent, username).await;
    let page = type_code(agent, &page, code).await;
    let page = press(agent, &page, word).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

/// Returns a device code that alice has approved in this browser.
pub async fn allowed(stack: &Stack, agent: &UserAgent, scope: &str) -> String {
    let json = codes(stack, scope).await;
    answer(stack, agent, "alice", &text(&json, "user_code"), "allow").await;
    text(&json, "device_code")
}

async fn section_3_2_response_holds_codes_and_verification_uri(stack: &Stack) {
    let page = begin(stack, &stack.seed.device, &[("scope", "openid")]).await;
    assert_not_stored(&page);
    let json = page.json();
    // 128 bits are 22 characters of base64url.
    assert!(text(&json, "device_code").len() >= 22, "{json}");
    let user_code = text(&json, "user_code");
    let letters: Vec<char> = user_code
        .chars()
        .filter(|user_code| *user_code != '-')
        .collect();
    assert!(letters.len() >= 8, "{json}");
    assert!(
        letters
            .iter()
            .all(|one| "BCDFGHJKLMNPQRSTVWXZ".contains(*one))
    );
    assert_eq!(json["verification_uri"], stack.at("/device"));
    let complete = stack.at(&format!("/device?user_code={user_code}"));
    assert_eq!(json["verification_uri_complete"], complete);
    assert_eq!(json["interval"], 5);
    assert!((1..=600).contains(&json["expires_in"].as_i64().unwrap()));
    let other = codes(stack, "openid").await;
    for member in ["device_code", "user_code"] {
        assert_ne!(other[member], json[member]);
    }
    // Only the hash of the device code is stored.
    let rows = doorward_testkit::rows::dump(&stack.storage().identity).await;
    let rows = rows["device_requests"].join("\n");
    assert!(rows.contains(&user_code.replace('-', "")));
    assert!(!rows.contains(&text(&json, "device_code")));
}

async fn section_3_1_request_is_limited_by_registration(stack: &Stack) {
    let device = &stack.seed.device;
    for (fields, code) in [
        (("scope", "no_such_scope"), "invalid_scope"),
        (("scope", "a \"b"), "invalid_scope"),
        (("resource", "https://unknown.example/"), "invalid_target"),
        (("resource", "relative"), "invalid_target"),
    ] {
        let page = begin(stack, device, &[fields]).await;
        assert_oauth_error(&page, 400, code);
    }
    let page = begin(stack, device, &[("scope", "openid"), ("scope", "email")]).await;
    assert_oauth_error(&page, 400, "invalid_request");
    // A client without the grant is rejected, here and at the token endpoint.
    let page = begin(stack, &stack.seed.web, &[("scope", "openid")]).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    let page = poll(stack, &stack.seed.web, "x").await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    // A confidential client must authenticate here, too (RFC 8628 §3.1).
    let grant = |client: &mut doorward_domain::model::Client| {
        client.grant_types.push(GrantType::DeviceCode);
    };
    stack.change_client(&stack.seed.web.id, grant).await;
    let mut careless = stack.seed.web.clone();
    careless.credentials = doorward_testkit::seed::Credentials::None;
    assert_oauth_error(&begin(stack, &careless, &[]).await, 401, "invalid_client");
    let page = begin(stack, &stack.seed.web, &[("scope", "openid")]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    stack.disable_client(&device.id).await;
    assert_oauth_error(&begin(stack, device, &[]).await, 401, "invalid_client");
}

async fn section_3_5_tokens_are_issued_after_user_approves(stack: &Stack) {
    let device = &stack.seed.device;
    let scope = "openid profile tasks:read offline_access";
    let json = codes(stack, scope).await;
    let (device_code, user_code) = (text(&json, "device_code"), text(&json, "user_code"));
    let page = poll(stack, device, &device_code).await;
    assert_oauth_error(&page, 400, "authorization_pending");
    answer(stack, &UserAgent::new(), "alice", &user_code, "allow").await;
    let json = tokens(&poll(stack, device, &device_code).await);
    let access = text(&json, "access_token");
    let claims = jwt::claims(&access);
    let id_claims = jwt::claims(&text(&json, "id_token"));
    for claims in [&claims, &id_claims] {
        for member in ["sid", "auth_time", "acr", "amr"] {
            assert!(claims.get(member).is_some(), "{member}: {claims}");
        }
    }
    assert_eq!(claims["sid"], id_claims["sid"]);
    assert_eq!(claims["client_id"], device.id.as_str());
    assert_eq!(id_claims.get("nonce"), None);
    // The scope of the token is the displayed scope.
    for name in scope.split(' ') {
        assert!(text(&json, "scope").split(' ').any(|one| one == name));
    }
    assert_eq!(userinfo(stack, &access).await.status, 200);
    let again = poll(stack, device, &device_code).await;
    assert_oauth_error(&again, 400, "invalid_grant");
    tokens(&stack.refresh(device, &text(&json, "refresh_token")).await);
    let [event] = &stack.audited(AuditKind::ConsentGranted).await[..] else {
        panic!("one consent");
    };
    assert_eq!(event.client_id.as_deref(), Some(device.id.as_str()));
    assert_eq!(event.detail["device"], "127.0.0.1");
}

async fn section_3_5_frequent_polling_slows_down(stack: &Stack) {
    let device = &stack.seed.device;
    let json = codes(stack, "openid").await;
    let (device_code, user_code) = (text(&json, "device_code"), text(&json, "user_code"));
    for (wait, code) in [
        (0, "authorization_pending"),
        (5, "authorization_pending"),
        (4, "slow_down"),
        // The interval is now ten seconds.
        (5, "slow_down"),
        // Now fifteen.
        (15, "authorization_pending"),
        (14, "slow_down"),
        (20, "authorization_pending"),
    ] {
        stack.clock.advance(wait);
        assert_oauth_error(&poll(stack, device, &device_code).await, 400, code);
    }
    // After the decision, polling is not slowed down.
    answer(stack, &UserAgent::new(), "alice", &user_code, "allow").await;
    tokens(&poll(stack, device, &device_code).await);
}

async fn section_3_5_expired_and_denied_codes_are_reported(stack: &Stack) {
    let device = &stack.seed.device;
    let json = codes(stack, "openid").await;
    let refused = text(&json, "device_code");
    let agent = UserAgent::new();
    answer(stack, &agent, "alice", &text(&json, "user_code"), "deny").await;
    for _ in 0..2 {
        assert_oauth_error(&poll(stack, device, &refused).await, 400, "access_denied");
    }
    assert_eq!(stack.audited(AuditKind::ConsentDenied).await.len(), 1);
    let waiting = text(&codes(stack, "openid").await, "device_code");
    let allowed = allowed(stack, &agent, "openid").await;
    stack.clock.advance(600);
    for code in [&waiting, &allowed, &refused] {
        assert_oauth_error(&poll(stack, device, code).await, 400, "expired_token");
    }
    for unknown in ["x".to_owned(), "A".repeat(43), format!("{waiting}=")] {
        let page = poll(stack, device, &unknown).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    let page = stack.token(device, &[("grant_type", GRANT)]).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn rfc_8628_5_2_device_code_is_bound_to_client(stack: &Stack) {
    let other = &stack.seed.trusted;
    let grant = |client: &mut doorward_domain::model::Client| {
        client.grant_types.push(GrantType::DeviceCode);
    };
    stack.change_client(&other.id, grant).await;
    let code = allowed(stack, &UserAgent::new(), "openid").await;
    assert_oauth_error(&poll(stack, other, &code).await, 400, "invalid_grant");
    // The wrong client's attempt has not consumed the code.
    tokens(&poll(stack, &stack.seed.device, &code).await);
}

async fn rfc_8628_3_4_of_32_concurrent_polls_only_first_succeeds(stack: &Stack) {
    let device = &stack.seed.device;
    let code = allowed(stack, &UserAgent::new(), "openid tasks:read").await;
    let pages = join_all((0..32).map(|_| poll(stack, device, &code))).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 31));
    for page in &bad {
        assert_oauth_error(page, 400, "invalid_grant");
    }
    let access = text(&tokens(&good[0]), "access_token");
    assert_eq!(userinfo(stack, &access).await.status, 200);
}

async fn sign_out_revokes_device_tokens(stack: &Stack) {
    let device = &stack.seed.device;
    let agent = UserAgent::new();
    let code = allowed(stack, &agent, "openid tasks:read").await;
    let json = tokens(&poll(stack, device, &code).await);
    let unused = allowed(stack, &agent, "openid tasks:read").await;
    let page = agent.get(stack.at("/logout")).await;
    agent.submit(&page.form("#logout")).await;
    let refreshed = stack.refresh(device, &text(&json, "refresh_token")).await;
    assert_oauth_error(&refreshed, 400, "invalid_grant");
    let access = text(&json, "access_token");
    assert!(!is_active(stack, &stack.seed.tasks_api, &access).await);
    assert_oauth_error(&poll(stack, device, &unused).await, 400, "invalid_grant");
}
