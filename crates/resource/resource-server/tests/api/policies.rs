//! The operator's own rules: loaded at start, reloaded at run time, rejected if invalid.

use std::fs;
use std::net::TcpListener;

use doorward_policy::ReloadOutcome;
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_resource_server::{Config, Deps, Server};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, problem};

const CLOSED_AT_NIGHT: &str = r#"
@id("own.business_hours")
@because("the office is closed")
forbid (principal, action, resource is Task)
unless { principal.roles.contains("24x7_access") || (context.hour >= 8 && context.hour < 18) };
"#;

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn changed_rule_takes_effect_and_broken_change_keeps_rules(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hours.cedar");
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.time_zone = "Pacific/Auckland".to_owned();
    })
    .await;
    // In Auckland it is 23 o'clock.
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    assert_eq!(alice.get(&path).await.status(), StatusCode::OK);

    fs::write(&file, CLOSED_AT_NIGHT).unwrap();
    fixture.policies.reload();
    problem(alice.get(&path).await, 404).await;
    assert_eq!(alice.titles("/api/tasks/").await, Vec::<String>::new());
    let refused = alice
        .send(Method::POST, "/api/tasks/", json!({"title": "u"}))
        .await;
    let refused = problem(refused, 403).await;
    assert_eq!(refused["reasons"][0]["detail"], "the office is closed");
    let guard = fixture.caller("alice", DEVELOPER, &json!({"roles": ["24x7_access"]}));
    assert_eq!(guard.get(&path).await.status(), StatusCode::OK);

    fs::write(&file, "forbid (principal, action, resource is Tusk);").unwrap();
    // The server polls as well; either may detect the change first.
    let found = fixture.policies.reload();
    assert!(matches!(
        found,
        ReloadOutcome::Broken(_) | ReloadOutcome::Unchanged
    ));
    problem(alice.get(&path).await, 404).await;
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["status"], "ok");
    assert!(ready["policies"].as_str().unwrap().contains("is invalid"));

    fs::remove_file(&file).unwrap();
    fixture.policies.reload();
    assert_eq!(alice.get(&path).await.status(), StatusCode::OK);
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert!(ready.get("policies").is_none());
}

