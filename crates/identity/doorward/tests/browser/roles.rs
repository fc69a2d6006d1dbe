//! Tests that a new user has exactly the roles of `registration.roles`.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::main_flow::register;
use crate::screenshots::picture;
use crate::steps::{allow, arrive, heading};
use crate::with_settings;

#[test]
fn new_user_without_role_sees_notice_and_can_sign_out() {
    // A role that does not exist is ignored.
    let no_roles = [("DOORWARD__REGISTRATION__ROLES", "nobody")];
    with_settings(
        JavaScript::Off,
        &no_roles,
        async |stack: &Stack, browser: &Browser| {
            browser.open(stack.at_tasks("/web/login")).await;
            browser.click("a[href^='/register']").await;
            register(browser, "newcomer").await;
            arrive(browser, "/consent").await;
            allow(browser).await;
            arrive(browser, "/web/").await;
            assert_eq!(heading(browser).await, "You have no access to tasks yet");
            assert!(!browser.has("form.add").await);
            picture(browser, "tasks-no-access").await;

            browser.click("form[action='/web/logout'] button").await;
            browser.find("a[href='/web/login']").await;
            arrive(browser, "/web/").await;
            assert!(browser.visible_text().await.contains("You are signed out"));
        },
    );
}
