//! Tests the consent page: only the user checks a checkbox, an unchecked scope is missing in the
//! token, and the decision is in view for any number of scopes.

use doorward_admin::operator::AdminContext;
use doorward_admin::scopes::{self, NewScope};
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
    // High enough that no checkbox is below the decision, which stays in view.
    browser.resize(1280, 1400).await;
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

/// Adds scopes of another resource, so that a client may request twenty.
async fn add_scopes(stack: &Stack) -> Scope {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let mut names = vec![
        "openid profile email phone address groups roles offline_access tasks:read tasks:write \
         tasks:delete tasks:read_all tasks:write_all"
            .to_owned(),
    ];
    for action in ["list", "share", "print", "tag", "sort", "rate", "delete"] {
        let name = format!("albums:{action}");
        let new = NewScope {
            name: name.clone(),
            description: format!("Use the albums: {action}"),
            audience: None,
        };
        scopes::create(&context, new).await.expect("a scope");
        names.push(name);
    }
    db.close().await.expect("close");
    Scope::parse(&names.join(" ")).expect("names")
}

#[test]
fn decision_is_in_view_with_twenty_scopes() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let requested = add_scopes(stack).await;
        assert_eq!(requested.iter().count(), 20);
        let change = |item: &mut Client| item.scopes = requested.clone();
        stack.change_client(&stack.seed.native.id, change).await;
        let request = app.authorization(stack);
        browser
            .open(request.with("scope", &requested.to_string()).url())
            .await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        for (width, height) in [(1280, 900), (390, 844)] {
            browser.resize(width, height).await;
            for decision in ["deny", "allow"] {
                let shown = browser
                    .execute(&format!(
                        "const box = document.querySelector('#consent [value={decision}]').getBoundingClientRect(); \
                         return box.top >= 0 && box.bottom <= innerHeight && scrollY == 0 && box.height >= 44;"
                    ))
                    .await;
                assert_eq!(shown, true, "{decision} at {width} × {height}");
            }
            // Each standard scope is one line: two lines of small text are higher than 40 px.
            let high = browser
                .execute(
                    "return [...document.querySelectorAll('.scopes li')] \
                     .filter(row => row.offsetHeight > 40).map(row => row.textContent);",
                )
                .await;
            assert_eq!(high, serde_json::json!([]), "{width} × {height}");
            let over = browser
                .execute("return document.querySelectorAll('.scopes').length")
                .await;
            assert_eq!(over, 2, "one list for each resource");
            assert!(!browser.overflows().await, "{width} × {height}");
        }
        // The purposes are folded.
        assert!(!browser.visible_text().await.contains("goes on working"));
        browser.resize(1280, 1400).await;
        browser.click("#wants ~ details summary").await;
        assert!(browser.visible_text().await.contains("goes on working"));
        allow(browser).await;
        arrive_at(browser, &app).await;
    });
}
