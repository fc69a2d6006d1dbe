//! Tests of the transmitter of signals as receivers use it: its document, streams, and the clients that it admits.

use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};
use serde_json::json;

use crate::support::{sign_in, text, tokens};

use self::guard::{CAEP, Guard, POLL, PUSH, RISC};

#[path = "delivery.rs"]
mod delivery;
#[path = "guard.rs"]
mod guard;
#[path = "push.rs"]
mod push;
#[path = "receiver.rs"]
mod receiver;
#[path = "tasks.rs"]
mod tasks;

flows!(
    metadata_names_endpoints,
    stream_is_created_read_changed_and_deleted,
    malformed_requests_are_rejected,
    stream_of_other_client_does_not_exist,
    only_receivers_are_admitted,
    client_has_at_most_a_thousand_streams,
);

async fn metadata_names_endpoints(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/ssf-configuration"))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let json = page.json();
    assert_eq!(json["spec_version"], "1_0");
    assert_eq!(json["issuer"], stack.issuer());
    assert_eq!(json["default_subjects"], "ALL");
    assert_eq!(json["delivery_methods_supported"], json!([PUSH, POLL]));
    assert_eq!(
        json["authorization_schemes"],
        json!([{ "spec_urn": "urn:ietf:rfc:6749" }])
    );
    assert_eq!(json["jwks_uri"], stack.at("/oauth2/jwks"));
    for name in [
        "configuration",
        "status",
        "add_subject",
        "remove_subject",
        "verification",
    ] {
        let url = text(&json, &format!("{name}_endpoint"));
        assert_ne!(UserAgent::new().get(&url).await.status, 404, "{url}");
    }
}

