//! Lists of the administration console: sessions, API keys, registration keys and unused apps.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

async fn open_console(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
}

#[test]
fn lists_follow_rules_for_all_pages() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        let app = format!("/admin/apps/{}", stack.seed.web.id);
        let [consents, users, logo] =
            ["consents", "users", "logo"].map(|below| format!("{app}/{below}"));
        for (path, name) in [
            ("/admin/sessions", "console-all-sessions"),
            ("/admin/sessions?app=web-app", "console-sessions-of-app"),
            ("/admin/api-access", "console-api-access"),
            ("/admin/apps/tokens", "console-registration-keys"),
            ("/admin/unused", "console-unused"),
            ("/admin/unused?kind=api-keys", "console-unused-keys"),
            ("/admin/unused?kind=accounts", "console-unused-accounts"),
            (consents.as_str(), "console-consents"),
            (users.as_str(), "console-app-people"),
            (logo.as_str(), "console-app-logo-form"),
        ] {
            browser.open(stack.at(path)).await;
            picture(browser, name).await;
        }
    });
}

#[test]
fn registration_key_is_made_and_revoked() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.click(".side a[href='/admin/apps']").await;
            browser.click(".actions a[href='/admin/apps/tokens']").await;
            browser
                .find(".actions a[href='/admin/apps/tokens/new']")
                .await;
            browser
                .click(".actions a[href='/admin/apps/tokens/new']")
                .await;
            browser.fill("#note", "Shop").await;
            browser.click("#entry button.primary").await;
            browser.find("#secret").await;
            browser.click("a.primary").await;
            browser.click("tbody a[href$='/revoke']").await;
            browser.click("#confirm button.risky").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("The key no longer works."), "{notice}");
        });
    }
}
