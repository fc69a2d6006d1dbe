//! Identity providers in the administration console: added and tested in three clicks.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use doorward_access::clock::Clock as _;
use doorward_egress::outgoing::Resolver;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::upstream::{CLIENT_ID, CLIENT_SECRET, Upstream};
use doorward_testkit::{Backend, Stack, stack};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::{stayed_clean, with_settings};

const LOOPBACK: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];

/// A resolver without names, so that no test requests a server outside of this machine.
#[derive(Debug)]
struct NoNames;

#[async_trait]
impl Resolver for NoNames {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(Vec::new())
    }
}

async fn open_console(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
}

/// Adds a provider with three clicks and two fields: Providers, the template, Save and test.
async fn add_google(stack: &Stack, browser: &Browser) {
    open_console(stack, browser).await;
    browser.click(".side a[href='/admin/providers']").await;
    browser
        .click(".actions a[href='/admin/providers/new/google']")
        .await;
    browser.fill("#client_id", "1234").await;
    browser.fill("#client_secret", CLIENT_SECRET).await;
    browser.click("#entry button.primary").await;
    let notice = browser.text(".notice").await;
    assert!(
        notice.contains("The sign-in provider was saved."),
        "{notice}"
    );
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
            add_google(&stack, &browser).await;
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
}

#[test]
fn provider_is_tested_and_its_secret_replaced() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_settings(javascript, LOOPBACK, change_provider);
    }
}
