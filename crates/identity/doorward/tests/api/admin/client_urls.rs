//! Tests of the author of a client's URLs, which decides the networks that they may lead to.

use std::collections::BTreeSet;

use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{ClientChange, ClientId, client_settings};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok, problem};

flows!(
    only_command_writes_urls_of_operator,
    urls_are_stored_as_checked,
);

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

/// Settings of clients whose value is a URL, or a list of them.
const URLS: [(&str, bool); 11] = [
    ("redirect_uris", true),
    ("post_logout_redirect_uris", true),
    ("allowed_origins", true),
    ("request_uris", true),
    ("jwks_uri", false),
    ("backchannel_logout_uri", false),
    ("frontchannel_logout_uri", false),
    ("backchannel_client_notification_endpoint", false),
    ("consent.policy_uri", false),
    ("consent.tos_uri", false),
    ("tls_client_auth_san_uri", false),
];

/// Texts that the parser of URLs would correct, or that name a user.
const CORRECTED: [&str; 9] = [
    "https://app.exa\tmple",
    "https://app.exa\rmple",
    "https://app.example\n/x",
    "https://app.example/\u{1b}[2J",
    "https://app.example/\u{a0}x",
    "https://app.example/\u{202e}",
    "https:\\\\app.example",
    "https://app.example\\@evil.example",
    "https://user:word@app.example",
];

async fn urls_are_stored_as_checked(stack: &Stack) {
    let world = World::new(stack).await;
    let known = client_settings::all().flat_map(|setting| setting.members.iter().copied());
    let words = ["uri", "origins", "endpoint"];
    let is_url = |member: &&str| words.iter().any(|word| member.contains(word));
    let known: BTreeSet<&str> = known.filter(is_url).collect();
    assert_eq!(
        known,
        URLS.map(|(field, _)| field).into(),
        "add it to the table"
    );
    let path = format!("/api/admin/clients/{}", stack.seed.web.id);
    for (field, is_list) in URLS {
        for text in CORRECTED {
            let value = if is_list { json!([text]) } else { json!(text) };
            let body = match field.split_once('.') {
                Some((outer, inner)) => json!({ outer: { inner: value } }),
                None => json!({ field: value }),
            };
            let found = world.change("admin", "PATCH", &path, Some(&body)).await;
            problem(&found, 400, "invalid-input");
        }
    }
}
