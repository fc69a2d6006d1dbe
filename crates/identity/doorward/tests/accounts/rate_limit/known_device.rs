//! Tests that an attacker cannot lock a user out of a browser that the account knows (ASVS 5.0
//! §6.3.1).

use doorward_testkit::{PASSWORD, Stack, UserAgent};

use crate::password::change;
use crate::password_reset::{choose, follow, link};
use crate::support::{NEW_PASSWORD, location};

use super::support::{LIMITS, fail, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    owner_signs_in_on_known_device_while_anonymous_callers_wait,
    known_device_has_separate_limits,
    reset_makes_every_browser_anonymous_caller,
    password_change_forgets_other_known_devices,
);

async fn owner_signs_in_on_known_device_while_anonymous_callers_wait(stack: &Stack) {
    let own = UserAgent::new();
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let cookie = page
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with("doorward_device="))
        .expect("a device cookie");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    stack.end_sessions("alice").await;

    for _ in 0..5 {
        fail(stack, "alice").await;
        fail(stack, "bob").await;
    }
    retry_after(&fail(stack, "alice").await);
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.end_sessions("alice").await;
    // The user's sign-in does not end the lockout elsewhere, and the browser is known to alice's
    // account only.
    retry_after(&sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await);
    retry_after(&sign_in(stack, &own, "bob", PASSWORD).await);
}

async fn known_device_has_separate_limits(stack: &Stack) {
    let own = UserAgent::new();
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.end_sessions("alice").await;
    for _ in 0..5 {
        let page = sign_in(stack, &own, "alice", "a wrong password").await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
    // Failures in this browser do not delay other browsers.
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

/// Fails from unknown browsers until they are locked out.
async fn lock_unknown_browsers(stack: &Stack) {
    for _ in 0..5 {
        fail(stack, "alice").await;
    }
    retry_after(&fail(stack, "alice").await);
}

/// Checks that a reset makes browsers unknown that signed in with the former password.
async fn reset_makes_every_browser_anonymous_caller(stack: &Stack) {
    let (own, thief) = (UserAgent::new(), UserAgent::new());
    let page = sign_in(stack, &thief, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(3600);
    let page = follow(&own, &link(stack, "alice").await).await;
    let page = choose(&own, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
    let page = sign_in(stack, &own, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.end_sessions("alice").await;

    lock_unknown_browsers(stack).await;
    retry_after(&sign_in(stack, &thief, "alice", "a guess").await);
    // This browser has signed in with the new password.
    let page = sign_in(stack, &own, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn password_change_forgets_other_known_devices(stack: &Stack) {
    let (own, thief) = (UserAgent::new(), UserAgent::new());
    for agent in [&own, &thief] {
        let page = sign_in(stack, agent, "alice", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    }
    stack.clock.advance(60);
    let page = change(stack, &own, PASSWORD, &[]).await;
    assert_eq!(location(&page), "/account?done=password");
    stack.end_sessions("alice").await;

    lock_unknown_browsers(stack).await;
    retry_after(&sign_in(stack, &thief, "alice", "a guess").await);
    let page = sign_in(stack, &own, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}
