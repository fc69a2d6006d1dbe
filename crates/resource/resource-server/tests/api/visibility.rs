//! Making data readable for more users is a separate action: making a project more open, and moving
//! a task out of it, require the right to manage the project's members.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, problem};
use crate::projects::{CREATOR, project};

/// Permissions for every task, including those in restricted projects.
const TASKS_EDITOR: &str = "tasks:read tasks:write tasks:delete tasks:read_all tasks:write_all \
                            projects:read_all projects:restricted";
/// Those permissions, and the ones to change every project and its members.
const PROJECTS_EDITOR: &str = "tasks:read tasks:write tasks:delete tasks:read_all tasks:write_all \
                               projects:read_all projects:restricted projects:write_all";

/// Creates a project of Mona at this level with a lead, a member, a reviewer and an editor.
async fn with_members(fixture: &Fixture, level: &str) -> String {
    let mona = fixture.person("mona", CREATOR);
    let body = json!({"name": "p", "department": "engineering", "confidentiality": level});
    let path = project(&mona, body).await;
    for (subject, body) in [
        ("lead", json!({"role": "lead"})),
        ("member", json!({"role": "member"})),
        ("reviewer", json!({"role": "reviewer"})),
        (
            "editor",
            json!({"permissions": ["edit", "tasks", "budget"]}),
        ),
    ] {
        let member = format!("{path}/members/{subject}");
        assert_eq!(mona.send(Method::PUT, &member, body).await.status(), 200);
    }
    path
}

fn person<'a>(fixture: &'a Fixture, subject: &str) -> Caller<'a> {
    let entitlements = match subject {
        "mona" => CREATOR,
        "tasks-editor" => TASKS_EDITOR,
        "projects-editor" => PROJECTS_EDITOR,
        _ => DEVELOPER,
    };
    fixture.person(subject, entitlements)
}

/// Returns the action of a denial.
async fn refused_action(fixture: &Fixture, response: reqwest::Response) -> Value {
    let refused = problem(response, 403).await;
    let id = refused["decision_id"].as_str().unwrap();
    let auditor = fixture.person("auditor", "tasks:read decisions:read");
    let decision = auditor.get(&format!("/api/admin/decisions/{id}")).await;
    decision.json::<Value>().await.unwrap()["action"].clone()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn lowering_confidentiality_requires_member_permission(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let public = json!({"confidentiality": "public"});
    for (subject, level, change, expected) in [
        ("mona", "restricted", public.clone(), Ok(())),
        ("lead", "restricted", public.clone(), Ok(())),
        ("projects-editor", "restricted", public.clone(), Ok(())),
        (
            "editor",
            "restricted",
            public.clone(),
            Err("lower_confidentiality"),
        ),
        (
            "editor",
            "internal",
            public.clone(),
            Err("lower_confidentiality"),
        ),
        ("member", "restricted", public.clone(), Err("update")),
        ("reviewer", "restricted", public.clone(), Err("update")),
        ("tasks-editor", "restricted", public.clone(), Err("update")),
        // Another department can read a confidential project; none reads less.
        (
            "editor",
            "confidential",
            json!({"department": "sales"}),
            Err("lower_confidentiality"),
        ),
        (
            "editor",
            "confidential",
            json!({"department": null}),
            Ok(()),
        ),
        (
            "lead",
            "confidential",
            json!({"department": "sales"}),
            Ok(()),
        ),
        // A change that makes nothing more open is an ordinary one.
        (
            "editor",
            "public",
            json!({"confidentiality": "restricted"}),
            Ok(()),
        ),
        // The manager of the department may have the permission for restricted projects.
        (
            "editor",
            "restricted",
            json!({"department": "sales", "name": "q"}),
            Err("lower_confidentiality"),
        ),
        (
            "editor",
            "restricted",
            json!({"department": null, "name": "q"}),
            Ok(()),
        ),
        // All users read an internal project.
        (
            "editor",
            "internal",
            json!({"department": "sales", "status": "completed"}),
            Ok(()),
        ),
    ] {
        let path = with_members(&fixture, level).await;
        let caller = person(&fixture, subject);
        let response = caller.send(Method::PATCH, &path, change.clone()).await;
        let case = format!("{subject} {level} {change}");
        match expected {
            Ok(()) => assert_eq!(response.status(), 200, "{case}"),
            Err(action) => {
                assert_eq!(refused_action(&fixture, response).await, action, "{case}");
                let mona = person(&fixture, "mona");
                let stored: Value = mona.get(&path).await.json().await.unwrap();
                assert_eq!(stored["confidentiality"], level, "{case}");
            }
        }
    }
    // A replacement without the level would make it internal.
    let path = with_members(&fixture, "restricted").await;
    let editor = person(&fixture, "editor");
    let response = editor.send(Method::PUT, &path, json!({"name": "q"})).await;
    assert_eq!(
        refused_action(&fixture, response).await,
        "lower_confidentiality"
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn moving_task_out_requires_member_permission(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let elsewhere = with_members(&fixture, "internal").await;
    let elsewhere = json!(elsewhere.rsplit('/').next());
    for (level, subject, allowed) in [
        ("restricted", "mona", true),
        ("restricted", "lead", true),
        ("restricted", "member", false),
        ("restricted", "editor", false),
        ("restricted", "tasks-editor", false),
        ("restricted", "projects-editor", true),
        ("confidential", "member", false),
        ("confidential", "lead", true),
        ("internal", "member", true),
        ("public", "member", true),
    ] {
        let path = with_members(&fixture, level).await;
        let caller = person(&fixture, subject);
        for target in [Value::Null, elsewhere.clone()] {
            let id = json!(path.rsplit('/').next());
            let body = json!({"title": "t", "project": id, "assignee": subject});
            let task = caller.create(body).await;
            let task = format!("/api/tasks/{}", task["id"].as_str().unwrap());
            // A lead may not create tasks for another user; each moves an own one.
            for method in [Method::PATCH, Method::PUT] {
                let body = json!({"title": "t", "project": target, "assignee": subject});
                let response = caller.send(method, &task, body).await;
                let case = format!("{level} {subject} {target}");
                if allowed {
                    assert_eq!(response.status(), 200, "{case}");
                } else {
                    assert_eq!(
                        refused_action(&fixture, response).await,
                        "move_out",
                        "{case}"
                    );
                    let stored: Value = caller.get(&task).await.json().await.unwrap();
                    assert_eq!(stored["project"], id, "{case}");
                }
            }
        }
    }
}
