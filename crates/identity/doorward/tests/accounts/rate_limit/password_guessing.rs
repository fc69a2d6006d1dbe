//! Tests that an open session does not allow guessing the password (ASVS 5.0 §6.3.1,
//! §7.5.1).

use doorward_testkit::{Backend, Form, PASSWORD, Page, Stack, UserAgent, stack};

use super::support::{LIMITS, post, retry_after, sign_in};
use crate::limited;
use crate::support::NEW_PASSWORD;

limited!(LIMITS; wrong_present_passwords_count_on_account);

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    agent
}

async fn change(stack: &Stack, agent: &UserAgent, current: &str) -> Form {
    let page = agent.get(stack.at("/account/password")).await;
    page.form("form:has([name=current_password])")
        .with("current_password", current)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD)
}

#[track_caller]
fn assert_waits(page: &Page) {
    assert_eq!(retry_after(page), 60);
    assert_eq!(
        page.header("ratelimit"),
        Some("\"password\";r=0;t=60"),
        "{}",
        page.dump()
    );
}

async fn wrong_present_passwords_count_on_account(stack: &Stack) {
    let [one, other] = [signed_in(stack).await, signed_in(stack).await];
    for number in 0..5 {
        // Half of the guesses use the e-mail change form of another session.
        let page = if number % 2 == 0 {
            one.submit(&change(stack, &one, "wrong").await).await
        } else {
            let page = other.get(stack.at("/account/email")).await;
            let form = page
                .form("form:has([name=current_password])")
                .with("email", "alice@example.net")
                .with("current_password", "wrong");
            other.submit(&form).await
        };
        assert_eq!(page.status, 422, "{}", page.dump());
    }
    // The correct password is no longer checked, in any session or form.
    for agent in [&one, &other] {
        let page = agent.submit(&change(stack, agent, PASSWORD).await).await;
        assert_waits(&page);
        let page = agent.get(stack.at("/account/email")).await;
        let form = page
            .form("form:has([name=current_password])")
            .with("email", "alice@example.net")
            .with("current_password", PASSWORD);
        assert_waits(&agent.submit(&form).await);
    }
    assert!(stack.mails("alice@example.net").await.is_empty());
    // Sign-in is not affected: an open session cannot lock the user out.
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

#[test]
fn wait_is_row_and_ends_by_clock() {
    stack::run_with(Backend::SqliteMemory, LIMITS, the_wait_survives);
}

async fn the_wait_survives(stack: &Stack) {
    let agent = signed_in(stack).await;
    for _ in 0..5 {
        let page = agent.submit(&change(stack, &agent, "wrong").await).await;
        assert_eq!(page.status, 422, "{}", page.dump());
    }
    // Another process without cached state enforces the same lockout.
    let restarted = stack.replica();
    let form = change(stack, &agent, PASSWORD).await;
    stack.clock.advance(59);
    let page = post(stack, &agent, &restarted.origin, &form, None).await;
    assert_eq!(retry_after(&page), 1);
    stack.clock.advance(1);
    let page = post(stack, &agent, &restarted.origin, &form, None).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}
