//! Tests of undo: each change that can be undone, the reasons why others cannot, and the rights.

use doorward_access::clock::Clock as _;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{AuditEvent, AuditKind, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::support::{browser, confirm, confirmed, csrf, location, open};
use crate::admin::world::{World, ok, problem};

flows!(
    each_change_is_undone,
    state_of_provider_is_undone,
    settings_of_provider_are_undone,
    membership_of_group_is_undone,
    assignment_is_undone_with_its_expiry,
    undo_is_undone,
    reason_is_shown_if_event_cannot_be_undone,
    form_of_former_version_undoes_nothing,
    undo_needs_rights_of_change,
    name_of_user_needs_right_to_read_users,
    time_is_shown_with_its_date,
    api_undoes_event,
);

/// Returns the path of an event.
fn home(event: &AuditEvent) -> String {
    format!("/admin/audit/{}", event.id)
}

/// Sends a change in a separate second, and returns its event.
async fn change(
    world: &World<'_>,
    kind: AuditKind,
    (method, path): (&str, &str),
    body: Option<&Value>,
) -> AuditEvent {
    world.stack.clock.advance(1);
    let page = world.change("admin", method, path, body).await;
    assert!((200..300).contains(&page.status), "{}", page.dump());
    world.stack.audited(kind).await.remove(0)
}

/// Returns a resource without the time of its last change.
async fn state(world: &World<'_>, path: &str) -> Value {
    let mut found = ok(&world.call("admin", "GET", path, None).await, 200);
    if let Some(members) = found.as_object_mut() {
        members.remove("updated_at");
    }
    found
}

/// Undoes an event on its page, and returns the event of the undo.
async fn undo(stack: &Stack, agent: &UserAgent, event: &AuditEvent) -> AuditEvent {
    stack.clock.advance(1);
    let home = home(event);
    let path = format!("{home}/undo");
    let page = open(stack, agent, &home).await;
    assert!(
        page.has(&format!(".actions a[href='{path}']")),
        "{}",
        page.dump()
    );
    let page = confirm(stack, agent, &path, None).await;
    assert_eq!(location(&page), format!("{home}?done=console-undone"));
    let page = agent.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("set again"), "{}", page.dump());
    let undone = stack.audited(event.kind).await.remove(0);
    assert_eq!(undone.detail["undoes"], event.id.to_string());
    undone
}

async fn each_change_is_undone(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let group = format!("/api/admin/groups/{}", world.groups["acme"]);
    let app = format!("/api/admin/clients/{}", stack.seed.web.id);
    let (helper, acme) = ("/api/admin/roles/helper", "/api/admin/organizations/acme");
    for (kind, path, body) in [
        (
            AuditKind::UserChanged,
            alice.as_str(),
            json!({ "email": "moved@example.org" }),
        ),
        (
            AuditKind::UserChanged,
            alice.as_str(),
            json!({ "is_staff": true }),
        ),
        (
            AuditKind::UserChanged,
            alice.as_str(),
            json!({ "disabled": true }),
        ),
        (
            AuditKind::RoleChanged,
            helper,
            json!({ "description": "Helps", "permissions": ["users:read"] }),
        ),
        (AuditKind::RoleChanged, helper, json!({ "active": false })),
        (
            AuditKind::GroupChanged,
            group.as_str(),
            json!({ "name": "dealers", "description": "They sell" }),
        ),
        (
            AuditKind::OrganizationChanged,
            acme,
            json!({ "name": "Acme Ltd", "active": false }),
        ),
        (
            AuditKind::ClientChanged,
            app.as_str(),
            json!({
                "name": "Renamed", "redirect_uris": ["https://other.example/cb"],
                "require_mfa": true, "consent": { "publisher": "Acme" },
            }),
        ),
        (
            AuditKind::ClientChanged,
            app.as_str(),
            json!({ "disabled": true }),
        ),
    ] {
        let before = state(&world, path).await;
        let event = change(&world, kind, ("PATCH", path), Some(&body)).await;
        assert_ne!(state(&world, path).await, before, "{body}");
        let undone = undo(stack, &admin, &event).await;
        assert_eq!(state(&world, path).await, before, "{body}");
        assert_eq!(undone.actor, Some(world.id("admin")));
    }
}

