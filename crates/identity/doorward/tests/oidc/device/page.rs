//! Tests of the page for user codes and of its confirmation page.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Member, Organization};
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows, flows_with, jwt};

use super::{allowed, begin, codes, open, poll, press, type_code};
use crate::support::{assert_oauth_error, text, tokens};

flows!(
    first_session_keeps_code,
    rfc_8628_3_3_code_in_address_is_still_confirmed,
    user_code_spellings_are_normalized,
    consent_is_requested_each_time_for_all_clients,
    answer_counts_once,
    required_second_factor_precedes_answer,
    only_members_act_for_organization,
    form_with_wrong_csrf_token_is_rejected,
);
flows_with!(LIMITED; rfc_8628_5_1_five_wrong_codes_lock_session, requests_of_same_address_are_limited);
flows_with!(VERIFY_EMAIL; unverified_address_is_verified_first);
flows_with!(GEOIP; rfc_8628_5_4_question_shows_request_address_and_time);

const LIMITED: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const VERIFY_EMAIL: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const GEOIP: &[(&str, &str)] = &[
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
    (
        "DOORWARD__GEOIP__DATABASE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/places.mmdb"),
    ),
];

/// Opens the confirmation page in a browser signed in as alice.
async fn question(stack: &Stack, agent: &UserAgent, code: &str) -> Page {
    let page = open(stack, agent, "alice").await;
    let page = type_code(agent, &page, code).await;
    assert!(page.has("#confirm-device"), "{}", page.dump());
    page
}

#[track_caller]
fn assert_wrong(page: &Page) {
    assert!([410, 422].contains(&page.status), "{}", page.dump());
    assert!(page.has("#device [aria-invalid=true]"), "{}", page.dump());
    assert!(!page.has("#confirm-device"));
}

async fn first_session_keeps_code(stack: &Stack) {
    let json = codes(stack, "openid tasks:read").await;
    let code = text(&json, "user_code");
    let (alice, bob) = (UserAgent::new(), UserAgent::new());
    let asked = question(stack, &alice, &code).await;
    assert_eq!(asked.text_of(".code").as_deref(), Some(code.as_str()));
    let shown = asked.text();
    assert!(shown.contains("The device-app"), "{shown}");
    assert!(asked.texts_of(".scopes li").len() == 2, "{shown}");
    // Bob enters the same code, and opens the address of the confirmation page.
    let page = open(stack, &bob, "bob").await;
    assert_wrong(&type_code(&bob, &page, &code).await);
    assert_wrong(&bob.get(asked.url.as_str()).await);
    let form = page.form("#device").with("user_code", "");
    let csrf = form.value("csrf").unwrap().to_owned();
    let request = asked.form("#confirm-device");
    let request = request.value("request").unwrap();
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", request),
        ("decision", "allow"),
    ];
    assert_wrong(&bob.post(stack.at("/device/confirm"), &fields).await);
    let device_code = text(&json, "device_code");
    let page = poll(stack, &stack.seed.device, &device_code).await;
    assert_oauth_error(&page, 400, "authorization_pending");
    press(&alice, &asked, "allow").await;
    let json = tokens(&poll(stack, &stack.seed.device, &device_code).await);
    let page = crate::support::userinfo(stack, &text(&json, "access_token")).await;
    let claims = jwt::claims(&text(&json, "id_token"));
    assert_eq!(page.json()["sub"], claims["sub"]);
}

/// Checks that a link with the code still requires the confirmation (RFC 8628 §3.3.1 and §5.4).
async fn rfc_8628_3_3_code_in_address_is_still_confirmed(stack: &Stack) {
    let json = codes(stack, "openid").await;
    let code = text(&json, "user_code");
    let agent = UserAgent::new();
    let page = agent.get(text(&json, "verification_uri_complete")).await;
    let page = agent.follow(page, "").await;
    let form = page.form("#login").with("identifier", "alice");
    let page = agent
        .submit(&form.with("password", doorward_testkit::PASSWORD))
        .await;
    let page = agent.follow(page, "").await;
    let form = page.form("#device");
    assert_eq!(
        form.value("user_code"),
        Some(code.as_str()),
        "{}",
        page.dump()
    );
    // The code is not bound yet: another user may enter it.
    let bob = UserAgent::new();
    let typed = open(stack, &bob, "bob").await;
    let asked = type_code(&bob, &typed, &code).await;
    assert!(asked.has("#confirm-device"), "{}", asked.dump());
    assert_wrong(&agent.submit(&form).await);
}