/// Polls until the condition is true, for at most half a minute.
async fn until(name: &str, mut asks: impl AsyncFnMut() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !asks().await {
        assert!(std::time::Instant::now() < deadline, "{name}");
        actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[actix_web::test]
async fn server_detects_changed_and_broken_rules() {
    let place = tempfile::tempdir().unwrap();
    let (directory, away) = (place.path().join("policies"), place.path().join("away"));
    fs::create_dir(&directory).unwrap();
    let (file, draft) = (directory.join("hours.cedar"), place.path().join("draft"));
    // Atomically: a reader of a file during a write could see an empty one, which contains no rule.
    let write = |rules: &str| {
        fs::write(&draft, rules).unwrap();
        fs::rename(&draft, &file).unwrap();
    };
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.clone());
        config.time_zone = "Pacific/Auckland".to_owned();
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    let gets = async |status: u16| alice.get(&path).await.status() == status;
    let broken = async || {
        let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
        let policies = ready.get("policies").and_then(Value::as_str);
        policies.is_some_and(|policies| policies.contains("is invalid"))
    };
    assert!(gets(200).await && !broken().await);
    write(CLOSED_AT_NIGHT);
    until("the changed rule holds", async || gets(404).await).await;
    assert!(!broken().await);
    write("forbid (principal, action, resource is Tusk);");
    until("the broken rule is told", async || broken().await).await;
    assert!(gets(404).await);
    write(CLOSED_AT_NIGHT);
    until("the repaired rule is told", async || !broken().await).await;
    assert!(gets(404).await);
    // A directory that is missing temporarily and returns unchanged.
    fs::rename(&directory, &away).unwrap();
    until("the missing directory is told", async || broken().await).await;
    assert!(gets(404).await);
    fs::rename(&away, &directory).unwrap();
    until("the directory is back", async || !broken().await).await;
    assert!(gets(404).await);
    fs::remove_file(&file).unwrap();
    until("the removed rule is gone", async || gets(200).await).await;
}

#[actix_web::test]
async fn broken_rule_rejects_start_with_file_line_and_reason() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("own.cedar");
    fs::write(
        &file,
        "permit (principal, action, resource is Task)\nwhen { resource.size > 3 };",
    )
    .unwrap();
    let url = "http://localhost:8401";
    let mut config = Config::new("sqlite::memory:", "http://localhost:8400", "urn:api", url);
    config.policy_dir = Some(directory.path().to_owned());
    let deps = Deps::default();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = Server::build(config, deps, listener).await.err().unwrap();
    let refused = refused.to_string();
    assert!(refused.contains("own.cedar:2: "), "{refused}");
    assert!(refused.contains("size"), "{refused}");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rule_without_sql_form_applies_to_changes_too(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let rule = "permit (principal, action, resource is Task)\n\
                when { resource has department && resource.department like \"open*\" };\n\
                forbid (principal, action == Action::\"update\", resource is Task)\n\
                when { resource.status like \"canc*\" };";
    fs::write(directory.path().join("own.cedar"), rule).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let bob = fixture.person("bob", DEVELOPER);
    let mut paths = Vec::new();
    for department in ["open/one", "closed"] {
        let task = alice
            .create(json!({"title": department, "department": department}))
            .await;
        paths.push(format!("/api/tasks/{}", task["id"].as_str().unwrap()));
    }
    assert_eq!(bob.titles("/api/tasks/").await, ["open/one"]);
    let change = || json!({"status": "done"});
    assert_eq!(
        bob.send(Method::PATCH, &paths[0], change()).await.status(),
        200
    );
    problem(bob.send(Method::PATCH, &paths[1], change()).await, 404).await;
    problem(bob.delete(&paths[1]).await, 404).await;
    // Many at once without a version: each is decided on the row that it changes.
    let changes = (0..8).map(|_| bob.send(Method::PATCH, &paths[0], change()));
    for response in futures_util::future::join_all(changes).await {
        assert_eq!(response.status(), StatusCode::OK);
    }
    let cancel = json!({"status": "cancelled"});
    assert_eq!(
        alice.send(Method::PATCH, &paths[0], cancel).await.status(),
        200
    );
    problem(alice.send(Method::PATCH, &paths[0], change()).await, 403).await;
    assert_eq!(bob.delete(&paths[0]).await.status(), StatusCode::NO_CONTENT);
}

/// Rules without a translation are evaluated row by row, for at most 2,000 rows: then the page ends
/// with a cursor for the rest.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn page_looks_at_so_many_rows_and_hands_out_cursor(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let rule = "permit (principal, action == Action::\"read\", resource is Task)\n\
                when { resource has department && resource.department like \"open*\" };";
    fs::write(directory.path().join("own.cedar"), rule).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let bob = fixture.person("bob", DEVELOPER);
    let task = |title, department| json!({"title": title, "department": department});
    alice.create(task("last", "open/one")).await;
    fixture.clock.advance(10);
    alice.create(task("hidden", "closed")).await;
    let (id, numbers) = match backend {
        Backend::Sqlite => (
            "randomblob(16)",
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
             SELECT i FROM n) AS numbers",
        ),
        Backend::Postgres => ("gen_random_uuid()", "generate_series(1, 2500) AS numbers"),
    };
    let rest = "owner_subject, title, title_key, description, description_key, status, priority, \
                due_day, version, created_at, updated_at, org, project_id, assignee, department";
    let many = format!(
        "INSERT INTO tasks (id, {rest}) SELECT {id}, {rest} FROM tasks, {numbers} \
         WHERE title = 'hidden'"
    );
    let db = crate::database::connect(fixture.database.url()).await;
    db.execute_unprepared(&many).await.unwrap();
    fixture.clock.advance(10);
    alice.create(task("first", "open/two")).await;

    let page: Value = bob.get("/api/tasks/").await.json().await.unwrap();
    assert_eq!(crate::fixture::titles(&page), ["first"]);
    let next = page["next"].as_str().expect("a cursor for the rest");
    let path = format!("/api/tasks/?cursor={next}");
    let page: Value = bob.get(&path).await.json().await.unwrap();
    assert_eq!(crate::fixture::titles(&page), ["last"]);
    assert_eq!(page["next"], Value::Null);
}

const IN_THE_OFFICE: &str = r#"
forbid (principal, action, resource is Task)
unless { context has address && context.address.isInRange(ip("198.51.100.0/24")) };
"#;

