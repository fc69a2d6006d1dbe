//! Tests of `move`: every table of both servers reaches the other kind of database with the same rows,
//! clients and users go on there, and an incomplete move is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use doorward_testkit::backend::{Backend, Storage};
use doorward_testkit::process::Process;
use doorward_testkit::program::Program;
use doorward_testkit::rows::Locked;
use doorward_testkit::{
    Authenticator, Authorization, Page, UserAgent, authorization, multiply, rows, stack,
};
use serde_json::Value;

use super::program::{Done, Place};

const IDENTITY: &str = "DOORWARD_DATABASE_URL";
const TASKS: &str = "DOORWARD__TASKS__DATABASE_URL";
const MARKER: &str = "doorward_move";
const UNFINISHED: &str = "repeat `doorward move`";
/// The cheapest password hashes that the configuration allows.
const CHEAP: [(&str, &str); 2] = [
    ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
    ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
];

/// Returns true for a table that each database maintains without a copy.
fn is_own(table: &str) -> bool {
    table.ends_with("_migrations") || table.starts_with("tasks_search_index")
}

/// Returns the rows of the tables that a move copies.
async fn dump(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = rows::dump(url).await;
    tables.retain(|table, _| !is_own(table));
    tables
}

/// Returns the names of the tables that a move copies.
async fn tables(url: &str) -> BTreeSet<String> {
    let tables = rows::tables(url).await.into_iter();
    tables.filter(|table| !is_own(table)).collect()
}

/// Returns the number of rows of each table in the output of a move, in both databases.
fn counts(output: &Value) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for database in output["databases"].as_array().unwrap() {
        for table in database["tables"].as_array().unwrap() {
            let name = table["table"].as_str().unwrap().to_owned();
            found.insert(name, table["rows"].as_u64().unwrap());
        }
    }
    found
}

fn checksums(output: &Value) -> Vec<&Value> {
    let databases = output["databases"].as_array().unwrap().iter();
    let tables = databases.flat_map(|database| database["tables"].as_array().unwrap());
    tables.map(|table| &table["checksum"]).collect()
}

/// Creates the databases of a development instance, with rows in every table that grows.
async fn grown() -> (Place, [String; 2]) {
    let place = Place::new();
    let mut running = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    running.stdout_until("Stop with Ctrl-C");
    assert_eq!(running.terminate(), 0);
    let urls = ["identity", "tasks"].map(|name| {
        let file = place.path(".doorward").join(format!("{name}.sqlite"));
        format!("sqlite://{}", file.display())
    });
    multiply::fill(&urls[0], 40, 1_800_000_000).await;
    multiply::delete_dangling(&urls[0]).await;
    // A parent with a greater ID than its child.
    let family = "UPDATE groups SET parent_id = (SELECT max(id) FROM groups) \
                  WHERE id = (SELECT min(id) FROM groups)";
    rows::execute(&urls[0], family).await;
    let bytes = "UPDATE passkeys SET credential_id = x'00ff0a5c27' WHERE rowid = 1";
    rows::execute(&urls[0], bytes).await;
    let text =
        "UPDATE users SET profile = '{\"given_name\":\"Zoë \"\"\\\\ 漢 ''\"}' WHERE rowid = 1";
    rows::execute(&urls[0], text).await;
    (place, urls)
}

