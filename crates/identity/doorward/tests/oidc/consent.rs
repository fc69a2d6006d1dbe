//! Tests of consent: the questions, optional scopes, and the lifetime (RFC 6749 §3.3).

use doorward_domain::model::{Client, RegisteredBy};
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use doorward_testkit::{
    Authorization, Form, Page, Stack, TestClient, UserAgent, flows, flows_with, jwt,
};

use crate::support::{assert_oauth_error, is_active, text, tokens, userinfo};

flows!(
    co_3_optional_scopes_are_unchecked_and_not_granted,
    co_3_checked_scope_outside_request_is_ignored,
    co_3_cancel_is_button_like_allow,
    co_4_omitted_optional_scope_is_not_requested_again,
    co_4_larger_request_shows_new_scopes_and_keeps_granted,
    co_4_scope_made_mandatory_is_requested_again,
    rfc_6749_3_3_code_is_issued_without_granted_scope,
    oidc_core_5_5_claims_require_granted_scope,
    co_1_page_shows_publisher_and_consent_lifetime,
    co_2_unverified_client_names_hosts_of_foreign_links,
    oa_27_expired_consent_ends_tokens,
    oa_27_account_shows_consent_scopes_start_and_expiry,
);
flows_with!(GLOBAL_SETTINGS; operator_sets_optional_scopes_for_all_clients);

const GLOBAL_SETTINGS: &[(&str, &str)] = &[
    ("DOORWARD__CONSENT__LIFETIME", "2h"),
    ("DOORWARD__CONSENT__OPTIONAL_SCOPES", "openid email"),
];
const DAY: i64 = 24 * 3600;

async fn optional(stack: &Stack, client: &TestClient, names: &str) {
    let names = Scope::parse(names).expect("a scope");
    let change = |item: &mut Client| item.consent.optional_scopes = names;
    stack.change_client(&client.id, change).await;
}

fn request(stack: &Stack, scope: &str) -> Authorization {
    Authorization::new(stack.issuer(), &stack.seed.web).with("scope", scope)
}

/// Signs alice in with a first-party client.
async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let own = Authorization::new(stack.issuer(), &stack.seed.trusted);
    own.complete(&agent, "alice").await.code();
    agent
}

/// Returns the scopes with a checkbox, and the number of checked ones.
fn boxes(page: &Page) -> (Vec<String>, usize) {
    let names = page.attributes("#wants ~ div input[type=checkbox][name=scope]", "value");
    let ticked = page.attributes("input[type=checkbox][checked]", "value");
    (names, ticked.len())
}

fn allow(page: &Page) -> Form {
    page.form("#consent").and("decision", "allow")
}

async fn answered(
    stack: &Stack,
    agent: &UserAgent,
    request: &Authorization,
    form: &Form,
) -> String {
    let next = agent.submit(form).await;
    let code = request.follow(agent, next).await.code();
    let json = tokens(&stack.exchange(&stack.seed.web, &code).await);
    text(&json, "scope")
}

async fn co_3_optional_scopes_are_unchecked_and_not_granted(stack: &Stack) {
    let client = &stack.seed.web;
    optional(stack, client, "email phone tasks:read tasks:write").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email phone profile tasks:read tasks:write");
    let page = request.start(&agent).await.expect_page();
    let (names, ticked) = boxes(&page);
    assert_eq!(names, ["email", "phone", "tasks:read", "tasks:write"]);
    assert_eq!(ticked, 0, "{}", page.dump());
    let next = agent.submit(&allow(&page).and("scope", "phone")).await;
    let code = request.follow(&agent, next).await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    // A scope that differs from the request is returned (RFC 6749 §5.1).
    assert_eq!(json["scope"], "openid phone profile");
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_eq!(claims["scope"], "openid phone profile");
    // No scope of a resource server was granted, so the audience is this server only.
    assert_eq!(claims["aud"], stack.issuer(), "{claims}");
    assert!(claims.get("entitlements").is_none(), "{claims}");
    let received = userinfo(stack, &text(&json, "access_token")).await.json();
    assert!(received.get("email").is_none(), "{received}");
    // A refresh does not restore declined scopes (RFC 6749 §6).
    let token = text(&json, "refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("scope", "openid email"),
    ];
    assert_oauth_error(&stack.token(client, &fields).await, 400, "invalid_scope");
    let json = tokens(&stack.refresh(client, &token).await);
    assert_eq!(json["scope"], "openid phone profile");
}

async fn co_3_checked_scope_outside_request_is_ignored(stack: &Stack) {
    optional(stack, &stack.seed.web, "email").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email");
    let page = request.start(&agent).await.expect_page();
    let form = allow(&page).and("scope", "email").and("scope", "phone");
    let form = form.and("scope", "tasks:delete").and("scope", "admin");
    let granted = answered(stack, &agent, &request, &form).await;
    assert_eq!(granted, "openid email");
}

