//! Tests of the page of the notice and of read-only mode.

use doorward_access::clock::Clock as _;
use doorward_domain::time::to_rfc3339;
use doorward_testkit::{Stack, flows};

use super::support::{browser, confirmed, open, submit};
use crate::admin::world::World;

flows!(
    notice_is_set_and_removed_by_forms,
    read_only_mode_is_set_and_ended_by_forms,
);

const HOME: &str = "/admin/notices";

async fn notice_is_set_and_removed_by_forms(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/system").await;
    assert!(page.has(&format!("a[href='{HOME}']")), "{}", page.dump());
    let until = to_rfc3339(stack.clock.now() + 3_600);
    let path = "/admin/notices/set";
    for (field, fields) in [
        (
            "text",
            [("text", ""), ("languages", ""), ("until", until.as_str())],
        ),
        (
            "until",
            [
                ("text", "Soon"),
                ("languages", ""),
                ("until", "2019-01-15T00:00"),
            ],
        ),
        (
            "languages",
            [
                ("text", "Soon"),
                ("languages", "Bald"),
                ("until", until.as_str()),
            ],
        ),
    ] {
        let page = submit(stack, &admin, path, &fields).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}: {}", page.dump());
    }
    let fields = [
        ("text", "Soon"),
        ("languages", "de = Bald"),
        ("until", until.as_str()),
    ];
    let page = submit(stack, &admin, path, &fields).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text_of(".banners")
            .is_some_and(|text| text.contains("Soon")),
        "{}",
        page.dump()
    );
    assert!(
        world
            .has_event("system.changed", "admin", "notice set")
            .await
    );
    // The form begins with the present texts.
    let form = open(stack, &admin, path).await.form("#entry");
    assert_eq!(form.value("text"), Some("Soon"));
    assert_eq!(form.value("languages"), Some("de = Bald"));
    let page = confirmed(
        stack,
        &admin,
        "/admin/notices/remove",
        "The notice is removed.",
    )
    .await;
    assert!(!page.has(".banners"), "{}", page.dump());
}

async fn read_only_mode_is_set_and_ended_by_forms(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = "/admin/read-only/set";
    let late = to_rfc3339(stack.clock.now() + 8 * 86_400);
    let page = submit(stack, &admin, path, &[("until", &late)]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let until = to_rfc3339(stack.clock.now() + 3_600);
    let page = submit(stack, &admin, path, &[("until", &until)]).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("Changes are rejected"),
        "{}",
        page.dump()
    );
    let fields = [("text", "Soon"), ("until", until.as_str())];
    let page = submit(stack, &admin, "/admin/notices/set", &fields).await;
    assert_eq!(page.status, 503, "{}", page.dump());

    // It has no banner after the end.
    let page = open(stack, &admin, "/admin/read-only/end").await;
    let page = admin.submit(&page.form("#confirm")).await;
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("Read-only mode has ended."),
        "{}",
        page.dump()
    );
    assert!(!page.has(".banners"), "{}", page.dump());
    assert!(
        world
            .has_event("system.changed", "admin", "read-only mode ended")
            .await
    );
}
