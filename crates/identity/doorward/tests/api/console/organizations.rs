//! Tests of the pages of organizations: each change through its form, by administrators and owners.

use doorward_domain::model::{Member, Organization};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};

use super::support::{browser, comparable, confirm, confirmed, csrf, location, open};
use crate::admin::world::World;

flows!(
    organization_is_created_edited_and_deleted,
    values_of_organization_are_validated,
    owner_changes_name_only,
    organization_is_disabled_and_enabled,
    address_is_invited_and_invitation_withdrawn,
    repeated_form_sends_one_invitation,
    member_becomes_owner_and_is_removed,
    form_of_former_version_changes_nothing,
    owner_of_other_organization_finds_no_page,
    reader_finds_no_form,
    old_authentication_leads_to_sign_in,
    organization_is_found_by_slug,
    path_with_nul_does_not_exist,
);

const NEW: &str = "/admin/organizations/new";
const ACME: &str = "/admin/organizations/acme";
const KIND: &str = "organization.changed";

/// Submits a form with these values, and returns the answer.
async fn save(stack: &Stack, agent: &UserAgent, path: &str, values: &[(&str, &str)]) -> Page {
    let page = open(stack, agent, path).await;
    let mut form = page.form("#entry");
    for (name, value) in values {
        form = form.with(name, value);
    }
    agent.submit(&form).await
}

/// Asserts that the form is shown again, with an error of one field and the values as typed.
#[track_caller]
fn rejected(page: &Page, field: &str, values: &[(&str, &str)]) {
    assert_eq!(page.status, 422, "{values:?}: {}", page.dump());
    assert!(page.has(&format!("[role=alert] a[href='#{field}']")));
    assert!(page.has(&format!("#{field}-error")), "{}", page.dump());
    let form = page.form("#entry");
    for (name, value) in values {
        assert_eq!(form.value(name), Some(*value), "{name}");
    }
}

/// Returns an organization from the database.
async fn stored(world: &World<'_>, slug: &str) -> Organization {
    let found = repo::organizations::find(world.db.read(), slug).await;
    found.unwrap().unwrap()
}

/// Returns a member of acme from the database.
async fn member(world: &World<'_>, name: &str) -> Option<Member> {
    let read = world.db.read();
    let found = repo::organizations::member(read, "acme", world.people[name]).await;
    found.unwrap()
}

fn path_of(world: &World<'_>, name: &str) -> String {
    format!("{ACME}/members/{}", world.id(name))
}

/// Invites an address, and returns the path that withdraws the invitation.
async fn invite(stack: &Stack, agent: &UserAgent, email: &str) -> String {
    let path = format!("{ACME}/invite");
    let page = save(stack, agent, &path, &[("email", email)]).await;
    assert_eq!(location(&page), format!("{ACME}?done=console-invited"));
    let page = agent.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap();
    assert!(notice.contains("The invitation is on its way."), "{notice}");
    assert!(page.texts_of("tbody th").contains(&email.to_owned()));
    page.attributes("tbody a[href$='/withdraw']", "href")
        .remove(0)
}

async fn organization_is_created_edited_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/organizations").await;
    assert!(page.has(&format!(".actions a[href='{NEW}']")));
    let values = [("name", " Initech "), ("slug", "initech")];
    let page = save(stack, &admin, NEW, &values).await;
    let home = "/admin/organizations/initech";
    let done = format!("{home}?done=console-organization-made");
    assert_eq!(location(&page), done);
    let page = admin.follow(page, "").await;
    assert_eq!(page.text_of("h1").as_deref(), Some("Initech"));
    assert!(page.text().contains("The organization was created."));
    assert!(world.has_event(KIND, "admin", "created").await);

    let edit = format!("{home}/edit");
    let values = [("name", "Initech Ltd"), ("domain", "login.initech.example")];
    let page = save(stack, &admin, &edit, &values).await;
    let done = format!("{home}?done=console-organization-changed");
    assert_eq!(location(&page), done);
    let changed = stored(&world, "initech").await;
    assert_eq!(changed.name, "Initech Ltd");
    assert_eq!(changed.domain.as_deref(), Some("login.initech.example"));
    // The form has the present values, and an empty domain removes it.
    let page = save(stack, &admin, &edit, &[("domain", "")]).await;
    assert_eq!(location(&page), done);
    let changed = stored(&world, "initech").await;
    assert_eq!(
        (changed.name.as_str(), changed.domain),
        ("Initech Ltd", None)
    );

    let delete = format!("{home}/delete");
    let page = confirm(stack, &admin, &delete, Some("Initech")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = confirm(stack, &admin, &delete, Some("Initech Ltd")).await;
    let done = "/admin/organizations?done=console-organization-deleted";
    assert_eq!(location(&page), done);
    assert_eq!(admin.get(stack.at(home)).await.status, 404);
    // The slug is not reused.
    let values = [("name", "Initech"), ("slug", "initech")];
    let page = save(stack, &admin, NEW, &values).await;
    rejected(&page, "slug", &values);
}

