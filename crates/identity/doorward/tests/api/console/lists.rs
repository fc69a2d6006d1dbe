//! Tests of the lists: pages, filters, and names in the audit log.

use doorward_domain::model::{AvatarId, User};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, both_backends};

use super::support::{browser, confirmed, location, open};
use crate::admin::world::World;

both_backends!(
    lists_are_paged_by_cursor,
    previous_pages_are_linked,
    search_is_paged_by_cursor,
    users_and_apps_are_found_together,
    cursor_is_valid_for_its_list_only,
    audit_log_is_filtered,
    home_shows_latest_changes,
    picture_of_user_is_shown,
);

async fn lists_are_paged_by_cursor(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..60 {
        world.create_user(&format!("user{number}")).await;
    }
    let admin = browser(stack, "admin").await;
    let (mut path, mut seen) = ("/admin/people".to_owned(), Vec::new());
    for number in 0..3 {
        let page = open(stack, &admin, &path).await;
        seen.extend(page.attributes("tbody a", "href"));
        let has_first = page.texts_of(".pages a").contains(&"First page".to_owned());
        assert_eq!(has_first, number > 0);
        let Some(next) = page.attributes(".pages a", "href").pop() else {
            break;
        };
        if next == "/admin/people" {
            break;
        }
        path = next;
    }
    let users = world.people.len();
    seen.sort();
    seen.dedup();
    assert!(seen.len() >= users, "{} of {users}", seen.len());
}

/// Opens the page that the link with this text leads to.
async fn turn(stack: &Stack, agent: &UserAgent, page: &Page, text: &str) -> Page {
    let texts = page.texts_of(".pages a");
    let at = texts.iter().position(|found| found == text);
    let links = page.attributes(".pages a", "href");
    open(stack, agent, &links[at.expect(text)]).await
}

async fn previous_pages_are_linked(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..101 {
        world.create_user(&format!("walker{number}")).await;
    }
    let admin = browser(stack, "admin").await;
    let path = "/admin/people?q=walker";
    let mut page = open(stack, &admin, path).await;
    assert_eq!(page.texts_of(".pages a"), ["Next page"]);
    let mut shown = vec![page.attributes("tbody a", "href")];
    for _ in 0..2 {
        page = turn(stack, &admin, &page, "Next page").await;
        shown.push(page.attributes("tbody a", "href"));
    }
    assert_eq!(shown[2].len(), 1);
    assert_eq!(page.texts_of(".pages a"), ["First page", "Previous page"]);
    for number in [1, 0] {
        page = turn(stack, &admin, &page, "Previous page").await;
        assert_eq!(page.attributes("tbody a", "href"), shown[number]);
    }
    assert_eq!(page.texts_of(".pages a"), ["Next page"]);
    let second = turn(stack, &admin, &page, "Next page").await;
    let all = ["First page", "Previous page", "Next page"];
    assert_eq!(second.texts_of(".pages a"), all);
    // The page before the second is the first one, which has no cursor.
    let links = second.attributes(".pages a", "href");
    assert_eq!(links[..2], [path, path]);
}

async fn search_is_paged_by_cursor(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..55 {
        world.create_user(&format!("walker{number}")).await;
    }
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people?q=walker").await;
    let mut seen = page.attributes("tbody a", "href");
    assert_eq!(seen.len(), 50);
    let next = page.attributes(".pages a", "href").pop().unwrap();
    let page = open(stack, &admin, &next).await;
    seen.extend(page.attributes("tbody a", "href"));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 55);
}

