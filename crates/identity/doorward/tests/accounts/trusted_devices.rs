//! Tests of trusted devices: they skip a second factor that only the user requires, and tokens show
//! this (decision 62).

use doorward_domain::model::AuditKind;
use doorward_testkit::stack::HOST;
use doorward_testkit::{
    Authenticator, Authorization, PASSWORD, Page, Stack, UserAgent, flows, flows_with, jwt, rows,
};
use serde_json::json;

use crate::passkey::add;
use crate::support::{NEW_PASSWORD, is_signed_in, location};
use crate::two_factor::{self, App, CODE, HOME, enrol, enter, first_step, password};

flows_with!(
    ENABLED;
    trusted_device_skips_factor_and_tokens_say_so,
    trusted_device_expires_and_use_does_not_extend,
    trusted_device_is_bound_to_user_and_browser,
    requested_second_factor_ignores_trusted_device,
    reauthentication_requires_both_factors,
    trusted_devices_end_with_password_factor_and_sessions,
    user_revokes_trusted_devices,
    recovery_code_does_not_trust_device,
    trusted_devices_per_user_and_browser_are_limited,
);
flows_with!(BY_ROLE; role_requirement_ignores_trusted_device);
flows!(trusted_devices_are_disabled_by_default);

const ENABLED: &[(&str, &str)] = &[
    (HOST, "localhost"),
    ("DOORWARD__MFA__TRUST_DEVICES_FOR", "30d"),
];
const BY_ROLE: &[(&str, &str)] = &[ENABLED[1], ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "manager")];
const DAY: i64 = 24 * 60 * 60;
const COOKIE: &str = "doorward_trust=";

/// Signs in with both factors and trusts the browser.
async fn trust(stack: &Stack, agent: &UserAgent, who: &str, app: &App) {
    let page = first_step(stack, agent, who).await;
    let form = page.form(CODE).with("code", &app.next_code(stack));
    let page = agent.submit(&form.with("trust", "on")).await;
    assert_eq!(location(&page), "/account");
    assert!(cookie_of(&page).is_some(), "{}", page.dump());
}

fn cookie_of(page: &Page) -> Option<String> {
    let mut all = page.headers.get_all("set-cookie").iter();
    let found = all.find_map(|value| value.to_str().ok()?.strip_prefix(COOKIE));
    found.map(|rest| rest.split(';').next().unwrap_or_default().to_owned())
}

async fn sign_out(stack: &Stack, agent: &UserAgent) {
    let form = agent.get(stack.at("/logout")).await.form("#logout");
    agent.submit(&form.with("confirm", "yes")).await;
    assert!(!is_signed_in(stack, agent).await);
}

/// Returns true if the password alone signs in; signs out again.
async fn is_trusted(stack: &Stack, agent: &UserAgent, who: &str) -> bool {
    let page = first_step(stack, agent, who).await;
    match page.url.path() {
        "/account" => sign_out(stack, agent).await,
        "/login/2fa" => return false,
        _ => panic!("{}", page.dump()),
    }
    true
}

async fn trusted_device_skips_factor_and_tokens_say_so(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert!(page.text().contains("Trust this device for 30 days"));
    assert!(
        !page.has("[name=trust][checked]"),
        "the checkbox is not checked by default"
    );
    trust(stack, &agent, "alice", &app).await;
    let received = stack.mail("alice@example.org").await;
    assert_eq!(received.subject, "You trust a new device");
    sign_out(stack, &agent).await;

    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let page = request.start(&agent).await.expect_page();
    let page = password(&agent, &page, "alice").await;
    let code = request.follow(&agent, page).await.code();
    let tokens = stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    // The second factor was not used in this authentication.
    assert_eq!(claims["acr"], "aal1", "{claims}");
    assert_eq!(claims["amr"], json!(["pwd"]), "{claims}");
    let done = stack.audited(AuditKind::LoginSucceeded).await;
    assert!(
        done.iter()
            .any(|event| event.detail.contains_key("trusted_device"))
    );
    let trusted = stack.audited(AuditKind::DeviceTrusted).await;
    assert_eq!(trusted.len(), 1);
    assert_eq!(trusted[0].detail["days"], 30);
    // A wrong password is rejected in a trusted browser, too.
    sign_out(stack, &agent).await;
    let page = crate::support::sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 401);
}

async fn trusted_device_expires_and_use_does_not_extend(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    trust(stack, &agent, "alice", &app).await;
    sign_out(stack, &agent).await;
    stack.clock.advance(15 * DAY);
    assert!(is_trusted(stack, &agent, "alice").await);
    stack.clock.advance(15 * DAY - 1);
    assert!(is_trusted(stack, &agent, "alice").await);
    stack.clock.advance(1);
    assert!(!is_trusted(stack, &agent, "alice").await);
}

