//! Tests of the roles on the pages of groups, apps and roles.

use doorward_domain::model::{Assignment, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::support::{browser, confirmed, csrf, location, open, page_of, submit};
use crate::admin::world::World;

flows!(
    role_is_given_to_group_and_app_and_removed,
    group_of_organization_holds_roles_in_it,
    role_is_given_on_its_own_page,
    role_is_given_until_date_in_organization,
    role_is_given_to_visible_users_only,
    roles_of_group_are_only_read_without_permission,
    role_by_group_is_shown_with_its_group,
);

async fn held(world: &World<'_>, kind: SubjectKind, id: &str) -> Vec<Assignment> {
    let held = repo::roles::assignments(world.db.read(), kind, id).await;
    held.unwrap()
}

async fn role_is_given_to_group_and_app_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let (group, app) = (world.groups[""].to_string(), stack.seed.service.id.clone());
    for (kind, id, home) in [
        (SubjectKind::Group, &group, format!("/admin/groups/{group}")),
        (SubjectKind::Client, &app, format!("/admin/apps/{app}")),
    ] {
        let access = format!("{home}/access");
        let page = open(stack, &admin, &access).await;
        assert!(page.attributes(".sub a", "href").contains(&access));
        let give = page.attributes(".actions a", "href").remove(0);
        let fields = [("role", "helper"), ("lifetime", "7d")];
        let page = submit(stack, &admin, &give, &fields).await;
        let page = admin.follow(page, "").await;
        assert!(page.text().contains("The role was assigned."), "{home}");
        assert!(
            page.texts_of("tbody th").contains(&"helper".to_owned()),
            "{home}"
        );
        let given = held(&world, kind, id).await;
        let given = given.iter().find(|given| given.role == "helper").unwrap();
        assert!(given.expires_at.is_some() && given.org.is_none());
        let remove = format!("{access}/{}/remove", given.id);
        assert!(page.attributes("tbody a", "href").contains(&remove));
        // The path binds the assignment to its holder.
        let other = format!("/admin/people/{}/access", world.id("carol"));
        let other = remove.replace(&access, &other);
        assert_eq!(admin.get(stack.at(&other)).await.status, 404, "{other}");
        let page = confirmed(stack, &admin, &remove, "The role was removed.").await;
        let names = page.texts_of("tbody th");
        assert!(!names.contains(&"helper".to_owned()), "{home}");
    }
    // An app that never acts for itself has no link to roles.
    let home = format!("/admin/apps/{}", stack.seed.web.id);
    let page = open(stack, &admin, &format!("{home}/users")).await;
    let access = format!("{home}/access");
    assert!(!page.attributes(".sub a", "href").contains(&access));
}

