//! The operator's own rules: taken at start, changed at run time, refused when broken.

use std::fs;
use std::net::TcpListener;
use std::sync::Arc;

use doorward_access::clock::SystemClock;
use doorward_resource_server::policy::Reloaded;
use doorward_resource_server::{Config, Deps, Server};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, problem};

const CLOSED_AT_NIGHT: &str = r#"
@id("own.business_hours")
@because("the office is closed")
forbid (principal, action, resource is Task)
unless { principal.roles.contains("24x7_access") || (context.hour >= 8 && context.hour < 18) };
"#;

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn a_changed_rule_takes_effect_and_a_broken_one_keeps_the_old(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hours.cedar");
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.time_zone = "Pacific/Auckland".to_owned();
    })
    .await;
    // It is 23 o'clock in Auckland.
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    assert_eq!(alice.get(&path).await.status(), StatusCode::OK);

    fs::write(&file, CLOSED_AT_NIGHT).unwrap();
    fixture.policies.reload();
    problem(alice.get(&path).await, 404).await;
    assert_eq!(alice.titles("/api/tasks/").await, Vec::<String>::new());
    let refused = alice
        .send(Method::POST, "/api/tasks/", json!({"title": "u"}))
        .await;
    let refused = problem(refused, 403).await;
    assert_eq!(refused["reasons"][0]["detail"], "the office is closed");
    let guard = fixture.somebody("alice", DEVELOPER, &json!({"roles": ["24x7_access"]}));
    assert_eq!(guard.get(&path).await.status(), StatusCode::OK);

    fs::write(&file, "forbid (principal, action, resource is Tusk);").unwrap();
    // The server looks for itself as well; whoever comes first finds it.
    let found = fixture.policies.reload();
    assert!(matches!(found, Reloaded::Broken(_) | Reloaded::Unchanged));
    problem(alice.get(&path).await, 404).await;
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["status"], "ok");
    assert!(ready["policies"].as_str().unwrap().contains("broken"));

    fs::remove_file(&file).unwrap();
    fixture.policies.reload();
    assert_eq!(alice.get(&path).await.status(), StatusCode::OK);
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert!(ready.get("policies").is_none());
}

#[actix_web::test]
async fn a_broken_rule_refuses_the_start_with_file_line_and_reason() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("own.cedar");
    fs::write(
        &file,
        "permit (principal, action, resource is Task)\nwhen { resource.size > 3 };",
    )
    .unwrap();
    let url = "http://localhost:8401";
    let mut config = Config::new("sqlite::memory:", "http://localhost:8400", "urn:api", url);
    config.policy_dir = Some(directory.path().to_owned());
    let deps = Deps {
        clock: Arc::new(SystemClock),
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = Server::build(config, deps, listener).await.err().unwrap();
    let refused = refused.to_string();
    assert!(refused.contains("own.cedar:2: "), "{refused}");
    assert!(refused.contains("size"), "{refused}");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn a_rule_that_sql_cannot_say_holds_for_changes_as_well(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let rule = "permit (principal, action, resource is Task)\n\
                when { resource has department && resource.department like \"open*\" };\n\
                forbid (principal, action == Action::\"update\", resource is Task)\n\
                when { resource.status like \"canc*\" };";
    fs::write(directory.path().join("own.cedar"), rule).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let bob = fixture.person("bob", DEVELOPER);
    let mut paths = Vec::new();
    for department in ["open/one", "closed"] {
        let task = alice
            .create(json!({"title": department, "department": department}))
            .await;
        paths.push(format!("/api/tasks/{}", task["id"].as_str().unwrap()));
    }
    assert_eq!(bob.titles("/api/tasks/").await, ["open/one"]);
    let change = || json!({"status": "done"});
    assert_eq!(
        bob.send(Method::PATCH, &paths[0], change()).await.status(),
        200
    );
    problem(bob.send(Method::PATCH, &paths[1], change()).await, 404).await;
    problem(bob.delete(&paths[1]).await, 404).await;
    // Many at once without a version: each is decided on the row that it changes.
    let changes = (0..8).map(|_| bob.send(Method::PATCH, &paths[0], change()));
    for response in futures_util::future::join_all(changes).await {
        assert_eq!(response.status(), StatusCode::OK);
    }
    let cancel = json!({"status": "cancelled"});
    assert_eq!(
        alice.send(Method::PATCH, &paths[0], cancel).await.status(),
        200
    );
    problem(alice.send(Method::PATCH, &paths[0], change()).await, 403).await;
    assert_eq!(bob.delete(&paths[0]).await.status(), StatusCode::NO_CONTENT);
}
