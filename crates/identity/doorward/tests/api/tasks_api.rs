//! Tests of the tasks API together with the identity server: unverified users at version 3, and an
//! unavailable identity server.

use doorward_domain::model::{Group, GroupId, UserId};
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, TestClient, UserAgent, jwt};
use doorward_testkit::{flows, flows_with};
use serde_json::json;
use uuid::Uuid;

const UNVERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false")];

flows_with!(UNVERIFIED; api_v3_requires_verified_user);
flows!(
    group_manager_reaches_tasks_of_department,
    without_issuer_every_proof_is_503_and_none_401,
    oversized_request_head_is_rejected,
    websocket_upgrade_is_rejected_by_both_servers,
);

pub async fn token(stack: &Stack, client: &TestClient, name: &str) -> String {
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", "openid email tasks:read tasks:write");
    let code = request.complete(&UserAgent::new(), name).await.code();
    let page = stack.exchange(client, &code).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()["access_token"].as_str().unwrap().to_owned()
}

/// Creates a task of this department and returns its path.
pub async fn make(stack: &Stack, token: &str, department: &str) -> String {
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at_tasks("/api/tasks/"));
    let body = json!({"title": "t", "department": department});
    let page = agent.send(request.bearer_auth(token).json(&body)).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    format!("/api/tasks/{}", page.json()["id"].as_str().unwrap())
}

/// Changes a task with this token; returns the status.
pub async fn patch(stack: &Stack, path: &str, token: &str) -> u16 {
    let agent = UserAgent::new();
    let request = agent.http().patch(stack.at_tasks(path)).bearer_auth(token);
    let request = request.json(&json!({"status": "done"}));
    agent.send(request).await.status
}

/// Checks that the manager of a group has access to the tasks of the group and its subgroups, by
/// the token only.
async fn group_manager_reaches_tasks_of_department(stack: &Stack) {
    let db = stack.db().await;
    let find = async |name: &str| {
        let user = repo::users::find_by_identifier(db.read(), name).await;
        user.unwrap().unwrap().id
    };
    let alice = find("alice").await;
    let group = |path: &str, parent: Option<GroupId>, manager: Option<UserId>| Group {
        id: GroupId::from_uuid(Uuid::new_v4()),
        path: path.to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent,
        manager,
        created_at: 0,
        updated_at: 0,
    };
    let top = group("/engineering", None, Some(alice));
    let below = group("/engineering/backend", Some(top.id), None);
    let beside = group("/sales", None, None);
    let tx = db.begin_write().await.unwrap();
    for item in [&top, &below, &beside] {
        repo::groups::insert(&tx, item).await.unwrap();
    }
    tx.commit().await.unwrap();

    let bob = token(stack, &stack.seed.trusted, "bob").await;
    let mut paths = Vec::new();
    for department in ["engineering/backend", "sales"] {
        paths.push(make(stack, &bob, department).await);
    }
    let manager = token(stack, &stack.seed.trusted, "alice").await;
    let claims = jwt::claims(&manager);
    let groups = json!(["/engineering", "/engineering/backend"]);
    assert_eq!(claims["managed_groups"], groups);
    assert!(claims.get("groups").is_none(), "no membership is needed");
    assert!(jwt::claims(&bob).get("managed_groups").is_none());
    let bearer = format!("Bearer {manager}");
    for (path, read, change) in [(&paths[0], 200, 200), (&paths[1], 404, 404)] {
        let page = get(stack, path, ("authorization", &bearer)).await;
        assert_eq!(page.status, read, "{}", page.dump());
        assert_eq!(patch(stack, path, &manager).await, change, "{path}");
    }
    let list = get(
        stack,
        "/api/tasks/?department=engineering/backend",
        ("authorization", &bearer),
    );
    assert_eq!(list.await.json()["items"].as_array().unwrap().len(), 1);

    // A former manager has no such claim in the next token.
    let tx = db.begin_write().await.unwrap();
    let without = Group {
        manager: None,
        ..top
    };
    assert!(repo::groups::update(&tx, &without).await.unwrap());
    tx.commit().await.unwrap();
    stack.clear_caches();
    let former = token(stack, &stack.seed.trusted, "alice").await;
    assert!(jwt::claims(&former).get("managed_groups").is_none());
    assert_eq!(patch(stack, &paths[0], &former).await, 404);
    db.close().await.unwrap();
}

async fn get(stack: &Stack, path: &str, field: (&str, &str)) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at_tasks(path));
    agent.send(request.header(field.0, field.1)).await
}

