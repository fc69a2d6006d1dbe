//! Identity providers in the administration console: added and tested in three clicks, and tried
//! with a sign-in.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use doorward_access::clock::Clock as _;
use doorward_egress::outgoing::Resolver;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::upstream::{CLIENT_ID, CLIENT_SECRET, Misbehavior, Upstream};
use doorward_testkit::{Backend, Stack, stack};
use serde_json::json;

use crate::console_task::{Input, Task, open_console};
use crate::console_tasks::HOME;
use crate::providers::{UPSTREAM, acme};
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::{stayed_clean, with_settings};

const LOOPBACK: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];

/// The button of a trial.
const TRY: &str = "form[action='/admin/providers/acme/try'] button";
const TRIED: &str = "/admin/providers/acme/tried";

/// A resolver without names, so that no test requests a server outside of this machine.
#[derive(Debug)]
pub struct NoNames;

#[async_trait]
impl Resolver for NoNames {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(Vec::new())
    }
}

/// Adds a provider from any page with three clicks and two fields: Providers, the template, Save and
/// test.
pub async fn add_google(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/providers']").await;
    task.click(".actions a[href='/admin/providers/new/google']")
        .await;
    task.fill("#client_id", "1234").await;
    task.fill("#client_secret", CLIENT_SECRET).await;
    task.click("#entry button.primary").await;
    task.took(3, 2, "The sign-in provider was saved.").await;
    let text = browser.text("tbody").await;
    assert!(text.contains("The provider does not answer."), "{text}");
}

#[test]
fn provider_is_added_in_three_clicks_with_two_fields() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        stack::block_on(async {
            let names = Arc::new(NoNames);
            let stack = Stack::start_with_names(Backend::SqliteMemory, &[], names).await;
            let browser = Browser::start(javascript).await;
            open_console(&stack, &browser).await;
            add_google(&stack, &browser, Input::Mouse).await;
            stayed_clean(&browser).await;
        });
    }
}

async fn change_provider(stack: &Stack, browser: &Browser) {
    let upstream = Upstream::start(stack.clock.now());
    open_console(stack, browser).await;
    browser.open(stack.at("/admin/providers/new")).await;
    picture(browser, "console-provider-templates").await;
    browser
        .click(".actions a[href='/admin/providers/new/oidc']")
        .await;
    browser.find("#entry").await;
    picture_in_both(browser, "console-new-provider").await;
    browser.fill("#issuer", "http://login.acme.example").await;
    browser.fill("#name", "Acme").await;
    browser.fill("#client_id", CLIENT_ID).await;
    browser.fill("#client_secret", CLIENT_SECRET).await;
    browser.fill("#id", "acme").await;
    browser.click("#entry button.primary").await;
    browser.find("[role=alert] a[href='#issuer']").await;
    picture(browser, "console-new-provider-error").await;
    // All values but the secret are kept.
    browser.fill("#issuer", upstream.issuer()).await;
    browser.fill("#client_secret", CLIENT_SECRET).await;
    browser.click("#entry button.primary").await;
    browser
        .find("form[action='/admin/providers/acme/try']")
        .await;
    let state = browser.text(".head .pill").await;
    assert!(state.contains("In order"), "{state}");
    picture(browser, "console-provider-test").await;
    browser
        .click(".actions a[href='/admin/providers/acme']")
        .await;
    browser
        .find("form[action='/admin/providers/acme/test']")
        .await;
    picture(browser, "console-provider").await;
    browser
        .click("form[action='/admin/providers/acme/test'] button")
        .await;
    browser
        .find("form[action='/admin/providers/acme/try']")
        .await;
    browser
        .click(".actions a[href='/admin/providers/acme']")
        .await;
    browser.click(".actions a[href$='/secret']").await;
    browser.find("#client_secret").await;
    picture(browser, "console-provider-secret").await;
    browser.fill("#client_secret", "another secret").await;
    browser.click("#entry button.primary").await;
    let notice = browser.text(".notice").await;
    assert!(notice.contains("The secret was replaced."), "{notice}");
    edit_provider(browser).await;
}

