//! Tests that rejected requests are explained in the log, by `doorward explain`, and on the page.
//! The table of `domain::rules::rejection` has the log line of each reason.

use doorward_admin::decisions::{self, Decision};
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Client, RegisteredBy};
use doorward_testkit::{Authorization, Outcome, Page, Stack, UserAgent, flows};

use crate::support::{assert_error_page, assert_oauth_error, sign_in};

flows!(
    wrong_redirect_uri_is_shown_without_registered_uri,
    error_pages_do_not_disclose_registered_uris,
    rejected_authorization_request_is_explained,
    rejected_token_request_is_explained,
    rejected_logout_names_hinted_client,
    users_answer_is_not_kept,
    dynamic_client_gets_no_error_redirect_without_session,
);

async fn explained(stack: &Stack, page: &Page) -> Decision {
    let id = page
        .header("x-decision-id")
        .unwrap_or_else(|| panic!("{}", page.dump()));
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    decisions::explain(&operator, id).await.unwrap()
}

async fn wrong_redirect_uri_is_shown_without_registered_uri(stack: &Stack) {
    let client = &stack.seed.web;
    let wrong = "https://evil.example/callback/<b>";
    let request = Authorization::new(stack.issuer(), client).with("redirect_uri", wrong);
    let page = UserAgent::new().get(request.url()).await;
    assert_error_page(&page);
    let words = page.text_of("main").unwrap();
    assert!(words.contains(wrong), "{words}");
    assert!(!page.has("main b"), "{}", page.dump());
    let links = page.attributes("main a", "href");
    assert!(
        !links.iter().any(|link| link.contains("evil.example")),
        "{links:?}"
    );
    let received = explained(stack, &page).await;
    assert_eq!(
        received.inputs["expected"],
        "https://client.example/callback"
    );
    assert_eq!(received.inputs["received"], wrong);
    assert_eq!(received.inputs["differs_at"], 8);
    let fix = format!(
        "if the address is the application's own: doorward client update {} --add-redirect-uri \
         '{wrong}'",
        client.id
    );
    assert_eq!(received.grant, [fix]);
}

async fn error_pages_do_not_disclose_registered_uris(stack: &Stack) {
    let (client, host) = (&stack.seed.web, "client.example");
    let add = |client: &mut Client| {
        let other = "https://client.example/other".to_owned();
        client.redirect_uris.push(other);
        client.post_logout_redirect_uris = vec!["https://client.example/bye".to_owned()];
    };
    stack.change_client(&client.id, add).await;
    let request = Authorization::new(stack.issuer(), client);
    let evil = "https://evil.example/";
    let logout = |uri| {
        let fields = [
            ("client_id", client.id.as_str()),
            ("post_logout_redirect_uri", uri),
        ];
        url::Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap()
    };
    for url in [
        request.clone().with("redirect_uri", evil).url(),
        request.clone().with("redirect_uri", "").url(),
        request.clone().is_disabled("redirect_uri").url(),
        request.clone().and("redirect_uri", evil).url(),
        request.clone().with("redirect_uri", "https://client").url(),
        logout(evil),
        logout(""),
    ] {
        let page = UserAgent::new().get(url.clone()).await;
        // What the request itself contains may be repeated.
        let sent = url.query().unwrap_or_default().contains(host);
        assert!(sent || !page.text().contains(host), "{}", page.dump());
        assert!(
            !page.text().contains("client.example/other"),
            "{}",
            page.dump()
        );
        assert!(
            !page.text().contains("client.example/bye"),
            "{}",
            page.dump()
        );
    }
}

async fn rejected_authorization_request_is_explained(stack: &Stack) {
    let client = &stack.seed.web;
    let id = client.id.as_str();
    let request = Authorization::new(stack.issuer(), client);
    for (name, value) in [("response_type", "token"), ("client_id", "nobody")] {
        let page = UserAgent::new()
            .get(request.clone().with(name, value).url())
            .await;
        let received = explained(stack, &page).await;
        assert_eq!(
            received.inputs["attempt"], "GET /oauth2/authorize",
            "{name}"
        );
        assert!(!received.grant.is_empty(), "{name}");
    }
    let disabled = |client: &mut Client| client.disabled_at = Some(0);
    stack.change_client(id, disabled).await;
    let page = UserAgent::new().get(request.url()).await;
    let received = explained(stack, &page).await;
    assert_eq!(
        received.grant,
        [format!("doorward client update {id} --disabled=false")]
    );
    assert_eq!(received.client_id.as_deref(), Some(id));
}

