//! Tests of the bulk change of the domain of e-mail addresses in the console.

use doorward_testkit::{Stack, flows};

use super::support::{browser, location, open};
use crate::admin::world::{World, ok};

flows!(domain_of_addresses_is_changed);

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
