//! Tests of the pages of sites.

use doorward_testkit::{Stack, flows};

use super::support::{browser, confirm, open, submit};
use crate::admin::world::World;

flows!(
    site_is_created_changed_and_deleted_by_forms,
    request_is_checked_by_form,
);

const LIST: &str = "/admin/sites";
const NEW: &str = "/admin/sites/new";
const WIKI: &str = "/admin/sites/wiki";

async fn site_is_created_changed_and_deleted_by_forms(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/apps").await;
    assert!(
        page.has(&format!("nav a[href='{LIST}']")),
        "{}",
        page.dump()
    );
    let page = open(stack, &admin, LIST).await;
    let links = page.attributes(".actions a", "href");
    assert_eq!(links, [NEW, "/admin/sites/check"]);
    for (field, fields) in [
        (
            "name",
            [
                ("name", "W"),
                ("hosts", "wiki.example.com"),
                ("rules", "/* user"),
            ],
        ),
        (
            "hosts",
            [("name", "wiki"), ("hosts", "*.com"), ("rules", "/* user")],
        ),
        (
            "rules",
            [
                ("name", "wiki"),
                ("hosts", "wiki.example.com"),
                ("rules", "/* user\n/x"),
            ],
        ),
    ] {
        let page = submit(stack, &admin, NEW, &fields).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}: {}", page.dump());
    }
    let fields = [
        ("name", "wiki"),
        ("hosts", "wiki.example.com\r\n*.wiki.example.com"),
        ("rules", "/public/* anyone\r\n\r\n/* user"),
        ("headers", "user = X-User\r\ntoken = Remote-Token"),
    ];
    let page = submit(stack, &admin, NEW, &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = admin.follow(page, "").await;
    assert_eq!(page.url.path(), WIKI);
    let text = page.text();
    for expected in [
        "The site is created.",
        "/public/* anyone",
        "*.wiki.example.com",
    ] {
        assert!(text.contains(expected), "{expected}: {}", page.dump());
    }
    // The form begins with the stored values.
    let edit = format!("{WIKI}/edit");
    let form = open(stack, &admin, &edit).await.form("#entry");
    assert_eq!(form.value("rules"), Some("/public/* anyone\n/* user"));
    assert_eq!(
        form.value("headers"),
        Some("user = X-User\ntoken = Remote-Token")
    );
    let page = submit(stack, &admin, &edit, &[("rules", "/* role=admin passkey")]).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("/* role=admin passkey"),
        "{}",
        page.dump()
    );
    let box_is_checked = "input[type=checkbox][name=raw_headers][checked]";
    for is_checked in [true, false] {
        let mut form = open(stack, &admin, &edit).await.form("#entry");
        // A browser sends an empty value before that of a checked box.
        form.fields
            .retain(|(name, value)| name != "raw_headers" || value.is_empty());
        if is_checked {
            form = form.and("raw_headers", "yes");
        }
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        let page = open(stack, &admin, &edit).await;
        assert_eq!(page.has(box_is_checked), is_checked, "{}", page.dump());
    }
    for (rules, expected) in [("", "Without a rule"), ("/* user", "/* user")] {
        let page = submit(stack, &admin, &edit, &[("rules", rules)]).await;
        let page = admin.follow(page, "").await;
        assert!(page.text().contains(expected), "{}", page.dump());
    }
    let unknown = [("organization", "nowhere")];
    let page = submit(stack, &admin, &edit, &unknown).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    // A form of the former version changes nothing.
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let page = confirm(stack, &admin, &format!("{WIKI}/delete"), None).await;
    let page = admin.follow(page, "").await;
    assert_eq!(page.url.path(), LIST);
    assert!(
        page.text().contains("The site is deleted."),
        "{}",
        page.dump()
    );
    assert!(world.has_event("site.changed", "admin", "deleted").await);
}

async fn request_is_checked_by_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let fields = [
        ("name", "wiki"),
        ("hosts", "wiki.example.com"),
        (
            "rules",
            "/public/* anyone\n/secret/* passkey\n/admin/* role=admin",
        ),
    ];
    submit(stack, &admin, NEW, &fields).await;
    let check = "/admin/sites/check";
    let page = open(stack, &admin, check).await;
    assert!(page.has("input[name=url]"), "{}", page.dump());
    let url = "?url=https%3A%2F%2Fwiki.example.com";
    let alice = world.id("alice");
    for (query, expected) in [
        ("%2Fpublic%2Fx".to_owned(), "Allowed"),
        ("%2Fsecret%2Fx".to_owned(), "Must sign in"),
        (
            format!("%2Fsecret%2Fx&user={alice}&factor="),
            "Must use a passkey",
        ),
        (
            format!("%2Fadmin%2Fx&user={alice}"),
            "The user has none of the roles",
        ),
        ("%2Fother".to_owned(), "No rule matches"),
        ("%2FPublic%2Fx".to_owned(), "In another case"),
    ] {
        let page = open(stack, &admin, &format!("{check}{url}{query}")).await;
        assert!(page.text().contains(expected), "{query}: {}", page.dump());
    }
    for query in [
        "%2Fa%2F%2Fb",
        "%2Fx&user=nobody-like-this",
        "%2Fx&method=get",
    ] {
        let page = admin.get(stack.at(&format!("{check}{url}{query}"))).await;
        assert_eq!(page.status, 422, "{query}: {}", page.dump());
    }
    // Without the permission the pages do not exist.
    let alice = browser(stack, "alice").await;
    for path in [LIST, check, NEW, WIKI] {
        let page = alice.get(stack.at(path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
}
