//! Tests the flow of an MCP client, from the first 401 to a tool call, with only the server's
//! address known (MCP authorization; RFC 9728 §5, RFC 8414 §3, RFC 8707 §2, client ID metadata
//! documents).

use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{
    AskedClaims, ClientChange, ClientId, Permission, Resource, ScopeEntry,
};
use doorward_store::repo;
use doorward_testkit::{
    Authorization, Credentials, Page, Stack, TestClient, UserAgent, flows_with, jwt,
};
use serde_json::{Value, json};

use crate::support::{assert_error_page, text, tokens};
use crate::support_documents::DocumentServer;

const ENABLED: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES",
        "openid offline_access mcp:read mcp:write tasks:read",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(
    ENABLED;
    rfc_9728_3_1_mcp_client_discovers_server_and_gets_token,
    rfc_6750_3_1_insufficient_scope_names_required_scope,
    rfc_9470_change_requires_recent_sign_in,
    client_that_acts_for_itself_gets_true_reason,
    transport_rejects_invalid_messages,
);

const SCOPES: [(&str, &str); 2] = [("mcp:read", "tasks:read"), ("mcp:write", "tasks:write")];

/// Registers the MCP server as a development instance does; returns its address.
async fn register(stack: &Stack) -> String {
    let resource = stack.at_tasks("/mcp");
    let now = 1;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let mut row = Resource::new(resource.clone(), "Tasks for AI tools".to_owned(), now);
    row.token_claims = AskedClaims::ALL;
    repo::resources::upsert(&tx, &row).await.unwrap();
    for (name, like) in SCOPES {
        let scope = ScopeEntry {
            name: name.to_owned(),
            description: format!("Use {name}"),
            audience: Some(resource.clone()),
            created_at: now,
        };
        repo::scopes::upsert(&tx, &scope).await.unwrap();
        let permission = Permission {
            codename: name.to_owned(),
            description: String::new(),
            audience: resource.clone(),
        };
        repo::roles::upsert_permission(&tx, &permission)
            .await
            .unwrap();
        for mut role in repo::roles::list(&tx).await.unwrap() {
            if role.permissions.contains(like) {
                role.permissions.insert(name.to_owned());
                repo::roles::upsert(&tx, &role).await.unwrap();
            }
        }
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    resource
}

async fn post(address: &str, token: Option<&str>, message: &Value) -> Page {
    let agent = UserAgent::new();
    let mut request = agent
        .http()
        .post(address)
        .header("accept", "application/json, text/event-stream")
        .json(message);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    agent.send(request).await
}

fn message(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

async fn tool(address: &str, token: &str, name: &str, arguments: Value) -> Page {
    let params = json!({ "name": name, "arguments": arguments });
    post(address, Some(token), &message("tools/call", &params)).await
}

/// Returns a parameter of the challenge.
fn challenged(page: &Page, name: &str) -> Option<String> {
    let challenge = page.header("www-authenticate")?;
    let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

/// Publishes the metadata document of an MCP client.
async fn publish() -> (DocumentServer, TestClient) {
    let server = DocumentServer::start().await;
    let id = server.publish("/mcp-client.json", |document| {
        document["redirect_uris"] = json!(["http://127.0.0.1/callback"]);
    });
    let client = TestClient {
        id,
        secret: None,
        credentials: Credentials::None,
        redirect_uri: "http://127.0.0.1:33418/callback".to_owned(),
    };
    (server, client)
}

/// Returns the token response after alice has approved these scopes for this resource.
async fn allowed(stack: &Stack, client: &TestClient, scope: &str, resource: &str) -> Value {
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", scope)
        .with("resource", resource);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", doorward_testkit::authorization::VERIFIER),
        ("resource", resource),
    ];
    tokens(&stack.token(client, &fields).await)
}

/// Discovers the authorization server from the resource's 401 response; returns its issuer.
async fn discover(stack: &Stack, address: &str) -> String {
    // The challenge names the metadata address (RFC 9728 §5.1).
    let refused = post(address, None, &message("initialize", &json!({}))).await;
    assert_eq!(refused.status, 401, "{}", refused.dump());
    let metadata = challenged(&refused, "resource_metadata").unwrap();
    assert_eq!(
        metadata,
        stack.at_tasks("/.well-known/oauth-protected-resource/mcp")
    );
    let metadata = UserAgent::new().get(metadata).await.json();
    // The metadata describes exactly the requested address (RFC 9728 §3.3).
    assert_eq!(metadata["resource"], json!(address));
    assert_eq!(
        metadata["scopes_supported"],
        json!(["mcp:read", "mcp:write"])
    );
    let issuer = metadata["authorization_servers"][0].as_str().unwrap();
    let server = format!("{issuer}/.well-known/oauth-authorization-server");
    let server = UserAgent::new().get(server).await.json();
    assert_eq!(server["issuer"], json!(issuer));
    assert_eq!(server["client_id_metadata_document_supported"], true);
    assert_eq!(server["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(
        server["authorization_endpoint"],
        json!(stack.at("/oauth2/authorize"))
    );
    issuer.to_owned()
}

/// Signs in, approves on the page that names the host, and returns the access token.
async fn allow(
    stack: &Stack,
    documents: &DocumentServer,
    client: &TestClient,
    address: &str,
) -> String {
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", "mcp:read offline_access")
        .with("resource", address)
        .is_disabled("nonce");
    let agent = UserAgent::new();
    let login = request.start(&agent).await.expect_page();
    let login = login.form("form:has([name=password])");
    let login = login
        .with("identifier", "alice")
        .with("password", doorward_testkit::PASSWORD);
    let next = agent.submit(&login).await;
    let consent = request.follow(&agent, next).await.expect_page();
    let shown = consent.text_of("main").unwrap();
    for values in [
        "Notes",
        "Not verified",
        &documents.host(),
        "Use mcp:read",
        "An app on this computer",
    ] {
        assert!(shown.contains(values), "{values} in {shown}");
    }
    let allow = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&allow).await;
    let answer = request.follow(&agent, next).await.expect_client();
    assert_eq!(answer["iss"], stack.issuer());
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", answer["code"].as_str()),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", doorward_testkit::authorization::VERIFIER),
        ("resource", address),
    ];
    let answer = tokens(&stack.token(client, &fields).await);
    text(&answer, "access_token")
}

