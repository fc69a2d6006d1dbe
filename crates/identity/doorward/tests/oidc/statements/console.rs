//! Tests the number of statements of pages of the console, with the session and the authority.

use doorward_admin::operator::AdminContext;
use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Backend, PASSWORD, Stack, UserAgent};

use super::{LOCALHOST, compare, of_one};

#[test]
fn statements_of_console_pages_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS, LOCALHOST], pages);
}

#[test]
fn statements_of_console_pages_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS, LOCALHOST], pages);
}

/// Inserts a change of a user, whose name the home page reads.
async fn change(stack: &Stack) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice");
    let event = {
        let context = AdminContext::command_line(&db, &stack.clock);
        context.event(AuditKind::UserChanged, alice.id, "tested")
    };
    let tx = db.begin_write().await.unwrap();
    repo::audit::insert(&tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn pages(stack: &Stack) {
    change(stack).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "admin");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let app = format!("/admin/apps/{}", stack.seed.trusted.id);
    let mut found = Vec::new();
    for (route, path, written) in [
        ("/admin", "/admin", 5),
        ("/admin/apps", "/admin/apps", 3),
        ("/admin/apps", "/admin/apps?q=t", 3),
        // The app, its latest changes, and whether files manage it.
        ("/admin/apps/{id}", app.as_str(), 5),
    ] {
        let looked = async || {
            let response = agent.get(stack.at(path)).await;
            assert_eq!(response.status, 200, "{path}: {}", response.dump());
        };
        let ran = of_one(stack, ("GET", route), looked).await;
        found.push((path, ran, written));
    }
    compare(&found);
}
