//! Operations with the members of their bodies, as calls and commands send them.

use doorward_domain::secret::MasterKey;
use serde_json::{Value, json};

use super::*;
use crate::clients::operations::{CREATE, IMPACT, LIST, REMOVE_LOGO, SET_LOGO, SHOW};
use crate::deployment::Deployment;
use crate::operation::Entry;
use crate::operator::{AdminContext, AdminError, Result};
use crate::providers::operations as providers;

/// A picture of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg";

async fn run(entry: &Entry, body: Value, context: &AdminContext<'_>) -> Result<Value> {
    let outcome = (entry.run)(body, context).await?;
    Ok(outcome.document)
}

/// Creates a client and returns its ID.
async fn client(context: &AdminContext<'_>) -> Value {
    let new = json!({ "name": "Web", "redirect_uris": ["https://app.example.org/callback"] });
    run(&CREATE, new, context).await.unwrap()["id"].clone()
}

/// No feature adds a kind here.
#[test]
fn lists_of_clients_offer_kinds_of_this_program() {
    let schema = json!((LIST.body)().schema);
    let offered = schema["properties"]["kind"].to_string();
    assert!(
        offered.contains(r#"["confidential","public"]"#),
        "{offered}"
    );
}

#[tokio::test]
async fn omitted_settings_of_provider_stay() {
    let (world, master) = (World::new().await, MasterKey::generate(&mut rand::rng()));
    let context = AdminContext {
        deployment: Deployment::Command(Some(&master)),
        ..world.op()
    };
    let new = json!({
        "id": "acme", "issuer": "https://login.acme.example", "client_id": "doorward",
        "client_secret": "5b1ab5f1", "trusts_email": true,
    });
    let before = run(&providers::PUT, new, &context).await.unwrap();
    let change = json!({ "id": "acme", "name": "Acme", "claims": { "email": "mail" } });
    let after = run(&providers::UPDATE, change, &context).await.unwrap();
    let mut expected = before["settings"].clone();
    expected["claims"]["email"] = "mail".into();
    assert_eq!(after["settings"], expected);
    assert_eq!(
        (&after["name"], &after["has_secret"], &after["issuer"]),
        (&json!("Acme"), &json!(true), &before["issuer"])
    );
    let wrong = json!({ "id": "acme", "colour": "red" });
    let wrong = run(&providers::UPDATE, wrong, &context).await;
    assert!(matches!(wrong, Err(AdminError::Body(_))), "{wrong:?}");
    let forge = json!({
        "id": "forge", "kind": "oauth2", "issuer": "https://forge.example", "client_id": "doorward",
        "endpoints": {
            "authorization": "https://forge.example/authorize", "token": "https://forge.example/token",
            "userinfo": "https://forge.example/user", "emails": "https://forge.example/emails",
        },
    });
    run(&providers::PUT, forge, &context).await.unwrap();
    let change = json!({ "id": "forge", "endpoints": { "emails": "" } });
    let after = run(&providers::UPDATE, change, &context).await.unwrap();
    let endpoints = &after["settings"]["endpoints"];
    assert_eq!(endpoints["token"], "https://forge.example/token");
    assert!(endpoints.get("emails").is_none(), "{endpoints}");
    let stale = AdminContext {
        seen: Some("\"old\"".to_owned()),
        ..context
    };
    let late = json!({ "id": "acme", "name": "Late" });
    let late = run(&providers::UPDATE, late, &stale).await;
    assert!(matches!(late, Err(AdminError::Changed)), "{late:?}");
}

#[tokio::test]
async fn impact_of_client_is_read_without_change() {
    let world = World::new().await;
    let (context, id) = (world.op(), client(&world.op()).await);
    let before = run(&SHOW, json!({ "id": id }), &context).await.unwrap();
    let change = json!({ "id": id, "pkce": "optional" });
    let impact = run(&IMPACT, change, &context).await.unwrap();
    assert_eq!(
        (&impact["changes"], &impact["grants"]),
        (
            &json!([{ "setting": "pkce", "effect": "weaker" }]),
            &json!(0)
        )
    );
    let wrong = json!({ "id": id, "scope": "nonsense" });
    let wrong = run(&IMPACT, wrong, &context).await;
    assert!(
        matches!(wrong, Err(AdminError::Invalid { field: "scope", .. })),
        "{wrong:?}"
    );
    let after = run(&SHOW, json!({ "id": id }), &context).await.unwrap();
    assert_eq!(after, before);
}

#[tokio::test]
async fn logo_is_set_and_removed() {
    let world = World::new().await;
    let (context, id) = (world.op(), client(&world.op()).await);
    let set = json!({ "id": id, "picture": PNG });
    let shown = run(&SET_LOGO, set, &context).await.unwrap();
    let path = shown["consent"]["logo"].as_str().unwrap();
    assert!(path.starts_with("/logos/"), "{path}");
    let shown = run(&REMOVE_LOGO, json!({ "id": id }), &context)
        .await
        .unwrap();
    assert!(shown["consent"].get("logo").is_none(), "{shown}");
    let wrong = run(&SET_LOGO, json!({ "id": id, "picture": "%" }), &context).await;
    assert!(matches!(wrong, Err(AdminError::Body(_))), "{wrong:?}");
}

#[tokio::test]
async fn application_of_catalogue_becomes_client() {
    let world = World::new().await;
    let context = world.op();
    let new = json!({ "app": "grafana", "url": "https://grafana.example", "id": "board" });
    let shown = run(&CREATE, new, &context).await.unwrap();
    assert_eq!(
        (
            &shown["id"],
            &shown["name"],
            shown["client_secret"].is_string()
        ),
        (&json!("board"), &json!("Grafana"), true)
    );
    let uri = "https://grafana.example/login/generic_oauth";
    assert_eq!(shown["redirect_uris"], json!([uri]));
    for (wrong, field) in [
        (
            json!({ "app": "grafanna", "url": "https://grafana.example" }),
            "app",
        ),
        (json!({ "app": "grafana" }), "url"),
        (
            json!({ "name": "Web", "url": "https://app.example" }),
            "url",
        ),
        (
            json!({ "app": "grafana", "url": "https://grafana.example", "like": "board" }),
            "like",
        ),
        (json!({ "app": 1 }), "app"),
    ] {
        match run(&CREATE, wrong, &context).await {
            Err(
                AdminError::Invalid { field: found, .. } | AdminError::Choice { field: found, .. },
            ) => {
                assert_eq!(found, field);
            }
            other => panic!("{other:?}"),
        }
    }
    let nameless = run(&CREATE, json!({}), &context).await;
    assert!(matches!(nameless, Err(AdminError::Body(_))), "{nameless:?}");
}
