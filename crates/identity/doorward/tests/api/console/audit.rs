//! Tests of the audit log: its filters, one event with the values before and after, and its file.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditKind, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::json;

use super::support::{browser, location, open};
use crate::admin::world::{World, ok};

flows!(
    event_shows_values_before_and_after,
    titles_are_sentences_in_language_of_page,
    equal_changes_are_one_row,
    actor_of_failed_sign_in_is_user_or_unknown,
    unknown_events_do_not_exist,
    log_is_filtered_by_each_value,
    filter_is_kept_in_links_and_form,
    yesterday_is_whole_day_in_utc,
    file_has_harmless_cells_of_filter,
    file_is_sent_in_parts,
    file_requires_right_and_recent_authentication,
    export_is_recorded,
    export_ends_with_right,
);

const DAY: i64 = 86_400;

/// Returns an event that is not stored yet.
fn event(world: &World<'_>, kind: AuditKind, subject: &str) -> AuditEvent {
    world
        .operator("admin", &[], &[])
        .event(kind, subject, "tested")
}

async fn insert(world: &World<'_>, events: &[AuditEvent]) {
    let tx = world.db.begin_write().await.unwrap();
    for event in events {
        repo::audit::insert(&tx, event).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Returns the titles of the listed events in alphabetical order.
fn titles(page: &Page) -> Vec<String> {
    let mut titles = page.texts_of("tbody th");
    titles.sort();
    titles
}

async fn event_shows_values_before_and_after(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let id = &stack.seed.web.id;
    let app = format!("/admin/apps/{id}");
    let page = open(stack, &admin, &app).await;
    let old = page.text_of("h1").unwrap();
    let change = json!({ "name": "Renamed app" });
    let path = format!("/api/admin/clients/{id}");
    ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );

    // The page of the app links to its events.
    let history = format!("/admin/audit?client={id}");
    assert!(page.attributes(".sub a", "href").contains(&history));
    let path = format!("{history}&kind=client.changed&actor=admin");
    let page = open(stack, &admin, &path).await;
    assert_eq!(titles(&page), ["App changed: Name"]);
    let home = page.attributes("tbody th a", "href").remove(0);
    stack.seal_audit().await;
    let list = open(stack, &admin, &path).await;
    // Only what is unusual is marked.
    assert_eq!(list.texts_of("thead th").last().unwrap(), "Address");
    assert!(!list.has("tbody .pill"), "{}", list.dump());
    assert_eq!(list.attributes("[aria-sort]", "aria-sort"), ["descending"]);
    let page = open(stack, &admin, &home).await;
    let row = format!("Name {old} Renamed app");
    assert!(page.texts_of("tbody tr").contains(&row), "{}", page.dump());
    assert_eq!(page.texts_of("thead th"), ["Field", "Before", "After"]);
    // The objects are linked.
    let links = page.attributes(".summary a", "href");
    let user = format!("/admin/people/{}", world.id("admin"));
    assert!(links.contains(&app) && links.contains(&user), "{links:?}");
    assert_eq!(page.text_of(".head .pill").unwrap(), "Sealed in the log");
    // The position in the chain leads to the same event.
    let facts = page.texts_of(".summary > div");
    let mut positions = facts
        .iter()
        .filter_map(|fact| fact.strip_prefix("Place in the chain "));
    let seq = positions.next().expect("a position");
    let same = open(stack, &admin, &format!("/admin/audit/{seq}")).await;
    assert_eq!(same.texts_of(".summary > div"), facts);
    // An event without a change has no such table.
    let page = open(stack, &admin, "/admin/audit?kind=login.succeeded").await;
    let home = page.attributes("tbody th a", "href").remove(0);
    let page = open(stack, &admin, &home).await;
    assert!(!page.texts_of("thead th").contains(&"Before".to_owned()));
}

async fn titles_are_sentences_in_language_of_page(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let changed = |kind, change| {
        let operator = world.operator("admin", &[], &[]);
        operator.event(kind, "object-1", change)
    };
    let events = [
        changed(AuditKind::RoleChanged, "permission created"),
        changed(AuditKind::RoleChanged, "changed"),
        changed(AuditKind::ClientChanged, "name disabled"),
        changed(AuditKind::ClientChanged, "name unknown"),
    ];
    insert(&world, &events).await;
    let path = "/admin/audit?subject=object-1";
    let page = open(stack, &admin, path).await;
    let english = [
        "App changed: Name, disabled",
        "App changed: name unknown",
        "Role changed",
        "Role changed: permission created",
    ];
    assert_eq!(titles(&page), english);
    let page = open(stack, &admin, &format!("{path}&kind=role.changed")).await;
    assert_eq!(titles(&page), &english[2..]);
    let options = page.texts_of("#kind option");
    assert!(options.contains(&"Role changed".to_owned()), "{options:?}");
    let home = page.attributes("tbody th a", "href").remove(0);
    let page = open(stack, &admin, &home).await;
    assert!(page.text_of("h1").unwrap().starts_with("Role changed"));
    // The code stays for filters, files and the API.
    let facts = page.texts_of(".summary > div");
    assert!(facts.contains(&"Kind role.changed".to_owned()), "{facts:?}");
    let german = page.form("form[action='/preferences']").with("lang", "de");
    admin.submit(&german).await;
    let page = open(stack, &admin, path).await;
    let titles = titles(&page);
    assert!(
        titles.contains(&"Rolle geändert: Berechtigung angelegt".to_owned()),
        "{titles:?}"
    );
}

async fn equal_changes_are_one_row(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    stack.clock.advance(1);
    let key = |number: usize| event(&world, AuditKind::KeyChanged, &format!("key-{number}"));
    insert(&world, &(0..4).map(key).collect::<Vec<_>>()).await;
    for path in ["/admin/audit", "/admin"] {
        let page = open(stack, &admin, path).await;
        let titles = page.texts_of("tbody th");
        let equal = "Signing key changed: tested, 4 times".to_owned();
        assert!(titles.contains(&equal), "{path}: {titles:?}");
        // The list of the kind shows each of them.
        let all = "/admin/audit?kind=key.changed";
        assert!(page.has(&format!("tbody th a[href='{all}']")), "{path}");
        let page = open(stack, &admin, all).await;
        let titles = page.texts_of("tbody th");
        let each = titles
            .iter()
            .filter(|title| *title == "Signing key changed: tested");
        assert_eq!(each.count(), 4, "{titles:?}");
    }
}

async fn actor_of_failed_sign_in_is_user_or_unknown(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let mut known = event(&world, AuditKind::LoginFailed, &world.id("carol"));
    known.actor = None;
    let mut unknown = known.clone();
    unknown.id = event(&world, AuditKind::LoginFailed, "").id;
    unknown.subject = None;
    insert(&world, &[known, unknown]).await;
    let page = open(stack, &admin, "/admin/audit?kind=login.failed").await;
    let mut actors = page.texts_of("tbody td:nth-of-type(2)");
    actors.sort();
    assert_eq!(actors, ["Alice Example", "Not known"]);
    let event = format!("/admin/people/{}", world.id("carol"));
    assert!(page.attributes("tbody td a", "href").contains(&event));
}

async fn unknown_events_do_not_exist(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for id in [
        "unknown",
        "0",
        "-1",
        "999999999",
        "99999999999999999999",
        doorward_testkit::addresses::ID,
    ] {
        let page = admin.get(stack.at(&format!("/admin/audit/{id}"))).await;
        assert_eq!(page.status, 404, "{id}: {}", page.dump());
    }
}

/// Inserts three events of different kinds.
async fn insert_three(world: &World<'_>) {
    let mut key = event(world, AuditKind::KeyChanged, "key-1");
    key.actor = Some(world.id("helper"));
    key.ip = Some("192.0.2.7".parse().unwrap());
    let mut client = event(world, AuditKind::ClientChanged, "some-app");
    client.actor = Some(world.id("carol"));
    let mut login = event(world, AuditKind::LoginFailed, &world.id("carol"));
    login.client_id = Some("some-app".to_owned());
    login.ip = Some("2001:db8::7".parse().unwrap());
    insert(world, &[key, client, login]).await;
}

async fn log_is_filtered_by_each_value(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    insert_three(&world).await;
    let [key, client, login] = [
        "Signing key changed: tested",
        "App changed: tested",
        "Sign-in failed: tested",
    ];
    for (query, expected) in [
        ("actor=helper", vec![key]),
        ("actor=carol", vec![client]),
        ("subject=carol", vec![login]),
        ("about=carol", vec![client, login]),
        ("object=key-1", vec![key]),
        // The id of an object is no name of a user.
        ("object=carol", vec![]),
        ("about=carol&kind=login.failed", vec![login]),
        ("about=carol&client=some-app", vec![client, login]),
        ("client=some-app", vec![client, login]),
        ("client=some-app&kind=login.failed", vec![login]),
        ("client=some-app&subject=some-app", vec![client]),
        ("kind=key.changed&subject=key-1", vec![key]),
        ("address=192.0.2.7", vec![key]),
        ("address=2001:DB8:0:0::7", vec![login]),
        ("address=192.0.2.7&actor=carol", vec![]),
        ("address=nowhere", vec![]),
    ] {
        let page = open(stack, &admin, &format!("/admin/audit?{query}")).await;
        assert_eq!(titles(&page), expected, "{query}");
    }
    let page = open(stack, &admin, "/admin/audit?kind=login.failed").await;
    assert!(!titles(&page).is_empty());
    for query in ["kind=lost", "day=2026-02-30", "day=today"] {
        let page = admin.get(stack.at(&format!("/admin/audit?{query}"))).await;
        assert_eq!(page.status, 400, "{query}");
    }
}

async fn filter_is_kept_in_links_and_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    insert_three(&world).await;
    let path = "/admin/audit?actor=carol&kind=client.changed";
    let page = open(stack, &admin, path).await;
    let chosen = [
        "Remove filter “Who: carol”",
        "Remove filter “What happened: App changed”",
        "Show all again",
    ];
    assert_eq!(page.texts_of(".chosen a"), chosen);
    assert_eq!(
        page.attributes(".chosen a", "href"),
        [
            "/admin/audit?kind=client.changed",
            "/admin/audit?actor=carol",
            "/admin/audit"
        ]
    );
    let form = page.form("form.filters");
    assert_eq!(form.value("actor"), Some("carol"));
    assert_eq!(form.value("kind"), Some("client.changed"));
    let page = admin.submit(&form).await;
    assert_eq!(titles(&page), ["App changed: tested"]);
    let file = "/admin/audit.csv?actor=carol&kind=client.changed".to_owned();
    assert!(page.attributes(".actions a", "href").contains(&file));
    // A preset keeps the rest; a period is kept by the form.
    let yesterday = format!("{path}&period=yesterday");
    assert!(page.attributes(".presets a", "href").contains(&yesterday));
    let page = open(stack, &admin, &yesterday).await;
    assert_eq!(page.form("form.filters").value("period"), Some("yesterday"));
    let mine = format!("/admin/audit?actor={}", world.id("admin"));
    let page = open(stack, &admin, &mine).await;
    assert_eq!(page.texts_of(".presets [aria-current]"), ["All", "Mine"]);
    assert!(!titles(&page).contains(&"Signing key changed: tested".to_owned()));
    // The pages of objects link to the events about them, of a user by the name as well.
    let group = format!("/admin/groups/{}", world.groups["acme"]);
    let group_id = world.groups["acme"].to_string();
    for (path, object) in [
        ("/admin/roles/admin", "admin"),
        (group.as_str(), group_id.as_str()),
    ] {
        let page = open(stack, &admin, path).await;
        let history = format!("/admin/audit?object={object}");
        assert!(page.attributes(".actions a", "href").contains(&history));
        let page = open(stack, &admin, &history).await;
        assert_eq!(page.form("form.filters").value("object"), Some(object));
    }
    let page = open(stack, &admin, "/admin/organizations/acme").await;
    let history = "/admin/audit?organization=acme";
    assert!(
        page.attributes(".actions a", "href")
            .contains(&history.to_owned())
    );
    let page = open(stack, &admin, history).await;
    assert_eq!(
        page.form("form.filters").value("organization"),
        Some("acme")
    );
    let carol = format!("/admin/people/{}", world.id("carol"));
    let page = open(stack, &admin, &carol).await;
    let history = format!("/admin/audit?subject={}", world.id("carol"));
    assert!(page.attributes(".sub a", "href").contains(&history));
    let page = open(stack, &admin, &history).await;
    assert_eq!(titles(&page), ["Sign-in failed: tested"]);
}

