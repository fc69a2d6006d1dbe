//! Tests of client configuration management (RFC 7592).

use doorward_domain::model::AuditKind;
use doorward_testkit::{
    Authorization, Outcome, Page, Stack, UserAgent, both_backends_with, flows_with,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{BY_TOKEN, client, initial_token, register, registered, web_client};
use crate::support::{assert_not_stored, assert_oauth_error, is_active, text, tokens};
use crate::support_keys::KeyServer;

both_backends_with!(
    BY_TOKEN;
    thirty_two_concurrent_updates_apply_once,
);
flows_with!(
    BY_TOKEN;
    rfc_7592_2_1_client_reads_registration,
    rfc_7592_2_2_registration_is_replaced_as_whole,
    rfc_7592_2_2_rejects_forbidden_members,
    rfc_7592_2_3_deletion_revokes_codes_and_tokens,
    rfc_7592_2_token_opens_only_own_registration,
    changed_redirect_uri_requires_new_consent,
);

const LIMITED: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
];
flows_with!(
    LIMITED;
    updates_are_limited_and_fetch_once_minute,
    rejected_registrations_per_token_are_limited,
);

/// Returns a request whose sector identifier document lists the redirect URIs or not, and the
/// server of the document.
async fn pairwise(listed: bool) -> (Value, KeyServer) {
    let mut request = web_client();
    request["subject_type"] = json!("pairwise");
    let document = if listed {
        request["redirect_uris"].clone()
    } else {
        json!([])
    };
    let server = KeyServer::start(document.to_string()).await;
    request["sector_identifier_uri"] = json!(server.url());
    (request, server)
}

