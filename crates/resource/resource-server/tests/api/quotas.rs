//! Quotas of tasks, projects and articles.

use doorward_resource_server::Quotas;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, Fixture, header, problem};

const ALL: &str = "tasks:read tasks:write tasks:delete projects:create content:read content:write";

/// The lists, and a body that creates an object of each.
fn kinds() -> [(&'static str, Value); 3] {
    [
        ("/api/tasks/", json!({"title": "t"})),
        ("/api/projects/", json!({"name": "p"})),
        ("/api/articles/", json!({"title": "a"})),
    ]
}

async fn create(caller: &Caller<'_>, list: &str, body: &Value) -> String {
    let response = caller.send(Method::POST, list, body.clone()).await;
    assert_eq!(response.status(), StatusCode::CREATED, "{list}");
    header(&response, "location").to_owned()
}

async fn reject(caller: &Caller<'_>, list: &str, body: &Value, setting: &str) {
    let response = caller.send(Method::POST, list, body.clone()).await;
    let problem = problem(response, 409).await;
    assert_eq!(
        problem["type"], "urn:doorward:problem:quota-reached",
        "{list}"
    );
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains(setting) && detail.contains("Delete"),
        "{detail}"
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn quota_of_owner_and_organization_limits_each_kind(#[case] backend: Backend) {
    let quotas = Quotas {
        owner: 2,
        organization: 3,
    };
    let fixture = Fixture::configured(backend, |config| config.quotas = quotas).await;
    let (alice, bob) = (fixture.person("alice", ALL), fixture.person("bob", ALL));
    let elsewhere = fixture.caller("alice", ALL, &json!({"org": "acme"}));
    for (list, body) in kinds() {
        let first = create(&alice, list, &body).await;
        create(&alice, list, &body).await;
        reject(&alice, list, &body, "tasks.limits.owner_objects").await;
        create(&bob, list, &body).await;
        reject(&bob, list, &body, "tasks.limits.organization_objects").await;
        // Another organization has its own quotas.
        create(&elsewhere, list, &body).await;
        // A deletion permits another creation.
        assert_eq!(alice.delete(&first).await.status(), StatusCode::NO_CONTENT);
        create(&bob, list, &body).await;
        reject(&bob, list, &body, "tasks.limits.owner_objects").await;
    }
    // Rejected creations left nothing.
    for table in ["tasks", "projects", "articles", "tasks_search"] {
        let expected = if table == "tasks_search" { 12 } else { 4 };
        let rows = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(fixture.number(&rows).await, expected, "{table}");
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn concurrent_creations_do_not_exceed_quota(#[case] backend: Backend) {
    let quotas = Quotas {
        owner: 3,
        organization: 100,
    };
    let fixture = Fixture::configured(backend, |config| config.quotas = quotas).await;
    let alice = fixture.person("alice", ALL);
    for (list, body) in kinds() {
        let creations = (0..12).map(|_| alice.send(Method::POST, list, body.clone()));
        let mut created = 0;
        for response in join_all(creations).await {
            match response.status() {
                StatusCode::CREATED => created += 1,
                status => assert_eq!(status, StatusCode::CONFLICT, "{list}"),
            }
        }
        assert_eq!(created, 3, "{list}");
    }
}
