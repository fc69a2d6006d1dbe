//! Tests of registration: user names that cannot be confused with others, and e-mail addresses that
//! must be verified in time.

use std::time::{Duration, Instant};

use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, both_backends, flows, flows_with};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{NEW_PASSWORD, location, register, sign_in};

both_backends!(of_concurrent_confusable_names_only_first_is_taken,);
flows!(confusable_user_name_is_taken,);
flows_with!(VERIFY;
    name_held_for_known_address_holds_confusable_names,
    user_name_is_reserved_for_day,
    registration_hides_known_address_and_sign_in_shows_account,
    unverified_account_is_deleted_after_grace_period,
);
flows_with!(NO_CLEANUP; with_no_limit_account_waits);
flows_with!(SHORT; unverified_account_remains_without_verification_policy);

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const NO_CLEANUP: &[(&str, &str)] = &[
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
    ("DOORWARD__ACCOUNTS__UNVERIFIED_TTL", "0s"),
];
const SHORT: &[(&str, &str)] = &[
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false"),
    ("DOORWARD__ACCOUNTS__UNVERIFIED_TTL", "1d"),
];
const DAY: i64 = 24 * 3600;

/// Returns the responses of the form and of the API to a registration with this user name.
async fn ask(stack: &Stack, name: &str) -> (Page, Page) {
    let email = format!("{}@new.example", uuid::Uuid::new_v4().simple());
    let page = register(stack, &UserAgent::new(), name, &email).await;
    let agent = UserAgent::new();
    let body = json!({
        "username": name, "email": email,
        "password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD,
    });
    let request = agent.http().post(stack.at("/api/auth/register"));
    (page, agent.send(request.json(&body)).await)
}

async fn confusable_user_name_is_taken(stack: &Stack) {
    let (page, answer) = ask(stack, "alice").await;
    let (values, error) = (
        page.text_of("#username-error"),
        answer.json()["errors"].clone(),
    );
    assert_eq!(error[0]["code"], "taken", "{error}");
    for name in ["a1ice", "A1ICE", "rnona", "b0b"] {
        let (page, answer) = ask(stack, name).await;
        if name == "b0b" {
            // The digit zero is not confusable with a lowercase `o`.
            assert_eq!(page.status, 303, "{}", page.dump());
            continue;
        }
        assert_eq!(page.status, 422, "{name}: {}", page.dump());
        assert_eq!(page.text_of("#username-error"), values, "{name}");
        assert_eq!(answer.status, 400, "{name}: {}", answer.dump());
        assert_eq!(answer.json()["errors"], error, "{name}");
    }
}

async fn of_concurrent_confusable_names_only_first_is_taken(stack: &Stack) {
    let mut attempts = JoinSet::new();
    for (number, name) in ["corner", "comer"].into_iter().cycle().take(8).enumerate() {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/register")).await;
        let form = page
            .form("#register")
            .with("username", name)
            .with("email", &format!("{number}@new.example"))
            .with("password", NEW_PASSWORD)
            .with("password_confirm", NEW_PASSWORD);
        attempts.spawn(async move { agent.submit(&form).await.status });
    }
    let mut created = attempts.join_all().await;
    created.retain(|status| *status == 303);
    assert_eq!(created.len(), 1);
}

async fn name_held_for_known_address_holds_confusable_names(stack: &Stack) {
    let page = register(stack, &UserAgent::new(), "milly", "alice@example.org").await;
    assert_eq!(location(&page), "/verify-email?sent=1");
    let (page, _) = ask(stack, "mi1ly").await;
    assert_eq!(page.status, 422, "{}", page.dump());
}

/// Checks that a registration reserves a name as long as its link is valid, whether the address is
/// known or not.
async fn user_name_is_reserved_for_day(stack: &Stack) {
    let number = uuid::Uuid::new_v4().simple().to_string();
    let names = ["k", "n"].map(|first| format!("{first}{}", &number[..12]));
    let new = format!("{number}@new.example");
    for (name, email) in names.iter().zip(["alice@example.org", &new]) {
        let page = register(stack, &UserAgent::new(), name, email).await;
        assert_eq!(location(&page), "/verify-email?sent=1");
    }
    let answers = async |round: u8| {
        let mut statuses = Vec::new();
        for (name, first) in names.iter().zip(["k", "n"]) {
            let email = format!("{first}{round}-{number}@new.example");
            let page = register(stack, &UserAgent::new(), name, &email).await;
            statuses.push(page.status);
        }
        statuses
    };
    assert_eq!(answers(1).await, [422, 422]);
    stack.clock.advance(DAY - 1);
    assert_eq!(answers(2).await, [422, 422]);
    stack.clock.advance(1);
    assert_eq!(answers(3).await, [303, 303]);
    // The unverified account is deleted, and the new registrations reserve the names.
    assert!(!exists(stack, &new).await);
    assert_eq!(answers(4).await, [422, 422]);
    // An account with a verified address keeps its name.
    let email = format!("k3-{number}@new.example");
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), &email).await;
    let found = found.unwrap().expect("an account");
    db.close().await.expect("close");
    stack.set_email_verified(&found.username, true).await;
    stack.clock.advance(2 * DAY);
    assert_eq!(answers(5).await, [422, 303]);
}

