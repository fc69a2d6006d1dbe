//! Tests that a source of an organization reaches nothing else.

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::scim_source::{PATCH, Source, path};
use super::world::World;

flows!(
    source_reaches_no_other_organization,
    source_does_not_take_over_members,
    leaver_of_organization_is_disabled_or_expelled,
    addresses_of_organization_are_not_verified,
    ended_organization_has_no_source,
);

/// Every way by which a source of acme could read or change what is of zeta.
async fn source_reaches_no_other_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let acme = Source::new(&world, "acme-entra", Some("acme")).await;
    let zeta = Source::new(&world, "zeta-entra", Some("zeta")).await;
    let user = zeta.create("zoltan").await;
    let body = json!({ "displayName": "Zeta only", "externalId": "zg", "members": [{ "value": user["id"] }] });
    let group = zeta.ok("POST", "/Groups", Some(&body), 201).await;
    let (user_at, group_at) = (path("Users", &user), path("Groups", &group));
    let patch = json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "value": { "active": false, "externalId": "a" } }] });
    for at in [&user_at, &group_at] {
        acme.fails("GET", at, None, (404, "")).await;
        acme.fails("PUT", at, Some(&json!({ "externalId": "a" })), (404, ""))
            .await;
        acme.fails("PATCH", at, Some(&patch), (404, "")).await;
        acme.fails("DELETE", at, None, (404, "")).await;
    }
    let outside = format!("/Groups/{}", world.groups[""]);
    acme.fails("GET", &outside, None, (404, "")).await;
    for (list, filter) in [
        ("/Users", format!("id eq {}", user["id"])),
        ("/Users", "userName eq \"zoltan\"".to_owned()),
        ("/Users", "emails eq \"zoltan@example.net\"".to_owned()),
        ("/Users", "externalId eq \"x-zoltan\"".to_owned()),
        ("/Users", "userName sw \"zol\"".to_owned()),
        ("/Users", format!("groups.value eq {}", group["id"])),
        ("/Groups", format!("id eq {}", group["id"])),
        ("/Groups", "displayName eq \"Zeta only\"".to_owned()),
        ("/Groups", "displayName sw \"Zeta\"".to_owned()),
        ("/Groups", "externalId eq \"zg\"".to_owned()),
        ("/Groups", format!("members.value eq {}", user["id"])),
    ] {
        assert_eq!(zeta.count(list, &filter).await, 1, "{filter}");
        assert_eq!(acme.count(list, &filter).await, 0, "{filter}");
    }
    let own = acme.create("axel").await;
    let body = json!({ "displayName": "Mixed", "members": [{ "value": user["id"] }] });
    acme.fails("POST", "/Groups", Some(&body), (400, "invalidValue"))
        .await;
    let body = json!({ "displayName": "Own", "members": [{ "value": own["id"] }] });
    let mine = acme.ok("POST", "/Groups", Some(&body), 201).await;
    let add = json!({ "schemas": [PATCH], "Operations": [{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }] });
    acme.fails(
        "PATCH",
        &path("Groups", &mine),
        Some(&add),
        (400, "invalidValue"),
    )
    .await;
    let bulk = json!({ "Operations": [
        { "method": "DELETE", "path": user_at }, { "method": "DELETE", "path": group_at },
    ] });
    let done = acme.ok("POST", "/Bulk", Some(&bulk), 200).await;
    for one in done["Operations"].as_array().unwrap() {
        assert_eq!(one["status"], "404", "{done}");
    }
    // Lists of both kinds, whole and by cursor.
    for list in [
        "/Users?count=200",
        "/Users?cursor=",
        "/Groups?count=200",
        "/Groups?cursor=",
    ] {
        let all = acme.ok("GET", list, None, 200).await;
        let found: Vec<&Value> = all["Resources"].as_array().unwrap().iter().collect();
        let ids: Vec<_> = found.iter().map(|one| &one["id"]).collect();
        assert!(
            !ids.contains(&&user["id"]) && !ids.contains(&&group["id"]),
            "{list} {all}"
        );
        assert!(!ids.is_empty());
    }
    let still = zeta.ok("GET", &user_at, None, 200).await;
    assert_eq!(still["externalId"], "x-zoltan");
}

/// Alice is a member of acme whom the source has not created.
async fn source_does_not_take_over_members(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "acme-entra", Some("acme")).await;
    let at = format!("/Users/{}", world.id("alice"));
    for operations in [
        json!([{ "op": "replace", "path": "emails", "value": [{ "value": "mallory@example.net" }] }]),
        json!([{ "op": "replace", "path": "userName", "value": "mallory" }]),
        json!([{ "op": "replace", "path": "name.givenName", "value": "Mallory" }]),
    ] {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        source.fails("PATCH", &at, Some(&body), (403, "")).await;
    }
    let label = json!([{ "op": "add", "path": "externalId", "value": "a-1" }]);
    assert_eq!(source.patch(&at, label, 200).await["externalId"], "a-1");
    // The address of an account elsewhere.
    let body = json!({ "userName": "carol@example.org" });
    source
        .fails("POST", "/Users", Some(&body), (409, "uniqueness"))
        .await;
}

async fn leaver_of_organization_is_disabled_or_expelled(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "acme-entra", Some("acme")).await;
    let own = source.create("odo").await;
    let at = path("Users", &own);
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    assert_eq!(source.patch(&at, off.clone(), 200).await["active"], false);
    assert_eq!(source.ok("GET", &at, None, 200).await["active"], false);
    // Her account stays, and her membership ends.
    let alice = format!("/Users/{}", world.id("alice"));
    assert_eq!(source.patch(&alice, off, 200).await["active"], false);
    source.fails("GET", &alice, None, (404, "")).await;
    let deployment = Source::new(&world, "hr", None).await;
    assert_eq!(
        deployment.ok("GET", &alice, None, 200).await["active"],
        true
    );
}

async fn addresses_of_organization_are_not_verified(stack: &Stack) {
    let world = World::new(stack).await;
    for (name, org, expected) in [("acme-entra", Some("acme"), false), ("hr", None, true)] {
        let source = Source::new(&world, name, org).await;
        let created = source.create(&format!("{}x", name.replace('-', ""))).await;
        let id = doorward_domain::model::UserId::parse(created["id"].as_str().unwrap()).unwrap();
        let found = doorward_store::repo::users::find_by_id(world.db.read(), id).await;
        assert_eq!(found.unwrap().unwrap().email_verified, expected, "{name}");
    }
}

async fn ended_organization_has_no_source(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "acme-entra", Some("acme")).await;
    source.ok("GET", "/Users", None, 200).await;
    let tx = world.db.begin_write().await.unwrap();
    let now = doorward_access::clock::Clock::now(&stack.clock);
    doorward_store::repo::organizations::delete(&tx, "acme", now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    source.fails("GET", "/Users", None, (401, "")).await;
}