#[test]
fn every_table_is_the_same_after_move_and_back() {
    stack::block_on(async {
        let (place, [identity, tasks]) = grown().await;
        let storage = Storage::create_empty(Backend::PostgresRedis).await;
        let (before, before_tasks) = (dump(&identity).await, dump(&tasks).await);
        let there = ["move", "--data-dir", ".doorward", "--to", &storage.identity];

        let plan = place.json(&[&there[..], &["--dry-run", "--json"]].concat());
        assert_eq!(plan["moved"], false);
        assert!(tables(&storage.identity).await.is_empty(), "a dry run");

        let moved = place.json(&[&there[..], &["--json"]].concat());
        assert_eq!(moved["moved"], true);
        // The tables of the schema that the migrations make, read by other means.
        let copied: BTreeSet<_> = counts(&moved).into_keys().collect();
        assert_eq!(copied, tables(&storage.identity).await);
        let of_sources: BTreeSet<_> = before.keys().chain(before_tasks.keys()).cloned().collect();
        assert_eq!(copied, of_sources);
        assert_eq!(counts(&plan), counts(&moved));
        for (table, rows) in before.iter().chain(&before_tasks) {
            assert_eq!(counts(&moved)[table], rows.len() as u64, "{table}");
        }
        for table in [
            "users",
            "sessions",
            "grants",
            "passkeys",
            "audit_events",
            "tasks",
        ] {
            assert!(counts(&moved)[table] > 0, "{table}");
        }
        assert_eq!(dump(&identity).await, before, "the source");
        refuses_another_move(&place, &there);

        let back = ["identity", "tasks"]
            .map(|name| format!("sqlite://{}", place.path(&format!("back-{name}")).display()));
        let command = ["move", "--json", "--to", &back[0], "--tasks-to", &back[1]];
        let from = [
            (IDENTITY, storage.identity.as_str()),
            (TASKS, &storage.identity),
        ];
        let returned = place.run_with(&command, &from).succeeded().json();
        assert_eq!(checksums(&returned), checksums(&moved));
        assert_eq!(dump(&back[0]).await, before);
        assert_eq!(dump(&back[1]).await, before_tasks);
        let index = "SELECT CAST(count(*) AS text) AS text FROM tasks_search_index \
                     WHERE tasks_search_index MATCH (SELECT substr(words, 1, instr(words || ' ', ' ') - 1) \
                     FROM tasks_search LIMIT 1)";
        let found = rows::query_text(&tasks, index).await;
        assert_ne!(found, ["0"]);
        assert_eq!(rows::query_text(&back[1], index).await, found);
        assert_eq!(triggers(&back).await, triggers(&[identity, tasks]).await);
    });
}

/// Checks that the new database is not filled twice, and not from one of its kind.
fn refuses_another_move(place: &Place, there: &[&str]) {
    let again = place.run(there);
    again.failed(5, "has rows already; name an empty database");
    let kind = ["move", "--data-dir", ".doorward", "--to", "sqlite://other"];
    place.run(&kind).failed(5, "is SQLite already");
    assert!(!place.path("other").exists());
}

async fn triggers(urls: &[String; 2]) -> Vec<String> {
    let ask = "SELECT sql AS text FROM sqlite_master WHERE type = 'trigger' ORDER BY name";
    let mut found = rows::query_text(&urls[0], ask).await;
    found.extend(rows::query_text(&urls[1], ask).await);
    assert!(found.len() > 10, "{found:?}");
    found
}

async fn token(program: &Program, fields: &[(&str, &str)]) -> (u16, Value) {
    let agent = UserAgent::new();
    let url = program.at("/oauth2/token");
    let request = program.seed.trusted.request(agent.http(), &url, fields);
    let page = agent.send(request).await;
    (page.status, page.json())
}

async fn redeem(program: &Program, code: &str) -> (u16, Value) {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", program.seed.trusted.redirect_uri.as_str()),
        ("code_verifier", authorization::VERIFIER),
    ];
    token(program, &fields).await
}

async fn refresh(program: &Program, refresh_token: &str) -> (u16, Value) {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ];
    token(program, &fields).await
}

const PASSKEY_BUTTON: &str = "[data-passkey]";

/// Returns the challenge of a page, and the origin of the page.
fn challenge(page: &Page) -> (Value, String) {
    let options = page.attributes(PASSKEY_BUTTON, "data-options");
    let options = serde_json::from_str(&options[0]).unwrap();
    (options, page.url.origin().ascii_serialization())
}

