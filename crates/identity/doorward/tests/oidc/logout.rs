//! Tests of RP-initiated logout (OIDC RP-Initiated Logout 1.0).

use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows, jwt};
use url::Url;

use crate::support::{EVERYTHING, assert_error_page, text, tokens, userinfo};

flows!(
    rp_logout_2_request_by_post_is_accepted,
    rp_logout_2_hint_signs_browser_out_and_redirects,
    without_hint_user_confirms,
    rp_logout_2_unregistered_redirect_uri_is_error_page,
    rp_logout_2_redirect_uri_without_client_says_what_is_missing,
    unknown_client_is_named_with_command,
    backchannel_2_7_session_tokens_end_and_offline_tokens_remain,
    rp_logout_6_cross_site_form_does_not_sign_out,
    signing_out_twice_is_no_error,
    valid_hint_without_cookie_ends_session_of_sid,
    logout_without_session_says_not_signed_in,
    invalid_request_offers_to_sign_out,
    dynamic_client_gets_no_logout_redirect_without_session,
);

const POST_LOGOUT_URI: &str = "https://trusted.example/bye";

struct SignedIn {
    agent: UserAgent,
    request: Authorization,
    tokens: serde_json::Value,
}

async fn signed_in(stack: &Stack, scope: &str) -> SignedIn {
    let agent = UserAgent::new();
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", scope);
    let code = request.complete(&agent, "alice").await.code();
    let tokens = tokens(&stack.exchange(client, &code).await);
    SignedIn {
        agent,
        request,
        tokens,
    }
}

impl SignedIn {
    async fn is_in(&self) -> bool {
        let quiet = self.request.clone().with("prompt", "none");
        quiet
            .start(&self.agent)
            .await
            .expect_client()
            .contains_key("code")
    }

    async fn logout(&self, stack: &Stack, fields: &[(&str, &str)]) -> Page {
        let url = Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
        let page = self.agent.get(url).await;
        self.agent.follow(page, POST_LOGOUT_URI).await
    }
}

async fn rp_logout_2_hint_signs_browser_out_and_redirects(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    assert!(person.is_in().await);
    let hint = text(&person.tokens, "id_token");
    stack.clock.advance(3600); // An expired hint is still valid as a hint.
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "x y&z"),
    ];
    let page = person.logout(stack, &fields).await;
    let back = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
    assert!(back.as_str().starts_with(POST_LOGOUT_URI), "{back}");
    let state = back.query_pairs().find(|(name, _)| name == "state");
    assert_eq!(
        state.map(|(_, value)| value.into_owned()).as_deref(),
        Some("x y&z")
    );
    assert!(!person.is_in().await);
}

