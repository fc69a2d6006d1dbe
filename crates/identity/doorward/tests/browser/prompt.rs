//! Tests `prompt` (OIDC Core §3.1.2.1) and the user's choices.

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack};

use crate::app::App;
use crate::steps::{allow, arrive, arrive_at, heading, sign_in};
use crate::with_browser;

#[test]
fn prompt_login_requires_password() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;

        let request = app.authorization(stack).with("prompt", "login");
        browser.open(request.url()).await;
        arrive(browser, "/login").await;
        let notice = browser.text("[role=status]").await;
        assert_eq!(notice, "This app asks you to sign in again.");
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert!(app.answer().parameters.contains_key("code"));
    });
}

#[test]
fn select_account_continues_or_switches_account() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;

        let request = app.authorization(stack).with("prompt", "select_account");
        browser.open(request.url()).await;
        arrive(browser, "/select-account").await;
        assert!(browser.visible_text().await.contains("alice@example.org"));
        browser.click("[name=choice][value=current]").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert_eq!(app.answers().len(), 1);

        browser.open(request.url()).await;
        arrive(browser, "/select-account").await;
        browser.click("[name=choice][value=other]").await;
        arrive(browser, "/login").await;
        sign_in(browser, "bob").await;
        arrive(browser, "/consent").await;
        assert!(browser.visible_text().await.contains("bob@example.org"));
    });
}

#[test]
fn prompt_consent_shows_consent_page() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at_tasks("/web/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive(browser, "/web/").await;
        // The consent is remembered: the second time, no page is shown.
        browser.open(stack.at_tasks("/web/login")).await;
        arrive(browser, "/web/").await;
        let request = Authorization::new(stack.issuer(), &stack.seed.tasks_web);
        browser.open(request.with("prompt", "consent").url()).await;
        arrive(browser, "/consent").await;
    });
}

#[test]
fn user_switches_account_on_consent_page() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        browser.click("[name=choice][value=other]").await;
        arrive(browser, "/login").await;
        assert!(
            browser.visible_text().await.contains("The native-app"),
            "kept"
        );
        sign_in(browser, "bob").await;
        arrive(browser, "/consent").await;
        assert!(browser.visible_text().await.contains("bob@example.org"));
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert!(app.answer().parameters.contains_key("code"));
    });
}

#[test]
fn denied_consent_is_shown_by_client() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at_tasks("/web/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        browser.click("#consent [value=deny]").await;
        arrive(browser, "/web/callback").await;
        assert_eq!(heading(browser).await, "You did not allow access");
        // The link to the client asks for consent again.
        browser.click("main a[href='/web/login']").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive(browser, "/web/").await;
    });
}
