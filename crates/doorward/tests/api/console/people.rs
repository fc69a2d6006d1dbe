//! Tests of the pages of users: each change through its form.

use doorward_access::clock::Clock as _;
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, UserAgent, both_backends};

use super::support::{browser, confirm, confirmed, csrf, location, open};
use crate::admin::user_factors::{insert_link, insert_passkey};
use crate::admin::world::World;
use crate::second_factor;

both_backends!(
    account_is_disabled_and_enabled,
    sessions_end_one_and_all,
    link_for_password_is_mailed,
    second_factor_is_removed,
    factors_and_links_are_removed_one_by_one,
    factors_of_protected_accounts_stay,
    only_way_to_sign_in_is_explained,
    account_is_deleted_by_typed_name,
    role_is_given_with_end_and_removed,
    more_powerful_account_is_protected,
    form_of_former_version_changes_nothing,
    account_is_found_by_identifier_or_its_start,
);

/// The links to the forms that remove a factor or a linked account.
const REMOVE: &str = "tbody a[href$='/remove']";

fn page_of(world: &World<'_>, name: &str) -> String {
    format!("/admin/people/{}", world.id(name))
}

async fn account_is_disabled_and_enabled(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    let home = page_of(&world, "alice");
    let page = confirmed(
        stack,
        &admin,
        &format!("{home}/disable"),
        "The account was switched off.",
    )
    .await;
    assert!(page.has(&format!("a[href='{home}/enable']")));
    assert!(!page.has(&format!("a[href='{home}/disable']")));
    let page = alice.get(stack.at("/account")).await;
    assert_ne!(page.status, 200);
    let notice = "The account was switched on.";
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
    assert_eq!(page.attributes("tbody td a", "href").len(), 1);
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

async fn second_factor_is_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/reset-factors", page_of(&world, "alice"));
    let page = confirm(stack, &admin, &path, None).await;
    assert_eq!(page.status, 404, "there is nothing to remove");
    second_factor::enrol(stack, "alice").await;
    let page = open(stack, &admin, &page_of(&world, "alice")).await;
    assert!(page.text().contains("Authenticator app"));
    confirmed(stack, &admin, &path, "The second step was removed.").await;
    browser(stack, "alice").await;
}

async fn factors_and_links_are_removed_one_by_one(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    second_factor::enrol(stack, "alice").await;
    insert_passkey(&world, world.people["alice"]).await;
    insert_link(&world, world.people["alice"], &[]).await;
    let page = open(stack, &admin, &page_of(&world, "alice")).await;
    let path = format!("{}/factors", page_of(&world, "alice"));
    assert!(page.has(&format!(".sub a[href='{path}']")));
    let page = open(stack, &admin, &path).await;
    let names = page.texts_of("tbody th");
    assert_eq!(
        names,
        ["Authenticator app", "Passkey", "alice@work.example"]
    );
    assert!(page.text().contains("Blue phone"), "{}", page.dump());
    let remove = page.attributes(REMOVE, "href");
    let [app, passkey, link] = &remove[..] else {
        panic!("{remove:?}");
    };
    for path in [app, passkey] {
        let page = confirmed(stack, &admin, path, "The second step was removed.").await;
        assert!(!page.attributes(REMOVE, "href").contains(path));
        assert_eq!(admin.get(stack.at(path)).await.status, 404);
    }
    let page = confirmed(stack, &admin, link, "The linked account was removed.").await;
    assert!(page.text().contains("Not set up"), "{}", page.dump());
    assert!(page.text().contains("No accounts are linked."));
    assert_eq!(admin.get(stack.at(link)).await.status, 404);
    assert!(world.has_event("factor.removed", "admin", "removed").await);
    browser(stack, "alice").await;
}

async fn factors_of_protected_accounts_stay(stack: &Stack) {
    let world = World::new(stack).await;
    for name in ["admin", "helper"] {
        insert_passkey(&world, world.people[name]).await;
    }
    let helper = browser(stack, "helper").await;
    let path = format!("{}/factors", page_of(&world, "admin"));
    let page = open(stack, &helper, &path).await;
    let remove = page.attributes(REMOVE, "href").remove(0);
    let page = confirm(stack, &helper, &remove, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("This account may do more than you."));
    // Users remove their own factors in their account.
    let path = format!("{}/factors", page_of(&world, "helper"));
    let page = open(stack, &helper, &path).await;
    assert!(page.text().contains("Blue phone") && !page.has(REMOVE));
}

async fn only_way_to_sign_in_is_explained(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let id = world.people["carol"];
    let found = repo::users::find_by_id(world.db.read(), id).await;
    let mut carol = found.unwrap().unwrap();
    carol.password_hash = None;
    carol.email_verified = false;
    let tx = world.db.begin_write().await.unwrap();
    repo::users::update(&tx, &carol).await.unwrap();
    tx.commit().await.unwrap();
    let link = insert_link(&world, id, &[]).await;
    let path = format!("{}/linked-accounts/{link}/remove", page_of(&world, "carol"));
    let page = confirm(stack, &admin, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("This is the only way to sign in"));
    open(stack, &admin, &path).await;
}

async fn account_is_deleted_by_typed_name(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = format!("{}/delete", page_of(&world, "carol"));
    for wrong in ["", "carola"] {
        let page = confirm(stack, &admin, &path, Some(wrong)).await;
        assert_eq!(page.status, 422, "{wrong}: {}", page.dump());
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
    let form = page.form("#entry").with("role", "helper");
    let page = admin.submit(&form.with("lifetime", "7d")).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("The role was given."),
        "{}",
        page.dump()
    );
    assert_eq!(page.texts_of("tbody th"), ["helper"]);
    let expected = stack.clock.now() + 7 * 86_400;
    let (read, carol) = (world.db.read(), world.id("carol"));
    let stored = repo::roles::assignments(read, SubjectKind::User, &carol).await;
    let stored = stored.unwrap();
    assert!((stored[0].expires_at.unwrap() - expected).abs() < 60);
    let link = page.attributes("tbody a", "href").remove(0);
    let page = confirmed(stack, &admin, &link, "The role was removed.").await;
    assert!(page.texts_of("tbody th").is_empty());
    // The path binds the assignment to the user.
    world
        .assign(SubjectKind::User, &world.id("bob"), "helper", None)
        .await;
    let page = open(stack, &admin, &format!("{}/access", page_of(&world, "bob"))).await;
    let link = page.attributes("tbody a", "href").remove(0);
    let other = link.replace(&world.id("bob"), &world.id("carol"));
    assert_eq!(admin.get(stack.at(&other)).await.status, 404);
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
    let page = helper.submit(&form.with("lifetime", "none")).await;
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
    let notice = "The account was switched off.";
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
