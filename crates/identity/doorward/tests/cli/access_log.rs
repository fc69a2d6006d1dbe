//! Tests of the access log of a running server.

use serde_json::{Value, json};

use super::program::{Place, Running, get, send};

const AGENT: (&str, &str) = ("User-Agent", "Probe/1.0 (access log)");

/// Returns the next access log line for a path.
fn line(server: &mut Running, path: &str) -> Value {
    let sign = format!("\"path\":\"{path}\"");
    let read = server.stderr_until(&sign);
    let last = read.lines().find(|line| line.contains(&sign)).unwrap();
    serde_json::from_str(last).unwrap()
}

#[test]
fn access_log_has_user_agent_user_and_client_and_no_secrets() {
    let place = Place::new();
    let logging = [
        ("DOORWARD__LOGGING__LEVEL", "info"),
        ("DOORWARD__LOGGING__FORMAT", "json"),
    ];
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &logging);
    let welcome = server.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (issuer, password) = (after("Identity server"), after("Password"));
    let body = json!({ "username": "alice", "password": password }).to_string();
    let headers = [("Content-Type", "application/json"), AGENT];
    let (status, body) = send("POST", &format!("{issuer}/api/auth/login"), &headers, &body);
    assert_eq!(status, 200, "{body}");
    let tokens: Value = serde_json::from_str(&body).unwrap();
    let signed_in = line(&mut server, "/api/auth/login");
    assert_eq!(signed_in["user_agent"], AGENT.1, "{signed_in}");
    assert!(signed_in["client"].is_string(), "{signed_in}");

    let access = tokens["access"].as_str().unwrap();
    let bearer = format!("Bearer {access}");
    let profile = format!("{issuer}/api/auth/profile");
    let (status, body) = get(&profile, &[("Authorization", &bearer), AGENT]);
    assert_eq!(status, 200, "{body}");
    let user: Value = serde_json::from_str(&body).unwrap();
    let read = line(&mut server, "/api/auth/profile");
    assert_eq!(read["user"], user["id"], "{read}");
    assert_eq!(read["client"], signed_in["client"], "{read}");
    assert_eq!(read["user_agent"], AGENT.1, "{read}");
    assert!(!read.to_string().contains(access), "{read}");

    // Neither a failed authentication nor the query of the URL leaves a trace.
    let wrong = format!("{issuer}/api/auth/sessions?hint=canary-in-query");
    let (status, _) = get(&wrong, &[("Authorization", "Bearer canary-token")]);
    assert_eq!(status, 401);
    let denied = line(&mut server, "/api/auth/sessions");
    assert_eq!(denied.get("user"), None, "{denied}");
    assert_eq!(denied.get("client"), None, "{denied}");
    assert!(!denied.to_string().contains("canary"), "{denied}");
    assert_eq!(server.terminate(), 0);
}
