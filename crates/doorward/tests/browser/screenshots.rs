//! Every page as a picture: 390 and 1280 px wide, light and dark. Nothing may be wider than the
//! window, and no page may break its own content security policy.

use doorward_testkit::browser::{Browser, ColorScheme, JavaScript, screenshot_directory};
use doorward_testkit::{Authorization, PASSWORD, Stack};

use crate::with_browser;

const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 900)];

/// Saves the present page in both sizes and schemes.
async fn picture(browser: &Browser, page: &str) {
    let directory = screenshot_directory();
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        browser.prefer(scheme).await;
        for (width, height) in SIZES {
            browser.resize(width, height).await;
            // The whole page, not what is above the fold.
            browser
                .resize(width, browser.height().await.max(height))
                .await;
            assert!(
                !browser.overflows().await,
                "{page} scrolls sideways at {width} px"
            );
            let name = format!("{page}-{width}-{}.png", scheme.as_str());
            browser.screenshot(&directory.join(name)).await;
        }
    }
    let refused: Vec<String> = browser
        .console_errors()
        .await
        .into_iter()
        .filter(|message| !message.contains("Failed to load resource"))
        .collect();
    assert!(refused.is_empty(), "{page}: {refused:?}");
}

#[test]
fn screenshots() {
    with_browser(JavaScript::On, async |stack: &Stack, browser| {
        strangers_see(stack, browser).await;
        people_see(stack, browser).await;
    });
}

async fn strangers_see(stack: &Stack, browser: &Browser) {
    browser.open(stack.at_tasks("/web/")).await;
    picture(browser, "tasks-signed-out").await;
    browser.click("a[href='/web/login']").await;
    browser.find("#login").await;
    picture(browser, "login").await;
    browser.fill("[name=identifier]", "alice").await;
    browser.fill("[name=password]", "not the password").await;
    browser.click("#login button.primary").await;
    browser.find("[role=alert]").await;
    picture(browser, "login-error").await;
    browser.click("a[href^='/register']").await;
    browser.find("#register").await;
    picture(browser, "register").await;
    browser.click("#register button.primary").await;
    browser.find("[role=alert]").await;
    picture(browser, "register-error").await;
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    browser
        .open(request.with("redirect_uri", "https://evil.example/").url())
        .await;
    picture(browser, "error").await;
    browser.open(stack.at("/login?lang=de")).await;
    browser.open(stack.at("/no-such-page")).await;
    picture(browser, "not-found").await;
}

async fn people_see(stack: &Stack, browser: &Browser) {
    browser.open(stack.at_tasks("/web/login")).await;
    browser.fill("[name=identifier]", "alice").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("#login button.primary").await;
    browser.find("#consent").await;
    picture(browser, "consent").await;
    browser.click("#consent [value=allow]").await;
    browser.find("form.add").await;
    for title in [
        "Water the plants",
        "Write to Grandmother",
        "Call the plumber",
    ] {
        browser.fill("#title", title).await;
        browser.click("form.add button").await;
        browser.find("ul.tasks li").await;
    }
    picture(browser, "tasks").await;
    browser.open(stack.at("/account")).await;
    picture(browser, "account").await;
    let choose = Authorization::new(stack.issuer(), &stack.seed.trusted);
    browser
        .open(choose.with("prompt", "select_account").url())
        .await;
    picture(browser, "select-account").await;
    browser.open(stack.at("/logout")).await;
    picture(browser, "logout").await;
    browser.click("form[action*='logout'] button.primary").await;
    browser
        .wait_for_url("a signed-out page", |url| url.path().contains("logout"))
        .await;
    picture(browser, "logged-out").await;
}
