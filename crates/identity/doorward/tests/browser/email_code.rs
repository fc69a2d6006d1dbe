//! Tests sign-in with a mailed code, with and without JavaScript.

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack};

use crate::app::App;
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{allow, arrive, arrive_at};
use crate::with_settings;

const ENABLED: &[(&str, &str)] = &[("DOORWARD__LOGIN__EMAIL_CODE", "true")];
const ALICE: &str = "alice@example.org";

#[test]
fn from_app_to_mail_and_back() {
    with_settings(JavaScript::On, ENABLED, by_code);
}

#[test]
fn from_app_to_mail_and_back_without_javascript() {
    with_settings(JavaScript::Off, ENABLED, by_code);
}

async fn by_code(stack: &Stack, browser: &Browser) {
    let app = App::start();
    browser.open(app.authorization(stack).url()).await;
    browser.find("#login").await;
    picture(browser, "sign-in-email").await;
    browser.click("a[href^='/login/email']").await;
    arrive(browser, "/login/email").await;
    picture_in_both(browser, "email-ask").await;
    browser.fill("#email-ask [name=identifier]", "alice").await;
    browser.click("#email-ask button.primary").await;
    browser.find("#code").await;
    picture_in_both(browser, "email-code").await;
    let mail = stack.mail(ALICE).await;
    let (code, _) = mail.subject.split_once(" is your code").expect("a code");
    browser.fill("#code", "0000 0000").await;
    browser.click("#email-code button.primary").await;
    browser.find("[role=alert]").await;
    picture(browser, "email-code-error").await;
    browser.fill("#code", code).await;
    browser.click("#email-code button.primary").await;
    arrive(browser, "/consent").await;
    allow(browser).await;
    arrive_at(browser, &app).await;
    assert_eq!(app.answers().len(), 1);
}

#[test]
fn link_signs_in_same_browser() {
    with_settings(JavaScript::On, ENABLED, async |stack, browser| {
        browser.open(stack.at("/login/email")).await;
        browser.fill("#email-ask [name=identifier]", ALICE).await;
        browser.click("#email-ask button.primary").await;
        browser.find("#code").await;
        browser
            .open(stack.mail(ALICE).await.link(stack.issuer()))
            .await;
        arrive(browser, "/login/email/link").await;
        picture_in_both(browser, "email-link").await;
        browser.click("#step button.primary").await;
        arrive(browser, "/account").await;
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        browser.open(request.with("prompt", "login").url()).await;
        browser.find("#login").await;
    });
}
