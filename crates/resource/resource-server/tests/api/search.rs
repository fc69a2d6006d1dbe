//! Search by words in tasks, projects and articles.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, MANAGER, header};

const EVERYTHING: &str = "tasks:read tasks:write tasks:delete projects:create projects:write_all \
                          content:read content:write";

/// Returns the number of objects that a search finds.
async fn found(caller: &Caller<'_>, list: &str, text: &str) -> usize {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let response = caller.get(&format!("{list}?search={text}")).await;
    assert_eq!(response.status(), StatusCode::OK, "{list} {text}");
    let page: Value = response.json().await.unwrap();
    page["items"].as_array().unwrap().len()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn search_follows_every_change(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let ann = fixture.person("ann", EVERYTHING);
    for (list, text) in [
        ("/api/tasks/", "title"),
        ("/api/projects/", "name"),
        ("/api/articles/", "title"),
    ] {
        let body = json!({text: "Größe des Projekts 日本語 'x\" OR"});
        let created = ann.send(Method::POST, list, body).await;
        assert_eq!(created.status(), StatusCode::CREATED, "{list}");
        let path = header(&created, "location").to_owned();
        for (search, expected) in [
            ("grosse", 1),
            ("GRÖS projek", 1),
            ("本語", 1),
            ("rojekt", 0),
            ("\"", 0),
            ("x' OR 1 --", 0),
            ("* NOT grosse", 0),
            ("gro* AND", 0),
            ("or x", 1),
            (" ", 1),
        ] {
            assert_eq!(found(&ann, list, search).await, expected, "{list} {search}");
        }
        let renamed = ann.send(Method::PATCH, &path, json!({text: "Other"})).await;
        assert_eq!(renamed.status(), StatusCode::OK, "{list}");
        assert_eq!(found(&ann, list, "grosse").await, 0, "{list}");
        assert_eq!(found(&ann, list, "oth").await, 1, "{list}");
        if list != "/api/projects/" {
            assert_eq!(ann.delete(&path).await.status(), StatusCode::NO_CONTENT);
            assert_eq!(found(&ann, list, "oth").await, 0, "{list}");
        }
    }
    let rows = "SELECT COUNT(*) FROM tasks_search WHERE words IS NULL OR kind <> 'project'";
    assert_eq!(fixture.number(rows).await, 0);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn search_reads_description_and_obeys_policies(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let long = format!("{} needle", "straw ".repeat(1600));
    let task = alice
        .create(json!({"title": "t", "description": long}))
        .await;
    let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(found(&alice, "/api/tasks/", "need t").await, 1);
    // A change of another text keeps the words of the description.
    alice
        .send(Method::PATCH, &path, json!({"title": "u"}))
        .await;
    assert_eq!(found(&alice, "/api/tasks/", "needle u").await, 1);
    alice
        .send(Method::PATCH, &path, json!({"status": "done"}))
        .await;
    assert_eq!(found(&alice, "/api/tasks/", "needle").await, 1);
    alice.send(Method::PUT, &path, json!({"title": "u"})).await;
    assert_eq!(found(&alice, "/api/tasks/", "needle").await, 0);
    alice
        .send(Method::PATCH, &path, json!({"description": "needle"}))
        .await;
    for (subject, permissions, org, expected) in [
        ("alice", DEVELOPER, None, 1),
        ("bob", DEVELOPER, None, 0),
        ("mona", MANAGER, None, 1),
        ("mona", MANAGER, Some("acme"), 0),
    ] {
        let claims = org.map_or_else(|| json!({}), |org| json!({"org": org}));
        let caller = fixture.caller(subject, permissions, &claims);
        assert_eq!(
            found(&caller, "/api/tasks/", "needle").await,
            expected,
            "{subject} {org:?}"
        );
    }
    // Pages of a search continue where the former one ended.
    for number in 0..5 {
        alice.create_titled(&format!("needle {number}")).await;
    }
    let mut path = "/api/tasks/?search=needle&limit=2".to_owned();
    let mut sizes = Vec::new();
    loop {
        let response = alice.get(&path).await;
        let link = header(&response, "link").to_owned();
        let page: Value = response.json().await.unwrap();
        sizes.push(page["items"].as_array().unwrap().len());
        let Some(next) = link.split(['<', '>']).nth(1) else {
            break;
        };
        next.clone_into(&mut path);
    }
    assert_eq!(sizes, [2, 2, 2]);
}
