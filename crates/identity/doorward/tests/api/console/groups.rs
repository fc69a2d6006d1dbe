//! Tests of the pages of groups: each change through its form.

use doorward_domain::model::{Group, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};

use super::support::{browser, confirm, confirmed, csrf, location, open, submit};
use crate::admin::world::World;

flows!(
    group_is_created_edited_and_deleted,
    list_shows_manager_code_and_members,
    values_of_group_are_validated,
    member_is_added_and_removed,
    form_of_former_group_changes_nothing,
    owner_changes_groups_of_own_organization_only,
    group_with_greater_role_is_protected,
    groups_are_only_read_without_permission,
);

/// Returns the path of the group of an organization.
fn group(world: &World<'_>, slug: &str) -> String {
    format!("/admin/groups/{}", world.groups[slug])
}

/// Submits a form, and returns the next page, which must have this notice.
async fn submitted(
    stack: &Stack,
    agent: &UserAgent,
    path: &str,
    fields: &[(&str, &str)],
    notice: &str,
) -> Page {
    let page = submit(stack, agent, path, fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = agent.follow(page, "").await;
    let shown = page.text_of(".notice").unwrap_or_default();
    assert!(shown.contains(notice), "{notice}: {}", page.dump());
    page
}

async fn group_is_created_edited_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let sales = group(&world, "acme");
    let page = open(stack, &admin, "/admin/groups").await;
    let new = page.attributes(".actions a", "href");
    let files = ["/admin/groups.csv", "/admin/groups.json"];
    assert_eq!(new, ["/admin/groups/new", files[0], files[1]]);
    let fields = [
        ("path", "sales/north"),
        ("organization", "acme"),
        ("description", "The north"),
    ];
    let notice = "The group was created.";
    let page = submitted(stack, &admin, &new[0], &fields, notice).await;
    assert_eq!(page.text_of("h1").unwrap(), "/sales/north");
    assert!(page.text().contains("The north") && page.text().contains("acme"));
    let north = page.url.path().to_owned();
    assert!(world.has_event("group.changed", "admin", "created").await);

    // A group with others below it remains.
    let path = format!("{sales}/delete");
    let page = confirm(stack, &admin, &path, Some("/sales")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("There are groups below it."));

    let path = format!("{north}/edit");
    let page = open(stack, &admin, &path).await;
    assert_eq!(page.form("#entry").value("path"), Some("/sales/north"));
    let fields = [("path", "/north"), ("manager", "alice")];
    let notice = "The change was saved.";
    let page = submitted(stack, &admin, &path, &fields, notice).await;
    assert_eq!(page.text_of("h1").unwrap(), "/north");
    let alice = format!("/admin/people/{}", world.id("alice"));
    assert_eq!(page.attributes(".summary a", "href"), [alice]);
    assert!(page.text().contains("The north"), "it was not changed");
    let fields = [("manager", "")];
    let page = submitted(stack, &admin, &path, &fields, notice).await;
    assert!(!page.has(".summary a"), "{}", page.dump());

    let path = format!("{north}/delete");
    let page = confirm(stack, &admin, &path, Some("/sales/north")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = confirm(stack, &admin, &path, Some("/north")).await;
    assert_eq!(location(&page), "/admin/groups?done=console-group-deleted");
    assert_eq!(admin.get(stack.at(&north)).await.status, 404);
}

async fn list_shows_manager_code_and_members(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    let [alice, carol] = ["alice", "carol"].map(|name| world.people[name]);
    let id = world.groups["acme"];
    let mut sales = repo::groups::find(world.db.read(), id)
        .await
        .unwrap()
        .unwrap();
    sales.code = Some("SAL".to_owned());
    let managers = async |agent: &UserAgent, manager| {
        let group = Group {
            manager: Some(manager),
            ..sales.clone()
        };
        let tx = world.db.begin_write().await.unwrap();
        assert!(repo::groups::update(&tx, &group).await.unwrap());
        let added = repo::groups::add_member(&tx, id, alice, 0).await;
        added.unwrap();
        tx.commit().await.unwrap();
        open(stack, agent, "/admin/groups").await
    };
    let path = |id| format!("/admin/people/{id}");
    let cells = |page: &Page, column: &str| page.texts_of(&format!("td[data-th='{column}']"));
    let page = managers(&mona, alice).await;
    assert_eq!(page.texts_of("tbody th"), ["/sales"]);
    assert_eq!(cells(&page, "Code"), ["SAL"]);
    assert_eq!(cells(&page, "Members"), ["1"]);
    assert_eq!(page.attributes("tbody td a", "href"), [path(alice)]);
    // An owner sees no user outside the organization.
    let page = managers(&mona, carol).await;
    assert_eq!(cells(&page, "Managed by"), [carol.to_string()]);
    assert!(!page.has("tbody td a"), "{}", page.dump());
    let page = managers(&admin, carol).await;
    assert_eq!(page.attributes("tbody td a", "href"), [path(carol)]);
    assert_eq!(cells(&page, "Members"), ["0", "1", "0"]);
}

async fn values_of_group_are_validated(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let long = "a".repeat(501);
    for (fields, field) in [
        ([("path", ""), ("organization", "")], "path"),
        ([("path", "Sales North"), ("organization", "")], "path"),
        ([("path", "/none/north"), ("organization", "")], "path"),
        ([("path", "/sales"), ("organization", "acme")], "path"),
        (
            [("path", "/north"), ("organization", "absent")],
            "organization",
        ),
        ([("path", "/north"), ("manager", "nobody")], "manager"),
        (
            [("path", "/north"), ("description", long.as_str())],
            "description",
        ),
    ] {
        let page = submit(stack, &admin, "/admin/groups/new", &fields).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{field}");
        // Nothing is lost.
        let form = page.form("#entry");
        assert_eq!(form.value(fields[1].0), Some(fields[1].1), "{field}");
    }
}

async fn member_is_added_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = group(&world, "acme");
    let path = format!("{home}/members/add");
    // An account elsewhere looks like one that does not exist.
    for name in ["nobody", "bob", ""] {
        let page = submit(stack, &admin, &path, &[("user", name)]).await;
        assert_eq!(page.status, 422, "{name}: {}", page.dump());
        assert!(page.has("#user-error"), "{name}");
    }
    let fields = [("user", "alice@example.org")];
    let page = submitted(stack, &admin, &path, &fields, "The member was added.").await;
    let alice = format!("/admin/people/{}", world.id("alice"));
    let members = "tbody th a[href^='/admin/people/']";
    assert_eq!(page.attributes(members, "href"), [alice]);
    let remove = "tbody td a[href$='/remove']";
    let remove = page.attributes(remove, "href").remove(0);
    let page = confirmed(stack, &admin, &remove, "The member was removed.").await;
    assert!(!page.has(members), "{}", page.dump());
    // The page of a former member does not exist.
    assert_eq!(admin.get(stack.at(&remove)).await.status, 404);
    let token = csrf(stack, &admin).await;
    let page = admin.post(stack.at(&remove), &[("csrf", &token)]).await;
    assert_eq!(page.status, 404);
    for change in ["member added", "member removed"] {
        assert!(world.has_event("group.changed", "admin", change).await);
    }
}

