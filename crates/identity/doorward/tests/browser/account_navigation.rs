//! Tests the navigation of the account pages: by keyboard at both widths, and without JavaScript.

use doorward_access::clock::Clock as _;
use doorward_access_reviews::create::{self, NewReview};
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Member, Organization, ReviewId, ReviewScope};
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack, UserAgent};
use fantoccini::key::Key;

use crate::keyboard::{press, tab_to};
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// The pages of the navigation. The home page is last, because each step must leave a page.
const PAGES: [&str; 10] = [
    "/account/profile",
    "/account/security",
    "/account/sessions",
    "/account/apps",
    "/account/organizations",
    "/account/activity",
    "/account/api-keys",
    "/account/data",
    "/account/support-code",
    "/account",
];

async fn start(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
}

/// Moves the focus to a link or summary and presses Enter.
async fn enter(browser: &Browser, selector: &str) {
    tab_to(browser, selector).await;
    press(browser, Key::Enter).await;
}

#[test]
fn navigation_takes_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        start(stack, browser).await;
        browser.resize(1280, 900).await;
        for path in PAGES {
            enter(browser, &format!(".side a[href='{path}']")).await;
            arrive(browser, path).await;
            let current = format!(".side a[aria-current=page][href='{path}']");
            browser.find(&current).await;
        }
        browser.resize(390, 844).await;
        for path in PAGES {
            enter(browser, ".sections summary").await;
            enter(browser, &format!(".sections a[href='{path}']")).await;
            arrive(browser, path).await;
            let current = format!(".sections a[aria-current=page][href='{path}']");
            browser.find(&current).await;
        }
    });
}

#[test]
fn navigation_works_without_javascript() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        start(stack, browser).await;
        browser.resize(390, 844).await;
        for path in PAGES {
            browser.click(".sections summary").await;
            browser.click(&format!(".sections a[href='{path}']")).await;
            arrive(browser, path).await;
        }
    });
}

/// Makes alice the owner of an organization.
async fn found_organization(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let organization = Organization {
        slug: "acme".to_owned(),
        name: "Acme Ltd".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    let member = Member {
        user_id: alice.unwrap().unwrap().id,
        is_owner: true,
        created_at: now,
        expires_at: None,
    };
    let tx = db.begin_write().await.unwrap();
    let created = repo::organizations::insert(&tx, &organization).await;
    created.unwrap();
    let joined = repo::organizations::put_member(&tx, "acme", &member).await;
    joined.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Creates a review of the administrators, of whom alice is the reviewer.
pub async fn create_review(stack: &Stack) -> ReviewId {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let new = NewReview {
        name: "Administrators".to_owned(),
        scope: ReviewScope::Role,
        scope_id: "admin".to_owned(),
        members_of: None,
        reviewers: vec![alice.unwrap().unwrap().id],
        due_at: stack.clock.now() + 10 * 24 * 60 * 60,
        revoke_open: false,
    };
    let operator = AdminContext::command_line(&db, &stack.clock);
    let created = Box::pin(create::run(&operator, new)).await;
    let created = created.unwrap();
    assert!(created.open > 0);
    db.close().await.unwrap();
    created.id
}

#[test]
fn account_pages_with_navigation_are_pictured() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        found_organization(stack).await;
        create_review(stack).await;
        let client = &stack.seed.trusted;
        let request = Authorization::new(stack.issuer(), client);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        assert_eq!(stack.exchange(client, &code).await.status, 200);
        start(stack, browser).await;
        for (path, name) in [
            ("/account", "account-home"),
            ("/account/security", "account-security"),
            ("/account/sessions", "account-sessions"),
            ("/account/apps", "account-apps"),
            ("/account/organizations", "account-organizations"),
            ("/account/reviews", "account-reviews"),
        ] {
            browser.open(stack.at(path)).await;
            picture_in_both(browser, name).await;
        }
        browser.click("a[href^='/account/reviews/lines']").await;
        arrive(browser, "/account/reviews/lines").await;
        picture_in_both(browser, "account-review").await;
        // The only owner stays; the form says why.
        browser.open(stack.at("/account/organizations")).await;
        browser
            .click("a[href^='/account/organizations/leave']")
            .await;
        arrive(browser, "/account/organizations/leave").await;
        browser.click("#leave button.primary").await;
        browser.find("[role=alert]").await;
        picture(browser, "account-leave").await;
    });
}
