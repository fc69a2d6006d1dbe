//! An administrator acts as a user in one app, on the pages.

use doorward_domain::model::{Authentication, SessionId};
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_settings;

const ENABLED: &[(&str, &str)] = &[("DOORWARD__IMPERSONATION__ENABLED", "true")];

#[test]
fn administrator_starts_and_ends_impersonation() {
    with_settings(JavaScript::On, ENABLED, async |stack, browser| {
        start_and_end(stack, browser).await;
    });
}

#[test]
fn administrator_starts_and_ends_without_script() {
    with_settings(JavaScript::Off, ENABLED, async |stack, browser| {
        start_and_end(stack, browser).await;
    });
}

/// Gives the only session a second factor.
async fn prove_second_factor(stack: &Stack) {
    let db = stack.db().await;
    let admin = repo::users::find_by_identifier(db.read(), "admin").await;
    let admin = admin.unwrap().unwrap().id;
    let now = doorward_access::clock::Clock::now(&stack.clock);
    let sessions = repo::sessions::list_for_user(db.read(), admin, now).await;
    let session: SessionId = sessions.unwrap()[0].id;
    let proof = Authentication {
        auth_time: now,
        acr: "aal2".to_owned(),
        amr: vec!["pwd".to_owned(), "otp".to_owned(), "mfa".to_owned()],
    };
    let tx = db.begin_write().await.unwrap();
    repo::sessions::set_proof(&tx, session, &proof)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn start_and_end(stack: &Stack, browser: &Browser) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let home = format!("/admin/people/{}", alice.unwrap().unwrap().id);
    browser.open(stack.at(&home)).await;
    sign_in(browser, "admin").await;
    arrive(browser, &home).await;
    prove_second_factor(stack).await;
    let path = format!("{home}/impersonate");
    browser.click(&format!("a[href='{path}']")).await;
    arrive(browser, &path).await;
    browser.find("#entry").await;
    picture(browser, "console-impersonate").await;
    browser.fill("#client", &stack.seed.trusted.id).await;
    browser.fill("#reason", "Ticket 4711").await;
    browser.click("#entry button.primary").await;
    browser.find(".banners form").await;
    arrive(browser, &path).await;
    picture(browser, "console-impersonation").await;
    browser.open(stack.at("/account")).await;
    let bar = browser.text(".banners form p").await;
    assert!(bar.contains("You act as"), "{bar}");
    picture(browser, "account-impersonation").await;
    browser.click(".banners form button").await;
    arrive(browser, &home).await;
    browser.wait_until_absent(".banners form").await;
}