async fn values_of_organization_are_validated(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (name, slug, field) in [
        ("", "initech", "name"),
        ("Initech", "", "slug"),
        ("Initech", "Initech", "slug"),
        ("Initech", "-initech", "slug"),
        ("Initech", "acme", "slug"),
        ("Initech", "new", "slug"),
    ] {
        let values = [("name", name), ("slug", slug)];
        let page = save(stack, &admin, NEW, &values).await;
        rejected(&page, field, &values);
    }
    let edit = format!("{ACME}/edit");
    for (name, domain, field) in [
        ("ACME", "https://acme.example", "domain"),
        ("ACME", "acme", "domain"),
        (" ", "login.acme.example", "name"),
    ] {
        let values = [("name", name), ("domain", domain)];
        let page = save(stack, &admin, &edit, &values).await;
        rejected(&page, field, &values);
    }
    assert_eq!(stored(&world, "acme").await.domain, None);
    let values = [("domain", "login.acme.example")];
    let page = save(stack, &admin, &edit, &values).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = save(stack, &admin, "/admin/organizations/zeta/edit", &values).await;
    rejected(&page, "domain", &values);
}

async fn owner_changes_name_only(stack: &Stack) {
    let world = World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let page = open(stack, &mona, ACME).await;
    for action in ["invite", "edit"] {
        assert!(page.has(&format!("a[href='{ACME}/{action}']")), "{action}");
    }
    for action in ["disable", "enable", "delete"] {
        let path = format!("{ACME}/{action}");
        assert!(!page.has(&format!("a[href='{path}']")), "{action}");
        assert_eq!(mona.get(stack.at(&path)).await.status, 404, "{action}");
    }
    let edit = format!("{ACME}/edit");
    let page = open(stack, &mona, &edit).await;
    assert!(!page.has("#domain"), "{}", page.dump());
    // A domain in the request is ignored.
    let values = [("name", "ACME Group"), ("domain", "login.acme.example")];
    let page = save(stack, &mona, &edit, &values).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let changed = stored(&world, "acme").await;
    assert_eq!(
        (changed.name.as_str(), changed.domain),
        ("ACME Group", None)
    );
}

async fn organization_is_disabled_and_enabled(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    let notice = "The organization was disabled.";
    let page = confirmed(stack, &admin, &format!("{ACME}/disable"), notice).await;
    assert!(!stored(&world, "acme").await.active);
    assert!(page.has(&format!("a[href='{ACME}/enable']")));
    assert!(!page.has(&format!("a[href='{ACME}/disable']")));
    assert!(!page.has(&format!("a[href='{ACME}/invite']")));
    assert_eq!(mona.get(stack.at(ACME)).await.status, 404);
    let values = [("email", "invited@example.org")];
    let page = save(stack, &admin, &format!("{ACME}/invite"), &values).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("Enable it first."));
    assert_eq!(page.form("#entry").value("email"), Some(values[0].1));
    let notice = "The organization was enabled.";
    confirmed(stack, &admin, &format!("{ACME}/enable"), notice).await;
    open(stack, &mona, ACME).await;
}