async fn stream_is_created_read_changed_and_deleted(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let list = guard.call("GET", "/ssf/streams", None).await;
    assert_eq!((list.status, list.json()), (200, json!([])));
    let event = format!("{CAEP}/session-revoked");
    let sent = json!({
        "delivery": { "method": POLL },
        "events_requested": [event, "https://example.com/unknown"],
        "description": "tasks on host 1",
    });
    let created = guard.create(sent).await;
    let id = text(&created, "stream_id");
    assert_eq!(created["iss"], stack.issuer());
    assert_eq!(created["aud"], stack.seed.tasks_api.id.as_str());
    assert_eq!(created["events_delivered"], json!([event]));
    assert_eq!(created["inactivity_timeout"], 3_600);
    assert_eq!(created["description"], "tasks on host 1");
    let path = format!("/ssf/streams?stream_id={id}");
    let read = guard.call("GET", &path, None).await;
    assert_eq!((read.status, read.json()), (200, created.clone()));
    let change =
        json!({ "stream_id": id, "events_requested": [format!("{RISC}/account-disabled")] });
    let page = guard
        .call("PATCH", "/ssf/streams", Some(change.clone()))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let changed = page.json();
    assert_eq!(changed["events_delivered"], change["events_requested"]);
    assert_eq!(changed["description"], "tasks on host 1");
    let page = guard.call("PUT", "/ssf/streams", Some(change)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.json().get("description"), None);
    let page = guard
        .call("GET", &format!("/ssf/status?stream_id={id}"), None)
        .await;
    assert_eq!(page.json(), json!({ "stream_id": id, "status": "enabled" }));
    // A second stream of the client.
    guard.create(json!({})).await;
    let list = guard.call("GET", "/ssf/streams", None).await;
    assert_eq!(list.json().as_array().map(Vec::len), Some(2));
    let page = guard.call("DELETE", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    for method in ["GET", "DELETE"] {
        assert_eq!(guard.call(method, &path, None).await.status, 404);
    }
}

/// Method, path, body and status; ID is that of a stream, and URL the address of its polls.
const MALFORMED: &[(&str, &str, &str, u16)] = &[
    ("POST", "/ssf/streams", "[]", 400),
    ("POST", "/ssf/streams", "{", 400),
    ("POST", "/ssf/streams", "", 400),
    ("POST", "/ssf/streams", r#"{"delivery":"poll"}"#, 400),
    (
        "POST",
        "/ssf/streams",
        r#"{"delivery":{"method":"urn:x"}}"#,
        400,
    ),
    (
        "POST",
        "/ssf/streams",
        r#"{"delivery":{"method":"urn:ietf:rfc:8935"}}"#,
        400,
    ),
    (
        "POST",
        "/ssf/streams",
        r#"{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"ftp://a"}}"#,
        400,
    ),
    ("POST", "/ssf/streams", r#"{"events_requested":"all"}"#, 400),
    ("POST", "/ssf/streams", r#"{"events_requested":[1]}"#, 400),
    ("POST", "/ssf/streams", r#"{"description":1}"#, 400),
    ("PATCH", "/ssf/streams", "{}", 400),
    (
        "PATCH",
        "/ssf/streams",
        r#"{"stream_id":"ID","aud":"other"}"#,
        400,
    ),
    ("PATCH", "/ssf/streams", r#"{"stream_id":"dummy"}"#, 404),
    ("PUT", "/ssf/streams", r#"{"stream_id":"dummy"}"#, 404),
    ("DELETE", "/ssf/streams", "{}", 400),
    ("GET", "/ssf/streams?stream_id=a&stream_id=b", "", 400),
    ("GET", "/ssf/status", "", 400),
    (
        "POST",
        "/ssf/status",
        r#"{"stream_id":"ID","status":"off"}"#,
        400,
    ),
    (
        "POST",
        "/ssf/status",
        r#"{"stream_id":"dummy","status":"paused"}"#,
        404,
    ),
    ("POST", "/ssf/subjects/add", r#"{"stream_id":"ID"}"#, 400),
    (
        "POST",
        "/ssf/subjects/add",
        r#"{"stream_id":"ID","subject":{"format":"iss_sub"}}"#,
        400,
    ),
    (
        "POST",
        "/ssf/subjects/remove",
        r#"{"stream_id":"dummy","subject":{}}"#,
        404,
    ),
    ("POST", "/ssf/verify", "{}", 400),
    (
        "POST",
        "/ssf/verify",
        r#"{"stream_id":"ID","state":1}"#,
        400,
    ),
    ("POST", "/ssf/verify", r#"{"stream_id":"dummy"}"#, 404),
    ("POST", "URL", r#"{"maxEvents":-1}"#, 400),
    ("POST", "URL", r#"{"ack":"all"}"#, 400),
    ("POST", "URL", r#"{"setErrs":[]}"#, 400),
    ("POST", "/ssf/poll/dummy", "{}", 404),
];

async fn malformed_requests_are_rejected(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    for (method, path, body, expected) in MALFORMED {
        let path = stack.at(path);
        let url = if path.ends_with("URL") {
            stream.url.clone()
        } else {
            path
        };
        let method = method.parse().unwrap();
        let request = guard.agent.http().request(method, &url);
        let request = request.header("content-type", "application/json");
        let request = request.body(body.replace("ID", &stream.id));
        let page = guard.agent.send(request.bearer_auth(&guard.token)).await;
        assert_eq!(page.status, *expected, "{url} {body}: {}", page.dump());
    }
    let long = json!({ "description": "x".repeat(2_000) });
    let page = guard.call("POST", "/ssf/streams", Some(long)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn stream_of_other_client_does_not_exist(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let other = Guard::of(stack, &stack.seed.service, "ssf.manage ssf.read").await;
    let id = &stream.id;
    let query = format!("?stream_id={id}");
    let named = json!({ "stream_id": id, "status": "paused", "subject": { "format": "opaque", "id": "x" } });
    let rows = [
        ("GET", format!("/ssf/streams{query}")),
        ("DELETE", format!("/ssf/streams{query}")),
        ("PATCH", "/ssf/streams".to_owned()),
        ("PUT", "/ssf/streams".to_owned()),
        ("GET", format!("/ssf/status{query}")),
        ("POST", "/ssf/status".to_owned()),
        ("POST", "/ssf/subjects/add".to_owned()),
        ("POST", "/ssf/subjects/remove".to_owned()),
        ("POST", "/ssf/verify".to_owned()),
        ("POST", stream.url.clone()),
    ];
    for (method, path) in rows {
        let page = other.call(method, &path, Some(named.clone())).await;
        assert_eq!(page.status, 404, "{method} {path}: {}", page.dump());
    }
    let list = other.call("GET", "/ssf/streams", None).await;
    assert_eq!(list.json(), json!([]));
    assert_eq!(
        stream.poll(json!({ "returnImmediately": true })).await["sets"],
        json!({})
    );
}

async fn only_receivers_are_admitted(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let stream = guard.stream().await;
    let agent = UserAgent::new();
    for path in ["/ssf/streams", &stream.url] {
        let url = if path.starts_with('/') {
            stack.at(path)
        } else {
            path.to_owned()
        };
        let page = agent.send(agent.http().post(&url).json(&json!({}))).await;
        let challenge = page.header("www-authenticate").unwrap().to_owned();
        assert_eq!(page.status, 401, "{}", page.dump());
        assert!(
            challenge.starts_with("Bearer") && !challenge.contains("error"),
            "{challenge}"
        );
        let request = agent.http().post(&url).json(&json!({}));
        let page = agent.send(request.bearer_auth("invalid")).await;
        let challenge = page.header("www-authenticate").unwrap().to_owned();
        assert_eq!(page.status, 401, "{}", page.dump());
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    // A token for another resource, and that of a user.
    let json = sign_in(stack, &stack.seed.trusted, "openid tasks:read").await;
    let of_user = text(&json, "access_token");
    let other = tokens(
        &stack
            .token(
                &stack.seed.tasks_api,
                &[
                    ("grant_type", "client_credentials"),
                    ("scope", "tasks:read"),
                ],
            )
            .await,
    );
    for token in [of_user, text(&other, "access_token")] {
        let guard = Guard {
            stack,
            agent: UserAgent::new(),
            token,
        };
        let page = guard.call("GET", "/ssf/streams", None).await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    // To read does not include to manage.
    let reader = Guard::of(stack, &stack.seed.tasks_api, "ssf.read").await;
    let page = reader.call("POST", "/ssf/streams", Some(json!({}))).await;
    let challenge = page.header("www-authenticate").unwrap().to_owned();
    assert_eq!(page.status, 403, "{}", page.dump());
    assert!(
        challenge.contains("error=\"insufficient_scope\"")
            && challenge.contains("scope=\"ssf.manage\""),
        "{challenge}"
    );
    let page = reader
        .call(
            "POST",
            &stream.url,
            Some(json!({ "returnImmediately": true })),
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    // An administrator takes the scopes away.
    stack
        .change_client(&stack.seed.tasks_api.id, |client| {
            client.scopes = "tasks:read".split(' ').collect();
        })
        .await;
    let page = guard.call("GET", "/ssf/streams", None).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    stack.disable_client(&stack.seed.tasks_api.id).await;
    let page = guard.call("GET", "/ssf/streams", None).await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

/// Every process of a guard has its own stream, so that a loop of restarts must not fill the table.
async fn client_has_at_most_a_thousand_streams(stack: &Stack) {
    let guard = Guard::new(stack).await;
    let body = || json!({ "delivery": { "method": POLL } });
    let first = guard.create(body()).await;
    let db = stack.db().await;
    let found = repo::signal_streams::find(db.read(), &text(&first, "stream_id")).await;
    let mut stream = found.unwrap().unwrap();
    let tx = db.begin_write().await.unwrap();
    for number in 2..1_000 {
        stream.id = format!("copy-{number}");
        repo::signal_streams::insert(&tx, &stream).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let last = guard.create(body()).await;
    let page = guard.call("POST", "/ssf/streams", Some(body())).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let last = format!("/ssf/streams?stream_id={}", text(&last, "stream_id"));
    assert_eq!(guard.call("DELETE", &last, None).await.status, 204);
    guard.create(body()).await;
}
