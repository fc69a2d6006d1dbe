//! Tests of errors at `/oauth2/authorize`: a page if client or redirect URI are invalid, otherwise
//! a response to the client with `state` and `iss` (RFC 6749 §4.1.2.1, RFC 9207 §2).

use doorward_testkit::{Authorization, Outcome, Stack, TestClient, UserAgent, flows};

use crate::support::assert_error_page;

flows!(
    rfc_6749_4_1_2_1_errors_return_with_state_and_issuer,
    rfc_6749_4_1_2_1_long_state_returns,
    rfc_6749_3_1_2_4_errors_before_client_is_known_are_pages,
    rejects_duplicate_parameters,
    form_post_2_errors_are_posted,
    rfc_6749_3_1_unknown_parameters_are_ignored,
    client_without_grant_is_unauthorized,
    rfc_8707_2_resource_has_to_be_known,
);

/// A changed parameter of a valid request (name, value; `None` omits it), and the expected error.
const CASES: &[(&str, Option<&str>, &str)] = &[
    ("response_type", None, "invalid_request"),
    ("response_type", Some(""), "invalid_request"),
    ("response_type", Some("token"), "unsupported_response_type"),
    (
        "response_type",
        Some("id_token"),
        "unsupported_response_type",
    ),
    (
        "response_type",
        Some("code id_token"),
        "unsupported_response_type",
    ),
    (
        "response_type",
        Some("code token"),
        "unsupported_response_type",
    ),
    ("response_type", Some("CODE"), "unsupported_response_type"),
    ("response_mode", Some("fragment"), "invalid_request"),
    ("response_mode", Some("web_message"), "invalid_request"),
    ("scope", Some("openid \"quoted\""), "invalid_scope"),
    ("scope", Some("no such scope here"), "invalid_scope"),
    ("scope", Some("openid \\back"), "invalid_scope"),
    (
        "request",
        Some("eyJhbGciOiJub25lIn0.e30."),
        "request_not_supported",
    ),
    (
        "request_uri",
        Some("https://client.example/r"),
        "request_uri_not_supported",
    ),
    (
        "request_uri",
        Some("urn:ietf:params:oauth:request_uri:x"),
        "invalid_request_uri",
    ),
    ("registration", Some("{}"), "registration_not_supported"),
    ("prompt", Some("none login"), "invalid_request"),
    ("prompt", Some("none consent"), "invalid_request"),
    ("prompt", Some("none create"), "invalid_request"),
    ("prompt", Some("none"), "login_required"),
    ("max_age", Some("-1"), "invalid_request"),
    ("max_age", Some("soon"), "invalid_request"),
    ("max_age", Some("1.5"), "invalid_request"),
    (
        "max_age",
        Some("99999999999999999999999"),
        "invalid_request",
    ),
    ("claims", Some("{"), "invalid_request"),
    ("claims", Some("[]"), "invalid_request"),
    ("claims", Some("{\"id_token\":7}"), "invalid_request"),
    (
        "claims",
        Some("{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"urn:no:such\"}}}"),
        "unmet_authentication_requirements",
    ),
    (
        "resource",
        Some("https://unknown.example/api"),
        "invalid_target",
    ),
    ("resource", Some("relative"), "invalid_target"),
    (
        "resource",
        Some("https://api.example/#part"),
        "invalid_target",
    ),
    ("code_challenge", None, "invalid_request"),
    ("code_challenge", Some(""), "invalid_request"),
    ("code_challenge", Some("short"), "invalid_request"),
    ("code_challenge_method", None, "invalid_request"),
    ("code_challenge_method", Some("plain"), "invalid_request"),
    ("code_challenge_method", Some("s256"), "invalid_request"),
    ("code_challenge_method", Some("none"), "invalid_request"),
];

fn changed(request: Authorization, name: &str, value: Option<&str>) -> Authorization {
    match value {
        Some(value) => request.with(name, value),
        None => request.is_disabled(name),
    }
}

#[track_caller]
fn assert_at_client(outcome: Outcome, issuer: &str, code: &str, case: &str) {
    let answer = outcome.expect_client();
    assert_eq!(
        answer.get("error").map(String::as_str),
        Some(code),
        "{case}: {answer:?}"
    );
    assert_eq!(
        answer.get("state").map(String::as_str),
        Some("af0ifjsldkj"),
        "{case}"
    );
    assert_eq!(
        answer.get("iss").map(String::as_str),
        Some(issuer),
        "{case}"
    );
    assert!(!answer.contains_key("code"), "{case}");
}

async fn rfc_6749_4_1_2_1_errors_return_with_state_and_issuer(stack: &Stack) {
    for (name, value, code) in CASES {
        let case = format!("{name}={value:?}");
        let request = Authorization::new(stack.issuer(), &stack.seed.web);
        let request = changed(request, name, *value);
        let by_get = request.start(&UserAgent::new()).await;
        assert_at_client(by_get, stack.issuer(), code, &case);
        let by_post = request.start_by_post(&UserAgent::new()).await;
        assert_at_client(by_post, stack.issuer(), code, &format!("POST {case}"));
    }
}