async fn address_is_invited_and_invitation_withdrawn(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    let path = format!("{ACME}/invite");
    for email in ["", "no address"] {
        let values = [("email", email)];
        let page = save(stack, &mona, &path, &values).await;
        rejected(&page, "email", &values);
    }
    let own = repo::users::find_by_id(world.db.read(), world.people["mona"]).await;
    let own = own.unwrap().unwrap().email;
    let page = save(stack, &mona, &path, &[("email", &own)]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(
        page.text()
            .contains("You cannot do this to your own account.")
    );

    let email = "invited@example.org";
    let withdraw = invite(stack, &mona, email).await;
    assert!(world.has_event(KIND, "mona", "invited").await);
    assert_eq!(stack.mails(email).await.len(), 1);
    let list = format!("{ACME}/invitations");
    let page = open(stack, &mona, &list).await;
    assert_eq!(page.texts_of("tbody th"), [email]);
    // The path binds the invitation to the organization.
    let other = withdraw.replace("/acme/", "/zeta/");
    assert_eq!(admin.get(stack.at(&other)).await.status, 404);
    let notice = "The invitation was withdrawn.";
    let page = confirmed(stack, &mona, &withdraw, notice).await;
    assert!(page.text().contains("There are no open invitations."));
    let change = "invitation revoked";
    assert!(world.has_event(KIND, "mona", change).await);
    assert_eq!(mona.get(stack.at(&withdraw)).await.status, 404);
}

async fn repeated_form_sends_one_invitation(stack: &Stack) {
    World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let page = open(stack, &mona, &format!("{ACME}/invite")).await;
    let email = "invited@example.org";
    let form = page.form("#entry").with("email", email);
    for notice in ["console-invited", "console-no-change"] {
        let done = format!("{ACME}?done={notice}");
        assert_eq!(location(&mona.submit(&form).await), done);
        assert!(open(stack, &mona, &done).await.has(".notice"));
    }
    assert_eq!(stack.mails(email).await.len(), 1);
}

async fn member_becomes_owner_and_is_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    let (alice, own) = (path_of(&world, "alice"), path_of(&world, "mona"));
    // The last owner cannot be taken away.
    for action in ["make-member", "remove"] {
        let page = confirm(stack, &admin, &format!("{own}/{action}"), None).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("Somebody has to remain"));
    }
    let owner = format!("{alice}/make-owner");
    let notice = "The member is an owner now.";
    let page = confirmed(stack, &mona, &owner, notice).await;
    assert!(member(&world, "alice").await.unwrap().is_owner);
    assert!(world.has_event(KIND, "mona", "member set").await);
    assert!(page.has(&format!("a[href='{alice}/make-member']")));
    assert!(!page.has(&format!("a[href='{owner}']")));
    assert_eq!(mona.get(stack.at(&owner)).await.status, 404);
    let notice = "The owner is a plain member now.";
    confirmed(stack, &mona, &format!("{alice}/make-member"), notice).await;
    assert!(!member(&world, "alice").await.unwrap().is_owner);

    // Owners who leave lose the page.
    confirmed(stack, &mona, &owner, "The member is an owner now.").await;
    let page = confirm(stack, &mona, &format!("{own}/remove"), None).await;
    assert_eq!(location(&page), "/account?done=console-member-removed");
    assert_eq!(member(&world, "mona").await, None);
    assert_eq!(mona.get(stack.at(ACME)).await.status, 404);
    assert_eq!(
        admin.get(stack.at(&format!("{own}/remove"))).await.status,
        404
    );
    assert!(world.has_event(KIND, "mona", "member removed").await);
}

async fn form_of_former_version_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    let alice = path_of(&world, "alice");
    let remove = open(stack, &mona, &format!("{alice}/remove")).await;
    let make = open(stack, &mona, &format!("{alice}/make-owner")).await;
    let disable = open(stack, &admin, &format!("{ACME}/disable")).await;
    let edit = open(stack, &mona, &format!("{ACME}/edit")).await;
    let delete = open(stack, &admin, &format!("{ACME}/delete")).await;

    stack.clock.advance(1);
    let notice = "The member is an owner now.";
    confirmed(stack, &admin, &format!("{alice}/make-owner"), notice).await;
    for page in [remove, make] {
        changed_meanwhile(&mona.submit(&page.form("#confirm")).await);
    }
    assert!(member(&world, "alice").await.unwrap().is_owner);
    // A change of its members is one of the organization.
    changed_meanwhile(&admin.submit(&disable.form("#confirm")).await);
    let form = delete.form("#confirm").with("name", "ACME");
    changed_meanwhile(&admin.submit(&form).await);
    let page = mona.submit(&edit.form("#entry").with("name", "Mine")).await;
    changed_meanwhile(&page);
    assert_eq!(page.form("#entry").value("name"), Some("Mine"));
    let acme = stored(&world, "acme").await;
    assert!(acme.active && acme.name == "ACME", "{acme:?}");
}

#[track_caller]
fn changed_meanwhile(page: &Page) {
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("It was changed in the meantime."));
}

