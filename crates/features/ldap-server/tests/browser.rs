//! The pages on which a user makes an app password and revokes it.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::certificate;

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_settings;

const PAGE: &str = "/account/app-passwords";

#[test]
fn user_makes_and_revokes_app_password_without_script() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (pem, key) = certificate("localhost");
    let (pem, key) = (file("tls.pem", &pem), file("tls.key", &key));
    let listen = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("DOORWARD__LDAP__LISTEN", listen.as_str()),
        ("DOORWARD__LDAP__SCOPE", "tasks:read"),
        ("DOORWARD__LDAP__CERTIFICATE", &pem),
        ("DOORWARD__LDAP__PRIVATE_KEY_FILE", &key),
    ];
    with_settings(JavaScript::Off, &settings, async |stack, browser| {
        make_and_revoke(stack, browser).await;
    });
}

async fn make_and_revoke(stack: &Stack, browser: &Browser) {
    browser.open(stack.at(PAGE)).await;
    sign_in(browser, "alice").await;
    arrive(browser, PAGE).await;
    picture(browser, "app-passwords-empty").await;
    browser.click("a[href='/account/app-passwords/new']").await;
    browser.find("#new-app-password").await;
    picture(browser, "new-app-password").await;
    browser.fill("#name", "Mail on my telephone").await;
    browser.click("#new-app-password button.primary").await;
    browser.find("#app-password").await;
    picture(browser, "app-password-made").await;
    browser.open(stack.at(PAGE)).await;
    picture(browser, "app-passwords").await;
    browser.click("a[href*='revoke?id=']").await;
    browser.find("#revoke-app-password").await;
    picture(browser, "revoke-app-password").await;
    browser.click("#revoke-app-password button.primary").await;
    browser.find("a[href='/account/app-passwords/new']").await;
    browser.wait_until_absent("a[href*='revoke?id=']").await;
}
