//! Tests of the pages of roles and of their assignments.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Assignment, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};

use super::support::{browser, confirm, confirmed, csrf, location, open, submit};
use crate::admin::world::World;

flows!(
    role_is_created_edited_and_deleted,
    values_of_role_are_validated,
    form_of_former_role_changes_nothing,
    role_with_greater_permissions_is_protected,
    holders_are_listed_in_pages,
    assignments_are_filtered_by_end,
    assignments_are_filtered_by_holder_and_organization,
    assignment_is_extended_and_removed,
    form_of_former_assignment_changes_nothing,
    greater_role_is_neither_extended_nor_removed,
    owner_sees_assignments_of_own_organization_only,
    roles_are_only_read_without_permission,
    roles_have_marks,
);

const DAY: i64 = 86_400;

/// Assigns a role that expires after this time.
async fn assign_for(world: &World<'_>, user: &str, role: &str, seconds: i64) -> Assignment {
    let assignment = Assignment {
        expires_at: Some(world.stack.clock.now() + seconds),
        ..world.given(SubjectKind::User, &world.id(user), role, None)
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &assignment).await.unwrap();
    tx.commit().await.unwrap();
    assignment
}

async fn stored(world: &World<'_>, assignment: &Assignment) -> Option<Assignment> {
    let found = repo::roles::find_assignment(world.db.read(), assignment.id).await;
    found.unwrap()
}

async fn role_is_created_edited_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/roles").await;
    let new = page.attributes(".actions a", "href");
    let links = "/admin/roles/new /admin/roles.csv /admin/roles.json";
    assert_eq!(new.join(" "), links);
    let fields = [
        ("name", "auditor"),
        ("description", "Looks"),
        ("permissions", "users:read\r\nroles:read"),
    ];
    let page = submit(stack, &admin, &new[0], &fields).await;
    let home = "/admin/roles/auditor";
    assert_eq!(location(&page), format!("{home}?done=console-role-created"));
    let page = open(stack, &admin, home).await;
    assert_eq!(page.text_of(".head .pill").unwrap(), "Active");
    assert!(page.text().contains("This role is not assigned."));

    let path = format!("{home}/edit");
    let page = open(stack, &admin, &path).await;
    let form = page.form("#entry");
    let checked = page.attributes("#permissions [checked]", "value");
    assert_eq!(checked, ["roles:read", "users:read"]);
    assert_eq!(form.value("state"), Some("yes"));
    let fields = [("permissions", "users:read keys:read"), ("state", "no")];
    let page = submit(stack, &admin, &path, &fields).await;
    // The change of permissions is reviewed, with the number of holders.
    let names = ["keys:read", "roles:read", "State"];
    assert_eq!(page.texts_of("tbody th"), names, "{}", page.dump());
    let values = ["No", "Yes", "Yes", "No", "Active", "Not active"];
    assert_eq!(page.texts_of("tbody td"), values);
    assert_eq!(page.texts_of(".summary dd"), ["0", "0", "0"]);
    let again = page.press("#confirm button[value=form]");
    let again = admin.submit(&again).await;
    assert_eq!(again.form("#entry").value("state"), Some("no"));
    let found = repo::roles::find(world.db.read(), "auditor").await;
    assert!(found.unwrap().unwrap().active);
    let save = page.press("#confirm button[value=save]");
    let page = admin.submit(&save).await;
    assert_eq!(location(&page), format!("{home}?done=console-saved"));
    let found = repo::roles::find(world.db.read(), "auditor").await;
    let found = found.unwrap().unwrap();
    assert!(!found.active && found.description == "Looks");
    let permissions: Vec<_> = found.permissions.into_iter().collect();
    assert_eq!(permissions, ["keys:read", "users:read"]);

    let path = format!("{home}/delete");
    let page = confirm(stack, &admin, &path, Some("audit")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = confirm(stack, &admin, &path, Some("auditor")).await;
    assert_eq!(location(&page), "/admin/roles?done=console-role-deleted");
    assert_eq!(admin.get(stack.at(home)).await.status, 404);
    for change in ["created", "changed", "deleted"] {
        assert!(world.has_event("role.changed", "admin", change).await);
    }
    // The role of the administrators remains.
    let page = open(stack, &admin, "/admin/roles/admin").await;
    assert!(!page.text().contains("/admin/roles/admin/delete"));
    let fields = [("permissions", "users:read")];
    let page = submit(stack, &admin, "/admin/roles/admin/edit", &fields).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let path = "/admin/roles/admin/delete";
    let page = confirm(stack, &admin, path, Some("admin")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn values_of_role_are_validated(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (name, permissions, field) in [
        ("", "", "name"),
        ("Big Role", "", "name"),
        ("helper", "", "name"),
        ("new", "", "name"),
        ("small", "absent:read", "permissions"),
    ] {
        let fields = [("name", name), ("permissions", permissions)];
        let page = submit(stack, &admin, "/admin/roles/new", &fields).await;
        assert_eq!(page.status, 422, "{name:?}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{name:?}");
        assert_eq!(page.form("#entry").value("name"), Some(name));
    }
}

async fn form_of_former_role_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let edit = "/admin/roles/helper/edit";
    let page = open(stack, &admin, edit).await;
    let former = page.form("#entry").with("permissions", "users:read");
    let page = open(stack, &admin, "/admin/roles/helper/delete").await;
    let deletion = page.form("#confirm").with("name", "helper");
    let fields = [("description", "Helps")];
    let page = submit(stack, &admin, edit, &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert!(page.location().is_some(), "a description needs no review");
    for form in [former, deletion] {
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("It was changed in the meantime."));
    }
    let found = repo::roles::find(world.db.read(), "helper").await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.description, "Helps");
    assert!(found.permissions.len() > 1);
}

