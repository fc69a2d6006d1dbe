//! Callers with more groups than a token carries.

use doorward_access::introspection::IntrospectionClient;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::articles::article;
use crate::database::Backend;
use crate::fixture::{Caller, Fixture, header, problem};
use crate::projects::project;

const ALL: &str = "tasks:read tasks:write tasks:delete projects:create content:read content:write \
                   content:publish tasks:audit decisions:read";

async fn start(backend: Backend) -> Fixture {
    Fixture::configured(backend, |config| {
        config.introspection = Some(IntrospectionClient {
            client_id: "tasks-api".to_owned(),
            client_secret: "secret".to_owned(),
        });
    })
    .await
}

/// Returns a caller whose token lacks the groups, which the issuer knows.
fn caller(fixture: &Fixture) -> Caller<'_> {
    let mut groups: Vec<String> = (0..200)
        .map(|number| format!("/group-{number:03}"))
        .collect();
    groups.push("/sales".to_owned());
    let jti = "the-token";
    let cut = json!({"overage": ["groups"], "groups": ["/group-000"], "jti": jti});
    let response = json!({
        "active": true, "token_type": "Bearer", "iss": fixture.issuer.url(),
        "aud": [fixture.audience()], "sub": "bob", "client_id": "app", "jti": jti,
        "groups": groups, "entitlements": ALL.split_whitespace().collect::<Vec<_>>(),
    });
    fixture.issuer.introspect(200, response);
    fixture.caller("bob", ALL, &cut)
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn user_in_two_hundred_groups_uses_everything(#[case] backend: Backend) {
    let fixture = start(backend).await;
    let mona = fixture.person("mona", ALL);
    let body = json!({"name": "p", "department": "sales", "confidentiality": "confidential"});
    let of_sales = project(&mona, body).await;
    let bob = caller(&fixture);
    // A group that the token does not carry opens the project.
    assert_eq!(bob.get(&of_sales).await.status(), StatusCode::OK);
    let task = bob.create_titled("t").await;
    for (method, path, body, expected) in [
        (Method::GET, "/api/tasks/", json!(null), 200),
        (Method::GET, task.as_str(), json!(null), 200),
        (Method::PATCH, task.as_str(), json!({"status": "done"}), 200),
        (Method::DELETE, task.as_str(), json!(null), 204),
        (Method::GET, "/api/projects/", json!(null), 200),
        (Method::POST, "/api/projects/", json!({"name": "own"}), 201),
        (Method::GET, "/api/articles/", json!(null), 200),
        (Method::GET, "/api/categories/", json!(null), 200),
        (Method::GET, "/api/audit/", json!(null), 200),
        (Method::GET, "/api/v2/tasks/", json!(null), 200),
    ] {
        let response = bob.send(method.clone(), path, body).await;
        assert_eq!(response.status(), expected, "{method} {path}");
    }
    article(&bob, json!({"title": "a", "published": true})).await;
    let asked = fixture.issuer.take_requests();
    let asked = asked
        .iter()
        .filter(|request| request.starts_with("introspect"));
    assert_eq!(asked.count(), 1, "one call for a token");
}

/// A rule that forbids a group sees one that the token does not carry.
#[actix_web::test]
async fn omitted_group_is_seen_by_rule() {
    let directory = tempfile::tempdir().unwrap();
    let rule = "@because(\"not for sales\") forbid (principal, action, resource is Task) \
                when { principal.groups.contains(\"/sales\") };";
    std::fs::write(directory.path().join("own.cedar"), rule).unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.introspection = Some(IntrospectionClient {
            client_id: "tasks-api".to_owned(),
            client_secret: "secret".to_owned(),
        });
    })
    .await;
    let bob = caller(&fixture);
    let refused = bob
        .send(Method::POST, "/api/tasks/", json!({"title": "t"}))
        .await;
    let refused = problem(refused, 403).await;
    assert_eq!(refused["reasons"][0]["detail"], "not for sales");
}

#[actix_web::test]
async fn unavailable_issuer_is_503() {
    let fixture = start(Backend::Sqlite).await;
    let mona = fixture.person("mona", ALL);
    mona.create_titled("t").await;
    let bob = caller(&fixture);
    for status in [500, 503, 401, 404] {
        fixture.issuer.introspect(status, json!({}));
        for path in ["/api/tasks/", "/api/projects/", "/api/articles/"] {
            let response = bob.get(path).await;
            assert!(!header(&response, "retry-after").is_empty());
            assert!(header(&response, "www-authenticate").is_empty());
            let body = problem(response, 503).await;
            assert_eq!(body["type"], "urn:doorward:problem:unavailable");
        }
        // Others are not affected.
        assert_eq!(mona.get("/api/tasks/").await.status(), StatusCode::OK);
        fixture.clock.advance(2);
    }
    let again = caller(&fixture);
    assert_eq!(again.get("/api/tasks/").await.status(), StatusCode::OK);
}

#[actix_web::test]
async fn server_without_introspection_names_setting() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let bob = caller(&fixture);
    let response = bob.get("/api/tasks/").await;
    let body: Value = problem(response, 401).await;
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains("token introspection"), "{detail}");
}
