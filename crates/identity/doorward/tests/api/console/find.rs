//! Tests of the search by exact names and identifiers.

use std::collections::BTreeMap;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{DenialId, DenialRecord};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, both_backends};
use serde_json::json;
use uuid::Uuid;

use super::objects::objects;
use super::support::{browser, location, open};
use crate::admin::world::World;

both_backends!(
    exact_identifiers_open_their_pages,
    several_exact_matches_are_listed,
    places_of_navigation_are_found,
    request_of_denied_call_leads_to_its_event,
);

/// Stores the denial of a request, and returns its decision ID.
async fn deny(world: &World<'_>, request: &str) -> String {
    let detail = json!({ "request_id": request });
    let denial = DenialRecord {
        id: DenialId::from_uuid(Uuid::now_v7()),
        at: world.stack.clock.now(),
        rule: "wrong_password".to_owned(),
        actor: None,
        client_id: None,
        detail: detail.as_object().unwrap().clone(),
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::denials::insert(&tx, &denial).await.unwrap();
    tx.commit().await.unwrap();
    denial.id.to_string()
}

/// Returns texts with the pages that they open.
async fn targets(world: &World<'_>) -> BTreeMap<String, String> {
    let named = objects(world).await;
    let alice = world.id("alice");
    let attempt = format!("/admin/sign-ins/{}", named["ATTEMPT"]);
    let group = format!("/admin/groups/{}", named["GROUP"]);
    let other = format!("/admin/groups/{}", world.groups[""]);
    [
        ("manager".to_owned(), "/admin/roles/manager".to_owned()),
        (named["GROUP"].clone(), group.clone()),
        ("acme/sales".to_owned(), group),
        ("sales".to_owned(), other.clone()),
        ("/sales".to_owned(), other),
        (named["ATTEMPT"].clone(), attempt.clone()),
        ("request-0".to_owned(), attempt.clone()),
        (deny(world, "request-0").await, attempt),
        (
            named["SESSION"].clone(),
            format!("/admin/sessions?q={alice}"),
        ),
        (
            named["EVENT"].clone(),
            format!("/admin/audit/{}", named["EVENT"]),
        ),
        (named["KID"].clone(), "/admin/keys".to_owned()),
        (
            format!("dw_{}", named["KEY"]),
            format!("/admin/api-access?q={alice}"),
        ),
    ]
    .into()
}

async fn exact_identifiers_open_their_pages(stack: &Stack) {
    let world = World::new(stack).await;
    browser(stack, "alice").await;
    let targets = targets(&world).await;
    let admin = browser(stack, "admin").await;
    for (text, target) in &targets {
        let page = admin.get(stack.at(&format!("/admin/find?q={text}"))).await;
        assert_eq!(&location(&page), target, "{text}");
        open(stack, &admin, target).await;
    }
    // Nothing is found without the permission of the page.
    world.let_hold("carol", "viewer", &["clients:read"]).await;
    let carol = browser(stack, "carol").await;
    for text in targets.keys() {
        let page = open(stack, &carol, &format!("/admin/find?q={text}")).await;
        assert!(page.text().contains("Nothing matches."), "{text}");
    }
    // The owner of another organization finds nothing either.
    let mona = browser(stack, "mona").await;
    let zeta = world.groups["zeta"].to_string();
    for text in [zeta.as_str(), "zeta/sales", "request-0"] {
        let page = open(stack, &mona, &format!("/admin/find?q={text}")).await;
        assert!(page.text().contains("Nothing matches."), "{text}");
    }
}

async fn several_exact_matches_are_listed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    // A user and a role have this name.
    let page = open(stack, &admin, "/admin/find?q=helper").await;
    let user = format!("/admin/people/{}", world.id("helper"));
    let links = page.attributes("tbody a", "href");
    assert_eq!(links, ["/admin/roles/helper".to_owned(), user]);
}

async fn places_of_navigation_are_found(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let links = async |agent: &UserAgent, text: &str| {
        let page = open(stack, agent, &format!("/admin/find?q={text}")).await;
        page.attributes("tbody a", "href")
    };
    assert_eq!(
        links(&admin, "audit").await[..2],
        ["/admin/audit", "/admin/streams"]
    );
    assert_eq!(links(&admin, "access+rev").await, ["/admin/reviews"]);
    let new = links(&admin, "new+").await;
    assert_eq!(new.len(), 5, "{new:?}");
    let page = admin.get(stack.at("/admin/find?q=new+app")).await;
    assert_eq!(location(&page), "/admin/apps/new");
    let page = admin.get(stack.at("/admin/find?q=signing+KEYS")).await;
    assert_eq!(location(&page), "/admin/keys");
    world.let_hold("carol", "viewer", &["clients:read"]).await;
    let carol = browser(stack, "carol").await;
    assert!(links(&carol, "audit").await.is_empty());
    assert!(links(&carol, "new+").await.is_empty());
}

async fn request_of_denied_call_leads_to_its_event(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "viewer", &["roles:read"]).await;
    let new = json!({ "name": "night-watch" });
    let page = world.call("carol", "POST", "/api/admin/roles", Some(&new));
    let page = page.await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let request = page.header("x-request-id").expect("a request ID");
    let admin = browser(stack, "admin").await;
    let find = format!("/admin/find?q={request}");
    let found = location(&admin.get(stack.at(&find)).await);
    assert!(found.starts_with("/admin/audit/"), "{found}");
    let page = open(stack, &admin, &found).await;
    assert!(
        page.text().contains("POST /api/admin/roles"),
        "{}",
        page.dump()
    );
}