async fn role_with_greater_permissions_is_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    let keeper = [("name", "keeper"), ("permissions", "keys:read")];
    let page = submit(stack, &helper, "/admin/roles/new", &keeper).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
    for path in ["/admin/roles/helper/edit", "/admin/roles/manager/edit"] {
        let page = submit(stack, &helper, path, &keeper[1..]).await;
        assert_eq!(page.status, 409, "{path}: {}", page.dump());
    }
    let path = "/admin/roles/manager/delete";
    let page = confirm(stack, &helper, path, Some("manager")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 4);
}

async fn holders_are_listed_in_pages(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let group = world.groups["acme"].to_string();
    let client = stack.seed.service.id.clone();
    for (kind, id) in [(SubjectKind::Group, &group), (SubjectKind::Client, &client)] {
        world.assign(kind, id, "helper", Some("acme")).await;
    }
    let home = "/admin/roles/helper";
    // The confirmation of the deletion counts users, groups and apps.
    let page = open(stack, &admin, &format!("{home}/delete")).await;
    assert_eq!(page.texts_of(".summary dd"), ["1", "1", "1"]);
    let page = open(stack, &admin, home).await;
    let links = page.attributes("tbody th a", "href");
    let expected = [
        format!("/admin/people/{}", world.id("helper")),
        format!("/admin/groups/{group}"),
        format!("/admin/apps/{client}"),
    ];
    assert_eq!(links, expected, "{}", page.dump());
    assert!(!page.has(".pages"));
    for number in 0..50 {
        let id = format!("robot{number}");
        world.assign(SubjectKind::Client, &id, "helper", None).await;
    }
    for path in [home, "/admin/grants?role=helper"] {
        let page = open(stack, &admin, path).await;
        assert_eq!(page.texts_of("tbody tr").len(), 50, "{path}");
        let next = page.attributes(".pages a", "href").pop().unwrap();
        let page = open(stack, &admin, &next).await;
        assert_eq!(page.texts_of("tbody tr").len(), 3, "{path}");
    }
}