async fn yesterday_is_whole_day_in_utc(stack: &Stack) {
    let world = World::new(stack).await;
    let now = stack.clock.now();
    let today = now - now.rem_euclid(DAY);
    let times = [today - DAY - 1, today - DAY, today - 1, today];
    let events = times.map(|at| AuditEvent {
        at,
        ..event(&world, AuditKind::KeyChanged, "key-1")
    });
    insert(&world, &events).await;
    let admin = browser(stack, "admin").await;
    let path = "/admin/audit?subject=key-1&period=yesterday";
    let page = open(stack, &admin, path).await;
    let times = page.attributes("tbody time", "datetime");
    assert_eq!(times.len(), 2, "{}", page.dump());
    assert!(times[0].ends_with("T23:59:59Z") && times[1].ends_with("T00:00:00Z"));
    // A day replaces the period.
    let day = &times[0][..10];
    for period in ["", "&period=today"] {
        let path = format!("/admin/audit?subject=key-1&day={day}{period}");
        let page = open(stack, &admin, &path).await;
        assert_eq!(page.attributes("tbody time", "datetime"), times);
        assert!(page.texts_of(".presets [aria-current]").is_empty());
    }
    stack.clock.advance(DAY);
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, path).await;
    assert_eq!(titles(&page), ["Signing key changed: tested"]);
}

