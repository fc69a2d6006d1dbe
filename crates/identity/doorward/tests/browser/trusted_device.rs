//! Tests trusted devices, from the second factor to the account page, with and without JavaScript.

use doorward_access::clock::Clock as _;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::two_factor::{CONFIRM, HOME, scan};
use crate::with_settings;

const ENABLED: &[(&str, &str)] = &[("DOORWARD__MFA__TRUST_DEVICES_FOR", "30d")];

#[test]
fn trusted_device_is_remembered_used_and_revoked() {
    with_settings(JavaScript::On, ENABLED, walk);
}

#[test]
fn trusted_device_is_used_and_revoked_without_javascript() {
    with_settings(JavaScript::Off, ENABLED, walk);
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
}

async fn walk(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    browser.open(stack.at(HOME)).await;
    browser.click("form[action$='/start'] button").await;
    let app = scan(browser).await;
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click(CONFIRM).await;
    browser.find("a[download]").await;

    sign_out(stack, browser).await;
    arrive(browser, "/login/2fa").await;
    picture_in_both(browser, "second-step-trust").await;
    stack.clock.advance(30);
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click("#second-step [name=trust]").await;
    browser.click("#second-step button.primary").await;
    arrive(browser, "/account").await;
    sign_out(stack, browser).await;
    arrive(browser, "/account").await;

    browser.open(stack.at(HOME)).await;
    browser.find("#distrust li").await;
    picture_in_both(browser, "two-factor-trusted").await;
    browser.click("#distrust [name=device]").await;
    browser.wait_until_absent("#distrust").await;
    picture(browser, "two-factor-distrusted").await;
    sign_out(stack, browser).await;
    arrive(browser, "/login/2fa").await;
}
