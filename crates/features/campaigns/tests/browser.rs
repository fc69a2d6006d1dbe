//! Tests the notice after a sign-in that a second factor will be required.

use doorward_domain::model::CampaignTarget;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::picture_in_both;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

const TWO_WEEKS: i64 = 14 * 86_400;

#[test]
fn notice_leads_to_account_and_to_enrollment() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        stack
            .require_factor_in(TWO_WEEKS, CampaignTarget::All, &[])
            .await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/login/protection").await;
        picture_in_both(browser, "factor-due").await;
        browser.click("main a[href='/login']").await;
        arrive(browser, "/account").await;
        browser.find(".notice.warn time").await;
        browser.open(stack.at("/login/protection")).await;
        browser.click("main a.btn.primary").await;
        arrive(browser, "/account/security/2fa").await;
    });
}
