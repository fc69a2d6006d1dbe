//! Tests of authorized clients: each is listed with its last use, and its access ends when it is
//! removed.

use doorward_testkit::{Authorization, PASSWORD, Page, Stack, TestClient, UserAgent, flows};
use serde_json::{Value, json};

use crate::api_keys::make;
use crate::support::{location, sign_in};

flows!(
    first_party_client_is_listed_without_consent,
    first_party_client_is_listed_and_removed,
    keys_in_force_are_counted,
);

/// Returns the client's display name.
fn name_of(client: &TestClient) -> String {
    match client.id.as_str() {
        "tasks-web" => "Tasks".to_owned(),
        id => format!("The {id}"),
    }
}

fn refresh_token(page: &Page) -> String {
    let token = page.json()["refresh_token"].as_str().map(str::to_owned);
    token.unwrap_or_else(|| panic!("{}", page.dump()))
}

async fn apps(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/account/apps")).await;
    page.text_of("main section").expect("the list")
}

async fn first_party_client_is_listed_without_consent(stack: &Stack) {
    let (agent, client) = (UserAgent::new(), &stack.seed.trusted);
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid tasks:read");
    let code = request.complete(&agent, "alice").await.code();
    let token = refresh_token(&stack.exchange(client, &code).await);
    let rows = apps(stack, &agent).await;
    let name = &name_of(client);
    assert!(
        rows.contains(name) && rows.contains("See your tasks"),
        "{rows}"
    );
    // The last refresh counts as the last use.
    stack.clock.advance(2 * 3600);
    let token = refresh_token(&stack.refresh(client, &token).await);
    stack.clock.advance(3 * 3600);
    let rows = apps(stack, &agent).await;
    assert!(rows.contains("Last used 3 hours ago"), "{rows}");
    let page = agent.get(stack.at("/account/apps")).await;
    let page = agent.submit(&page.press("button[name=client_id]")).await;
    assert_eq!(location(&page), "/account/apps?done=app");
    let page = stack.refresh(client, &token).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(apps(stack, &agent).await.contains("No app has access"));
    // A client whose sessions have ended has no access, unless it has `offline_access`.
    for (scope, roles) in [("openid", false), ("openid offline_access", true)] {
        let there = UserAgent::new();
        let request = Authorization::new(stack.issuer(), client).with("scope", scope);
        let code = request.complete(&there, "alice").await.code();
        refresh_token(&stack.exchange(client, &code).await);
        let page = there.get(stack.at("/account/apps")).await;
        there.submit(&page.form("form[action='/logout']")).await;
        assert_eq!(apps(stack, &agent).await.contains(name), roles, "{scope}");
    }
}

async fn api(stack: &Stack, path: &str, body: Value) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at(path)).json(&body);
    agent.send(request).await
}

async fn first_party_client_is_listed_and_removed(stack: &Stack) {
    let login = json!({ "username": "alice", "password": PASSWORD });
    let tokens = api(stack, "/api/auth/login", login).await.json();
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    assert!(
        apps(stack, &agent)
            .await
            .contains(&name_of(&stack.seed.app))
    );
    let others = async || {
        let page = agent.get(stack.at("/account/sessions")).await;
        page.texts_of("button[name=session]").len()
    };
    assert_eq!(others().await, 1);
    let page = agent.get(stack.at("/account/apps")).await;
    agent.submit(&page.press("button[name=client_id]")).await;
    // The session is removed as well: only that of this browser remains.
    assert_eq!(others().await, 0);
    assert!(
        !apps(stack, &agent)
            .await
            .contains(&name_of(&stack.seed.app))
    );
    let body = json!({ "refresh": tokens["refresh"] });
    let refused = api(stack, "/api/auth/token/refresh", body).await;
    assert_eq!(refused.status, 401, "{}", refused.dump());
    let request = agent.http().get(stack.at("/api/auth/profile"));
    let access = tokens["access"].as_str().expect("a token");
    let refused = UserAgent::new().send(request.bearer_auth(access)).await;
    assert_eq!(refused.status, 401, "{}", refused.dump());
}

async fn keys_in_force_are_counted(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let rows = async || {
        let page = agent.get(stack.at("/account")).await;
        let rows = page.texts_of("[aria-labelledby=access] .row");
        let keys = |row: &String| row.contains("API keys");
        rows.into_iter().filter(keys).collect::<Vec<_>>()
    };
    assert!(rows().await.is_empty());
    for _ in 0..2 {
        make(stack, &agent, &["tasks:read"]).await;
    }
    let received = rows().await;
    assert!(received[0].contains("2 active"), "{received:?}");
}
