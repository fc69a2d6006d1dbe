//! Groups with roles: members, parents and paths.

use doorward_rules::delegation::DelegationRule::{MoreThanHeld, NotToOneself};

use super::*;

async fn make(company: &Company, body: Value) -> GroupId {
    company.create_group("admin", body).await.unwrap().id
}

#[tokio::test]
async fn no_group_gives_more() {
    let company = Company::new().await;
    let sales = company.groups[""];
    company.grant_group(sales, "admin", None).await;
    for (name, rule) in [("alice", MoreThanHeld), ("helper", NotToOneself)] {
        denied(company.add_member("helper", sales, name).await, rule);
    }
    let own = company
        .create_group("helper", json!({ "name": "mine" }))
        .await;
    let own = own.unwrap().id;
    let under = json!({ "parent": sales });
    denied(
        company.change_group("helper", own, under).await,
        MoreThanHeld,
    );
}

/// Checks that administrators do not rename or move their own group, whose path policies compare.
#[tokio::test]
async fn administrator_cannot_change_own_department() {
    let company = Company::new().await;
    let sales = company.groups[""];
    company.join(sales, "helper").await;
    let rename = || json!({ "name": "engineering" });
    denied(
        company.change_group("helper", sales, rename()).await,
        NotToOneself,
    );
    // Nor may they move it below another group or to the root.
    let top = make(&company, json!({ "name": "company" })).await;
    let under = json!({ "parent": top });
    company.change_group("admin", sales, under).await.unwrap();
    denied(
        company.change_group("helper", top, rename()).await,
        NotToOneself,
    );
    let out = json!({ "parent": null });
    denied(
        company.change_group("helper", sales, out).await,
        NotToOneself,
    );
    let named = company.change_group("admin", top, rename()).await.unwrap();
    assert_eq!(named.path, "/engineering");
}

#[tokio::test]
async fn administrator_cannot_raise_own_group() {
    let company = Company::new().await;
    let sales = company.groups[""];
    company.join(sales, "helper").await;
    // A role that the administrators have, assigned to their own group or to its parent.
    let own = company
        .assign("helper", Subject::Group(sales), "helper")
        .await;
    denied(own, NotToOneself);
    let other = make(&company, json!({ "name": "company" })).await;
    company
        .assign("helper", Subject::Group(other), "helper")
        .await
        .unwrap();
    let under = json!({ "parent": other });
    denied(
        company.change_group("helper", sales, under).await,
        NotToOneself,
    );
    // Nor may they make themselves the manager.
    let helper = company.users["helper"];
    for group in [sales, other] {
        let lead = json!({ "manager": helper });
        denied(
            company.change_group("helper", group, lead).await,
            NotToOneself,
        );
    }
    let new = json!({ "name": "mine", "manager": helper });
    denied(company.create_group("helper", new).await, NotToOneself);
}

#[tokio::test]
async fn group_removal_requires_permissions_of_group() {
    let company = Company::new().await;
    let sales = company.groups[""];
    company.join(sales, "alice").await;
    company.grant_group(sales, "manager", None).await;
    denied(company.delete_group("helper", sales).await, MoreThanHeld);
    denied(
        company.remove_member("helper", sales, "alice").await,
        MoreThanHeld,
    );
    // Nor may they move the group away from the parent that gives the role.
    let below = make(&company, json!({ "name": "below", "parent": sales })).await;
    let out = json!({ "parent": null });
    denied(
        company.change_group("helper", below, out).await,
        MoreThanHeld,
    );
    // Nor may they rename it, which frees its path for another group, alone or with the group above.
    let top = make(&company, json!({ "name": "company" })).await;
    let rename = || json!({ "name": "former" });
    denied(
        company.change_group("helper", sales, rename()).await,
        MoreThanHeld,
    );
    let under = json!({ "parent": top });
    company.change_group("admin", sales, under).await.unwrap();
    denied(
        company.change_group("helper", top, rename()).await,
        MoreThanHeld,
    );
    for group in [below, sales] {
        company.delete_group("admin", group).await.unwrap();
    }
}

#[tokio::test]
async fn last_administrator_by_group_remains() {
    let company = Company::new().await;
    let sales = company.groups[""];
    let below = make(&company, json!({ "name": "below", "parent": sales })).await;
    company.join(below, "alice").await;
    company.grant_group(sales, "admin", None).await;
    company.ungrant("admin").await;
    // alice is the only administrator, through the parent of her group.
    let id = sales.to_string();
    let read = company.world.db.read();
    let given = repo::roles::assignments(read, SubjectKind::Group, &id).await;
    let given = given.unwrap()[0].id;
    let alice = company.context("alice").await;
    for done in [
        company.delete_group("alice", below).await,
        company.remove_member("alice", below, "alice").await,
        assignments::delete(&alice, given).await.map(drop),
    ] {
        assert!(matches!(done, Err(AdminError::LastHolder(_))), "{done:?}");
    }
    // Other members may leave, because an administrator remains.
    let off = json!({ "disabled": true });
    company.change_user("alice", "carol", off).await.unwrap();
    // With a second administrator in the parent group, the first may leave.
    company.join(sales, "bob").await;
    company.remove_member("bob", below, "alice").await.unwrap();
    let done = company.delete_group("bob", sales).await;
    assert!(matches!(done, Err(AdminError::Invalid { .. })), "{done:?}");
}
