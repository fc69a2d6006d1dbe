//! Pictures of the pages of changes and of a described object. A second administrator approves a change by clicks.

use doorward_admin::operator::AdminContext;
use doorward_config::Config;
use doorward_identity_server::features::as_code::operations::APPLY;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use serde_json::{Value, json};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// Applies a role on the command line, which is the author.
async fn apply(stack: &Stack, config: &Config, permissions: &[&str]) -> Value {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock).with_config(config);
    let body = json!({
        "objects": { "roles": [{ "name": "auditor", "permissions": permissions }] },
        "only": { "roles": ["auditor"] },
        "files": { "roles auditor": "roles/auditor.toml:1" },
        "commit": "4f2c9e1",
    });
    (APPLY.run)(body, &context).await.unwrap().document
}

/// Opens a page, and takes a picture of it.
async fn show(stack: &Stack, browser: &Browser, path: &str, name: &str) {
    browser.open(stack.at(path)).await;
    // The page of an error has no list of the sections.
    browser.find(".side").await;
    picture(browser, name).await;
}

async fn is_approved_by_clicks(stack: &Stack, browser: &Browser) {
    let mut config = Config::defaults().unwrap();
    stack.issuer().clone_into(&mut config.issuer);
    (config.approval.roles, config.approval.commands) = (true, true);
    assert_eq!(apply(stack, &config, &[]).await["applied"], true);
    let done = apply(stack, &config, &["audit:read"]).await;
    let path = format!("/admin/changes/{}", done["waiting"].as_str().unwrap());

    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
    show(stack, browser, "/admin/changes", "console-changes").await;
    let reject = format!("{path}/reject");
    show(stack, browser, &reject, "console-reject-change").await;
    show(stack, browser, "/admin/roles/auditor", "console-described").await;
    show(stack, browser, &path, "console-change").await;
    assert_eq!(browser.text(".head .pill").await, "Waiting");
    let page = browser.visible_text().await;
    assert!(page.contains("4f2c9e1"), "{page}");
    browser.click(&format!("a[href='{path}/approve']")).await;
    browser.find("#confirm").await;
    picture(browser, "console-approve-change").await;
    browser.click("#confirm button").await;
    browser.find(".head .pill.good").await;
    assert_eq!(browser.text(".head .pill").await, "Approved");

    let done = apply(stack, &config, &["audit:read"]).await;
    assert_eq!(done["applied"], true, "{done}");
    browser.open(stack.at(&path)).await;
    assert_eq!(browser.text(".head .pill").await, "Made");
    browser.open(stack.at("/admin/changes")).await;
    let applies = browser.visible_text().await;
    assert_eq!(applies.matches("4f2c9e1").count(), 2, "{applies}");
}

#[test]
fn second_administrator_approves_change() {
    with_browser(JavaScript::On, is_approved_by_clicks);
}

#[test]
fn second_administrator_approves_change_without_javascript() {
    with_browser(JavaScript::Off, is_approved_by_clicks);
}
