//! Tests of managing identity providers by the API.

use doorward_domain::model::{AuditId, AuditKind, AuditRecord};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, ok, problem};

flows!(
    provider_is_created_replaced_and_deleted,
    change_keeps_other_settings,
    provider_is_switched_and_gets_secret,
    last_use_is_shown,
    invalid_settings_are_named_by_field,
    test_reports_server_that_does_not_respond,
);

const ACME: &str = "/api/admin/providers/acme";

fn spec() -> Value {
    json!({
        "name": "Acme", "issuer": "https://login.acme.example", "client_id": "doorward",
        "client_secret": "kept-to-itself-4711",
    })
}

async fn change_keeps_other_settings(stack: &Stack) {
    let world = World::new(stack).await;
    ok(&world.call("admin", "PUT", ACME, Some(&spec())).await, 201);
    let read = world.call("admin", "GET", ACME, None).await;
    let seen = read.header("etag").expect("a version").to_owned();
    let change = json!({ "name": "Acme Inc" });
    let fields = [("if-match", seen.as_str())];
    let patch = || world.call_with("admin", "PATCH", ACME, Some(&change), &fields);
    let changed = ok(&patch().await, 200);
    let before = ok(&read, 200);
    assert_eq!(changed["name"], "Acme Inc");
    for member in ["issuer", "client_id", "has_secret", "active", "settings"] {
        assert_eq!(changed[member], before[member], "{member}");
    }
    assert_eq!(patch().await.status, 412);
    let unseen = world.call("admin", "PATCH", ACME, Some(&change)).await;
    assert_eq!(unseen.status, 428);
}

async fn provider_is_created_replaced_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let put = async |body: &Value| world.call("admin", "PUT", ACME, Some(body)).await;
    let created = ok(&put(&spec()).await, 201);
    assert_eq!(created["redirect_uri"], stack.at("/login/callback/acme"));
    assert_eq!(created["has_secret"], json!(true));
    assert_eq!(created["active"], json!(true));
    assert_eq!(created["settings"]["trusts_email"], json!(false));
    assert_eq!(created["settings"].get("authorization_parameters"), None);
    // The same request again changes nothing; the secret is kept and never returned.
    let mut again = spec();
    again.as_object_mut().unwrap().remove("client_secret");
    let kept = ok(&put(&again).await, 200);
    assert_eq!(kept["has_secret"], json!(true));
    for displayed in [
        &created,
        &kept,
        &ok(&world.call("admin", "GET", ACME, None).await, 200),
    ] {
        assert!(
            !displayed.to_string().contains("kept-to-itself"),
            "{displayed}"
        );
    }
    // Changing the issuer or the client ID requires a new secret.
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("client_id", "somebody-else"),
    ] {
        let mut moved = again.clone();
        moved[name] = json!(value);
        let received = problem(&put(&moved).await, 400, "invalid-input");
        assert_eq!(
            received["errors"][0]["field"], "client_secret",
            "{received}"
        );
    }
    let mut asking = again.clone();
    asking["authorization_parameters"] = json!({ "prompt": "select_account" });
    let stored = &ok(&put(&asking).await, 200)["settings"]["authorization_parameters"];
    assert_eq!(*stored, json!({ "prompt": "select_account" }));
    let all = ok(
        &world
            .call("admin", "GET", "/api/admin/providers", None)
            .await,
        200,
    );
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    // The sign-in buttons may be cached for a second; the redirect is not.
    let agent = UserAgent::new();
    let login = agent.get(stack.at("/login")).await;
    let mut form = login.form("#login");
    form.action = form.action.join("/login/with/acme").unwrap();
    assert_eq!(
        agent.submit(&form).await.status,
        503,
        "the server does not respond there"
    );
    form.action = form.action.join("/login/with/other").unwrap();
    assert_eq!(agent.submit(&form).await.status, 404);
    let mut off = spec();
    off["disabled"] = json!(true);
    assert_eq!(ok(&put(&off).await, 200)["active"], json!(false));
    let removed = world.call("admin", "DELETE", ACME, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    problem(
        &world.call("admin", "GET", ACME, None).await,
        404,
        "not-found",
    );
    let changes = stack.audited(AuditKind::ProviderChanged).await;
    let mut values: Vec<_> = changes
        .iter()
        .map(|change| change.detail["change"].clone())
        .collect();
    values.sort_by_key(ToString::to_string);
    values.dedup();
    assert_eq!(
        values,
        [json!("changed"), json!("created"), json!("removed")]
    );
    assert!(!format!("{changes:?}").contains("kept-to-itself"));
}

