//! Tests of reasons for changes: the audit event contains the reason, and the user sees it in the
//! activity of the account.

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::operator::AdminContext;
use doorward_admin::users;
use doorward_domain::model::AuditKind;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok, problem};
use crate::console::support::{browser, open};

flows!(
    user_sees_reason_of_administrator_and_command_line,
    malformed_reason_changes_nothing,
);

const HEADER: &str = "x-doorward-reason";

async fn user_sees_reason_of_administrator_and_command_line(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let fields = [("if-match", "*"), (HEADER, "Phone%20lost+in%20Z%C3%BCrich")];
    let change = json!({ "disabled": true });
    let page = world
        .call_with("admin", "PATCH", &path, Some(&change), &fields)
        .await;
    ok(&page, 200);
    let events = stack.audited(AuditKind::UserChanged).await;
    assert_eq!(events[0].detail["reason"], "Phone lost in Zürich");

    stack.clock.advance(1);
    let reason = ChangeReason::parse("Phone found").ok();
    let operator = AdminContext::command_line(&world.db, &stack.clock).with_reason(reason);
    users::enable(&operator, world.people["alice"])
        .await
        .unwrap();
    // A change without a reason shows none.
    let page = world
        .change(
            "admin",
            "PATCH",
            &path,
            Some(&json!({ "first_name": "Al" })),
        )
        .await;
    ok(&page, 200);
    let alice = browser(stack, "alice").await;
    let page = open(stack, &alice, "/account/activity").await;
    for reason in ["Phone lost in Zürich", "Phone found"] {
        let text = format!("Reason: {reason}");
        assert!(page.text().contains(&text), "{reason}: {}", page.dump());
    }
    assert_eq!(page.text().matches("Reason: ").count(), 2);
}

async fn malformed_reason_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let change = json!({ "disabled": true });
    for reason in ["", "+", "%zz", "%ff", "a%0Ab", "%00", &"a".repeat(201)] {
        let fields = [("if-match", "*"), (HEADER, reason)];
        let page = world
            .call_with("admin", "PATCH", &path, Some(&change), &fields)
            .await;
        let error = problem(&page, 400, "invalid-input");
        assert_eq!(error["errors"][0]["field"], "X-Doorward-Reason", "{reason}");
    }
    let fields = [("if-match", "*"), (HEADER, "one"), (HEADER, "two")];
    let page = world
        .call_with("admin", "PATCH", &path, Some(&change), &fields)
        .await;
    problem(&page, 400, "invalid-input");
    browser(stack, "alice").await;
}
