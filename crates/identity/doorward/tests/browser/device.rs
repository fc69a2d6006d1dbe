//! Tests the device flow: the user enters the code, compares it and approves, with and without
//! JavaScript.

use doorward_testkit::Stack;
use doorward_testkit::UserAgent;
use doorward_testkit::browser::{Browser, JavaScript};
use serde_json::Value;

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, heading, sign_in};
use crate::with_browser;

#[test]
fn device_is_connected() {
    with_browser(JavaScript::On, connect);
}

#[test]
fn device_is_connected_without_javascript() {
    with_browser(JavaScript::Off, connect);
}

/// Requests codes as the device.
pub async fn codes(stack: &Stack) -> Value {
    let device = &stack.seed.device;
    let agent = UserAgent::new();
    let fields = [("scope", "openid profile offline_access tasks:read")];
    let url = stack.at("/oauth2/device_authorization");
    let request = device.request(agent.http(), &url, &fields);
    agent.send(request).await.json()
}

async fn connect(stack: &Stack, browser: &Browser) {
    let json = codes(stack).await;
    let code = json["user_code"].as_str().expect("a code");
    browser.open(stack.at("/device")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/device").await;
    picture_in_both(browser, "device").await;
    browser.fill("#user_code", "bbbb bbbb").await;
    browser.click("#device button.primary").await;
    browser.find("[role=alert]").await;
    picture(browser, "device-error").await;
    browser
        .open(
            json["verification_uri_complete"]
                .as_str()
                .expect("an address"),
        )
        .await;
    browser.click("#device button.primary").await;
    arrive(browser, "/device/confirm").await;
    let shown = browser.text(".code").await;
    assert_eq!(shown, code);
    picture_in_both(browser, "device-confirm").await;
    browser.click("#confirm-device [value=allow]").await;
    browser.find("main a[href='/account']").await;
    assert_eq!(heading(browser).await, "Your device is connected");
    picture(browser, "device-allowed").await;
    let device_code = json["device_code"].as_str().expect("a code");
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let fields = [("grant_type", grant), ("device_code", device_code)];
    let page = stack.token(&stack.seed.device, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}
