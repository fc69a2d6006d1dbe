//! Tests of the pages of users: each change through its form.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditKind, SubjectKind};
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{PASSWORD, Stack, UserAgent, flows, flows_with};
use serde_json::json;

use super::objects::lock_out;
use super::support::{browser, confirm, confirmed, csrf, location, open, page_of};
use crate::admin::world::World;
use crate::second_factor;

flows!(
    account_is_created_and_link_mailed,
    account_is_edited_in_version_of_form,
    custom_fields_are_edited_by_name,
    account_is_disabled_and_enabled,
    sessions_end_one_and_all,
    link_for_password_is_mailed,
    lockout_is_shown_and_ended,
    second_factor_is_removed,
    account_is_deleted_by_typed_name,
    role_is_given_with_end_and_removed,
    user_sees_reason_of_administrator,
    role_without_end_requires_reason,
    more_powerful_account_is_protected,
    form_of_former_version_changes_nothing,
    account_is_found_by_identifier_or_its_start,
);
flows_with!(LOCALHOST; link_for_passkey_is_mailed);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

async fn account_is_created_and_link_mailed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people").await;
    let links = page.attributes(".actions a", "href");
    assert_eq!(links[0], "/admin/people/new");
    let new = open(stack, &admin, &links[0]).await;
    let form = |username: &str, email: &str| {
        let form = new.form("#entry").with("username", username);
        form.with("email", email).with("last_name", "Doe")
    };
    for (username, email, field) in [
        ("", "dora@example.org", "username"),
        ("alice", "dora@example.org", "username"),
        ("dora", "nowhere", "email"),
        ("dora", "alice@example.org", "email"),
    ] {
        let page = admin.submit(&form(username, email)).await;
        assert_eq!(page.status, 422, "{username} {email}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{username} {email}");
        // Nothing is lost.
        assert_eq!(page.form("#entry").value("last_name"), Some("Doe"));
    }
    let page = admin.submit(&form("dora", "dora@example.org")).await;
    // A repeated form leads to the same account.
    let again = admin.submit(&form("dora", "dora@example.org")).await;
    assert_eq!(location(&again), location(&page));
    let page = admin.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap_or_default();
    let expected = "A link to choose a password is on its way.";
    assert!(notice.contains(expected), "{}", page.dump());
    assert!(page.text().contains("Not verified"), "{}", page.dump());
    assert_eq!(stack.mails("dora@example.org").await.len(), 1);
    let mail = stack.mail("dora@example.org").await;
    assert_eq!(mail.link(stack.issuer()).path(), "/reset-password");
    assert!(world.has_event("user.changed", "admin", "created").await);
}

