//! Tests of e-mail addresses: verification, repeated verification, and change.

use doorward_testkit::{PASSWORD, Stack, flows, flows_with};
use serde_json::json;

use crate::support::{body, errors, get_as, post, post_as, problem, sign_in};

const VERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

flows_with!(VERIFIED; verification_mail_is_resent);
flows!(email_changes_after_verification_of_new_address);

async fn token_of(stack: &Stack, to: &str) -> String {
    let link = stack.mail(to).await.link(stack.issuer());
    let token = link.query_pairs().find(|(name, _)| name == "token");
    token.expect("a token").1.into_owned()
}

async fn verification_mail_is_resent(stack: &Stack) {
    stack.set_email_verified("alice", false).await;
    let path = "/api/auth/email/verify/resend";
    let mut answers = Vec::new();
    for email in ["alice@example.org", "bob@example.org", "nobody@example.org"] {
        answers.push(body(
            &post(stack, path, json!({ "email": email })).await,
            202,
        ));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    // Only a user with an unverified address gets a mail.
    assert!(stack.mails("bob@example.org").await.is_empty());
    let token = token_of(stack, "alice@example.org").await;
    let page = post(stack, "/api/auth/email/verify", json!({ "token": token })).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    sign_in(stack, "alice").await;
    problem(&post(stack, path, json!({})).await, 400, "invalid-input");
}

async fn email_changes_after_verification_of_new_address(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let path = "/api/auth/email/change";
    let ask = async |email: &str, password: &str| {
        let body = json!({ "email": email, "current_password": password });
        post_as(stack, &token, path, body).await
    };
    let received = problem(&ask("new@example.org", "wrong").await, 400, "invalid-input");
    assert_eq!(
        errors(&received),
        [("current_password".to_owned(), "wrong".to_owned())]
    );
    let received = problem(
        &ask("alice@example.org", PASSWORD).await,
        400,
        "invalid-input",
    );
    assert_eq!(errors(&received), [("email".to_owned(), "same".to_owned())]);
    let received = problem(&ask("nonsense", PASSWORD).await, 400, "invalid-input");
    assert_eq!(
        errors(&received),
        [("email".to_owned(), "invalid".to_owned())]
    );
    let of_another = body(&ask("bob@example.org", PASSWORD).await, 202);
    assert_eq!(
        body(&ask("new@example.org", PASSWORD).await, 202),
        of_another
    );
    let seen = body(&get_as(stack, &token, "/api/auth/profile").await, 200);
    assert_eq!(seen["email"], "alice@example.org");
    let mailed = token_of(stack, "new@example.org").await;
    let confirm = async || {
        post(
            stack,
            "/api/auth/email/change/confirm",
            json!({ "token": mailed }),
        )
        .await
    };
    assert_eq!(confirm().await.status, 204);
    problem(&confirm().await, 400, "link-over");
    let seen = body(&get_as(stack, &token, "/api/auth/profile").await, 200);
    assert_eq!(seen["email"], "new@example.org");
}