async fn api_v3_requires_verified_user(stack: &Stack) {
    stack.set_email_verified("alice", false).await;
    for (name, third) in [("alice", 403), ("bob", 200)] {
        let bearer = format!("Bearer {}", token(stack, &stack.seed.trusted, name).await);
        let field = ("authorization", bearer.as_str());
        for (path, status) in [
            ("/api/v3/tasks/", third),
            ("/api/v3/projects/", third),
            ("/api/v2/tasks/", 200),
            ("/api/tasks/", 200),
        ] {
            let page = get(stack, path, field).await;
            assert_eq!(page.status, status, "{name} {path} {}", page.dump());
            if status == 403 {
                let problem = page.json();
                assert_eq!(problem["type"], "urn:doorward:problem:permission-denied");
                assert!(problem["decision_id"].is_string(), "{problem}");
            }
        }
    }
    // A service does not count as a verified user.
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    let page = stack.token(&stack.seed.service, &fields).await;
    let bearer = format!("Bearer {}", page.json()["access_token"].as_str().unwrap());
    let page = get(stack, "/api/v3/tasks/", ("authorization", &bearer)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}

/// Checks the size limit of the request head at both servers.
async fn oversized_request_head_is_rejected(stack: &Stack) {
    let long = "x".repeat(9_000);
    let small = "x".repeat(4_000);
    for (path, value, status, word) in [
        (format!("/api/tasks/?{long}"), "", 414, "uri-too-long"),
        (
            "/api/tasks/".to_owned(),
            long.as_str(),
            431,
            "headers-too-large",
        ),
        ("/api/tasks/".to_owned(), small.as_str(), 401, ""),
    ] {
        let agent = UserAgent::new();
        let mut request = agent.http().get(stack.at_tasks(&path));
        for number in 0..2 {
            request = request.header(format!("x-number-{number}"), value);
        }
        let page = agent.send(request).await;
        assert_eq!(page.status, status, "{}", page.dump());
        if !word.is_empty() {
            assert_eq!(page.json()["type"], format!("urn:doorward:problem:{word}"));
        }
    }
}

/// Checks that upgrade requests are rejected: the parser would read the body until the connection
/// ends.
async fn websocket_upgrade_is_rejected_by_both_servers(stack: &Stack) {
    for url in [stack.at("/api/auth/login"), stack.at_tasks("/api/tasks/")] {
        let agent = UserAgent::new();
        let request = agent.http().post(&url).header("connection", "upgrade");
        let request = request.header("upgrade", "WebSocket").body("{}");
        let page = agent.send(request).await;
        assert_eq!(page.status, 400, "{url}: {}", page.dump());
        let kind = "urn:doorward:problem:malformed-request";
        assert_eq!(page.json()["type"], kind, "{url}");
    }
}

/// Creates an API key of a user with the JSON API.
async fn key(stack: &Stack, name: &str) -> String {
    let agent = UserAgent::new();
    let sign_in = json!({"username": name, "password": PASSWORD});
    let request = agent
        .http()
        .post(stack.at("/api/auth/login"))
        .json(&sign_in);
    let page = agent.send(request).await;
    let token = page.json()["access"].as_str().unwrap().to_owned();
    let new = json!({"name": "Laptop", "scopes": ["tasks:read"]});
    let request = agent.http().post(stack.at("/api/auth/api-keys"));
    let page = agent.send(request.bearer_auth(token).json(&new)).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    page.json()["key"].as_str().unwrap().to_owned()
}

async fn without_issuer_every_proof_is_503_and_none_401(stack: &Stack) {
    let signed = format!(
        "Bearer {}",
        token(stack, &stack.seed.trusted, "alice").await
    );
    let reference = format!("Bearer {}", token(stack, &stack.seed.opaque, "alice").await);
    let key = key(stack, "alice").await;
    // The tasks API has no cached keys or introspection responses yet.
    stack.stop_identity_server();
    for (path, field) in [
        ("/api/tasks/", ("authorization", signed.as_str())),
        ("/api/v3/tasks/", ("authorization", signed.as_str())),
        ("/api/v1/tasks/", ("authorization", reference.as_str())),
        ("/api/v1/tasks/", ("x-api-key", key.as_str())),
        ("/api/v2/projects/", ("x-api-key", key.as_str())),
    ] {
        let page = get(stack, path, field).await;
        assert_eq!(page.status, 503, "{path} {}", page.dump());
        assert!(page.header("retry-after").is_some(), "{path}");
        let problem = page.json();
        assert_eq!(
            problem["type"], "urn:doorward:problem:unavailable",
            "{path}"
        );
    }
    let ready = get(stack, "/readyz", ("accept", "*/*")).await;
    assert_eq!(ready.json()["issuer_keys"], "unavailable");
    let live = get(stack, "/livez", ("accept", "*/*")).await;
    assert_eq!(live.status, 200);
}
