//! Tests the first start in Chromium: the one-time link, the first administrator with a passkey, and
//! the steps of `/admin/setup`; and the link that signs an administrator in.

use doorward_admin::operator::AdminContext;
use doorward_admin::{recover, setup, users};
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::stack::HOST;
use doorward_testkit::{Stack, rows};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, arrive_at_error};
use crate::{NEW_PASSWORD, with_browser, with_settings};

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];
const SETUP: &str = "/admin/setup";
const PASSKEYS: &str = "/account/security/passkeys";

/// Opens the link of `doorward admin open` without an administrator, and creates one.
async fn create_administrator(stack: &Stack, browser: &Browser) {
    let token = {
        let db = stack.db().await;
        let context = AdminContext::command_line(&db, &stack.clock);
        let token = setup::issue_token(&context, 900).await;
        token.expect("a token")
    };
    let url = stack.at(&format!("/setup?token={}", token.expose()));
    browser.open(url).await;
    for (field, text) in [
        ("username", "root"),
        ("email", "root@example.org"),
        ("password", NEW_PASSWORD),
        ("password_confirm", NEW_PASSWORD),
    ] {
        browser.fill(&format!("#setup [name={field}]"), text).await;
    }
    browser.click("#setup button.primary").await;
    arrive(browser, SETUP).await;
}

/// Returns the text of the row with the link to a step.
async fn row(browser: &Browser, path: &str) -> String {
    browser.text(&format!("tr:has(a[href='{path}'])")).await
}

async fn open_step(browser: &Browser, path: &str) {
    browser.click(&format!("tbody a[href='{path}']")).await;
}

/// Checks address and mail, registers an app, and shows the command of a backup.
async fn take_steps(stack: &Stack, browser: &Browser) {
    open_step(browser, "/admin/setup/issuer").await;
    browser.click("#confirm button.primary").await;
    browser
        .find("form[action='/admin/setup/issuer'] button")
        .await;
    let words = browser.visible_text().await;
    assert!(words.contains("Your browser uses this address"), "{words}");
    picture(browser, "console-setup-issuer").await;
    browser.click(".crumbs a[href='/admin/setup']").await;

    open_step(browser, "/admin/setup/mail").await;
    browser.click("#confirm button.primary").await;
    browser.find(".notice.good").await;
    assert!(row(browser, "/admin/setup/mail").await.contains("Done"));

    open_step(browser, "/admin/apps/new").await;
    browser.fill("#name", "Photo Album").await;
    let uri = "https://photos.example.com/callback";
    browser.fill("#redirect_uri", uri).await;
    browser.click("#entry button.primary").await;
    browser.find("#secret").await;

    // The state is derived from the data, so leaving and returning changes nothing.
    browser.open(stack.at(SETUP)).await;
    assert!(row(browser, "/admin/apps/new").await.contains("Done"));
    open_step(browser, "/admin/setup/backup").await;
    let command = browser.text(".summary").await;
    assert!(command.contains("doorward backup"), "{command}");
    picture(browser, "console-setup-backup").await;
}

#[test]
fn operator_is_led_from_link_to_backup() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        rows::execute(&stack.storage().identity, "DELETE FROM role_assignments").await;
        browser.open(stack.at("/setup")).await;
        arrive_at_error(browser, "setup_link").await;
        let words = browser.visible_text().await;
        assert!(words.contains("doorward admin open"), "{words}");
        picture_in_both(browser, "setup-link").await;

        let device = browser.plug_in_authenticator().await;
        create_administrator(stack, browser).await;
        assert!(row(browser, PASSKEYS).await.contains("Not done yet"));
        open_step(browser, PASSKEYS).await;
        browser.click("[data-passkey]").await;
        browser
            .find(&format!("form[action='{PASSKEYS}/rename']"))
            .await;
        assert_eq!(browser.credentials(&device).await.len(), 1);
        browser.open(stack.at(SETUP)).await;
        assert!(row(browser, PASSKEYS).await.contains("Done"));
        picture_in_both(browser, "console-setup").await;
        take_steps(stack, browser).await;
    });
}

#[test]
fn operator_is_led_without_javascript_and_passkey() {
    with_browser(JavaScript::Off, async |stack, browser| {
        rows::execute(&stack.storage().identity, "DELETE FROM role_assignments").await;
        create_administrator(stack, browser).await;
        take_steps(stack, browser).await;
    });
}

#[test]
fn link_signs_administrator_in_by_button() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack, browser| {
            let link = {
                let db = stack.db().await;
                let context = AdminContext::command_line(&db, &stack.clock);
                let admin = users::get(&context, "admin").await.expect("admin");
                let link = recover::sign_in_link(&context, &admin, 900).await;
                link.expect("a link")
            };
            let url = format!("/login/operator?token={}", link.token.expose());
            browser.open(stack.at(&url)).await;
            arrive(browser, "/login/operator").await;
            picture_in_both(browser, "operator-link").await;
            browser.click("#step button.primary").await;
            arrive(browser, "/admin").await;
        });
    }
}