async fn account_is_edited_in_version_of_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    let path = format!("{home}/edit");
    let page = open(stack, &admin, &home).await;
    assert_eq!(page.attributes(".actions a", "href")[0], path);
    let stale = open(stack, &admin, &path).await;
    // The change as a call of the admin API is shown, and not made.
    let shown = stale.press("#entry button[value=show]");
    let page = admin.submit(&shown.with("last_name", "Cooper")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let texts = page.texts_of("#entry pre");
    assert!(texts[0].starts_with("doorward user update --family-name=Cooper "));
    assert!(texts[2].contains(r#""last_name": "Cooper""#), "{texts:?}");
    let email = "caroline@example.org";
    let form = page.form("#entry").with("email", email);
    let page = admin.submit(&form).await;
    let page = admin.follow(page, "").await;
    assert!(page.text().contains("The change was saved."));
    assert!(page.text().contains(email) && page.text().contains("Cooper"));
    assert!(page.text().contains("Not verified"), "{}", page.dump());

    let form = stale.form("#entry").with("last_name", "Carter");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("It was changed in the meantime."));
    // Both values are shown, and the form can be sent again.
    let form = page.form("#entry").with("email", email);
    assert_eq!(form.value("last_name"), Some("Carter"));
    assert_eq!(page.text_of("#last_name-hint").unwrap(), "Now: Cooper");
    let page = admin.submit(&form.with("email_verified", "true")).await;
    let page = admin.follow(page, "").await;
    assert!(page.text().contains("Carter"), "{}", page.dump());
    assert!(!page.text().contains("Not verified"), "{}", page.dump());
    for (field, value) in [
        ("username", "alice"),
        ("email", "alice@example.org"),
        ("profile_url", "javascript:alert(1)"),
    ] {
        let page = open(stack, &admin, &path).await;
        let page = admin.submit(&page.form("#entry").with(field, value)).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{field}");
    }
    // A more powerful account is protected.
    let helper = browser(stack, "helper").await;
    let path = format!("{}/edit", page_of(&world, "admin"));
    let page = open(stack, &helper, &path).await;
    let page = helper.submit(&page.form("#entry")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("This account may do more than you."));
}

async fn custom_fields_are_edited_by_name(stack: &Stack) {
    let world = World::new(stack).await;
    let fields = "/api/admin/profile-fields";
    for body in [
        json!({ "name": "company", "label": "Company", "type": "text" }),
        json!({ "name": "seats", "label": "Seats", "type": "number" }),
    ] {
        let page = world.call("admin", "POST", fields, Some(&body)).await;
        assert_eq!(page.status, 201, "{}", page.dump());
    }
    let admin = browser(stack, "admin").await;
    let id = world.id("carol");
    let path = format!("{}/edit", page_of(&world, "carol"));
    let page = open(stack, &admin, &path).await;
    assert_eq!(
        page.form("#entry").value("fields"),
        Some("company=\nseats=")
    );
    for lines in ["company", "size=3", "seats=many"] {
        let form = page.form("#entry").with("fields", lines);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 422, "{lines}: {}", page.dump());
        assert!(page.has("#fields-error"), "{lines}");
    }
    // Fields without a line do not change.
    let lines = "seats=3\n";
    let shown = page
        .press("#entry button[value=show]")
        .with("fields", lines);
    let shown = admin.submit(&shown).await;
    let texts = shown.texts_of("#entry pre");
    assert_eq!(
        texts[0],
        format!("doorward user update --field=seats=3 {id}")
    );
    let file = texts[2].split_whitespace().collect::<String>();
    assert_eq!(file, r#"{"fields":{"seats":3}}"#);
    let page = admin.submit(&shown.form("#entry")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = open(stack, &admin, &path).await;
    assert_eq!(
        page.form("#entry").value("fields"),
        Some("company=\nseats=3")
    );
}

async fn account_is_disabled_and_enabled(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    let home = page_of(&world, "alice");
    let page = confirmed(
        stack,
        &admin,
        &format!("{home}/disable"),
        "The account was disabled.",
    )
    .await;
    assert!(page.has(&format!("a[href='{home}/enable']")));
    assert!(!page.has(&format!("a[href='{home}/disable']")));
    let page = alice.get(stack.at("/account")).await;
    assert_ne!(page.status, 200);
    let notice = "The account was enabled.";
    confirmed(stack, &admin, &format!("{home}/enable"), notice).await;
    browser(stack, "alice").await;
    assert!(world.has_event("user.changed", "admin", "changed").await);
}

async fn sessions_end_one_and_all(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let mut agents = Vec::new();
    for _ in 0..3 {
        agents.push(browser(stack, "alice").await);
    }
    let home = page_of(&world, "alice");
    let page = open(stack, &admin, &format!("{home}/sessions")).await;
    let links = page.attributes("tbody a", "href");
    assert_eq!(links.len(), 3, "{}", page.dump());
    let notice = "The session was ended.";
    let page = confirmed(stack, &admin, &links[0], notice).await;
    assert_eq!(page.attributes("tbody a", "href").len(), 2);
    assert_eq!(live(stack, &agents).await, 2);
    // The page of an ended session does not exist.
    assert_eq!(admin.get(stack.at(&links[0])).await.status, 404);

    let path = format!("{home}/end-sessions");
    confirmed(stack, &admin, &path, "All sessions were ended.").await;
    assert_eq!(live(stack, &agents).await, 0);
    assert!(world.has_event("session.ended", "admin", "all ended").await);
    let page = open(stack, &admin, "/admin/sessions?q=alice").await;
    assert!(page.text().contains("No sessions to show."));
    let page = open(stack, &admin, "/admin/sessions?q=admin").await;
    assert_eq!(page.texts_of("tbody th").len(), 1);
}

/// Returns the number of browsers that are signed in.
async fn live(stack: &Stack, agents: &[UserAgent]) -> usize {
    let mut count = 0;
    for agent in agents {
        let page = agent.get(stack.at("/account")).await;
        count += usize::from(page.status == 200);
    }
    count
}

async fn link_for_password_is_mailed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/reset-password", page_of(&world, "carol"));
    confirmed(stack, &admin, &path, "The link is on its way.").await;
    assert!(!stack.mails("carol@example.org").await.is_empty());
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "carol");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 401, "the former password still works");
}

