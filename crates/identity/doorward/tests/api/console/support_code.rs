//! Tests of support codes: a user makes one, and an administrator opens the page of that user.

use doorward_testkit::{Page, Stack, UserAgent, both_backends, flows, flows_with};
use serde_json::json;

use super::support::{browser, location, open, page_of};
use crate::admin::world::{World, ok, problem};

both_backends!(search_leads_to_form,);
flows!(
    code_opens_account_once,
    code_is_replaced_and_expires,
    code_is_confined_to_organization,
    code_is_used_through_api,
);
flows_with!(LIMITED; wrong_codes_are_limited);

const LIMITED: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const PATH: &str = "/admin/support-code";

/// Makes a code on the page of the account.
async fn make(stack: &Stack, agent: &UserAgent) -> String {
    let page = open(stack, agent, "/account/support-code").await;
    assert!(!page.has("#code"), "{}", page.dump());
    let page = agent.submit(&page.form("#support-code")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let code = page.text_of("#code").expect("a code");
    assert_eq!(code.len(), 9, "{code}");
    code
}

/// Enters a code in the form of the console.
async fn enter(stack: &Stack, agent: &UserAgent, code: &str) -> Page {
    let page = open(stack, agent, PATH).await;
    agent.submit(&page.form("#entry").with("code", code)).await
}

#[track_caller]
fn assert_wrong(page: &Page, code: &str) {
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("[role=alert]") && page.has("#code-error"));
    assert_eq!(page.form("#entry").value("code"), Some(code), "kept");
}

#[track_caller]
fn assert_opened(world: &World<'_>, page: &Page, name: &str) {
    let expected = format!("{}?done=opened", page_of(world, name));
    assert_eq!(location(page), expected);
}

async fn code_opens_account_once(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = browser(stack, "alice").await;
    stack.clock.advance(1);
    let code = make(stack, &alice).await;
    stack.clock.advance(1);
    let helper = browser(stack, "helper").await;
    let typed = code.to_lowercase().replace('-', " ");
    let page = enter(stack, &helper, &typed).await;
    assert_opened(&world, &page, "alice");
    open(stack, &helper, &page_of(&world, "alice")).await;
    assert!(
        world
            .has_event("support_code.used", "helper", "opened")
            .await
    );
    assert_wrong(&enter(stack, &helper, &code).await, &code);
    for wrong in ["", "ABCD-EFG", "no code", "ABCD-EFGU"] {
        assert_wrong(&enter(stack, &helper, wrong).await, wrong);
    }
    // The user sees both events.
    let page = open(stack, &alice, "/account/activity").await;
    let events = page.texts_of(".rows strong");
    let expected = ["Your support code was used", "You made a support code"];
    assert_eq!(events[..2], expected);
    let marks = page.texts_of(".rows li:has(strong + .pill)");
    assert_eq!(marks.len(), 1, "{}", page.dump());
    assert!(marks[0].contains("by an administrator"), "{marks:?}");
}

async fn code_is_replaced_and_expires(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = browser(stack, "alice").await;
    let (former, code) = (make(stack, &alice).await, make(stack, &alice).await);
    assert_ne!(former, code);
    let helper = browser(stack, "helper").await;
    assert_wrong(&enter(stack, &helper, &former).await, &former);
    stack.clock.advance(899);
    let helper = browser(stack, "helper").await;
    let page = enter(stack, &helper, &code).await;
    assert_opened(&world, &page, "alice");
    let code = make(stack, &alice).await;
    stack.clock.advance(900);
    let helper = browser(stack, "helper").await;
    assert_wrong(&enter(stack, &helper, &code).await, &code);
}

