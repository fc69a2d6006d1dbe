//! Tests of where the focus of a page starts, of titles, and of the shortcut key of the search.

use doorward_testkit::{Page, Stack, both_backends, flows};

use super::objects::running_change;
use super::provider_edit;
use super::support::{browser, confirm, confirmed, location, open, page_of, submit};
use crate::admin::world::World;

both_backends!(search_key_is_switched_off_and_on,);
flows!(
    answer_to_form_has_focus,
    redirect_after_form_has_focus,
    titles_name_page_and_filter,
    titles_of_forms_name_object,
);

const ERRORS: &str = "[role=alert][tabindex='-1'][data-focus=always]";
const NOTICE: &str = ".notice[role=status][tabindex='-1'][data-focus=always]";
const HEADING: &str = "h1[tabindex='-1'][data-focus=always]";

/// Asserts that a page starts at this element and at no other, also without JavaScript.
#[track_caller]
fn assert_starts_at(page: &Page, element: &str) {
    assert!(
        page.has(&format!("{element}[autofocus]")),
        "{}",
        page.dump()
    );
    let all = page.attributes("[autofocus]", "autofocus");
    assert_eq!(all.len(), 1, "{}", page.dump());
    let scripted = page.attributes("[data-focus]", "data-focus");
    assert_eq!(scripted.len(), 1, "{}", page.dump());
}

#[track_caller]
fn assert_starts_at_top(page: &Page) {
    assert!(!page.has("[autofocus], [data-focus]"), "{}", page.dump());
}

async fn answer_to_form_has_focus(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let fields = [("username", ""), ("email", "dora@example.org")];
    let page = submit(stack, &admin, "/admin/people/new", &fields).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert_starts_at(&page, ERRORS);
    let path = format!("{}/delete", page_of(&world, "carol"));
    assert_starts_at_top(&open(stack, &admin, &path).await);
    let page = confirm(stack, &admin, &path, Some("carola")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert_starts_at(&page, ERRORS);
    // A new secret, which is never shown after a redirect.
    let fields = [
        ("name", "Photos"),
        ("kind", "web"),
        ("redirect_uri", "https://photos.example.com/callback"),
    ];
    let page = submit(stack, &admin, "/admin/apps/new", &fields).await;
    assert!(page.has("#secret"), "{}", page.dump());
    assert_starts_at(&page, HEADING);
    // A review.
    let path = format!("/admin/apps/{}/edit/sign-in", stack.seed.web.id);
    assert_starts_at_top(&open(stack, &admin, &path).await);
    let page = submit(stack, &admin, &path, &[("pkce", "optional")]).await;
    assert!(page.has("#confirm"), "{}", page.dump());
    assert_starts_at(&page, HEADING);
    let page = admin
        .submit(&page.press("#confirm button[value=form]"))
        .await;
    assert!(page.has("#entry"), "{}", page.dump());
    assert_starts_at(&page, HEADING);
}

async fn redirect_after_form_has_focus(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    assert_starts_at_top(&open(stack, &admin, &home).await);
    let path = format!("{home}/end-sessions");
    let page = confirmed(stack, &admin, &path, "All sessions were ended.").await;
    assert_starts_at(&page, NOTICE);
    // A redirect without a notice.
    let progress = running_change(&world).await;
    assert_starts_at_top(&open(stack, &admin, &progress).await);
    let page = open(stack, &admin, &format!("{progress}?done=started")).await;
    assert_starts_at(&page, HEADING);
}

async fn titles_name_page_and_filter(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = page_of(&world, "carol");
    let name = open(stack, &admin, &home).await.text_of("h1").unwrap();
    let sessions = format!("{home}/sessions");
    let of_sessions = format!("{name} · Sessions");
    for (path, title) in [
        ("/admin/people", "Users"),
        ("/admin/people?q=carol", "Users · carol"),
        (
            "/admin/people?q=carol&state=disabled",
            "Users · carol · Disabled",
        ),
        ("/admin/find?q=ca", "Search results · ca"),
        (home.as_str(), name.as_str()),
        (sessions.as_str(), of_sessions.as_str()),
    ] {
        let page = open(stack, &admin, path).await;
        let shown = page.text_of("title").unwrap();
        let expected = format!("{title} · Console · ");
        assert!(shown.starts_with(&expected), "{path}: {shown}");
    }
    // A question names its object, and a page with an error says so first.
    let path = format!("{home}/delete");
    let page = open(stack, &admin, &path).await;
    let question = page.text_of("h1").unwrap();
    let object = page.text_of("main strong bdi").unwrap();
    let title = format!("{question} · {object} · Console · ");
    let shown = page.text_of("title").unwrap();
    assert!(shown.starts_with(&title), "{shown}");
    let page = confirm(stack, &admin, &path, Some("carola")).await;
    let shown = page.text_of("title").unwrap();
    assert!(shown.starts_with(&format!("Error: {title}")), "{shown}");
}

async fn titles_of_forms_name_object(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    provider_edit::put(stack, "acme").await;
    let (user, group) = (page_of(&world, "carol"), world.groups["acme"]);
    for (home, forms) in [
        (user, ["edit", "access/give"]),
        (format!("/admin/groups/{group}"), ["edit", "members/add"]),
        ("/admin/organizations/acme".to_owned(), ["edit", "invite"]),
        ("/admin/roles/helper".to_owned(), ["edit", "give"]),
        // The pages of settings of an app have its name as their heading.
        (
            format!("/admin/apps/{}", stack.seed.web.id),
            ["logo", "access/give"],
        ),
        ("/admin/providers/acme".to_owned(), ["edit", "secret"]),
    ] {
        let name = open(stack, &admin, &home).await.text_of("h1").unwrap();
        for form in forms {
            let path = format!("{home}/{form}");
            let page = open(stack, &admin, &path).await;
            let heading = page.text_of("h1").unwrap();
            let shown = page.text_of("title").unwrap();
            let expected = format!("{heading} · {name} · Console · ");
            assert!(shown.starts_with(&expected), "{path}: {shown}");
            let object = page.text_of("h1 + p strong bdi");
            assert_eq!(object, Some(name.clone()), "{path}: {}", page.dump());
        }
    }
}

async fn search_key_is_switched_off_and_on(stack: &Stack) {
    const KEY: &str = "header [name=q][aria-keyshortcuts^='/']";
    const SWITCH: &str = "button[name=search_key]";
    let admin = browser(stack, "admin").await;
    let mut page = open(stack, &admin, "/admin/keys").await;
    for (is_on, text) in [(true, "Turn off"), (false, "Turn on"), (true, "Turn off")] {
        assert_eq!(page.has(KEY), is_on, "{}", page.dump());
        let shown = page.text_of(SWITCH).unwrap();
        assert!(shown.starts_with(text), "{shown}");
        let page_after = admin.submit(&page.press(SWITCH)).await;
        assert_eq!(location(&page_after), "/admin/keys");
        page = open(stack, &admin, "/admin/keys").await;
    }
    assert!(!page.has(KEY));
    // Another value changes nothing.
    let form = page.form("form[action='/preferences']");
    let answer = admin.submit(&form.with("search_key", "maybe")).await;
    assert_eq!(location(&answer), "/admin/keys");
    assert!(!open(stack, &admin, "/admin/keys").await.has(KEY));
    // Other pages have no search.
    assert!(!admin.get(stack.at("/account")).await.has(SWITCH));
}
