//! Tests of what all endpoints of the API share: problems, tokens, the document.

use doorward_testkit::{Authorization, Stack, UserAgent, flows};

use crate::support::{body, call, problem};

flows!(
    document_is_served,
    missing_token_is_401,
    tokens_of_wrong_audience_are_rejected,
    unknown_paths_and_methods_are_problems,
    each_operation_answers_with_and_without_slash,
    documents_answer_behind_doubled_slash,
    each_endpoint_of_discovery_answers_with_slash,
);

async fn document_is_served(stack: &Stack) {
    let page = call(stack, "GET", "/api/openapi.json").send().await;
    let document = body(&page, 200);
    assert_eq!(page.header("content-type"), Some("application/json"));
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/auth/profile"]["get"].is_object());
}

async fn missing_token_is_401(stack: &Stack) {
    let page = call(stack, "GET", "/api/auth/profile").send().await;
    problem(&page, 401, "invalid-token");
    // Without a token, the challenge has no error code (RFC 6750 §3.1).
    assert_eq!(
        page.header("www-authenticate"),
        Some("Bearer realm=\"doorward\"")
    );
    let page = call(stack, "GET", "/api/auth/profile")
        .bearer("nonsense")
        .send()
        .await;
    problem(&page, 401, "invalid-token");
    let challenge = page.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    let page = call(stack, "GET", "/api/auth/profile")
        .header("authorization", "Basic YTpi")
        .send()
        .await;
    problem(&page, 401, "invalid-token");
}

async fn tokens_of_wrong_audience_are_rejected(stack: &Stack) {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid tasks:read");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let tokens = body(&stack.exchange(client, &code).await, 200);
    let access = tokens["access_token"].as_str().expect("an access token");
    let page = call(stack, "GET", "/api/auth/profile")
        .bearer(access)
        .send()
        .await;
    problem(&page, 401, "invalid-token");
}

/// Checks that a path with and without a trailing slash is the same for routes, guards and limits.
async fn each_operation_answers_with_and_without_slash(stack: &Stack) {
    let page = call(stack, "GET", "/api/openapi.json").send().await;
    let document = body(&page, 200);
    let token = crate::support::sign_in(stack, "alice").await.access;
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace(['{', '}'], "x");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let is_there = item.get(method.to_lowercase()).is_some();
            // Only GET requests use alice's token, so that no operation changes her account.
            let who = if method == "GET" {
                &token[..]
            } else {
                "nonsense"
            };
            for bearer in ["", who] {
                let mut answers = Vec::new();
                for path in [path.clone(), format!("{path}/")] {
                    let mut request = call(stack, method, &path);
                    if !bearer.is_empty() {
                        request = request.bearer(bearer);
                    }
                    let page = request.send_unchecked().await;
                    let allow = page.header("allow").map(str::to_owned);
                    answers.push((page.status, allow));
                }
                assert_eq!(answers[0], answers[1], "{method} {path}");
                assert!(!is_there || answers[0].0 != 405, "{method} {path}");
            }
        }
    }
}

/// Checks that every endpoint that discovery names is the same with and without a trailing slash.
async fn each_endpoint_of_discovery_answers_with_slash(stack: &Stack) {
    let document = "/.well-known/openid-configuration";
    let discovery = UserAgent::new().get(stack.at(document)).await.json();
    let members = discovery.as_object().unwrap().iter();
    let urls = members.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    let mut paths: Vec<String> = urls
        .filter_map(|(_, url)| url.as_str()?.strip_prefix(stack.issuer()))
        .map(str::to_owned)
        .collect();
    assert!(paths.len() >= 8, "{paths:?}");
    paths.push(document.to_owned());
    for path in paths {
        for method in ["GET", "POST", "PUT"] {
            let plain = call(stack, method, &path).send_unchecked().await;
            let slashed = format!("{path}/");
            let slashed = call(stack, method, &slashed).send_unchecked().await;
            assert_ne!(slashed.status, 404, "{method} {path}/");
            assert_eq!(slashed.status, plain.status, "{method} {path}/");
        }
    }
}

/// Checks the doubled slash that a configured issuer with a trailing slash produces.
async fn documents_answer_behind_doubled_slash(stack: &Stack) {
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth2/jwks",
    ] {
        let agent = UserAgent::new();
        let plain = agent.get(stack.at(path)).await;
        let doubled = agent.get(stack.at(&format!("/{path}"))).await;
        assert_eq!(doubled.status, 200, "{path}: {}", doubled.dump());
        assert_eq!(plain.body, doubled.body, "{path}");
    }
    let token = UserAgent::new().get(stack.at("//oauth2/userinfo")).await;
    assert_eq!(token.status, 404);
}

async fn unknown_paths_and_methods_are_problems(stack: &Stack) {
    for path in ["/api/", "/api/nothing", "/api/auth/profile/x"] {
        problem(&call(stack, "GET", path).send().await, 404, "not-found");
    }
    let page = call(stack, "PUT", "/api/auth/profile").send().await;
    problem(&page, 405, "method-not-allowed");
    assert_eq!(page.header("allow"), Some("GET, HEAD, PATCH"));
    let page = call(stack, "POST", "/api/openapi.json").send().await;
    problem(&page, 405, "method-not-allowed");
    let long = "x".repeat(33_000);
    let page = call(stack, "GET", &format!("/api/{long}")).send().await;
    problem(&page, 414, "uri-too-long");
}
