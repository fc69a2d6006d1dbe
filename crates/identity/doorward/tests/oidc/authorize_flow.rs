//! Tests of the authorization flow through the pages, and of its binding to one browser (ASVS 5.0
//! §7.2.4, RFC 9700 §4.12).

use doorward_testkit::{Authorization, Outcome, PASSWORD, Stack, UserAgent, flows};

use crate::support::{assert_error_page, tokens};

flows!(
    rfc_6749_4_1_1_user_signs_in_consents_and_returns,
    rfc_6749_3_1_authorization_request_by_post_equals_get,
    consent_is_remembered_and_requested_for_new_scope,
    first_party_client_needs_no_consent,
    rfc_6749_4_1_2_1_denying_is_access_denied,
    stolen_authorization_request_fails_in_second_browser,
    rfc_6749_10_12_rejects_form_without_csrf_token,
    reload_and_back_keep_request,
    session_cookie_is_renewed_at_sign_in_and_restricted,
    rfc_6749_10_13_pages_forbid_framing_and_inline_code,
    credentials_are_answered_with_303,
);

async fn rfc_6749_4_1_1_user_signs_in_consents_and_returns(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web)
        .with("scope", "openid email tasks:read");
    let login = request.start(&agent).await.expect_page();
    assert!(login.url.path().starts_with("/login"), "{}", login.url);
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    assert!(
        consent.url.path().starts_with("/consent"),
        "{}",
        consent.dump()
    );
    assert!(consent.text().contains("The web-app"), "{}", consent.dump());
    assert!(
        consent.text().contains("client.example"),
        "the page names the redirect host"
    );
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&form).await;
    let answer = request.follow(&agent, next).await.expect_client();
    assert_eq!(answer["state"], "af0ifjsldkj");
    assert_eq!(answer["iss"], stack.issuer());
    // 128 bits are 22 characters of base64url (RFC 6749 §10.10).
    assert!(answer["code"].len() >= 22);
    let tokens = tokens(&stack.exchange(&stack.seed.web, &answer["code"]).await);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "openid email tasks:read");
    assert!(tokens["expires_in"].as_i64().expect("a number") > 0);
}

async fn rfc_6749_3_1_authorization_request_by_post_equals_get(stack: &Stack) {
    let agent = UserAgent::new();
    let request =
        Authorization::new(stack.issuer(), &stack.seed.post).with("response_mode", "form_post");
    let Outcome::Page(login) = request.start_by_post(&agent).await else {
        panic!("got a response without a sign-in")
    };
    let form = login.form("form:has([name=password])");
    let form = form
        .with("identifier", "alice@example.org")
        .with("password", PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&form).await;
    let answer = request.follow(&agent, next).await.expect_client();
    tokens(&stack.exchange(&stack.seed.post, &answer["code"]).await);
}

async fn consent_is_remembered_and_requested_for_new_scope(stack: &Stack) {
    let agent = UserAgent::new();
    let narrow = Authorization::new(stack.issuer(), &stack.seed.web).with("scope", "openid email");
    narrow.complete(&agent, "alice").await.code();
    // The same scopes or fewer: no page at all.
    narrow.start(&agent).await.code();
    let less = narrow.clone().with("scope", "openid");
    less.start(&agent).await.code();
    let wide = narrow.with("scope", "openid email phone");
    let page = wide.start(&agent).await.expect_page();
    assert!(page.has("[name=decision]"), "{}", page.dump());
}

async fn first_party_client_needs_no_consent(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let login = request.start(&agent).await.expect_page();
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let next = agent.submit(&form).await;
    request.follow(&agent, next).await.code();
}

async fn rfc_6749_4_1_2_1_denying_is_access_denied(stack: &Stack) {
    let agent = UserAgent::new();
    let other = Authorization::new(stack.issuer(), &stack.seed.trusted);
    other.complete(&agent, "alice").await.code();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let consent = request.start(&agent).await.expect_page();
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "deny");
    let next = agent.submit(&form).await;
    let answer = request.follow(&agent, next).await.expect_client();
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "af0ifjsldkj");
    assert_eq!(answer["iss"], stack.issuer());
}

