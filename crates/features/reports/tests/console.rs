//! Tests of the pages of reports, and of their files.

use doorward_access::clock::Clock as _;
use doorward_reports::month::Month;
use doorward_reports::use_cases;
use doorward_testkit::{Stack, flows};

use super::list_files::rows;
use super::support::{browser, open};
use crate::admin::world::World;

flows!(
    report_of_month_is_shown_and_downloaded,
    reports_need_permission_for_deployment,
);

const LIST: &str = "/admin/reports";

async fn report_of_month_is_shown_and_downloaded(stack: &Stack) {
    let world = World::new(stack).await;
    let now = stack.clock.now();
    use_cases::store_due(&world.db, now).await.unwrap();
    let (month, before) = (Month::of(now), Month::of(now).previous());
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/system").await;
    assert!(
        page.has(&format!(".actions a[href='{LIST}']")),
        "{}",
        page.dump()
    );
    let page = open(stack, &admin, LIST).await;
    let links = [month, before].map(|month| format!("{LIST}/{month}"));
    assert_eq!(page.attributes("tbody th a", "href"), links);
    let files = page.attributes(".actions a", "href");
    assert_eq!(files, ["/admin/reports.csv", "/admin/reports.json"]);
    let file = open(stack, &admin, &files[0]).await;
    let (columns, lines) = rows(&file);
    assert_eq!(columns[..3], ["month", "counted_at", "active_users"]);
    assert_eq!(
        columns.last().map(String::as_str),
        Some("with_second_factor")
    );
    let months: Vec<&str> = lines.iter().map(|line| &line[0]).collect();
    assert_eq!(months, [month.to_string(), before.to_string()]);

    let page = open(stack, &admin, &links[0]).await;
    assert_eq!(page.text_of("h1"), Some(month.to_string()));
    let facts = page.texts_of(".summary > div");
    let has = |label: &str| facts.iter().any(|fact| fact.starts_with(label));
    for label in [
        "Users who signed in",
        "New users",
        "With a passkey",
        "Roles revoked",
    ] {
        assert!(has(label), "{label}: {facts:?}");
    }
    assert_eq!(page.text_of(".head .pill").as_deref(), Some("Not over yet"));
    // A month without a stored report is counted.
    let other = format!("{LIST}/{}", before.previous());
    let page = open(stack, &admin, &other).await;
    assert!(
        page.text().contains("There were no sign-ins to apps."),
        "{}",
        page.dump()
    );
    assert!(!page.has(".head .pill"), "{}", page.dump());
    for name in ["2026-13", &month.next().to_string()] {
        let page = admin.get(stack.at(&format!("{LIST}/{name}"))).await;
        assert_eq!(page.status, 404, "{name}");
    }
}

async fn reports_need_permission_for_deployment(stack: &Stack) {
    let world = World::new(stack).await;
    let month = Month::of(stack.clock.now());
    world.let_hold("carol", "reader", &["system:read"]).await;
    for (name, status) in [("mona", 404), ("helper", 404), ("carol", 200)] {
        let agent = browser(stack, name).await;
        for path in [
            LIST.to_owned(),
            format!("{LIST}/{month}"),
            format!("{LIST}.csv"),
        ] {
            let page = agent.get(stack.at(&path)).await;
            assert_eq!(page.status, status, "{name} {path}");
        }
    }
}
