//! Concurrent requests: no lost and no duplicate changes, also with several processes on one
//! database.

use std::collections::BTreeSet;
use std::net::TcpListener;

use doorward_resource_server::{Config, Deps, Server, db};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::{Backend, TestDatabase};
use crate::fixture::{DEVELOPER, Fixture};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn of_50_concurrent_changes_of_version_only_first_wins(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    let changes = (0..50).map(|number| {
        let request = alice
            .request(Method::PATCH, &path)
            .header("if-match", "\"v1\"");
        request.json(&json!({"title": number.to_string()})).send()
    });
    let mut statuses: Vec<u16> = Vec::new();
    for response in join_all(changes).await {
        statuses.push(response.unwrap().status().as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 49);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn concurrent_changes_of_different_fields_are_kept(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    let fields = [
        json!({"title": "new"}),
        json!({"status": "done"}),
        json!({"priority": "urgent"}),
        json!({"due_date": "2027-01-01"}),
        json!({"description": "long"}),
    ];
    let changes = fields.iter().cycle().take(50);
    let changes = changes.map(|change| alice.send(Method::PATCH, &path, change.clone()));
    for response in join_all(changes).await {
        assert_eq!(response.status(), StatusCode::OK);
    }
    let response = alice.get(&path).await;
    assert_eq!(response.headers()["etag"], "\"v51\"");
    let task: Value = response.json().await.unwrap();
    for (name, value) in fields.iter().flat_map(|field| field.as_object().unwrap()) {
        assert_eq!(&task[name], value);
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn of_32_concurrent_deletions_only_first_succeeds(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    let deletions = join_all((0..32).map(|_| alice.delete(&path))).await;
    let removed = deletions
        .iter()
        .filter(|deletion| deletion.status() == StatusCode::NO_CONTENT);
    assert_eq!(removed.count(), 1);
    assert!(
        deletions
            .iter()
            .all(|one| [204, 404].contains(&one.status().as_u16()))
    );

    let created =
        join_all((0..64).map(|number| alice.create(json!({"title": number.to_string()}))));
    let ids: BTreeSet<_> = created
        .await
        .iter()
        .map(|task| task["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 64);
    assert_eq!(alice.titles("/api/tasks/?limit=200").await.len(), 64);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn several_servers_may_start_at_once_on_empty_database(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    let start = |_| {
        let config = Config::new(
            database.url(),
            "http://localhost:8400",
            "http://localhost:8401/api",
            "http://localhost:8401",
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Server::build(config, Deps::default(), listener)
    };
    let servers: Vec<_> = join_all((0..4).map(start)).await;
    for server in servers {
        assert!(server.unwrap().local_addr().port() > 0);
    }
    let status = db::migration_status(&database.url()).await.unwrap();
    assert!(status.len() >= 2);
    assert!(status.iter().all(|(_, applied)| *applied), "{status:?}");
    db::migrate(&database.url()).await.unwrap();
}