async fn state_of_provider_is_undone(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let provider = ProviderSpec {
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    stack.put_provider("acme", &provider).await;
    for action in ["disable", "enable"] {
        let before = state(&world, "/api/admin/providers/acme").await;
        stack.clock.advance(1);
        let path = format!("/admin/providers/acme/{action}");
        let notice = format!("The sign-in provider was {action}d.");
        confirmed(stack, &admin, &path, &notice).await;
        let event = stack.audited(AuditKind::ProviderChanged).await.remove(0);
        undo(stack, &admin, &event).await;
        let after = state(&world, "/api/admin/providers/acme").await;
        assert_eq!(after, before, "{action}");
        // The next round starts with a disabled provider.
        if action == "disable" {
            stack.clock.advance(1);
            let path = "/admin/providers/acme/disable";
            confirmed(stack, &admin, path, "The sign-in provider was disabled.").await;
        }
    }
}

async fn settings_of_provider_are_undone(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let (kind, path) = (AuditKind::ProviderChanged, "/api/admin/providers/acme");
    let put = async |body: &Value| change(&world, kind, ("PUT", path), Some(body)).await;
    let sealed = async || {
        let found = repo::providers::list(world.db.read()).await;
        found.unwrap().remove(0).secret_sealed
    };
    let first = json!({
        "issuer": "https://login.acme.example", "client_id": "doorward",
        "client_secret": "kept-to-itself-4711", "name": "Acme", "roles": { "a=b": "helper" },
    });
    put(&first).await;
    let (before, secret) = (state(&world, path).await, sealed().await);
    let event = put(&json!({
        "issuer": "https://login.acme.example", "client_id": "doorward",
        "name": "Other", "trusts_email": true, "scopes": ["openid"], "disabled": true,
    }))
    .await;
    let after = state(&world, path).await;
    assert_ne!(after, before);
    let undone = undo(stack, &admin, &event).await;
    assert_eq!(state(&world, path).await, before);
    undo(stack, &admin, &undone).await;
    assert_eq!(state(&world, path).await, after);
    assert!(secret.is_some() && sealed().await == secret);
    // The former client had another secret.
    let mut moved = first.clone();
    moved["client_id"] = json!("other");
    let event = put(&moved).await;
    obstructed(stack, &admin, &event, "does not contain everything").await;
}

async fn membership_of_group_is_undone(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let members = format!("/api/admin/groups/{}/members", world.groups["acme"]);
    let member = format!("{members}/{}", world.id("alice"));
    let none = state(&world, &members).await;
    let kind = AuditKind::GroupChanged;
    let added = change(&world, kind, ("PUT", &member), None).await;
    let one = state(&world, &members).await;
    assert_ne!(one, none);
    undo(stack, &admin, &added).await;
    assert_eq!(state(&world, &members).await, none);
    change(&world, kind, ("PUT", &member), None).await;
    let removed = change(&world, kind, ("DELETE", &member), None).await;
    undo(stack, &admin, &removed).await;
    assert_eq!(state(&world, &members).await, one);
    // Nothing remains to undo.
    let page = open(stack, &admin, &format!("{}/undo", home(&removed))).await;
    assert!(!page.has("#confirm"), "{}", page.dump());
}

/// Returns the roles of carol with their states and ends.
async fn held(world: &World<'_>) -> Vec<(String, bool, Option<i64>)> {
    let read = world.db.read();
    let held = repo::roles::assignments(read, SubjectKind::User, &world.id("carol")).await;
    let held = held.unwrap().into_iter();
    held.map(|held| (held.role, held.active, held.expires_at))
        .collect()
}

async fn assignment_is_undone_with_its_expiry(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let kind = AuditKind::RoleChanged;
    let end = stack.clock.now() + 7200;
    let at = OffsetDateTime::from_unix_timestamp(end).unwrap();
    let body = json!({
        "user": world.id("carol"), "role": "helper",
        "expires_at": at.format(&Rfc3339).unwrap(),
    });
    let list = "/api/admin/role-assignments";
    let given = change(&world, kind, ("POST", list), Some(&body)).await;
    let one = [("helper".to_owned(), true, Some(end))];
    assert_eq!(held(&world).await, one);
    let undone = undo(stack, &admin, &given).await;
    assert!(held(&world).await.is_empty());
    assert_eq!(undone.detail["change"], "revoked");

    // A removal is undone with the end, and a change of the end as well.
    let given = change(&world, kind, ("POST", list), Some(&body)).await;
    let id = world.id("carol");
    let stored = repo::roles::assignments(world.db.read(), SubjectKind::User, &id).await;
    let path = format!("{list}/{}", stored.unwrap()[0].id);
    let endless = json!({ "expires_at": null });
    let changed = change(&world, kind, ("PATCH", &path), Some(&endless)).await;
    undo(stack, &admin, &changed).await;
    assert_eq!(held(&world).await, one);
    let removed = change(&world, kind, ("DELETE", &path), None).await;
    undo(stack, &admin, &removed).await;
    assert_eq!(held(&world).await, one);
    // An assignment that is there again is not overwritten.
    let page = open(stack, &admin, &format!("{}/undo", home(&removed))).await;
    assert!(
        page.text().contains("it was changed since"),
        "{}",
        page.dump()
    );
    assert_eq!(given.detail["before"]["active"], Value::Null);
    // Nor is an end restored that has passed.
    let stored = repo::roles::assignments(world.db.read(), SubjectKind::User, &id).await;
    let path = format!("{list}/{}", stored.unwrap()[0].id);
    let removed = change(&world, kind, ("DELETE", &path), None).await;
    stack.clock.advance(7200);
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, &home(&removed)).await;
    assert!(page.text().contains("The end to set again has passed."));
    assert!(!page.has("a[href$='/undo']"), "{}", page.dump());
}

