//! Questions about tasks, projects and articles have the answers of the API.

use std::collections::BTreeSet;

use doorward_resource_server::explain;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    ACTION, EVALUATION, EVALUATIONS, RESOURCE, SERVICE, SUBJECT, answer, ids, post, user, with,
};
use crate::database::Backend;
use crate::fixture::{ADMIN, Caller, DEVELOPER, Fixture, MANAGER, problem};
use crate::projects::{CREATOR, project};

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Returns a user with these permissions, as a token would have them.
fn person(id: &str, entitlements: &str) -> Value {
    let entitlements: Vec<_> = entitlements.split_whitespace().collect();
    with(user(id), json!({"entitlements": entitlements}))
}

fn ask(subject: Value, action: &str, path: &str) -> Value {
    let mut parts = path.rsplit('/');
    let id = parts.next().unwrap();
    let kind = parts.next().unwrap().trim_end_matches('s');
    let mut asked = json!({"action": {"name": action}, "resource": {"type": kind, "id": id}});
    asked["subject"] = subject;
    asked
}

async fn allows(service: &Caller<'_>, asked: &Value) -> bool {
    answer(service, EVALUATION, asked).await["decision"]
        .as_bool()
        .unwrap()
}

/// Each caller asks itself, and the service asks about the caller.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn evaluation_equals_request(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let service = fixture.person("gateway", SERVICE);
    let lead = fixture.person("lead", CREATOR);
    let path = project(&lead, json!({"name": "p", "confidentiality": "restricted"})).await;
    let put = json!({"role": "member"});
    lead.send(Method::PUT, &format!("{path}/members/member"), put)
        .await;
    let task = lead
        .create(json!({"title": "t", "project": id_of(&path)}))
        .await;
    let inside = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    let alone = fixture.person("alice", DEVELOPER).create_titled("t").await;
    for (name, entitlements) in [
        ("lead", CREATOR),
        ("member", DEVELOPER),
        ("alice", DEVELOPER),
        ("alice", "tasks:write"),
        ("mona", MANAGER),
        ("root", ADMIN),
        ("unknown", ""),
    ] {
        let caller = fixture.person(name, entitlements);
        for object in [&path, &inside, &alone] {
            let read = caller.get(object).await.status().is_success();
            let subject = || {
                let mut subject = person(name, entitlements);
                subject["properties"]["scope"] = json!("tasks:read tasks:write tasks:delete");
                subject
            };
            let asked = ask(subject(), "read", object);
            assert_eq!(allows(&service, &asked).await, read, "{asked}");
            let same = json!({});
            let changed = caller
                .send(Method::PATCH, object, same)
                .await
                .status()
                .is_success();
            let asked = ask(subject(), "update", object);
            assert_eq!(allows(&service, &asked).await, changed, "{asked}");
        }
    }
    // The scope of a token limits what the user may do with the client.
    let mut narrow = person("alice", DEVELOPER);
    narrow["properties"]["scope"] = json!("tasks:read");
    assert!(allows(&service, &ask(narrow.clone(), "read", &alone)).await);
    assert!(!allows(&service, &ask(narrow, "update", &alone)).await);
    // A service asks about itself by its own token.
    let asked = ask(user("gateway"), "read", &alone);
    assert!(!allows(&service, &asked).await);
    let owned = fixture
        .person("gateway", DEVELOPER)
        .create_titled("t")
        .await;
    assert!(allows(&service, &ask(user("gateway"), "read", &owned)).await);
}

/// Neither properties nor IDs reach another organization, and unreadable claims deny.
#[actix_web::test]
async fn unknown_and_foreign_are_denied() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let task = fixture.person("alice", DEVELOPER).create_titled("t").await;
    let service = fixture.person("gateway", SERVICE);
    let elsewhere = fixture.caller("gateway", SERVICE, &json!({"org": "acme"}));
    let alice = || person("alice", DEVELOPER);
    assert!(allows(&service, &ask(alice(), "read", &task)).await);
    assert!(!allows(&elsewhere, &ask(alice(), "read", &task)).await);
    let claims = |name: &str, value: Value| {
        let mut alice = alice();
        alice["properties"][name] = value;
        ask(alice, "read", &task)
    };
    let mut refused = vec![
        claims("org", json!("acme")),
        claims("roles", json!("admin")),
        claims("entitlements", json!([1])),
        claims("email_verified", json!("yes")),
        ask(alice(), "fly", &task),
        ask(alice(), "publish", &task),
        ask(
            alice(),
            "read",
            "/api/tasks/0190163d-8694-739b-aea5-966c26f8ad91",
        ),
        ask(alice(), "read", "/api/tasks/7"),
        ask(alice(), "read", &task.replace("tasks", "projects")),
        ask(json!({"type": "robot", "id": "alice"}), "read", &task),
        ask(json!({"type": "client", "id": "alice"}), "read", &task),
        ask(user("alice"), "read", &task),
    ];
    for context in [
        json!({"time": "soon"}),
        json!({"ip": "here"}),
        json!({"ip": 7}),
    ] {
        let mut asked = ask(alice(), "read", &task);
        asked["context"] = context;
        refused.push(asked);
    }
    for asked in refused {
        let answer = answer(&service, EVALUATION, &asked).await;
        assert_eq!(answer["decision"], json!(false), "{asked}");
        assert!(answer["context"].is_object(), "{answer}");
    }
    // Properties of an object do not replace those that the database has.
    let mut asked = ask(person("bob", DEVELOPER), "read", &task);
    asked["resource"]["properties"] = json!({"owner": "bob", "assignee": "bob"});
    assert!(!allows(&service, &asked).await);
}