/// Checks that registration does not reveal whether an account exists; a later sign-in does
/// (decision 39).
async fn registration_hides_known_address_and_sign_in_shows_account(stack: &Stack) {
    let mut answers = Vec::new();
    for (name, email) in [
        ("probe-one", "new@x.example"),
        ("probe-two", "bob@example.org"),
    ] {
        let body = json!({
            "username": name, "email": email,
            "password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD,
        });
        let agent = UserAgent::new();
        let request = agent.http().post(stack.at("/api/auth/register"));
        let page = agent.send(request.json(&body)).await;
        let mut received = page.json();
        assert_eq!(received["email"].take(), email);
        assert_eq!(received["username"].take(), name);
        let login = json!({ "email": email, "password": NEW_PASSWORD });
        let request = agent.http().post(stack.at("/api/auth/login"));
        let sign_in = agent.send(request.json(&login)).await.json()["type"].clone();
        answers.push((
            (page.status, received),
            sign_in,
            stack.mail(email).await.subject,
        ));
    }
    assert_eq!(answers[0].0, answers[1].0);
    assert_eq!(answers[0].1, "urn:doorward:problem:email-not-verified");
    assert_eq!(answers[1].1, "urn:doorward:problem:sign-in-rejected");
    // The existing user is notified.
    assert_eq!(answers[1].2, "You already have an account");
}

async fn exists(stack: &Stack, name: &str) -> bool {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), name).await;
    db.close().await.expect("close");
    found.expect("a query").is_some()
}

/// Starts another process and waits until its cleanup has run.
async fn wait_for_cleanup(stack: &Stack) {
    let _replica = stack.sweeper().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn unverified_account_is_deleted_after_grace_period(stack: &Stack) {
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", "newcomer@example.org").await;
    register(stack, &UserAgent::new(), "prover", "prover@example.org").await;
    let link = stack.mail("prover@example.org").await.link(stack.issuer());
    let prover = UserAgent::new();
    sign_in(stack, &prover, "prover", NEW_PASSWORD).await;
    let page = prover.get(&link).await;
    let page = prover.follow(page, "").await;
    prover.submit(&page.form("#step")).await;
    stack.set_email_verified("bob", false).await;
    // A sign-in does not verify the address.
    stack.clock.advance(6 * DAY);
    sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
    let late = stack
        .mail("newcomer@example.org")
        .await
        .link(stack.issuer());
    stack.clock.advance(DAY - 60);
    wait_for_cleanup(stack).await;
    assert!(
        exists(stack, "newcomer").await,
        "not deleted a minute before the deadline"
    );
    stack.clock.advance(60);
    let start = Instant::now();
    let _replica = stack.sweeper().await;
    while exists(stack, "newcomer").await {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the account was not deleted"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(exists(stack, "prover").await, "a verified account is kept");
    assert!(
        exists(stack, "bob").await,
        "an account created by the operator is kept"
    );
    // Its links are invalid, its name and address are free, and the audit log records the deletion.
    let page = agent.get(&late).await;
    let page = agent.follow(page, "").await;
    let over = match page.find_form("#step") {
        Some(form) => agent.submit(&form).await,
        None => page,
    };
    assert_eq!(over.status, 400, "{}", over.dump());
    let page = register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
    assert_eq!(location(&page), "/verify-email?sent=1");
    assert!(exists(stack, "newcomer").await);
    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 1000)
        .await
        .expect("a log");
    db.close().await.expect("close");
    let removed = events
        .iter()
        .filter(|it| it.kind == AuditKind::AccountDeleted);
    assert_eq!(removed.count(), 1);
}

async fn with_no_limit_account_waits(stack: &Stack) {
    register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
    stack.clock.advance(400 * DAY);
    wait_for_cleanup(stack).await;
    assert!(exists(stack, "newcomer").await);
}

async fn unverified_account_remains_without_verification_policy(stack: &Stack) {
    register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
    stack.clock.advance(30 * DAY);
    wait_for_cleanup(stack).await;
    assert!(exists(stack, "newcomer").await);
}