async fn user_code_spellings_are_normalized(stack: &Stack) {
    let agent = UserAgent::new();
    let page = open(stack, &agent, "alice").await;
    let rewrite: [fn(&str) -> String; 3] = [
        |code| code.to_lowercase(),
        |code| format!("  {} ", code.replace('-', " ")),
        |code| code.replace('-', "\u{2013}"),
    ];
    for rewrite in rewrite {
        let code = text(&codes(stack, "openid").await, "user_code");
        let asked = type_code(&agent, &page, &rewrite(&code)).await;
        assert!(asked.has("#confirm-device"), "{}", asked.dump());
    }
    for wrong in ["", "x", "BBBB-BBBB", "B B B", &"B".repeat(100)] {
        assert_wrong(&type_code(&agent, &page, wrong).await);
    }
    let over = text(&codes(stack, "openid").await, "user_code");
    stack.clock.advance(600);
    assert_wrong(&type_code(&agent, &page, &over).await);
}

/// Checks that consent is requested each time, also for a remembered consent and a first-party
/// client.
async fn consent_is_requested_each_time_for_all_clients(stack: &Stack) {
    let agent = UserAgent::new();
    for _ in 0..2 {
        let code = allowed(stack, &agent, "openid").await;
        tokens(&poll(stack, &stack.seed.device, &code).await);
    }
    let own = &stack.seed.trusted;
    let grant = |client: &mut doorward_domain::model::Client| {
        client.grant_types.push(GrantType::DeviceCode);
    };
    stack.change_client(&own.id, grant).await;
    let json = begin(stack, own, &[("scope", "openid")]).await.json();
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    let page = poll(stack, own, &text(&json, "device_code")).await;
    assert_oauth_error(&page, 400, "authorization_pending");
    press(&agent, &asked, "allow").await;
    tokens(&poll(stack, own, &text(&json, "device_code")).await);
}

async fn answer_counts_once(stack: &Stack) {
    let json = codes(stack, "openid").await;
    let agent = UserAgent::new();
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    let page = press(&agent, &asked, "deny").await;
    assert_eq!(
        page.text_of("h1").as_deref(),
        Some("Your device was not connected")
    );
    // Back, and the other button.
    let page = press(&agent, &asked, "allow").await;
    assert_eq!(
        page.text_of("h1").as_deref(),
        Some("Your device was not connected")
    );
    let device_code = text(&json, "device_code");
    let page = poll(stack, &stack.seed.device, &device_code).await;
    assert_oauth_error(&page, 400, "access_denied");
}

