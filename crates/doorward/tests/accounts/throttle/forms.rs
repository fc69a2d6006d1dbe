//! Forms that cost a hash, a mail or a guess are counted for their address.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};

use super::support::{LIMITS, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    the_code_of_the_second_step,
    the_first_administrator,
    a_forgotten_password,
);

/// The anti-forgery token of this browser.
async fn csrf(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("form:has([name=csrf])");
    form.value("csrf").expect("a token").to_owned()
}

/// Posts until the limit of this name refuses; how often it did not.
async fn until_refused(
    stack: &Stack,
    agent: &UserAgent,
    path: &str,
    fields: &[(&str, &str)],
    limit: &str,
) -> usize {
    for number in 0..40 {
        let page = agent.post(stack.at(path), fields).await;
        let told = page.header("ratelimit").unwrap_or_default();
        if page.status == 429 && told.starts_with(&format!("\"{limit}\";r=0;")) {
            assert_eq!(retry_after(&page), 60);
            assert_words(&page);
            return number;
        }
        assert_ne!(page.status, 429, "{}", page.shown());
    }
    panic!("{path} is not limited");
}

#[track_caller]
fn assert_words(page: &Page) {
    assert!(page.text().contains("Too many"), "{}", page.shown());
}

async fn the_code_of_the_second_step(stack: &Stack) {
    let agent = UserAgent::new();
    let csrf = csrf(stack, &agent).await;
    // Which sign-in is meant does not matter: there is not even one.
    let fields = [
        ("csrf", csrf.as_str()),
        ("attempt", "x"),
        ("code", "123456"),
    ];
    let before = until_refused(stack, &agent, "/login/2fa", &fields, "address").await;
    assert_eq!(before, 30);
    // A password from there has to wait as well.
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
}

async fn the_first_administrator(stack: &Stack) {
    let agent = UserAgent::new();
    let csrf = csrf(stack, &agent).await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("token", "guessed"),
        ("username", "eve"),
    ];
    let before = until_refused(stack, &agent, "/setup", &fields, "address").await;
    assert_eq!(before, 30);
}

async fn a_forgotten_password(stack: &Stack) {
    let agent = UserAgent::new();
    let csrf = csrf(stack, &agent).await;
    let fields = [("csrf", csrf.as_str()), ("identifier", "alice")];
    let before = until_refused(stack, &agent, "/forgot-password", &fields, "mail").await;
    assert_eq!(before, 20);
    // Of all these, three were mailed.
    stack.work_done().await;
    assert_eq!(stack.mails("alice@example.org").await.len(), 3);
}