async fn rfc_9728_3_1_mcp_client_discovers_server_and_gets_token(stack: &Stack) {
    let address = register(stack).await;
    let issuer = discover(stack, &address).await;
    assert_eq!(issuer, stack.issuer());
    let (documents, client) = publish().await;
    let token = allow(stack, &documents, &client, &address).await;
    // The token has exactly this audience (RFC 8707 §2.2).
    assert_eq!(jwt::claims(&token)["aud"], json!(address));

    let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    let hello = post(&address, Some(&token), &message("initialize", &hello))
        .await
        .json();
    assert_eq!(hello["result"]["protocolVersion"], "2025-06-18");
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&address, Some(&token), &note).await.status, 202);
    let list = post(&address, Some(&token), &message("tools/list", &json!({})))
        .await
        .json();
    let names: Vec<_> = list["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].clone())
        .collect();
    assert_eq!(names, ["list_tasks", "add_task"]);
    let found = tool(&address, &token, "list_tasks", json!({})).await.json();
    assert_eq!(found["result"]["isError"], false, "{found}");
    assert_eq!(found["result"]["structuredContent"], json!({ "tasks": [] }));

    // Neither resource accepts the other's tokens (RFC 9068 §4).
    let agent = UserAgent::new();
    let tasks = stack.at_tasks("/api/tasks/");
    let page = agent
        .send(agent.http().get(&tasks).bearer_auth(&token))
        .await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(challenged(&page, "error").as_deref(), Some("invalid_token"));
    let other = allowed(stack, &client, "tasks:read", &stack.seed.audience).await;
    let other = text(&other, "access_token");
    let page = agent
        .send(agent.http().get(&tasks).bearer_auth(&other))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let page = post(&address, Some(&other), &message("tools/list", &json!({}))).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // An unregistered resource (RFC 8707 §2).
    let elsewhere =
        Authorization::new(&issuer, &client).with("resource", "https://mcp.example/mcp");
    // Without a session, and with an unregistered client, the user decides on the redirect (RFC
    // 9700 §4.11.2).
    let page = elsewhere.start(&UserAgent::new()).await.expect_page();
    let links = page.attributes("main a[rel=noreferrer]", "href");
    assert!(links[0].contains("error=invalid_target"), "{links:?}");
    // A redirect URI that the client's document does not list is rejected.
    let stolen =
        Authorization::new(&issuer, &client).with("redirect_uri", "https://evil.example/cb");
    assert_error_page(&stolen.start(&UserAgent::new()).await.expect_page());
}

