//! Managers of groups, who have access to the department: only an administrator with these permissions assigns, moves
//! and removes them. The tests of the API check the tasks that a manager reaches.

use doorward_rules::delegation::DelegationRule::{MorePowerful, MoreThanHeld, NotToOneself};

use super::*;
use crate::user_links;

/// The permissions of an administrator for groups only.
const GROUP_EDITOR: &[&str] = &["groups:read", "groups:write"];

#[tokio::test]
async fn manager_assignment_requires_permissions_of_manager() {
    let company = Company::new().await;
    company.hold("carol", "grouper", GROUP_EDITOR).await;
    let (sales, alice) = (company.groups[""], company.users["alice"]);
    let lead = || json!({ "manager": alice });
    for who in ["carol", "helper"] {
        denied(company.change_group(who, sales, lead()).await, MoreThanHeld);
        let new = json!({ "name": "depot", "manager": alice });
        denied(company.create_group(who, new).await, MoreThanHeld);
        let own = json!({ "manager": company.users[who] });
        denied(company.change_group(who, sales, own).await, NotToOneself);
    }
    // Nor may carol remove the manager or the manager's department.
    company.change_group("admin", sales, lead()).await.unwrap();
    let other = company
        .create_group("admin", json!({ "name": "company" }))
        .await;
    for body in [
        json!({ "manager": null }),
        json!({ "manager": company.users["mona"] }),
        json!({ "name": "buying" }),
        json!({ "parent": other.unwrap().id }),
    ] {
        denied(
            company.change_group("carol", sales, body).await,
            MoreThanHeld,
        );
    }
    denied(company.delete_group("carol", sales).await, MoreThanHeld);
    // carol may change the other fields of the group.
    let words = json!({ "description": "Products", "manager": alice });
    company.change_group("carol", sales, words).await.unwrap();
}

#[tokio::test]
async fn renamed_department_cannot_grant_manager() {
    let company = Company::new().await;
    for who in ["alice", "carol"] {
        company.hold(who, "grouper", GROUP_EDITOR).await;
    }
    let led = json!({ "name": "kitchen", "manager": company.users["alice"] });
    let kitchen = company.create_group("admin", led).await.unwrap().id;
    let below = json!({ "name": "below", "parent": kitchen });
    let below = company.create_group("admin", below).await.unwrap().id;
    for (who, rule) in [("alice", NotToOneself), ("carol", MoreThanHeld)] {
        let name = json!({ "name": "engineering" });
        denied(company.change_group(who, kitchen, name).await, rule);
    }
    // The subgroup has no manager, so it may be moved anywhere.
    let out = json!({ "parent": null, "name": "engineering" });
    company.change_group("carol", below, out).await.unwrap();
}

#[tokio::test]
async fn manager_assigns_managers_below_and_successor() {
    let company = Company::new().await;
    company.hold("alice", "grouper", GROUP_EDITOR).await;
    let mona = company.users["mona"];
    let led = json!({ "name": "engineering", "manager": company.users["alice"] });
    let engineering = company.create_group("admin", led).await.unwrap().id;
    let new = json!({ "name": "backend", "parent": engineering, "manager": mona });
    let backend = company.create_group("alice", new).await.unwrap().id;
    let name = json!({ "name": "core" });
    let renamed = company.change_group("alice", backend, name).await.unwrap();
    assert_eq!(renamed.path, "/engineering/core");
    let out = json!({ "parent": null });
    denied(
        company.change_group("alice", backend, out).await,
        MoreThanHeld,
    );
    company.delete_group("alice", backend).await.unwrap();
    let next = json!({ "manager": mona });
    company
        .change_group("alice", engineering, next)
        .await
        .unwrap();
    let back = json!({ "manager": company.users["bob"] });
    denied(
        company.change_group("alice", engineering, back).await,
        MoreThanHeld,
    );
}

/// Checks that a manager's account is changed only by an administrator who could assign the
/// manager: the account gives access to the department.
#[tokio::test]
async fn account_of_manager_is_protected() {
    let company = Company::new().await;
    let carer = [
        "users:read",
        "users:write",
        "sessions:read",
        "sessions:write",
    ];
    company.hold("carol", "carer", &carer).await;
    company
        .grant(SubjectKind::User, "carol", "developer", None)
        .await;
    let alice = company.users["alice"];
    let name = || json!({ "first_name": "Alice" });
    company.change_user("carol", "alice", name()).await.unwrap();
    let led = json!({ "name": "engineering", "manager": alice });
    let engineering = company.create_group("admin", led).await.unwrap().id;
    let email = json!({ "email": "carol@example.org" });
    for body in [name(), email] {
        denied(
            company.change_user("carol", "alice", body).await,
            MorePowerful,
        );
    }
    let carol = company.context("carol").await;
    let user = users::get(&company.world.op(), "alice").await.unwrap();
    denied(users::delete(&carol, alice).await, MorePowerful);
    denied(
        user_links::reset_password(&carol, alice).await,
        MorePowerful,
    );
    denied(
        user_links::mail_passkey_link(&carol, alice).await,
        MorePowerful,
    );
    denied(users::reset_mfa(&carol, &user).await, MorePowerful);
    let without = json!({ "manager": null });
    company
        .change_group("admin", engineering, without)
        .await
        .unwrap();
    company.change_user("carol", "alice", name()).await.unwrap();
}
