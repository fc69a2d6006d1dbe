//! Tests front-channel logout (OIDC Front-Channel Logout 1.0): a frame notifies the client, and
//! then the browser returns to it.

use doorward_domain::model::Client;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use url::Url;

use crate::app::App;
use crate::screenshots::picture;
use crate::steps::{allow, arrive, arrive_at, heading, sign_in};
use crate::with_browser;

#[test]
fn sign_out_notifies_client_and_returns() {
    with_browser(JavaScript::On, async |stack, browser| {
        client_is_notified(stack, browser).await;
    });
}

#[test]
fn sign_out_returns_to_client_without_javascript() {
    with_browser(JavaScript::Off, async |stack, browser| {
        client_is_notified(stack, browser).await;
    });
}

#[test]
fn sign_out_shows_confirmation() {
    with_browser(JavaScript::On, async |stack, browser| {
        let app = App::start();
        signed_in(stack, browser, &app).await;
        browser.open(stack.at("/logout")).await;
        browser.click("#logout button.primary").await;
        browser.find("iframe").await;
        assert_eq!(heading(browser).await, "You are signed out");
        picture(browser, "signed-out-frames").await;
        assert_notified(stack, &app).await;
    });
}

async fn signed_in(stack: &Stack, browser: &Browser, app: &App) {
    let (frame, bye) = (app.at("/frame"), app.at("/bye"));
    let listen = |client: &mut Client| {
        client.logout.frontchannel = Some(frame);
        client.post_logout_redirect_uris = vec![bye];
    };
    stack.change_client(&stack.seed.native.id, listen).await;
    browser.open(app.authorization(stack).url()).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/consent").await;
    allow(browser).await;
    arrive_at(browser, app).await;
}

async fn client_is_notified(stack: &Stack, browser: &Browser) {
    let app = App::start();
    signed_in(stack, browser, &app).await;
    let bye = app.at("/bye");
    let fields = [
        ("client_id", stack.seed.native.id.as_str()),
        ("post_logout_redirect_uri", &bye),
        ("state", "s1"),
    ];
    let url = Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
    browser.open(url).await;
    browser.click("#logout button.primary").await;
    let back = browser
        .wait_for_url("the app", |url| url.path() == "/bye")
        .await;
    assert_eq!(back.query(), Some("state=s1"));
    assert_notified(stack, &app).await;
}

/// Asserts that the client was notified once, with issuer and session ID.
async fn assert_notified(stack: &Stack, app: &App) {
    let received = app.frame_request().await;
    assert_eq!(received.method, "GET");
    assert_eq!(received.parameters["iss"], stack.issuer());
    assert!(!received.parameters["sid"].is_empty());
}
