//! Callers with very many memberships: everything works, and neither answers nor records grow with
//! their number.

use std::path::Path;

use doorward_access::Principal;
use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_policy::{Action, Engine};
use doorward_resource_server::explain::{self, AccessQuestion};
use jiff::tz::TimeZone;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, NOW, problem};
use crate::projects::{CREATOR, members, project};

/// More than the variables of a statement on either database.
const MANY: u32 = 70_000;

/// Adds projects of Mona in which Bob is a member, as many as `MANY`.
async fn fill(backend: Backend, url: &str) {
    let (id, numbers) = match backend {
        Backend::Sqlite => (
            "unhex('f0000000000000000000' || printf('%012d', i))",
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) \
                 SELECT i FROM n) AS n"
            ),
        ),
        Backend::Postgres => (
            "('f0000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid",
            format!("generate_series(1, {MANY}) AS n(i)"),
        ),
    };
    let projects = format!(
        "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
         confidentiality, status, internal_notes, version, created_at, updated_at) \
         SELECT {id}, '', 'mona', 'p' || i, 'p' || i, '', 'restricted', 'active', '', 1, i, i \
         FROM {numbers}"
    );
    let memberships = format!(
        "INSERT INTO project_members (project_id, subject, org, role, permissions) \
         SELECT {id}, 'bob', '', 'member', '' FROM {numbers}"
    );
    let db = crate::database::connect(url.to_owned()).await;
    // The triggers count each row, one version of the counter after the other.
    let projects = match backend {
        Backend::Sqlite => projects,
        Backend::Postgres => format!(
            "ALTER TABLE projects DISABLE TRIGGER USER; {projects}; \
             ALTER TABLE projects ENABLE TRIGGER USER"
        ),
    };
    for statement in [projects.as_str(), memberships.as_str()] {
        db.execute_unprepared(statement).await.unwrap();
    }
    if backend == Backend::Postgres {
        db.execute_unprepared("ANALYZE").await.unwrap();
    }
    db.close().await.unwrap();
}

fn filled(number: u32) -> String {
    format!("f0000000-0000-0000-0000-{number:012}")
}

