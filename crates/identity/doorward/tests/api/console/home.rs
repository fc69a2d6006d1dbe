//! Tests of the home page: numbers, the setup, and parts without permission or database.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AppCount, Assignment, MonthlyReport, ReportFigure, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows, rows};

use super::objects::failed_job;
use super::support::{browser, location, open, submit};
use crate::admin::world::World;

flows!(
    home_shows_numbers_of_last_day,
    home_shows_month_and_deadlines,
    days_of_home_are_chosen,
    setup_is_shown_until_done,
    each_part_needs_its_permission,
    owner_sees_own_organization_only,
    account_links_console_for_administrators,
    attention_names_each_cause,
    unavailable_part_is_not_empty,
    apps_show_last_use_and_failures,
);

const SETUP_LINKS: &str = "section[aria-labelledby=setup] a";
const SETUP_STATES: &str = "section[aria-labelledby=setup] .pill";
const ATTENTION: &str = "section[aria-labelledby=attention] a";
/// The time within which attempts and numbers of tokens are written.
const PATIENCE: Duration = Duration::from_secs(30);

async fn fail(stack: &Stack, name: &str) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", name);
    let page = agent.submit(&form.with("password", "wrong")).await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

async fn home_shows_numbers_of_last_day(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    browser(stack, "alice").await;
    browser(stack, "alice").await;
    for name in ["alice", "nobody"] {
        fail(stack, name).await;
    }
    stack.seal_audit().await;
    let page = open(stack, &admin, "/admin").await;
    // Sign-ins, failures, active users, rejected requests.
    let numbers = page.texts_of(".figures .number");
    assert_eq!(numbers, ["3", "2", "2", "0"], "{}", page.dump());
    assert!(page.text().contains("3 more than the day before"));
    assert!(page.text().contains("As many as the day before"));
    assert!(page.text().contains("2 more than yesterday by this hour"));
    let bars = page.attributes(".figures svg path", "d");
    assert_eq!(bars.len(), 4);
    assert!(bars[0].contains("v-40h7v40z"), "{bars:?}");
    assert_eq!(bars[3], "");
    for (part, rows) in [("figures", 24), ("days", 28)] {
        let rows_of = format!("section[aria-labelledby={part}] details tbody tr");
        assert_eq!(page.texts_of(&rows_of).len(), rows, "{part}");
    }
    let today = page.texts_of("section[aria-labelledby=days] tbody tr:first-child td");
    assert_eq!(today, ["3", "2"], "{}", page.dump());
    let links = page.attributes(".figures a", "href");
    assert!(links.contains(&"/admin/sign-ins?outcome=failed".to_owned()));
    assert!(page.has("section[aria-labelledby=latest] a[href='/admin/audit']"));

    // A day later they are those of the day before.
    stack.clock.advance(86_400);
    let admin = browser(stack, "admin").await;
    stack.seal_audit().await;
    let page = open(stack, &admin, "/admin").await;
    let numbers = page.texts_of(".figures .number");
    assert_eq!(numbers, ["1", "0", "1", "0"], "{}", page.dump());
    assert!(page.text().contains("2 fewer than the day before"));
    assert!(page.text().contains("1 fewer than yesterday by this hour"));
}

async fn days_of_home_are_chosen(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    for (query, name, days) in [
        ("", "Last 4 weeks", 28),
        ("?days=7", "Last 7 days", 7),
        ("?days=90", "Last 90 days", 90),
        // One that is not offered.
        ("?days=3650", "Last 4 weeks", 28),
    ] {
        let page = open(stack, &admin, &format!("/admin{query}")).await;
        assert_eq!(page.texts_of(".presets [aria-current]"), [name], "{query}");
        let rows = page.texts_of("section[aria-labelledby=days] tbody tr");
        assert_eq!(rows.len(), days, "{query}");
    }
}

