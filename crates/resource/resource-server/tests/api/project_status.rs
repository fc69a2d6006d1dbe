//! The status of projects: input, list, and rules.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, problem};
use crate::projects::{CREATOR, project};

const STATUSES: [&str; 4] = ["planning", "active", "completed", "cancelled"];

/// Returns the names of the listed projects, in their order of creation.
async fn names(person: &Caller<'_>, query: &str) -> Vec<String> {
    let path = format!("/api/projects/?ordering=created_at&{query}");
    let page: Value = person.get(&path).await.json().await.unwrap();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn status(person: &Caller<'_>, path: &str) -> Value {
    person.get(path).await.json::<Value>().await.unwrap()["status"].clone()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn project_status_is_stored_listed_and_checked(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let plain = project(&mona, json!({"name": "plain"})).await;
    assert_eq!(status(&mona, &plain).await, "active");
    fixture.clock.advance(1);
    for name in STATUSES {
        let path = project(&mona, json!({"name": name, "status": name})).await;
        assert_eq!(status(&mona, &path).await, name);
        fixture.clock.advance(1);
    }
    assert_eq!(
        names(&mona, "status=completed,planning").await,
        ["planning", "completed"]
    );
    assert_eq!(names(&mona, "status=active").await, ["plain", "active"]);

    let done = json!({"status": "completed"});
    let response = mona.send(Method::PATCH, &plain, done).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(status(&mona, &plain).await, "completed");
    // A replacement without the status sets the default.
    let response = mona.send(Method::PUT, &plain, json!({"name": "p"})).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(status(&mona, &plain).await, "active");

    for bad in [json!("done"), json!(""), json!("Active")] {
        for (method, path) in [
            (Method::PATCH, plain.as_str()),
            (Method::POST, "/api/projects/"),
        ] {
            let body = json!({"name": "x", "status": bad});
            let body = problem(mona.send(method, path, body).await, 400).await;
            assert_eq!(
                (&body["errors"][0]["field"], &body["errors"][0]["code"]),
                (&json!("status"), &json!("invalid")),
                "{bad}"
            );
        }
    }
    let null = mona.send(Method::PATCH, &plain, json!({"status": null}));
    let body = problem(null.await, 400).await;
    assert_eq!(body["errors"][0]["code"], "wrong_type");
    let body = problem(mona.get("/api/projects/?status=done").await, 400).await;
    assert_eq!(body["errors"][0]["field"], "status");
}

const CLOSED: &str = r#"
@id("own.closed_project")
@because("the project is completed")
forbid (principal, action in [Action::"create", Action::"update"], resource is Task)
when { resource has project && resource.project.status == "completed" };
@id("own.cancelled_project")
forbid (principal, action == Action::"read", resource is Project)
when { resource.status == "cancelled" };
"#;

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rule_decides_by_project_status(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.cedar"), CLOSED).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p", "status": "planning"})).await;
    let body = json!({"title": "t", "project": path.rsplit('/').next()});
    mona.create(body.clone()).await;
    let done = json!({"status": "completed"});
    let response = mona.send(Method::PATCH, &path, done).await;
    assert_eq!(response.status(), StatusCode::OK);
    let refused = problem(mona.send(Method::POST, "/api/tasks/", body).await, 403).await;
    assert_eq!(refused["reasons"][0]["detail"], "the project is completed");
    // The list and the object follow the same rule.
    let bob = fixture.person("bob", DEVELOPER);
    assert_eq!(names(&bob, "").await, ["p"]);
    let cancelled = json!({"status": "cancelled"});
    assert_eq!(
        mona.send(Method::PATCH, &path, cancelled).await.status(),
        StatusCode::OK
    );
    assert_eq!(names(&bob, "").await, Vec::<String>::new());
    problem(bob.get(&path).await, 404).await;
}