#[rstest]
#[case::the_proxy_is_trusted(&["127.0.0.0/8", "10.0.0.0/8"], [200, 404, 404, 200, 404])]
#[case::no_proxy_is_trusted(&[], [404; 5])]
#[case::another_proxy_is_trusted(&["10.0.0.0/8"], [404; 5])]
#[actix_web::test]
async fn rules_see_address_from_trusted_proxy(
    #[case] trusted: &[&str],
    #[case] expected: [u16; 5],
) {
    let directory = tempfile::tempdir().unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        let networks = trusted.iter().map(|network| network.parse().unwrap());
        config.trusted_proxies = networks.collect();
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    fs::write(directory.path().join("own.cedar"), IN_THE_OFFICE).unwrap();
    until("the rule holds", async || {
        alice.get(&path).await.status() == 404
    })
    .await;
    let forwarded = [
        "198.51.100.7",
        "203.0.113.9",
        // The caller's own values precede those of the proxies.
        "198.51.100.7, 203.0.113.9",
        "203.0.113.9, 198.51.100.7, 10.0.0.2",
        "nonsense",
    ];
    for (forwarded, status) in forwarded.into_iter().zip(expected) {
        let request = alice.request(Method::GET, &path);
        let request = request.header("x-forwarded-for", forwarded);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{forwarded}");
    }
}

/// The header that is not configured may come from the caller.
#[rstest]
#[case::x_forwarded_for(ForwardedHeader::XForwardedFor, [200, 404, 404, 200])]
#[case::forwarded(ForwardedHeader::Forwarded, [404, 200, 200, 404])]
#[actix_web::test]
async fn address_is_read_from_configured_header_alone(
    #[case] header: ForwardedHeader,
    #[case] expected: [u16; 4],
) {
    let directory = tempfile::tempdir().unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.forwarded_header = header;
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    fs::write(directory.path().join("own.cedar"), IN_THE_OFFICE).unwrap();
    until("the rule holds", async || {
        alice.get(&path).await.status() == 404
    })
    .await;
    let (inside, outside) = ("198.51.100.7", "203.0.113.9");
    let sent = [
        [
            ("x-forwarded-for", inside.to_owned()),
            ("accept", "*/*".to_owned()),
        ],
        [
            ("forwarded", format!("for=\"{inside}:4711\";proto=https")),
            ("accept", "*/*".to_owned()),
        ],
        [
            ("x-forwarded-for", outside.to_owned()),
            ("forwarded", format!("for={inside}")),
        ],
        [
            ("x-forwarded-for", inside.to_owned()),
            ("forwarded", format!("for={outside}")),
        ],
    ];
    for (fields, status) in sent.into_iter().zip(expected) {
        let mut request = alice.request(Method::GET, &path);
        for (name, value) in &fields {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{fields:?}");
    }
}

/// A rule that fails for every task with priority 2 or more by an integer overflow.
const FAILS_LATER: &str = r#"
@id("own.fails")
forbid (principal, action, resource is Task)
when { resource.priority * 4611686018427387904 < 0 };
"#;

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn copied_ready_rules_answer_lists_and_details(#[case] backend: Backend) {
    use doorward_policy::library;
    let directory = tempfile::tempdir().unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.limits_multiplier = 1000.0;
    })
    .await;
    let alice = fixture.person("alice", &format!("{DEVELOPER} projects:create"));
    let task = alice.create_titled("t").await;
    let project = crate::projects::project(&alice, json!({"name": "p"})).await;
    let writer = fixture.person("alice", "content:read content:write");
    let article = crate::articles::article(&writer, json!({"title": "a"})).await;
    let file = directory.path().join("copied.cedar");
    let mut accepted = 0;
    for (name, text) in library::FILES {
        for (kind, person, paths) in [
            ("Task", &alice, ["/api/tasks/", task.as_str()]),
            ("Project", &alice, ["/api/projects/", project.as_str()]),
            ("Document", &writer, ["/api/articles/", article.as_str()]),
        ] {
            let rule = text.replace("resource is Document", &format!("resource is {kind}"));
            let draft = directory.path().join("draft");
            fs::write(&draft, rule).unwrap();
            fs::rename(&draft, &file).unwrap();
            fixture.policies.reload();
            if fixture.policies.broken().is_none() {
                accepted += 1;
            }
            for path in paths {
                let status = person.get(path).await.status();
                assert!(
                    status == 200 || status == 404,
                    "{name} {kind} {path} {status}"
                );
            }
        }
    }
    assert_eq!(accepted, 3 * library::FILES.len() - 12);
}

#[actix_web::test]
async fn fallible_forbid_rule_is_rejected_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("own.cedar");
    fs::write(&file, FAILS_LATER).unwrap();
    let received = doorward_policy::Engine::load(Some(directory.path()));
    let received = received.unwrap_err().to_string();
    assert!(received.contains("own.fails fails"), "{received}");
}
