//! Tests of the `UserInfo` endpoint (OIDC Core §5.3, RFC 6750).

use std::io::{Read as _, Write as _};

use doorward_testkit::{Page, Stack, UserAgent, agent, flows, jwt};

use crate::support::{EVERYTHING, assert_not_stored, sign_in, text, userinfo};

flows!(
    core_5_1_scopes_release_claims,
    rfc_6750_2_1_header_or_body_carries_token,
    form_of_unannounced_length_carries_token,
    rfc_6750_3_bad_tokens_get_challenge,
    rfc_6750_2_rejects_two_tokens_in_request,
    core_5_3_requires_openid_scope,
);

async fn core_5_1_scopes_release_claims(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    let page = userinfo(stack, &text(&json, "access_token")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json");
    assert_not_stored(&page);
    let info = page.json();
    let id = jwt::claims(&text(&json, "id_token"));
    assert_eq!(info["sub"], id["sub"]);
    assert_eq!(info["name"], "Alice Example");
    assert_eq!(info["preferred_username"], "alice");
    assert_eq!(info["email"], "alice@example.org");
    assert_eq!(info["email_verified"], true);
    assert_eq!(info["phone_number"], "+49301234567");
    assert_eq!(info["address"]["locality"], "Berlin");
    assert!(info["updated_at"].is_i64(), "{info}");
    // Empty claims are omitted, not null (§5.3.2).
    assert!(
        info.as_object()
            .unwrap()
            .values()
            .all(|value| !value.is_null()),
        "{info}"
    );
    let json = sign_in(stack, &stack.seed.trusted, "openid").await;
    let info = userinfo(stack, &text(&json, "access_token")).await.json();
    assert_eq!(
        info.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["sub"],
        "{info}"
    );
}

async fn post(stack: &Stack, header: Option<&str>, fields: &[(&str, &str)]) -> Page {
    let agent = UserAgent::new();
    let mut request = agent
        .http()
        .post(stack.at("/oauth2/userinfo"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(fields.to_vec()));
    if let Some(token) = header {
        request = request.bearer_auth(token);
    }
    agent.send(request).await
}

async fn rfc_6750_2_1_header_or_body_carries_token(stack: &Stack) {
    let token = text(
        &sign_in(stack, &stack.seed.trusted, "openid").await,
        "access_token",
    );
    assert_eq!(post(stack, Some(&token), &[]).await.status, 200);
    assert_eq!(
        post(stack, None, &[("access_token", &token)]).await.status,
        200
    );
    // A token in the query is rejected, because it would be logged (RFC 6750 §2.3).
    let agent = UserAgent::new();
    let page = agent
        .get(format!(
            "{}?access_token={token}",
            stack.at("/oauth2/userinfo")
        ))
        .await;
    assert!([400, 401].contains(&page.status), "{}", page.dump());
}

/// Checks a chunked body without a length (RFC 9112 §7.1).
async fn form_of_unannounced_length_carries_token(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, "openid").await;
    let form = format!("access_token={}", text(&json, "access_token"));
    let address = stack.issuer().trim_start_matches("http://").to_owned();
    let request = format!(
        "POST /oauth2/userinfo HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{form}\r\n0\r\n\r\n",
        form.len()
    );
    let response = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("an answer");
        response
    });
    let response = response.await.expect("a thread");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

#[track_caller]
fn assert_challenge(page: &Page, case: &str) {
    assert_eq!(page.status, 401, "{case}: {}", page.dump());
    let challenge = page.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "{case}: {challenge}");
}

async fn rfc_6750_3_bad_tokens_get_challenge(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    let good = text(&json, "access_token");
    let spoiled = jwt::with_claims(&good, |claims| claims["sub"] = "mona".into());
    let none = {
        let mut parts: Vec<&str> = good.split('.').collect();
        parts[0] = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
        parts[2] = "";
        parts.join(".")
    };
    let cases = [
        ("nonsense", "x".to_owned()),
        ("another payload", spoiled),
        ("alg none", none),
        ("an ID token", text(&json, "id_token")),
        ("a refresh token", text(&json, "refresh_token")),
        ("a cut signature", good[..good.len() - 4].to_owned()),
    ];
    for (case, token) in &cases {
        let page = userinfo(stack, token).await;
        assert_challenge(&page, case);
        let challenge = page.header("www-authenticate").unwrap_or_default();
        assert!(
            challenge.contains("error=\"invalid_token\""),
            "{case}: {challenge}"
        );
    }
    // Without a token, the challenge has no error (RFC 6750 §3.1).
    let page = UserAgent::new().get(stack.at("/oauth2/userinfo")).await;
    assert_challenge(&page, "no token");
    assert!(
        !page
            .header("www-authenticate")
            .unwrap_or_default()
            .contains("error=")
    );
    stack.clock.advance(300);
    assert_challenge(&userinfo(stack, &good).await, "expired");
}

async fn rfc_6750_2_rejects_two_tokens_in_request(stack: &Stack) {
    let token = text(
        &sign_in(stack, &stack.seed.trusted, "openid").await,
        "access_token",
    );
    let page = post(stack, Some(&token), &[("access_token", &token)]).await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn core_5_3_requires_openid_scope(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, "tasks:read").await;
    assert!(
        json.get("id_token").is_none(),
        "no ID token without openid: {json}"
    );
    let page = userinfo(stack, &text(&json, "access_token")).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let challenge = page.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
}