async fn trusted_device_is_bound_to_user_and_browser(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let bobs = enrol(stack, &UserAgent::new(), "bob").await;
    let agent = UserAgent::new();
    trust(stack, &agent, "alice", &app).await;
    sign_out(stack, &agent).await;
    assert!(!is_trusted(stack, &UserAgent::new(), "alice").await);
    assert!(!is_trusted(stack, &agent, "bob").await);
    // Bob trusts the same browser; each user has a separate cookie value.
    trust(stack, &agent, "bob", &bobs).await;
    sign_out(stack, &agent).await;
    assert!(is_trusted(stack, &agent, "bob").await);
    assert!(is_trusted(stack, &agent, "alice").await);
}

async fn requested_second_factor_ignores_trusted_device(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    trust(stack, &agent, "alice", &app).await;
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#;
    let client = &stack.seed.trusted;
    let plain = Authorization::new(stack.issuer(), client);
    for (name, value) in [
        ("acr_values", "aal2"),
        ("claims", essential),
        ("max_age", "3600"),
        ("prompt", "login"),
        ("", ""),
    ] {
        sign_out(stack, &agent).await;
        let request = match name {
            "" => {
                // Finally, the client's registration requires the second factor.
                stack
                    .change_client(&client.id, |client| client.require_mfa = true)
                    .await;
                plain.clone()
            }
            name => plain.clone().with(name, value),
        };
        let page = request.start(&agent).await.expect_page();
        let page = password(&agent, &page, "alice").await;
        let page = request.follow(&agent, page).await.expect_page();
        assert!(page.has(CODE), "{name}: {}", page.dump());
        assert!(
            !is_signed_in(stack, &agent).await,
            "{name}: signed in with one of two factors"
        );
        let page = enter(&agent, &page, &app.next_code(stack)).await;
        let code = request.follow(&agent, page).await.code();
        let tokens = stack.exchange(client, &code).await;
        let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
        assert_eq!(claims["acr"], "aal2", "{name}: {claims}");
    }
}

/// Checks that reauthentication and step-up require both factors on a trusted device (ASVS 5.0
/// §7.5.1).
async fn reauthentication_requires_both_factors(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    trust(stack, &agent, "alice", &app).await;
    sign_out(stack, &agent).await;
    let page = first_step(stack, &agent, "alice").await;
    assert_eq!(page.url.path(), "/account");
    let page = agent.get(stack.at("/account/email")).await;
    assert_eq!(location(&page), "/login?next=/account/email");
    let page = agent.follow(page, "").await;
    let page = password(&agent, &page, "alice").await;
    let page = agent.follow(page, "").await;
    assert_eq!(
        page.url.path(),
        "/login/2fa",
        "the second factor is required: {}",
        page.dump()
    );
    let page = enter(&agent, &page, &app.next_code(stack)).await;
    assert_eq!(location(&page), "/account/email");
    assert_eq!(agent.get(stack.at("/account/email")).await.status, 200);
}

async fn role_requirement_ignores_trusted_device(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    trust(stack, &agent, "alice", &app).await;
    sign_out(stack, &agent).await;
    assert!(is_trusted(stack, &agent, "alice").await);
    stack.give_role("alice", "manager").await;
    assert!(!is_trusted(stack, &agent, "alice").await);
}

/// Returns a signed-in browser that has just authenticated with both factors.
async fn fresh(stack: &Stack, app: &App) -> UserAgent {
    let agent = UserAgent::new();
    let page = two_factor::sign_in(stack, &agent, "alice", &app.next_code(stack)).await;
    assert_eq!(page.url.path(), "/account", "{}", page.dump());
    agent
}

async fn trusted_devices_end_with_password_factor_and_sessions(stack: &Stack) {
    let mut app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let deeds = [
        "new codes",
        "everywhere",
        "a passkey",
        "factor",
        "reset",
        "password",
    ];
    for what in deeds {
        trust(stack, &agent, "alice", &app).await;
        sign_out(stack, &agent).await;
        assert!(is_trusted(stack, &agent, "alice").await, "{what}");
        let other = fresh(stack, &app).await;
        match what {
            "new codes" => {
                let home = other.get(stack.at(HOME)).await;
                other.submit(&home.form("form[action$='/2fa/codes']")).await;
            }
            "everywhere" => {
                let page = other.get(stack.at("/account/sessions")).await;
                let form = page.press("[formaction='/account/sessions/end-others']");
                other.submit(&form).await;
            }
            "a passkey" => add(stack, &other, &mut Authenticator::synced()).await,
            "factor" => {
                let home = other.get(stack.at(HOME)).await;
                let mut form = home.form("form[action$='/2fa/off']");
                form.fields.retain(|(name, _)| name != "end_others");
                other.submit(&form).await;
                let offer = other.get(stack.at(HOME)).await;
                app = two_factor::set_up(stack, &other, &offer).await.0;
            }
            "password" => {
                // Also without "sign out others".
                let page = other.get(stack.at("/account/password")).await;
                let form = page.form("#new-password");
                let form = form.with("current_password", PASSWORD);
                let form = form.with("password", NEW_PASSWORD);
                let mut form = form.with("password_confirm", NEW_PASSWORD);
                form.fields.retain(|(name, _)| name != "end_others");
                let page = other.submit(&form).await;
                assert!(matches!(page.status, 200 | 303), "{}", page.dump());
                let page = crate::support::sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
                assert!(location(&page).starts_with("/login/2fa"), "{what}");
                continue;
            }
            _ => {
                let link = crate::password_reset::link(stack, "alice").await;
                let page = crate::password_reset::follow(&other, &link).await;
                crate::password_reset::choose(&other, &page, PASSWORD).await;
            }
        }
        assert!(!is_trusted(stack, &agent, "alice").await, "{what}");
    }
    let rows = rows::query_text(
        &stack.storage().identity,
        "SELECT user_agent AS text FROM trusted_devices",
    );
    assert!(rows.await.is_empty());
}

