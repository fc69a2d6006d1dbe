//! The settings of an app in the administration console: changed after a review.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::with_browser;

async fn open_app(stack: &Stack, browser: &Browser) {
    let home = format!("/admin/apps/{}", stack.seed.web.id);
    browser.open(stack.at(&home)).await;
    sign_in(browser, "admin").await;
    arrive(browser, &home).await;
}

/// Checks a change with a review: Sign-in, Save, Save, and one field.
#[test]
fn setting_is_changed_after_review_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_app(stack, browser).await;
            browser.click(".sub a[href$='/edit/sign-in']").await;
            browser.find("#entry").await;
            picture_in_both(browser, "console-app-settings").await;
            browser.click("#pkce option[value=optional]").await;
            browser.click("#entry button.primary").await;
            browser.find("#confirm").await;
            let text = browser.text("tbody").await;
            assert!(text.contains("Less protected"), "{text}");
            picture(browser, "console-app-review").await;
            browser.click("#confirm button.risky").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("The change was saved."), "{notice}");
        });
    }
}

#[test]
fn change_is_shown_as_command_and_kept_in_form() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_app(stack, browser).await;
            browser.click(".sub a[href$='/edit/sign-in']").await;
            browser.click(".sub a[href$='/edit/consent']").await;
            browser.fill("#name", "Photo Album").await;
            browser.click("#entry details summary").await;
            browser.click("#entry button[value=show]").await;
            browser.find("#entry details[open] pre").await;
            let command = browser.text("#entry pre").await;
            let expected = "doorward client update --name='Photo Album'";
            assert!(command.starts_with(expected), "{command}");
            picture(browser, "console-app-also-as").await;
            browser.click("#entry button.primary").await;
            browser.find(".notice.good").await;
            assert_eq!(browser.text("h1").await, "Photo Album");
        });
    }
}