async fn co_3_cancel_is_button_like_allow(stack: &Stack) {
    optional(stack, &stack.seed.web, "email").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email");
    let page = request.start(&agent).await.expect_page();
    // In a checkbox, Enter activates the first button, which submits nothing.
    let buttons = page.attributes("#consent button", "value");
    assert_eq!(buttons.len(), 2, "{}", page.dump());
    assert!(page.has("#consent > button[hidden][formmethod=dialog]:first-of-type"));
    assert!(page.has(".pair > .btn[value=deny] + .btn[value=allow]"));
    assert!(page.has("h1[autofocus]"));
    let form = page.form("#consent").and("scope", "email");
    let next = agent.submit(&form.and("decision", "deny")).await;
    let answer = request.follow(&agent, next).await.expect_client();
    assert_eq!(answer["error"], "access_denied");
    // A denial is not remembered.
    assert!(request.start(&agent).await.expect_page().has("#consent"));
}

async fn co_4_omitted_optional_scope_is_not_requested_again(stack: &Stack) {
    optional(stack, &stack.seed.web, "email").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email");
    let page = request.start(&agent).await.expect_page();
    let granted = answered(stack, &agent, &request, &allow(&page)).await;
    assert_eq!(granted, "openid");
    for prompt in ["", "none"] {
        let again = request.clone().with("prompt", prompt);
        let code = again.start(&agent).await.code();
        let json = tokens(&stack.exchange(&stack.seed.web, &code).await);
        assert_eq!(json["scope"], "openid");
    }
    // The client may request the scope again with `prompt=consent`.
    let again = request.with("prompt", "consent");
    let page = again.start(&agent).await.expect_page();
    assert_eq!(boxes(&page), (vec!["email".to_owned()], 0));
    let form = allow(&page).and("scope", "email");
    let granted = answered(stack, &agent, &again, &form).await;
    assert_eq!(granted, "openid email");
}

async fn co_4_larger_request_shows_new_scopes_and_keeps_granted(stack: &Stack) {
    optional(stack, &stack.seed.web, "phone").await;
    let agent = signed_in(stack).await;
    let first = request(stack, "openid email");
    let page = first.start(&agent).await.expect_page();
    answered(stack, &agent, &first, &allow(&page)).await;
    let more = request(stack, "openid email phone profile");
    let page = more.start(&agent).await.expect_page();
    // "profile" is granted with Allow, "phone" has a checkbox; both are new. The other scopes are
    // collapsed.
    assert_eq!(page.texts_of("section > .scopes > li").len(), 1);
    assert_eq!(boxes(&page).0, ["phone"]);
    assert_eq!(
        page.texts_of(".pill:not(.warn)").len(),
        2,
        "{}",
        page.dump()
    );
    assert_eq!(page.texts_of("details .scopes > li").len(), 2);
    // Scopes granted before stay, whatever is posted.
    let granted = answered(stack, &agent, &more, &allow(&page)).await;
    assert_eq!(granted, "openid email profile");
    let less = request(stack, "email openid");
    less.start(&agent).await.code();
}

async fn co_4_scope_made_mandatory_is_requested_again(stack: &Stack) {
    optional(stack, &stack.seed.web, "email").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email");
    let page = request.start(&agent).await.expect_page();
    // The operator makes the scope mandatory meanwhile: the user has not approved it.
    optional(stack, &stack.seed.web, "").await;
    let next = agent.submit(&allow(&page)).await;
    let page = request.follow(&agent, next).await.expect_page();
    assert!(boxes(&page).0.is_empty() && page.has("#consent"));
    let granted = answered(stack, &agent, &request, &allow(&page)).await;
    assert_eq!(granted, "openid email");
}

async fn rfc_6749_3_3_code_is_issued_without_granted_scope(stack: &Stack) {
    optional(stack, &stack.seed.web, "email tasks:read").await;
    let agent = signed_in(stack).await;
    let request = request(stack, "email tasks:read");
    let page = request.start(&agent).await.expect_page();
    let granted = answered(stack, &agent, &request, &allow(&page)).await;
    assert_eq!(granted, "");
}

async fn oidc_core_5_5_claims_require_granted_scope(stack: &Stack) {
    let client = &stack.seed.web;
    optional(stack, client, "email").await;
    let agent = signed_in(stack).await;
    let claims = r#"{"userinfo":{"email":null},"id_token":{"email":null}}"#;
    let request = request(stack, "openid").with("claims", claims);
    let page = request.start(&agent).await.expect_page();
    assert_eq!(boxes(&page).0, ["email"]);
    let next = agent.submit(&allow(&page)).await;
    let code = request.follow(&agent, next).await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    assert!(jwt::claims(&text(&json, "id_token")).get("email").is_none());
    let received = userinfo(stack, &text(&json, "access_token")).await.json();
    assert!(received.get("email").is_none(), "{received}");
}