async fn form_of_former_group_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = group(&world, "acme");
    let edit = format!("{home}/edit");
    let page = open(stack, &admin, &edit).await;
    let former = page.form("#entry").with("description", "Mine");
    let page = open(stack, &admin, &format!("{home}/delete")).await;
    let deletion = page.form("#confirm").with("name", "/sales");
    let fields = [("description", "Theirs")];
    submitted(stack, &admin, &edit, &fields, "The change was saved.").await;
    let page = admin.submit(&former).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("It was changed in the meantime."));
    // Both values are shown.
    assert_eq!(page.form("#entry").value("description"), Some("Mine"));
    let hint = page.text_of("#description-hint").unwrap();
    assert_eq!(hint, "Now: Theirs");
    let page = admin.submit(&deletion).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let id = world.groups["acme"];
    let stored = repo::groups::find(world.db.read(), id).await.unwrap();
    assert_eq!(stored.unwrap().description, "Theirs");
}

async fn owner_changes_groups_of_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin/groups/new").await;
    assert!(!page.has("#organization"), "{}", page.dump());
    let notice = "The group was created.";
    let fields = [("path", "team")];
    let page = submitted(stack, &owner, "/admin/groups/new", &fields, notice).await;
    assert!(page.text().contains("acme"), "{}", page.dump());
    let path = format!("{}/members/add", page.url.path());
    let page = submit(stack, &owner, &path, &[("user", "bob")]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let fields = [("user", "alice")];
    submitted(stack, &owner, &path, &fields, "The member was added.").await;

    let zeta = group(&world, "zeta");
    world.put_into(world.groups["zeta"], "bob").await;
    let token = csrf(stack, &owner).await;
    for path in [
        zeta.clone(),
        format!("{zeta}/edit"),
        format!("{zeta}/delete"),
        format!("{zeta}/members/add"),
        format!("{zeta}/members/{}/remove", world.id("bob")),
    ] {
        let page = owner.get(stack.at(&path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        if path != zeta {
            let page = owner.post(stack.at(&path), &[("csrf", &token)]).await;
            assert_eq!(page.status, 404, "{path}: {}", page.dump());
        }
    }
}

async fn group_with_greater_role_is_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let id = world.groups[""];
    let home = group(&world, "");
    world
        .assign(SubjectKind::Group, &id.to_string(), "manager", None)
        .await;
    world.put_into(id, "carol").await;
    let denials = world.denials().await;
    let path = format!("{home}/members/add");
    let page = submit(stack, &helper, &path, &[("user", "bob")]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
    for (path, name) in [
        (format!("{home}/members/{}/remove", world.id("carol")), None),
        (format!("{home}/delete"), Some("/sales")),
    ] {
        let page = confirm(stack, &helper, &path, name).await;
        assert_eq!(page.status, 409, "{path}: {}", page.dump());
    }
    assert_eq!(world.denials().await, denials + 3);
    let members = repo::groups::members(world.db.read(), id, None, None, 9).await;
    let members: Vec<_> = members.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(members, [world.people["carol"]]);
}

async fn groups_are_only_read_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let home = group(&world, "acme");
    world.put_into(world.groups["acme"], "alice").await;
    world.let_hold("carol", "reader", &["groups:read"]).await;
    let reader = browser(stack, "carol").await;
    for path in ["/admin/groups", &home] {
        let page = open(stack, &reader, path).await;
        let changes = ".actions a:not([href*='/groups.'])";
        assert!(!page.has(changes), "{path}: {}", page.dump());
        assert_eq!(
            page.texts_of("thead th").len(),
            if path == home { 1 } else { 6 }
        );
    }
    let token = csrf(stack, &reader).await;
    let denials = world.denials().await;
    let paths = [
        "/admin/groups/new".to_owned(),
        format!("{home}/edit"),
        format!("{home}/delete"),
        format!("{home}/members/add"),
        format!("{home}/members/{}/remove", world.id("alice")),
    ];
    for path in &paths {
        assert_eq!(reader.get(stack.at(path)).await.status, 404, "{path}");
        let page = reader.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
    assert_eq!(world.denials().await, denials + paths.len());
}