/// Returns the rows of a file without the names of the columns.
fn rows(page: &Page) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(page.body.as_slice());
    let columns = reader.headers().expect("the columns").clone();
    assert_eq!(
        columns.iter().take(3).collect::<Vec<_>>(),
        ["id", "at", "kind"]
    );
    reader.records().map(|row| row.expect("a row")).collect()
}

async fn file_has_harmless_cells_of_filter(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    insert_three(&world).await;
    let mut hostile = event(&world, AuditKind::ClientChanged, "some-app");
    hostile.actor = Some("=HYPERLINK(\"https://evil.example\")".to_owned());
    hostile.user_agent = Some("@SUM(1),\r\n".to_owned());
    hostile.request_id = Some("\t-1".to_owned());
    insert(&world, &[hostile]).await;
    let path = "/admin/audit.csv?client=some-app&kind=client.changed";
    let page = open(stack, &admin, path).await;
    assert_eq!(page.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(
        page.header("content-disposition"),
        Some("attachment; filename=\"audit.csv\"")
    );
    let rows = rows(&page);
    assert_eq!(rows.len(), 2, "{}", page.text());
    assert!(rows.iter().all(|row| &row[2] == "client.changed"));
    let hostile = rows.iter().find(|row| row[4].contains("HYPERLINK"));
    let hostile = hostile.expect("the event");
    assert_eq!(&hostile[4], "'=HYPERLINK(\"https://evil.example\")");
    assert_eq!(&hostile[8], "'@SUM(1),\r\n");
    assert_eq!(&hostile[10], "'\t-1");
    let page = open(stack, &admin, "/admin/audit.csv?subject=nothing").await;
    assert!(page.text().starts_with("id,at,kind,"), "{}", page.text());
    assert_eq!(page.text().lines().count(), 1);
    let request = admin.http().head(stack.at(path));
    let page = admin.send(request).await;
    assert_eq!((page.status, page.body.len()), (200, 0));
}

async fn file_is_sent_in_parts(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    // More than two parts, which end within one second.
    let events: Vec<AuditEvent> = (0..250)
        .map(|number| AuditEvent {
            at: stack.clock.now() - number / 30,
            ..event(&world, AuditKind::KeyChanged, "key-1")
        })
        .collect();
    insert(&world, &events).await;
    let page = open(stack, &admin, "/admin/audit.csv?subject=key-1").await;
    let rows = rows(&page);
    let mut ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((rows.len(), ids.len()), (250, 250));
    let times: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
}

async fn file_requires_right_and_recent_authentication(stack: &Stack) {
    World::new(stack).await;
    let path = "/admin/audit.csv";
    let page = UserAgent::new().get(stack.at(path)).await;
    assert_eq!(location(&page), format!("/login?next={path}"));
    for name in ["carol", "helper"] {
        let agent = browser(stack, name).await;
        assert_eq!(agent.get(stack.at(path)).await.status, 404, "{name}");
    }
    let admin = browser(stack, "admin").await;
    open(stack, &admin, path).await;
    stack.clock.advance(901);
    let page = admin.get(stack.at(path)).await;
    assert_eq!(location(&page), "/login?next=/admin/audit");
}

async fn export_is_recorded(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = "/admin/audit.csv?actor=carol&kind=client.changed";
    admin.send(admin.http().head(stack.at(path))).await;
    assert!(stack.audited(AuditKind::AuditExported).await.is_empty());
    open(stack, &admin, path).await;
    assert!(world.has_event("audit.exported", "admin", "started").await);
    let events = stack.audited(AuditKind::AuditExported).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].actor, Some(world.id("admin")));
    let filter = &events[0].detail["filter"];
    assert_eq!(filter["actor"], world.id("carol"));
    assert_eq!(filter["kinds"], json!(["client.changed"]));
    assert!(filter["since"].is_null());
}

async fn export_ends_with_right(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "auditor", &["audit:read"]).await;
    let carol = browser(stack, "carol").await;
    // Several parts of the file, each larger than what the connection buffers.
    let large = "x".repeat(64 * 1024);
    let events: Vec<AuditEvent> = (0..400)
        .map(|_| AuditEvent {
            user_agent: Some(large.clone()),
            ..event(&world, AuditKind::KeyChanged, "key-1")
        })
        .collect();
    insert(&world, &events).await;
    let path = stack.at("/admin/audit.csv?subject=key-1");
    let mut file = carol.http().get(path).send().await.unwrap();
    assert_eq!(file.status(), 200);
    assert!(file.chunk().await.unwrap().is_some());
    let tx = world.db.begin_write().await.unwrap();
    let id = world.id("carol");
    let removed = repo::roles::unassign(&tx, SubjectKind::User, &id, "auditor", None).await;
    assert!(removed.unwrap());
    tx.commit().await.unwrap();
    // The connection ends before the file does.
    while let Ok(part) = file.chunk().await {
        assert!(part.is_some(), "the file is whole");
    }
}