async fn undo_is_undone(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let helper = "/api/admin/roles/helper";
    let kind = AuditKind::RoleChanged;
    let body = json!({ "description": "Assists" });
    change(&world, kind, ("PATCH", helper), Some(&body)).await;
    let body = json!({ "description": "Helps" });
    let event = change(&world, kind, ("PATCH", helper), Some(&body)).await;
    let page = open(stack, &admin, &format!("{}/undo", home(&event))).await;
    let columns = ["Field", "Now", "After the undo"];
    assert_eq!(page.texts_of("thead th"), columns, "{}", page.dump());
    assert_eq!(page.texts_of("tbody td"), ["Helps", "Assists"]);
    assert_eq!(page.text_of("h1").unwrap(), "Undo this change?");
    let undone = undo(stack, &admin, &event).await;
    // The event of the undo names the undone one.
    let page = open(stack, &admin, &home(&undone)).await;
    let links = page.attributes(".summary a", "href");
    assert!(links.contains(&home(&event)), "{links:?}");
    undo(stack, &admin, &undone).await;
    assert_eq!(state(&world, helper).await["description"], "Helps");
}

/// Asserts that the page of the undo shows this reason, and that its form does nothing.
async fn obstructed(stack: &Stack, agent: &UserAgent, event: &AuditEvent, reason: &str) {
    let path = format!("{}/undo", home(event));
    let page = open(stack, agent, &path).await;
    let text = page.text_of(".head + p").unwrap_or_default();
    assert!(text.contains(reason), "{reason}: {}", page.dump());
    assert!(!page.has("#confirm, .notice"));
    assert_eq!(page.attributes(".actions a", "href"), [home(event)]);
    let events = stack.audit_events().await.len();
    let token = csrf(stack, agent).await;
    let page = agent.post(stack.at(&path), &[("csrf", &token)]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains(reason), "{}", page.dump());
    assert_eq!(stack.audit_events().await.len(), events);
}

async fn reason_is_shown_if_event_cannot_be_undone(stack: &Stack) {
    let mut world = World::new(stack).await;
    world.create_user("dora").await;
    let admin = browser(stack, "admin").await;
    let dora = format!("/api/admin/users/{}", world.id("dora"));
    let kind = AuditKind::UserChanged;
    let body = |email: &str| json!({ "email": email });
    let first = body("first@example.org");
    let first = change(&world, kind, ("PATCH", &dora), Some(&first)).await;
    let second = body("second@example.org");
    let second = change(&world, kind, ("PATCH", &dora), Some(&second)).await;
    obstructed(stack, &admin, &first, "it was changed since").await;
    // The log has only the names of other members.
    let both = json!({ "email": "third@example.org", "first_name": "Dora" });
    let both = change(&world, kind, ("PATCH", &dora), Some(&both)).await;
    let reason = "does not contain everything";
    obstructed(stack, &admin, &both, reason).await;
    let page = open(stack, &admin, &home(&both)).await;
    assert!(page.text().contains(reason), "{}", page.dump());
    let deleted = change(&world, kind, ("DELETE", &dora), None).await;
    obstructed(stack, &admin, &second, "no longer exists").await;
    obstructed(
        stack,
        &admin,
        &deleted,
        "Deleted objects cannot be restored",
    )
    .await;

    let secret = format!("/api/admin/clients/{}/secret", stack.seed.post.id);
    let kind = AuditKind::ClientChanged;
    let rotated = change(&world, kind, ("POST", &secret), None).await;
    obstructed(stack, &admin, &rotated, "It concerns a secret").await;
    // A sign-in offers nothing, and names no reason on its own page.
    let login = stack.audited(AuditKind::LoginSucceeded).await.remove(0);
    let page = open(stack, &admin, &home(&login)).await;
    assert!(!page.text().contains("Undo"), "{}", page.dump());
    obstructed(stack, &admin, &login, "It changed nothing.").await;
}