async fn group_of_organization_holds_roles_in_it(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let id = world.groups["acme"].to_string();
    let give = format!("/admin/groups/{id}/access/give");
    let page = submit(stack, &admin, &give, &[("role", "helper")]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let given = held(&world, SubjectKind::Group, &id).await;
    assert_eq!(given[0].org.as_deref(), Some("acme"));
    // Nor can an administrator give more than they have.
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    let page = submit(stack, &helper, &give, &[("role", "manager")]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
    assert_eq!(world.denials().await, denials + 1);
}

async fn role_is_given_on_its_own_page(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = "/admin/roles/helper";
    let give = format!("{home}/give");
    let page = open(stack, &admin, home).await;
    assert!(page.has(&format!(".actions a[href='{give}']")));
    let fields = [("user", "absent"), ("lifetime", "8h")];
    let page = submit(stack, &admin, &give, &fields).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("[role=alert] a[href='#user']"));
    let form = page.form("#entry");
    assert_eq!(form.value("user"), Some("absent"));
    assert_eq!(form.value("lifetime"), Some("8h"));
    let fields = [("user", "alice@example.org"), ("lifetime", "8h")];
    let page = submit(stack, &admin, &give, &fields).await;
    assert_eq!(location(&page), format!("{home}?done=console-role-given"));
    let given = held(&world, SubjectKind::User, &world.id("alice")).await;
    let given = given.iter().find(|given| given.role == "helper").unwrap();
    assert!(given.expires_at.is_some());
    let page = submit(stack, &admin, &give, &[("user", "admin")]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let text = "You cannot do this to your own account.";
    assert!(page.text().contains(text), "{}", page.dump());
}

async fn role_is_given_until_date_in_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    // Only a member has a choice of organizations.
    let path = format!("{}/access/give", page_of(&world, "carol"));
    assert!(!open(stack, &admin, &path).await.has("#organization"));
    let path = format!("{}/access/give", page_of(&world, "alice"));
    let page = open(stack, &admin, &path).await;
    let choices = page.attributes("#organization option", "value");
    assert_eq!(choices, ["", "acme"], "{}", page.dump());
    let fields = [
        ("role", "helper"),
        ("until", "2999-01-01T00:00"),
        ("organization", "acme"),
    ];
    let wrong = [fields[0], ("until", "2020-01-01T00:00"), fields[2]];
    let page = submit(stack, &admin, &path, &wrong).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("#until-error"), "{}", page.dump());
    assert_eq!(page.form("#entry").value("organization"), Some("acme"));
    let page = submit(stack, &admin, &path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let role = "/admin/roles/helper/give";
    for (user, organization, field) in [
        ("carol", "acme", "user"),
        ("alice", "absent", "organization"),
    ] {
        let fields = [("user", user), ("organization", organization)];
        let page = submit(stack, &admin, role, &fields).await;
        assert_eq!(page.status, 422, "{user}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{}", page.dump());
    }
    let (read, alice) = (world.db.read(), world.id("alice"));
    let held = repo::roles::assignments(read, SubjectKind::User, &alice).await;
    let held = held.unwrap();
    let given = held.iter().find(|given| given.role == "helper").unwrap();
    assert_eq!(given.org.as_deref(), Some("acme"));
    assert_eq!(given.expires_at, Some(32_472_144_000));
}

async fn role_is_given_to_visible_users_only(stack: &Stack) {
    let world = World::new(stack).await;
    // Alice is visible, but a role that the owner does not hold is more than they have.
    let role = "greeter";
    world.let_hold("helper", role, &[]).await;
    let owner = browser(stack, "mona").await;
    let give = format!("/admin/roles/{role}/give");
    for user in ["bob", "absent"] {
        let page = submit(stack, &owner, &give, &[("user", user)]).await;
        assert_eq!(page.status, 422, "{user}: {}", page.dump());
        assert!(page.has("#user-error"), "{user}");
    }
    let page = submit(stack, &owner, &give, &[("user", "alice")]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
}

async fn roles_of_group_are_only_read_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let permissions = ["groups:read", "roles:read"];
    world.let_hold("carol", "reader", &permissions).await;
    let reader = browser(stack, "carol").await;
    let home = format!("/admin/groups/{}/access", world.groups["acme"]);
    let page = open(stack, &reader, &home).await;
    assert!(!page.has(".actions"), "{}", page.dump());
    let token = csrf(stack, &reader).await;
    let denials = world.denials().await;
    for path in [
        format!("{home}/give"),
        "/admin/roles/helper/give".to_owned(),
    ] {
        assert_eq!(reader.get(stack.at(&path)).await.status, 404, "{path}");
        let fields = [
            ("csrf", token.as_str()),
            ("role", "helper"),
            ("user", "alice"),
            ("lifetime", "8h"),
        ];
        let page = reader.post(stack.at(&path), &fields).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
    assert_eq!(world.denials().await, denials + 2);
}

async fn role_by_group_is_shown_with_its_group(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let access = format!("{}/access", page_of(&world, "carol"));
    let page = open(stack, &admin, &access).await;
    assert!(page.text().contains("There are no roles."));
    let group = world.groups[""];
    world.put_into(group, "carol").await;
    world
        .assign(SubjectKind::Group, &group.to_string(), "helper", None)
        .await;
    let page = open(stack, &admin, &access).await;
    assert_eq!(page.texts_of("tbody th"), ["helper"], "{}", page.dump());
    assert!(!page.text().contains("There are no roles."));
    let home = format!("/admin/groups/{group}");
    // The role is removed on the page of the group.
    let links = page.attributes("tbody a", "href");
    assert_eq!(links, ["/admin/roles/helper".to_owned(), home], "{links:?}");
    let page = open(stack, &admin, "/admin/people?role=helper").await;
    let links = page.attributes("tbody a", "href");
    assert!(links.contains(&page_of(&world, "carol")), "{links:?}");
}
