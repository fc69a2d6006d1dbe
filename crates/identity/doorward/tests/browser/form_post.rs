//! Tests `response_mode=form_post` (OAuth 2.0 Form Post Response Mode): submitted by a script, or
//! by a button.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::app::App;
use crate::steps::{allow, arrive, arrive_at, heading, sign_in};
use crate::with_browser;

#[test]
fn form_post_2_response_is_posted_automatically() {
    with_browser(JavaScript::On, async |stack, browser| {
        let app = App::start();
        until_allowed(stack, browser, &app).await;
        arrive_at(browser, &app).await;
        is_complete(&app);
    });
}

#[test]
fn answer_is_posted_by_button_without_javascript() {
    with_browser(JavaScript::Off, async |stack, browser| {
        let app = App::start();
        until_allowed(stack, browser, &app).await;
        let selector = format!("form[action='{}'] button", app.callback());
        browser.find(&selector).await;
        assert_eq!(heading(browser).await, "Taking you back to The native-app");
        assert!(app.answers().is_empty());
        browser.click(&selector).await;
        arrive_at(browser, &app).await;
        is_complete(&app);
    });
}

async fn until_allowed(stack: &Stack, browser: &Browser, app: &App) {
    let request = app.authorization(stack).with("response_mode", "form_post");
    browser.open(request.url()).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/consent").await;
    allow(browser).await;
}

fn is_complete(app: &App) {
    let answer = app.answer();
    assert_eq!(answer.method, "POST");
    assert_eq!(answer.parameters["state"], "af0ifjsldkj");
    assert!(answer.parameters.contains_key("code"));
    assert!(answer.parameters.contains_key("iss"));
}