async fn link_for_passkey_is_mailed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    let path = format!("{home}/passkey-link");
    let page = open(stack, &admin, &home).await;
    assert!(page.attributes(".actions a", "href").contains(&path));
    confirmed(stack, &admin, &path, "The link is on its way.").await;
    let mail = stack.mail("carol@example.org").await;
    assert_eq!(mail.link(stack.issuer()).path(), "/add-passkey");
    let change = "passkey link mailed";
    assert!(world.has_event("user.changed", "admin", change).await);
    // The link must not bypass a second factor.
    second_factor::enrol(stack, "alice").await;
    let home = page_of(&world, "alice");
    let path = format!("{home}/passkey-link");
    let page = open(stack, &admin, &home).await;
    assert!(!page.attributes(".actions a", "href").contains(&path));
    let page = confirm(stack, &admin, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn lockout_is_shown_and_ended(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    let path = format!("{home}/unlock");
    let page = open(stack, &admin, &home).await;
    assert!(!page.text().contains("Locked until"), "{}", page.dump());
    assert!(!page.attributes(".actions a", "href").contains(&path));
    lock_out(&world, Some("carol")).await;
    let page = open(stack, &admin, &home).await;
    assert!(page.text().contains("Locked until"), "{}", page.dump());
    assert!(page.attributes(".actions a", "href").contains(&path));
    let page = confirmed(stack, &admin, &path, "The account was unlocked.").await;
    assert!(!page.text().contains("Locked until"), "{}", page.dump());
    assert!(world.has_event("user.changed", "admin", "unlocked").await);
}

async fn second_factor_is_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/reset-factors", page_of(&world, "alice"));
    let page = confirm(stack, &admin, &path, None).await;
    assert_eq!(page.status, 404, "there is nothing to remove");
    second_factor::enrol(stack, "alice").await;
    let page = open(stack, &admin, &page_of(&world, "alice")).await;
    assert!(page.text().contains("Authenticator app"));
    confirmed(stack, &admin, &path, "The second factors were removed.").await;
    browser(stack, "alice").await;
}

async fn account_is_deleted_by_typed_name(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/delete", page_of(&world, "carol"));
    let _carol = browser(stack, "carol").await;
    world.let_hold("carol", "reader", &["users:read"]).await;
    for wrong in ["", "carola"] {
        let page = confirm(stack, &admin, &path, Some(wrong)).await;
        assert_eq!(page.status, 422, "{wrong}: {}", page.dump());
        // Sessions, grants, API keys, devices, linked accounts and role assignments.
        assert_eq!(page.texts_of(".summary dd"), ["1", "0", "0", "0", "0", "1"]);
        assert!(page.text().contains("<title>Error: "));
    }
    let page = confirm(stack, &admin, &path, Some("carol")).await;
    assert_eq!(location(&page), "/admin/people?done=console-user-deleted");
    let page = admin.get(stack.at(&page_of(&world, "carol"))).await;
    assert_eq!(page.status, 404);
}

async fn role_is_given_with_end_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("{}/access", page_of(&world, "carol"));
    let page = open(stack, &admin, &format!("{home}/give")).await;
    // No role is chosen at first.
    let rejected = admin.submit(&page.form("#entry")).await;
    assert_eq!(rejected.status, 422, "{}", rejected.dump());
    assert!(rejected.has("[role=alert] a[href='#role']"));
    let form = page.form("#entry").with("role", "helper");
    let page = admin.submit(&form.with("lifetime", "7d")).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("The role was assigned."),
        "{}",
        page.dump()
    );
    assert_eq!(page.texts_of("tbody th"), ["helper"]);
    let expected = stack.clock.now() + 7 * 86_400;
    let (read, carol) = (world.db.read(), world.id("carol"));
    let stored = repo::roles::assignments(read, SubjectKind::User, &carol).await;
    let stored = stored.unwrap();
    assert!((stored[0].expires_at.unwrap() - expected).abs() < 60);
    assert_eq!(
        page.attributes("tbody th a", "href"),
        ["/admin/roles/helper"]
    );
    let link = page.attributes("tbody td a", "href").remove(0);
    let page = confirmed(stack, &admin, &link, "The role was removed.").await;
    assert!(page.texts_of("tbody th").is_empty());
    // The path binds the assignment to the user.
    world
        .assign(SubjectKind::User, &world.id("bob"), "helper", None)
        .await;
    let page = open(stack, &admin, &format!("{}/access", page_of(&world, "bob"))).await;
    let link = page.attributes("tbody td a", "href").remove(0);
    let other = link.replace(&world.id("bob"), &world.id("carol"));
    assert_eq!(admin.get(stack.at(&other)).await.status, 404);
}

