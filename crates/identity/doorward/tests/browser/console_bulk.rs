//! Changes of chosen users and sessions in the administration console, with and without JavaScript.

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack, UserAgent};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// Checks the task "Disable chosen users": from the list, a click for each user, the choice of the
/// change, and two buttons.
#[test]
fn chosen_users_are_disabled_with_two_buttons() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            browser.open(stack.at("/admin/people")).await;
            sign_in(browser, "admin").await;
            arrive(browser, "/admin/people").await;
            // Nothing is chosen: the error is on the list.
            browser.click("#action option[value=disable]").await;
            browser.click("#bulk button").await;
            let notice = browser.text(".notice.bad").await;
            assert!(notice.contains("Choose at least one"), "{notice}");
            let clicks = [
                ("tbody :enabled[type=checkbox]", "tbody :checked"),
                ("#action option[value=disable]", "#bulk"),
                ("#bulk button", "#confirm"),
                ("#confirm button.risky", ".head .pill"),
            ];
            for (click, next) in clicks {
                browser.click(click).await;
                browser.find(next).await;
                if next == "#confirm" {
                    picture(browser, "console-bulk-question").await;
                }
            }
            let state = browser.text(".head .pill").await;
            assert!(state.contains("Done"), "{state}");
        });
    }
}

/// Checks the task "End chosen sessions": from the list, a click for each session, and two buttons.
#[test]
fn chosen_session_is_ended_with_two_buttons() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let request = Authorization::new(stack.issuer(), &stack.seed.web);
            let outcome = request.complete(&UserAgent::new(), "alice").await;
            assert!(!outcome.code().is_empty());
            browser.open(stack.at("/admin/sessions")).await;
            sign_in(browser, "admin").await;
            arrive(browser, "/admin/sessions").await;
            browser.click("#bulk button").await;
            let notice = browser.text(".notice.bad").await;
            assert!(notice.contains("Choose at least one"), "{notice}");
            browser.click("tbody :enabled[type=checkbox]").await;
            browser.find("tbody :checked").await;
            browser.click("#bulk button").await;
            browser.find("#confirm").await;
            picture(browser, "console-chosen-sessions").await;
            browser.click("#confirm button.risky").await;
            let notice = browser.text(".notice.good").await;
            assert!(notice.contains("One session was ended."), "{notice}");
        });
    }
}
