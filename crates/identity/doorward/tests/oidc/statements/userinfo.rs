//! Tests that userinfo and introspection run one statement, whatever claims are released.

use doorward_domain::model::{AccessTokenFormat, ClaimOutput};
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Authorization, Backend, Stack, UserAgent};
use serde_json::json;

use super::{FACTOR_REQUIRED, LOCALHOST, compare, introspection, of_userinfo};
use crate::support::{text, tokens};
use crate::{custom_claims, organization, user_claims};

#[test]
fn statements_of_each_claim_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS, LOCALHOST], claims);
}

#[test]
fn statements_of_each_claim_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS, LOCALHOST], claims);
}

#[test]
fn statements_of_each_claim_with_required_factor_sqlite_memory() {
    let settings = [METRICS, LOCALHOST, FACTOR_REQUIRED];
    stack::run_with(Backend::SqliteMemory, &settings, claims);
}

/// Claims requested by name.
const NAMED: &str = r#"{"userinfo":{"roles":null,"groups":null}}"#;

async fn claims(stack: &Stack) {
    let client = &stack.seed.trusted;
    organization::seed(stack).await;
    user_claims::allow(stack, client).await;
    let mut found = Vec::new();
    measure(stack, &mut found, 1).await;

    custom_claims::profile_claims(stack).await;
    let role = json!({ "kind": "role", "values": [{ "when": "developer", "value": 7 }] });
    let name = json!({ "kind": "organization_name" });
    for (claim, source) in [("level", role), ("org_name", name)] {
        let spec = custom_claims::spec(claim, &source, &ClaimOutput::ALL);
        let id = claim.replace('_', "-");
        custom_claims::put(stack, &id, spec).await.unwrap();
    }
    measure(stack, &mut found, 1).await;

    // The claims of a reference token are one more row.
    let opaque = |client: &mut doorward_domain::model::Client| {
        client.access_token_format = AccessTokenFormat::Opaque;
    };
    stack.change_client(&client.id, opaque).await;
    measure(stack, &mut found, 2).await;
    compare(&found);
}

/// Measures the operations with tokens of different scopes and claims.
async fn measure(stack: &Stack, found: &mut Vec<(&str, u32, u32)>, written: u32) {
    let client = &stack.seed.trusted;
    for (what, scope, claims) in [
        ("openid", "openid", "{}"),
        ("profile", "openid profile", "{}"),
        ("roles by scope", "openid profile groups roles", "{}"),
        ("roles by name", "openid profile", NAMED),
    ] {
        let request = Authorization::new(stack.issuer(), client)
            .with("scope", scope)
            .with("organization", "acme")
            .with("claims", claims);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let json = tokens(&stack.exchange(client, &code).await);
        let access = text(&json, "access_token");
        found.push((what, of_userinfo(stack, &access).await, written));
        found.push((what, introspection(stack, &access).await, written));
    }
}