async fn assignments_are_filtered_by_end(stack: &Stack) {
    let world = World::new(stack).await;
    assign_for(&world, "bob", "helper", DAY).await;
    assign_for(&world, "alice", "helper", 8 * DAY).await;
    let rows = async |agent: &UserAgent, path: &str, names: &[&str]| {
        let page = open(stack, agent, path).await;
        let links = page.attributes("tbody th a", "href");
        let path_of = |name: &&str| format!("/admin/people/{}", world.id(name));
        let expected: Vec<_> = names.iter().map(path_of).collect();
        assert_eq!(links, expected, "{path}: {}", page.dump());
    };
    let list = "/admin/grants?role=helper";
    let (soon, expired) = ("/admin/grants?end=soon", "/admin/grants?end=expired");
    let admin = browser(stack, "admin").await;
    rows(&admin, list, &["helper", "bob", "alice"]).await;
    rows(&admin, &format!("{list}&end=soon"), &["bob"]).await;
    rows(&admin, soon, &["bob"]).await;
    rows(&admin, expired, &[]).await;
    // The end itself no longer counts.
    stack.clock.advance(DAY);
    let admin = browser(stack, "admin").await;
    rows(&admin, expired, &["bob"]).await;
    rows(&admin, soon, &[]).await;
    stack.clock.advance(1);
    rows(&admin, soon, &["alice"]).await;
    let page = open(stack, &admin, &format!("{list}&end=expired")).await;
    assert_eq!(page.texts_of(".presets [aria-current]"), ["Ended"]);
    assert!(page.has("[role=search] input[name=end][value=expired]"));
}

async fn assignments_are_filtered_by_holder_and_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let (group, alice) = (world.groups["acme"].to_string(), world.id("alice"));
    let client = stack.seed.device.id.clone();
    let given = Assignment {
        assigned_by: Some(world.id("admin")),
        ..world.given(SubjectKind::Group, &group, "helper", Some("acme"))
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
    for (kind, id, org) in [
        (SubjectKind::User, &alice, Some("acme")),
        (SubjectKind::User, &alice, Some("zeta")),
        (SubjectKind::Client, &client, None),
    ] {
        world.assign(kind, id, "helper", org).await;
    }
    let user = format!("/admin/people/{alice}");
    let (group, app) = (
        format!("/admin/groups/{group}"),
        format!("/admin/apps/{client}"),
    );
    for (query, expected) in [
        ("organization=acme".to_owned(), vec![&group, &user]),
        ("organization=absent".to_owned(), vec![]),
        ("holder=alice&role=helper".to_owned(), vec![&user, &user]),
        ("holder=alice&organization=zeta".to_owned(), vec![&user]),
        ("holder=/sales&organization=acme".to_owned(), vec![&group]),
        ("holder=/sales".to_owned(), vec![]),
        (format!("holder={client}"), vec![&app]),
        ("holder=absent&role=helper".to_owned(), vec![]),
    ] {
        let page = open(stack, &admin, &format!("/admin/grants?{query}")).await;
        let links = page.attributes("tbody th a", "href");
        let links: Vec<_> = links.iter().collect();
        assert_eq!(links, expected, "{query}: {}", page.dump());
    }
    // The assigner is named, and the filter stays in the form and its links.
    let path = "/admin/grants?organization=acme&holder=/sales";
    let page = open(stack, &admin, path).await;
    let headings = page.texts_of("thead th");
    let column = headings
        .iter()
        .position(|text| text == "Assigned by")
        .unwrap();
    let name = page.texts_of(&format!("tbody td:nth-child({})", column + 1));
    assert_eq!(name, ["Admin Example"]);
    assert_eq!(page.texts_of(".chosen a").len(), 3);
    let soon = page.attributes(".presets a", "href").remove(1);
    assert!(soon.contains("end=soon") && soon.contains("organization=acme"));
    // The page of the organization leads there.
    let page = open(stack, &admin, "/admin/organizations/acme").await;
    let link = "/admin/grants?organization=acme".to_owned();
    assert!(page.attributes(".sub a", "href").contains(&link));
}

