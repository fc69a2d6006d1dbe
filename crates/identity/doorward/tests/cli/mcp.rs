//! Tests of the sample MCP server of `doorward dev` for clients that know only its URL, and for clients
//! that act for themselves.

use serde_json::{Value, json};

use super::explain::Instance;
use super::program::send;

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Registers a client at the endpoint that the metadata names.
fn register(dev: &Instance, redirect_uri: &str) -> (u16, Value) {
    let request = json!({
        "client_name": "Editor",
        "redirect_uris": [redirect_uri],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "application_type": "native",
        "scope": "mcp:read mcp:write offline_access tasks:read",
    });
    let url = format!("{}/oauth2/register", dev.issuer);
    let (status, body) = send("POST", &url, &[JSON], &request.to_string());
    (status, serde_json::from_str(&body).unwrap())
}

#[test]
fn dev_registers_loopback_clients_for_scopes_of_mcp() {
    let dev = Instance::start();
    for uri in [
        "http://localhost:42077/oauth/callback",
        "http://127.0.0.1:6276/oauth/callback",
        "http://[::1]/callback",
    ] {
        let (status, client) = register(&dev, uri);
        assert_eq!(status, 201, "{client}");
        assert_eq!(client["redirect_uris"], json!([uri]));
        assert_eq!(client["scope"], "mcp:read mcp:write offline_access");
    }
    for (uri, setting) in [
        ("com.example.app:/callback", "redirect_schemes"),
        ("cursor://callback", "redirect_schemes"),
    ] {
        let (status, error) = register(&dev, uri);
        assert_eq!(status, 400, "{error}");
        let text = error["error_description"].as_str().unwrap();
        assert!(
            text.contains(&format!("client_registration.{setting}")),
            "{text}"
        );
    }
    // The same for a client of the administrator.
    let create = ["client", "create", "Cursor", "--kind=public"];
    let uri = ["--redirect-uri", "cursor://callback"];
    let args = [&create[..], &uri, &["--data-dir", "here"]].concat();
    dev.place
        .run(&args)
        .failed(1, "client_registration.redirect_schemes");
    assert_eq!(dev.server.terminate(), 0);
}

#[test]
fn client_that_acts_for_itself_gets_true_reason_and_remediation() {
    let dev = Instance::start();
    let scopes = ["--scope", "mcp:read", "--scope", "mcp:write"];
    let create = ["client", "create", "Robot", "--id", "robot", "--json"];
    let created = dev.json(&[&create[..], &scopes].concat());
    dev.run(&["role", "assign", "--client", "robot", "--role", "developer"]);
    let secret = created["client_secret"].as_str().unwrap();
    let form = format!("grant_type=client_credentials&client_id=robot&client_secret={secret}");
    let url = format!("{}/oauth2/token", dev.issuer);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let (status, body) = send("POST", &url, &[kind], &form);
    assert_eq!(status, 200, "{body}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "add_task", "arguments": { "title": "x" },
    }});
    let url = format!("{}/mcp", dev.tasks);
    let headers = [JSON, ("Authorization", bearer.as_str())];
    let (status, body) = send("POST", &url, &headers, &call.to_string());
    assert_eq!(status, 403, "{body}");
    let denied: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(denied["reasons"][0]["code"], "user_required");
    let explained = dev.json(&["explain", denied["decision_id"].as_str().unwrap(), "--json"]);
    assert_eq!(explained["missing"][0]["code"], "user_required");
    let grant = explained["grant"][0].as_str().unwrap();
    assert!(grant.contains("a user who signed in"), "{explained}");
    assert_eq!(dev.server.terminate(), 0);
}