async fn home_shows_month_and_deadlines(stack: &Stack) {
    let world = World::new(stack).await;
    let (now, day) = (stack.clock.now(), 86_400);
    let mut report = MonthlyReport {
        month: now - 5 * day,
        counted_at: now - 7_200,
        apps: vec![AppCount {
            client_id: Some(stack.seed.web.id.clone()),
            sign_ins: 1_204,
            ..AppCount::default()
        }],
        ..MonthlyReport::default()
    };
    for (figure, n) in [
        (ReportFigure::NewUsers, 14),
        (ReportFigure::Users, 200),
        (ReportFigure::WithSecondFactor, 151),
    ] {
        report.add(figure, n);
    }
    let tx = world.db.begin_write().await.unwrap();
    repo::monthly_reports::put(&tx, &report).await.unwrap();
    for (user, days) in [("alice", 10), ("bob", 40)] {
        let assignment = Assignment {
            expires_at: Some(now + days * day),
            ..world.given(SubjectKind::User, &world.id(user), "helper", None)
        };
        repo::roles::assign(&tx, &assignment).await.unwrap();
    }
    tx.commit().await.unwrap();
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin").await;
    let month = page.texts_of("section[aria-labelledby=month] dd");
    assert_eq!(month, ["14", "75% (151 of 200)", "2 hours ago"]);
    assert!(page.has("section[aria-labelledby=month] a[href='/admin/reports']"));
    let used = page.texts_of("section[aria-labelledby=used] td");
    assert_eq!(used, ["1,204", "0"], "{}", page.dump());
    let ending = "section[aria-labelledby=ending] a[href='/admin/grants?end=month']";
    assert_eq!(page.text_of(ending).as_deref(), Some("1"));
    let page = open(stack, &admin, "/admin/grants?end=month").await;
    assert_eq!(page.texts_of("tbody th").len(), 1, "{}", page.dump());
    // Without the permission for the system, only the deadlines are left.
    world.let_hold("carol", "reader", &["roles:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, "/admin").await;
    assert_eq!(page.text_of(ending).as_deref(), Some("1"));
    assert!(
        !page.has("section[aria-labelledby=month]"),
        "{}",
        page.dump()
    );
}

async fn setup_is_shown_until_done(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin").await;
    let links = page.attributes(SETUP_LINKS, "href");
    let expected = [
        "/admin/setup/issuer",
        "/admin/setup/mail",
        "/account/security/passkeys",
        "/admin/apps",
    ];
    assert_eq!(links, expected);
    let before = page.texts_of(SETUP_STATES);
    assert_eq!(before[0].trim(), "To do", "the issuer is local");
    assert_eq!(before[2].trim(), "To do", "there is one administrator");
    assert_eq!(before[3].trim(), "Done");
    stack.give_role("carol", "admin").await;
    let page = open(stack, &admin, "/admin").await;
    assert_eq!(page.texts_of(SETUP_STATES)[2].trim(), "Done");
}

async fn each_part_needs_its_permission(stack: &Stack) {
    let world = World::new(stack).await;
    // The owner of an organization sees nothing of the deployment.
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin").await;
    assert!(!page.has(".figures") && !page.has("main section"));
    assert!(!page.has("main table"), "{}", page.dump());
    world.let_hold("carol", "reader", &["system:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, "/admin").await;
    assert!(page.has(".figures") && !page.has(".figures a"));
    assert!(!page.text().contains("Latest changes"), "{}", page.dump());
    let links = page.attributes(SETUP_LINKS, "href");
    assert_eq!(links.len(), 2, "{links:?}");
    let helper = browser(stack, "helper").await;
    let page = open(stack, &helper, "/admin").await;
    assert!(!page.has(".figures"), "{}", page.dump());
    let links = page.attributes(SETUP_LINKS, "href");
    assert_eq!(links.len(), 2, "{links:?}");
}

async fn owner_sees_own_organization_only(stack: &Stack) {
    World::new(stack).await;
    let (mona, bob) = (browser(stack, "mona").await, browser(stack, "bob").await);
    let acme = "/admin/organizations/acme";
    let invite = format!("{acme}/invite");
    let fields = [("email", "dora@example.org")];
    let page = submit(stack, &mona, &invite, &fields).await;
    assert_eq!(location(&page), format!("{acme}?done=console-invited"));
    let page = open(stack, &mona, "/admin").await;
    assert_eq!(page.text_of("h1").as_deref(), Some("ACME"));
    // Members, open invitations, groups.
    let invitations = format!("{acme}/invitations");
    let lists = [acme, &invitations, "/admin/groups"];
    assert_eq!(page.attributes(".summary a", "href"), lists);
    assert_eq!(page.texts_of(".summary a"), ["2", "1", "1"]);
    let actions = page.attributes(".actions a", "href");
    assert_eq!(actions, [&invite, &format!("{invite}-file"), acme]);
    assert_eq!(page.texts_of("tbody th"), ["dora@example.org"]);
    for link in page.attributes("main a", "href") {
        open(stack, &mona, &link).await;
    }
    // The owner of another organization.
    let page = open(stack, &bob, "/admin").await;
    assert_eq!(page.text_of("h1").as_deref(), Some("ZETA"));
    assert_eq!(page.texts_of(".summary a"), ["1", "0", "1"]);
    let text = page.text().to_lowercase();
    for name in ["acme", "dora", "mona", "alice"] {
        assert!(!text.contains(name), "{name}: {}", page.dump());
    }
}

async fn account_links_console_for_administrators(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["system:read"]).await;
    // An administrator, a user with one permission, an owner, and a member without any.
    for (name, expected) in [
        ("admin", true),
        ("carol", true),
        ("mona", true),
        ("alice", false),
    ] {
        let agent = browser(stack, name).await;
        let page = open(stack, &agent, "/account").await;
        let is_linked = page.has("nav.side a[href='/admin']");
        assert_eq!(is_linked, expected, "{name}: {}", page.dump());
        let opened = agent.get(stack.at("/admin")).await.status == 200;
        assert_eq!(opened, expected, "{name}");
    }
}

async fn attention_names_each_cause(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, helper) = (
        browser(stack, "admin").await,
        browser(stack, "helper").await,
    );
    let page = open(stack, &admin, "/admin").await;
    // Findings about the configuration, which tests have on purpose.
    let unsafe_values = page.attributes(ATTENTION, "href");
    let is_own = |href: &String| href == "/admin/system/configuration";
    assert!(unsafe_values.iter().all(is_own), "{unsafe_values:?}");
    // Lines may break within the keys.
    let settings = page.texts_of("section[aria-labelledby=attention] code");
    let settings: Vec<String> = settings.iter().map(|key| key.replace(' ', "")).collect();
    for cause in ["passwords.hash_memory_kib", "limits.multiplier"] {
        assert!(settings.iter().any(|key| key == cause), "{settings:?}");
    }
    failed_job(&world).await;
    let client = &stack.seed.excepted.id;
    for change in [
        "DELETE FROM signing_keys WHERE algorithm = 'RS256'".to_owned(),
        format!("UPDATE clients SET code_protection = 'none' WHERE id = '{client}'"),
    ] {
        rows::execute(&stack.storage().identity, &change).await;
    }
    let app = format!("/admin/apps/{client}");
    let page = open(stack, &admin, "/admin").await;
    let links = page.attributes(ATTENTION, "href");
    let first = ["/admin/keys", "/admin/system/jobs?state=failed"].map(str::to_owned);
    let expected = [&first[..], &unsafe_values, std::slice::from_ref(&app)].concat();
    assert_eq!(links, expected, "{}", page.dump());
    let texts = page.texts_of(ATTENTION);
    let last = texts.len() - 1;
    for (at, cause) in [
        (0, "RS256"),
        (1, "Failed jobs"),
        (last, "neither PKCE nor nonce"),
    ] {
        assert!(texts[at].contains(cause), "{texts:?}");
    }
    // Each line needs its permission.
    let page = open(stack, &helper, "/admin").await;
    assert_eq!(page.attributes(ATTENTION, "href"), [app]);
}

async fn unavailable_part_is_not_empty(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let database = &stack.storage().identity;
    rows::execute(database, "ALTER TABLE stats RENAME TO hidden_stats").await;
    let page = open(stack, &admin, "/admin").await;
    rows::execute(database, "ALTER TABLE hidden_stats RENAME TO stats").await;
    let parts = page.texts_of("main section h2");
    let expected = ["Needs attention", "Last 24 hours", "Latest changes"];
    assert_eq!(parts, expected, "{}", page.dump());
    assert_eq!(page.text().matches("Not available now").count(), 3);
    assert!(!page.text().contains("Nothing was changed yet."));
    let page = open(stack, &admin, "/admin").await;
    assert!(page.has(".figures"), "{}", page.dump());
}

async fn apps_show_last_use_and_failures(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = &stack.seed.service;
    let app = format!("/admin/apps/{}", client.id);
    let page = open(stack, &admin, &app).await;
    let facts = page.text_of(".summary").expect("facts");
    assert!(facts.contains("Never"), "{facts}");
    let fields = [("grant_type", "client_credentials")];
    assert_eq!(stack.token(client, &fields).await.status, 200);
    let request = UserAgent::new();
    let wrong = request
        .http()
        .post(stack.at("/oauth2/token"))
        .basic_auth(&client.id, Some("wrong"))
        .form(&fields);
    assert_eq!(request.send(wrong).await.status, 401);
    let failures = format!("{app}/failures");
    let start = Instant::now();
    loop {
        let page = open(stack, &admin, &app).await;
        let facts = page.text_of(".summary").expect("facts");
        let links = page.attributes(".summary a", "href");
        if links.contains(&failures) && !facts.contains("Never") {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{}", page.dump());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for path in [
        "/admin/apps".to_owned(),
        format!("/admin/apps?q={}", client.id),
    ] {
        let page = open(stack, &admin, &path).await;
        assert_eq!(
            page.texts_of(&format!("tbody a[href='{failures}']")),
            ["1"],
            "{path}: {}",
            page.dump()
        );
    }
}