async fn stolen_authorization_request_fails_in_second_browser(stack: &Stack) {
    let (victim, thief) = (UserAgent::new(), UserAgent::new());
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&victim).await.expect_page();
    // The attacker has the address of the page but not its cookie.
    let stolen = thief.get(&login.url).await;
    assert!(
        stolen
            .find_form("form:has([name=password]):has([name=flow])")
            .is_none_or(|form| form.value("flow").unwrap_or_default().is_empty()
                || form.value("flow") != login.form("form:has([name=flow])").value("flow"))
            || stolen.status >= 400,
        "{}",
        stolen.dump()
    );
    // Submitting the whole form does not help either.
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "bob").with("password", PASSWORD);
    let page = thief.submit(&form).await;
    let outcome = request.follow(&thief, page).await;
    assert!(matches!(outcome, Outcome::Page(_)), "{outcome:?}");
    // The victim's flow continues.
    request.complete(&victim, "alice").await.code();
}

async fn rfc_6749_10_12_rejects_form_without_csrf_token(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&agent).await.expect_page();
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    for wrong in ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let page = agent.submit(&form.clone().with("csrf", wrong)).await;
        assert_error_page(&page);
    }
    // The browser has no session.
    let quiet = request
        .with("prompt", "none")
        .start(&agent)
        .await
        .expect_client();
    assert_eq!(quiet["error"], "login_required");
}

async fn reload_and_back_keep_request(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&agent).await.expect_page();
    let again = agent.get(&login.url).await;
    assert_eq!(again.status, 200, "{}", again.dump());
    let form = again.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    // Back to the sign-in page after signing in: the next step, not a second sign-in or an error.
    let back = agent.get(&login.url).await;
    let outcome = request.follow(&agent, back).await;
    let Outcome::Page(page) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(page.status == 200, "{}", page.dump());
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&form).await;
    let code = request.follow(&agent, next).await.code();
    // The consent form again: no second code for a completed request.
    let page = agent.submit(&form).await;
    if let Outcome::Client(answer) = request.follow(&agent, page).await {
        assert_ne!(answer.get("code"), Some(&code), "the same code twice");
    }
    tokens(&stack.exchange(&stack.seed.web, &code).await);
}

async fn session_cookie_is_renewed_at_sign_in_and_restricted(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let login = request.start(&agent).await.expect_page();
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let response = agent.submit(&form).await;
    let cookies: Vec<&str> = response
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("doorward_session="))
        .unwrap_or_else(|| panic!("{cookies:?}"));
    let lower = session.to_ascii_lowercase();
    for attribute in ["httponly", "samesite=lax", "path=/"] {
        assert!(lower.contains(attribute), "{session}");
    }
    assert!(!lower.contains("domain="), "{session}");
    let value = session["doorward_session=".len()..]
        .split(';')
        .next()
        .unwrap_or_default();
    assert!(value.len() >= 22, "{session}");

    // A cookie value chosen by an attacker is never accepted.
    let fixed = UserAgent::new();
    let planted = "A".repeat(43);
    let login = fixed.get(stack.at("/login")).await;
    let form = login.form("form:has([name=password])");
    let body = doorward_testkit::agent::encode(
        form.clone()
            .with("identifier", "alice")
            .with("password", PASSWORD)
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let response = fixed
        .send(
            fixed
                .http()
                .post(form.action)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", stack.issuer())
                .header("cookie", format!("doorward_session={planted}"))
                .body(body),
        )
        .await;
    let again = format!("doorward_session={planted}");
    assert!(
        response
            .headers
            .get_all("set-cookie")
            .iter()
            .all(|value| !value.to_str().unwrap_or_default().starts_with(&again)),
        "{}",
        response.dump()
    );
}

async fn rfc_6749_10_13_pages_forbid_framing_and_inline_code(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    for page in [
        request.start(&agent).await.expect_page(),
        agent.get(stack.at("/register")).await,
        request
            .with("client_id", "nobody")
            .start(&agent)
            .await
            .expect_page(),
    ] {
        let policy = page.header("content-security-policy").unwrap_or_default();
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        // Browsers would apply it to the client's own redirects.
        assert!(!policy.contains("form-action"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert!(page.header("referrer-policy").is_some(), "{}", page.dump());
        assert!(
            !page.has("[style], [onclick], [onsubmit], style"),
            "{}",
            page.dump()
        );
        assert!(!page.has("script:not([src])"), "{}", page.dump());
    }
}

async fn credentials_are_answered_with_303(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&agent).await.expect_page();
    let form = login.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    // The redirect is a 303: a 307 would forward the password (RFC 9700 §4.12).
    assert_eq!(agent.submit(&form).await.status, 303);
}
