//! Tests of the pages of campaigns for second factors, and of exceptions from them.

use doorward_access::clock::Clock as _;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::support::{browser, confirmed, open, submit};
use crate::admin::world::World;

flows!(
    campaign_is_started_and_ended_by_forms,
    date_of_campaign_is_changed_by_form,
    user_is_excepted_with_reason_and_end,
    values_of_campaign_are_validated,
    administrators_without_role_only_read_campaigns,
);

const LIST: &str = "/admin/campaigns";
const NEW: &str = "/admin/campaigns/new";
const MONTH: i64 = 30 * 24 * 60 * 60;

fn later(stack: &Stack) -> String {
    let at = OffsetDateTime::from_unix_timestamp(stack.clock.now() + MONTH);
    at.unwrap().format(&Rfc3339).unwrap()
}

/// Submits the form of a campaign for the group of acme with these other values.
async fn start(world: &World<'_>, agent: &UserAgent, changed: &[(&str, &str)]) -> Page {
    let (group, from) = (world.groups["acme"].to_string(), later(world.stack));
    let mut fields = vec![
        ("target", "group"),
        ("target_id", group.as_str()),
        ("from", from.as_str()),
        ("reminders", "7, 1"),
    ];
    fields.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    fields.extend(changed);
    submit(world.stack, agent, NEW, &fields).await
}

/// Starts a campaign for the group of acme, of which alice is a member, and returns its page.
async fn started(world: &World<'_>, agent: &UserAgent) -> Page {
    world.put_into(world.groups["acme"], "alice").await;
    let page = start(world, agent, &[]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = agent.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("has started."), "{}", page.dump());
    page
}

async fn campaign_is_started_and_ended_by_forms(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people").await;
    assert!(page.has(&format!(".side a[href='{LIST}']")));
    let page = open(stack, &admin, LIST).await;
    assert_eq!(page.attributes(".actions a", "href"), [NEW]);
    let page = started(&world, &admin).await;
    assert_eq!(page.text_of("h1").unwrap(), "Group /sales (acme)");
    let alice = format!("/admin/people/{}", world.id("alice"));
    assert_eq!(page.attributes("tbody th a", "href"), [alice]);
    let event = "second factor required";
    assert!(world.has_event("system.changed", "admin", event).await);
    let again = start(&world, &admin, &[]).await;
    assert_eq!(again.status, 422, "{}", again.dump());

    let home = page.url.path().to_owned();
    let list = open(stack, &admin, LIST).await;
    assert_eq!(list.attributes("tbody th a", "href"), [home.as_str()]);
    let end = format!("{home}/end");
    assert!(page.has(&format!("a[href='{end}']")), "{}", page.dump());
    let page = confirmed(stack, &admin, &end, "The campaign has ended.").await;
    assert!(!page.has(&format!("a[href='{end}']")), "{}", page.dump());
    assert_eq!(admin.get(stack.at(&end)).await.status, 404);

    // Another campaign for the same users.
    let group = world.groups["acme"].to_string();
    let new = format!("{NEW}?target=group&target_id={group}");
    assert_eq!(page.attributes(".actions a", "href"), [new.as_str()]);
    let form = open(stack, &admin, &new).await.form("#entry");
    assert_eq!(form.value("target_id"), Some(group.as_str()));
    let page = start(&world, &admin, &[]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn date_of_campaign_is_changed_by_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = started(&world, &admin).await;
    let form = format!("{}/reschedule", page.url.path());
    let link = format!(".actions a[href='{form}']");
    assert!(page.has(&link), "{}", page.dump());
    for (from, status) in [("2020-01-01T00:00", 422), ("2099-02-15T00:00", 303)] {
        let page = submit(stack, &admin, &form, &[("from", from)]).await;
        assert_eq!(page.status, status, "{from}: {}", page.dump());
    }
    let page = open(stack, &admin, page.url.path()).await;
    let date = "time[datetime^='2099-02-15']";
    assert!(page.has(date), "{}", page.dump());
    let event = "second factor campaign rescheduled";
    assert!(world.has_event("system.changed", "admin", event).await);
}

async fn user_is_excepted_with_reason_and_end(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = started(&world, &admin).await;
    let home = page.url.path().to_owned();
    let user = format!("{home}/users/{}", world.id("alice"));
    let except = format!("{user}/except");
    assert!(page.has(&format!("tbody a[href='{except}']")));
    let until = later(stack);
    for (until, reason, field) in [
        (until.as_str(), "", "reason"),
        ("2020-01-01T00:00", "Waits for a key", "until"),
    ] {
        let fields = [("until", until), ("reason", reason)];
        let page = submit(stack, &admin, &except, &fields).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}: {}", page.dump());
    }
    let fields = [("until", until.as_str()), ("reason", "Waits for a key")];
    let page = submit(stack, &admin, &except, &fields).await;
    let page = admin.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("is excepted."), "{}", page.dump());
    assert!(page.text().contains("Waits for a key"), "{}", page.dump());
    let event = "second factor exception set";
    assert!(world.has_event("user.changed", "admin", event).await);

    let end = format!("{user}/end-exception");
    assert!(page.has(&format!("tbody a[href='{end}']")));
    let page = confirmed(stack, &admin, &end, "The exception has ended.").await;
    assert!(page.has(&format!("tbody a[href='{except}']")));
}

async fn values_of_campaign_are_validated(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[("target_id", "/absent")], "target_id"),
        (&[("target_id", "")], "target_id"),
        (&[("target", "all")], "target_id"),
        (
            &[("target", "organization"), ("target_id", "absent")],
            "target_id",
        ),
        (&[("from", "2020-01-01T00:00")], "from"),
        (&[("reminders", "often")], "reminders"),
        (&[("reminders", "91")], "reminders"),
    ];
    for (changed, field) in cases {
        let page = start(&world, &admin, changed).await;
        assert_eq!(page.status, 422, "{changed:?}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{changed:?}: {}", page.dump());
    }
    let page = open(stack, &admin, LIST).await;
    assert!(!page.has("tbody th a"), "{}", page.dump());
}

async fn administrators_without_role_only_read_campaigns(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = started(&world, &admin).await.url.path().to_owned();
    let helper = browser(stack, "helper").await;
    for path in [LIST, &home] {
        let page = open(stack, &helper, path).await;
        assert!(page.has("tbody th a"), "{path}: {}", page.dump());
        let forms = "main a[href$='/new'], main a[href$='/end'], main a[href$='/except']";
        assert!(!page.has(forms), "{path}: {}", page.dump());
    }
    for path in [NEW.to_owned(), format!("{home}/end")] {
        assert_eq!(helper.get(stack.at(&path)).await.status, 404, "{path}");
    }
}
