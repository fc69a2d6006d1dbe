//! Tests of API keys: created on the account page and by the JSON API, used at the tasks API.

mod custom_claims;
mod json;
mod organization;
mod page;
mod rejections;
mod service;
mod versions;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent};
use serde_json::Value;

use crate::support::{is_signed_in, sign_in};

const KEYS: &str = "/account/api-keys";
const NEW: &str = "/account/api-keys/new";
const TASKS: &str = "/api/tasks/";

async fn signed_in(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, name, PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

/// Sends the form for a new key.
async fn ask(stack: &Stack, agent: &UserAgent, scopes: &[&str], networks: &str) -> Page {
    let page = agent.get(stack.at(NEW)).await;
    let mut form = page
        .form("#new-key")
        .with("name", "Laptop")
        .with("networks", networks);
    let scopes = scopes
        .iter()
        .map(|scope| ("scope".to_owned(), (*scope).to_owned()));
    form.fields.extend(scopes);
    agent.submit(&form).await
}

/// Creates an API key with these scopes for the signed-in user and returns it.
pub async fn make(stack: &Stack, agent: &UserAgent, scopes: &[&str]) -> String {
    shown(&ask(stack, agent, scopes, "").await)
}

#[track_caller]
fn shown(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.dump());
    page.text_of("#key").expect("the key")
}

/// Calls the tasks API with this API key.
async fn call(stack: &Stack, path: &str, key: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at_tasks(path));
    agent.send(request.header("x-api-key", key)).await
}

/// Introspects a key as the tasks API, with this machine as the client address.
async fn introspect(stack: &Stack, key: &str) -> Value {
    introspect_from(stack, key, Some("127.0.0.1")).await
}

async fn introspect_from(stack: &Stack, key: &str, address: Option<&str>) -> Value {
    let mut fields = vec![("token", key)];
    fields.extend(address.map(|address| ("client_address", address)));
    let client = &stack.seed.tasks_api;
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

#[track_caller]
fn assert_inactive(answer: &Value) {
    assert_eq!(*answer, serde_json::json!({"active": false}));
}

/// Returns the audit events of this kind, newest first.
async fn audited(stack: &Stack, kind: AuditKind) -> Vec<AuditEvent> {
    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 1000).await.unwrap();
    db.close().await.unwrap();
    events
        .into_iter()
        .filter(|event| event.kind == kind)
        .collect()
}

/// Returns an access token of a first-party client for the account API.
async fn token(stack: &Stack, name: &str, scope: &str) -> String {
    token_of(stack, &stack.seed.trusted, name, scope).await
}

async fn token_of(
    stack: &Stack,
    client: &doorward_testkit::seed::TestClient,
    name: &str,
    scope: &str,
) -> String {
    let request = Authorization::new(stack.issuer(), client).with("scope", scope);
    let code = request.complete(&UserAgent::new(), name).await.code();
    let page = stack.exchange(client, &code).await;
    page.member("access_token").expect("an access token")
}

/// Returns the expiry that is `seconds` from now in RFC 3339, as the JSON API expects it.
fn in_seconds(stack: &Stack, seconds: i64) -> String {
    use time::format_description::well_known::Rfc3339;
    let at = time::OffsetDateTime::from_unix_timestamp(stack.clock.now() + seconds).unwrap();
    at.format(&Rfc3339).unwrap()
}
