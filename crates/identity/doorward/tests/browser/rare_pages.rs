//! Tests rarely shown pages: set-up, an invitation, a revoked key, a form that submits
//! automatically; and the inbox of `dev`.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::setup;
use doorward_domain::model::{Invitation, InvitationId, Organization};
use doorward_domain::secret::OpaqueToken;
use doorward_rules::invitation::TTL;
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Stack, rows};
use uuid::Uuid;

use crate::app::App;
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{allow, arrive, sign_in};
use crate::with_browser;

#[test]
fn first_administrator() {
    with_browser(JavaScript::On, async |stack, browser| {
        rows::execute(&stack.storage().identity, "DELETE FROM role_assignments").await;
        let db = stack.db().await;
        let context = AdminContext::command_line(&db, &stack.clock);
        let token = setup::issue_token(&context, 900).await;
        let token = token.expect("a token");
        browser
            .open(stack.at(&format!("/setup?token={}", token.expose())))
            .await;
        browser.find("#setup").await;
        picture_in_both(browser, "setup").await;
        browser.fill("#setup [name=email]", "not an address").await;
        browser.click("#setup button.primary").await;
        browser.find("[role=alert]").await;
        picture(browser, "setup-error").await;
    });
}

/// Invites alice and returns the address of the invitation.
async fn invite(stack: &Stack) -> String {
    let (now, token) = (stack.clock.now(), OpaqueToken::generate(&mut rand::rng()));
    let organization = Organization {
        slug: "acme".to_owned(),
        name: "Acme Gardens".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    let invitation = Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        hash: token.hash(),
        org: organization.slug.clone(),
        email: "alice@example.org".to_owned(),
        email_key: "alice@example.org".to_owned(),
        inviter: None,
        created_at: now,
        expires_at: now + TTL,
        ended_at: None,
        access: doorward_domain::model::invitation::InvitedAccess::default(),
        batch: None,
        queued_at: None,
    };
    let db = stack.db().await;
    let tx = db.begin_write().await.expect("a transaction");
    repo::organizations::insert(&tx, &organization)
        .await
        .expect("an organization");
    repo::invitations::insert(&tx, &invitation)
        .await
        .expect("an invitation");
    tx.commit().await.expect("commit");
    stack.at(&format!("/invitation?token={}", token.expose()))
}

#[test]
fn invitation_is_accepted() {
    with_browser(JavaScript::On, async |stack, browser| {
        browser.open(invite(stack).await).await;
        browser.find("main a[href^='/login']").await;
        picture_in_both(browser, "invitation").await;
        browser.click("main a[href^='/login']").await;
        sign_in(browser, "alice").await;
        arrive(browser, "/invitation").await;
        browser.find("#invitation").await;
        picture_in_both(browser, "invitation-answer").await;
    });
}

#[test]
fn key_is_withdrawn() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/account/api-keys/new")).await;
        sign_in(browser, "alice").await;
        browser.fill("[name=name]", "Backup").await;
        browser.click("[name=scope][value='tasks:read']").await;
        browser.click("form button.primary").await;
        browser.find("#key").await;
        browser.open(stack.at("/account/api-keys")).await;
        browser.click("main a[href*='/revoke']").await;
        browser.find("#revoke-key").await;
        picture_in_both(browser, "key-revoke").await;
    });
}

#[test]
fn automatic_form_post_has_button_without_scripts() {
    with_browser(JavaScript::On, async |stack, browser| {
        let app = App::start();
        let request = app.authorization(stack).with("response_mode", "form_post");
        browser.open(request.url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        browser.set_scripts_enabled(false).await;
        allow(browser).await;
        browser
            .find(&format!("form[action='{}'] button", app.callback()))
            .await;
        browser.set_scripts_enabled(true).await;
        picture(browser, "form-post").await;
    });
}

#[test]
fn inbox_of_development_instance() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/dev/mail")).await;
        picture_in_both(browser, "inbox-empty").await;
        browser.open(stack.at("/forgot-password")).await;
        browser.fill("#forgot [name=identifier]", "alice").await;
        browser.click("#forgot button").await;
        browser.find("main a[href='/login']").await;
        stack.wait_for_jobs().await;
        browser.open(stack.at("/dev/mail")).await;
        picture_in_both(browser, "inbox").await;
    });
}
