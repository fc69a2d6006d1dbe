//! Tests of the domain of an organization in the admin API.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    domain_is_set_removed_and_unique,
    malformed_and_reserved_domains_are_rejected,
    only_global_administrator_sets_domain,
);

const ACME: &str = "/api/admin/organizations/acme";
const ZETA: &str = "/api/admin/organizations/zeta";

async fn set(world: &World<'_>, path: &str, domain: Value) -> Page {
    let body = json!({ "domain": domain });
    world.change("admin", "PATCH", path, Some(&body)).await
}

/// Requests `/` at a host with the issuer's port.
async fn home(stack: &Stack, host: &str) -> u16 {
    let (_, port) = stack.issuer().rsplit_once(':').expect("a port");
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/"));
    let request = request.header("host", format!("{host}:{port}"));
    agent.send(request).await.status
}

async fn domain_is_set_removed_and_unique(stack: &Stack) {
    let world = World::new(stack).await;
    let host = "login.acme.example";
    assert_eq!(home(stack, host).await, 421);
    let changed = ok(&set(&world, ACME, json!("Login.ACME.example")).await, 200);
    assert_eq!(changed["domain"], host);
    let read = ok(&world.call("admin", "GET", ACME, None).await, 200);
    assert_eq!(read["domain"], host);
    // A change by this process takes effect at once.
    assert_eq!(home(stack, host).await, 303);
    let taken = set(&world, ZETA, json!(host)).await;
    assert_eq!(taken.status, 409, "{}", taken.dump());
    // A change that does not mention the domain keeps it.
    let renamed = json!({ "name": "Acme Gardens" });
    let renamed = world.change("admin", "PATCH", ACME, Some(&renamed)).await;
    assert_eq!(ok(&renamed, 200)["domain"], host);
    let removed = ok(&set(&world, ACME, Value::Null).await, 200);
    assert_eq!(removed.get("domain"), None);
    assert_eq!(home(stack, host).await, 421);
    // A deleted organization releases its domain.
    ok(&set(&world, ZETA, json!(host)).await, 200);
    let deleted = world.change("admin", "DELETE", ZETA, None).await;
    assert_eq!(deleted.status, 204, "{}", deleted.dump());
    assert_eq!(home(stack, host).await, 421);
    ok(&set(&world, ACME, json!(host)).await, 200);
}

async fn malformed_and_reserved_domains_are_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    for wrong in [
        "",
        "localhost",
        "https://a.example",
        "a.example:8",
        "1.2.3.4",
        "a..example",
    ] {
        let received = problem(&set(&world, ACME, json!(wrong)).await, 400, "invalid-input");
        assert_eq!(received["errors"][0]["field"], "domain", "{received}");
    }
    let number = set(&world, ACME, json!(7)).await;
    assert_eq!(number.status, 400, "{}", number.dump());
    let body = json!({ "domain": "login.acme.example" });
    let unversioned = world.call("admin", "PATCH", ACME, Some(&body)).await;
    problem(&unversioned, 428, "version-required");
}

async fn only_global_administrator_sets_domain(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = world.id("alice");
    world
        .assign(SubjectKind::User, &alice, "admin", Some("acme"))
        .await;
    for domain in [json!("login.acme.example"), Value::Null] {
        let body = json!({ "domain": domain });
        // The owner, and an administrator of the organization.
        for who in ["mona@acme", "alice@acme"] {
            let page = world.change(who, "PATCH", ACME, Some(&body)).await;
            assert_eq!(page.status, 403, "{who}: {}", page.dump());
        }
    }
    assert_eq!(home(stack, "login.acme.example").await, 421);
}