async fn user_sees_reason_of_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "alice");
    let page = open(stack, &admin, &format!("{home}/end-sessions")).await;
    let long = "a".repeat(201);
    let form = page.form("#confirm").with("reason", &long);
    let again = admin.submit(&form).await;
    assert_eq!(again.status, 422, "{}", again.dump());
    assert_eq!(again.form("#confirm").value("reason"), Some(long.as_str()));
    assert!(again.has("#reason-error"), "{}", again.dump());
    let form = page.form("#confirm").with("reason", " Phone stolen ");
    let page = admin.submit(&form).await;
    assert_eq!(location(&page), format!("{home}?done=console-user-ended"));
    let page = open(stack, &admin, &format!("{home}/access/give")).await;
    let form = page.form("#entry").with("role", "helper");
    let form = form.with("lifetime", "7d").with("reason", "Covers for Bob");
    assert_eq!(admin.submit(&form).await.status, 303);

    let alice = browser(stack, "alice").await;
    let page = open(stack, &alice, "/account/activity").await;
    for reason in ["Phone stolen", "Covers for Bob"] {
        let text = format!("Reason: {reason}");
        assert!(page.text().contains(&text), "{reason}: {}", page.dump());
    }
    let event = stack.audited(AuditKind::SessionEnded).await.remove(0);
    let page = open(stack, &admin, &format!("/admin/audit/{}", event.id)).await;
    let facts = page.text_of("dl").unwrap_or_default();
    assert!(facts.contains("Phone stolen"), "{}", page.dump());
}

async fn role_without_end_requires_reason(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/access/give", page_of(&world, "carol"));
    let page = open(stack, &admin, &path).await;
    let form = page.form("#entry").with("role", "helper");
    let form = form.with("lifetime", "none");
    for wrong in ["", "  ", "a\u{7}b"] {
        let page = admin.submit(&form.clone().with("reason", wrong)).await;
        assert_eq!(page.status, 422, "{wrong:?}: {}", page.dump());
        assert!(page.has("#reason-error"), "{}", page.dump());
        assert_eq!(page.form("#entry").value("lifetime"), Some("none"));
    }
    let (read, carol) = (world.db.read(), world.id("carol"));
    let held = repo::roles::assignments(read, SubjectKind::User, &carol).await;
    assert!(held.unwrap().is_empty());
    let page = admin.submit(&form.with("reason", "Runs the desk")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let held = repo::roles::assignments(read, SubjectKind::User, &carol).await;
    let held = held.unwrap().remove(0);
    assert_eq!((held.role.as_str(), held.expires_at), ("helper", None));
    let events = stack.audited(AuditKind::RoleChanged).await;
    let reason = |event: &AuditEvent| event.detail.get("reason").cloned();
    let reasons: Vec<_> = events.iter().filter_map(reason).collect();
    assert_eq!(reasons, ["Runs the desk"]);
}

async fn more_powerful_account_is_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    for action in ["disable", "end-sessions"] {
        let path = format!("{}/{action}", page_of(&world, "admin"));
        let page = confirm(stack, &helper, &path, None).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("This account may do more than you."));
    }
    assert_eq!(world.denials().await, denials + 2);
    // Nor can an administrator give what they do not have, or change themselves.
    let home = page_of(&world, "carol");
    let page = open(stack, &helper, &format!("{home}/access/give")).await;
    let form = page.form("#entry").with("role", "admin");
    let form = form.with("lifetime", "none").with("reason", "Deputy");
    let page = helper.submit(&form).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let own = page_of(&world, "helper");
    let page = open(stack, &helper, &own).await;
    assert!(!page.has(".actions"), "{}", page.dump());
    let token = csrf(stack, &helper).await;
    let page = helper
        .post(stack.at(&format!("{own}/disable")), &[("csrf", &token)])
        .await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn form_of_former_version_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    let page = open(stack, &admin, &format!("{home}/delete")).await;
    let form = page.form("#confirm").with("name", "carol");
    let notice = "The account was disabled.";
    confirmed(stack, &admin, &format!("{home}/disable"), notice).await;
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("It was changed in the meantime."));
    open(stack, &admin, &home).await;
}

async fn account_is_found_by_identifier_or_its_start(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for name in ["carol", "carol@example.org", "CAR", &world.id("carol")] {
        let page = open(stack, &admin, &format!("/admin/people?q={name}")).await;
        let links = page.attributes("tbody a", "href");
        assert_eq!(links, [page_of(&world, "carol")], "{name}");
    }
    let page = open(stack, &admin, "/admin/people?q=arol").await;
    assert!(page.text().contains("Nothing matches."));
}
