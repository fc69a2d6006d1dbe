//! Tests that the content security policy allows a consent form to redirect to its client only.

use std::time::Duration;

use doorward_domain::model::ClientId;
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Backend, Stack, TestClient, stack};

use crate::app::App;
use crate::steps::{allow, arrive, arrive_at, sign_in};
use crate::with_browser;

/// Chromium's message about a policy violation.
const VIOLATION: &str = "violates the following Content Security Policy";
const SCHEME: &str = "com.example.app";

#[test]
fn redirect_to_loopback_port_is_not_blocked() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert!(app.answer().parameters.contains_key("code"));
    });
}

#[test]
fn redirect_to_custom_scheme_is_not_blocked() {
    stack::run(Backend::SqliteMemory, async |stack: &Stack| {
        let browser = Browser::start(JavaScript::On).await;
        browser.open(scheme_app(stack).await.url()).await;
        sign_in(&browser, "alice").await;
        arrive(&browser, "/consent").await;
        allow(&browser).await;
        // No such client is installed; Chromium tried to open it.
        let opened = wait(async || {
            let requests = browser.requests().await;
            requests.into_iter().find(|url| url.scheme() == SCHEME)
        });
        let opened = opened
            .await
            .expect("Chromium did not open the app's scheme");
        assert!(opened.query().unwrap_or_default().contains("code="));
        let refused = browser.console_errors().await;
        assert!(refused.is_empty(), "{refused:?}");
    });
}

/// Checks that the tests above can fail: the consent page of one client blocks a form that leads to
/// another, both directly and by the redirect that the other's page allows.
#[test]
fn form_to_foreign_client_is_blocked() {
    stack::run(Backend::SqliteMemory, async |stack: &Stack| {
        let browser = Browser::start(JavaScript::On).await;
        let (app, other) = (App::start(), App::start());
        browser.open(scheme_app(stack).await.url()).await;
        sign_in(&browser, "alice").await;
        let of_scheme_app = arrive(&browser, "/consent").await;
        let csrf = browser.property("#consent [name=csrf]", "value").await;
        let csrf = csrf.unwrap();
        let (_, flow) = of_scheme_app.query_pairs().next().unwrap();

        for (action, fields) in [
            (other.callback(), vec![]),
            (
                stack.at("/consent"),
                vec![("csrf", &*csrf), ("flow", &*flow), ("decision", "allow")],
            ),
        ] {
            browser.open(app.authorization(stack).url()).await;
            arrive(&browser, "/consent").await;
            browser.console_errors().await;
            submit(&browser, &action, &fields).await;
            let rejected = wait(async || {
                let errors = browser.console_errors().await;
                errors.into_iter().find(|error| error.contains(VIOLATION))
            });
            assert!(rejected.await.is_some(), "not blocked: {action}");
        }
        assert!(other.answers().is_empty());
    });
}

/// Submits a form that no page of the server contains.
async fn submit(browser: &Browser, action: &str, fields: &[(&str, &str)]) {
    let fields = serde_json::json!(fields);
    let script = format!(
        "const form = document.createElement('form');
         form.method = 'post';
         form.action = {action:?};
         for (const [name, value] of {fields}) {{
             const field = document.createElement('input');
             field.type = 'hidden';
             field.name = name;
             field.value = value;
             form.append(field);
         }}
         document.body.append(form);
         form.submit();"
    );
    browser.execute(&script).await;
}

/// Waits up to ten seconds for a value.
async fn wait<T>(ask: impl AsyncFn() -> Option<T>) -> Option<T> {
    for _ in 0..200 {
        let answer = ask().await;
        if answer.is_some() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// Returns a request of the native client with a private-use URI scheme (RFC 8252 §7.1).
async fn scheme_app(stack: &Stack) -> Authorization {
    let mut client = stack.seed.native.clone();
    "scheme-app".clone_into(&mut client.id);
    client.redirect_uri = format!("{SCHEME}:/callback");
    register_client(stack, &client).await;
    Authorization::new(stack.issuer(), &client)
}

/// Registers a client like the native one.
async fn register_client(stack: &Stack, new: &TestClient) {
    let db = stack.db().await;
    let native = ClientId::parse(&stack.seed.native.id).unwrap();
    let client = repo::clients::find(db.read(), &native).await.unwrap();
    let mut client = client.unwrap();
    client.id = ClientId::parse(&new.id).unwrap();
    client.redirect_uris = vec![new.redirect_uri.clone()];
    client.post_logout_redirect_uris.clear();
    let tx = db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}