async fn get(person: &Caller<'_>, path: &str) -> (Value, usize) {
    let response = person.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let text = response.text().await.unwrap();
    (serde_json::from_str(&text).unwrap(), text.len())
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn member_of_very_many_projects_works(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    fill(backend, &fixture.database.url()).await;
    let (mona, bob) = (
        fixture.person("mona", CREATOR),
        fixture.person("bob", DEVELOPER),
    );
    // Tasks: created in such a project, listed with others, changed, moved and deleted.
    for number in [1, MANY] {
        let body = json!({"title": format!("t{number}"), "project": filled(number)});
        mona_is_member(&fixture, &filled(number)).await;
        mona.create(body.clone()).await;
        bob.create(body).await;
    }
    let own = bob.create(json!({"title": "own"})).await;
    let mut titles = bob.titles("/api/tasks/").await;
    titles.sort();
    assert_eq!(titles, ["own", "t1", "t1", "t70000", "t70000"]);
    for ordering in ["created_at", "-updated_at", "title", "priority", "due_date"] {
        let list = format!("/api/tasks/?limit=2&ordering={ordering}");
        assert_eq!(bob.titles(&list).await.len(), 2, "{ordering}");
    }
    assert_eq!(
        bob.titles(&format!("/api/tasks/?project={}", filled(1)))
            .await
            .len(),
        2
    );
    let path = format!("/api/tasks/{}", own["id"].as_str().unwrap());
    for change in [
        json!({"title": "changed"}),
        json!({"project": filled(7)}),
        json!({"assignee": "bob"}),
    ] {
        let response = bob.send(Method::PATCH, &path, change).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    // The restricted project keeps the task: as for other members.
    problem(
        bob.send(Method::PATCH, &path, json!({"project": null}))
            .await,
        403,
    )
    .await;
    assert_eq!(bob.delete(&path).await.status(), StatusCode::NO_CONTENT);
    // Projects.
    let (page, size) = get(&bob, "/api/projects/?limit=200").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 200);
    assert!(page["items"][0].get("budget").is_none());
    assert!(size < 200 * 500, "{size}");
    let of_bob = format!("/api/projects/{}", filled(9));
    get(&bob, &of_bob).await;
    assert_eq!(members(&bob, &of_bob).await.len(), 1);
    problem(
        bob.send(Method::PATCH, &of_bob, json!({"name": "q"})).await,
        403,
    )
    .await;
    problem(bob.delete(&of_bob).await, 403).await;
    let left = bob.delete(&format!("{of_bob}/members/bob")).await;
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    problem(bob.get(&of_bob).await, 404).await;
    // Articles have no projects.
    let reader = fixture.person("bob", "content:read");
    get(&reader, "/api/articles/").await;
    // Other users are as before.
    let eve = fixture.person("eve", DEVELOPER);
    assert_eq!(get(&eve, "/api/projects/").await.0["items"], json!([]));
    problem(eve.get(&format!("/api/projects/{}", filled(1))).await, 404).await;
}

/// Adds Mona, who owns the projects, to the members of one.
async fn mona_is_member(fixture: &Fixture, id: &str) {
    let mona = fixture.person("mona", CREATOR);
    let member = format!("/api/projects/{id}/members/mona");
    let response = mona
        .send(Method::PUT, &member, json!({"role": "lead"}))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
}

/// A decision has the memberships that it is about, and no others.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn records_do_not_grow_with_memberships(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    fill(backend, &fixture.database.url()).await;
    let bob = fixture.person("bob", DEVELOPER);
    let path = format!("/api/projects/{}", filled(3));
    let refused = problem(
        bob.send(Method::PATCH, &path, json!({"name": "q"})).await,
        403,
    )
    .await;
    let auditor = fixture.person("auditor", "tasks:read decisions:read");
    let id = refused["decision_id"].as_str().unwrap();
    let (decision, size) = get(&auditor, &format!("/api/admin/decisions/{id}")).await;
    assert_eq!(decision["inputs"]["person"]["projects"], json!([filled(3)]));
    assert!(size < 4096, "{size}");

    let now = NOW;
    let claims = fixture
        .issuer
        .access_claims("a", "bob", DEVELOPER, "tasks:read tasks:write", now);
    let claims: AccessTokenClaims = serde_json::from_value(claims).unwrap();
    let principal = Principal::from(claims);
    let engine = Engine::load(None::<&Path>).unwrap();
    for (action, allowed) in [(Action::Read, true), (Action::Update, false)] {
        let question = AccessQuestion {
            principal: &principal,
            action,
            kind: "project",
            id: Uuid::try_parse(&filled(3)).unwrap(),
            now,
            address: None,
            zone: &TimeZone::UTC,
        };
        let url = fixture.database.url();
        let answer = explain::access(&url, &engine, &question)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(answer["allowed"], allowed);
        assert!(answer.to_string().len() < 4096, "{answer}");
    }
    let plan = explain::plan(&fixture.database.url(), &engine, &principal, "", now)
        .await
        .unwrap();
    assert!(plan.concat().len() < 32 * 1024, "{plan:?}");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rule_about_all_memberships_works_with_many(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let rule = "permit (principal, action == Action::\"read\", resource is Task) \
                when { !principal.projects.isEmpty() && principal.leads.isEmpty() };";
    std::fs::write(directory.path().join("own.cedar"), rule).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let url = fixture.database.url();
    let db = crate::database::connect(url.clone()).await;
    db.close().await.unwrap();
    fill(backend, &url).await;
    let alice = fixture.person("alice", DEVELOPER);
    let task = alice.create_titled("t").await;
    get(&fixture.person("bob", DEVELOPER), &task).await;
    problem(fixture.person("eve", DEVELOPER).get(&task).await, 404).await;
}

/// A user cannot make another user a member of an unlimited number of projects.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn memberships_given_by_one_user_are_bounded(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    fill(backend, &fixture.database.url()).await;
    let db = crate::database::connect(fixture.database.url()).await;
    let given = "UPDATE project_members SET added_by = 'mona' WHERE subject = 'bob' AND project_id IN \
                 (SELECT id FROM projects WHERE created_at <= 500)";
    db.execute_unprepared(given).await.unwrap();
    db.close().await.unwrap();
    let member = |subject: &str| format!("{path}/members/{subject}");
    let refused = mona.send(Method::PUT, &member("bob"), json!({})).await;
    let refused = problem(refused, 400).await;
    let error = &refused["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&json!("subject"), &json!("too_many"))
    );
    // Another user, a member who is already there, and a caller who may change every project.
    let response = mona.send(Method::PUT, &member("carl"), json!({})).await;
    assert_eq!(response.status(), StatusCode::OK);
    let there = format!("/api/projects/{}/members/bob", filled(1));
    let response = mona
        .send(Method::PUT, &there, json!({"role": "lead"}))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    let all = format!("{CREATOR} projects:write_all");
    let admin = fixture.person("mona", &all);
    let response = admin.send(Method::PUT, &member("bob"), json!({})).await;
    assert_eq!(response.status(), StatusCode::OK);
}

