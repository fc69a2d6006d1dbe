//! Tests that the only administrator or organization manager cannot delete their account.

use doorward_access::clock::Clock as _;
use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use crate::personal_data::{alice, ask_for_deletion, events};
use crate::profile::signed_in;
use crate::support::{is_signed_in, location};

flows!(
    last_administrator_stays,
    last_owner_of_organization_stays,
    of_two_last_administrators_only_first_is_deleted,
);

async fn last_administrator_stays(stack: &Stack) {
    let agent = signed_in(stack, "admin").await;
    let page = ask_for_deletion(stack, &agent, "admin").await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(
        page.text().contains("Nobody else administers"),
        "{}",
        page.dump()
    );
    assert_eq!(events(stack, AuditKind::DeletionRequested).await, 0);
    assert!(is_signed_in(stack, &agent).await);
    stack.give_role("alice", "admin").await;
    let page = ask_for_deletion(stack, &agent, "admin").await;
    assert_eq!(location(&page), "/account/keep");
    // The remaining administrator is now the last one.
    let other = signed_in(stack, "alice").await;
    let page = ask_for_deletion(stack, &other, "alice").await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn last_owner_of_organization_stays(stack: &Stack) {
    use doorward_domain::model::{Member, Organization};
    let now = stack.clock.now();
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let organization = Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    repo::organizations::insert(&tx, &organization)
        .await
        .unwrap();
    let alice = alice(stack).await.expect("alice");
    let owner = Member {
        user_id: alice,
        is_owner: true,
        created_at: now,
        expires_at: None,
    };
    repo::organizations::put_member(&tx, "acme", &owner)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let agent = signed_in(stack, "alice").await;
    let page = ask_for_deletion(stack, &agent, "alice").await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("Acme"), "{}", page.dump());
    assert_eq!(events(stack, AuditKind::DeletionRequested).await, 0);

    let bob = repo::users::find_by_identifier(db.read(), "bob").await;
    let second = Member {
        user_id: bob.unwrap().unwrap().id,
        ..owner
    };
    let tx = db.begin_write().await.unwrap();
    repo::organizations::put_member(&tx, "acme", &second)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = ask_for_deletion(stack, &agent, "alice").await;
    assert_eq!(location(&page), "/account/keep");
    // A user whose deletion is pending does not count as a manager.
    let agent = signed_in(stack, "bob").await;
    let page = ask_for_deletion(stack, &agent, "bob").await;
    assert_eq!(page.status, 409, "{}", page.dump());
    db.close().await.unwrap();
}

async fn of_two_last_administrators_only_first_is_deleted(stack: &Stack) {
    stack.give_role("alice", "admin").await;
    let mut ready = Vec::new();
    for name in ["admin", "alice"] {
        let agent = signed_in(stack, name).await;
        let page = agent.get(stack.at("/account/data")).await;
        let form = page.form("#data-delete").with("username", name);
        ready.push((agent, form));
    }
    let sent = ready.iter().map(|(agent, form)| agent.submit(form));
    let mut statuses: Vec<u16> = futures_util::future::join_all(sent)
        .await
        .iter()
        .map(|page| page.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}
