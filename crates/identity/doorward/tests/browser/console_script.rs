//! The script of the administration console: choosing all rows of a page, and following a change.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkSelection, BulkState, SubjectKind, UserId,
};
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use uuid::Uuid;

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// Number of users: more than a page of the list has, and than a request changes.
const WALKERS: u64 = 60;

/// Time in seconds until a process continues the stored change.
const LEASE: i64 = 60;

/// Counts the chosen rows.
const CHOSEN: &str = "return document.querySelectorAll('tbody :checked').length;";

/// Inserts users whose names start with `walker`.
async fn insert_walkers(stack: &Stack) -> Vec<UserId> {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap();
    let tx = db.begin_write().await.unwrap();
    let mut ids = Vec::new();
    for number in 0..WALKERS {
        let mut user = alice.clone();
        user.id = UserId::from_uuid(Uuid::now_v7());
        user.username = format!("walker{number}");
        user.username_key.clone_from(&user.username);
        user.email = format!("walker{number}@example.org");
        user.email_key.clone_from(&user.email);
        repo::users::insert(&tx, &user).await.unwrap();
        ids.push(user.id);
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    ids
}

/// Stores a running change of these users, and returns its path.
async fn store_change(stack: &Stack, users: Vec<UserId>) -> String {
    let (db, now) = (stack.db().await, stack.clock.now());
    let admin = repo::users::find_by_identifier(db.read(), "admin").await;
    let change = BulkChange {
        id: BulkChangeId::from_uuid(Uuid::now_v7()),
        starter_kind: SubjectKind::User,
        starter: admin.unwrap().unwrap().id.to_string(),
        org: None,
        client_id: None,
        action: BulkAction::Disable,
        group: None,
        email_domains: None,
        notify: true,
        keep_access: false,
        selection: BulkSelection::Users(users),
        total: Some(WALKERS),
        cursor: None,
        done: 0,
        failed: 0,
        state: BulkState::Running,
        stop_reason: None,
        lease_until: now + LEASE,
        created_at: now,
        ended_at: None,
    };
    let tx = db.begin_write().await.unwrap();
    assert!(repo::bulk_changes::insert(&tx, &change).await.unwrap());
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    format!("/admin/jobs/{}", change.id)
}

async fn open(stack: &Stack, browser: &Browser, path: &str) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
    browser.open(stack.at(path)).await;
}

/// Returns true if the checkbox in the heading is checked, and if it is between both states.
async fn heading(browser: &Browser) -> [bool; 2] {
    let script = "const all = document.querySelector('thead input'); return [all.checked, all.indeterminate];";
    serde_json::from_value(browser.execute(script).await).unwrap()
}

#[test]
fn all_rows_of_a_page_are_chosen() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        insert_walkers(stack).await;
        open(stack, browser, "/admin/people?q=walker").await;
        browser.find("thead input").await;
        picture(browser, "console-choose-all").await;
        let label = browser.property("thead input", "ariaLabel").await;
        assert_eq!(label.as_deref(), Some("Choose all on this page"));
        assert_eq!(heading(browser).await, [false, false]);
        browser.click("thead input").await;
        assert_eq!(browser.execute(CHOSEN).await, 50);
        browser.click("tbody input").await;
        assert_eq!(heading(browser).await, [false, true]);
        browser.click("tbody input").await;
        assert_eq!(heading(browser).await, [true, false]);
        browser.click("thead input").await;
        assert_eq!(browser.execute(CHOSEN).await, 0);
        browser.click("thead input").await;
        browser.click("#action option[value=disable]").await;
        browser.click("#bulk button").await;
        browser.find("#confirm").await;
        let facts = browser.text(".summary").await;
        assert!(facts.contains("50 users"), "{facts}");
    });
}

#[test]
fn change_is_followed_to_its_end() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let users = insert_walkers(stack).await;
        let path = store_change(stack, users).await;
        open(stack, browser, &path).await;
        browser.find("[role=status] progress[max='60']").await;
        picture(browser, "console-change-running").await;
        stack.clock.advance(LEASE + 1);
        // The script loads the page again at the end.
        browser.find(".head .pill.good").await;
        browser.wait_until_absent("[data-live]").await;
        let state = browser.text(".head .pill").await;
        assert!(state.contains("Done"), "{state}");
    });
}