/// The answer with a project has the number of its members, not the members.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn project_with_very_many_members_has_short_answer(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let (numbers, most) = match backend {
        Backend::Sqlite => (
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49999) \
             SELECT i FROM n) AS n",
            49_999,
        ),
        Backend::Postgres => ("generate_series(1, 49999) AS n(i)", 49_999),
    };
    let sql = format!(
        "INSERT INTO project_members (project_id, subject, org, role, permissions, email) \
         SELECT id, 'user-' || i, '', CASE WHEN i <= 1000 THEN 'lead' ELSE 'member' END, '', \
         'user' || i || '@example.org' FROM projects, {numbers}"
    );
    let db = crate::database::connect(fixture.database.url()).await;
    db.execute_unprepared(&sql).await.unwrap();
    db.close().await.unwrap();
    let (shown, size) = get(&mona, &path).await;
    assert_eq!(shown["member_count"], most + 1);
    assert!(size < 1024, "{size}");
    let response = mona.send(Method::PATCH, &path, json!({"name": "q"})).await;
    assert!(response.text().await.unwrap().len() < 1024);
    let (page, size) = get(&mona, &format!("{path}/members/?limit=200")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 200);
    assert!(size < 200 * 200, "{size}");
    // The project is full.
    let refused = mona
        .send(Method::PUT, &format!("{path}/members/one-more"), json!({}))
        .await;
    let refused = problem(refused, 400).await;
    assert_eq!(refused["errors"][0]["code"], "too_many");
    let there = format!("{path}/members/user-5");
    let response = mona.send(Method::PUT, &there, json!({"role": "member"}));
    assert_eq!(response.await.status(), StatusCode::OK);
    // An explanation names some of those who can help.
    let claims = fixture
        .issuer
        .access_claims("a", "eve", DEVELOPER, "tasks:write", NOW);
    let claims: AccessTokenClaims = serde_json::from_value(claims).unwrap();
    let principal = Principal::from(claims);
    let question = AccessQuestion {
        principal: &principal,
        action: Action::Update,
        kind: "project",
        id: Uuid::try_parse(path.rsplit('/').next().unwrap()).unwrap(),
        now: NOW,
        address: None,
        zone: &TimeZone::UTC,
    };
    let engine = Engine::load(None::<&Path>).unwrap();
    let answer = explain::access(&fixture.database.url(), &engine, &question).await;
    let answer = answer.unwrap().unwrap();
    assert_eq!(
        answer["who"]["project"]["leads"].as_array().unwrap().len(),
        20
    );
}
