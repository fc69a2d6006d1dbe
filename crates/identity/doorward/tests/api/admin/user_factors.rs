//! Tests of the second factors and linked accounts of a user: administrators list them, and remove a
//! single one.

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{AuditEvent, AuditKind, SubjectKind};
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Stack, flows_with};
use serde_json::{Value, json};

use super::world::{World, ok, problem};
use crate::console::factor_objects::{insert_link, insert_passkey};
use crate::second_factor;
use crate::support::{refresh, sign_in};

flows_with!(
    LOCALHOST;
    factors_are_listed_and_removed_one_by_one,
    linked_account_is_removed_with_its_roles,
    only_sign_in_method_is_not_removed,
);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];
const ISSUER: &str = "https://login.acme.example";
const ALICE: &str = "alice@example.org";

async fn put_provider(stack: &Stack) {
    let provider = ProviderSpec {
        issuer: Some(ISSUER.to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    stack.put_provider("acme", &provider).await;
}

async fn read(world: &World<'_>, path: &str) -> Value {
    ok(&world.call("admin", "GET", path, None).await, 200)
}

async fn removed(world: &World<'_>, path: &str) {
    let page = world.change("admin", "DELETE", path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.change("admin", "DELETE", path, None).await;
    problem(&page, 404, "not-found");
}

async fn subjects(stack: &Stack) -> Vec<String> {
    let mails = stack.mails(ALICE).await.into_iter();
    mails.map(|mail| mail.subject).collect()
}

async fn factors_are_listed_and_removed_one_by_one(stack: &Stack) {
    let world = World::new(stack).await;
    let factors = format!("/api/admin/users/{}/factors", world.id("alice"));
    let none = json!({ "items": [] });
    assert_eq!(read(&world, &factors).await, none);
    second_factor::enrol(stack, "alice").await;
    let passkey = insert_passkey(&world, world.people["alice"]).await;
    let found = read(&world, &factors).await;
    let [blue, app] = [0, 1].map(|index| &found["items"][index]);
    assert_eq!(
        (&app["factor"], &app["recovery_codes_left"]),
        (&json!("app"), &json!(10))
    );
    assert_eq!(blue["factor"], passkey.to_string());
    assert_eq!(blue["name"], "Blue phone");

    // The passkey of another user, and no ID.
    let other = insert_passkey(&world, world.people["bob"]).await;
    for name in [other.to_string(), "phone".to_owned()] {
        let path = format!("{factors}/{name}");
        let page = world.change("admin", "DELETE", &path, None).await;
        problem(&page, 404, "not-found");
    }
    removed(&world, &format!("{factors}/app")).await;
    let left = read(&world, &factors).await;
    assert_eq!(left, json!({ "items": [blue] }));
    let events = stack.audited(AuditKind::FactorRemoved).await;
    assert_eq!(events[0].detail["factor"], "totp");
    let mails = subjects(stack).await;
    let subject = "Two-step sign-in was turned off".to_owned();
    assert!(mails.contains(&subject), "{mails:?}");

    // Each removal revokes all access.
    let tokens = sign_in(stack, "alice").await;
    removed(&world, &format!("{factors}/{passkey}")).await;
    let page = refresh(stack, &tokens.refresh).await;
    problem(&page, 401, "invalid-refresh-token");
    assert_eq!(read(&world, &factors).await, none);
    let events = stack.audited(AuditKind::FactorRemoved).await;
    let of_passkey =
        |event: &&AuditEvent| event.detail.get("passkey") == Some(&json!(passkey.to_string()));
    let event = events.iter().find(of_passkey).expect("an event");
    assert_eq!(event.actor, Some(world.id("admin")));
    assert_eq!(event.subject, Some(world.id("alice")));
    let mails = subjects(stack).await;
    let subject = "A passkey was removed".to_owned();
    assert!(mails.contains(&subject), "{mails:?}");
}

async fn linked_account_is_removed_with_its_roles(stack: &Stack) {
    let world = World::new(stack).await;
    put_provider(stack).await;
    let links = format!("/api/admin/users/{}/linked-accounts", world.id("alice"));
    assert_eq!(read(&world, &links).await, json!({ "items": [] }));
    let id = insert_link(&world, world.people["alice"], &["helper"]).await;
    let alice = world.id("alice");
    world
        .assign(SubjectKind::User, &alice, "helper", None)
        .await;
    let found = read(&world, &links).await;
    let link = &found["items"][0];
    assert_eq!(link["id"], id.to_string());
    assert_eq!(link["provider"], "acme");
    assert_eq!(link["issuer"], ISSUER);
    assert_eq!(link["label"], "alice@work.example");
    let tokens = sign_in(stack, "alice").await;
    removed(&world, &format!("{links}/{id}")).await;
    let page = refresh(stack, &tokens.refresh).await;
    problem(&page, 401, "invalid-refresh-token");
    let held = repo::roles::assignments(world.db.read(), SubjectKind::User, &alice).await;
    let held = held.unwrap();
    assert!(held.iter().all(|item| item.role != "helper"), "{held:?}");
    assert!(
        world
            .has_event("account.unlinked", "admin", "removed")
            .await
    );
    let mails = subjects(stack).await;
    let subject = "An account elsewhere was disconnected".to_owned();
    assert!(mails.contains(&subject), "{mails:?}");
}

async fn only_sign_in_method_is_not_removed(stack: &Stack) {
    let world = World::new(stack).await;
    put_provider(stack).await;
    let id = world.people["alice"];
    let found = repo::users::find_by_id(world.db.read(), id).await;
    let mut alice = found.unwrap().unwrap();
    alice.password_hash = None;
    alice.email_verified = false;
    let tx = world.db.begin_write().await.unwrap();
    repo::users::update(&tx, &alice).await.unwrap();
    tx.commit().await.unwrap();
    let home = format!("/api/admin/users/{id}");
    let passkey = insert_passkey(&world, id).await;
    let passkey = format!("{home}/factors/{passkey}");
    let page = world.change("admin", "DELETE", &passkey, None).await;
    problem(&page, 409, "still-needed");
    // A linked account is another method, and then the only one.
    let link = insert_link(&world, id, &[]).await;
    let link = format!("{home}/linked-accounts/{link}");
    removed(&world, &passkey).await;
    let page = world.change("admin", "DELETE", &link, None).await;
    problem(&page, 409, "still-needed");
    // A verified address receives a link for a password.
    stack.set_email_verified("alice", true).await;
    removed(&world, &link).await;
}
