//! Tests of former names in requests and tokens.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::renames;
use doorward_testkit::{Stack, flows, jwt};

use crate::support::{assert_oauth_error, text, tokens};

flows!(former_scope_and_role_are_in_requests_and_tokens_until_date);

async fn former_scope_and_role_are_in_requests_and_tokens_until_date(stack: &Stack) {
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let until = Some(stack.clock.now() + 3_600);
    renames::role(&operator, "manager", "lead", until)
        .await
        .unwrap();
    renames::permission(&operator, "tasks:read", "jobs:read", until)
        .await
        .unwrap();
    // Caches are a second old at most.
    stack.clock.advance(2);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let ask = async |scope: &str| {
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        stack.token(&stack.seed.service, &fields).await
    };
    for scope in ["tasks:read", "jobs:read"] {
        let json = tokens(&ask(scope).await);
        assert_eq!(json["scope"], "jobs:read tasks:read", "{scope}");
        let claims = jwt::claims(&text(&json, "access_token"));
        assert_eq!(claims["scope"], "jobs:read tasks:read");
        assert_eq!(claims["roles"], serde_json::json!(["lead", "manager"]));
        let entitlements = claims["entitlements"].as_array().expect("entitlements");
        for name in ["jobs:read", "tasks:read"] {
            assert!(entitlements.contains(&name.into()), "{name}: {claims}");
        }
    }
    stack.clock.advance(3_600);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_oauth_error(&ask("tasks:read").await, 400, "invalid_scope");
    let json = tokens(&ask("jobs:read").await);
    assert_eq!(json["scope"], "jobs:read");
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_eq!(claims["roles"], serde_json::json!(["lead"]));
}
