//! Delegation of memberships: users cannot give more access than they have, and cannot raise their
//! own.

use reqwest::{Method, Response};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{ADMIN, Caller, DEVELOPER, Fixture, problem};
use crate::projects::{CREATOR, members, project};

/// May change every project and its members, but reads neither budget nor notes.
const EDITOR: &str = "tasks:read tasks:write tasks:delete projects:read_all projects:write_all";

async fn put(who: &Caller<'_>, project: &str, subject: &str, body: Value) -> Response {
    let path = format!("{project}/members/{subject}");
    who.send(Method::PUT, &path, body).await
}

async fn shown(who: &Caller<'_>, project: &str) -> Value {
    who.get(project).await.json().await.unwrap()
}

async fn open_project(fixture: &Fixture) -> String {
    let mona = fixture.person("mona", CREATOR);
    let body = json!({"name": "p", "budget": 5, "internal_notes": "hush"});
    project(&mona, body).await
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rejects_self_added_project_member(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let path = open_project(&fixture).await;
    let auditor = fixture.person("auditor", "tasks:read decisions:read");
    let everything = format!(
        "{ADMIN} {EDITOR} projects:budget projects:notes projects:restricted people:contact"
    );
    for (subject, entitlements) in [("wendy", EDITOR), ("admin", everything.as_str())] {
        let person = fixture.person(subject, entitlements);
        for body in [
            json!({"role": "lead"}),
            json!({"role": "member"}),
            json!({"role": "reviewer"}),
            json!({"permissions": ["budget"]}),
        ] {
            let refused = problem(put(&person, &path, subject, body).await, 403).await;
            let id = refused["decision_id"].as_str().unwrap();
            let decision = auditor.get(&format!("/api/admin/decisions/{id}")).await;
            let decision: Value = decision.json().await.unwrap();
            assert_eq!(decision["action"], "manage_members");
            assert_eq!(decision["decided_by"][0]["rule"], "project.members.self");
        }
        assert_eq!(members(&person, &path).await.len(), 1);
    }
    let wendy = shown(&fixture.person("wendy", EDITOR), &path).await;
    assert!(wendy.get("budget").is_none() && wendy.get("internal_notes").is_none());
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rejects_grant_of_missing_role(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let path = open_project(&fixture).await;
    let budget = format!("{EDITOR} projects:budget");
    let fields = format!("{budget} projects:notes people:contact");
    let everything = format!("{fields} {ADMIN}");
    // (permissions of the caller, the given membership, the missing permission)
    for (holds, gives, missing) in [
        (EDITOR, json!({"role": "lead"}), Some("projects:budget")),
        (&budget, json!({"role": "lead"}), Some("projects:notes")),
        (EDITOR, json!({"role": "reviewer"}), Some("projects:notes")),
        (
            EDITOR,
            json!({"permissions": ["budget"]}),
            Some("projects:budget"),
        ),
        (&budget, json!({}), Some("people:contact")),
        (&fields, json!({}), Some("tasks:read_all")),
        (
            &fields,
            json!({"permissions": ["tasks"]}),
            Some("tasks:read_all"),
        ),
        (&everything, json!({"role": "lead"}), None),
    ] {
        let wendy = fixture.person("wendy", holds);
        let answer = put(&wendy, &path, "eve", gives.clone()).await;
        match missing {
            None => assert_eq!(answer.status(), 200, "{holds} {gives}"),
            Some(missing) => {
                let refused = problem(answer, 403).await;
                assert_eq!(refused["reasons"][0]["permission"], missing, "{gives}");
                assert!(refused["decision_id"].is_string());
                problem(fixture.person("eve", DEVELOPER).delete(&path).await, 403).await;
            }
        }
    }
    // Removing access is always permitted; restoring it counts as giving.
    let wendy = fixture.person("wendy", EDITOR);
    assert_eq!(put(&wendy, &path, "eve", json!({})).await.status(), 200);
    problem(
        put(&wendy, &path, "eve", json!({"role": "lead"})).await,
        403,
    )
    .await;
    let removed = wendy.delete(&format!("{path}/members/eve")).await;
    assert_eq!(removed.status(), 204);
    problem(put(&wendy, &path, "eve", json!({})).await, 403).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn leads_and_owner_grant_only_access_of_project(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let path = open_project(&fixture).await;
    let mona = fixture.person("mona", CREATOR);
    let [bob, carl] = ["bob", "carl"].map(|name| fixture.person(name, DEVELOPER));
    let lead = || json!({"role": "lead"});
    assert_eq!(put(&mona, &path, "bob", lead()).await.status(), 200);
    let call = json!({"role": "lead", "phone": "+49 30 1"});
    assert_eq!(put(&bob, &path, "bob", call).await.status(), 200);
    for body in [
        lead(),
        json!({"role": "reviewer", "permissions": ["edit", "tasks", "budget"]}),
    ] {
        assert_eq!(put(&bob, &path, "carl", body).await.status(), 200);
    }
    problem(put(&carl, &path, "carl", lead()).await, 403).await;
    // The owner keeps control of the project, even if removed from the list of members.
    let removed = bob.delete(&format!("{path}/members/mona")).await;
    assert_eq!(removed.status(), 204);
    assert_eq!(put(&mona, &path, "carl", lead()).await.status(), 200);
    assert_eq!(put(&mona, &path, "mona", lead()).await.status(), 200);
    // A member who gave up a role cannot restore it alone.
    assert_eq!(put(&bob, &path, "bob", json!({})).await.status(), 200);
    problem(put(&bob, &path, "bob", lead()).await, 403).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn change_of_members_is_change_of_project(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let path = open_project(&fixture).await;
    let mona = fixture.person("mona", CREATOR);
    let answer = put(&mona, &path, "bob", json!({})).await;
    assert_eq!(crate::fixture::header(&answer, "etag"), "\"v2\"");
    let stale = mona
        .request(Method::PUT, &format!("{path}/members/bob"))
        .header("if-match", "\"v1\"")
        .json(&json!({"role": "lead"}));
    problem(stale.send().await.unwrap(), 412).await;
    // Several at once: each is decided on the members that it changes.
    let all = ["a", "b", "c", "d", "e"].map(|name| put(&mona, &path, name, json!({})));
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(members(&mona, &path).await.len(), 7);
    assert_eq!(shown(&mona, &path).await["member_count"], 7);
}
