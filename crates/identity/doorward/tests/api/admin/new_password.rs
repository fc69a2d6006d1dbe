//! Tests of the bulk change that requires new passwords: the former one signs in nowhere.

use doorward_domain::model::AuditKind;
use doorward_testkit::{PASSWORD, Stack, both_backends, flows};
use serde_json::{Value, json};

use super::attempts::listed;
use super::world::{World, ok};
use crate::support::{body, post, problem, refresh, sign_in};

both_backends!(former_password_only_leads_to_mail,);
flows!(access_is_kept_by_choice, option_is_for_this_action_only);

const BULK: &str = "/api/admin/bulk";
const ALICE: &str = "alice@example.org";
const NEW: &str = "quartz-bicycle-lemon-42";

fn login(password: &str) -> Value {
    json!({ "username": "alice", "password": password })
}

async fn require(world: &World<'_>, more: Value) -> Value {
    let mut body = json!({ "action": "require_new_password", "ids": [world.id("alice")] });
    let members = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().unwrap().extend(members);
    ok(&world.call("admin", "POST", BULK, Some(&body)).await, 201)
}

async fn user(world: &World<'_>) -> Value {
    let path = format!("/api/admin/users/{}", world.id("alice"));
    ok(&world.call("admin", "GET", &path, None).await, 200)
}

async fn former_password_only_leads_to_mail(stack: &Stack) {
    let world = World::new(stack).await;
    let tokens = sign_in(stack, "alice").await;
    let made = require(&world, json!({})).await;
    assert_eq!(
        json!([made["done"], made["failed"]]),
        json!([1, 0]),
        "{made}"
    );
    assert_eq!(made["keep_access"], false, "{made}");
    let found = user(&world).await;
    assert_eq!(found["has_password"], false, "{found}");
    assert!(found["password_withdrawn_at"].is_string(), "{found}");
    problem(
        &refresh(stack, &tokens.refresh).await,
        401,
        "invalid-refresh-token",
    );
    let page = post(stack, "/api/auth/login", login(PASSWORD)).await;
    problem(&page, 401, "sign-in-rejected");
    let attempts = listed(&world, "outcome=failed", 1).await;
    assert_eq!(attempts[0]["rule"], "password_withdrawn", "{attempts:?}");
    stack.wait_for_jobs().await;
    let mails = stack.mails(ALICE).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].subject, "Your password no longer works");
    assert_eq!(mails[0].link(stack.issuer()).path(), "/forgot-password");

    stack.clock.advance(1);
    let asked = post(stack, "/api/auth/password/reset", json!({ "email": ALICE })).await;
    assert_eq!(asked.status, 202, "{}", asked.dump());
    let link = stack.mail(ALICE).await.link(stack.issuer());
    let token = link.query_pairs().find(|(name, _)| name == "token");
    let token = token.expect("a token").1.into_owned();
    let choose = async |password: &str| {
        let body = json!({ "token": token, "password": password, "password_confirm": password });
        post(stack, "/api/auth/password/reset/confirm", body).await
    };
    problem(&choose(PASSWORD).await, 400, "invalid-input");
    let page = choose(NEW).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    body(&post(stack, "/api/auth/login", login(NEW)).await, 200);
    let found = user(&world).await;
    assert_eq!(found["has_password"], true, "{found}");
    assert_eq!(found.get("password_withdrawn_at"), None, "{found}");
    let events = stack.audited(AuditKind::UserChanged).await;
    let required = |event: &doorward_domain::model::AuditEvent| {
        event.detail.get("change") == Some(&json!("new password required"))
    };
    assert_eq!(events.iter().filter(|event| required(event)).count(), 1);
}

async fn access_is_kept_by_choice(stack: &Stack) {
    let world = World::new(stack).await;
    let tokens = sign_in(stack, "alice").await;
    let made = require(&world, json!({ "keep_access": true, "notify": false })).await;
    assert_eq!(json!([made["done"], made["keep_access"]]), json!([1, true]));
    body(&refresh(stack, &tokens.refresh).await, 200);
    let page = post(stack, "/api/auth/login", login(PASSWORD)).await;
    problem(&page, 401, "sign-in-rejected");
    stack.wait_for_jobs().await;
    assert!(stack.mails(ALICE).await.is_empty());
    // A second run finds the requested state.
    let again = require(&world, json!({})).await;
    assert_eq!(again["done"], 1, "{again}");
    assert!(stack.mails(ALICE).await.is_empty());
}

async fn option_is_for_this_action_only(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "action": "disable", "ids": [world.id("alice")], "keep_access": true });
    let page = world.call("admin", "POST", BULK, Some(&body)).await;
    let found = problem(&page, 400, "invalid-input");
    assert_eq!(found["errors"][0]["field"], "keep_access", "{found}");
}
