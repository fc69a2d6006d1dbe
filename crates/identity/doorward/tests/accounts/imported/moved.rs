//! Tests of a Django project that moves its API to Doorward: the same checks pass before and after,
//! and only the settings and the authentication class change.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_import::item::{Decision, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::read::django::{Database, DjangoOptions};
use doorward_store::repo;
use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::django::python;
use super::{import, number};

flows!(api_of_project_follows_its_rules_before_and_after);

/// The users of the project.
const USERS: [&str; 4] = ["ann", "ben", "eda", "sam"];
/// The maximum time for the start of the project.
const LONGEST_START: Duration = Duration::from_mins(1);

fn sources(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/accounts/imported/moved")
        .join(name)
}

/// Returns a command of the project, whose database is in a directory.
fn run(place: &Path, arguments: &[&str]) -> Command {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../clients/python/src");
    let mut command = Command::new(python());
    command.env_clear().env("PYTHONPATH", package);
    command.env("DJANGO_PLACE", place);
    command.arg("-B").arg(sources("run.py")).args(arguments);
    command
}

/// Runs a command to its end.
fn complete(mut command: Command) {
    let done = command.output().unwrap();
    let printed = [done.stdout, done.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    assert!(done.status.success(), "{command:?}: {printed}");
}

/// Serves the API; its log is a file in the directory.
async fn serve(place: &Path, mut command: Command) -> (String, Process) {
    let port = free_port();
    let log = place.join("server.log");
    command.stderr(std::fs::File::create(&log).unwrap());
    let base = format!("http://127.0.0.1:{port}");
    command.env("PORT", port.to_string()).env("BASE_URL", &base);
    let mut process = Process::start(&mut command);
    let start = Instant::now();
    while UserAgent::new().http().get(&base).send().await.is_err() {
        let is_late = process.has_ended() || start.elapsed() > LONGEST_START;
        let shown = || std::fs::read_to_string(&log).unwrap_or_default();
        assert!(!is_late, "{command:?} does not answer: {}", shown());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (base, process)
}

/// Signs each user in with the password of the project.
async fn sign_in(address: &str) -> Value {
    let mut tokens = json!({});
    for name in USERS {
        let agent = UserAgent::new();
        let body = json!({ "username": name, "password": format!("Correct-Horse-{name}") });
        let page: Page = agent.send(agent.http().post(address).json(&body)).await;
        assert_eq!(page.status, 200, "{name}: {}", page.dump());
        tokens[name] = page.json()["access"].clone();
    }
    tokens
}

fn check(base: &str, tokens: &Value) {
    let mut command = Command::new(python());
    command.arg("-B").arg(sources("checks.py"));
    command.args([base, &tokens.to_string()]);
    complete(command);
}

async fn api_of_project_follows_its_rules_before_and_after(stack: &Stack) {
    let directory = tempfile::TempDir::new().unwrap();
    let place = directory.path();
    complete(run(place, &["make"]));
    let (base, before) = serve(place, run(place, &["serve"])).await;
    let own = sign_in(&format!("{base}/api/token/")).await;
    check(&base, &own);
    drop(before);

    let url = format!("sqlite://{}", place.join("db.sqlite3").display());
    let database = Database::open(&url, DjangoOptions::default()).await;
    let options = ImportOptions {
        source: "django".to_owned(),
        ..ImportOptions::default()
    };
    let (items, summary) = import(stack, &options, database.unwrap().records(), false).await;
    let count = |decision| number(&summary, decision);
    assert_eq!(count(Decision::Import) + count(Decision::Change), 4);
    // The foreign keys of the database show which tables refer to users.
    let tasks = items.find(Kind::Source, "tasks_task");
    let text = &tasks.notes[0].text;
    assert!(
        text.starts_with("4 rows refer to users (owner_id)"),
        "{text}"
    );
    let db = stack.db().await;
    let ids = repo::imports::list(db.read(), Some("django"), None, 100).await;
    let ids: Vec<Value> = ids.unwrap().iter().map(as_listed).collect();
    let list = place.join("ids.json");
    std::fs::write(&list, json!(ids).to_string()).unwrap();
    complete(run(place, &["link", list.to_str().unwrap()]));

    let mut moved = run(place, &["serve"]);
    moved.env("ISSUER", stack.issuer());
    moved.env("AUDIENCE", &stack.seed.audience);
    let (base, _after) = serve(place, moved).await;
    let tokens = sign_in(&stack.at("/api/auth/login")).await;
    check(&base, &tokens);
    // The tokens of the project itself are not accepted any more.
    let agent = UserAgent::new();
    let old = own["ann"].as_str().unwrap();
    let request = agent.http().get(format!("{base}/api/me/")).bearer_auth(old);
    let page = agent.send(request).await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

/// Returns the line of `doorward import ids --json`.
fn as_listed(record: &repo::imports::ImportedRecord) -> Value {
    json!({ "kind": record.kind, "old_id": record.old_id, "new_id": record.new_id })
}