async fn user_revokes_trusted_devices(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let bobs = enrol(stack, &UserAgent::new(), "bob").await;
    let (desk, phone, bob) = (UserAgent::new(), UserAgent::new(), UserAgent::new());
    trust(stack, &desk, "alice", &app).await;
    trust(stack, &phone, "alice", &app).await;
    trust(stack, &bob, "bob", &bobs).await;
    let page = desk.get(stack.at(HOME)).await;
    assert_eq!(page.texts_of("#distrust li").len(), 2, "{}", page.dump());
    assert_eq!(
        page.texts_of("#distrust .pill").len(),
        1,
        "the current device is marked"
    );
    let all = page.attributes("#distrust [name=device]", "value");
    // A user cannot remove another user's device.
    let page = bob.get(stack.at(HOME)).await;
    let theirs = page.form("#distrust").with("device", &all[0]);
    bob.submit(&theirs).await;
    bob.submit(&theirs.clone().with("device", "nonsense")).await;
    let page = desk.get(stack.at(HOME)).await;
    assert_eq!(page.texts_of("#distrust li").len(), 2);
    // The newest device is first: the phone.
    let page = desk
        .submit(&page.form("#distrust").with("device", &all[0]))
        .await;
    let page = desk.follow(page, "").await;
    assert!(page.text().contains("asked for the second step again"));
    sign_out(stack, &phone).await;
    sign_out(stack, &desk).await;
    assert!(!is_trusted(stack, &phone, "alice").await);
    assert!(is_trusted(stack, &desk, "alice").await);
    trust(stack, &phone, "alice", &app).await;
    let page = phone.get(stack.at(HOME)).await;
    phone.submit(&page.form("#distrust")).await;
    assert!(!is_trusted(stack, &desk, "alice").await);
    assert_eq!(stack.audited(AuditKind::DeviceDistrusted).await.len(), 2);
    sign_out(stack, &bob).await;
    assert!(
        is_trusted(stack, &bob, "bob").await,
        "bob's own data is unaffected"
    );
}

async fn recovery_code_does_not_trust_device(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let form = page.form(CODE).with("code", &app.recovery[0]);
    let page = agent.submit(&form.with("trust", "on")).await;
    assert_eq!(location(&page), "/account");
    assert_eq!(cookie_of(&page), None);
    sign_out(stack, &agent).await;
    assert!(!is_trusted(stack, &agent, "alice").await);
}

/// Checks the limits of ten devices per user and five users per browser, and that no row contains
/// the cookie value.
async fn trusted_devices_per_user_and_browser_are_limited(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agents: Vec<UserAgent> = (0..11).map(|_| UserAgent::new()).collect();
    for agent in &agents {
        trust(stack, agent, "alice", &app).await;
        sign_out(stack, agent).await;
    }
    assert!(
        !is_trusted(stack, &agents[0], "alice").await,
        "the oldest device was removed"
    );
    assert!(is_trusted(stack, &agents[1], "alice").await);
    // Trusting the same browser again replaces the previous entry.
    let page = first_step(stack, &agents[0], "alice").await;
    let form = page.form(CODE).with("code", &app.next_code(stack));
    let page = agents[0].submit(&form.with("trust", "on")).await;
    let cookie = cookie_of(&page).expect("a cookie");
    let shown = agents[0].get(stack.at(HOME)).await;
    assert_eq!(shown.texts_of("#distrust li").len(), 10);
    for (table, rows) in rows::dump(&stack.storage().identity).await {
        for value in cookie.split('.') {
            assert!(!rows.join("\n").contains(value), "{table}");
        }
    }
}

async fn trusted_devices_are_disabled_by_default(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert!(!page.has("[name=trust]"), "{}", page.dump());
    let form = page.form(CODE).with("code", &app.next_code(stack));
    let page = agent.submit(&form.with("trust", "on")).await;
    assert_eq!(
        (location(&page).as_str(), cookie_of(&page)),
        ("/account", None)
    );
    sign_out(stack, &agent).await;
    assert!(!is_trusted(stack, &agent, "alice").await);
}
