//! Tests of the bulk changes in the console that have options: the domain of e-mail addresses, and new
//! passwords.

use doorward_testkit::{Stack, flows};

use super::support::{browser, location, open};
use crate::admin::world::{World, ok};

flows!(domain_of_addresses_is_changed, new_password_is_required);

async fn domain_of_addresses_is_changed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people?q=carol").await;
    let carol = world.id("carol");
    let form = page.form("#bulk").with("action", "change_email_domain");
    let question = admin.submit(&form.and("user", &carol)).await;
    assert_eq!(question.status, 200, "{}", question.dump());
    for (from, to, wrong) in [
        ("", "new.example", "from_domain"),
        ("example.org", "new", "to_domain"),
        ("example.org", "example.org", "to_domain"),
    ] {
        let form = question.form("#confirm").with("from_domain", from);
        let page = admin.submit(&form.with("to_domain", to)).await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.has(&format!("#{wrong}-error")), "{}", page.dump());
    }
    let form = question.form("#confirm").with("from_domain", "example.org");
    let form = form.with("to_domain", "new.example").with("notify", "no");
    let page = admin.submit(&form).await;
    let page = open(stack, &admin, &location(&page)).await;
    assert!(page.text().contains("new.example"), "{}", page.dump());
    let path = format!("/api/admin/users/{carol}");
    let user = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(user["email"], "carol@new.example", "{user}");
}

async fn new_password_is_required(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people?q=carol").await;
    let carol = world.id("carol");
    let form = page.form("#bulk").with("action", "require_new_password");
    let question = admin.submit(&form.and("user", &carol)).await;
    assert_eq!(question.status, 200, "{}", question.dump());
    let commands = question.text();
    assert!(commands.contains("require_new_password"), "{commands}");
    let form = question.form("#confirm").with("keep_access", "yes");
    let page = admin.submit(&form.with("notify", "no")).await;
    let page = open(stack, &admin, &location(&page)).await;
    assert!(
        page.text().contains("Require a new password"),
        "{}",
        page.dump()
    );
    let path = format!("/api/admin/users/{carol}");
    let user = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert!(user["password_withdrawn_at"].is_string(), "{user}");
    let bulk = ok(
        &world.call("admin", "GET", "/api/admin/bulk", None).await,
        200,
    );
    let expected = serde_json::json!([true, false]);
    let found = &bulk["items"][0];
    assert_eq!(
        serde_json::json!([found["keep_access"], found["notify"]]),
        expected
    );
}
