//! Tests that sensitive changes require an authentication within the last fifteen minutes, with
//! every factor of the account (ASVS 5.0 §7.5.1).

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};

use crate::step_up::weak;
use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};
use crate::two_factor::{HOME, enrol, enter, first_step};

flows!(
    recent_password_does_not_replace_second_factor,
    both_factors_are_recent_for_fifteen_minutes,
    password_is_recent_for_fifteen_minutes,
);

/// The sensitive changes, as path and fields.
const CHANGES: [(&str, &[(&str, &str)]); 4] = [
    (
        "/account/password",
        &[
            ("current_password", PASSWORD),
            ("password", NEW_PASSWORD),
            ("password_confirm", NEW_PASSWORD),
        ],
    ),
    (
        "/account/email",
        &[("email", "a@evil.example"), ("current_password", PASSWORD)],
    ),
    ("/account/security/2fa/codes", &[]),
    ("/account/security/2fa/off", &[]),
];

/// Submits a form of the account without opening its page.
async fn post(stack: &Stack, agent: &UserAgent, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = agent.get(stack.at("/forgot-password")).await;
    let csrf = page.form("#forgot").value("csrf").unwrap().to_owned();
    let csrf = [("csrf", csrf.as_str())];
    agent.post(stack.at(path), &[fields, &csrf].concat()).await
}

async fn recent_password_does_not_replace_second_factor(stack: &Stack) {
    // A recent sign-in by password only; the account has an authenticator app since.
    let (agent, app) = weak(stack).await;
    assert!(is_signed_in(stack, &agent).await);
    for (path, fields) in CHANGES {
        let page = post(stack, &agent, path, fields).await;
        assert!(location(&page).starts_with("/login?next="), "{path}");
    }
    for path in ["/account/password", "/account/email"] {
        let page = agent.get(stack.at(path)).await;
        assert_eq!(location(&page), format!("/login?next={path}"));
    }
    // Nothing was changed: password, address and factor are the same.
    assert!(stack.mails("a@evil.example").await.is_empty());
    let other = UserAgent::new();
    let page = first_step(stack, &other, "alice").await;
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());

    // The missing factor is enough, and the flow returns to the page.
    let page = agent
        .get(stack.at("/login/2fa?next=/account/password"))
        .await;
    let page = agent.follow(page, "").await;
    let page = agent
        .follow(enter(&agent, &page, &app.next_code(stack)).await, "")
        .await;
    assert_eq!(page.url.path(), "/account/password", "{}", page.dump());
    let (path, fields) = CHANGES[0];
    let page = post(stack, &agent, path, fields).await;
    assert_eq!(location(&page), "/account?done=password");
}

async fn both_factors_are_recent_for_fifteen_minutes(stack: &Stack) {
    let owner = UserAgent::new();
    let app = enrol(stack, &owner, "alice").await;
    for (wait, good) in [(900, true), (901, false)] {
        let agent = UserAgent::new();
        let page = first_step(stack, &agent, "alice").await;
        enter(&agent, &page, &app.next_code(stack)).await;
        stack.clock.advance(wait);
        let page = agent.get(stack.at("/account/email")).await;
        assert_eq!(page.status == 200, good, "{wait} s: {}", page.dump());
        let codes = post(stack, &agent, "/account/security/2fa/codes", &[]).await;
        assert_eq!(codes.status == 200, good, "{wait} s: {}", codes.dump());
    }
}

async fn password_is_recent_for_fifteen_minutes(stack: &Stack) {
    for (wait, good) in [(900, true), (901, false)] {
        let agent = UserAgent::new();
        sign_in(stack, &agent, "alice", PASSWORD).await;
        stack.clock.advance(wait);
        let page = post(stack, &agent, "/account/security/2fa/start", &[]).await;
        let place = location(&page);
        assert_eq!(place.starts_with(HOME), good, "{wait} s: {place}");
        // Changes of password and address require the current password itself, however recent the
        // authentication.
        let fields = [("email", "a@evil.example"), ("current_password", "wrong")];
        let page = post(stack, &agent, "/account/email", &fields).await;
        assert_eq!(page.status, 422, "{}", page.dump());
    }
}