/// Checks that a state of 8 kB is accepted, and that an error returns a longer one as well.
async fn rfc_6749_4_1_2_1_long_state_returns(stack: &Stack) {
    let with_state = |length: usize| {
        let state = "s".repeat(length);
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        (request.with("state", &state), state)
    };
    let (request, state) = with_state(8 * 1024);
    let answer = request.complete(&UserAgent::new(), "alice").await;
    let answer = answer.expect_client();
    assert!(answer.contains_key("code"), "{answer:?}");
    assert_eq!(answer["state"], state);
    for (length, code) in [(8 * 1024, "login_required"), (20_000, "invalid_request")] {
        let (request, state) = with_state(length);
        let request = request.with("prompt", "none");
        let by_get = request.start(&UserAgent::new()).await;
        let by_post = request.start_by_post(&UserAgent::new()).await;
        for outcome in [by_get, by_post] {
            let answer = outcome.expect_client();
            assert_eq!((&*answer["error"], &*answer["state"]), (code, &*state));
        }
    }
}

async fn rfc_6749_3_1_2_4_errors_before_client_is_known_are_pages(stack: &Stack) {
    let good = || Authorization::new(stack.issuer(), &stack.seed.web);
    let long = "x".repeat(3000);
    for request in [
        good().is_disabled("client_id"),
        good().with("client_id", ""),
        good().with("client_id", "nobody"),
        good().with("client_id", "WEB-APP"),
        good().with("client_id", &long),
        good().and("client_id", &stack.seed.web.id),
        good().is_disabled("redirect_uri"),
        good().with("redirect_uri", ""),
        good().with("redirect_uri", "https://evil.example/callback"),
        good().with("redirect_uri", &stack.seed.post.redirect_uri),
        good().and("redirect_uri", &stack.seed.web.redirect_uri),
        // An invalid client or redirect URI and another error: the page takes precedence.
        good()
            .with("redirect_uri", "https://evil.example/")
            .with("response_type", "token"),
    ] {
        for page in [
            request.start(&UserAgent::new()).await.expect_page(),
            request.start_by_post(&UserAgent::new()).await.expect_page(),
        ] {
            assert_error_page(&page);
            assert!(
                !page.text().contains("href=\"https://evil"),
                "{}",
                page.dump()
            );
        }
    }
}

async fn rejects_duplicate_parameters(stack: &Stack) {
    for (name, value) in [
        ("scope", "openid"),
        ("response_type", "code"),
        ("nonce", "other"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("prompt", "login"),
    ] {
        let mut request = Authorization::new(stack.issuer(), &stack.seed.web);
        if name == "prompt" {
            request = request.with(name, value);
        }
        let outcome = request.and(name, value).start(&UserAgent::new()).await;
        assert_at_client(outcome, stack.issuer(), "invalid_request", name);
    }
    // With two `state` parameters, none is returned.
    let request = Authorization::new(stack.issuer(), &stack.seed.web).and("state", "second");
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    assert!(!answer.contains_key("state"), "{answer:?}");
    // Only `resource` may be repeated (RFC 8707 §2).
    let audience = &stack.seed.audience;
    let request = Authorization::new(stack.issuer(), &stack.seed.web)
        .and("resource", audience)
        .and("resource", audience);
    assert!(
        request
            .start(&UserAgent::new())
            .await
            .expect_page()
            .has("[name=password]")
    );
}

async fn form_post_2_errors_are_posted(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.web)
        .with("response_mode", "form_post")
        .with("prompt", "none")
        .with("state", "\"><script>alert(1)</script>");
    let page = UserAgent::new().get(request.url()).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!page.text().contains("<script>alert"), "{}", page.dump());
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("form-action"), "{policy}");
    let kept = page.header("cache-control").unwrap_or_default();
    assert!(kept.contains("no-store"), "{kept}");
    let form = page.form("form[method=post]");
    assert_eq!(form.action.as_str(), stack.seed.web.redirect_uri);
    assert_eq!(form.value("error"), Some("login_required"));
    assert_eq!(form.value("state"), Some("\"><script>alert(1)</script>"));
    assert_eq!(form.value("iss"), Some(stack.issuer()));
}

async fn rfc_6749_3_1_unknown_parameters_are_ignored(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.web)
        .with("utm_source", "mail")
        .with("display", "page")
        .with("scope", "openid unheard_of");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let tokens = crate::support::tokens(&stack.exchange(&stack.seed.web, &code).await);
    assert_eq!(
        tokens["scope"], "openid",
        "an unregistered scope is dropped"
    );
}

async fn client_without_grant_is_unauthorized(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.service);
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "unauthorized_client");
}

async fn rfc_8707_2_resource_has_to_be_known(stack: &Stack) {
    let TestClient { redirect_uri, .. } = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), &stack.seed.web)
        .with("resource", &stack.seed.audience)
        .and("resource", "https://unknown.example/api");
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_target", "at {redirect_uri}");
}
