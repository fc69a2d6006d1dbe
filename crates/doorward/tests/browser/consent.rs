//! Tests the checkboxes of the consent page: only the user checks them, and an unchecked scope is
//! missing in the token.

use doorward_domain::model::Client;
use doorward_protocol::scope::Scope;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Stack, TestClient, jwt};

use fantoccini::key::Key;

use crate::app::App;
use crate::keyboard::press;
use crate::steps::{allow, arrive, arrive_at, sign_in};
use crate::with_browser;

#[test]
fn unchecked_scope_is_absent_from_token() {
    with_browser(JavaScript::On, user_leaves_out_scope);
}

#[test]
fn unchecked_scope_is_absent_from_token_without_javascript() {
    with_browser(JavaScript::Off, user_leaves_out_scope);
}

async fn user_leaves_out_scope(stack: &Stack, browser: &Browser) {
    let app = App::start();
    let change = |item: &mut Client| {
        item.consent.optional_scopes =
            Scope::parse("email tasks:read tasks:delete").expect("names");
        item.consent.lifetime = Some(90 * 24 * 3600);
    };
    stack.change_client(&stack.seed.native.id, change).await;
    let request = app
        .authorization(stack)
        .with("scope", "openid email tasks:read tasks:delete");
    browser.open(request.url()).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/consent").await;
    assert!(!browser.has("#wants ~ div :checked").await);
    for name in ["email", "tasks:read", "tasks:delete"] {
        browser
            .click(&format!("[name=scope][value='{name}']"))
            .await;
    }
    // The focus is on a checkbox: Enter neither approves nor cancels.
    press(browser, Key::Enter).await;
    assert_eq!(browser.url().await.path(), "/consent");
    // Unchecks the box again.
    browser.click("[name=scope][value='tasks:delete']").await;
    allow(browser).await;
    arrive_at(browser, &app).await;
    let code = app.answer().parameters["code"].clone();
    let native = TestClient {
        redirect_uri: app.callback(),
        ..stack.seed.native.clone()
    };
    let page = stack.exchange(&native, &code).await;
    let json = page.json();
    assert_eq!(json["scope"], "openid email tasks:read", "{}", page.dump());
    let access = json["access_token"].as_str().expect("a token");
    assert_eq!(jwt::claims(access)["scope"], "openid email tasks:read");
}
