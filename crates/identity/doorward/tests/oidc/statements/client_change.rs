//! Tests the number of statements of the console's pages about a change of a client.

use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

use super::{compare, of_one};

#[test]
fn statements_of_client_changes_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], changes);
}

#[test]
fn statements_of_client_changes_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], changes);
}

const EDIT: &str = "/admin/apps/{id}/edit/{section}";
const ACTION: &str = "/admin/apps/{id}/{action}";

async fn sign_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "admin");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    agent
}

/// Counts the statements of the form, of its review, and of the questions with numbers.
async fn count(stack: &Stack, agent: &UserAgent) {
    let home = format!("/admin/apps/{}", stack.seed.trusted.id);
    let edit = stack.at(&format!("{home}/edit/sign-in"));
    let shown = async || {
        let page = agent.get(edit.clone()).await;
        assert_eq!(page.status, 200, "{}", page.dump());
    };
    let mut found = vec![("form", of_one(stack, ("GET", EDIT), shown).await, 4)];
    let page = agent.get(edit.clone()).await;
    let form = page.form("#entry").with("pkce", "optional");
    let reviewed = async || {
        let page = agent.submit(&form).await;
        assert!(page.has("#confirm"), "{}", page.dump());
    };
    let ran = of_one(stack, ("POST", EDIT), reviewed).await;
    // The registries decide what the client gets for itself.
    found.push(("review", ran, 7));
    for action in ["disable", "delete"] {
        let asked = async || {
            let page = agent.get(stack.at(&format!("{home}/{action}"))).await;
            assert_eq!(page.status, 200, "{}", page.dump());
        };
        let ran = of_one(stack, ("GET", ACTION), asked).await;
        found.push((action, ran, 5));
    }
    compare(&found);
}

async fn changes(stack: &Stack) {
    let agent = sign_in(stack).await;
    count(stack, &agent).await;
    // Users with access change no number.
    for name in ["alice", "bob", "mona"] {
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        let code = request.complete(&UserAgent::new(), name).await.code();
        let page = stack.exchange(&stack.seed.trusted, &code).await;
        assert_eq!(page.status, 200, "{}", page.dump());
    }
    count(stack, &agent).await;
}
