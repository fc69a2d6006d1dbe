//! A stranger cannot lock the owner out of a browser that the account knows (RL-1).

use doorward_testkit::{PASSWORD, Stack, UserAgent};

use super::support::{LIMITS, fail, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    the_owner_signs_in_on_a_known_device_while_strangers_wait,
    a_known_device_has_limits_of_its_own,
);

async fn the_owner_signs_in_on_a_known_device_while_strangers_wait(stack: &Stack) {
    let own = UserAgent::new();
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.shown());
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
    assert_eq!(page.status, 303, "{}", page.shown());
    stack.end_sessions("alice").await;
    // The owner's sign-in opens nothing for strangers, and the browser is known to alice only.
    retry_after(&sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await);
    retry_after(&sign_in(stack, &own, "bob", PASSWORD).await);
}

async fn a_known_device_has_limits_of_its_own(stack: &Stack) {
    let own = UserAgent::new();
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.shown());
    stack.end_sessions("alice").await;
    for _ in 0..5 {
        let page = sign_in(stack, &own, "alice", "a wrong password").await;
        assert_eq!(page.status, 401, "{}", page.shown());
    }
    let page = sign_in(stack, &own, "alice", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
    // It keeps nobody else waiting.
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.shown());
}
