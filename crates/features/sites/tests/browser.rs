//! Pictures of the pages of sites, with and without JavaScript.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

#[test]
fn site_is_created_and_checked_in_browser() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        create_and_check(stack, browser).await;
        picture(browser, "console-site-check").await;
        browser.open(stack.at("/admin/sites")).await;
        browser.find(".side").await;
        picture(browser, "console-sites").await;
        browser.open(stack.at("/admin/sites/wiki")).await;
        browser.find(".side").await;
        picture(browser, "console-site").await;
        browser.open(stack.at("/admin/sites/new")).await;
        browser.find("#entry").await;
        picture(browser, "console-new-site").await;
    });
}

#[test]
fn site_is_created_and_checked_without_script() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        create_and_check(stack, browser).await;
    });
}

async fn create_and_check(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/admin/sites/new")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin/sites/new").await;
    browser.fill("#name", "wiki").await;
    browser.fill("#hosts", "wiki.example.com").await;
    browser.click("#entry button.primary").await;
    arrive(browser, "/admin/sites/wiki").await;
    browser
        .open(stack.at("/admin/site-check?url=https://wiki.example.com/x"))
        .await;
    browser.find("main .pill").await;
}