/// Adds a passkey in a signed-in browser.
async fn add_passkey(program: &Program, browser: &UserAgent, device: &mut Authenticator) {
    let page = browser.get(program.at("/account/security/passkeys")).await;
    let (options, origin) = challenge(&page);
    let created = device.create(&options, &origin);
    let form = page.press(PASSKEY_BUTTON).with("credential", &created);
    let page = browser.submit(&form).await;
    let page = browser.follow(page, "").await;
    assert!(page.text().contains("passkey was added"), "{}", page.dump());
}

async fn sign_in_with_passkey(program: &Program, device: &mut Authenticator) {
    let browser = UserAgent::new();
    let page = browser.get(program.at("/login")).await;
    let (options, origin) = challenge(&page);
    let signed = device.sign(&options, &origin);
    let form = page.press(PASSKEY_BUTTON).with("credential", &signed);
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert_eq!(page.location().unwrap().path(), "/account");
}

#[test]
fn sessions_tokens_and_audit_log_continue_after_move() {
    stack::block_on(async {
        let binary = Path::new(env!("CARGO_BIN_EXE_doorward"));
        let mut program = Program::start_at_localhost(binary, Backend::SqliteMemory, &CHEAP).await;
        let request = Authorization::new(&program.issuer, &program.seed.trusted)
            .with("scope", "openid offline_access");
        let browser = UserAgent::new();
        let code = request.complete(&browser, "alice").await.code();
        let (status, body) = redeem(&program, &code).await;
        assert_eq!(status, 200, "{body}");
        let first = body["refresh_token"].as_str().unwrap().to_owned();
        let used = request.start(&browser).await.code();
        assert_eq!(redeem(&program, &used).await.0, 200);
        let unused = request.start(&browser).await.code();
        let mut device = Authenticator::synced();
        add_passkey(&program, &browser, &mut device).await;

        let storage = Storage::create_empty(Backend::PostgresRedis).await;
        let (to, tasks_to) = (storage.identity.clone(), storage.tasks.clone());
        let command = ["move", "--to", &to, "--tasks-to", &tasks_to];
        let running = program.command(&command);
        assert_eq!(running.status.code(), Some(5), "{running:?}");
        // As after a crash.
        program.kill();
        let head = format!(
            "{}.audit-head.json",
            &program.storage.identity["sqlite://".len()..]
        );
        let mut file = std::fs::OpenOptions::new();
        file.create(true).append(true).open(head).unwrap();
        let done = program.command(&command);
        assert!(done.status.success(), "{done:?}");
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(
            said.contains("audit.head_file") && said.contains("tasks.database_url"),
            "{said}"
        );

        program.move_to(storage);
        program.start_again().await;
        // The session, a code and a refresh token of before the move.
        let code = request.start(&browser).await.code();
        assert_eq!(redeem(&program, &code).await.0, 200);
        assert_eq!(redeem(&program, &unused).await.0, 200);
        let (status, body) = refresh(&program, &first).await;
        assert_eq!(status, 200, "{body}");
        let second = body["refresh_token"].as_str().unwrap();
        assert_eq!(refresh(&program, second).await.0, 200);
        for (status, body) in [
            refresh(&program, &first).await,
            redeem(&program, &used).await,
        ] {
            assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()));
        }
        request.complete(&UserAgent::new(), "bob").await.code();
        sign_in_with_passkey(&program, &mut device).await;
        let verified = program.command(&["audit", "verify"]);
        assert!(verified.status.success(), "{verified:?}");

        // A running server on PostgreSQL.
        let file = format!("sqlite://{}", program.directory().join("back").display());
        let back = ["move", "--to", &file];
        let running = program.command(&back);
        assert_eq!(running.status.code(), Some(5), "{running:?}");
        program.kill();
        let done = program.command(&back);
        assert!(done.status.success(), "{done:?}");
        let verified = program.command_with(&["audit", "verify"], &[(IDENTITY, &file)]);
        assert!(verified.status.success(), "{verified:?}");
    });
}

