//! Tests of the forms that end with the departure of a user: the dry run is the question, and the page
//! after it has the report.

use doorward_testkit::{Stack, flows};
use serde_json::Value;

use super::support::{browser, open, page_of};
use crate::admin::world::{World, ok};

flows!(
    successor_takes_over_after_question,
    account_is_merged_after_question,
    departure_form_checks_users,
);

const ACME: &str = "a[href='/admin/organizations/acme']";

async fn is_disabled(world: &World<'_>, name: &str) -> Value {
    let path = format!("/api/admin/users/{}", world.id(name));
    let page = world.call("admin", "GET", &path, None).await;
    ok(&page, 200)["disabled"].clone()
}

async fn successor_takes_over_after_question(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "mona");
    let path = format!("{home}/offboard");
    let page = open(stack, &admin, &home).await;
    assert!(page.has(&format!("a[href='{path}']")), "{}", page.dump());
    let page = open(stack, &admin, &path).await;
    let alone = admin.submit(&page.form("#entry")).await;
    assert_eq!(alone.status, 200, "{}", alone.dump());
    assert!(alone.text().contains("Has no owner or manager"));

    let question = admin
        .submit(&page.form("#entry").with("user", "carol"))
        .await;
    assert_eq!(question.status, 200, "{}", question.dump());
    assert!(question.has(ACME), "{}", question.dump());
    let command = question.texts_of("main details pre").remove(0);
    let expected = format!("doorward user offboard --successor={} ", world.id("carol"));
    assert!(command.starts_with(&expected), "{command}");
    assert_eq!(is_disabled(&world, "mona").await, false);

    let long = question.form("#confirm").with("reason", &"a".repeat(201));
    let page = admin.submit(&long).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let form = question.form("#confirm").with("reason", "Left the company");
    let report = admin.submit(&form).await;
    assert_eq!(report.status, 200, "{}", report.dump());
    let notice = report.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("was offboarded"), "{}", report.dump());
    assert!(report.has(ACME), "{}", report.dump());
    assert_eq!(is_disabled(&world, "mona").await, true);
    let moved = world.has_event("organization.changed", "admin", "member set");
    assert!(moved.await);
    // The form is one of the former version.
    let again = admin.submit(&form).await;
    assert_eq!(again.status, 409, "{}", again.dump());
}

async fn account_is_merged_after_question(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/merge", page_of(&world, "mona"));
    let page = open(stack, &admin, &path).await;
    let form = page.form("#entry").with("user", "carol");
    let question = admin.submit(&form).await;
    assert_eq!(question.status, 200, "{}", question.dump());
    assert!(question.text().contains("a user has one address"));
    assert_eq!(is_disabled(&world, "mona").await, false);
    let form = question.form("#confirm").with("reason", "Two accounts");
    let report = admin.submit(&form).await;
    assert_eq!(report.status, 200, "{}", report.dump());
    let notice = report.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("was merged"), "{}", report.dump());
    assert_eq!(is_disabled(&world, "mona").await, true);
}

async fn departure_form_checks_users(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "mona");
    for (form, user, status) in [
        ("offboard", "nowhere", 422),
        ("offboard", "mona", 422),
        // Administrators do not take over themselves.
        ("offboard", "admin", 409),
        ("merge", "", 422),
        ("merge", "mona", 422),
        ("merge", "admin", 409),
    ] {
        let page = open(stack, &admin, &format!("{home}/{form}")).await;
        let typed = page.form("#entry").with("user", user);
        let page = admin.submit(&typed).await;
        assert_eq!(page.status, status, "{form} {user}: {}", page.dump());
        assert_eq!(page.has("#user-error"), status == 422, "{form} {user}");
    }
    let helper = browser(stack, "helper").await;
    for form in ["offboard", "merge"] {
        let path = format!("{home}/{form}");
        assert_eq!(helper.get(stack.at(&path)).await.status, 404, "{form}");
    }
}