async fn form_of_former_version_undoes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let body = json!({ "email": "moved@example.org" });
    let kind = AuditKind::UserChanged;
    let event = change(&world, kind, ("PATCH", &alice), Some(&body)).await;
    let page = open(stack, &admin, &format!("{}/undo", home(&event))).await;
    let form = page.form("#confirm");
    // Another member was changed, so that the values of the event are still there.
    let body = json!({ "first_name": "Alicia" });
    change(&world, kind, ("PATCH", &alice), Some(&body)).await;
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.has("[role=alert]") && page.has("tbody tr"));
    let email = state(&world, &alice).await["email"].clone();
    assert_eq!(email, "moved@example.org");
    undo(stack, &admin, &event).await;
    assert_ne!(state(&world, &alice).await["email"], email);
}

async fn undo_needs_rights_of_change(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "auditor", &["audit:read"]).await;
    let kind = AuditKind::UserChanged;
    let boss = format!("/api/admin/users/{}", world.id("helper"));
    let body = json!({ "email": "moved@example.org" });
    let event = change(&world, kind, ("PATCH", &boss), Some(&body)).await;
    let path = format!("{}/undo", home(&event));
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, &home(&event)).await;
    assert!(!page.has("a[href$='/undo']"), "{}", page.dump());
    assert_eq!(carol.get(stack.at(&path)).await.status, 404);
    let (token, denials) = (csrf(stack, &carol).await, world.denials().await);
    let page = carol.post(stack.at(&path), &[("csrf", &token)]).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 1);

    // The permission alone does not allow a change of a more powerful user.
    world
        .let_hold("carol", "clerk", &["users:read", "users:write"])
        .await;
    let page = open(stack, &carol, &home(&event)).await;
    assert!(page.has("a[href$='/undo']"), "{}", page.dump());
    let page = confirm(stack, &carol, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let email = state(&world, &boss).await["email"].clone();
    assert_eq!(email, "moved@example.org");
}

async fn name_of_user_needs_right_to_read_users(stack: &Stack) {
    let world = World::new(stack).await;
    let rights = ["audit:read", "groups:read", "groups:write"];
    world.let_hold("carol", "sorter", &rights).await;
    let (group, id) = (world.groups["acme"], world.id("alice"));
    let member = format!("/api/admin/groups/{group}/members/{id}");
    let kind = AuditKind::GroupChanged;
    let event = change(&world, kind, ("PUT", &member), None).await;
    let path = format!("{}/undo", home(&event));
    let alice = repo::users::find_by_id(world.db.read(), world.people["alice"]).await;
    let name = alice.unwrap().unwrap().display_name();
    let carol = browser(stack, "carol").await;
    let text = open(stack, &carol, &path).await.text_of("main").unwrap();
    assert!(text.contains(&id) && !text.contains(&name), "{text}");
    world.let_hold("carol", "reader", &["users:read"]).await;
    stack.clear_caches();
    let text = open(stack, &carol, &path).await.text_of("main").unwrap();
    assert!(text.contains(&name), "{text}");
}

async fn time_is_shown_with_its_date(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let (kind, body) = (AuditKind::UserChanged, json!({ "disabled": true }));
    let event = change(&world, kind, ("PATCH", &alice), Some(&body)).await;
    let at = OffsetDateTime::from_unix_timestamp(event.at).unwrap();
    for path in [home(&event), format!("{}/undo", home(&event))] {
        let page = open(stack, &admin, &path).await;
        let times = page.attributes("tbody time", "datetime");
        assert_eq!(times, [at.format(&Rfc3339).unwrap()], "{path}");
        assert_eq!(page.texts_of("tbody th")[0], "Disabled", "{path}");
    }
}

async fn api_undoes_event(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = "/api/admin/roles/helper";
    let body = json!({ "description": "Helps" });
    let kind = AuditKind::RoleChanged;
    let before = state(&world, helper).await;
    let event = change(&world, kind, ("PATCH", helper), Some(&body)).await;
    let path = format!("/api/admin/audit/{}/undo", event.id);
    stack.clock.advance(1);
    let page = world.call("admin", "POST", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(state(&world, helper).await, before);
    let undone = stack.audited(kind).await.remove(0);
    assert_eq!(undone.detail["undoes"], event.id.to_string());
    let page = world.call("admin", "POST", &path, None).await;
    problem(&page, 412, "changed-meanwhile");
    let login = stack.audited(AuditKind::LoginSucceeded).await.remove(0);
    let path = format!("/api/admin/audit/{}/undo", login.id);
    let page = world.call("admin", "POST", &path, None).await;
    let received = problem(&page, 400, "invalid-input");
    assert_eq!(received["errors"][0]["field"], "id", "{received}");
}