async fn users_and_apps_are_found_together(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let (user, id) = (world.id("carol"), stack.seed.trusted.id.as_str());
    let carol = format!("/admin/people/{user}");
    let app = format!("/admin/apps/{id}");
    // An exact identifier leads to its page.
    for (text, target) in [("carol", &carol), (user.as_str(), &carol), (id, &app)] {
        let page = admin.get(stack.at(&format!("/admin/find?q={text}"))).await;
        assert_eq!(&location(&page), target, "{text}");
    }
    let page = open(stack, &admin, "/admin/find?q=car").await;
    assert_eq!(page.attributes("tbody a", "href"), [carol]);
    assert_eq!(page.texts_of("tbody td:last-child"), ["User"]);
    // The header has the only form, with the text. The page is in no section.
    assert_eq!(page.attributes("[name=q]", "value"), ["car"]);
    assert!(!page.has(".side [aria-current]"), "{}", page.dump());
    let page = open(stack, &admin, "/admin/find").await;
    assert!(page.text().contains("Nothing matches."));
    // The header of every page has the form.
    for path in ["/admin", "/admin/keys"] {
        let page = open(stack, &admin, path).await;
        assert!(page.has("header form[action='/admin/find'] [name=q]"));
    }
    // Objects without permission are not found.
    let owner = browser(stack, "mona").await;
    for text in ["bob", id] {
        let page = open(stack, &owner, &format!("/admin/find?q={text}")).await;
        assert!(page.text().contains("Nothing matches."), "{text}");
    }
    // An administrator who may read no object finds places.
    world.let_hold("carol", "reader", &["system:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, "/admin/find?q=sys").await;
    assert_eq!(page.attributes("tbody a", "href"), ["/admin/system"]);
}

async fn cursor_is_valid_for_its_list_only(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..55 {
        world.create_user(&format!("user{number}")).await;
    }
    let (admin, helper) = (
        browser(stack, "admin").await,
        browser(stack, "helper").await,
    );
    let page = open(stack, &admin, "/admin/people").await;
    let next = page.attributes(".pages a", "href").pop().unwrap();
    open(stack, &admin, &next).await;
    assert!(!next.contains(&world.id("alice")));
    assert_eq!(helper.get(stack.at(&next)).await.status, 400);
    let other = next.replace("/people", "/groups");
    assert_eq!(admin.get(stack.at(&other)).await.status, 400);
    let other = next.replace("/people?", "/people?q=%20&");
    open(stack, &admin, &other).await;
}

async fn audit_log_is_filtered(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/people/{}", world.id("carol"));
    let notice = "The account was disabled.";
    confirmed(stack, &admin, &format!("{home}/disable"), notice).await;
    let page = open(stack, &admin, "/admin/audit?about=carol&period=today").await;
    assert_eq!(page.texts_of("tbody tr").len(), 1, "{}", page.dump());
    // Names instead of ids, with links.
    assert!(page.attributes("tbody a", "href").contains(&home));
    let titles = page.texts_of("tbody th");
    assert_eq!(titles, ["Account changed"]);
    let current = page.texts_of(".presets [aria-current]");
    assert_eq!(current, ["Today"]);
    for (path, rows) in [
        ("/admin/audit?about=carol&period=yesterday", 0),
        ("/admin/audit?about=carol&period=week", 1),
        ("/admin/audit?about=nobody", 0),
    ] {
        let page = open(stack, &admin, path).await;
        assert_eq!(page.texts_of("tbody tr").len(), rows, "{path}");
    }
    stack.clock.advance(86_400);
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/audit?about=carol&period=yesterday").await;
    assert_eq!(page.texts_of("tbody tr").len(), 1, "{}", page.dump());
}

async fn home_shows_latest_changes(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/people/{}", world.id("carol"));
    let notice = "The account was disabled.";
    confirmed(stack, &admin, &format!("{home}/disable"), notice).await;
    let page = open(stack, &admin, "/admin").await;
    assert!(page.attributes("tbody a", "href").contains(&home));
    // A sign-in is no change.
    let titles = page.texts_of("section[aria-labelledby=latest] tbody th");
    let change = "Account changed".to_owned();
    assert!(titles.contains(&change), "{titles:?}");
    assert!(!titles.contains(&"Signed in".to_owned()), "{titles:?}");
}

async fn picture_of_user_is_shown(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let alice = repo::users::find_by_id(world.db.read(), world.people["alice"]).await;
    let mut alice: User = alice.unwrap().unwrap();
    alice.profile.avatar = AvatarId::parse("Zk3s9QyV0cX1bT7mZk3s9Q");
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::users::update(&tx, &alice).await.unwrap());
    tx.commit().await.unwrap();
    let page = open(stack, &admin, "/admin/people").await;
    let own = "tbody a[data-face=''] img";
    let pictures = page.attributes(own, "src");
    assert_eq!(pictures, ["/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png"]);
    // The others have their initial.
    let initials = page.attributes("tbody a:not(:has(img))", "data-face");
    assert_eq!(initials.len() + 1, page.texts_of("tbody tr").len());
    assert!(initials.iter().all(|initial| !initial.is_empty()));
}
