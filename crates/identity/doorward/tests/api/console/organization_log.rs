//! Tests that the owner of an organization reads the audit log of it, and no other one.

use doorward_testkit::{Stack, flows};

use super::support::{browser, open, submit};
use crate::admin::world::World;

flows!(owner_reads_log_of_own_organization);

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
