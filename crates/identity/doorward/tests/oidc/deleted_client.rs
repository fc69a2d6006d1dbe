//! Tests of requests in the second for which a replica still knows a client that was deleted by
//! another process.

use doorward_access::clock::Clock as _;
use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Client, ClientId};
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Stack, TestClient, UserAgent, both_backends};

use crate::device::begin;
use crate::par::push;
use crate::support::{
    EVERYTHING, assert_error_page, assert_oauth_error, is_active, sign_in, text, tokens,
};

both_backends!(
    code_is_not_issued,
    sign_in_ends_with_error,
    consent_is_not_stored,
    request_is_not_pushed,
    device_request_does_not_begin,
    tokens_are_not_refreshed,
    new_client_does_not_get_tokens_of_former_one,
    client_is_known_as_soon_as_it_exists,
);

/// Deletes a client from another process: the server's caches keep it.
async fn delete(stack: &Stack, client: &TestClient) {
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let id = ClientId::parse(&client.id).unwrap();
    clients::delete(&operator, &id).await.unwrap();
    db.close().await.unwrap();
}

async fn code_is_not_issued(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    request.start(&agent).await.code();
    delete(stack, &stack.seed.trusted).await;
    let page = request.start(&agent).await.expect_page();
    assert_error_page(&page);
}

async fn sign_in_ends_with_error(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let form = request.start(&agent).await.expect_page().form("#login");
    delete(stack, &stack.seed.trusted).await;
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let page = agent.follow(agent.submit(&form).await, "").await;
    assert_error_page(&page);
}

async fn consent_is_not_stored(stack: &Stack) {
    let agent = UserAgent::new();
    let trusted = Authorization::new(stack.issuer(), &stack.seed.trusted);
    trusted.complete(&agent, "alice").await.code();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let page = request.start(&agent).await.expect_page();
    let form = page.form("form:has([name=decision])");
    delete(stack, &stack.seed.web).await;
    let page = agent.submit(&form.with("decision", "allow")).await;
    assert_error_page(&page);
}

async fn request_is_not_pushed(stack: &Stack) {
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client);
    assert_eq!(push(stack, client, &request).await.status, 201);
    delete(stack, client).await;
    let page = push(stack, client, &request).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn device_request_does_not_begin(stack: &Stack) {
    let client = &stack.seed.device;
    let fields = [("scope", "tasks:read")];
    assert_eq!(begin(stack, client, &fields).await.status, 200);
    delete(stack, client).await;
    let page = begin(stack, client, &fields).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

/// The grant is gone with the client, so the refresh token is unknown.
async fn tokens_are_not_refreshed(stack: &Stack) {
    let client = &stack.seed.trusted;
    let token = text(&sign_in(stack, client, EVERYTHING).await, "refresh_token");
    delete(stack, client).await;
    let page = stack.refresh(client, &token).await;
    assert!([400, 401].contains(&page.status), "{}", page.dump());
}

/// Checks a client's own token, which has no grant that ends with the client.
async fn new_client_does_not_get_tokens_of_former_one(stack: &Stack) {
    let service = &stack.seed.service;
    let ask = async || {
        let fields = [("grant_type", "client_credentials")];
        text(
            &tokens(&stack.token(service, &fields).await),
            "access_token",
        )
    };
    let is_active = async |token: &str| {
        stack.clear_caches();
        is_active(stack, &stack.seed.tasks_api, token).await
    };
    let former = ask().await;
    assert!(is_active(&former).await);
    let db = stack.db().await;
    let id = ClientId::parse(&service.id).unwrap();
    let found = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    delete(stack, service).await;
    assert!(!is_active(&former).await);
    stack.clock.advance(10);
    let again = Client {
        created_at: stack.clock.now(),
        ..found
    };
    let tx = db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &again).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    assert!(!is_active(&former).await);
    assert!(is_active(&ask().await).await);
}

/// Another process creates a client of which this one was asked just before.
async fn client_is_known_as_soon_as_it_exists(stack: &Stack) {
    let id = ClientId::parse("announced").unwrap();
    let known = ClientId::parse(&stack.seed.trusted.id).unwrap();
    let announced = TestClient {
        id: id.to_string(),
        ..stack.seed.trusted.clone()
    };
    let request = Authorization::new(stack.issuer(), &announced);
    let agent = UserAgent::new();
    assert_error_page(&request.start(&agent).await.expect_page());
    let db = stack.db().await;
    let client = repo::clients::find(db.read(), &known).await;
    let client = Client {
        id,
        ..client.unwrap().unwrap()
    };
    let tx = db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let page = request.start(&agent).await.expect_page();
    assert!(page.has("#login"), "{}", page.dump());
}
