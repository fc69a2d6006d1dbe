//! Tests of the author of a client's URLs, which decides the networks that they may lead to.

use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{ClientChange, ClientId};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(only_command_writes_urls_of_operator);

/// Checks that the API, also for the role `admin`, never makes a URL the operator's, so that it opens
/// no internal network (decision 96).
async fn only_command_writes_urls_of_operator(stack: &Stack) {
    let world = World::new(stack).await;
    let [keys, logout, object] =
        ["jwks", "logout", "object"].map(|path| format!("https://10.20.0.1/{path}"));
    let body = json!({
        "id": "inside", "name": "Inside", "kind": "confidential",
        "auth_method": "private_key_jwt", "jwks_uri": keys, "backchannel_logout_uri": logout,
        "request_uris": [object], "redirect_uris": ["https://app.example/cb"],
    });
    let list = "/api/admin/clients";
    ok(&world.call("admin", "POST", list, Some(&body)).await, 201);
    let id = ClientId::parse("inside").unwrap();
    let written = async || {
        let stored = repo::clients::find(world.db.read(), &id)
            .await
            .unwrap()
            .unwrap();
        stored.operator_urls
    };
    assert!(written().await.is_empty(), "created by the API");
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    let by_command = ClientChange {
        jwks_uri: Some(keys.clone()),
        backchannel_logout_uri: Some(logout.clone()),
        ..ClientChange::default()
    };
    clients::update(&operator, &id, by_command).await.unwrap();
    assert_eq!(written().await, [keys.clone(), logout.clone()]);
    let path = format!("{list}/inside");
    for (change, expected) in [
        (json!({ "name": "Renamed" }), vec![&keys, &logout]),
        (
            json!({ "backchannel_logout_uri": "https://10.20.0.1/other" }),
            vec![&keys],
        ),
        (json!({ "backchannel_logout_uri": logout }), vec![&keys]),
        (json!({ "jwks_uri": "https://10.20.0.2/jwks" }), vec![]),
    ] {
        ok(
            &world.change("admin", "PATCH", &path, Some(&change)).await,
            200,
        );
        assert_eq!(
            written().await.iter().collect::<Vec<_>>(),
            expected,
            "{change}"
        );
    }
}