async fn rfc_6750_3_1_insufficient_scope_names_required_scope(stack: &Stack) {
    let address = register(stack).await;
    let (_documents, client) = publish().await;
    let title = json!({ "title": "Water the plants" });
    let narrow = text(
        &allowed(stack, &client, "mcp:read", &address).await,
        "access_token",
    );
    let refused = tool(&address, &narrow, "add_task", title.clone()).await;
    assert_eq!(refused.status, 403, "{}", refused.dump());
    assert_eq!(
        challenged(&refused, "error").as_deref(),
        Some("insufficient_scope")
    );
    assert_eq!(challenged(&refused, "scope").as_deref(), Some("mcp:write"));
    assert!(challenged(&refused, "resource_metadata").is_some());
    let wide = text(
        &allowed(stack, &client, "mcp:read mcp:write", &address).await,
        "access_token",
    );
    let created = tool(&address, &wide, "add_task", title).await.json();
    assert_eq!(
        created["result"]["structuredContent"]["title"], "Water the plants",
        "{created}"
    );
    let found = tool(&address, &narrow, "list_tasks", json!({ "status": "todo" }))
        .await
        .json();
    let tasks = found["result"]["structuredContent"]["tasks"]
        .as_array()
        .unwrap();
    assert_eq!(tasks.len(), 1, "{found}");
    // Argument errors are returned to the model.
    for (name, arguments) in [
        ("add_task", json!({})),
        ("add_task", json!({ "title": "x", "project": "y" })),
        ("list_tasks", json!({ "owner": "bob" })),
        ("list_tasks", json!({ "status": "lost" })),
    ] {
        let page = tool(&address, &wide, name, arguments).await;
        assert_eq!(page.json()["result"]["isError"], true, "{}", page.dump());
    }
    let unknown = tool(&address, &wide, "drop_tables", json!({})).await.json();
    assert_eq!(unknown["error"]["code"], -32602);
    // Bob's tools see Bob's tasks.
    let request = Authorization::new(stack.issuer(), &client)
        .with("scope", "mcp:read")
        .with("resource", &address);
    let code = request.complete(&UserAgent::new(), "bob").await.code();
    let token = text(
        &tokens(&stack.exchange(&client, &code).await),
        "access_token",
    );
    let found = tool(&address, &token, "list_tasks", json!({})).await.json();
    assert_eq!(found["result"]["structuredContent"], json!({ "tasks": [] }));
}

async fn rfc_9470_change_requires_recent_sign_in(stack: &Stack) {
    let address = register(stack).await;
    let (_documents, client) = publish().await;
    let scope = "mcp:read mcp:write offline_access";
    let answer = allowed(stack, &client, scope, &address).await;
    stack.clock.advance(12 * 60 * 60 + 1);
    let answer = tokens(
        &stack
            .refresh(&client, &text(&answer, "refresh_token"))
            .await,
    );
    let token = text(&answer, "access_token");
    let found = tool(&address, &token, "list_tasks", json!({})).await;
    assert_eq!(found.status, 200, "{}", found.dump());
    let refused = tool(&address, &token, "add_task", json!({ "title": "x" })).await;
    assert_eq!(refused.status, 401, "{}", refused.dump());
    let error = challenged(&refused, "error");
    assert_eq!(error.as_deref(), Some("insufficient_user_authentication"));
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("max_age=43200") || challenge.contains("max_age=\"43200\""),
        "{challenge}"
    );
}

/// A client that acts for itself has no sign-in, so no step-up could help it.
async fn client_that_acts_for_itself_gets_true_reason(stack: &Stack) {
    let address = register(stack).await;
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let id = ClientId::parse(&stack.seed.service.id).unwrap();
    let change = ClientChange {
        redirect_uris: Some(Vec::new()),
        scopes: Some(["mcp:read", "mcp:write"].into_iter().collect()),
        ..ClientChange::default()
    };
    clients::update(&context, &id, change).await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
    let fields = [("grant_type", "client_credentials")];
    let answer = tokens(&stack.token(&stack.seed.service, &fields).await);
    let token = text(&answer, "access_token");
    let found = tool(&address, &token, "list_tasks", json!({})).await;
    assert_eq!(found.status, 200, "{}", found.dump());
    let refused = tool(&address, &token, "add_task", json!({ "title": "x" })).await;
    assert_eq!(refused.status, 403, "{}", refused.dump());
    assert_eq!(refused.header("www-authenticate"), None);
    assert_eq!(refused.json()["reasons"][0]["code"], "user_required");
}

async fn transport_rejects_invalid_messages(stack: &Stack) {
    let address = register(stack).await;
    let (_documents, client) = publish().await;
    let token = text(
        &allowed(stack, &client, "mcp:read", &address).await,
        "access_token",
    );
    let agent = UserAgent::new();
    // The server offers no stream and no session to end.
    for request in [agent.http().get(&address), agent.http().delete(&address)] {
        let page = agent.send(request.bearer_auth(&token)).await;
        assert_eq!(page.status, 405, "{}", page.dump());
        assert_eq!(page.header("allow"), Some("POST"));
    }
    let ping = message("ping", &json!({}));
    let send = async |name: &'static str, value: &'static str| {
        let request = agent.http().post(&address).header(name, value);
        let request = request.bearer_auth(&token).json(&ping);
        agent.send(request).await.status
    };
    assert_eq!(send("origin", "https://evil.example").await, 403);
    assert_eq!(send("mcp-protocol-version", "1999-01-01").await, 400);
    assert_eq!(send("accept", "text/html").await, 400);
    assert_eq!(send("accept", "application/json").await, 200);
    for (body, code) in [(json!([ping]), -32600), (json!({ "id": 1 }), -32600)] {
        let page = post(&address, Some(&token), &body).await;
        assert_eq!(page.status, 400, "{}", page.dump());
        assert_eq!(page.json()["error"]["code"], code);
    }
    let unknown = post(
        &address,
        Some(&token),
        &message("resources/list", &json!({})),
    )
    .await;
    assert_eq!(unknown.json()["error"]["code"], -32601);
}
