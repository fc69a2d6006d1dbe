//! Opening an object to more readers is a separate action, whatever field and whatever form of
//! request does it.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::articles::article;
use crate::database::Backend;
use crate::fixture::{ADMIN, Caller, DEVELOPER, Fixture, problem};
use crate::projects::{CREATOR, project};

/// May write articles, but not publish them.
const WRITER: &str = "content:read content:write";
const PUBLISHER: &str = "content:read content:write content:publish";
const EDITOR: &str = "content:read content:write content:edit_all";

/// Returns the action of a denial.
async fn refused_action(fixture: &Fixture, response: reqwest::Response) -> Value {
    let refused = problem(response, 403).await;
    let id = refused["decision_id"].as_str().unwrap();
    let auditor = fixture.person("auditor", "tasks:read decisions:read");
    let decision = auditor.get(&format!("/api/admin/decisions/{id}")).await;
    decision.json::<Value>().await.unwrap()["action"].clone()
}

/// Creates an article of Ann with these fields in addition to the usual ones.
async fn published(fixture: &Fixture, fields: &Value) -> String {
    let mut body = json!({"title": "t", "manager": "max", "published": true});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    article(&fixture.person("ann", PUBLISHER), body).await
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn opening_published_article_requires_publishing(#[case] backend: Backend) {
    let fixture = Fixture::configured(backend, |config| config.limits_multiplier = 1000.0).await;
    let restricted = json!({"confidentiality": "restricted", "plan": "pro", "department": "sales"});
    let paid = json!({"confidentiality": "public", "plan": "pro"});
    let department = json!({"confidentiality": "confidential", "department": "sales"});
    let draft = json!({"confidentiality": "restricted", "published": false});
    for (fields, change, opens) in [
        (&restricted, json!({"confidentiality": "public"}), true),
        (
            &restricted,
            json!({"confidentiality": "public", "plan": null}),
            true,
        ),
        (
            &restricted,
            json!({"confidentiality": "internal", "title": "u"}),
            true,
        ),
        (
            &restricted,
            json!({"confidentiality": "confidential"}),
            true,
        ),
        (&restricted, json!({"manager": "eve"}), true),
        (&restricted, json!({"manager": null}), false),
        (&restricted, json!({"plan": null}), false),
        (&restricted, json!({"department": "engineering"}), false),
        (&restricted, json!({"title": "u", "body": "b"}), false),
        (&restricted, json!({"confidentiality": "restricted"}), false),
        (&paid, json!({"plan": null}), true),
        (&paid, json!({"plan": "free"}), true),
        (
            &paid,
            json!({"plan": null, "confidentiality": "internal"}),
            true,
        ),
        (&paid, json!({"confidentiality": "internal"}), false),
        (
            &paid,
            json!({"confidentiality": "restricted", "plan": null}),
            false,
        ),
        (&department, json!({"department": "engineering"}), true),
        (&department, json!({"confidentiality": "internal"}), true),
        (&department, json!({"department": null}), false),
        (&department, json!({"plan": "pro"}), false),
        // Withdrawing is part of publishing.
        (&department, json!({"published": false}), true),
        (
            &department,
            json!({"published": false, "confidentiality": "public"}),
            true,
        ),
        // A draft has no readers but those who write it.
        (
            &draft,
            json!({"confidentiality": "public", "plan": null}),
            false,
        ),
        (&draft, json!({"manager": "eve"}), false),
        (&draft, json!({"published": true}), true),
    ] {
        for (subject, entitlements) in [("ann", WRITER), ("max", WRITER), ("eddy", EDITOR)] {
            let path = published(&fixture, fields).await;
            let caller = fixture.person(subject, entitlements);
            let response = caller.send(Method::PATCH, &path, change.clone()).await;
            let case = format!("{subject} {fields} {change}");
            if opens {
                assert_eq!(
                    refused_action(&fixture, response).await,
                    "publish",
                    "{case}"
                );
            } else {
                assert_eq!(response.status(), StatusCode::OK, "{case}");
            }
        }
        let path = published(&fixture, fields).await;
        let max = fixture.person("max", PUBLISHER);
        let response = max.send(Method::PATCH, &path, change.clone()).await;
        assert_eq!(response.status(), StatusCode::OK, "{fields} {change}");
    }
    // The former readers stay.
    let path = published(&fixture, &restricted).await;
    let max = fixture.person("max", WRITER);
    let merge = max.request(Method::PATCH, &path);
    let merge = merge.header("content-type", "application/merge-patch+json");
    let body = json!({"confidentiality": "public", "plan": null}).to_string();
    problem(merge.body(body).send().await.unwrap(), 403).await;
    problem(fixture.person("rita", "content:read").get(&path).await, 404).await;
    let body = json!({"title": "t", "confidentiality": "public", "published": true});
    let refused = max.send(Method::POST, "/api/articles/", body).await;
    assert_eq!(refused_action(&fixture, refused).await, "publish");
}

/// Creates a project of Mona with Ann and Bob as members, and returns its ID.
async fn with_members(fixture: &Fixture, level: &str) -> String {
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p", "confidentiality": level})).await;
    for (subject, body) in [
        ("ann", json!({})),
        ("bob", json!({"permissions": ["tasks"]})),
        ("lead", json!({"role": "lead"})),
    ] {
        let member = format!("{path}/members/{subject}");
        assert_eq!(mona.send(Method::PUT, &member, body).await.status(), 200);
    }
    path.rsplit('/').next().unwrap().to_owned()
}

fn person<'a>(fixture: &'a Fixture, subject: &str) -> Caller<'a> {
    match subject {
        "admin" => fixture.person(subject, ADMIN),
        "boss" => fixture.caller(subject, DEVELOPER, &json!({"managed_groups": ["/sales"]})),
        _ => fixture.person(subject, DEVELOPER),
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn opening_task_is_action_of_its_own(#[case] backend: Backend) {
    let fixture = Fixture::configured(backend, |config| config.limits_multiplier = 1000.0).await;
    let internal = with_members(&fixture, "internal").await;
    let confidential = with_members(&fixture, "confidential").await;
    let restricted = with_members(&fixture, "restricted").await;
    let (outside, open) = (Value::Null, json!(internal));
    let (closed, secret) = (json!(confidential), json!(restricted));
    // A task of Ann with the assignee Bob and the department sales.
    for (place, subject, change, allowed) in [
        (&outside, "bob", json!({"assignee": "carl"}), false),
        (&outside, "bob", json!({"department": "engineering"}), false),
        (
            &outside,
            "bob",
            json!({"department": "engineering", "status": "done"}),
            false,
        ),
        (
            &outside,
            "bob",
            json!({"status": "done", "priority": "urgent"}),
            true,
        ),
        (
            &outside,
            "bob",
            json!({"assignee": "bob", "department": "sales"}),
            true,
        ),
        (&outside, "bob", json!({"assignee": null}), true),
        (&outside, "bob", json!({"assignee": "ann"}), true),
        (
            &outside,
            "bob",
            json!({"department": null, "title": "u"}),
            true,
        ),
        (
            &outside,
            "ann",
            json!({"assignee": "carl", "department": "engineering"}),
            true,
        ),
        (&outside, "admin", json!({"assignee": "carl"}), true),
        (&outside, "boss", json!({"assignee": "carl"}), true),
        // Members of the project read its tasks.
        (&open, "bob", json!({"assignee": "lead"}), true),
        (&open, "bob", json!({"assignee": "carl"}), false),
        (&open, "bob", json!({"department": "engineering"}), false),
        (&open, "ann", json!({"assignee": "carl"}), true),
        (&open, "lead", json!({"assignee": "carl"}), true),
        (&open, "mona", json!({"assignee": "carl"}), true),
        (&closed, "bob", json!({"assignee": "lead"}), true),
        (&closed, "bob", json!({"assignee": "carl"}), false),
        (&closed, "ann", json!({"assignee": "lead"}), true),
        (&closed, "ann", json!({"assignee": "carl"}), false),
        (&closed, "ann", json!({"department": "engineering"}), false),
        (
            &closed,
            "lead",
            json!({"assignee": "carl", "department": "engineering"}),
            true,
        ),
        (&closed, "admin", json!({"assignee": "carl"}), false),
        (&closed, "boss", json!({"assignee": "carl"}), false),
        (&secret, "ann", json!({"assignee": "lead"}), true),
        (&secret, "ann", json!({"assignee": "carl"}), false),
        (&secret, "lead", json!({"assignee": "carl"}), true),
    ] {
        for method in [Method::PATCH, Method::PUT] {
            let ann = person(&fixture, "ann");
            let task = json!({
                "title": "t", "project": place, "assignee": "bob", "department": "sales",
            });
            let task = ann.create(task).await;
            let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
            let mut body = change.clone();
            if method == Method::PUT {
                // A replacement states everything.
                let mut whole = json!({
                    "title": "t", "project": place, "assignee": "bob", "department": "sales",
                });
                for (name, value) in body.as_object().unwrap() {
                    whole[name] = value.clone();
                }
                body = whole;
            }
            let caller = person(&fixture, subject);
            let response = caller.send(method.clone(), &path, body).await;
            let case = format!("{method} {place} {subject} {change}");
            if allowed {
                assert_eq!(response.status(), StatusCode::OK, "{case}");
                continue;
            }
            assert_eq!(refused_action(&fixture, response).await, "share", "{case}");
            let stored: Value = ann.get(&path).await.json().await.unwrap();
            assert_eq!(
                (&stored["assignee"], &stored["status"]),
                (&json!("bob"), &json!("todo"))
            );
        }
    }
}

/// Rules of an operator by which other fields decide about readers.
const BY_STATUS: &str = r#"
@id("own.done_is_open")
permit (principal, action == Action::"read", resource is Task)
when { resource.status == "done" };
@id("own.completed_projects_hide_tasks")
forbid (principal, action == Action::"read", resource is Task)
when { resource has project && resource.project.status == "completed" };
@id("own.cancelled")
forbid (principal, action == Action::"read", resource is Project)
when { resource.status == "cancelled" }
unless { principal.may_edit.contains(resource) || resource.owner == principal };
"#;

#[actix_web::test]
async fn fields_of_own_rules_decide_about_readers() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.cedar"), BY_STATUS).unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let (ann, bob) = (person(&fixture, "ann"), person(&fixture, "bob"));
    let task = ann.create(json!({"title": "t", "assignee": "bob"})).await;
    let task = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    let done = || json!({"status": "done"});
    let response = bob.send(Method::PATCH, &task, done()).await;
    assert_eq!(refused_action(&fixture, response).await, "share");
    let going = json!({"status": "in_progress"});
    assert_eq!(bob.send(Method::PATCH, &task, going).await.status(), 200);
    assert_eq!(ann.send(Method::PATCH, &task, done()).await.status(), 200);

    let mona = fixture.person("mona", CREATOR);
    for closed in ["cancelled", "completed"] {
        let path = project(&mona, json!({"name": "p", "status": closed})).await;
        let editor = format!("{path}/members/editor");
        let body = json!({"permissions": ["edit"]});
        assert_eq!(mona.send(Method::PUT, &editor, body).await.status(), 200);
        let editor = person(&fixture, "editor");
        let open = || json!({"status": "active"});
        let response = editor.send(Method::PATCH, &path, open()).await;
        let action = refused_action(&fixture, response).await;
        assert_eq!(action, "lower_confidentiality", "{closed}");
        let response = mona.send(Method::PATCH, &path, open()).await;
        assert_eq!(response.status(), 200);
        let closes = editor.send(Method::PATCH, &path, json!({"status": closed}));
        assert_eq!(closes.await.status(), 200, "{closed}");
    }
}
