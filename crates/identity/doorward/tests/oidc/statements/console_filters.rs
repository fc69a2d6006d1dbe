//! Tests that the filtered lists of the console run three statements: for the session, for the rights,
//! and for the list.

use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Authorization, Backend, Stack, UserAgent};

use super::{compare, of_one};

#[test]
fn statements_of_console_filters_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], lists);
}

#[test]
fn statements_of_console_filters_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], lists);
}

const LISTS: [&str; 5] = [
    "/admin/people",
    "/admin/people?q=al&state=active&second_factor=none",
    "/admin/people?organization=acme&role=admin&unused_days=90&locked=true",
    "/admin/apps",
    "/admin/apps?q=a&state=active&registered_by=administrator",
];

async fn lists(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "admin").await.code();
    let mut found = Vec::new();
    for path in LISTS {
        let route = path.split('?').next().unwrap_or_default();
        let listed = async || {
            let page = agent.get(stack.at(path)).await;
            assert_eq!(page.status, 200, "{path}: {}", page.dump());
        };
        // Filter and order have no common index: the clients are read in two steps.
        let written = if path.contains("registered_by") { 4 } else { 3 };
        found.push((path, of_one(stack, ("GET", route), listed).await, written));
    }
    compare(&found);
}