async fn required_second_factor_precedes_answer(stack: &Stack) {
    let demand = |client: &mut doorward_domain::model::Client| client.require_mfa = true;
    let json = codes(stack, "openid").await;
    let agent = UserAgent::new();
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    stack.change_client(&stack.seed.device.id, demand).await;
    let page = agent
        .submit(&asked.press("#confirm-device [value=allow]"))
        .await;
    let location = page.location().expect("a redirect");
    assert_eq!(location.path(), "/account/security/2fa");
    let page = poll(stack, &stack.seed.device, &text(&json, "device_code")).await;
    assert_oauth_error(&page, 400, "authorization_pending");
    // The approved request is rejected if the requirement is added afterwards.
    let demand = |client: &mut doorward_domain::model::Client| client.require_mfa = false;
    stack.change_client(&stack.seed.device.id, demand).await;
    let code = allowed(stack, &agent, "openid").await;
    let demand = |client: &mut doorward_domain::model::Client| client.require_mfa = true;
    stack.change_client(&stack.seed.device.id, demand).await;
    let page = poll(stack, &stack.seed.device, &code).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn unverified_address_is_verified_first(stack: &Stack) {
    let json = codes(stack, "openid").await;
    let agent = UserAgent::new();
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    stack.set_email_verified("alice", false).await;
    for page in [
        agent
            .submit(&asked.press("#confirm-device [value=allow]"))
            .await,
        agent.get(stack.at("/device")).await,
    ] {
        let location = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
        assert_eq!(location.path(), "/verify-email");
    }
    let page = poll(stack, &stack.seed.device, &text(&json, "device_code")).await;
    assert_oauth_error(&page, 400, "authorization_pending");
}

async fn only_members_act_for_organization(stack: &Stack) {
    let device = &stack.seed.device;
    let ask = async |slug: &str| {
        let fields = [("scope", "openid tasks:read"), ("organization", slug)];
        begin(stack, device, &fields).await.json()
    };
    let agent = UserAgent::new();
    let json = ask("acme").await;
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    let page = press(&agent, &asked, "allow").await;
    assert_eq!(
        page.text_of("h1").as_deref(),
        Some("Your device was not connected")
    );
    let page = poll(stack, device, &text(&json, "device_code")).await;
    assert_oauth_error(&page, 400, "access_denied");

    join_acme(stack).await;
    let json = ask("acme").await;
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    press(&agent, &asked, "allow").await;
    let json = tokens(&poll(stack, device, &text(&json, "device_code")).await);
    assert_eq!(jwt::claims(&text(&json, "access_token"))["org"], "acme");
}

async fn join_acme(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let tx = db.begin_write().await.unwrap();
    let organization = Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    repo::organizations::insert(&tx, &organization)
        .await
        .unwrap();
    let member = Member {
        user_id: alice.unwrap().unwrap().id,
        is_owner: false,
        created_at: now,
        expires_at: None,
    };
    repo::organizations::put_member(&tx, "acme", &member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn form_with_wrong_csrf_token_is_rejected(stack: &Stack) {
    let json = codes(stack, "openid").await;
    let agent = UserAgent::new();
    let asked = question(stack, &agent, &text(&json, "user_code")).await;
    let form = asked
        .press("#confirm-device [value=allow]")
        .with("csrf", "wrong");
    assert_eq!(agent.submit(&form).await.status, 400);
    let page = open(stack, &agent, "alice").await;
    let form = page.form("#device").with("csrf", "wrong");
    assert_eq!(agent.submit(&form).await.status, 400);
    let page = poll(stack, &stack.seed.device, &text(&json, "device_code")).await;
    assert_oauth_error(&page, 400, "authorization_pending");
}

async fn rfc_8628_5_1_five_wrong_codes_lock_session(stack: &Stack) {
    let agent = UserAgent::new();
    let page = open(stack, &agent, "alice").await;
    // Correct codes do not count.
    let right = text(&codes(stack, "openid").await, "user_code");
    assert!(
        type_code(&agent, &page, &right)
            .await
            .has("#confirm-device")
    );
    for wrong in ["BBBB-BBBB", "AAAA-AAAA", "CCCC-CCCC", "x", "DDDD-DDDD"] {
        let page = type_code(&agent, &page, wrong).await;
        assert_eq!(page.status, 422, "{}", page.dump());
    }
    let right = text(&codes(stack, "openid").await, "user_code");
    let refused = type_code(&agent, &page, &right).await;
    assert_eq!(refused.status, 429, "{}", refused.dump());
    assert!(refused.header("retry-after").is_some());
    // Another session has a separate limit.
    let other = UserAgent::new();
    let page = open(stack, &other, "bob").await;
    assert!(
        type_code(&other, &page, &right)
            .await
            .has("#confirm-device")
    );
}

async fn requests_of_same_address_are_limited(stack: &Stack) {
    let mut statuses = Vec::new();
    for _ in 0..21 {
        let page = begin(stack, &stack.seed.device, &[("scope", "openid")]).await;
        statuses.push(page.status);
        if page.status == 429 {
            assert!(page.header("retry-after").is_some());
        }
    }
    assert_eq!(statuses.pop(), Some(429));
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

async fn rfc_8628_5_4_question_shows_request_address_and_time(stack: &Stack) {
    let http = UserAgent::new();
    let fields = [("scope", "openid")];
    let device = &stack.seed.device;
    let url = stack.at("/oauth2/device_authorization");
    let request = device.request(http.http(), &url, &fields);
    let request = request.header("x-forwarded-for", "203.0.113.7");
    let json = http.send(request).await.json();
    stack.clock.advance(120);
    let asked = question(stack, &UserAgent::new(), &text(&json, "user_code")).await;
    let started = asked.text_of(".notice .small").expect("a line");
    let started = started.replace(" ,", ",");
    let expected = "Started: near Berlin, Germany (203.0.113.7), 2 minutes ago";
    assert_eq!(started, expected);
}
