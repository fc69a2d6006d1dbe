//! Tests that the owner of an organization reads the audit log of it, and no other one, and chooses it
//! among several.

use doorward_access::clock::Clock as _;
use doorward_domain::model::Member;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::support::{browser, location, open, submit};
use crate::admin::world::World;

flows!(
    owner_reads_log_of_own_organization,
    owner_of_two_organizations_chooses,
);

async fn owner_reads_log_of_own_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let (mona, bob) = (browser(stack, "mona").await, browser(stack, "bob").await);
    for (agent, path) in [(&mona, "north"), (&bob, "south")] {
        let page = submit(stack, agent, "/admin/groups/new", &[("path", path)]).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    }
    let page = open(stack, &mona, "/admin").await;
    assert!(page.texts_of(".side a").contains(&"Audit log".to_owned()));
    let page = open(stack, &mona, "/admin/organizations/acme").await;
    let history = "/admin/audit?organization=acme".to_owned();
    assert!(page.attributes(".actions a", "href").contains(&history));
    let page = open(stack, &mona, &history).await;
    let events = page.attributes("tbody th a", "href");
    assert_eq!(events.len(), 1, "{}", page.dump());
    assert!(!page.text().contains("south"), "{}", page.dump());
    let page = open(stack, &mona, &events[0]).await;
    let group = page.attributes(".summary a", "href");
    assert!(group.iter().any(|link| link.starts_with("/admin/groups/")));
    assert_eq!(bob.get(stack.at(&events[0])).await.status, 404);
    let other = "/admin/audit?organization=zeta";
    assert_eq!(mona.get(stack.at(other)).await.status, 404);
    let file = open(stack, &mona, "/admin/audit.csv").await;
    let text = String::from_utf8_lossy(&file.body);
    assert!(text.contains(&world.id("mona")) && !text.contains(&world.id("bob")));
    // The download is an event of the organization.
    let page = open(stack, &mona, "/admin/audit").await;
    assert_eq!(page.texts_of("tbody th").len(), 2, "{}", page.dump());
}

async fn owner_of_two_organizations_chooses(stack: &Stack) {
    const CHOICE: &str = ".side form[action='/preferences']";

    let world = World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let page = open(stack, &mona, "/admin").await;
    assert!(page.texts_of(CHOICE).is_empty(), "{}", page.dump());
    let owner = Member {
        user_id: world.people["mona"],
        is_owner: true,
        created_at: stack.clock.now(),
        expires_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    let added = repo::organizations::put_member(&tx, "zeta", &owner).await;
    added.unwrap();
    tx.commit().await.unwrap();
    let page = open(stack, &mona, "/admin").await;
    let first = page.text_of("h1").unwrap();
    let form = page.form(CHOICE);
    assert_eq!(form.value("console_organization"), Some("acme"));
    let page = mona
        .submit(&form.with("console_organization", "zeta"))
        .await;
    assert_eq!(location(&page), "/admin");
    let page = open(stack, &mona, "/admin").await;
    assert_ne!(page.text_of("h1").unwrap(), first);
    open(stack, &mona, "/admin/organizations/zeta").await;
    let other = mona.get(stack.at("/admin/organizations/acme")).await;
    assert_eq!(other.status, 404);
    // An organization without rights is not chosen, nor is a text that is none.
    for foreign in ["unknown", "../zeta"] {
        let page = open(stack, &mona, "/admin").await;
        let form = page.form(CHOICE).with("console_organization", foreign);
        mona.submit(&form).await;
    }
    let page = open(stack, &mona, "/admin").await;
    assert_eq!(page.text_of("h1").unwrap(), first);
}
