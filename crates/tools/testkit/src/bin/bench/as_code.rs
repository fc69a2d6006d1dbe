//! `bench --as-code`: an export and plans of 2,000 clients and 500 roles beside 100,000 users, and the time for which
//! others wait for an apply, on SQLite and on PostgreSQL.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_admin::deployment::Deployment;
use doorward_admin::new_database;
use doorward_admin::operation::Entry;
use doorward_admin::operator::AdminContext;
use doorward_config::Config;
use doorward_domain::secret::MasterKey;
use doorward_identity_server::features;
use doorward_identity_server::features::as_code::operations::{APPLY, EXPORT, PLAN};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_store::{Db, OpenOptions};
use doorward_testkit::{Backend, Storage};
use serde_json::{Value, json};

use crate::console_rows::fill_users;

const CLIENTS: usize = 2_000;
const ROLES: usize = 500;
const USERS: u32 = 100_000;
/// Goals of an export or a plan, and of the wait for an apply of 200 changes.
const GOAL: Duration = Duration::from_secs(2);
const GOAL_WAIT: Duration = Duration::from_millis(250);

/// Measures both databases and prints the figures with their goals.
pub fn run() {
    features::install();
    actix_web::rt::System::new().block_on(async {
        for backend in [Backend::SqliteMemory, Backend::PostgresRedis] {
            let storage = Storage::create_empty(backend).await;
            measure(backend, &storage.identity).await;
        }
    });
}

struct Subject<'a> {
    name: String,
    context: AdminContext<'a>,
}

async fn measure(backend: Backend, url: &str) {
    let db = Db::open(url, OpenOptions::default())
        .await
        .expect("a database");
    db.migrate().await.expect("migrations");
    let mut config = Config::defaults().expect("defaults");
    "https://id.example.org".clone_into(&mut config.issuer);
    let key = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    let key = MasterKey::from_base64(key).expect("a key");
    let clock = doorward_access::clock::SystemClock;
    let context = AdminContext {
        deployment: Deployment::Command(Some(&key)),
        ..AdminContext::command_line(&db, &clock).with_config(&config)
    };
    new_database::ensure(&context, Some("https://tasks.example.org/api"))
        .await
        .expect("roles");
    let subject = Subject {
        name: format!("{backend:?}"),
        context,
    };
    subject.fill(url).await;
    subject.measure(&db).await;
}

impl Subject<'_> {
    async fn run(&self, entry: &Entry, body: Value) -> (Value, Duration) {
        let start = Instant::now();
        let done = (entry.run)(body, &self.context).await.expect("a result");
        (done.document, start.elapsed())
    }

    fn print(&self, what: &str, took: Duration, goal: Option<Duration>) {
        let verdict = goal.map(|goal| {
            let word = if took <= goal { "met" } else { "MISSED" };
            format!(" (goal \u{2264} {} ms: {word})", goal.as_millis())
        });
        println!(
            "{}: {what}: {} ms{}",
            self.name,
            took.as_millis(),
            verdict.unwrap_or_default()
        );
    }

    /// Makes clients, roles and users by an apply of thousands of changes.
    async fn fill(&self, url: &str) {
        let create = &doorward_admin::users::operations::create::ALL[0];
        let user =
            json!({ "username": "bob", "email": "bob@bench.example", "roles": ["developer"] });
        (create.run)(user, &self.context).await.expect("a user");
        fill_users(url, USERS).await;
        let mut objects = self.objects().await;
        for number in 0..ROLES {
            let role = json!({ "name": format!("role{number}"), "permissions": ["tasks:read"] });
            objects["roles"].as_array_mut().expect("roles").push(role);
        }
        for number in 0..CLIENTS {
            let client = json!({
                "id": format!("client{number}"), "name": format!("Client {number}"),
                "redirect_uris": [format!("https://c{number}.example/cb")],
            });
            objects["clients"]
                .as_array_mut()
                .expect("clients")
                .push(client);
        }
        let body = json!({ "objects": objects, "new_secrets": true });
        let (done, took) = self.run(&APPLY, body).await;
        assert_eq!(done["applied"], true, "{}", done["problems"]);
        self.print(&format!("apply of {} changes", CLIENTS + ROLES), took, None);
    }

    async fn objects(&self) -> Value {
        self.run(&EXPORT, json!({})).await.0["objects"].clone()
    }

    async fn measure(&self, db: &Db) {
        let (exported, took) = self.run(&EXPORT, json!({})).await;
        self.print("export", took, Some(GOAL));
        let objects = exported["objects"].clone();
        let (_, took) = self.run(&PLAN, json!({ "objects": objects })).await;
        self.print("plan without a change", took, Some(GOAL));
        let with = |kind: &str, name: &str, count: usize, member: &str, value: Value| {
            let mut changed = objects.clone();
            let all = changed[kind].as_array_mut().expect("objects").iter_mut();
            let named = |it: &&mut Value| {
                ["name", "id"]
                    .iter()
                    .any(|key| it[key].as_str().is_some_and(|text| text.starts_with(name)))
            };
            for object in all.filter(named).take(count) {
                object[member] = value.clone();
            }
            changed
        };
        let role = with(
            "roles",
            "developer",
            1,
            "permissions",
            json!(["tasks:read"]),
        );
        let (plan, took) = self.run(&PLAN, json!({ "objects": role })).await;
        let users = &plan["impact"]["users"];
        self.print(
            &format!("plan of a role that {users} users have"),
            took,
            Some(GOAL),
        );
        for count in [1, 200] {
            let changed = with("clients", "client", count, "require_mfa", true.into());
            let (plan, took) = self.run(&PLAN, json!({ "objects": changed })).await;
            let simulated = &plan["impact"]["simulated"];
            let what = format!("plan of {count} clients with {simulated} sign-ins");
            self.print(&what, took, Some(GOAL));
        }
        let changed = with("clients", "client", 200, "name", "Renamed".into());
        let (longest, took) = self.wait_beside(db, json!({ "objects": changed })).await;
        self.print("apply of 200 changes", took, None);
        self.print(
            "longest wait of another change beside it",
            longest,
            Some(GOAL_WAIT),
        );
    }

    /// Applies objects, and returns the longest wait for the lock meanwhile.
    async fn wait_beside(&self, db: &Db, body: Value) -> (Duration, Duration) {
        let has_ended = AtomicBool::new(false);
        let others = async {
            let mut longest = Duration::ZERO;
            while !has_ended.load(Ordering::Relaxed) {
                let start = Instant::now();
                // An unoptimized build can wait until the lock times out.
                if let Ok(tx) = db.begin_exclusive_write(ADMINISTRATION_LOCK).await {
                    tx.rollback().await.expect("an end");
                }
                longest = longest.max(start.elapsed());
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            longest
        };
        let apply = async {
            let (done, took) = self.run(&APPLY, body).await;
            assert_eq!(done["applied"], true, "{}", done["problems"]);
            has_ended.store(true, Ordering::Relaxed);
            took
        };
        let (took, longest) = tokio::join!(apply, others);
        (longest, took)
    }
}
