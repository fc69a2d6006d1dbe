//! Delegation ends with the role of the administrator.

use doorward_domain::model::{Permission, Resource};
use doorward_domain::time::to_rfc3339;
use doorward_rules::delegation::DelegationRule::LongerThanHeld;

use super::*;
use crate::testing::person;
use crate::users::NewUser;

const BILLS: &str = "https://bills.example/api";

impl Company {
    /// Assigns a role until a time, in the database.
    async fn hold_until(&self, kind: SubjectKind, holder: &str, role: &str, end: i64) {
        let mut given = self.assignment(kind, holder, role, None);
        given.expires_at = Some(end);
        self.store(&given).await;
    }

    /// Gives the helper and a group the role `lead` for a day. Returns the group and the end.
    async fn lead_for_day(&self) -> (GroupId, i64) {
        let end = self.now() + 86_400;
        self.store_role("lead", &["tasks:read"]).await;
        self.hold_until(SubjectKind::User, "helper", "lead", end)
            .await;
        let group = self.groups[""];
        self.hold_until(SubjectKind::Group, &group.to_string(), "lead", end)
            .await;
        (group, end)
    }

    async fn change_assignment(&self, who: &str, id: AssignmentId, mut body: Value) -> Result<()> {
        body["id"] = id.to_string().into();
        let changed = assignments::update(&self.context(who).await, id, read(body)).await;
        changed.map(drop)
    }
}

#[tokio::test]
async fn assignment_ends_with_own_role() {
    let mut company = Company::new().await;
    for name in ["dave", "erin"] {
        company.add_user(name).await;
    }
    // The helper holds the role directly, dave holds it through a group.
    let (group, end) = company.lead_for_day().await;
    company
        .grant(SubjectKind::User, "dave", "helper", None)
        .await;
    company.join(group, "dave").await;
    for who in ["helper", "dave"] {
        for end in [None, Some(end + 1), Some(end + 86_400)] {
            let erin = company.user("erin");
            denied(
                company.assign_until(who, erin, "lead", end).await,
                LongerThanHeld,
            );
        }
        // Nothing is given until an administrator activates it.
        let prepared = NewAssignment {
            subject: company.user("erin"),
            role: "lead".to_owned(),
            org: None,
            expires_at: None,
            active: false,
        };
        let prepared = assignments::create(&company.context(who).await, prepared).await;
        let id = prepared.unwrap().id;
        let on = json!({ "active": true });
        denied(company.change_assignment(who, id, on).await, LongerThanHeld);
        let until = |at: i64| json!({ "active": true, "expires_at": to_rfc3339(at) });
        for at in [end, end - 60] {
            company.change_assignment(who, id, until(at)).await.unwrap();
        }
        for body in [until(end + 1), json!({ "expires_at": null })] {
            denied(
                company.change_assignment(who, id, body).await,
                LongerThanHeld,
            );
        }
        // An end that is later than the caller's own may be moved forward.
        let longer = until(end + 86_400);
        company
            .change_assignment("admin", id, longer)
            .await
            .unwrap();
        company
            .change_assignment(who, id, until(end + 60))
            .await
            .unwrap();
        let context = company.context(who).await;
        assignments::delete(&context, id).await.unwrap();
    }
}

/// Checks that a membership gives the roles of the group for as long as the group has them.
#[tokio::test]
async fn membership_ends_with_own_role() {
    let company = Company::new().await;
    let (group, end) = company.lead_for_day().await;
    company.add_member("helper", group, "alice").await.unwrap();
    company.grant_group(group, "lead", None).await;
    denied(
        company.add_member("helper", group, "bob").await,
        LongerThanHeld,
    );
    // An administrator is not limited.
    company
        .hold_until(SubjectKind::User, "carol", "admin", end)
        .await;
    let bob = company.user("bob");
    company.assign("carol", bob, "lead").await.unwrap();
}

/// Registers the permission and the scope `bills:read`.
async fn register_bills(company: &Company) {
    let now = company.now();
    let tx = company.world.db.begin_write().await.unwrap();
    let resource = Resource::new(BILLS.to_owned(), "Bills".to_owned(), now);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let scope = doorward_domain::model::ScopeEntry {
        name: "bills:read".to_owned(),
        description: "Read bills".to_owned(),
        audience: Some(BILLS.to_owned()),
        created_at: now,
    };
    repo::scopes::upsert(&tx, &scope).await.unwrap();
    let permission = Permission {
        codename: "bills:read".to_owned(),
        description: "Read bills".to_owned(),
        audience: BILLS.to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn machine() -> Value {
    json!({
        "name": "Robot", "kind": "confidential", "grant_types": ["client_credentials"],
        "scope": "bills:read",
    })
}

/// Checks what has no end: accounts, roles, clients and ownership.
#[tokio::test]
async fn lasting_power_needs_lasting_role() {
    let mut company = Company::new().await;
    register_bills(&company).await;
    company.add_user("dave").await;
    let end = company.now() + 86_400;
    company.store_role("accountant", &["bills:read"]).await;
    company.store_role("assistant", HELPER).await;
    company
        .hold_until(SubjectKind::User, "helper", "accountant", end)
        .await;
    company
        .hold_until(SubjectKind::User, "dave", "assistant", end)
        .await;
    let helper = company.context("helper").await;
    let gina = NewUser {
        roles: vec!["accountant".to_owned()],
        ..person("gina")
    };
    denied(users::create(&helper, gina).await, LongerThanHeld);
    let wider = [HELPER, &["bills:read"]].concat();
    let wider = json!({ "permissions": wider });
    denied(
        company.change_role("helper", "helper", wider).await,
        LongerThanHeld,
    );
    let bills = vec!["bills:read".to_owned()];
    denied(
        crate::roles::create(&helper, "clerk", "", bills).await,
        LongerThanHeld,
    );
    denied(
        company.create_client("helper", machine()).await,
        LongerThanHeld,
    );
    let robot = company.create_client("admin", machine()).await.unwrap();
    denied(
        company.rotate_secret("helper", &robot).await,
        LongerThanHeld,
    );
    let name = json!({ "name": "Mine" });
    denied(
        company.change_client("helper", &robot, name).await,
        LongerThanHeld,
    );
    // What takes something away has no end to compare.
    let off = json!({ "disabled": true });
    company.change_client("helper", &robot, off).await.unwrap();
    let on = json!({ "disabled": false });
    denied(
        company.change_client("helper", &robot, on).await,
        LongerThanHeld,
    );
    company.delete_client("helper", &robot).await.unwrap();
    denied(
        company.set_owner("dave", "acme", "alice", true).await,
        LongerThanHeld,
    );
    let dave = company.context("dave").await;
    let alice = Some(company.users["alice"]);
    let created = organizations::create(&dave, "newco", "Newco", alice).await;
    denied(created, LongerThanHeld);
    company
        .set_owner("helper", "acme", "alice", true)
        .await
        .unwrap();
}
