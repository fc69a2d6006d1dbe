//! Tests of the pages about the server: state, jobs, lockouts and configuration.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_config::table;
use doorward_domain::model::{Job, JobId, JobKind};
use doorward_store::repo;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::{Backend, PASSWORD, Page, Stack, UserAgent, flows, flows_with};
use serde_json::json;
use uuid::Uuid;

use super::objects::{failed_job, lock_out};
use super::support::{browser, confirm, confirmed, location, open};
use crate::admin::world::World;
use crate::support::post;

flows!(
    state_is_shown_with_checks,
    links_pass_ten_thousand_notifications,
    test_mail_goes_to_own_address,
    jobs_are_listed_in_pages_without_payload,
    lockouts_name_known_users_only,
);
flows_with!(LIMITS; locked_account_is_unlocked);
flows_with!(SECRETS; configuration_shows_no_secret);

pub const SYSTEM: &str = "/admin/system";
const JOBS: &str = "/admin/system/jobs";
const LOCKOUTS: &str = "/admin/system/lockouts";
const CONFIGURATION: &str = "/admin/system/configuration";

/// The limits of a deployment.
const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
/// Secrets in addition to those of every stack.
const SECRETS: &[(&str, &str)] = &[
    ("DOORWARD__TASKS__WEB__CLIENT_SECRET", "hunter5"),
    (
        "DOORWARD__TASKS__DATABASE_URL",
        "postgres://door:hunter6@db.example/tasks",
    ),
];

/// The time within which a link is sent that waits for no other message.
const SOON: Duration = Duration::from_secs(10);

/// Returns the texts of the states on a page.
fn states(page: &Page) -> Vec<String> {
    let texts = page.texts_of("tbody .pill").into_iter();
    texts.map(|text| text.trim().to_owned()).collect()
}

