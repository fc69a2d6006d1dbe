//! `bench --console`: the time of each page of the console, and of some pages of the account area,
//! with a million users, ten thousand clients and ten million audit events, on SQLite and on
//! PostgreSQL with Redis; then of the lists of the command line.
//!
//! One administrator opens one page after the other, so the times are those of the server and of
//! one connection on the same machine.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::{Authorization, Backend, UserAgent, rows};

use super::console_lists;
use super::console_rows::{ATTEMPTS, CLIENTS, EVENTS, USERS, fill};

/// Requests of each page, and requests before them that fill the caches.
const REQUESTS: usize = 200;
const WARM: usize = 10;
/// Goals of p50 and p99 in milliseconds.
const GOALS: (f64, f64) = (10.0, 50.0);

/// Pages without an ID.
const PAGES: &[&str] = &[
    "/admin",
    "/admin?days=90",
    "/admin/find?q=user+numb",
    "/admin/find?q=clien",
    "/admin/people",
    "/admin/people?q=user99",
    "/admin/people?sort=email",
    "/admin/people?sort=email&state=active",
    "/admin/people?sort=newest&columns=organizations+roles",
    "/admin/apps",
    "/admin/apps?sort=newest",
    "/admin/apps?sort=newest&state=active",
    "/admin/apps?q=client+9",
    "/admin/apps/tokens",
    "/admin/unused",
    "/admin/unused?kind=api-keys",
    "/admin/unused?kind=accounts",
    "/admin/api-access",
    "/admin/sign-ins",
    "/admin/sign-ins?q=user471",
    "/admin/sessions",
    "/admin/audit",
    "/admin/audit?period=yesterday",
    "/admin/audit?kind=login.succeeded",
    "/admin/audit?address=192.0.2.7",
    "/admin/groups",
    "/admin/groups?sort=newest",
    "/admin/groups?q=%2Fgroup+9",
    "/admin/roles",
    "/admin/roles?q=dev",
    "/admin/roles/developer",
    "/admin/roles/developer/delete",
    "/admin/grants",
    "/admin/grants?role=developer",
    "/admin/organizations",
    "/admin/organizations?sort=newest",
    "/admin/organizations?sort=id",
    "/admin/organizations?q=org+9",
    "/admin/organizations/org-77",
    "/admin/organizations/org-77/delete",
    "/admin/providers",
    "/admin/keys",
    "/admin/system",
    "/admin/system/jobs",
    "/admin/system/lockouts",
    "/account",
    "/account/activity",
];

/// Pages of a user, without `/admin/people/{id}`.
const PAGES_OF_USER: &[&str] = &[
    "",
    "/sessions",
    "/access",
    "/apps",
    "/factors",
    "/disable",
    "/delete",
];

/// Pages of a client, without `/admin/apps/{id}`.
const PAGES_OF_CLIENT: &[&str] = &[
    "",
    "?as=json",
    "/failures",
    "/test",
    "/users",
    "/consents",
    "/access",
    "/disable",
    "/end-sessions",
];

/// Clients whose pages are measured: one with a hundred users, and one with a tenth of all.
const MEASURED_CLIENTS: [&str; 2] = ["client-77", "client-1"];

/// Fills both databases with `1/share` of the usual number of rows, and prints the times of all
/// pages and lists.
pub async fn measure(share: u32) {
    println!(
        "{} users, {} clients, {} audit events, {} attempts; {REQUESTS} requests of each page, one \
         at a time; goals: p50 {} ms, p99 {} ms",
        USERS / share,
        CLIENTS / share,
        EVENTS / share,
        ATTEMPTS / share,
        GOALS.0,
        GOALS.1
    );
    println!();
    println!("| page | on | p50 ms | p99 ms | kB | goals |");
    println!("|---|---|---|---|---|---|");
    let mut lists = Vec::new();
    for (name, backend) in [
        ("SQLite", Backend::SqliteMemory),
        ("PostgreSQL", Backend::PostgresRedis),
    ] {
        let binary = std::env::var_os("DOORWARD_BIN").unwrap_or_else(|| "doorward".into());
        let mut program = Program::start(&PathBuf::from(binary), backend, &[]).await;
        sign_in(&program).await;
        // The task that links the events of the sign-in has run.
        tokio::time::sleep(Duration::from_secs(5)).await;
        program.kill();
        let started = Instant::now();
        fill(&program.storage.identity, &program.seed.trusted.id, share).await;
        eprintln!("{name}: filled in {:.0} s", started.elapsed().as_secs_f64());
        program.start_again().await;
        // A recent sign-in, for the pages that require one.
        let admin = sign_in(&program).await;
        for page in pages(&program.storage.identity).await {
            time(&program, &admin, name, &page).await;
        }
        lists.push(console_lists::measure(&program).await);
    }
    if let [sqlite, postgres] = lists.as_slice() {
        console_lists::print(sqlite, postgres);
    }
}

async fn sign_in(program: &Program) -> UserAgent {
    let admin = UserAgent::new();
    let request = Authorization::new(&program.issuer, &program.seed.trusted);
    request.complete(&admin, "admin").await.code();
    admin
}

/// Returns the paths of all measured pages.
async fn pages(database: &str) -> Vec<String> {
    let user = id_of(database, "users", "username = 'user4711'").await;
    let admin = id_of(database, "users", "username = 'admin'").await;
    let event = id_of(database, "audit_events", "kind = 'login.succeeded'").await;
    let mut all: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
    for page in PAGES_OF_USER {
        all.push(format!("/admin/people/{user}{page}"));
    }
    for client in MEASURED_CLIENTS {
        for page in PAGES_OF_CLIENT {
            all.push(format!("/admin/apps/{client}{page}"));
        }
    }
    for user in [&user, &admin] {
        all.push(format!("/admin/audit?actor={user}"));
        all.push(format!("/admin/audit?about={user}"));
    }
    all.push("/admin/audit?client=client-77".to_owned());
    all.push(format!("/admin/audit/{event}"));
    all
}

/// Returns the ID of a row that fulfils the condition.
async fn id_of(database: &str, table: &str, condition: &str) -> String {
    let id = if database.starts_with("postgres") {
        "id::text"
    } else {
        "lower(hex(id))"
    };
    let sql = format!("SELECT {id} AS text FROM {table} WHERE {condition} LIMIT 1");
    let found = rows::query_text(database, &sql).await;
    let id: uuid::Uuid = found[0].parse().expect("a UUID");
    id.to_string()
}

/// Measures one page and prints its line.
async fn time(program: &Program, admin: &UserAgent, name: &str, path: &str) {
    let url = program.at(path);
    let (mut times, mut bytes) = (Vec::new(), 0);
    for round in 0..WARM + REQUESTS {
        let start = Instant::now();
        let response = admin.http().get(&url).send().await.expect("an answer");
        let status = response.status();
        let body = response.bytes().await.expect("a page");
        assert!(status.is_success(), "{path}: {status}");
        bytes = body.len();
        if round >= WARM {
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    let milliseconds = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    let (median, high) = (milliseconds(50), milliseconds(99));
    let met = median <= GOALS.0 && high <= GOALS.1;
    println!(
        "| `{path}` | {name} | {median:.1} | {high:.1} | {:.0} | {} |",
        bytes as f64 / 1e3,
        if met { "met" } else { "MISSED" }
    );
}