async fn provider_is_switched_and_gets_secret(stack: &Stack) {
    let world = World::new(stack).await;
    let put = world.call("admin", "PUT", ACME, Some(&spec())).await;
    assert_eq!(ok(&put, 201)["users"], json!(0));
    for (switch, on) in [("disable", false), ("enable", true)] {
        let path = format!("{ACME}/{switch}");
        let switched = world.call("admin", "POST", &path, None).await;
        assert_eq!(ok(&switched, 200)["active"], json!(on));
    }
    let secret = json!({ "client_secret": "kept-to-itself-too" });
    let path = format!("{ACME}/secret");
    let replaced = world.call("admin", "PUT", &path, Some(&secret)).await;
    assert_eq!(ok(&replaced, 200)["has_secret"], json!(true));
    let changes = stack.audited(AuditKind::ProviderChanged).await;
    for change in ["disabled", "enabled", "secret replaced"] {
        let is_audited = changes.iter().any(|event| event.detail["change"] == change);
        assert!(is_audited, "{change}");
    }
    assert!(!format!("{changes:?}").contains("kept-to-itself"));
}

/// Records a sign-in with a provider, as the task that links the audit events does.
async fn record_sign_in(world: &World<'_>, provider: &str, at: i64) {
    let event = AuditRecord {
        id: AuditId::from_uuid(Uuid::new_v4()),
        at,
        kind: AuditKind::LoginSucceeded.as_str().to_owned(),
        actor: None,
        subject: None,
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: json!({ "method": "provider", "provider": provider }).to_string(),
        request_id: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::stats::count_events(&tx, &[event]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn last_use_is_shown(stack: &Stack) {
    let world = World::new(stack).await;
    let created = world.call("admin", "PUT", ACME, Some(&spec())).await;
    assert_eq!(ok(&created, 201)["last_used_at"], json!(null));
    let found = world.call("admin", "GET", ACME, None).await;
    assert_eq!(ok(&found, 200)["last_used_at"], json!(null));
    record_sign_in(&world, "acme", 1_700_000_000).await;
    let time = "2023-11-14T22:13:20Z";
    for (method, body) in [("GET", None), ("PUT", Some(spec()))] {
        let page = world.call("admin", method, ACME, body.as_ref()).await;
        assert_eq!(ok(&page, 200)["last_used_at"], time, "{method}");
    }
    let list = "/api/admin/providers";
    let all = ok(&world.call("admin", "GET", list, None).await, 200);
    assert_eq!(all["items"][0]["last_used_at"], time);
}

async fn invalid_settings_are_named_by_field(stack: &Stack) {
    let world = World::new(stack).await;
    for (name, value) in [
        ("kind", json!("myspace")),
        ("kind", json!("oauth2")),
        ("issuer", json!("http://login.acme.example")),
        ("issuer", json!("https://login.acme.example?x=1")),
        ("issuer", json!(null)),
        ("client_id", json!("")),
        ("client_secret", json!(" ")),
        ("name", json!("")),
        ("scopes", json!(["a b"])),
        ("authorization_parameters", json!({ "scope": "admin" })),
        (
            "authorization_parameters",
            json!({ "Redirect_URI": "https://evil.example" }),
        ),
        ("authorization_parameters", json!({ "prompt": "" })),
        ("authorization_parameters", json!({ "a b": "c" })),
        ("links_by_email", json!(true)),
    ] {
        let mut body = spec();
        body[name] = value.clone();
        let page = world.call("admin", "PUT", ACME, Some(&body)).await;
        problem(&page, 400, "invalid-input");
    }
    let page = world
        .call(
            "admin",
            "PUT",
            "/api/admin/providers/Not%20one",
            Some(&spec()),
        )
        .await;
    problem(&page, 400, "invalid-input");
    ok(&world.call("admin", "PUT", ACME, Some(&spec())).await, 201);
    let page = world
        .call("admin", "PUT", "/api/admin/providers/twin", Some(&spec()))
        .await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn test_reports_server_that_does_not_respond(stack: &Stack) {
    let world = World::new(stack).await;
    let mut body = spec();
    // Requests to this machine are not allowed here.
    body["issuer"] = json!("https://127.0.0.1");
    ok(&world.call("admin", "PUT", ACME, Some(&body)).await, 201);
    let test = format!("{ACME}/test");
    let tested = ok(&world.call("admin", "POST", &test, None).await, 200);
    let check = json!({
        "property": "answer", "state": "failed",
        "reason": "this server may not request the address",
    });
    assert_eq!(tested, json!({ "passed": false, "checks": [check] }));
    let absent = "/api/admin/providers/other/test";
    let page = world.call("admin", "POST", absent, None).await;
    problem(&page, 404, "not-found");
}