/// Changes the client ID, which requires the secret on the review, from the page of the provider.
async fn edit_provider(browser: &Browser) {
    browser.click(".actions a[href$='/edit']").await;
    browser.find("#entry").await;
    picture_in_both(browser, "console-provider-settings").await;
    browser.fill("#client_id", "another-client").await;
    browser.click("#entry button.primary").await;
    browser.find("#confirm #client_secret").await;
    picture(browser, "console-provider-review").await;
    // The secret is not required to change the values again.
    browser.click("#confirm button[value=form]").await;
    browser.find("#entry").await;
    browser.click("#entry button.primary").await;
    browser.fill("#client_secret", "the secret of it").await;
    browser.click("#confirm button[value=save]").await;
    let notice = browser.text(".notice").await;
    assert!(notice.contains("The change was saved."), "{notice}");
}

#[test]
fn provider_is_tested_and_its_secret_replaced() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_settings(javascript, LOOPBACK, change_provider);
    }
}

/// Asserts the parts of the text of an element.
async fn assert_shows(browser: &Browser, selector: &str, parts: &[&str]) {
    let text = browser.text(selector).await;
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Tries a sign-in with three clicks: Providers, the provider, Test sign-in.
async fn try_sign_in(stack: &Stack, browser: &Browser) {
    let upstream = acme(stack).await;
    upstream.set_claims(json!({
        "sub": "248289761001", "email": "jane@upstream.example", "email_verified": true,
        "preferred_username": "jane", "given_name": "Jane", "roles": ["staff", "editors"],
    }));
    open_console(stack, browser).await;
    let account = browser.text("header a[href='/account']").await;
    browser.click(".side a[href='/admin/providers']").await;
    browser.click("tbody a[href='/admin/providers/acme']").await;
    browser.click(TRY).await;
    arrive(browser, TRIED).await;
    browser.find(".head .pill.good").await;
    // The administrator is still signed in.
    let now = browser.text("header a[href='/account']").await;
    assert_eq!(now, account);
    let identity = [
        "A new account can be made.",
        upstream.issuer(),
        "248289761001",
        "jane@upstream.example",
        "Jane",
        "staff",
        "editors",
    ];
    assert_shows(browser, ".summary", &identity).await;
    picture_in_both(browser, "console-trial").await;
    upstream.set_misbehavior(Misbehavior::Denies);
    browser.click(TRY).await;
    browser.find(".head .pill.warn").await;
    let error = ["The user said no at the sign-in provider", "access_denied"];
    assert_shows(browser, ".summary", &error).await;
    picture(browser, "console-trial-error").await;
    // The result expires after ten minutes, and a change requires a sign-in of the last 15.
    stack.clock.advance(15 * 60 + 1);
    browser.reload().await;
    let expired = ["This result has expired or is not yours."];
    assert_shows(browser, ".notice.bad", &expired).await;
    assert!(!browser.has(".summary").await);
    picture(browser, "console-trial-expired").await;
    browser.click(TRY).await;
    arrive(browser, "/login").await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin/providers/acme/try").await;
    browser.find("#confirm").await;
    picture(browser, "console-trial-question").await;
    upstream.set_misbehavior(Misbehavior::NoPage);
    browser.click("#confirm button.primary").await;
    browser.find("main a[rel=noreferrer]").await;
    picture(browser, "console-going").await;
    upstream.repents();
    upstream.set_time(stack.clock.now());
    browser.click("main a[rel=noreferrer]").await;
    arrive(browser, TRIED).await;
    assert_shows(browser, ".head .pill", &["In order"]).await;
}

/// Tries a provider of another site, from which browsers send no strict cookies.
#[test]
fn sign_in_is_tried_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_settings(javascript, UPSTREAM, try_sign_in);
    }
}