async fn updates_are_limited_and_fetch_once_minute(stack: &Stack) {
    let (request, server) = pairwise(true).await;
    let created = registered(stack, &request).await;
    assert_eq!(server.visits(), 1);
    let mut body = request.clone();
    body["client_id"] = created["client_id"].clone();
    let mut token = own(&created);
    for number in 1..=30 {
        let page = call(stack, Method::PUT, &created, Some(&token), Some(&body)).await;
        assert_eq!(page.status, 200, "{number}: {}", page.dump());
        token = own(&page.json());
    }
    assert_eq!(server.visits(), 1, "30 updates within a minute");
    let page = call(stack, Method::PUT, &created, Some(&token), Some(&body)).await;
    assert_eq!(page.status, 429, "{}", page.dump());
    assert!(page.header("retry-after").is_some());
    // Other clients are not affected, and an invalid token counts for its address only.
    let other = registered(stack, &request).await;
    let page = call(stack, Method::PUT, &other, Some("wrong"), Some(&body)).await;
    assert_oauth_error(&page, 401, "invalid_token");
    let mut body = request;
    body["client_id"] = other["client_id"].clone();
    let page = call(stack, Method::PUT, &other, Some(&own(&other)), Some(&body)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rejected_registrations_per_token_are_limited(stack: &Stack) {
    let (bad, server) = pairwise(false).await;
    let token = initial_token(stack, 5).await;
    let mut rejected = 0;
    for _ in 0..70 {
        // Each address would be a separate fetch.
        let mut wish = bad.clone();
        wish["sector_identifier_uri"] = json!(format!("{}?{rejected}", server.url()));
        let page = register(stack, Some(&token), &wish).await;
        if page.status == 429 {
            break;
        }
        assert_oauth_error(&page, 400, "invalid_client_metadata");
        rejected += 1;
    }
    assert_eq!((rejected, server.visits()), (60, 60));
    // Another token has a separate limit, and valid registrations do not count.
    let other = initial_token(stack, 100).await;
    for _ in 0..70 {
        let page = register(stack, Some(&other), &web_client()).await;
        assert_eq!(page.status, 201, "{}", page.dump());
    }
}

/// Sends a request for a registration with this token.
pub async fn call(
    stack: &Stack,
    method: Method,
    answer: &Value,
    token: Option<&str>,
    body: Option<&Value>,
) -> Page {
    let path = format!("/oauth2/register/{}", text(answer, "client_id"));
    let agent = UserAgent::new();
    let mut request = agent.http().request(method, stack.at(&path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    agent.send(request).await
}

pub fn own(answer: &Value) -> String {
    text(answer, "registration_access_token")
}

/// Returns the registration request with `client_id` and these members.
fn change(answer: &Value, members: Value) -> Value {
    let mut body = web_client();
    body["client_id"] = answer["client_id"].clone();
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    body
}

async fn rfc_7592_2_1_client_reads_registration(stack: &Stack) {
    let created = registered(stack, &web_client()).await;
    let page = call(stack, Method::GET, &created, Some(&own(&created)), None).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_not_stored(&page);
    let read = page.json();
    // The secret is not returned, because only its hash is stored; all else is unchanged.
    let mut expected = created.clone();
    let members = expected.as_object_mut().unwrap();
    members.remove("client_secret");
    members.remove("client_secret_expires_at");
    assert_eq!(read, expected);
}

async fn rfc_7592_2_2_registration_is_replaced_as_whole(stack: &Stack) {
    let mut first = web_client();
    first["client_uri"] = json!("https://app.example/");
    first["default_max_age"] = json!(60);
    let created = registered(stack, &first).await;
    let body = change(
        &created,
        json!({
            "client_name": "Renamed", "client_secret": created["client_secret"],
            "redirect_uris": ["https://app.example/callback", "https://app.example/other"],
        }),
    );
    let page = call(
        stack,
        Method::PUT,
        &created,
        Some(&own(&created)),
        Some(&body),
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_not_stored(&page);
    let received = page.json();
    assert_eq!(received["client_name"], "Renamed");
    assert_eq!(received["redirect_uris"].as_array().unwrap().len(), 2);
    // Omitted members are removed; the server's own members stay.
    assert_eq!(received.get("client_uri"), None);
    assert_eq!(received.get("default_max_age"), None);
    assert_eq!(received.get("client_secret"), None);
    assert_eq!(received["client_id"], created["client_id"]);
    assert_eq!(
        received["client_id_issued_at"],
        created["client_id_issued_at"]
    );
    // The registration access token was replaced, the secret was not.
    assert_ne!(own(&received), own(&created));
    let page = call(stack, Method::GET, &created, Some(&own(&created)), None).await;
    assert_oauth_error(&page, 401, "invalid_token");
    let page = call(stack, Method::GET, &created, Some(&own(&received)), None).await;
    assert_eq!(page.status, 200);
    let app = client(&created);
    let code = crate::support::code(stack, &app, "openid").await;
    tokens(&stack.exchange(&app, &code).await);
    // A client that becomes public loses its secret, and gets a new one when it becomes
    // confidential.
    let public = change(&received, json!({ "token_endpoint_auth_method": "none" }));
    let received = call(
        stack,
        Method::PUT,
        &received,
        Some(&own(&received)),
        Some(&public),
    )
    .await
    .json();
    assert_eq!(received.get("client_secret"), None);
    let again = change(&received, json!({}));
    let received = call(
        stack,
        Method::PUT,
        &received,
        Some(&own(&received)),
        Some(&again),
    )
    .await
    .json();
    assert!(received["client_secret"].is_string());
    assert_ne!(received["client_secret"], created["client_secret"]);
    assert_eq!(received["client_secret_expires_at"], 0);
    let events = stack.audited(AuditKind::ClientChanged).await;
    let changes: Vec<_> = events
        .iter()
        .filter_map(|event| event.detail["change"].as_str())
        .collect();
    assert_eq!(
        changes
            .iter()
            .filter(|one| **one == "replaced by itself")
            .count(),
        3
    );
}

async fn rfc_7592_2_2_rejects_forbidden_members(stack: &Stack) {
    let created = registered(stack, &web_client()).await;
    for members in [
        json!({ "client_id": null }),
        json!({ "client_id": stack.seed.web.id }),
        json!({ "client_secret": "another secret" }),
        json!({ "registration_access_token": own(&created) }),
        json!({ "registration_client_uri": created["registration_client_uri"] }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "client_id_issued_at": created["client_id_issued_at"] }),
        json!({ "scope": "admin" }),
        json!({ "logo_uri": "javascript:alert(1)" }),
    ] {
        let body = change(&created, members.clone());
        let page = call(
            stack,
            Method::PUT,
            &created,
            Some(&own(&created)),
            Some(&body),
        )
        .await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    let body = change(
        &created,
        json!({ "redirect_uris": ["http://app.example/cb"] }),
    );
    let page = call(
        stack,
        Method::PUT,
        &created,
        Some(&own(&created)),
        Some(&body),
    )
    .await;
    assert_oauth_error(&page, 400, "invalid_redirect_uri");
    // The rejected requests changed nothing, including the registration access token.
    let page = call(stack, Method::GET, &created, Some(&own(&created)), None).await;
    assert_eq!(page.json()["redirect_uris"], created["redirect_uris"]);
}

async fn rfc_7592_2_3_deletion_revokes_codes_and_tokens(stack: &Stack) {
    let created = registered(stack, &web_client()).await;
    let app = client(&created);
    let scope = "openid email offline_access";
    let code = crate::support::code(stack, &app, scope).await;
    let json = tokens(&stack.exchange(&app, &code).await);
    let unused = crate::support::code(stack, &app, scope).await;
    let access = text(&json, "access_token");
    assert_eq!(crate::support::userinfo(stack, &access).await.status, 200);
    let page = call(stack, Method::DELETE, &created, Some(&own(&created)), None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_not_stored(&page);
    assert!(page.body.is_empty());
    for method in [Method::GET, Method::DELETE] {
        let page = call(stack, method, &created, Some(&own(&created)), None).await;
        assert_oauth_error(&page, 401, "invalid_token");
    }
    stack.clear_caches();
    assert_eq!(crate::support::userinfo(stack, &access).await.status, 401);
    assert!(!is_active(stack, &stack.seed.tasks_api, &access).await);
    let refreshed = stack.refresh(&app, &text(&json, "refresh_token")).await;
    assert_oauth_error(&refreshed, 401, "invalid_client");
    assert_oauth_error(&stack.exchange(&app, &unused).await, 401, "invalid_client");
    let dump = doorward_testkit::rows::dump(&stack.storage().identity).await;
    for table in ["grants", "consents", "client_registrations"] {
        let rows = dump[table].join("\n");
        assert!(!rows.contains(&app.id), "{table}: {rows}");
    }
    let events = stack.audited(AuditKind::ClientChanged).await;
    assert!(
        events
            .iter()
            .any(|event| event.detail["change"] == "deleted by itself")
    );
}

async fn rfc_7592_2_token_opens_only_own_registration(stack: &Stack) {
    let one = registered(stack, &web_client()).await;
    let other = registered(stack, &web_client()).await;
    let body = change(&one, json!({}));
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let secret = text(&one, "client_secret");
        for wrong in [own(&other), secret, "x".to_owned()] {
            let page = call(stack, method.clone(), &one, Some(&wrong), Some(&body)).await;
            // The response is 401 with the expected scheme (RFC 7592 §2).
            assert_oauth_error(&page, 401, "invalid_token");
            let challenge = page.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer"), "{challenge}");
        }
        let page = call(stack, method.clone(), &one, None, Some(&body)).await;
        assert_eq!(page.status, 401);
        assert!(
            page.header("www-authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
        // A client registered by an administrator has no registration access token.
        let theirs = json!({ "client_id": stack.seed.web.id });
        let page = call(
            stack,
            method.clone(),
            &theirs,
            Some(&own(&one)),
            Some(&body),
        )
        .await;
        assert_oauth_error(&page, 401, "invalid_token");
    }
    // A client that an administrator made first-party can no longer manage itself.
    let third = registered(stack, &web_client()).await;
    let made_own = |client: &mut doorward_domain::model::Client| client.first_party = true;
    stack
        .change_client(&text(&third, "client_id"), made_own)
        .await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let page = call(stack, method, &third, Some(&own(&third)), Some(&body)).await;
        assert_oauth_error(&page, 401, "invalid_token");
    }
    // A client disabled by an administrator can no longer manage itself.
    stack.disable_client(&text(&one, "client_id")).await;
    let page = call(stack, Method::GET, &one, Some(&own(&one)), None).await;
    assert_oauth_error(&page, 401, "invalid_token");
    let page = call(stack, Method::GET, &other, Some(&own(&other)), None).await;
    assert_eq!(page.status, 200);
    let page = call(stack, Method::POST, &other, Some(&own(&other)), None).await;
    assert_eq!(
        (page.status, page.header("allow")),
        (405, Some("GET, HEAD, PUT, DELETE"))
    );
}

async fn thirty_two_concurrent_updates_apply_once(stack: &Stack) {
    let created = registered(stack, &web_client()).await;
    let body = change(&created, json!({ "client_name": "Renamed" }));
    let token = own(&created);
    let calls = (0..32).map(|_| call(stack, Method::PUT, &created, Some(&token), Some(&body)));
    let pages = join_all(calls).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 31));
    for page in &bad {
        assert_oauth_error(page, 401, "invalid_token");
    }
    let page = call(
        stack,
        Method::GET,
        &created,
        Some(&own(&good[0].json())),
        None,
    )
    .await;
    assert_eq!(page.json()["client_name"], "Renamed");
}

async fn changed_redirect_uri_requires_new_consent(stack: &Stack) {
    let created = registered(stack, &web_client()).await;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &client(&created))
        .with("scope", "openid offline_access");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(&client(&created), &code).await);
    let asked = request.start(&agent).await;
    assert!(matches!(asked, Outcome::Client(_)), "remembered: {asked:?}");
    // Another path of the same host is no redirect change.
    let body = change(
        &created,
        json!({
            "redirect_uris": ["https://app.example/callback", "https://app.example/other"],
        }),
    );
    let received = call(
        stack,
        Method::PUT,
        &created,
        Some(&own(&created)),
        Some(&body),
    )
    .await
    .json();
    stack.clear_caches();
    let asked = request.start(&agent).await;
    assert!(matches!(asked, Outcome::Client(_)), "remembered: {asked:?}");
    let body = change(
        &created,
        json!({ "redirect_uris": ["https://elsewhere.example/cb"] }),
    );
    let received = call(
        stack,
        Method::PUT,
        &received,
        Some(&own(&received)),
        Some(&body),
    )
    .await
    .json();
    stack.clear_caches();
    let mut moved = client(&received);
    moved.secret.clone_from(&client(&created).secret);
    let request = Authorization::new(stack.issuer(), &moved).with("scope", "openid");
    let Outcome::Page(page) = request.start(&agent).await else {
        panic!("the new redirect host has no consent");
    };
    assert!(page.has("#consent") && page.text().contains("elsewhere.example"));
    let refreshed = stack.refresh(&moved, &text(&json, "refresh_token")).await;
    assert_oauth_error(&refreshed, 400, "invalid_grant");
}
