//! Tests of limits per IP address on forms that compute a hash, send a mail or check a code.

use doorward_testkit::{Form, PASSWORD, Page, Stack, UserAgent};

use super::support::{LIMITS, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    second_factor_code,
    first_administrator,
    forgotten_password,
    change_of_email_address,
    mail_limit_states_time_of_next_mail,
);
limited!(VERIFY_EMAIL; verification_mail);

const VERIFY_EMAIL: &[(&str, &str)] =
    &[LIMITS[0], ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

/// Returns the anti-forgery token of this browser.
async fn csrf(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("form:has([name=csrf])");
    form.value("csrf").expect("a token").to_owned()
}

/// Submits until this limit rejects the form; returns the number of accepted requests.
async fn until_refused(
    stack: &Stack,
    agent: &UserAgent,
    path: &str,
    fields: &[(&str, &str)],
    limit: &str,
) -> usize {
    for number in 0..40 {
        let page = agent.post(stack.at(path), fields).await;
        let error = page.header("ratelimit").unwrap_or_default();
        if page.status == 429 && error.starts_with(&format!("\"{limit}\";r=0;")) {
            assert_eq!(retry_after(&page), 60);
            assert_words(&page);
            return number;
        }
        assert_ne!(page.status, 429, "{}", page.dump());
    }
    panic!("{path} is not limited");
}

#[track_caller]
fn assert_words(page: &Page) {
    assert!(page.text().contains("Too many"), "{}", page.dump());
}

async fn second_factor_code(stack: &Stack) {
    let agent = UserAgent::new();
    let csrf = csrf(stack, &agent).await;
    // The limit counts even if the attempt does not exist.
    let fields = [
        ("csrf", csrf.as_str()),
        ("attempt", "x"),
        ("code", "123456"),
    ];
    let before = until_refused(stack, &agent, "/login/2fa", &fields, "address").await;
    assert_eq!(before, 30);
    // A sign-in by password from this address has to wait as well.
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
}

async fn first_administrator(stack: &Stack) {
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

async fn forgotten_password(stack: &Stack) {
    let agent = UserAgent::new();
    let csrf = csrf(stack, &agent).await;
    let fields = [("csrf", csrf.as_str()), ("identifier", "alice")];
    let before = until_refused(stack, &agent, "/forgot-password", &fields, "mail").await;
    assert_eq!(before, 20);
    // Only three of these requests sent a mail.
    stack.wait_for_jobs().await;
    assert_eq!(stack.mails("alice@example.org").await.len(), 3);
}

/// Returns the number of the form that is rejected because its address has caused too many mails.
async fn until_no_mail(agent: &UserAgent, form: &Form) -> usize {
    for number in 0..40 {
        let page = agent.submit(form).await;
        let error = page.header("ratelimit").unwrap_or_default();
        if page.status == 429 && error == "\"mail\";r=0;t=60" {
            assert_eq!(retry_after(&page), 60);
            return number;
        }
    }
    panic!("{} is not limited", form.action);
}

/// Returns the filled form that changes the e-mail address, in a signed-in browser.
async fn moving(stack: &Stack, agent: &UserAgent, to: &str, password: &str) -> Form {
    let page = agent.get(stack.at("/account/email")).await;
    page.form("form:has([name=current_password])")
        .with("email", to)
        .with("current_password", password)
}

async fn change_of_email_address(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let form = moving(stack, &agent, "new@example.org", "a wrong password").await;
    assert_eq!(until_no_mail(&agent, &form).await, 20);
}

async fn verification_mail(stack: &Stack) {
    stack.set_email_verified("alice", false).await;
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.follow(page, "").await;
    let form = page.form("form[action='/verify-email/resend']");
    let mut refused = None;
    for number in 0..21 {
        let page = agent.submit(&form).await;
        if number == 3 {
            // Three mails per hour and account; the response states when the fourth is allowed.
            assert_eq!(retry_after(&page), 3600);
            assert_eq!(page.header("ratelimit"), Some("\"mails\";r=0;t=3600"));
            assert_eq!(
                page.header("ratelimit-policy"),
                Some("\"mails\";q=3;w=3600")
            );
        }
        refused = page.header("ratelimit").map(str::to_owned);
    }
    assert_eq!(refused.as_deref(), Some("\"mail\";r=0;t=60"));
}

async fn mail_limit_states_time_of_next_mail(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    for number in 0..3 {
        let to = format!("new{number}@example.org");
        let form = moving(stack, &agent, &to, PASSWORD).await;
        let page = agent.submit(&form).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        stack.clock.advance(200);
    }
    let form = moving(stack, &agent, "new3@example.org", PASSWORD).await;
    let page = agent.submit(&form).await;
    assert_eq!(retry_after(&page), 3000, "the first mail no longer counts");
    assert_eq!(page.header("ratelimit"), Some("\"mails\";r=0;t=3000"));
    assert!(
        page.has("form:has([name=current_password])"),
        "{}",
        page.dump()
    );
}