/// Time and address of the context are those of the user's request.
#[actix_web::test]
async fn context_is_situation_of_request() {
    let directory = tempfile::tempdir().unwrap();
    let rule = r#"@id("office") forbid (principal, action == Action::"read", resource is Task)
        unless { context.hour >= 8 && context.hour < 18 && context has address
                 && context.address.isInRange(ip("192.0.2.0/24")) };"#;
    std::fs::write(directory.path().join("office.cedar"), rule).unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let path = fixture.person("alice", DEVELOPER).create_titled("t").await;
    let service = fixture.person("gateway", SERVICE);
    for (context, expected) in [
        (json!({"ip": "192.0.2.7"}), true),
        (
            json!({"ip": "192.0.2.7", "time": "2025-06-27T10:00:00Z"}),
            true,
        ),
        (
            json!({"ip": "192.0.2.7", "time": "2025-06-27T19:00Z"}),
            false,
        ),
        (json!({"ip": "198.51.100.7"}), false),
        (json!({}), false),
    ] {
        let mut asked = ask(person("alice", DEVELOPER), "read", &path);
        asked["context"] = context;
        assert_eq!(allows(&service, &asked).await, expected, "{asked}");
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn denial_is_explained(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let task = fixture.person("alice", DEVELOPER).create_titled("t").await;
    let service = fixture.person("gateway", SERVICE);
    let asked = json!({"evaluations": [
        ask(person("bob", DEVELOPER), "read", &task),
        ask(person("bob", ""), "read", &task),
        ask(person("bob", DEVELOPER), "read", "/api/tasks/7"),
    ]});
    let answer = answer(&service, EVALUATIONS, &asked).await;
    let auditor = fixture.person("auditor", "tasks:read decisions:read");
    let expected = [("read", "Task/"), ("tasks:read", ""), ("read", "task/7")];
    for (item, (action, resource)) in answer["evaluations"]
        .as_array()
        .unwrap()
        .iter()
        .zip(expected)
    {
        let context = &item["context"];
        assert!(!context["reason"].as_str().unwrap().is_empty(), "{context}");
        let id = context["decision_id"].as_str().unwrap();
        let recorded = auditor.get(&format!("/api/admin/decisions/{id}")).await;
        let recorded: Value = recorded.json().await.unwrap();
        assert_eq!(recorded["subject"], "bob", "{recorded}");
        assert_eq!(recorded["action"], action, "{recorded}");
        let named = recorded["resource"].as_str().unwrap_or_default();
        assert!(named.starts_with(resource), "{recorded}");
        assert!(recorded["inputs"]["object"]["id"].is_string(), "{recorded}");
        assert_eq!(recorded["path"], EVALUATIONS);
        let found = explain::decision(&fixture.database.url(), id.parse().unwrap()).await;
        assert_eq!(found.unwrap(), Some(recorded));
    }
    // No request was denied.
    let denied = "SELECT COUNT(*) FROM tasks_audit WHERE kind = 'permission_denied'";
    assert_eq!(fixture.number(denied).await, 0);
    assert_eq!(fixture.number("SELECT COUNT(*) FROM decisions").await, 3);
}

/// Returns the results of all pages.
async fn all(service: &Caller<'_>, path: &str, asked: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut asked = asked.clone();
    asked["page"] = json!({"limit": 2});
    loop {
        let page = answer(service, path, &asked).await;
        assert!(ids(&page).len() <= 2, "{page}");
        for id in ids(&page) {
            assert!(found.insert(id.to_owned()), "{id} twice");
        }
        match page["page"]["next_token"].as_str().unwrap() {
            "" => return found,
            token => asked["page"] = json!({"token": token}),
        }
    }
}

/// A search finds what the list of the user shows, page by page, with an exact and an inexact condition.
#[rstest]
#[case::sqlite(Backend::Sqlite, None)]
#[case::postgres(Backend::Postgres, None)]
#[case::inexact(
    Backend::Sqlite,
    Some(
        "forbid (principal, action == Action::\"read\", resource is Task) when { resource.status like \"d*\" };"
    )
)]
#[actix_web::test]
async fn resource_search_equals_list(#[case] backend: Backend, #[case] rule: Option<&str>) {
    let directory = tempfile::tempdir().unwrap();
    if let Some(rule) = rule {
        std::fs::write(directory.path().join("own.cedar"), rule).unwrap();
    }
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let service = fixture.person("gateway", SERVICE);
    let lead = fixture.person("lead", CREATOR);
    let path = project(&lead, json!({"name": "p"})).await;
    lead.send(
        Method::PUT,
        &format!("{path}/members/alice"),
        json!({"role": "member"}),
    )
    .await;
    for (number, name) in ["alice", "bob", "mona", "lead", "alice"]
        .iter()
        .cycle()
        .take(15)
        .enumerate()
    {
        let owner = fixture.person(name, CREATOR);
        let status = ["todo", "done", "todo"][number % 3];
        let mut task = json!({"title": format!("{number}"), "assignee": "carla", "status": status});
        if *name == "lead" {
            task["project"] = id_of(&path).into();
        }
        owner.create(task).await;
        fixture.clock.advance(i64::try_from(number % 2).unwrap());
    }
    for (name, entitlements) in [
        ("alice", DEVELOPER),
        ("carla", DEVELOPER),
        ("root", MANAGER),
        ("eve", DEVELOPER),
        ("alice", ""),
    ] {
        let listed = fixture
            .person(name, entitlements)
            .get("/api/tasks/?limit=100")
            .await;
        let listed: Value = listed.json().await.unwrap();
        let listed: BTreeSet<String> = listed["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        let mut subject = person(name, entitlements);
        subject["properties"]["scope"] = json!("tasks:read tasks:write tasks:delete");
        let asked =
            json!({"subject": subject, "action": {"name": "read"}, "resource": {"type": "task"}});
        assert_eq!(
            all(&service, RESOURCE, &asked).await,
            listed,
            "{name} {entitlements}"
        );
        // Each result has a permitted decision.
        for id in &listed {
            let asked = ask(subject.clone(), "read", &format!("/api/tasks/{id}"));
            assert!(allows(&service, &asked).await, "{asked}");
        }
    }
    let mut asked = json!({"subject": person("lead", CREATOR), "action": {"name": "delete"}, "resource": {"type": "project"}});
    assert_eq!(all(&service, RESOURCE, &asked).await.len(), 1);
    asked["resource"] = json!({"type": "article"});
    assert!(all(&service, RESOURCE, &asked).await.is_empty());
    asked["action"] = json!({"name": "fly"});
    assert!(all(&service, RESOURCE, &asked).await.is_empty());
    let elsewhere = fixture.caller("gateway", SERVICE, &json!({"org": "acme"}));
    let asked = json!({"subject": person("root", MANAGER), "action": {"name": "read"}, "resource": {"type": "task"}});
    assert!(all(&elsewhere, RESOURCE, &asked).await.is_empty());
}

/// Of the users that the object or its project names, those with a permitted decision.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn subject_search_finds_named_users(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let service = fixture.person("gateway", SERVICE);
    let lead = fixture.person("lead", CREATOR);
    let path = project(&lead, json!({"name": "p", "confidentiality": "restricted"})).await;
    for (name, role) in [
        ("anna", "member"),
        ("bert", "lead"),
        ("carl", "reviewer"),
        ("zoe", "member"),
    ] {
        let body = json!({"role": role});
        lead.send(Method::PUT, &format!("{path}/members/{name}"), body)
            .await;
    }
    let task = lead
        .create(json!({"title": "t", "project": id_of(&path), "assignee": "zoe"}))
        .await;
    let task = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    let with_rights =
        json!({"type": "user", "properties": {"entitlements": ["tasks:read", "tasks:write"]}});
    let found = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let readers = ask(with_rights.clone(), "read", &task);
    assert_eq!(
        all(&service, SUBJECT, &readers).await,
        found(&["anna", "bert", "carl", "lead", "zoe"])
    );
    let writers = ask(with_rights.clone(), "update", &task);
    assert_eq!(
        all(&service, SUBJECT, &writers).await,
        found(&["bert", "lead", "zoe"])
    );
    let writers = ask(with_rights, "update", &path);
    assert_eq!(
        all(&service, SUBJECT, &writers).await,
        found(&["bert", "lead"])
    );
    // Without the permissions of the route no user may.
    let without_id = ask(json!({"type": "user"}), "read", &task);
    assert!(all(&service, SUBJECT, &without_id).await.is_empty());
    let mistyped = json!({"type": "user", "properties": {"roles": 7}});
    problem(
        post(&service, SUBJECT, &ask(mistyped, "read", &task)).await,
        400,
    )
    .await;
}

#[actix_web::test]
async fn action_search_equals_evaluations() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let service = fixture.person("gateway", SERVICE);
    let lead = fixture.person("lead", CREATOR);
    let path = project(&lead, json!({"name": "p"})).await;
    let task = lead.create_titled("t").await;
    for object in [&path, &task] {
        for (name, entitlements) in [
            ("lead", CREATOR),
            ("eve", DEVELOPER),
            ("root", ADMIN),
            ("lead", "tasks:read"),
        ] {
            let mut asked = ask(person(name, entitlements), "read", object);
            let actions = answer(&service, ACTION, &asked).await;
            let actions: BTreeSet<&str> = actions["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["name"].as_str().unwrap())
                .collect();
            for action in doorward_policy::Action::ALL.map(doorward_policy::Action::as_str) {
                asked["action"]["name"] = action.into();
                let is_allowed = allows(&service, &asked).await;
                assert_eq!(actions.contains(action), is_allowed, "{asked}");
            }
        }
    }
}
