//! The audit log of the tasks API: role changes, changes of sensitive fields and reads of
//! restricted data. Checks that it is append-only and that permitted callers can page through it.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{ADMIN, Caller, DEVELOPER, Fixture, problem};
use crate::projects::{CREATOR, project};

const AUDITOR: &str = "tasks:read tasks:audit";

async fn connect(fixture: &Fixture) -> DatabaseConnection {
    crate::database::connect(fixture.database.url()).await
}

/// Returns the events of this kind, newest first.
async fn events(auditor: &Caller<'_>, kind: &str) -> Vec<Value> {
    let response = auditor.get(&format!("/api/audit/?kind={kind}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let page: Value = response.json().await.unwrap();
    page["items"].as_array().unwrap().clone()
}

fn resource(path: &str) -> String {
    format!("Project/{}", path.rsplit('/').next().unwrap())
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn audits_membership_and_confidentiality_changes(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let auditor = fixture.person("auditor", AUDITOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let member = format!("{path}/members/bob");
    for body in [
        json!({}),
        json!({"role": "lead", "permissions": ["budget"]}),
    ] {
        assert_eq!(mona.send(Method::PUT, &member, body).await.status(), 200);
    }
    assert_eq!(mona.delete(&member).await.status(), 204);
    problem(mona.delete(&member).await, 404).await;
    for body in [
        json!({"name": "q", "description": "d"}),
        json!({"confidentiality": "public", "budget": 7, "internal_notes": "hush"}),
        json!({"budget": 7}),
    ] {
        assert_eq!(mona.send(Method::PATCH, &path, body).await.status(), 200);
    }
    assert_eq!(mona.delete(&path).await.status(), 204);

    let about = |event: &Value| {
        let who = [&event["subject"], &event["client_id"], &event["resource"]];
        assert_eq!(
            who,
            [&json!("mona"), &json!("app"), &json!(resource(&path))]
        );
        event["detail"].clone()
    };
    let changes: Vec<_> = events(&auditor, "member_changed")
        .await
        .iter()
        .map(about)
        .collect();
    let (plain, lead) = (
        json!({"role": "member", "permissions": []}),
        json!({"role": "lead", "permissions": ["budget"]}),
    );
    assert_eq!(
        changes,
        [
            json!({"member": "bob", "before": lead, "after": null}),
            json!({"member": "bob", "before": plain, "after": lead}),
            json!({"member": "bob", "before": null, "after": plain}),
        ]
    );
    // The names of the changed fields without their contents.
    let changes: Vec<_> = events(&auditor, "project_changed")
        .await
        .iter()
        .map(about)
        .collect();
    let confidentiality = json!({"before": "internal", "after": "public"});
    let fields = json!(["confidentiality", "budget", "internal_notes"]);
    assert_eq!(
        changes,
        [json!({"fields": fields, "confidentiality": confidentiality})]
    );
    for kind in ["project_created", "project_deleted"] {
        assert_eq!(
            events(&auditor, kind).await.iter().map(about).count(),
            1,
            "{kind}"
        );
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn events_have_address_and_user_agent(#[case] backend: Backend) {
    let fixture = Fixture::configured(backend, |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p", "confidentiality": "restricted"})).await;
    let dev = fixture.person("dev", DEVELOPER);
    let sent = |request: reqwest::RequestBuilder| {
        let request = request
            .header("x-forwarded-for", "198.51.100.9, 203.0.113.7")
            .header("user-agent", "Probe/1.0 (audit)");
        async move { request.send().await.unwrap() }
    };
    // A denial by the route, a denial by a rule, a change, and a read of restricted data.
    let refused = sent(dev.request(Method::GET, "/api/audit/")).await;
    let by_route = problem(refused, 403).await["decision_id"].clone();
    let created = dev.request(Method::POST, "/api/projects/");
    let refused = sent(created.json(&json!({"name": "q"}))).await;
    let by_rule = problem(refused, 403).await["decision_id"].clone();
    let member = mona.request(Method::PUT, &format!("{path}/members/dev"));
    let changed = sent(member.json(&json!({}))).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let read = sent(mona.request(Method::GET, &path)).await;
    assert_eq!(read.status(), StatusCode::OK);

    let auditor = fixture.person("auditor", &format!("{AUDITOR} decisions:read"));
    let origin = |event: &Value| (event["ip"].clone(), event["user_agent"].clone());
    let expected = (json!("203.0.113.7"), json!("Probe/1.0 (audit)"));
    for kind in ["member_changed", "sensitive_read"] {
        assert_eq!(origin(&events(&auditor, kind).await[0]), expected, "{kind}");
    }
    let denials = events(&auditor, "permission_denied").await;
    for (id, method, at) in [
        (&by_route, "GET", "/api/audit/"),
        (&by_rule, "POST", "/api/projects/"),
    ] {
        let denial = denials.iter().find(|event| event["decision_id"] == *id);
        let denial = denial.unwrap();
        assert_eq!(origin(denial), expected);
        let detail = json!({"method": method, "path": at, "status": 403});
        assert_eq!(denial["detail"], detail);
        let decision = format!("/api/admin/decisions/{}", id.as_str().unwrap());
        let decision: Value = auditor.get(&decision).await.json().await.unwrap();
        assert_eq!(origin(&decision), expected);
    }
    // Without a proxy's header the address is that of the connection.
    let refused = problem(dev.get("/api/audit/").await, 403).await;
    let denials = events(&auditor, "permission_denied").await;
    assert_eq!(denials[0]["decision_id"], refused["decision_id"]);
    assert_eq!(origin(&denials[0]), (json!("127.0.0.1"), Value::Null));
}

#[actix_web::test]
async fn change_fails_if_audit_event_cannot_be_written() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let before: Value = mona.get(&path).await.json().await.unwrap();
    let stop = "CREATE TRIGGER full BEFORE INSERT ON tasks_audit \
                BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    connect(&fixture)
        .await
        .execute_unprepared(stop)
        .await
        .unwrap();
    let member = format!("{path}/members/bob");
    problem(mona.send(Method::PUT, &member, json!({})).await, 500).await;
    problem(mona.delete(&format!("{path}/members/mona")).await, 500).await;
    let open = json!({"confidentiality": "public"});
    problem(mona.send(Method::PATCH, &path, open).await, 500).await;
    problem(mona.delete(&path).await, 500).await;
    let more = json!({"name": "q"});
    problem(mona.send(Method::POST, "/api/projects/", more).await, 500).await;
    let after: Value = mona.get(&path).await.json().await.unwrap();
    assert_eq!(after, before);
    let all: Value = mona.get("/api/projects/").await.json().await.unwrap();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn read_of_restricted_objects_records_single_event(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let auditor = fixture.person("auditor", AUDITOR);
    let closed = json!({"name": "p", "confidentiality": "restricted"});
    let (path, open) = (
        project(&mona, closed).await,
        project(&mona, json!({"name": "q"})).await,
    );
    let mut tasks = Vec::new();
    for path in [&path, &path, &open] {
        let id = path.rsplit('/').next();
        let task = mona.create(json!({"title": "t", "project": id})).await;
        tasks.push(task["id"].as_str().unwrap().to_owned());
    }
    mona.create_titled("no project").await;
    assert_eq!(
        events(&auditor, "sensitive_read").await,
        Vec::<Value>::new()
    );

    let admin = format!("{ADMIN} projects:read_all projects:restricted");
    let admin = fixture.person("admin", &admin);
    assert_eq!(admin.titles("/api/tasks/").await.len(), 4);
    let seen = events(&auditor, "sensitive_read").await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["subject"], &seen[0]["action"]),
        (&json!("admin"), &json!("list"))
    );
    let mut ids = seen[0]["detail"]["tasks"].as_array().unwrap().clone();
    ids.sort_by_key(ToString::to_string);
    let mut expected = vec![json!(tasks[0]), json!(tasks[1])];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(ids, expected);

    let project = path.rsplit('/').next().unwrap();
    for (at, action, resource, detail) in [
        (
            "/api/projects/".to_owned(),
            "list",
            json!(null),
            json!({"projects": [project]}),
        ),
        (
            path.clone(),
            "read",
            json!(format!("Project/{project}")),
            json!({}),
        ),
        (
            format!("/api/tasks/{}", tasks[0]),
            "read",
            json!(format!("Task/{}", tasks[0])),
            json!({}),
        ),
    ] {
        assert_eq!(admin.get(&at).await.status(), StatusCode::OK, "{at}");
        let seen = &events(&auditor, "sensitive_read").await[0];
        assert_eq!(
            (&seen["action"], &seen["resource"], &seen["detail"]),
            (&json!(action), &resource, &detail)
        );
    }
    // Unrestricted projects cause no event, nor does a list without restricted ones.
    for at in [&open, &format!("/api/tasks/{}", tasks[2])] {
        assert_eq!(admin.get(at).await.status(), StatusCode::OK);
    }
    let only = format!("/api/tasks/?project={}", open.rsplit('/').next().unwrap());
    assert_eq!(admin.titles(&only).await.len(), 1);
    assert_eq!(events(&auditor, "sensitive_read").await.len(), 4);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn audit_log_is_paged_per_tenant_with_permission(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let auditor = fixture.person("auditor", AUDITOR);
    for name in 0..5 {
        project(&mona, json!({"name": name.to_string()})).await;
        fixture.clock.advance(name % 2);
    }
    problem(fixture.get("/api/audit/").await, 401).await;
    let refused = fixture.person("dev", DEVELOPER).get("/api/audit").await;
    let refused = problem(refused, 403).await;
    assert_eq!(refused["reasons"][0]["permission"], "tasks:audit");
    let (mut path, mut seen) = (
        "/api/audit?kind=project_created&limit=2".to_owned(),
        Vec::new(),
    );
    loop {
        let page: Value = auditor.get(&path).await.json().await.unwrap();
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/audit?kind=project_created&limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    let ids: std::collections::BTreeSet<_> =
        seen.iter().map(|seen| seen["id"].to_string()).collect();
    assert_eq!(ids.len(), 5);
    assert!(seen.is_sorted_by_key(|one| std::cmp::Reverse(one["created_at"].to_string())));
    let who = "/api/audit?subject=dev&kind=permission_denied";
    let page: Value = auditor.get(who).await.json().await.unwrap();
    assert_eq!(page["items"][0]["decision_id"], refused["decision_id"]);
    for bad in ["kind=nonsense", "cursor=x", "limit=0", "colour=red"] {
        problem(auditor.get(&format!("/api/audit?{bad}")).await, 400).await;
    }
    let elsewhere = fixture.caller("auditor", AUDITOR, &json!({"org": "acme"}));
    assert_eq!(
        events(&elsewhere, "project_created").await,
        Vec::<Value>::new()
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn database_rejects_changes_of_audit_log(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    project(&fixture.person("mona", CREATOR), json!({"name": "p"})).await;
    let db = connect(&fixture).await;
    // The clock of the database decides on the age of an event.
    let now = match backend {
        Backend::Sqlite => "unixepoch()",
        Backend::Postgres => "extract(epoch FROM now())::bigint",
    };
    let age = format!("UPDATE tasks_audit SET created_at = {now} - 500000");
    assert!(db.execute_unprepared(&age).await.is_err());
    let event = |id: &str, age: u32| {
        let id = match backend {
            Backend::Sqlite => format!("x'{id}'"),
            Backend::Postgres => format!("'{id}'"),
        };
        format!(
            "INSERT INTO tasks_audit (id, created_at, kind, org, action) \
             VALUES ({id}, {now} - {age}, 'permission_denied', '', 'read')"
        )
    };
    for (id, age) in [("0", 800_000), ("1", 500_000)] {
        let insert = event(&id.repeat(32), age);
        db.execute_unprepared(&insert).await.unwrap();
    }
    let mut statements = vec![
        "UPDATE tasks_audit SET subject = 'nobody'",
        "DELETE FROM tasks_audit",
    ];
    statements.push(match backend {
        Backend::Sqlite => "INSERT OR REPLACE INTO tasks_audit SELECT * FROM tasks_audit",
        Backend::Postgres => "TRUNCATE tasks_audit",
    });
    for statement in statements {
        let error = db.execute_unprepared(statement).await.unwrap_err();
        assert!(
            error.to_string().contains("append-only"),
            "{statement}: {error}"
        );
    }
    // An event that is older than a week may be deleted.
    let old = format!("DELETE FROM tasks_audit WHERE created_at < {now} - 700000 AND org = ''");
    let deleted = db.execute_unprepared(&old).await.unwrap();
    assert!(deleted.rows_affected() >= 1);
}