async fn assignment_is_extended_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let given = assign_for(&world, "carol", "helper", DAY).await;
    let home = format!("/admin/grants/{}", given.id);
    let links = ["extend", "remove"].map(|action| format!("{home}/{action}"));
    let page = open(stack, &admin, "/admin/roles/helper").await;
    let shown = page.attributes("tbody td a[aria-label]", "href");
    assert!(links.iter().all(|link| shown.contains(link)), "{shown:?}");
    // The list of assignments removes chosen ones.
    let page = open(stack, &admin, "/admin/grants?end=soon").await;
    let shown = page.attributes("tbody td a[aria-label]", "href");
    assert_eq!(shown, links[..1]);
    let boxes = page.attributes("#bulk tbody [name=assignment]", "value");
    assert_eq!(boxes, [given.id.to_string()]);
    let page = open(stack, &admin, &links[0]).await;
    let form = page.form("#confirm").with("lifetime", "90d");
    let page = admin.submit(&form).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("The end was changed."),
        "{}",
        page.dump()
    );
    let end = stored(&world, &given).await.unwrap().expires_at.unwrap();
    assert!((end - stack.clock.now() - 90 * DAY).abs() < 60);
    let change = "assignment changed";
    assert!(world.has_event("role.changed", "admin", change).await);
    let page = open(stack, &admin, &links[0]).await;
    let form = page.form("#confirm").with("lifetime", "none");
    let again = admin.submit(&form).await;
    assert_eq!(again.status, 422, "{}", again.dump());
    assert!(again.has("#reason-error"), "{}", again.dump());
    let form = form.with("reason", "Runs the desk");
    assert_eq!(admin.submit(&form).await.status, 303);
    assert_eq!(stored(&world, &given).await.unwrap().expires_at, None);
    let page = open(stack, &admin, &links[0]).await;
    for wrong in ["2020-01-01T10:00", "tomorrow", "2999-02-30T10:00"] {
        let form = page.form("#confirm").with("until", wrong);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 422, "{wrong}: {}", page.dump());
        assert!(page.has("[role=alert] a[href='#until']"), "{wrong}");
    }
    // A date replaces the choice of no end, which would require a reason.
    let form = page.form("#confirm").with("lifetime", "none");
    let form = form.with("until", "2999-01-01T00:00:00+02:00");
    assert_eq!(admin.submit(&form).await.status, 303);
    let end = stored(&world, &given).await.unwrap().expires_at;
    assert_eq!(end, Some(32_472_136_800));
    let page = open(stack, &admin, &links[0]).await;
    let form = page.form("#confirm").with("lifetime", "1y");
    assert_eq!(admin.submit(&form).await.status, 400);

    confirmed(stack, &admin, &links[1], "The role was removed.").await;
    assert_eq!(stored(&world, &given).await, None);
    for path in links {
        assert_eq!(admin.get(stack.at(&path)).await.status, 404, "{path}");
    }
    // An administrator changes no assignment of their own account.
    let page = open(stack, &admin, "/admin/grants?role=admin").await;
    assert!(!page.has("tbody td a.link, #bulk"), "{}", page.dump());
    // Without an action, no column is left for it.
    for path in ["/admin/roles/admin", "/admin/grants?role=admin"] {
        let page = open(stack, &admin, path).await;
        let headings = page.texts_of("thead th");
        let expected = "Assigned to, Organization, State, Ends, Since, Assigned by, Last token";
        assert_eq!(headings.join(", "), expected, "{path}: {}", page.dump());
    }
}

async fn form_of_former_assignment_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let given = assign_for(&world, "carol", "helper", DAY).await;
    let home = format!("/admin/grants/{}", given.id);
    let (extend, remove) = (format!("{home}/extend"), format!("{home}/remove"));
    let page = open(stack, &admin, &extend).await;
    let former = page.form("#confirm").with("lifetime", "none");
    let former = former.with("reason", "Runs the desk");
    let page = open(stack, &admin, &remove).await;
    let removal = page.form("#confirm");
    confirmed(stack, &admin, &extend, "The end was changed.").await;
    let changed = stored(&world, &given).await;
    for form in [former, removal] {
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("It was changed in the meantime."));
    }
    assert_eq!(stored(&world, &given).await, changed);
}

async fn greater_role_is_neither_extended_nor_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let given = assign_for(&world, "carol", "manager", DAY).await;
    let denials = world.denials().await;
    for action in ["extend", "remove"] {
        let path = format!("/admin/grants/{}/{action}", given.id);
        let page = confirm(stack, &helper, &path, None).await;
        assert_eq!(page.status, 409, "{path}: {}", page.dump());
        assert!(page.text().contains("You cannot give more than you have."));
    }
    // Nor the own role.
    let own = assign_for(&world, "helper", "helper", DAY).await;
    let held = repo::roles::assignments(world.db.read(), SubjectKind::User, &own.subject_id).await;
    let path = format!("/admin/grants/{}/extend", held.unwrap()[0].id);
    let page = confirm(stack, &helper, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let text = "You cannot do this to your own account.";
    assert!(page.text().contains(text), "{}", page.dump());
    assert_eq!(world.denials().await, denials + 3);
    assert_eq!(stored(&world, &given).await, Some(given));
}

