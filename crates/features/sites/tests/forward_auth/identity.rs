//! The headers with the identity of a user.

use doorward_domain::model::{Group, GroupId};
use doorward_store::repo;
use doorward_testkit::{Stack, flows_with};
use uuid::Uuid;

use super::TRUSTED;
use super::agent::{Browser, WIKI, create_site};

flows_with!(TRUSTED; groups_are_left_out_when_too_many, unverified_address_is_left_out);

async fn join(stack: &Stack, paths: &[String]) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap().id;
    let tx = db.begin_write().await.unwrap();
    for path in paths {
        let group = Group {
            id: GroupId::from_uuid(Uuid::now_v7()),
            path: path.clone(),
            description: String::new(),
            code: None,
            org: None,
            parent: None,
            manager: None,
            created_at: 0,
            updated_at: 0,
        };
        repo::groups::insert(&tx, &group).await.unwrap();
        repo::groups::add_member(&tx, group.id, alice, 0)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    // Another process wrote: the next second counts.
    stack.clock.advance(1);
}

async fn groups_are_left_out_when_too_many(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    join(stack, &["/büro".to_owned(), "/staff".to_owned()]).await;
    let page = browser.open(WIKI, "/").await;
    assert_eq!(page.header("remote-groups"), Some("/b%C3%BCro,/staff"));
    assert_eq!(page.header("remote-groups-omitted"), None);
    let many: Vec<String> = (0..100)
        .map(|number| format!("/g{number}-{}", "x".repeat(40)))
        .collect();
    join(stack, &many).await;
    let page = browser.open(WIKI, "/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("remote-groups"), None);
    assert_eq!(page.header("remote-groups-omitted"), Some("true"));
}

async fn unverified_address_is_left_out(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let page = browser.open(WIKI, "/").await;
    assert_eq!(page.header("remote-email"), Some("alice@example.org"));
    stack.set_email_verified("alice", false).await;
    stack.clock.advance(1);
    let page = browser.open(WIKI, "/").await;
    assert_eq!(page.header("remote-email"), None, "{}", page.dump());
}