/// Returns the paths of all forms of acme. `withdraw` belongs to an open invitation.
fn forms(world: &World<'_>, withdraw: String) -> Vec<String> {
    let alice = path_of(world, "alice");
    let below = ["edit", "invite", "disable", "enable", "delete"];
    let mut all: Vec<String> = below.map(|name| format!("{ACME}/{name}")).into();
    all.extend(["make-owner", "make-member", "remove"].map(|name| format!("{alice}/{name}")));
    all.push(withdraw);
    all
}

/// Asserts that none of these pages exists for the user.
async fn find_none(stack: &Stack, agent: &UserAgent, pages: &[String], forms: &[String]) {
    let token = csrf(stack, agent).await;
    let path = "/admin/organizations/absent";
    let absent = comparable(&agent.get(stack.at(path)).await, path);
    for path in pages.iter().chain(forms) {
        let page = agent.get(stack.at(path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
    let values = [
        ("csrf", token.as_str()),
        ("name", "ACME"),
        ("email", "a@b.example"),
    ];
    for path in forms {
        let page = agent.post(stack.at(path), &values).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
}

async fn owner_of_other_organization_finds_no_page(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let withdraw = invite(stack, &admin, "invited@example.org").await;
    let mut forms = forms(&world, withdraw);
    forms.push(NEW.to_owned());
    forms.push("/admin/organizations/zeta/disable".to_owned());
    forms.push("/admin/organizations/zeta/delete".to_owned());
    let pages = [ACME.to_owned(), format!("{ACME}/invitations")];
    let bob = browser(stack, "bob").await;
    find_none(stack, &bob, &pages, &forms).await;
    let page = open(stack, &admin, ACME).await;
    let events = page.texts_of("tbody th a[href^='/admin/audit/']").len();
    assert_eq!(
        page.texts_of("tbody th").len() - events,
        3,
        "{}",
        page.dump()
    );
    assert!(stored(&world, "acme").await.active);
}

async fn reader_finds_no_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let withdraw = invite(stack, &admin, "invited@example.org").await;
    world
        .let_hold("carol", "reader", &["organizations:read"])
        .await;
    let carol = browser(stack, "carol").await;
    for path in ["/admin/organizations", ACME] {
        let page = open(stack, &carol, path).await;
        let changes = ".actions a:not([href*='/organizations.'])";
        assert!(!page.has(changes) && !page.has(".sub"), "{path}");
    }
    let page = open(stack, &carol, ACME).await;
    assert_eq!(page.texts_of("thead th").len(), 3, "{}", page.dump());
    let mut forms = forms(&world, withdraw);
    forms.push(NEW.to_owned());
    let denials = world.denials().await;
    let pages = [format!("{ACME}/invitations")];
    find_none(stack, &carol, &pages, &forms).await;
    // Each attempt to change something is recorded.
    assert_eq!(world.denials().await, denials + forms.len());
}

async fn old_authentication_leads_to_sign_in(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let withdraw = invite(stack, &admin, "invited@example.org").await;
    let token = csrf(stack, &admin).await;
    stack.clock.advance(901);
    open(stack, &admin, &format!("{ACME}/invitations")).await;
    for path in forms(&world, withdraw) {
        let proof = format!("/login?next={path}");
        let page = admin.post(stack.at(&path), &[("csrf", &token)]).await;
        assert_eq!(location(&page), proof);
    }
}

async fn organization_is_found_by_slug(stack: &Stack) {
    let mut world = World::new(stack).await;
    world.create_user("zeta").await;
    let (admin, mona) = (browser(stack, "admin").await, browser(stack, "mona").await);
    for agent in [&admin, &mona] {
        let page = agent.get(stack.at("/admin/find?q=acme")).await;
        assert_eq!(location(&page), ACME);
    }
    // A user has the same name.
    let page = open(stack, &admin, "/admin/find?q=zeta").await;
    let links = page.attributes("tbody a", "href");
    let user = format!("/admin/people/{}", world.id("zeta"));
    assert_eq!(links, ["/admin/organizations/zeta".to_owned(), user]);
    let page = open(stack, &mona, "/admin/find?q=zeta").await;
    assert!(page.text().contains("Nothing matches."), "{}", page.dump());
}

/// PostgreSQL rejects the character in every text.
async fn path_with_nul_does_not_exist(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for path in [
        "organizations/%00",
        "organizations/a%00/edit",
        "roles/%00/edit",
        "apps/%00",
        "providers/%00",
        "audit/%00",
    ] {
        let page = admin.get(stack.at(&format!("/admin/{path}"))).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
}