/// The client is known by the hint alone: the command that helps names it.
async fn rejected_logout_names_hinted_client(stack: &Stack) {
    let client = &stack.seed.web;
    let agent = UserAgent::new();
    let tokens = sign_in(stack, client, "openid").await;
    let hint = tokens["id_token"].as_str().unwrap();
    let wrong = "https://client.example/bye";
    let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", wrong)];
    let url = url::Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
    let page = agent.get(url).await;
    assert_error_page(&page);
    let received = explained(stack, &page).await;
    let id = client.id.as_str();
    assert_eq!(received.client_id.as_deref(), Some(id));
    let fix = format!(
        "if the address is the application's own: doorward client update {id} \
         --add-post-logout-redirect-uri {wrong}"
    );
    assert_eq!(received.grant, [fix]);
}

async fn rejected_token_request_is_explained(stack: &Stack) {
    let client = &stack.seed.web;
    let id = client.id.as_str();
    let unknown = "unknown-code-that-must-not-be-logged";
    let fields = [("grant_type", "authorization_code"), ("code", unknown)];
    let page = stack.token(client, &fields).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let received = explained(stack, &page).await;
    assert_eq!(received.inputs["reason"], "code_unknown");
    assert!(
        !received.inputs.to_string().contains(unknown),
        "{:?}",
        received.inputs
    );
    let fields = [("grant_type", "client_credentials")];
    let page = stack.token(client, &fields).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    let received = explained(stack, &page).await;
    let fix = format!("doorward client update {id} --add-grant client_credentials");
    assert_eq!(received.grant, [fix]);
}

/// Checks that a silent request without a session is not recorded: it is no error of the client.
async fn users_answer_is_not_kept(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.web).with("prompt", "none");
    let page = UserAgent::new().get(request.url()).await;
    assert!(page.is_redirect(), "{}", page.dump());
    assert_eq!(page.header("x-decision-id"), None);
}

/// Checks that a dynamically registered client gets no redirect without a session (RFC 9700
/// §4.11.2).
async fn dynamic_client_gets_no_error_redirect_without_session(stack: &Stack) {
    let client = &stack.seed.web;
    let wrong = Authorization::new(stack.issuer(), client).with("response_type", "token");
    let answer = wrong.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "unsupported_response_type");
    let agent = UserAgent::new();
    Authorization::new(stack.issuer(), client)
        .complete(&agent, "alice")
        .await
        .code();
    for by in [RegisteredBy::Anonymous, RegisteredBy::Token] {
        let change = |client: &mut Client| client.registered_by = by;
        stack.change_client(&client.id, change).await;
        for request in [wrong.clone(), wrong.clone().with("prompt", "none")] {
            match (by, request.start(&UserAgent::new()).await) {
                (RegisteredBy::Anonymous, Outcome::Page(page)) => {
                    assert_eq!(page.status, 200, "{}", page.dump());
                    assert!(page.header("refresh").is_none(), "{}", page.dump());
                    assert!(!page.has("[data-autosubmit]"), "{}", page.dump());
                    let words = page.text_of("main").unwrap();
                    assert!(words.contains("https://client.example"), "{words}");
                    let links = page.attributes("main a[rel=noreferrer]", "href");
                    assert!(links[0].starts_with("https://client.example/callback?error="));
                }
                (RegisteredBy::Token, Outcome::Client(answer)) => {
                    assert_eq!(answer["error"], "unsupported_response_type");
                }
                (by, other) => panic!("{by:?}: {other:?}"),
            }
        }
        // With a session, the redirect is allowed.
        let answer = wrong.start(&agent).await.expect_client();
        assert_eq!(answer["error"], "unsupported_response_type");
    }
}
