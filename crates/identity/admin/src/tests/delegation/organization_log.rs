//! The audit log of an organization, for its owner.

use std::net::IpAddr;

use doorward_rules::delegation::DelegationRule::NeedsPermission;
use doorward_store::repo::audit::AuditFilter;

use super::*;
use crate::audit_log::{self, AuditQuery};
use crate::{decisions, undo};

const LIMIT: u64 = 100;

impl Company {
    /// Creates a group by this administrator, from an address.
    async fn group_by(&self, who: &str, org: Option<&str>, name: &str) -> Group {
        let mut context = self.context(who).await;
        context.caller.ip = Some(IpAddr::from([192, 0, 2, 7]));
        let new = NewGroup {
            name: name.to_owned(),
            org: org.map(str::to_owned),
            ..NewGroup::default()
        };
        crate::groups::create(&context, new).await.unwrap()
    }

    async fn log(&self, who: &str, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
        let context = self.context(who).await;
        let filter = audit_log::filter(&context, query).await?;
        decisions::search(&context, &filter, None, LIMIT).await
    }
}

fn in_organization(slug: &str) -> AuditQuery {
    AuditQuery {
        organization: Some(slug.to_owned()),
        ..AuditQuery::default()
    }
}

#[tokio::test]
async fn owner_reads_events_of_own_organization() {
    let company = Company::new().await;
    company.group_by("mona@acme", None, "north").await;
    company.group_by("bob@zeta", None, "south").await;
    let group = company.group_by("admin", Some("acme"), "west").await;
    company
        .add_member("mona@acme", group.id, "alice")
        .await
        .unwrap();
    let own = company
        .log("mona@acme", &AuditQuery::default())
        .await
        .unwrap();
    let mut changes: Vec<&Value> = own.iter().map(|event| &event.detail["change"]).collect();
    changes.sort_by_key(ToString::to_string);
    // The organization and three groups, a member of a group, and one of the organization.
    let made = [
        "created",
        "created",
        "created",
        "created",
        "member added",
        "member set",
    ];
    assert_eq!(changes, made);
    assert!(own.iter().all(|event| event.organization() == Some("acme")));
    // An administrator of the deployment has the same list by the filter.
    let all = company.log("admin", &in_organization("acme")).await;
    let all = all.unwrap();
    let ids = |events: &[AuditEvent]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&all), ids(&own));
    for event in &all {
        let shown = own.iter().find(|own| own.id == event.id).unwrap();
        // The address of an administrator who is no member is hidden.
        let is_member = event.actor == Some(company.users["mona"].to_string());
        assert_eq!(shown.ip, event.ip.filter(|_| is_member), "{event:?}");
    }
    assert_eq!(own.iter().filter(|event| event.ip.is_some()).count(), 1);
}

#[tokio::test]
async fn events_of_other_organizations_do_not_exist() {
    let company = Company::new().await;
    company.group_by("bob@zeta", None, "south").await;
    let other = company.log("mona@acme", &in_organization("zeta")).await;
    assert!(
        matches!(other, Err(AdminError::NotFound { .. })),
        "{other:?}"
    );
    let bob = company.context("bob@zeta").await;
    let mona = company.context("mona@acme").await;
    // A filter that another part of the program makes is confined as well.
    let zeta = AuditFilter {
        organization: Some("zeta".to_owned()),
        ..AuditFilter::default()
    };
    let listed = audit_log::list(&bob, &zeta, None, LIMIT).await.unwrap();
    let foreign = audit_log::list(&mona, &zeta, None, LIMIT).await.unwrap();
    assert!(!listed.is_empty() && !foreign.is_empty());
    for found in &listed {
        let id = found.event.id.to_string();
        assert!(audit_log::get(&bob, &id).await.is_ok());
        let hidden = audit_log::get(&mona, &id).await;
        assert!(matches!(hidden, Err(AdminError::NotFound { .. })), "{id}");
        let undone = undo::run(&mona, &company.config, &id).await;
        assert!(matches!(undone, Err(AdminError::NotFound { .. })), "{id}");
        assert!(!foreign.iter().any(|event| event.event.id == found.event.id));
    }
    let records = audit_log::records(&mona, &zeta, None, LIMIT).await.unwrap();
    let ids = foreign.iter().map(|found| found.event.id);
    assert!(records.iter().map(|record| record.id).eq(ids));
    // Names of users who are no members are hidden.
    company.world.later(1);
    company.group_by("admin", Some("acme"), "west").await;
    let own = audit_log::list(&mona, &zeta, None, 1).await.unwrap();
    assert_eq!(own[0].event.actor, Some(company.users["admin"].to_string()));
    assert_eq!(own[0].users, []);
}

#[tokio::test]
async fn members_do_not_read_the_log() {
    let company = Company::new().await;
    company.ungrant("alice").await;
    for who in ["alice@acme", "helper"] {
        denied(
            company.log(who, &AuditQuery::default()).await,
            NeedsPermission,
        );
    }
}
