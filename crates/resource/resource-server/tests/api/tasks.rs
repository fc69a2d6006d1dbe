//! Single tasks: create, read, replace, change and delete the caller's own and those of other
//! users.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{ADMIN, DEVELOPER, Fixture, MANAGER, header, problem};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn task_is_created_changed_and_deleted(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let body = json!({
        "title": "Größe 🦀 \"quoted\" <b>", "description": "a\nb\tc", "status": "in_progress",
        "priority": "urgent", "due_date": "2026-12-24"
    });
    let response = alice.send(Method::POST, "/api/tasks/", body.clone()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let path = header(&response, "location").to_owned();
    assert_eq!(header(&response, "etag"), "\"v1\"");
    let mut expected = body;
    expected["id"] = json!(path.strip_prefix("/api/tasks/").unwrap());
    expected["owner_subject"] = json!("alice");
    expected["created_at"] = json!("2026-11-20T10:00:00Z");
    expected["updated_at"] = json!("2026-11-20T10:00:00Z");
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
    assert_eq!(
        alice.get(&path).await.json::<Value>().await.unwrap(),
        expected
    );

    fixture.clock.advance(60);
    let change = json!({"status": "done", "due_date": null});
    let response = alice.send(Method::PATCH, &path, change).await;
    assert_eq!(
        (response.status(), header(&response, "etag")),
        (StatusCode::OK, "\"v2\"")
    );
    expected["status"] = json!("done");
    expected["due_date"] = json!(null);
    expected["updated_at"] = json!("2026-11-20T10:01:00Z");
    assert_eq!(response.json::<Value>().await.unwrap(), expected);

    let response = alice
        .send(Method::PUT, &path, json!({"title": "New"}))
        .await;
    let replaced: Value = response.json().await.unwrap();
    assert_eq!(replaced["title"], "New");
    assert_eq!(
        (&replaced["description"], &replaced["status"]),
        (&json!(""), &json!("todo"))
    );
    assert_eq!(
        (&replaced["priority"], &replaced["id"]),
        (&json!("medium"), &expected["id"])
    );
    assert_eq!(replaced["created_at"], expected["created_at"]);

    let response = alice.delete(&path).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.bytes().await.unwrap().len(), 0);
    problem(alice.get(&path).await, 404).await;
    problem(alice.delete(&path).await, 404).await;
    problem(alice.send(Method::PATCH, &path, json!({})).await, 404).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn task_of_other_user_is_not_found(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let bob = fixture.person("bob", DEVELOPER);
    let path = alice.create_titled("Alice's").await;
    let missing = "/api/tasks/0190163d-8694-739b-aea5-966c26f8ad91";
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let foreign = bob
            .send(method.clone(), &path, json!({"title": "Bob's"}))
            .await;
        let foreign = problem(foreign, 404).await;
        let nothing = bob.send(method, missing, json!({"title": "Bob's"})).await;
        assert_eq!(foreign, problem(nothing, 404).await);
    }
    // A correct or a wrong version makes no difference.
    for tag in ["\"v1\"", "\"v9\"", "*"] {
        let request = bob.request(Method::DELETE, &path).header("if-match", tag);
        problem(request.send().await.unwrap(), 404).await;
    }
    assert_eq!(bob.titles("/api/tasks/").await, Vec::<String>::new());
    assert_eq!(
        bob.titles("/api/tasks/?search=alice").await,
        Vec::<String>::new()
    );
    problem(bob.get("/api/tasks/?owner=alice").await, 403).await;
    let task: Value = alice.get(&path).await.json().await.unwrap();
    assert_eq!(task["title"], "Alice's");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn manager_reads_all_and_admin_does_all(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let path = fixture
        .person("alice", DEVELOPER)
        .create_titled("Alice's")
        .await;
    let mona = fixture.person("mona", MANAGER);
    mona.create_titled("Mona's").await;
    assert_eq!(mona.titles("/api/tasks/").await, ["Mona's", "Alice's"]);
    assert_eq!(mona.titles("/api/tasks/?owner=alice").await, ["Alice's"]);
    assert_eq!(mona.get(&path).await.status(), StatusCode::OK);
    // She can read the task, so the response names the missing permission.
    for (method, permission) in [
        (Method::PATCH, "tasks:write_all"),
        (Method::PUT, "tasks:write_all"),
        (Method::DELETE, "tasks:delete_all"),
    ] {
        let response = mona
            .send(method, &path, json!({"title": "Mona was here"}))
            .await;
        let body = problem(response, 403).await;
        let reason = &body["reasons"][0];
        assert_eq!(reason["code"], "missing_entitlement");
        assert_eq!(reason["permission"], permission);
    }
    let admin = fixture.person("admin", ADMIN);
    let response = admin
        .send(Method::PATCH, &path, json!({"title": "Changed"}))
        .await;
    let task: Value = response.json().await.unwrap();
    assert_eq!(
        (&task["title"], &task["owner_subject"]),
        (&json!("Changed"), &json!("alice"))
    );
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(admin.titles("/api/tasks/").await, ["Mona's"]);
}

#[actix_web::test]
async fn change_may_require_read_version() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    for (tag, expected) in [
        ("\"v1\"", 200),
        ("\"v1\"", 412),
        ("W/\"v2\"", 412),
        ("\"2\"", 412),
        ("v2", 412),
        ("\"v99999999999999999999\"", 412),
        ("*", 200),
        ("\"v3\"", 200),
        ("\"v1\", \"v4\"", 400),
    ] {
        let request = alice.request(Method::PATCH, &path).header("if-match", tag);
        let response = request.json(&json!({"title": tag})).send().await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{tag}");
    }
    let request = alice
        .request(Method::DELETE, &path)
        .header("if-match", "\"v1\"");
    problem(request.send().await.unwrap(), 412).await;
    let request = alice
        .request(Method::DELETE, &path)
        .header("if-match", "\"v4\"");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
}
