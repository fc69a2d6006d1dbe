//! Cleanup of expired rows: a job, and never a request.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Fixture, NOW, problem};
use crate::projects::{CREATOR, project};

/// Inserts expired rows and one that has not expired into each table.
async fn fill(fixture: &Fixture, backend: Backend, rows: u32) {
    let (id, bytes, numbers) = match backend {
        Backend::Sqlite => (
            "randomblob(16)",
            "randomblob(32)",
            format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) \
                 SELECT n FROM s)"
            ),
        ),
        Backend::Postgres => (
            "gen_random_uuid()",
            "decode(md5(random()::text), 'hex')",
            format!("generate_series(1, {rows}) AS s(n)"),
        ),
    };
    // The last row is current.
    let time = format!("CASE WHEN n = {rows} THEN {NOW} + 60 ELSE 1 END");
    for sql in [
        format!(
            "INSERT INTO decisions (id, created_at, org, method, path, action, status, record) \
             SELECT {id}, {time}, '', 'GET', '/', 'read', 403, '{{}}' FROM {numbers}"
        ),
        format!(
            "INSERT INTO tasks_used_proofs (name, expires_at) SELECT {bytes}, {time} FROM {numbers}"
        ),
        format!(
            "INSERT INTO web_sessions (token_hash, sealed, version, access_expires_at, created_at, \
             expires_at) SELECT {bytes}, {bytes}, 1, 1, 1, {time} FROM {numbers}"
        ),
        format!(
            "INSERT INTO tasks_audit (id, created_at, kind, org, action) \
             SELECT {id}, {time}, 'permission_denied', '', 'read' FROM {numbers}"
        ),
    ] {
        fixture.execute(&sql).await;
    }
}

const TABLES: [&str; 4] = [
    "decisions",
    "tasks_used_proofs",
    "web_sessions",
    "tasks_audit",
];

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn job_deletes_expired_rows_of_every_table(#[case] backend: Backend) {
    let fixture = Fixture::cleaning(backend, |_| {}).await;
    fill(&fixture, backend, 3000).await;
    for table in TABLES {
        fixture
            .wait_for(&format!("SELECT COUNT(*) FROM {table}"), 1)
            .await;
    }
}

/// Inserts members of a project.
async fn add_members(fixture: &Fixture, path: &str, backend: Backend, number: u32) {
    let id = path.rsplit('/').next().unwrap().replace('-', "");
    let (id, numbers) = match backend {
        Backend::Sqlite => (
            format!("x'{id}'"),
            format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {number}) \
                 SELECT n FROM s)"
            ),
        ),
        Backend::Postgres => (
            format!("'{id}'::uuid"),
            format!("generate_series(1, {number}) AS s(n)"),
        ),
    };
    let insert = format!(
        "INSERT INTO project_members (project_id, subject, org, role, permissions) \
         SELECT {id}, 'm' || n, '', 'member', '' FROM {numbers}"
    );
    fixture.execute(&insert).await;
}

const MEMBERS: &str = "SELECT COUNT(*) FROM project_members";

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn deleted_project_is_gone_at_once(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    add_members(&fixture, &path, backend, 300).await;
    assert_eq!(mona.delete(&path).await.status(), 204);
    problem(mona.get(&path).await, 404).await;
    problem(mona.get(&format!("{path}/members")).await, 404).await;
    problem(mona.delete(&path).await, 404).await;
    // The request deletes no row of a member.
    assert_eq!(fixture.number(MEMBERS).await, 301);
    let member = fixture.person("m1", CREATOR);
    let page: Value = member.get("/api/projects/").await.json().await.unwrap();
    assert_eq!(page["items"], json!([]));
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn job_deletes_members_of_deleted_projects(#[case] backend: Backend) {
    let fixture = Fixture::cleaning(backend, |_| {}).await;
    let mona = fixture.person("mona", CREATOR);
    let kept = project(&mona, json!({"name": "kept"})).await;
    add_members(&fixture, &kept, backend, 20).await;
    for members in [0, 3000, 1] {
        let path = project(&mona, json!({"name": "p"})).await;
        add_members(&fixture, &path, backend, members).await;
        assert_eq!(mona.delete(&path).await.status(), 204);
    }
    let left = "SELECT COUNT(*) FROM deleted_projects";
    fixture.wait_for(left, 0).await;
    assert_eq!(fixture.number(MEMBERS).await, 21);
}

#[actix_web::test]
async fn step_that_fails_does_not_stop_others() {
    let fixture = Fixture::cleaning(Backend::Sqlite, |_| {}).await;
    fixture
        .execute("ALTER TABLE decisions RENAME TO gone")
        .await;
    fixture
        .execute("ALTER TABLE tasks_used_proofs RENAME TO gone_too")
        .await;
    fixture
        .execute(
            "INSERT INTO web_sessions (token_hash, sealed, version, access_expires_at, created_at, \
             expires_at) VALUES (x'00', x'00', 1, 1, 1, 1)",
        )
        .await;
    fixture
        .wait_for("SELECT COUNT(*) FROM web_sessions", 0)
        .await;
}

#[actix_web::test]
async fn job_deletes_oldest_decisions_of_too_many() {
    let fixture = Fixture::cleaning(Backend::Sqlite, |_| {}).await;
    let insert = format!(
        "INSERT INTO decisions (id, created_at, org, method, path, action, status, record) \
         SELECT randomblob(16), {NOW} - (n > 100000), '', 'GET', '/', 'read', 403, '{{}}' FROM \
         (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100700) \
         SELECT n FROM s)"
    );
    fixture.execute(&insert).await;
    fixture
        .wait_for("SELECT COUNT(*) FROM decisions", 100_000)
        .await;
    let oldest = format!("SELECT COUNT(*) FROM decisions WHERE created_at < {NOW}");
    assert_eq!(fixture.number(&oldest).await, 0);
}

#[actix_web::test]
async fn no_request_cleans_up() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    fill(&fixture, Backend::Sqlite, 10).await;
    fixture.clock.advance(4000);
    let eve = fixture.person("eve", "");
    for method in [Method::GET, Method::POST] {
        let response = eve.request(method, "/api/tasks/").send().await.unwrap();
        problem(response, 403).await;
    }
    let all = "SELECT COUNT(*) FROM decisions";
    assert_eq!(fixture.number(all).await, 12);
}
