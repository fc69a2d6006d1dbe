//! Owners of organizations, and their members.

use doorward_rules::delegation::DelegationRule::{
    MorePowerful, MoreThanHeld, NotToOneself, OwnersOnly,
};

use super::*;

#[tokio::test]
async fn owner_is_as_powerful_as_ownership() {
    let company = Company::new().await;
    let clerk = ["users:read", "users:write", "sessions:write"];
    company.hold("carol", "clerk", &clerk).await;
    // mona has no role: she owns acme.
    company.ungrant("mona").await;
    company.ungrant("alice").await;
    for body in [
        json!({ "email": "eve@example.org" }),
        json!({ "disabled": true }),
    ] {
        denied(
            company.change_user("carol", "mona", body).await,
            MorePowerful,
        );
    }
    let carol = company.context("carol").await;
    let mona = users::get(&company.world.op(), "mona").await.unwrap();
    denied(users::reset_mfa(&carol, &mona).await, MorePowerful);
    denied(users::delete(&carol, mona.id).await, MorePowerful);
    // alice is a member without ownership.
    let name = json!({ "first_name": "Al" });
    company.change_user("carol", "alice", name).await.unwrap();
}

#[tokio::test]
async fn ownership_requires_permissions_of_owner() {
    let company = Company::new().await;
    let registrar = ["organizations:read", "organizations:write"];
    company.hold("carol", "registrar", &registrar).await;
    let create = async |who: &str, owner: &str| {
        let owner = Some(company.users[owner]);
        organizations::create(&company.context(who).await, "fresh", "Fresh", owner).await
    };
    denied(create("carol", "carol").await, NotToOneself);
    denied(create("carol", "alice").await, MoreThanHeld);
    denied(create("helper", "helper").await, NotToOneself);
    denied(
        company.set_owner("carol", "acme", "alice", true).await,
        MoreThanHeld,
    );
    // Nor may carol remove the ownership.
    company
        .set_owner("helper", "acme", "alice", true)
        .await
        .unwrap();
    denied(
        company.set_owner("carol", "acme", "mona", false).await,
        MoreThanHeld,
    );
    let carol = company.context("carol").await;
    let removed = organizations::remove_member(&carol, "acme", company.users["mona"]).await;
    denied(removed, MoreThanHeld);
    // An administrator with the permissions of ownership may grant it to another user.
    create("helper", "alice").await.unwrap();
}

#[tokio::test]
async fn only_owners_name_owners_inside() {
    let company = Company::new().await;
    company
        .grant(SubjectKind::User, "alice", "admin", Some("acme"))
        .await;
    for is_owner in [true, false] {
        let done = company
            .set_owner("alice@acme", "acme", "mona", is_owner)
            .await;
        denied(done, OwnersOnly);
    }
    let alice = company.context("alice@acme").await;
    let removed = organizations::remove_member(&alice, "acme", company.users["mona"]).await;
    denied(removed, OwnersOnly);
}

/// Checks that a member with roles in the organization, also through groups, is removed only by an
/// administrator who could assign these roles.
#[tokio::test]
async fn member_removal_requires_permissions_of_member() {
    let company = Company::new().await;
    let alice = company.users["alice"];
    company.hold("bob", "24x7_access", &[]).await;
    company
        .grant(SubjectKind::User, "alice", "24x7_access", Some("acme"))
        .await;
    let remove = async || {
        let mona = company.context("mona@acme").await;
        organizations::remove_member(&mona, "acme", alice).await
    };
    denied(remove().await, MoreThanHeld);
    company.ungrant("alice").await;
    let group = company.groups["acme"];
    company.join(group, "alice").await;
    company
        .grant_group(group, "24x7_access", Some("acme"))
        .await;
    denied(remove().await, MoreThanHeld);
    // Roles in other organizations do not matter; an administrator with the same roles may remove
    // the member.
    company
        .grant(SubjectKind::User, "mona", "24x7_access", Some("acme"))
        .await;
    company
        .grant(SubjectKind::User, "alice", "admin", None)
        .await;
    remove().await.unwrap();
}
