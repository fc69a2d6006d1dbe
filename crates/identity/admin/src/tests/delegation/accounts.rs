//! Accounts: creation, and users with more permissions than the administrator, also by inactive roles.

use doorward_rules::delegation::DelegationRule::{MorePowerful, MoreThanHeld};

use super::*;
use crate::testing::person;
use crate::user_links;
use crate::users::NewUser;

#[tokio::test]
async fn creation_gives_no_more_than_held() {
    let company = Company::new().await;
    let helper = company.context("helper").await;
    let strong = NewUser {
        roles: vec!["admin".to_owned()],
        ..person("eve")
    };
    denied(users::create(&helper, strong).await, MoreThanHeld);
    let staff = NewUser {
        is_staff: true,
        ..person("eve")
    };
    denied(users::create(&helper, staff).await, MoreThanHeld);
    users::create(&helper, person("eve")).await.unwrap();
    let staff = json!({ "is_staff": true });
    denied(
        company.change_user("helper", "alice", staff).await,
        MorePowerful,
    );
    let staff = json!({ "is_staff": true });
    denied(
        company.change_user("helper", "carol", staff).await,
        MoreThanHeld,
    );
}

#[tokio::test]
async fn inactive_permissions_protect_user() {
    let mut company = Company::new().await;
    for name in ["dora", "emil", "finn", "gina"] {
        company.add_user(name).await;
    }
    company
        .hold("carol", "clerk", &["users:read", "users:write"])
        .await;
    company.hold("dora", "big", &["keys:write"]).await;
    let own = || json!({ "email": "mine@example.org" });
    denied(
        company.change_user("carol", "dora", own()).await,
        MorePowerful,
    );
    let off = json!({ "active": false });
    company.change_role("admin", "big", off).await.unwrap();
    denied(
        company.change_user("carol", "dora", own()).await,
        MorePowerful,
    );
    // An inactive assignment to the user, and one to the user's group.
    let group = company.groups[""];
    company.join(group, "finn").await;
    let group = group.to_string();
    for (kind, holder) in [(SubjectKind::User, "emil"), (SubjectKind::Group, &*group)] {
        let mut prepared = company.assignment(kind, holder, "admin", None);
        prepared.active = false;
        company.store(&prepared).await;
    }
    let carol = company.context("carol").await;
    for name in ["emil", "finn"] {
        denied(
            company.change_user("carol", name, own()).await,
            MorePowerful,
        );
        let reset = user_links::reset_password(&carol, company.users[name]).await;
        denied(reset, MorePowerful);
    }
    // An expired assignment does not protect.
    let mut expired = company.assignment(SubjectKind::User, "gina", "admin", None);
    expired.expires_at = Some(company.now());
    company.store(&expired).await;
    let changed = company.change_user("carol", "gina", own()).await.unwrap();
    assert_eq!(changed.email, "mine@example.org");
    let mut body = own();
    body["id"] = "x".into();
    let unknown = users::update(&carol, "x", read(body)).await;
    assert!(
        matches!(unknown, Err(AdminError::NotFound { .. })),
        "{unknown:?}"
    );
}

/// Checks that a user with a role without permissions is changed only by an administrator with this
/// role, also if the role is inactive.
#[tokio::test]
async fn user_with_marker_role_needs_equal_administrator() {
    let company = Company::new().await;
    let clerk = [
        "users:read",
        "users:write",
        "roles:assign",
        "sessions:write",
    ];
    company.hold("carol", "clerk", &clerk).await;
    company.hold("bob", "24x7_access", &[]).await;
    let (alice, sales) = (company.users["alice"], company.groups[""]);
    company.ungrant("alice").await;
    let give = company
        .assign("carol", company.user("alice"), "24x7_access")
        .await;
    denied(give, MoreThanHeld);
    for how in ["live", "inactive", "ends", "organization", "group"] {
        company.ungrant("alice").await;
        let id = sales.to_string();
        let (kind, holder) = match how {
            "group" => (SubjectKind::Group, id.as_str()),
            _ => (SubjectKind::User, "alice"),
        };
        let org = (how == "organization").then_some("acme");
        let mut given = company.assignment(kind, holder, "24x7_access", org);
        given.active = how != "inactive";
        given.expires_at = (how == "ends").then(|| company.now() + 60);
        company.store(&given).await;
        if how == "group" {
            company.join(sales, "alice").await;
        }
        let carol = company.context("carol").await;
        let user = users::get(&company.world.op(), "alice").await.unwrap();
        for body in [
            json!({ "email": "carol@example.org", "email_verified": true }),
            json!({ "disabled": true }),
        ] {
            denied(
                company.change_user("carol", "alice", body).await,
                MorePowerful,
            );
        }
        denied(
            user_links::reset_password(&carol, alice).await,
            MorePowerful,
        );
        denied(
            user_links::mail_passkey_link(&carol, alice).await,
            MorePowerful,
        );
        denied(users::reset_mfa(&carol, &user).await, MorePowerful);
        denied(users::delete(&carol, alice).await, MorePowerful);
    }
    // An administrator with the same role may change the user, and so may a global administrator.
    company.hold("carol", "24x7_access", &[]).await;
    for who in ["carol", "admin"] {
        let name = json!({ "first_name": "Al" });
        company.change_user(who, "alice", name).await.unwrap();
    }
}
