//! Tests of passwords: changed with the current password, reset with a mailed token.

use doorward_testkit::{PASSWORD, Page, Stack, flows};
use serde_json::{Value, json};

use crate::support::{Tokens, body, errors, get_as, post, post_as, problem, refresh, sign_in};

const NEW: &str = "quartz-bicycle-lemon-42";

flows!(
    change_requires_current_password_and_ends_other_sessions,
    reset_ends_sessions_and_tokens,
    new_password_is_called_as_in_change,
    rejects_expired_reset_link,
    known_and_unknown_users_get_same_response,
);

async fn change(stack: &Stack, token: &str, current: &str, new: &str) -> Page {
    let body = json!({ "current_password": current, "password": new, "password_confirm": new });
    post_as(stack, token, "/api/auth/password/change", body).await
}

async fn change_requires_current_password_and_ends_other_sessions(stack: &Stack) {
    let (other, mine) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let received = problem(
        &change(stack, &mine.access, "wrong", NEW).await,
        400,
        "invalid-input",
    );
    assert_eq!(
        errors(&received),
        [("current_password".to_owned(), "wrong".to_owned())]
    );
    let received = problem(
        &change(stack, &mine.access, PASSWORD, "12345678").await,
        400,
        "invalid-input",
    );
    assert_eq!(errors(&received)[0].0, "password");
    let page = post_as(stack, &mine.access, "/api/auth/password/change", json!({})).await;
    problem(&page, 400, "invalid-input");
    let page = change(stack, &mine.access, PASSWORD, NEW).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    // This client's tokens stay, all others end, and the old password is invalid.
    body(&get_as(stack, &mine.access, "/api/auth/profile").await, 200);
    Tokens::of(&refresh(stack, &mine.refresh).await);
    problem(
        &refresh(stack, &other.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &get_as(stack, &other.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    let login = |password: &str| json!({ "username": "alice", "password": password });
    problem(
        &post(stack, "/api/auth/login", login(PASSWORD)).await,
        401,
        "sign-in-rejected",
    );
    body(&post(stack, "/api/auth/login", login(NEW)).await, 200);
    stack.mail("alice@example.org").await;
}

async fn ask(stack: &Stack, email: &str) -> Page {
    post(stack, "/api/auth/password/reset", json!({ "email": email })).await
}

async fn mailed_token(stack: &Stack, email: &str) -> String {
    assert_eq!(ask(stack, email).await.status, 202);
    let link = stack.mail(email).await.link(stack.issuer());
    let token = link.query_pairs().find(|(name, _)| name == "token");
    token.expect("a token").1.into_owned()
}

fn confirmation(token: &str) -> Value {
    json!({ "token": token, "password": NEW, "password_confirm": NEW })
}

async fn reset_ends_sessions_and_tokens(stack: &Stack) {
    let before = sign_in(stack, "alice").await;
    let token = mailed_token(stack, "alice@example.org").await;
    let path = "/api/auth/password/reset/confirm";
    let mut differing = confirmation(&token);
    differing["password_confirm"] = json!("something else");
    let received = problem(&post(stack, path, differing).await, 400, "invalid-input");
    assert_eq!(
        errors(&received),
        [("password_confirm".to_owned(), "mismatch".to_owned())]
    );
    let page = post(stack, path, confirmation(&token)).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    problem(
        &post(stack, path, confirmation(&token)).await,
        400,
        "link-over",
    );
    problem(
        &refresh(stack, &before.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &get_as(stack, &before.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    let login = json!({ "email": "alice@example.org", "password": NEW });
    body(&post(stack, "/api/auth/login", login).await, 200);
}

async fn new_password_is_called_as_in_change(stack: &Stack) {
    let token = mailed_token(stack, "alice@example.org").await;
    let path = "/api/auth/password/reset/confirm";
    let named =
        |again: &str| json!({ "token": token, "new_password": NEW, "new_password_confirm": again });
    let received = problem(
        &post(stack, path, named("another")).await,
        400,
        "invalid-input",
    );
    assert_eq!(
        errors(&received),
        [("password_confirm".to_owned(), "mismatch".to_owned())]
    );
    // Both names of the parameter at once are rejected.
    let mut twice = named(NEW);
    twice["password"] = json!(NEW);
    problem(&post(stack, path, twice).await, 400, "invalid-input");
    let page = post(stack, path, named(NEW)).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let login = json!({ "username": "alice", "password": NEW });
    body(&post(stack, "/api/auth/login", login).await, 200);
}

async fn rejects_expired_reset_link(stack: &Stack) {
    let token = mailed_token(stack, "alice@example.org").await;
    stack.clock.advance(30 * 60);
    let path = "/api/auth/password/reset/confirm";
    let received = problem(
        &post(stack, path, confirmation(&token)).await,
        400,
        "link-over",
    );
    assert_eq!(errors(&received), [("token".to_owned(), "over".to_owned())]);
    problem(
        &post(stack, path, confirmation("nonsense")).await,
        400,
        "link-over",
    );
    sign_in(stack, "alice").await;
}

async fn known_and_unknown_users_get_same_response(stack: &Stack) {
    stack.disable_user("bob").await;
    let mut answers = Vec::new();
    for email in [
        "alice@example.org",
        "nobody@example.org",
        "bob@example.org",
        "no address",
    ] {
        let page = ask(stack, email).await;
        let mut headers: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((page.status, body(&page, 202), headers));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert!(stack.mails("nobody@example.org").await.is_empty());
    let page = post(stack, "/api/auth/password/reset", json!({})).await;
    problem(&page, 400, "invalid-input");
}
