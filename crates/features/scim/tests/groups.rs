//! Tests of groups at `/scim/v2`.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::scim_source::{PATCH, Source, path};
use super::world::World;

flows!(
    group_is_created_changed_and_deleted,
    entra_provisions_group,
    existing_group_is_linked_and_stays,
    group_of_administrators_gets_no_members,
);

async fn group_is_created_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let (one, two) = (source.create("gus").await, source.create("gil").await);
    let body = json!({
        "displayName": "Vertrieb Süd", "externalId": "g-1", "members": [{ "value": one["id"] }],
    });
    let created = source.ok("POST", "/Groups", Some(&body), 201).await;
    assert_eq!(created["displayName"], "Vertrieb Süd");
    assert_eq!(created["members"][0]["value"], one["id"]);
    let at = path("Groups", &created);
    let user = source.ok("GET", &path("Users", &one), None, 200).await;
    assert_eq!(user["groups"][0]["display"], "Vertrieb Süd");
    for (filter, expected) in [
        ("displayName eq \"vertrieb süd\"", 1),
        ("externalId eq \"g-1\"", 1),
        ("displayName sw \"Vertrieb\"", 1),
        ("displayName eq \"other\"", 0),
    ] {
        assert_eq!(source.count("/Groups", filter).await, expected, "{filter}");
    }
    let members = format!("groups.value eq {}", created["id"]);
    assert_eq!(source.count("/Users", &members).await, 1);
    let put = json!({ "displayName": "Vertrieb", "members": [{ "value": two["id"] }] });
    let changed = source.ok("PUT", &at, Some(&put), 200).await;
    assert_eq!(changed["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(changed["members"][0]["value"], two["id"]);
    let without = source
        .ok(
            "GET",
            &format!("{at}?excludedAttributes=members"),
            None,
            200,
        )
        .await;
    assert_eq!(without.get("members"), None);
    let unknown = json!({ "members": [{ "value": created["id"] }] });
    source
        .fails("PUT", &at, Some(&unknown), (400, "invalidValue"))
        .await;
    source.ok("DELETE", &at, None, 204).await;
    source.fails("GET", &at, None, (404, "")).await;
}

/// Requests as Entra ID sends them.
async fn entra_provisions_group(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "entra", None).await;
    let (one, two) = (source.create("ema").await, source.create("eli").await);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "Design",
        "meta": { "resourceType": "Group" },
    });
    let created = source.ok("POST", "/Groups", Some(&body), 201).await;
    let at = path("Groups", &created);
    let short = format!("{at}?excludedAttributes=members");
    let add = json!([{ "op": "Add", "path": "members", "value": [
        { "$ref": null, "value": one["id"] }, { "$ref": null, "value": two["id"] },
    ] }]);
    let changed = source.patch(&short, add.clone(), 200).await;
    assert_eq!(changed.get("members"), None);
    let events = stack.audit_events().await.len();
    source.patch(&short, add, 200).await;
    assert_eq!(stack.audit_events().await.len(), events);
    let id = created["id"].as_str().unwrap();
    let is_member = format!("id eq \"{id}\" and members eq {}", one["id"]);
    assert_eq!(source.count("/Groups", &is_member).await, 1);
    let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "value": one["id"] }] }]);
    source.patch(&short, remove, 200).await;
    assert_eq!(source.count("/Groups", &is_member).await, 0);
    let remove = json!([{ "op": "remove", "path": format!("members[value eq {}]", two["id"]) }]);
    let changed = source.patch(&at, remove, 200).await;
    assert_eq!(changed.get("members"), None);
    let rename = json!([{ "op": "Replace", "path": "displayName", "value": "Designers" }]);
    assert_eq!(
        source.patch(&at, rename, 200).await["displayName"],
        "Designers"
    );
}

async fn existing_group_is_linked_and_stays(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "entra", None).await;
    assert_eq!(source.count("/Groups", "displayName eq \"Sales\"").await, 1);
    let at = format!("/Groups/{}", world.groups[""]);
    let operations = json!([{ "op": "Add", "path": "externalId", "value": "g-7" }]);
    assert_eq!(
        source.patch(&at, operations, 200).await["externalId"],
        "g-7"
    );
    source.fails("DELETE", &at, None, (403, "")).await;
    // Another source has its own labels.
    let other = Source::new(&world, "okta", None).await;
    assert_eq!(
        other.ok("GET", &at, None, 200).await.get("externalId"),
        None
    );
}

async fn group_of_administrators_gets_no_members(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let group = world.groups[""];
    world
        .assign(SubjectKind::Group, &group.to_string(), "helper", None)
        .await;
    let user = source.create("mal").await;
    let at = format!("/Groups/{group}");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }]);
    let body = json!({ "schemas": [PATCH], "Operations": add });
    source.fails("PATCH", &at, Some(&body), (403, "")).await;
}
