//! Explanation of denials.

use doorward_resource_server::explain;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{ADMIN, DEVELOPER, Fixture, MANAGER, problem};
use crate::projects::project;

const AUDITOR: &str = "tasks:read decisions:read";

async fn count(fixture: &Fixture, sql: &str) -> i64 {
    let db = crate::database::connect(fixture.database.url()).await;
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    let count = row.try_get_by_index::<i64>(0).unwrap();
    db.close().await.unwrap();
    count
}

fn id_of(problem: &Value) -> String {
    problem["decision_id"].as_str().unwrap().to_owned()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn policy_denial_names_rule_inputs_and_remediation(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let task = fixture.person("alice", DEVELOPER).create_titled("t").await;
    let mona = fixture.person("mona", MANAGER);
    let refused = mona.send(Method::PATCH, &task, json!({"title": "x"})).await;
    let refused = problem(refused, 403).await;
    // The caller gets the missing permission, not the rules.
    assert_eq!(refused["reasons"][0]["permission"], "tasks:write_all");
    assert!(!refused.to_string().contains("task.write_all"));

    let path = format!("/api/admin/decisions/{}", id_of(&refused));
    let auditor = fixture.person("auditor", AUDITOR);
    let decision: Value = auditor.get(&path).await.json().await.unwrap();
    assert_eq!(decision["subject"], "mona");
    assert_eq!(
        (&decision["action"], &decision["status"]),
        (&json!("update"), &json!(403))
    );
    assert_eq!(
        (&decision["method"], &decision["path"]),
        (&json!("PATCH"), &json!(task))
    );
    assert_eq!(decision["inputs"]["object"]["attributes"]["owner"], "alice");
    assert_eq!(decision["inputs"]["person"]["subject"], "mona");
    let rules = decision["would_permit"].as_array().unwrap();
    let rule = rules
        .iter()
        .find(|rule| rule["rule"] == "task.write_all")
        .unwrap();
    assert_eq!(rule["needs"], "tasks:write_all");
    assert!(decision["grant"].to_string().contains("tasks:write_all"));

    // An operator with database access reads the same (`doorward explain`).
    let id = id_of(&refused).parse().unwrap();
    let found = explain::decision(&fixture.database.url(), id)
        .await
        .unwrap();
    assert_eq!(found, Some(decision.clone()));

    // Only for permitted callers, and only within the organization.
    problem(mona.get(&path).await, 403).await;
    let elsewhere = fixture.caller("auditor", AUDITOR, &json!({"org": "acme"}));
    problem(elsewhere.get(&path).await, 404).await;
    let nothing = "/api/admin/decisions/0190163d-8694-739b-aea5-966c26f8ad91";
    problem(auditor.get(nothing).await, 404).await;
    let denied = "SELECT COUNT(*) FROM tasks_audit WHERE kind = 'permission_denied' \
                  AND subject = 'mona'";
    assert_eq!(count(&fixture, denied).await, 2);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn guard_denial_is_explained(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let auditor = fixture.person("auditor", AUDITOR);
    let missing = problem(fixture.person("eve", "").get("/api/tasks/").await, 403).await;
    let no_token = problem(fixture.get("/api/tasks/").await, 401).await;
    let bad = fixture
        .request(Method::GET, "/api/tasks/")
        .bearer_auth("nonsense");
    let bad = problem(bad.send().await.unwrap(), 401).await;
    for (problem, action, subject) in [
        (&missing, "tasks:read", json!("eve")),
        (&no_token, "authenticate", json!(null)),
        (&bad, "authenticate", json!(null)),
    ] {
        let path = format!("/api/admin/decisions/{}", id_of(problem));
        let decision: Value = auditor.get(&path).await.json().await.unwrap();
        assert_eq!(
            (&decision["action"], &decision["subject"]),
            (&json!(action), &subject)
        );
    }
}

#[actix_web::test]
async fn hidden_object_404_is_explained_with_permission() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let task = fixture.person("alice", DEVELOPER).create_titled("t").await;
    let auditor = fixture.person("auditor", AUDITOR);
    let hidden = problem(auditor.get(&task).await, 404).await;
    let path = format!("/api/admin/decisions/{}", id_of(&hidden));
    let decision: Value = auditor.get(&path).await.json().await.unwrap();
    assert_eq!(decision["status"], 404);
    assert_eq!(decision["inputs"]["object"]["attributes"]["owner"], "alice");
    let nothing = "/api/tasks/0190163d-8694-739b-aea5-966c26f8ad91";
    assert!(
        problem(auditor.get(nothing).await, 404)
            .await
            .get("decision_id")
            .is_none()
    );
    let bob = fixture.person("bob", DEVELOPER);
    assert!(
        problem(bob.get(&task).await, 404)
            .await
            .get("decision_id")
            .is_none()
    );
}

#[actix_web::test]
async fn decisions_expire_and_anonymous_callers_are_limited() {
    let fixture = Fixture::cleaning(Backend::Sqlite, |config| config.decision_ttl = 600).await;
    let count_all = "SELECT COUNT(*) FROM decisions";
    for _ in 0..110 {
        problem(fixture.get("/api/tasks/").await, 401).await;
    }
    assert_eq!(count(&fixture, count_all).await, 100);
    fixture.clock.advance(3601);
    problem(fixture.person("eve", "").get("/api/tasks/").await, 403).await;
    fixture.wait_for(count_all, 1).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn denial_stores_part_of_memberships_that_decided(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let admin = fixture.person(
        "admin",
        &format!("{ADMIN} projects:create projects:read_all"),
    );
    let path = project(&admin, json!({"name": "p"})).await;
    let (id, numbers) = match backend {
        Backend::Sqlite => (
            "randomblob(16)",
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2000) \
             SELECT n FROM s)",
        ),
        Backend::Postgres => ("gen_random_uuid()", "generate_series(1, 2000) AS s(n)"),
    };
    let columns = "org, owner_subject, name, name_key, description, confidentiality, \
                   internal_notes, version, created_at, updated_at";
    fixture
        .execute(&format!(
            "INSERT INTO projects (id, {columns}) \
             SELECT {id}, '', 'lead', 'p', 'p', '', 'internal', '', 1, 0, 0 FROM {numbers}; \
             INSERT INTO project_members (project_id, subject, org, role, permissions) \
             SELECT id, 'mona', '', 'member', '' FROM projects"
        ))
        .await;
    let mona = fixture.person("mona", DEVELOPER);
    let refused = mona.send(Method::PATCH, &path, json!({"name": "x"})).await;
    let id = id_of(&problem(refused, 403).await);
    let longest = "SELECT CAST(MAX(LENGTH(record)) AS bigint) FROM decisions";
    let longest = fixture.number(longest).await;
    assert!((200..=4096).contains(&longest), "{longest}");
    let auditor = fixture.person("auditor", AUDITOR);
    let explanation = auditor.get(&format!("/api/admin/decisions/{id}")).await;
    let explanation: Value = explanation.json().await.unwrap();
    let inputs = &explanation["inputs"];
    assert_eq!(inputs["person"]["subject"], "mona");
    assert_eq!(inputs["object"]["attributes"]["owner"], "admin");
    assert_eq!(explanation["missing"][0]["code"], "missing_entitlement");
    // A memberships of the project of the object decides; the others do not.
    let projects = &inputs["person"]["projects"];
    assert!(
        projects
            .as_array()
            .is_none_or(|projects| projects.len() <= 1),
        "{projects}"
    );
}

#[actix_web::test]
async fn read_of_restricted_project_is_recorded() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let all = format!("{ADMIN} projects:create projects:read_all projects:restricted");
    let admin = fixture.person("admin", &all);
    let path = project(
        &admin,
        json!({"name": "p", "confidentiality": "restricted"}),
    )
    .await;
    let open = project(&admin, json!({"name": "q"})).await;
    for path in [&open, &path] {
        assert_eq!(admin.get(path).await.status(), StatusCode::OK);
    }
    let reads = "SELECT COUNT(*) FROM tasks_audit WHERE kind = 'sensitive_read' \
                 AND subject = 'admin'";
    assert_eq!(count(&fixture, reads).await, 1);
}