async fn code_is_confined_to_organization(stack: &Stack) {
    let world = World::new(stack).await;
    // mona owns acme: alice is a member of it, and bob is not.
    let (alice, bob) = (browser(stack, "alice").await, browser(stack, "bob").await);
    let mona = browser(stack, "mona").await;
    let code = make(stack, &alice).await;
    let page = enter(stack, &mona, &code).await;
    assert_opened(&world, &page, "alice");
    let code = make(stack, &bob).await;
    assert_wrong(&enter(stack, &mona, &code).await, &code);
    // That attempt did not end the code.
    let helper = browser(stack, "helper").await;
    let page = enter(stack, &helper, &code).await;
    assert_opened(&world, &page, "bob");
    // A code gives no permission.
    let code = make(stack, &bob).await;
    let page = alice.get(stack.at(PATH)).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let token = super::support::csrf(stack, &alice).await;
    let fields = [("csrf", token.as_str()), ("code", code.as_str())];
    let page = alice.post(stack.at(PATH), &fields).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}

async fn search_leads_to_form(stack: &Stack) {
    let mut world = World::new(stack).await;
    // A name that could be a code.
    world.create_user("abcdefgh").await;
    let alice = browser(stack, "alice").await;
    let code = make(stack, &alice).await;
    let form = format!("{PATH}?code={code}");
    let helper = browser(stack, "helper").await;
    for _ in 0..2 {
        // A search changes nothing.
        let page = helper.get(stack.at(&format!("/admin/find?q={code}"))).await;
        assert_eq!(location(&page), form);
    }
    let page = helper.get(stack.at("/admin/find?q=abcdefgh")).await;
    assert_eq!(location(&page), page_of(&world, "abcdefgh"));
    let page = open(stack, &helper, "/admin/find?q=nobody").await;
    assert!(!page.has(&format!("main a[href^='{PATH}']")));
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, &format!("/admin/sign-ins?q={code}")).await;
    assert!(
        page.has(&format!("main a[href='{form}']")),
        "{}",
        page.dump()
    );
    let page = open(stack, &helper, &form).await;
    let entry = page.form("#entry");
    assert_eq!(entry.value("code"), Some(code.as_str()));
    assert_opened(&world, &helper.submit(&entry).await, "alice");
    // Without the permission for users, the text is only searched for.
    world.let_hold("carol", "auditor", &["audit:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, &format!("/admin/find?q={code}")).await;
    assert!(!page.has(&format!("main a[href^='{PATH}']")));
}

async fn code_is_used_through_api(stack: &Stack) {
    const API: &str = "/api/admin/support-codes";
    let world = World::new(stack).await;
    let (alice, bob) = (browser(stack, "alice").await, browser(stack, "bob").await);
    let body = json!({ "code": make(stack, &alice).await });
    let page = world.call("helper", "POST", API, Some(&body)).await;
    assert_eq!(ok(&page, 200)["user"], world.id("alice"));
    assert!(
        world
            .has_event("support_code.used", "helper", "opened")
            .await
    );
    let page = world.call("helper", "POST", API, Some(&body)).await;
    problem(&page, 404, "not-found");
    let body = json!({ "code": make(stack, &bob).await });
    let page = world.call("mona@acme", "POST", API, Some(&body)).await;
    problem(&page, 404, "not-found");
    let page = world.call("helper", "POST", API, Some(&body)).await;
    assert_eq!(ok(&page, 200)["user"], world.id("bob"));
}

async fn wrong_codes_are_limited(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = browser(stack, "alice").await;
    let (helper, admin) = (
        browser(stack, "helper").await,
        browser(stack, "admin").await,
    );
    // Valid codes are not counted.
    for _ in 0..3 {
        let code = make(stack, &alice).await;
        let page = enter(stack, &helper, &code).await;
        assert_opened(&world, &page, "alice");
    }
    let code = make(stack, &alice).await;
    for _ in 0..10 {
        let page = enter(stack, &helper, "AAAA-AAAA").await;
        assert_wrong(&page, "AAAA-AAAA");
    }
    let page = enter(stack, &helper, &code).await;
    assert_eq!(page.status, 429, "{}", page.dump());
    assert!(page.header("retry-after").is_some());
    // The limit is that of one administrator, and the code is still valid.
    let page = enter(stack, &admin, &code).await;
    assert_opened(&world, &page, "alice");
}
