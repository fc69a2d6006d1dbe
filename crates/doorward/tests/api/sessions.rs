//! Sessions: browsers and apps in one list, ended one by one or all but this.

use doorward_testkit::{PASSWORD, Stack, UserAgent, both_backends};

use crate::support::{body, call, claims, get_as, problem, refresh, sign_in};

both_backends!(
    one_session_is_ended_and_the_others_stay,
    all_but_this_one_are_ended,
    somebody_elses_session_is_not_found,
);

async fn delete(stack: &Stack, token: &str, path: &str) -> doorward_testkit::Page {
    call(stack, "DELETE", path).bearer(token).send().await
}

fn id_of(token: &str) -> String {
    claims(token)["sid"].as_str().expect("sid").to_owned()
}

async fn one_session_is_ended_and_the_others_stay(stack: &Stack) {
    let (mine, other) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let list = body(
        &get_as(stack, &mine.access, "/api/auth/sessions").await,
        200,
    );
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids.len(), 2);
    let current: Vec<bool> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["current"].as_bool())
        .collect();
    assert_eq!(current.iter().filter(|it| **it).count(), 1);
    let path = format!("/api/auth/sessions/{}", id_of(&other.access));
    assert_eq!(delete(stack, &mine.access, &path).await.status, 204);
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
    body(&get_as(stack, &mine.access, "/api/auth/profile").await, 200);
    // Its own, too.
    let path = format!("/api/auth/sessions/{}", id_of(&mine.access));
    assert_eq!(delete(stack, &mine.access, &path).await.status, 204);
    problem(
        &get_as(stack, &mine.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
}

async fn all_but_this_one_are_ended(stack: &Stack) {
    let browser = UserAgent::new();
    let page = browser.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    browser.submit(&form.with("password", PASSWORD)).await;
    let (mine, other) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let bob = sign_in(stack, "bob").await;
    assert_eq!(
        delete(stack, &mine.access, "/api/auth/sessions")
            .await
            .status,
        204
    );
    let list = body(
        &get_as(stack, &mine.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    problem(
        &refresh(stack, &other.refresh).await,
        401,
        "invalid-refresh-token",
    );
    assert_eq!(browser.get(stack.at("/account")).await.status, 303);
    body(&refresh(stack, &bob.refresh).await, 200);
}

async fn somebody_elses_session_is_not_found(stack: &Stack) {
    let (alice, bob) = (sign_in(stack, "alice").await, sign_in(stack, "bob").await);
    for id in [
        id_of(&bob.access),
        "nonsense".to_owned(),
        "%FF".to_owned(),
        uuid::Uuid::new_v4().to_string(),
    ] {
        let page = delete(stack, &alice.access, &format!("/api/auth/sessions/{id}")).await;
        problem(&page, 404, "not-found");
    }
    body(&refresh(stack, &bob.refresh).await, 200);
    problem(
        &call(stack, "GET", "/api/auth/sessions").send().await,
        401,
        "invalid-token",
    );
}