async fn owner_sees_assignments_of_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    let (alice, bob) = (world.id("alice"), world.id("bob"));
    for (id, slug) in [(&alice, "acme"), (&bob, "zeta")] {
        let kind = SubjectKind::User;
        world.assign(kind, id, "helper", Some(slug)).await;
    }
    let owner = browser(stack, "mona").await;
    for path in ["/admin/grants", "/admin/roles/helper"] {
        let page = open(stack, &owner, path).await;
        assert!(!page.has("#organization"), "{path}");
        let links = page.attributes("tbody th a", "href");
        assert_eq!(links, [format!("/admin/people/{alice}")], "{path}");
    }
    let path = "/admin/grants?organization=zeta";
    let page = open(stack, &owner, path).await;
    assert!(!page.has("tbody"), "{}", page.dump());
    let token = csrf(stack, &owner).await;
    for user in ["bob", "helper"] {
        let (read, kind) = (world.db.read(), SubjectKind::User);
        let held = repo::roles::assignments(read, kind, &world.id(user)).await;
        let held = held.unwrap().into_iter().find(|held| held.role == "helper");
        for action in ["extend", "remove"] {
            let path = format!("/admin/grants/{}/{action}", held.as_ref().unwrap().id);
            assert_eq!(owner.get(stack.at(&path)).await.status, 404, "{path}");
            let fields = [("csrf", token.as_str()), ("lifetime", "8h")];
            let page = owner.post(stack.at(&path), &fields).await;
            assert_eq!(page.status, 404, "{path}: {}", page.dump());
        }
    }
}

async fn roles_are_only_read_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["roles:read"]).await;
    let given = assign_for(&world, "bob", "helper", DAY).await;
    let reader = browser(stack, "carol").await;
    for path in ["/admin/roles", "/admin/roles/helper", "/admin/grants"] {
        let page = open(stack, &reader, path).await;
        let changes = ".actions a:not([href*='/roles.']):not([href*='/grants.']), tbody a.link";
        assert!(!page.has(changes), "{}", page.dump());
        assert!(!page.has("#bulk, [type=checkbox]"), "{}", page.dump());
    }
    // Without the permission for users, holders have no name.
    let page = open(stack, &reader, "/admin/grants?end=soon").await;
    assert_eq!(page.texts_of("tbody th"), [world.id("bob")]);
    let (token, denials) = (csrf(stack, &reader).await, world.denials().await);
    let grant = format!("/admin/grants/{}", given.id);
    let paths = [
        "/admin/roles/new".to_owned(),
        "/admin/roles/helper/edit".to_owned(),
        "/admin/roles/helper/delete".to_owned(),
        format!("{grant}/extend"),
        format!("{grant}/remove"),
    ];
    for path in &paths {
        assert_eq!(reader.get(stack.at(path)).await.status, 404, "{path}");
        let page = reader.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
    assert_eq!(world.denials().await, denials + paths.len());
}

async fn roles_have_marks(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    world.let_hold("carol", "label", &[]).await;
    let fields = [("name", "labor"), ("permissions", "users:read")];
    let page = submit(stack, &admin, "/admin/roles/new", &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = open(stack, &admin, "/admin/roles?q=lab").await;
    let states = ["Active", "No permissions", "Active", "Not assigned"];
    assert_eq!(page.texts_of("tbody .pill"), states);
    for (role, mark) in [("label", "No permissions"), ("labor", "Not assigned")] {
        let page = open(stack, &admin, &format!("/admin/roles/{role}")).await;
        assert_eq!(page.texts_of(".summary .pill"), [mark], "{role}");
    }
    // The role of administrators may have every permission.
    let page = open(stack, &admin, "/admin/roles/admin").await;
    assert!(!page.has(".summary .pill"), "{}", page.dump());
    // An owner does not learn if others hold a role.
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin/roles?q=lab").await;
    let states = ["Active", "No permissions", "Active"];
    assert_eq!(page.texts_of("tbody .pill"), states);
}
