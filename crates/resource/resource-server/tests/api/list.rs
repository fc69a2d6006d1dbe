//! Lists: order, filters, pages.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, header, problem, titles};

async fn seed(alice: &Caller<'_>) {
    for (title, status, priority, due) in [
        ("Beta", "todo", "low", json!("2026-12-01")),
        ("alpha", "done", "urgent", json!(null)),
        ("Gamma 100% _x", "in_progress", "high", json!("2026-11-25")),
        ("delta", "todo", "medium", json!("2027-01-15")),
    ] {
        alice
            .create(
                json!({"title": title, "status": status, "priority": priority, "due_date": due,
                           "description": format!("about {title} ÄÖ\\")}),
            )
            .await;
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn lists_are_filtered_and_ordered_equally_on_each_database(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    fixture
        .person("bob", DEVELOPER)
        .create_titled("Beta of Bob")
        .await;
    seed(&alice).await;
    let (a, b, c, d) = ("alpha", "Beta", "Gamma 100% _x", "delta");
    for (query, expected) in [
        ("", vec![d, c, a, b]),
        ("ordering=created_at", vec![b, a, c, d]),
        ("ordering=-updated_at", vec![d, c, a, b]),
        ("ordering=title", vec![a, b, d, c]),
        ("ordering=-title", vec![c, d, b, a]),
        ("ordering=priority", vec![b, d, c, a]),
        ("ordering=-priority", vec![a, c, d, b]),
        ("ordering=due_date", vec![c, b, d, a]),
        ("ordering=-due_date", vec![a, d, b, c]),
        ("status=todo&ordering=title", vec![b, d]),
        ("status=todo,in_progress&ordering=title", vec![b, d, c]),
        ("priority=urgent", vec![a]),
        ("priority=urgent,high&status=in_progress", vec![c]),
        ("due_before=2026-12-01&ordering=due_date", vec![c, b]),
        ("due_after=2026-12-01&ordering=due_date", vec![b, d]),
        ("due_after=2026-11-26&due_before=2026-12-31", vec![b]),
        ("search=ALPHA", vec![a]),
        ("search=gamma+100%25", vec![c]),
        ("search=gam+ab", vec![c]),
        ("search=about+lpha", vec![]),
        ("search=&ordering=title", vec![a, b, d, c]),
        ("search=%25", vec![]),
        ("search=_", vec![]),
        ("search=1__%25", vec![]),
        ("search=%5C&ordering=title", vec![]),
        ("search=äö&ordering=title", vec![a, b, d, c]),
        ("search=ao&ordering=-due_date&limit=2", vec![a, d]),
        ("search=ab&status=todo&ordering=title", vec![b, d]),
        ("search='%20OR%201=1--", vec![]),
        ("owner=alice&ordering=title", vec![a, b, d, c]),
        ("status=cancelled", vec![]),
    ] {
        let found = alice.titles(&format!("/api/tasks/?{query}")).await;
        assert_eq!(found, expected, "{query}");
        let same = alice.titles(&format!("/api/tasks?{query}")).await;
        assert_eq!(same, expected, "without the slash: {query}");
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn pages_cover_every_task_once_in_every_order(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    for number in 0..23 {
        if number % 4 == 0 {
            fixture.clock.advance(1);
        }
        let due = (number % 3 > 0).then(|| format!("2026-12-{:02}", number % 5 + 1));
        let priority = ["low", "high"][number % 2];
        alice
            .create(
                json!({"title": format!("{}", number % 6), "priority": priority,
                           "due_date": due, "description": number.to_string()}),
            )
            .await;
    }
    for key in ["created_at", "updated_at", "due_date", "priority", "title"] {
        for ordering in [key.to_owned(), format!("-{key}")] {
            let whole = alice
                .get(&format!("/api/tasks/?limit=200&ordering={ordering}"))
                .await;
            assert_eq!(header(&whole, "link"), "");
            let whole: Value = whole.json().await.unwrap();
            assert_eq!(whole["next"], json!(null));
            let mut paged = Vec::new();
            let mut path = format!("/api/tasks/?limit=5&ordering={ordering}");
            for page in 1.. {
                let response = alice.get(&path).await;
                assert_eq!(response.status(), StatusCode::OK, "{path}");
                let link = header(&response, "link").to_owned();
                let body: Value = response.json().await.unwrap();
                paged.extend(body["items"].as_array().unwrap().clone());
                if page == 5 {
                    assert_eq!((link.as_str(), &body["next"]), ("", &json!(null)));
                    break;
                }
                let cursor = body["next"].as_str().unwrap();
                path = link.split(['<', '>']).nth(1).unwrap().to_owned();
                assert!(link.ends_with(">; rel=\"next\""), "{link}");
                assert!(path.contains(cursor), "{path}");
                assert!(path.contains("limit=5"), "{path}");
            }
            assert_eq!(json!(paged), whole["items"], "{ordering}");
            let ids: BTreeSet<_> = paged.iter().map(|task| task["id"].to_string()).collect();
            assert_eq!(ids.len(), 23);
        }
    }
}

#[actix_web::test]
async fn page_is_stable_while_tasks_are_created_and_deleted() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let mut paths = Vec::new();
    for number in 1..=6 {
        paths.push(alice.create_titled(&number.to_string()).await);
    }
    let first: Value = alice.get("/api/tasks/?limit=3").await.json().await.unwrap();
    assert_eq!(titles(&first), ["6", "5", "4"]);
    alice.create_titled("7").await;
    // The task that the cursor refers to may be deleted.
    alice.delete(&paths[3]).await;
    let cursor = first["next"].as_str().unwrap();
    let second = alice
        .titles(&format!("/api/tasks/?limit=3&cursor={cursor}"))
        .await;
    assert_eq!(second, ["3", "2", "1"]);
}

#[rstest]
#[case("limit=0")]
#[case("limit=-1")]
#[case("limit=201")]
#[case("limit=9223372036854775808")]
#[case("limit=a")]
#[case("cursor=MTIz")]
#[case("cursor=%00")]
#[case("ordering=id;DROP TABLE tasks")]
#[case("ordering=owner_subject")]
#[case("status=nope")]
#[case("due_before=2026-02-30")]
#[case("search=%ff")]
#[case("search=%00")]
#[case("search=%")]
#[case("unknown=1")]
#[case("status=todo&status=done")]
#[actix_web::test]
async fn bad_query_is_400(#[case] query: &str) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    problem(alice.get(&format!("/api/tasks/?{query}")).await, 400).await;
}

#[actix_web::test]
async fn rejects_cursor_of_different_deployment_or_list() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let other = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let twin = other.person("alice", DEVELOPER);
    for _ in 0..2 {
        alice.create_titled("t").await;
        twin.create_titled("t").await;
    }
    let page: Value = twin.get("/api/tasks/?limit=1").await.json().await.unwrap();
    let cursor = page["next"].as_str().unwrap();
    let good = twin
        .get(&format!("/api/tasks/?limit=1&cursor={cursor}"))
        .await;
    assert_eq!(good.status(), StatusCode::OK);
    problem(
        alice
            .get(&format!("/api/tasks/?limit=1&cursor={cursor}"))
            .await,
        400,
    )
    .await;
    problem(
        twin.get(&format!("/api/tasks/?status=todo&cursor={cursor}"))
            .await,
        400,
    )
    .await;
}