/// Enqueues this number of notifications, none of which is due.
async fn enqueue_notifications(world: &World<'_>, count: usize) {
    let now = world.stack.clock.now();
    let tx = world.db.begin_write().await.unwrap();
    for _ in 0..count {
        let job = Job {
            id: JobId::from_uuid(Uuid::now_v7()),
            kind: JobKind::Notification,
            payload_sealed: Vec::new(),
            run_at: now + 3_600,
            attempts: 0,
            lease_until: None,
            created_at: now,
            destination: Some("example.org".to_owned()),
        };
        repo::jobs::insert(&tx, &job).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Checks that a link that a user waits for neither waits for notifications nor is rejected because
/// of them, and that the page shows their queue.
async fn links_pass_ten_thousand_notifications(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let label = "Other waiting messages";
    let page = open(stack, &admin, SYSTEM).await;
    assert!(!page.text().contains(label), "{}", page.dump());
    enqueue_notifications(&world, 10_000).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", "alice");
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let start = Instant::now();
    loop {
        let inbox = agent.get(stack.at("/dev/mail?format=json")).await;
        if inbox.text().contains("reset-password") {
            break;
        }
        assert!(start.elapsed() < SOON, "{}", inbox.dump());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let page = open(stack, &admin, SYSTEM).await;
    let text = page.text();
    for shown in [label, "10,000", "Mail queue empty at"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

async fn state_is_shown_with_checks(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, SYSTEM).await;
    assert!(page.text().contains(env!("CARGO_PKG_VERSION")));
    // Only the mail of this stack goes to no server.
    let problems = states(&page).into_iter().filter(|state| state == "Problem");
    assert_eq!(problems.count(), 1, "{}", page.dump());
    let causes = page.texts_of("tbody td:nth-of-type(2)");
    let causes: Vec<_> = causes.iter().filter(|text| !text.is_empty()).collect();
    assert_eq!(
        causes,
        ["Mail is stored on this server and sent to no address."]
    );
    assert!(!page.has(".crumbs"), "a main section leads nowhere back");
    let checks = page.texts_of("tbody th");
    assert!(checks.contains(&"No job has failed".to_owned()));
    assert_eq!(page.texts_of(".sub [aria-current]"), ["System"]);

    failed_job(&world).await;
    let page = open(stack, &admin, SYSTEM).await;
    let problems = states(&page).into_iter().filter(|state| state == "Problem");
    assert_eq!(problems.count(), 2, "{}", page.dump());
    let failed = format!("{JOBS}?state=failed");
    assert!(page.attributes(".summary a", "href").contains(&failed));
    let page = open(stack, &admin, "/admin").await;
    assert!(page.text().contains("Failed jobs: 1"), "{}", page.dump());
    assert!(page.attributes(".card a", "href").contains(&failed));

    // Without the permission to change, nothing is offered.
    world.let_hold("carol", "reader", &["system:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, SYSTEM).await;
    assert!(!page.has("form[action$='/test-mail']"), "{}", page.dump());
    assert!(
        !page
            .attributes(".sub a", "href")
            .contains(&LOCKOUTS.to_owned())
    );
    let page = open(stack, &carol, &failed).await;
    assert!(page.attributes("tbody a", "href").is_empty());
}

async fn test_mail_goes_to_own_address(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, SYSTEM).await;
    let form = page.form("form[action$='/test-mail']");
    let page = admin.submit(&form).await;
    assert_eq!(
        location(&page),
        format!("{SYSTEM}?done=console-test-mail-sent")
    );
    let own = repo::users::find_by_id(world.db.read(), world.people["admin"]).await;
    let mails = stack.mails(&own.unwrap().unwrap().email).await;
    assert_eq!(mails[0].subject, "Test mail", "{mails:?}");
    let change = "test mail sent";
    assert!(world.has_event("system.changed", "admin", change).await);
    let page = open(stack, &admin, JOBS).await;
    assert_eq!(states(&page)[0], "Done", "{}", page.dump());
}

async fn jobs_are_listed_in_pages_without_payload(stack: &Stack) {
    let world = World::new(stack).await;
    for _ in 0..51 {
        failed_job(&world).await;
    }
    let admin = browser(stack, "admin").await;
    for first in [JOBS.to_owned(), format!("{JOBS}?state=failed")] {
        let page = open(stack, &admin, &first).await;
        assert!(!page.text().contains("canary"), "{}", page.dump());
        let mut links = page.attributes("tbody a", "href");
        assert_eq!(links.len(), 50);
        let next = page.attributes(".pages a", "href").pop().unwrap();
        let page = open(stack, &admin, &next).await;
        links.extend(page.attributes("tbody a", "href"));
        links.sort();
        links.dedup();
        assert_eq!(links.len(), 51, "{first}");
    }
    let path = format!("{JOBS}?state=lost");
    assert_eq!(admin.get(stack.at(&path)).await.status, 400);
}

#[test]
fn failed_mail_is_retried() {
    const PATIENCE: Duration = Duration::from_secs(20);
    let (url, messages) = mail_server(vec!["550 no such mailbox"]);
    let settings = [
        ("DOORWARD_SMTP_URL", url.as_str()),
        ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false"),
    ];
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        let world = World::new(stack).await;
        let admin = browser(stack, "admin").await;
        let path = format!("{SYSTEM}/test-mail");
        confirmed(stack, &admin, &path, "The test mail is on its way.").await;
        messages.recv_timeout(PATIENCE).expect("a message");
        stack.wait_for_jobs().await;
        let failed = format!("{JOBS}?state=failed");
        let page = open(stack, &admin, &failed).await;
        assert!(page.text().contains("550"), "{}", page.dump());
        let links = page.attributes("tbody a", "href");
        assert_eq!(links.len(), 1, "{}", page.dump());
        let stale = open(stack, &admin, &links[0]).await;
        confirmed(stack, &admin, &links[0], "The job is tried again.").await;
        messages.recv_timeout(PATIENCE).expect("the same message");
        stack.wait_for_jobs().await;
        let page = open(stack, &admin, &failed).await;
        assert!(page.attributes("tbody a", "href").is_empty());
        let page = open(stack, &admin, JOBS).await;
        assert_eq!(states(&page)[0], "Done", "{}", page.dump());
        let change = "job retried";
        assert!(world.has_event("system.changed", "admin", change).await);
        // A form of the former state changes nothing.
        let page = admin.submit(&stale.form("#confirm")).await;
        assert_eq!(page.status, 409, "{}", page.dump());
    });
}

async fn lockouts_name_known_users_only(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, LOCKOUTS).await;
    assert!(page.text().contains("No account is locked now."));
    for name in [Some("carol"), Some("admin"), None] {
        lock_out(&world, name).await;
    }
    let page = open(stack, &admin, LOCKOUTS).await;
    let names = page.texts_of("tbody th");
    assert_eq!(names.len(), 3, "{names:?}");
    let unknown = "No account with this name";
    assert!(names.iter().any(|name| name == unknown), "{names:?}");
    // Nor can administrators unlock themselves.
    let unlock = |name: &str| format!("/admin/people/{}/unlock", world.id(name));
    let links = page.attributes("tbody td a", "href");
    assert_eq!(links, [unlock("carol")]);
    let page = confirm(stack, &admin, &unlock("bob"), None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("That is already done."));

    // A more powerful account is protected.
    let helper = browser(stack, "helper").await;
    let page = open(stack, &helper, &unlock("admin")).await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("This account may do more than you."));
}

async fn locked_account_is_unlocked(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for status in [401, 401, 401, 401, 401, 429] {
        let credentials = json!({ "username": "carol", "password": "wrong" });
        let page = post(stack, "/api/auth/login", credentials).await;
        assert_eq!(page.status, status, "{}", page.dump());
    }
    let credentials = json!({ "username": "carol", "password": PASSWORD });
    let page = post(stack, "/api/auth/login", credentials).await;
    assert_eq!(page.status, 429, "{}", page.dump());
    let page = open(stack, &admin, LOCKOUTS).await;
    let link = page.attributes("tbody td a", "href").remove(0);
    confirmed(stack, &admin, &link, "The account was unlocked.").await;
    browser(stack, "carol").await;
    assert!(world.has_event("user.changed", "admin", "unlocked").await);
}

async fn configuration_shows_no_secret(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let (mut path, mut shown) = (CONFIGURATION.to_owned(), String::new());
    let mut keys = Vec::new();
    loop {
        let page = open(stack, &admin, &path).await;
        // Lines may break within keys and values.
        let texts = page.texts_of("tbody th").into_iter();
        keys.extend(texts.map(|key| key.replace(' ', "")));
        shown.push_str(&page.text().replace("<wbr>", ""));
        let texts = page.texts_of(".pages a");
        let Some(at) = texts.iter().position(|text| text == "Next page") else {
            break;
        };
        path.clone_from(&page.attributes(".pages a", "href")[at]);
    }
    let known: Vec<&str> = table::all().map(|key| key.path).collect();
    assert_eq!(keys, known);
    let config = stack.config();
    let key = config.secret_key.as_ref().unwrap().expose();
    for secret in [key, config.database.url.expose(), "hunter"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert!(shown.contains("DOORWARD_SECRET_KEY"), "{shown}");
    assert!(shown.contains(stack.issuer()), "{shown}");
    let page = open(stack, &admin, &format!("{CONFIGURATION}?q=secret_key")).await;
    let keys = ["secret_ key", "next_ secret_ key", "former_ secret_ keys"];
    assert_eq!(page.texts_of("tbody th"), keys);
    assert_eq!(page.texts_of("tbody td")[0].trim(), "Set");
}