async fn co_1_page_shows_publisher_and_consent_lifetime(stack: &Stack) {
    let client = &stack.seed.web;
    let change = |item: &mut Client| {
        item.consent.publisher = Some("Example <b>Ltd</b>".to_owned());
        item.consent.policy_uri = Some("https://legal.example/privacy".to_owned());
        item.consent.tos_uri = Some("http://legal.example/terms".to_owned());
        item.consent.lifetime = Some(90 * DAY);
    };
    stack.change_client(&client.id, change).await;
    let agent = signed_in(stack).await;
    let page = request(stack, "openid tasks:delete email")
        .start(&agent)
        .await
        .expect_page();
    let words = page.text_of("main").expect("words");
    assert!(words.contains("by Example <b>Ltd</b>"), "{words}");
    assert!(words.contains("client.example"), "{words}");
    assert!(words.contains("alice@example.org"), "{words}");
    assert!(page.has("button[name=choice][value=other]"));
    assert!(words.contains("Access lasts until"), "{words}");
    assert!(page.has("p > time[datetime]"), "{}", page.dump());
    assert!(words.contains("Connected apps"), "{words}");
    // Sensitive scopes come first and are marked.
    let rows = page.texts_of(".scopes > li");
    assert!(
        rows[0].contains("Delete") && rows[0].contains("Sensitive"),
        "{rows:?}"
    );
    let links = page.attributes("main a[rel=noreferrer]", "href");
    assert_eq!(
        links,
        ["https://legal.example/privacy"],
        "only HTTPS links are shown"
    );
}

async fn co_2_unverified_client_names_hosts_of_foreign_links(stack: &Stack) {
    let client = &stack.seed.web;
    let change = |item: &mut Client| {
        item.registered_by = RegisteredBy::Anonymous;
        item.consent.policy_uri = Some("https://bank.example/privacy".to_owned());
        item.consent.tos_uri = Some("https://client.example/terms".to_owned());
    };
    stack.change_client(&client.id, change).await;
    let agent = signed_in(stack).await;
    let page = request(stack, "openid").start(&agent).await.expect_page();
    assert!(page.text().contains("Not verified by"), "{}", page.dump());
    assert!(!page.has("main img"));
    let links = page.attributes("main a[rel=noreferrer]", "href");
    let expected = [
        "https://bank.example/privacy",
        "https://client.example/terms",
    ];
    assert_eq!(links, expected);
    let texts = page.texts_of("main a[rel=noreferrer]");
    assert_eq!(texts, ["Privacy ( bank.example )", "Terms"]);
}

async fn oa_27_expired_consent_ends_tokens(stack: &Stack) {
    let client = &stack.seed.web;
    let change = |item: &mut Client| item.consent.lifetime = Some(3600);
    stack.change_client(&client.id, change).await;
    let agent = signed_in(stack).await;
    let request = request(stack, "openid offline_access");
    let page = request.start(&agent).await.expect_page();
    let next = agent.submit(&allow(&page)).await;
    let code = request.follow(&agent, next).await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    stack.clock.advance(3540);
    // The consent is still valid: no page.
    request.start(&agent).await.code();
    let json = tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
    // The last access token expires with the consent.
    assert_eq!(json["expires_in"], 60, "{json}");
    let access = text(&json, "access_token");
    assert!(is_active(stack, client, &access).await);
    stack.clock.advance(60);
    assert!(!is_active(stack, client, &access).await);
    let page = stack.refresh(client, &text(&json, "refresh_token")).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let page = request.start(&agent).await.expect_page();
    assert_eq!(
        page.texts_of(".scopes > li").len(),
        2,
        "all scopes are requested again"
    );
    assert!(!page.has("main details .scopes"));
}

async fn oa_27_account_shows_consent_scopes_start_and_expiry(stack: &Stack) {
    let client = &stack.seed.web;
    let change = |item: &mut Client| item.consent.lifetime = Some(90 * DAY);
    stack.change_client(&client.id, change).await;
    let agent = UserAgent::new();
    let request = request(stack, "openid email");
    request.complete(&agent, "alice").await.code();
    let page = agent.get(stack.at("/account/apps")).await;
    let rows = page.text_of("main section").expect("the list");
    for values in ["The web-app", "Access since", "until", "2 permissions"] {
        assert!(rows.contains(values), "{rows}");
    }
    let days = page.attributes("main time:not([data-at])", "datetime");
    assert_eq!(days.len(), 2, "{rows}");
    let page = agent
        .submit(&page.press("button[name=client_id][value=web-app]"))
        .await;
    agent.follow(page, "").await;
    assert!(request.start(&agent).await.expect_page().has("#consent"));
}

async fn operator_sets_optional_scopes_for_all_clients(stack: &Stack) {
    let agent = signed_in(stack).await;
    let request = request(stack, "openid email profile");
    let page = request.start(&agent).await.expect_page();
    // The scope `openid` cannot be optional, whatever the configuration says.
    assert_eq!(boxes(&page).0, ["email"]);
    let granted = answered(stack, &agent, &request, &allow(&page)).await;
    assert_eq!(granted, "openid profile");
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice")
        .await
        .unwrap()
        .unwrap();
    let held = repo::consents::list_for_user(db.read(), alice.id)
        .await
        .unwrap();
    assert_eq!(held[0].declined.to_string(), "email");
    assert_eq!(held[0].expires_at, Some(held[0].granted_at + 7200));
    stack.clock.advance(7200);
    assert!(request.start(&agent).await.expect_page().has("#consent"));
}