async fn without_hint_user_confirms(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let client = stack.seed.trusted.id.as_str();
    let fields = [
        ("client_id", client),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let page = person.logout(stack, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(
        person.is_in().await,
        "the hint alone does not end the session"
    );
    let form = page.form("form[method=post][action*=logout]");
    let page = person.agent.submit(&form.with("confirm", "yes")).await;
    let page = person.agent.follow(page, POST_LOGOUT_URI).await;
    assert!(
        page.location()
            .is_some_and(|back| back.as_str() == POST_LOGOUT_URI),
        "{}",
        page.dump()
    );
    assert!(!person.is_in().await);
    // A forged hint is rejected.
    let other = signed_in(stack, "openid").await;
    let forged = jwt::with_claims(&text(&other.tokens, "id_token"), |claims| {
        claims["sub"] = "somebody".into();
    });
    let page = other.logout(stack, &[("id_token_hint", &forged)]).await;
    assert_error_page(&page);
    assert!(other.is_in().await);
}

async fn rp_logout_2_unregistered_redirect_uri_is_error_page(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let hint = text(&person.tokens, "id_token");
    for wrong in [
        "https://evil.example/",
        "https://trusted.example/bye/",
        "javascript:alert(1)",
    ] {
        let fields = [
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", wrong),
        ];
        let page = person.logout(stack, &fields).await;
        assert_error_page(&page);
        assert!(person.is_in().await);
    }
    // A URI registered for another client is rejected.
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("client_id", stack.seed.web.id.as_str()),
        ("post_logout_redirect_uri", "https://client.example/"),
    ];
    assert_error_page(&person.logout(stack, &fields).await);
}

async fn rp_logout_2_redirect_uri_without_client_says_what_is_missing(stack: &Stack) {
    let wanted = ("post_logout_redirect_uri", POST_LOGOUT_URI);
    let person = signed_in(stack, "openid").await;
    for (fields, told) in [
        (vec![wanted], "needs client_id or id_token_hint"),
        (
            vec![wanted, ("client_id", "unknown")],
            "no active client has this client_id",
        ),
        (
            vec![wanted, ("client_id", &stack.seed.web.id)],
            "is not registered for this client",
        ),
    ] {
        let page = person.logout(stack, &fields).await;
        assert!(page.text().contains(told), "{told}: {}", page.dump());
        assert!(person.is_in().await);
    }
}

/// An error about an unknown client says so, and names the command that lists the known ones.
async fn unknown_client_is_named_with_command(stack: &Stack) {
    const EXPECTED: &str = "no active client has this client_id; `doorward client list`";
    let fields = [
        ("client_id", "grafana-before"),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let agent = UserAgent::new();
    for path in ["logout", "authorize"] {
        let url = format!("{}/oauth2/{path}", stack.issuer());
        let page = agent
            .get(Url::parse_with_params(&url, fields).unwrap())
            .await;
        assert_eq!(page.status, 400, "{}", page.dump());
        assert!(page.text().contains(EXPECTED), "{}", page.dump());
    }
}

async fn backchannel_2_7_session_tokens_end_and_offline_tokens_remain(stack: &Stack) {
    for (scope, stays) in [("openid tasks:read", false), (EVERYTHING, true)] {
        let person = signed_in(stack, scope).await;
        let hint = text(&person.tokens, "id_token");
        person.logout(stack, &[("id_token_hint", &hint)]).await;
        assert!(!person.is_in().await);
        let access = text(&person.tokens, "access_token");
        assert_eq!(
            userinfo(stack, &access).await.status == 200,
            stays,
            "{scope}"
        );
        if let Some(token) = person.tokens["refresh_token"].as_str() {
            let page = stack.refresh(&stack.seed.trusted, token).await;
            assert_eq!(page.status == 200, stays, "{scope}: {}", page.dump());
        }
    }
}

async fn rp_logout_6_cross_site_form_does_not_sign_out(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let agent = &person.agent;
    let request = agent
        .http()
        .post(stack.at("/logout"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .body("confirm=yes");
    let page = agent.send(request).await;
    assert!(page.status >= 400, "{}", page.dump());
    assert!(person.is_in().await);
}

/// Checks a request without a browser (§2), such as that of oauth2-proxy with
/// `--backend-logout-url`.
async fn valid_hint_without_cookie_ends_session_of_sid(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let hint = text(&person.tokens, "id_token");
    let url = Url::parse_with_params(&stack.at("/oauth2/logout"), [("id_token_hint", &hint)]);
    let url = url.unwrap();
    // Changed claims end no session.
    let forged = jwt::with_claims(&hint, |claims| claims["sub"] = "somebody".into());
    let wrong = Url::parse_with_params(&stack.at("/oauth2/logout"), [("id_token_hint", &forged)]);
    assert_error_page(&UserAgent::new().get(wrong.unwrap()).await);
    assert!(person.is_in().await);
    let page = UserAgent::new().get(url.clone()).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(
        page.text().contains("You are signed out"),
        "{}",
        page.dump()
    );
    assert!(!person.is_in().await);
    // There is no session to end, and the page does not claim otherwise.
    let page = UserAgent::new().get(url).await;
    assert!(
        !page.text().contains("You are signed out"),
        "{}",
        page.dump()
    );
    // The hint does not end a later session of the same user.
    let other = signed_in(stack, "openid").await;
    let old = [("id_token_hint", hint.as_str())];
    let agent = UserAgent::new();
    let address = Url::parse_with_params(&stack.at("/oauth2/logout"), old).unwrap();
    assert_eq!(agent.get(address).await.status, 200);
    assert!(other.is_in().await);
}

async fn logout_without_session_says_not_signed_in(stack: &Stack) {
    let page = UserAgent::new().get(stack.at("/oauth2/logout")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.text_of("h1").as_deref(), Some("You are not signed in"));
}

/// Checks that an invalid request still offers to sign out, and does not redirect to the client.
async fn invalid_request_offers_to_sign_out(stack: &Stack) {
    for (name, value, problem) in [
        (
            "post_logout_redirect_uri",
            "https://evil.example/",
            "not registered",
        ),
        ("id_token_hint", "nonsense", "id_token_hint is not valid"),
    ] {
        let person = signed_in(stack, "openid").await;
        let client = stack.seed.trusted.id.as_str();
        let fields = [("client_id", client), (name, value), ("state", "s")];
        let page = person.logout(stack, &fields).await;
        assert_error_page(&page);
        let words = page.text_of("main").unwrap();
        assert!(words.contains(problem), "{words}");
        assert!(person.is_in().await);
        let form = page.form("form[method=post][action*=logout]");
        let page = person.agent.submit(&form.with("confirm", "yes")).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(
            page.text().contains("You are signed out"),
            "{}",
            page.dump()
        );
        assert!(!person.is_in().await);
    }
}

/// Checks that a dynamically registered client gets no redirect without a session (RFC 9700
/// §4.11.2).
async fn dynamic_client_gets_no_logout_redirect_without_session(stack: &Stack) {
    let id = stack.seed.trusted.id.as_str();
    let fields = [
        ("client_id", id),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let url = Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
    let page = UserAgent::new().get(url.clone()).await;
    assert!(page.location().is_some(), "{}", page.dump());
    let open = |client: &mut doorward_domain::model::Client| {
        client.registered_by = doorward_domain::model::RegisteredBy::Anonymous;
    };
    stack.change_client(id, open).await;
    let page = UserAgent::new().get(url).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.header("refresh").is_none(), "{}", page.dump());
    assert!(!page.has("[data-onward]"), "{}", page.dump());
    let words = page.text_of("main").unwrap();
    assert!(words.contains("https://trusted.example"), "{words}");
    assert_eq!(
        page.attributes("main a[rel=noreferrer]", "href"),
        [POST_LOGOUT_URI]
    );
}

async fn signing_out_twice_is_no_error(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let hint = text(&person.tokens, "id_token");
    for _ in 0..2 {
        let page = person.logout(stack, &[("id_token_hint", &hint)]).await;
        assert!(page.status < 400, "{}", page.dump());
    }
}

async fn rp_logout_2_request_by_post_is_accepted(stack: &Stack) {
    let person = signed_in(stack, "openid").await;
    let hint = text(&person.tokens, "id_token");
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "a b"),
    ];
    // A cross-site form arrives without cookies; the redirect to GET adds them.
    let url = stack.at("/oauth2/logout");
    let elsewhere = UserAgent::new();
    let posted = elsewhere
        .http()
        .post(&url)
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(doorward_testkit::agent::encode(fields));
    let page = elsewhere.send(posted).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert!(page.header("set-cookie").is_none(), "{}", page.dump());
    assert!(person.is_in().await);
    let sent_on = stack.at(page.header("location").unwrap());
    assert!(sent_on.starts_with(&format!("{url}?")), "{sent_on}");
    let back = |page: &Page| {
        let back = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
        assert!(back.as_str().starts_with(POST_LOGOUT_URI), "{back}");
    };
    let page = person.agent.get(&sent_on).await;
    back(&person.agent.follow(page, POST_LOGOUT_URI).await);
    assert!(!person.is_in().await);
    // A same-site form has the cookies at once.
    let person = signed_in(stack, "openid").await;
    let hint = text(&person.tokens, "id_token");
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let page = person.agent.post(&url, &fields).await;
    back(&person.agent.follow(page, POST_LOGOUT_URI).await);
    assert!(!person.is_in().await);
}
