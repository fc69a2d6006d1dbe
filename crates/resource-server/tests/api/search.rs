//! Search by words in tasks, projects and articles.

use doorward_resource_server::db;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::{Backend, TestDatabase, execute};
use crate::fixture::{Caller, DEVELOPER, Fixture, MANAGER, header};

const EVERYTHING: &str = "tasks:read tasks:write tasks:delete projects:create projects:write_all \
                          content:read content:write";

/// Returns the number of objects that a search finds.
async fn found(caller: &Caller<'_>, list: &str, text: &str) -> usize {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let response = caller.get(&format!("{list}?search={text}")).await;
    assert_eq!(response.status(), StatusCode::OK, "{list} {text}");
    let page: Value = response.json().await.unwrap();
    page["items"].as_array().unwrap().len()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn search_follows_every_change(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let ann = fixture.person("ann", EVERYTHING);
    for (list, text) in [
        ("/api/tasks/", "title"),
        ("/api/projects/", "name"),
        ("/api/articles/", "title"),
    ] {
        let body = json!({text: "Größe des Projekts 日本語 'x\" OR"});
        let created = ann.send(Method::POST, list, body).await;
        assert_eq!(created.status(), StatusCode::CREATED, "{list}");
        let path = header(&created, "location").to_owned();
        for (search, expected) in [
            ("grosse", 1),
            ("GRÖS projek", 1),
            ("本語", 1),
            ("rojekt", 0),
            ("\"", 0),
            ("x' OR 1 --", 0),
            ("* NOT grosse", 0),
            ("gro* AND", 0),
            ("or x", 1),
            (" ", 1),
        ] {
            assert_eq!(found(&ann, list, search).await, expected, "{list} {search}");
        }
        let renamed = ann.send(Method::PATCH, &path, json!({text: "Other"})).await;
        assert_eq!(renamed.status(), StatusCode::OK, "{list}");
        assert_eq!(found(&ann, list, "grosse").await, 0, "{list}");
        assert_eq!(found(&ann, list, "oth").await, 1, "{list}");
        if list != "/api/projects/" {
            assert_eq!(ann.delete(&path).await.status(), StatusCode::NO_CONTENT);
            assert_eq!(found(&ann, list, "oth").await, 0, "{list}");
        }
    }
    let rows = "SELECT COUNT(*) FROM tasks_search WHERE words IS NULL OR kind <> 'project'";
    assert_eq!(fixture.number(rows).await, 0);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn search_reads_description_and_obeys_policies(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let long = format!("{} needle", "straw ".repeat(1600));
    let task = alice
        .create(json!({"title": "t", "description": long}))
        .await;
    let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(found(&alice, "/api/tasks/", "need t").await, 1);
    // A change of another text keeps the words of the description.
    alice
        .send(Method::PATCH, &path, json!({"title": "u"}))
        .await;
    assert_eq!(found(&alice, "/api/tasks/", "needle u").await, 1);
    alice
        .send(Method::PATCH, &path, json!({"status": "done"}))
        .await;
    assert_eq!(found(&alice, "/api/tasks/", "needle").await, 1);
    alice.send(Method::PUT, &path, json!({"title": "u"})).await;
    assert_eq!(found(&alice, "/api/tasks/", "needle").await, 0);
    alice
        .send(Method::PATCH, &path, json!({"description": "needle"}))
        .await;
    for (subject, permissions, org, expected) in [
        ("alice", DEVELOPER, None, 1),
        ("bob", DEVELOPER, None, 0),
        ("mona", MANAGER, None, 1),
        ("mona", MANAGER, Some("acme"), 0),
    ] {
        let claims = org.map_or_else(|| json!({}), |org| json!({"org": org}));
        let caller = fixture.caller(subject, permissions, &claims);
        assert_eq!(
            found(&caller, "/api/tasks/", "needle").await,
            expected,
            "{subject} {org:?}"
        );
    }
    // Pages of a search continue where the former one ended.
    for number in 0..5 {
        alice.create_titled(&format!("needle {number}")).await;
    }
    let mut path = "/api/tasks/?search=needle&limit=2".to_owned();
    let mut sizes = Vec::new();
    loop {
        let response = alice.get(&path).await;
        let link = header(&response, "link").to_owned();
        let page: Value = response.json().await.unwrap();
        sizes.push(page["items"].as_array().unwrap().len());
        let Some(next) = link.split(['<', '>']).nth(1) else {
            break;
        };
        next.clone_into(&mut path);
    }
    assert_eq!(sizes, [2, 2, 2]);
}

/// Inserts a task, a project and an article as a release without the index does.
async fn insert_rows(url: &str, backend: Backend, title: &str) {
    let id = match backend {
        Backend::Sqlite => "randomblob(16)",
        Backend::Postgres => "gen_random_uuid()",
    };
    for sql in [
        format!(
            "INSERT INTO tasks (id, org, owner_subject, title, title_key, description, \
             description_key, status, priority, due_day, version, created_at, updated_at) \
             VALUES ({id}, '', 'ann', '{title}', 't', 'of alpha', '', 'todo', 2, 2147483647, 1, 0, 0)"
        ),
        format!(
            "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
             confidentiality, internal_notes, version, created_at, updated_at) \
             VALUES ({id}, '', 'ann', '{title}', 'p', '', 'internal', '', 1, 0, 0)"
        ),
        format!(
            "INSERT INTO articles (id, org, author_subject, title, title_key, body, \
             confidentiality, version, created_at, updated_at) \
             VALUES ({id}, '', 'ann', '{title}', 'a', '', 'internal', 1, 0, 0)"
        ),
    ] {
        execute(url, &sql).await;
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn rows_of_former_release_are_indexed(#[case] backend: Backend) {
    let fixture = Fixture::cleaning(backend, |_| {}).await;
    let url = fixture.database.url();
    let ann = fixture.person("ann", EVERYTHING);
    let lists = ["/api/tasks/", "/api/projects/", "/api/articles/"];
    let pending = "SELECT COUNT(*) FROM tasks_search WHERE words IS NULL";
    // During an upgrade, by the job.
    insert_rows(&url, backend, "Zürich").await;
    fixture.wait_for(pending, 0).await;
    for list in lists {
        assert_eq!(found(&ann, list, "zurich").await, 1, "{list}");
    }
    execute(&url, "UPDATE tasks SET title = 'Genf'").await;
    fixture.wait_for(pending, 0).await;
    assert_eq!(found(&ann, "/api/tasks/", "zurich").await, 0);
    assert_eq!(found(&ann, "/api/tasks/", "genf alpha").await, 1);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn upgrade_indexes_and_counts_existing_rows(#[case] backend: Backend) {
    let database = TestDatabase::create(backend).await;
    let url = database.url();
    db::migrate(&url).await.unwrap();
    insert_rows(&url, backend, "Zürich").await;
    insert_rows(&url, backend, "Genf").await;
    execute(&url, "DELETE FROM tasks_search").await;
    execute(&url, "DELETE FROM tasks_counts").await;
    for migration in ["m0009_search", "m0011_counts"] {
        let forget = format!("DELETE FROM tasks_migrations WHERE version = '{migration}'");
        execute(&url, &forget).await;
    }
    db::migrate(&url).await.unwrap();
    let select = |sql: &'static str| {
        let url = url.clone();
        async move {
            use sea_orm::{ConnectionTrait as _, Statement};
            let db = crate::database::connect(url).await;
            let query = Statement::from_string(db.get_database_backend(), sql);
            let row = db.query_one_raw(query).await.unwrap().unwrap();
            row.try_get_by_index::<i64>(0).unwrap()
        }
    };
    assert_eq!(
        select("SELECT COUNT(*) FROM tasks_search WHERE words LIKE '%zurich%'").await,
        3
    );
    assert_eq!(
        select("SELECT COUNT(*) FROM tasks_counts WHERE total = 2").await,
        6
    );
}