#[test]
fn incomplete_move_is_refused_until_repeated() {
    stack::block_on(async {
        let place = Place::configured();
        let create = ["user", "create", "root", "--email", "root@example.com"];
        place.run(&create).succeeded();
        let source = format!("sqlite://{}", place.path("identity.sqlite").display());
        let before = dump(&source).await;
        let storage = Storage::create_empty(Backend::PostgresRedis).await;
        let url = storage.identity.as_str();
        let command = ["move", "--to", url];

        let mut kills = 0;
        for delay in (0..).map(|step| Duration::from_millis(100 + 300 * step)) {
            let mut running = Process::start(&mut place.command(&command));
            if let Some(status) = running.end(delay) {
                assert!(status.success(), "{status}");
                break;
            }
            kills += 1;
            assert_eq!(dump(&source).await, before, "the source after {delay:?}");
            let there = tables(url).await;
            if there.contains(MARKER) {
                refuses_unfinished(&place, url);
            } else {
                // The process may have been killed after its work.
                let is_complete = dump(url)
                    .await
                    .get("users")
                    .is_some_and(|rows| rows.len() == 1);
                assert!(there.is_empty() || is_complete, "after {delay:?}");
            }
        }
        assert!(kills > 0);
        let filled = dump(url).await;
        assert!(!filled.contains_key(MARKER), "the mark is removed last");
        assert_eq!(filled["users"].len(), 1);

        // A copy that was interrupted just before its end.
        rows::execute(url, "CREATE TABLE doorward_move (started_at bigint)").await;
        refuses_unfinished(&place, url);
        let mark = if url.contains('?') { '&' } else { '?' };
        let as_server = format!("{url}{mark}application_name=doorward");
        let connected = Locked::table(&as_server, "leases").await;
        place.run(&command).failed(5, "stop the servers first");
        connected.end().await;
        place.run(&command).succeeded();
        assert_eq!(dump(url).await, filled);
        let on_postgres = place.run_with(&["user", "list", "--json"], &[(IDENTITY, url)]);
        assert_eq!(on_postgres.succeeded().json()[0]["username"], "root");
    });
}

/// Checks that no server and no command uses a database that a move has not filled.
fn refuses_unfinished(place: &Place, url: &str) {
    let environment = [
        (IDENTITY, url),
        (TASKS, url),
        ("DOORWARD__TASKS__LISTEN", "127.0.0.1:0"),
    ];
    let run = |args: &[&str]| -> Done { place.run_with(args, &environment) };
    for command in [
        &["serve"][..],
        &["tasks"],
        &["user", "list"],
        &["migrate"],
        &["backup", "unfinished.tgz"],
    ] {
        let done = run(command);
        assert_eq!(done.code, 1, "{command:?}: {done:?}");
        assert!(done.stderr.contains(UNFINISHED), "{command:?}: {done:?}");
    }
    assert!(!place.path("unfinished.tgz").exists());
    let doctor = run(&["doctor"]);
    let said = format!("{}{}", doctor.stdout, doctor.stderr);
    assert!(
        said.contains("a move into this database is not complete"),
        "{said}"
    );
}

#[test]
fn move_rejects_wrong_addresses() {
    let place = Place::configured();
    let help = place.run(&["move", "--help"]).succeeded().stdout;
    assert!(help.contains("Stop the servers first"), "{help}");
    for (options, code, error) in [
        (&[][..], 2, "--to"),
        (&["--to", "sqlite::memory:"], 2, "in memory"),
        (&["--to", "mysql://localhost/doorward"], 2, "postgres://"),
        (
            &["--to", "postgres://u:p@ss@localhost/doorward"],
            2,
            "cannot be used",
        ),
        (
            &["--to", "sqlite://a", "--tasks-to", "sqlite://a"],
            5,
            "is SQLite already",
        ),
        (
            &["--to", "postgres://localhost/doorward"],
            1,
            "there is no identity.sqlite",
        ),
    ] {
        let done = place.run(&[&["move"][..], options].concat());
        done.failed(code, error);
    }
    assert!(!place.path("identity.sqlite").exists());
}
