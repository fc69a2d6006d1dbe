//! Query plans of lists of a whole organization: each order is the range of an index, and a search
//! reads the full-text index.

use std::collections::BTreeSet;

use doorward_access::Principal;
use doorward_protocol::scope::Scope;
use doorward_resource_server::explain;
use rstest::rstest;

use crate::database::Backend;
use crate::fixture::Fixture;

fn principal(entitlements: &[&str]) -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: "mona".to_owned(),
        client_id: "app".to_owned(),
        scope: Scope::parse("tasks:read").unwrap(),
        roles: Vec::new(),
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: entitlements
            .iter()
            .map(|entitlement| (*entitlement).to_owned())
            .collect::<BTreeSet<_>>(),
        org: None,
        email_verified: false,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: String::new(),
        expires_at: 0,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

/// Inserts tasks of 20 owners.
async fn fill(fixture: &Fixture, backend: Backend) {
    let (id, numbers) = match backend {
        Backend::Sqlite => (
            "randomblob(16)",
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10000) \
             SELECT n FROM s)",
        ),
        Backend::Postgres => ("gen_random_uuid()", "generate_series(1, 10000) AS s(n)"),
    };
    let sql = format!(
        "INSERT INTO tasks (id, org, owner_subject, title, title_key, description, \
         description_key, status, priority, due_day, version, created_at, updated_at) \
         SELECT {id}, '', 'user' || (n % 20), 'Task ' || n, 'task ' || n, '', '', 'todo', n % 4 + 1, \
         n, 1, n, n FROM {numbers}"
    );
    fixture.execute(&sql).await;
    fixture
        .execute("UPDATE tasks_search SET words = 'word' || number")
        .await;
    if backend == Backend::Postgres {
        fixture.execute("ANALYZE").await;
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn every_order_of_organization_is_range_of_index(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    fill(&fixture, backend).await;
    let url = fixture.database.url();
    let plan = async |entitlements: &[&str], query: &str| {
        let principal = principal(entitlements);
        let lines = explain::plan(&url, &fixture.policies, &principal, query, 0).await;
        lines.unwrap().join("\n")
    };
    let all = &["tasks:read", "tasks:read_all", "projects:restricted"][..];
    for entitlements in [all, &all[..2]] {
        for (key, index) in [
            ("created_at", "created"),
            ("updated_at", "updated"),
            ("due_date", "due"),
            ("priority", "priority"),
            ("title", "title"),
        ] {
            for direction in ["", "-"] {
                for (filter, index) in [
                    ("", format!("tasks_org_{index}")),
                    ("&owner=user7", format!("tasks_org_owner_{index}")),
                    ("&status=todo", format!("tasks_org_{index}")),
                ] {
                    let query = format!("ordering={direction}{key}{filter}");
                    let plan = plan(entitlements, &query).await;
                    assert!(plan.contains(&index), "{query}:\n{plan}");
                    for whole in ["Seq Scan on tasks", "SCAN tasks\n", "Sort", "TEMP B-TREE"] {
                        assert!(!plan.contains(whole), "{query}:\n{plan}");
                    }
                }
            }
        }
    }
    // The words that are found select the rows, and not the organization.
    for query in [
        "search=alpha",
        "search=alpha&ordering=title&owner=user7&status=done",
    ] {
        let plan = plan(all, query).await;
        let (text, rows) = match backend {
            Backend::Sqlite => ("VIRTUAL TABLE INDEX", "sqlite_autoindex_tasks_1 (id=?)"),
            Backend::Postgres => ("tasks_search_words", "tasks_pkey"),
        };
        assert!(
            plan.contains(text) && plan.contains(rows),
            "{query}:\n{plan}"
        );
    }
}
