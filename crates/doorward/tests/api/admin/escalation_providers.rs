//! Tests that only an administrator writes identity providers, because these authenticate users and
//! give roles (decision 36).

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::Provider;
use doorward_domain::secret::MasterKey;

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok};

flows!(
    providers_write_alone_changes_no_provider,
    provider_flows_require_full_power,
);

const ACME: &str = "/api/admin/providers/acme";
const CLERK: &[&str] = &["providers:read", "providers:write"];

fn spec(more: &Value) -> Value {
    let mut body = json!({ "issuer": "https://login.acme.example", "client_id": "doorward" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// Checks that `providers:write` alone allows no change of an identity provider.
async fn providers_write_alone_changes_no_provider(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "clerk", CLERK).await;
    let attacks = [
        json!({ "roles": { "everybody": "admin" } }),
        json!({ "trusts_email": true, "links_by_email": true }),
        json!({ "trusts_mfa": true }),
        json!({}),
        json!({ "disabled": true }),
    ];
    let put = async |more: &Value| {
        let request = ("PUT", ACME, Some(spec(more)));
        denied(&world, "carol", request, "more_than_held").await;
    };
    for attack in &attacks {
        put(attack).await;
    }
    // Nor may an existing identity provider be changed, disabled or removed.
    let plain = spec(&json!({}));
    ok(&world.call("admin", "PUT", ACME, Some(&plain)).await, 201);
    for attack in &attacks {
        put(attack).await;
    }
    denied(&world, "carol", ("DELETE", ACME, None), "more_than_held").await;
    ok(&world.call("carol", "GET", ACME, None).await, 200);
}

/// Asserts that an operation was denied because the administrator lacks permissions.
#[track_caller]
fn is_denied<T>(done: Result<T, AdminError>, name: &str) {
    let rule = match done {
        Err(AdminError::Denied(denial)) => denial.rule.as_str(),
        Err(other) => panic!("{name}: {other}"),
        Ok(_) => panic!("{name} was not denied"),
    };
    assert_eq!(rule, "more_than_held", "{name}");
}

/// Checks the flow functions directly, also those without a route.
async fn provider_flows_require_full_power(stack: &Stack) {
    let world = World::new(stack).await;
    let key = ProviderKey::derive(&MasterKey::generate(&mut rand::rng()));
    let spec = ProviderSpec {
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    let line = AdminContext::command_line(&world.db, &stack.clock);
    let (created, _): (Provider, bool) = providers::put(&line, &key, "acme", &spec).await.unwrap();
    let clerk = world.operator("carol", CLERK, &["clerk"]);
    let all = [("acme".to_owned(), spec.clone())];
    is_denied(providers::put(&clerk, &key, "acme", &spec).await, "put");
    is_denied(providers::put_all(&clerk, &key, &all, true).await, "apply");
    let created_by_clerk = providers::create(&clerk, &key, "other", &spec).await;
    is_denied(created_by_clerk, "create");
    let changed = providers::update(&clerk, &key, "acme", &spec).await;
    is_denied(changed, "update");
    let planned = providers::plan(&clerk, &created, &spec).await;
    is_denied(planned, "plan");
    let replaced = providers::replace_secret(&clerk, &key, "acme", "stolen").await;
    is_denied(replaced, "secret");
    is_denied(providers::switch(&clerk, "acme", false).await, "disable");
    is_denied(providers::switch(&clerk, "acme", true).await, "enable");
    is_denied(providers::delete(&clerk, "acme").await, "delete");
    let stored = providers::get(&line, "acme").await.unwrap();
    assert_eq!(stored, created);
    // A role without its permissions does not allow mapping more permissions than the administrator
    // has.
    let admin = world.operator("carol", CLERK, &["admin"]);
    let mapping = ProviderSpec {
        roles: Some([("everybody".to_owned(), "admin".to_owned())].into()),
        ..spec.clone()
    };
    is_denied(providers::put(&admin, &key, "acme", &mapping).await, "map");
    let planned = providers::plan(&admin, &created, &mapping).await;
    is_denied(planned, "plan the map");
    providers::put(&admin, &key, "acme", &spec).await.unwrap();
}
