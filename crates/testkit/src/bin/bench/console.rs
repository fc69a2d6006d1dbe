//! `bench --console`: the time of each page of the console, and of some pages of the account area,
//! with a million users, ten thousand clients and ten million audit events, on SQLite and on
//! PostgreSQL with Redis.
//!
//! One administrator opens one page after the other, so the times are those of the server and of
//! one connection on the same machine.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::{Authorization, Backend, UserAgent, rows};
use sea_orm::ConnectionTrait as _;

/// Number of users. Each has a session, a grant and a role.
const USERS: u32 = 1_000_000;
/// Number of clients.
const CLIENTS: u32 = 10_000;
/// Number of groups, and of organizations.
const GROUPS: u32 = 10_000;
/// Number of API keys.
const API_KEYS: u32 = 100_000;
/// Number of audit events.
const EVENTS: u32 = 10_000_000;
/// Number of sign-in attempts.
const ATTEMPTS: u32 = 1_000_000;
/// Requests of each page, and requests before them that fill the caches.
const REQUESTS: usize = 200;
const WARM: usize = 10;
/// Goals of p50 and p99 in milliseconds.
const GOALS: (f64, f64) = (10.0, 50.0);

/// Pages without an ID.
const PAGES: &[&str] = &[
    "/admin",
    "/admin/find?q=user+numb",
    "/admin/find?q=clien",
    "/admin/people",
    "/admin/people?q=user99",
    "/admin/apps",
    "/admin/apps?q=client+9",
    "/admin/apps/tokens",
    "/admin/unused",
    "/admin/api-access",
    "/admin/api-access?show=unused",
    "/admin/sign-ins",
    "/admin/sign-ins?q=user471",
    "/admin/sessions",
    "/admin/audit",
    "/admin/audit?period=yesterday",
    "/admin/audit?kind=login.succeeded",
    "/admin/audit?address=192.0.2.7",
    "/admin/groups",
    "/admin/groups?q=%2Fgroup+9",
    "/admin/roles",
    "/admin/roles?q=dev",
    "/admin/roles/developer",
    "/admin/roles/developer/delete",
    "/admin/grants",
    "/admin/grants?role=developer",
    "/admin/organizations",
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
    "/admin/people.csv",
    "/admin/apps.csv",
    "/admin/sign-ins.csv",
    "/admin/sessions.csv",
    "/admin/grants.csv",
    "/admin/groups.csv",
    "/admin/audit.csv",
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
/// pages.
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

/// A column that differs in the copies of a row: its expressions on SQLite and on PostgreSQL, with
/// the number `n` of the copy.
type Column<'a> = (&'a str, String, String);

/// Returns a column with the same expression on both databases.
fn same(name: &str, expression: impl Into<String>) -> Column<'_> {
    let expression = expression.into();
    (name, expression.clone(), expression)
}

/// Returns a random ID.
fn random_id() -> Column<'static> {
    (
        "id",
        "randomblob(16)".to_owned(),
        "gen_random_uuid()".to_owned(),
    )
}

/// Returns the ID of user `n`.
fn id_of_user(column: &str) -> Column<'_> {
    (
        column,
        format!("unhex(printf('00000000000070008000%012x', n % {USERS}))"),
        format!("('00000000-0000-7000-8000-' || lpad(to_hex(n % {USERS}), 12, '0'))::uuid"),
    )
}

/// Returns the ID of user `n` as text, and the value of the copied row for each hundredth copy.
fn text_id_of_user(column: &str) -> Column<'_> {
    let other = |id: &str| format!("CASE WHEN n % 100 = 0 THEN t.\"{column}\" ELSE {id} END");
    let prefix = "'00000000-0000-7000-8000-'";
    (
        column,
        other(&format!("{prefix} || printf('%012x', n % {USERS})")),
        other(&format!("{prefix} || lpad(to_hex(n % {USERS}), 12, '0')")),
    )
}

/// Returns the columns of users that differ.
fn user_columns() -> Vec<Column<'static>> {
    let mut users = vec![id_of_user("id")];
    for column in ["username", "username_key", "username_skeleton"] {
        users.push(same(column, "'user' || n"));
    }
    for column in ["email", "email_key"] {
        users.push(same(column, "'user' || n || '@bench.example'"));
    }
    users.push(same("display_key", "'user number ' || n"));
    users.push(same("created_at", "t.created_at - n"));
    users.push(same("last_login_at", "t.created_at - n * 7"));
    users
}

/// Copies one row of each table as often as the measurement needs.
async fn fill(database: &str, client: &str, share: u32) {
    let users = user_columns();
    copy(
        database,
        "users",
        "t.username = 'bob'",
        USERS / share,
        &users,
    )
    .await;

    let clients = [
        same("id", "'client-' || n"),
        same("name", "'Client ' || n"),
        same("name_key", "'client ' || n"),
    ];
    let condition = format!("t.id = '{client}'");
    copy(database, "clients", &condition, CLIENTS / share, &clients).await;

    let client_id = same(
        "client_id",
        format!(
            "'client-' || CASE WHEN n % 10 = 0 THEN 1 ELSE n % {} + 1 END",
            CLIENTS / share
        ),
    );
    let hash = (
        "token_hash",
        "randomblob(32)".to_owned(),
        "decode(md5(n::text) || md5((-n)::text), 'hex')".to_owned(),
    );
    let sessions = [random_id(), id_of_user("user_id"), hash];
    copy(database, "sessions", "TRUE", USERS / share, &sessions).await;
    let grants = [
        random_id(),
        id_of_user("user_id"),
        client_id.clone(),
        same("code_hash", "NULL"),
        same("refresh_hash", "NULL"),
    ];
    copy(database, "grants", "TRUE", USERS / share, &grants).await;
    let holders = [random_id(), text_id_of_holder()];
    let condition = "t.subject_kind = 'user' AND t.role = 'developer'";
    copy(
        database,
        "role_assignments",
        condition,
        USERS / share,
        &holders,
    )
    .await;
    let attempts = [
        random_id(),
        same("at", "t.at - n * 2"),
        id_of_user("user_id"),
        client_id.clone(),
        same("request_id", "'request-' || n"),
    ];
    copy(database, "attempts", "TRUE", ATTEMPTS / share, &attempts).await;
    let events = [
        random_id(),
        same("at", "t.at - n * 3"),
        text_id_of_user("actor"),
        text_id_of_user("subject"),
        client_id,
        same("ip", "'192.0.2.' || (n % 256)"),
    ];
    copy(
        database,
        "audit_events",
        "t.actor IS NOT NULL",
        EVENTS / share,
        &events,
    )
    .await;
    fill_without_seed(database, share).await;
    if database.starts_with("postgres") {
        // Autovacuum does this on a long-running server.
        rows::execute(database, "VACUUM ANALYZE").await;
    } else {
        rows::execute(database, "ANALYZE").await;
    }
}

/// Inserts groups, organizations and API keys, of which the seed has none.
async fn fill_without_seed(database: &str, share: u32) {
    let first = [
        "INSERT INTO organizations (slug, name, name_key, active, created_at, updated_at) \
         SELECT 'first', 'First', 'first', TRUE, created_at, created_at FROM users LIMIT 1"
            .to_owned(),
        "INSERT INTO groups (id, path, description, created_at, updated_at) \
         SELECT id, '/first', '', created_at, created_at FROM users LIMIT 1"
            .to_owned(),
        "INSERT INTO api_keys (id, hash, user_id, name, scopes, networks, created_at, expires_at) \
         SELECT 'first0000000', token_hash, user_id, 'first', 'tasks:read', '[]', created_at, \
         created_at + 31536000 FROM sessions LIMIT 1"
            .to_owned(),
    ];
    for statement in first {
        rows::execute(database, &statement).await;
    }
    let organizations = [
        same("slug", "'org-' || n"),
        same("name", "'Org ' || n"),
        same("name_key", "'org ' || n"),
    ];
    let condition = "t.slug = 'first'";
    copy(
        database,
        "organizations",
        condition,
        GROUPS / share,
        &organizations,
    )
    .await;
    let groups = [random_id(), same("path", "'/group ' || n")];
    copy(
        database,
        "groups",
        "t.path = '/first'",
        GROUPS / share,
        &groups,
    )
    .await;
    let keys = [
        same(
            "id",
            "substr('key000000000', 1, 12 - length(CAST(n AS text))) || n",
        ),
        id_of_user("user_id"),
        same("created_at", "t.created_at - n * 86"),
    ];
    copy(
        database,
        "api_keys",
        "t.id = 'first0000000'",
        API_KEYS / share,
        &keys,
    )
    .await;
}

/// Returns the holder `n` of a role.
fn text_id_of_holder() -> Column<'static> {
    let prefix = "'00000000-0000-7000-8000-'";
    (
        "subject_id",
        format!("{prefix} || printf('%012x', n % {USERS})"),
        format!("{prefix} || lpad(to_hex(n % {USERS}), 12, '0')"),
    )
}

/// Inserts `count` copies of the rows that fulfil the condition, in turn, without the indexes and
/// triggers of the table, which are created again afterwards.
async fn copy(database: &str, table: &str, condition: &str, count: u32, changed: &[Column<'_>]) {
    let sqlite = !database.starts_with("postgres");
    let names = if sqlite {
        format!("SELECT name AS text FROM pragma_table_info('{table}')")
    } else {
        format!(
            "SELECT column_name::text AS text FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}'"
        )
    };
    let names = rows::query_text(database, &names).await;
    let values = names.iter().map(|name| {
        let other = changed.iter().find(|(column, ..)| column == name);
        other.map_or_else(
            || format!("t.\"{name}\""),
            |(_, file, server)| if sqlite { file } else { server }.clone(),
        )
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let columns = format!("\"{}\"", names.join("\", \""));
    let series = if sqlite {
        format!(
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) \
             SELECT n FROM s) s"
        )
    } else {
        format!("generate_series(1, {count}) AS s(n)")
    };
    // The rows to copy are numbered, so that each is copied equally often.
    let insert = format!(
        "CREATE TABLE bench_rows AS SELECT row_number() OVER () AS place, t.* FROM {table} t \
         WHERE {condition}; \
         INSERT INTO {table} ({columns}) SELECT {values} FROM {series} JOIN bench_rows t \
         ON t.place = 1 + n % (SELECT count(*) FROM bench_rows); \
         DROP TABLE bench_rows"
    );
    let (drop, create) = secondary(database, table, sqlite).await;
    let db = doorward_store::db::connect({
        let mut options = sea_orm::ConnectOptions::new(database);
        // The settings apply to one connection.
        options.max_connections(1);
        options
    })
    .await
    .expect("the database");
    let settings = if sqlite {
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000"
    } else {
        "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; \
         SET statement_timeout = 0; SET synchronous_commit = off"
    };
    for statement in [settings.to_owned()]
        .into_iter()
        .chain(drop)
        .chain([insert])
        .chain(create)
    {
        if let Err(error) = db.execute_unprepared(&statement).await {
            panic!("{statement}: {error}");
        }
    }
    db.close().await.expect("close");
}

/// Returns the statements that drop the secondary indexes and triggers of a table, and those that
/// create them again.
async fn secondary(database: &str, table: &str, sqlite: bool) -> (Vec<String>, Vec<String>) {
    let (drops, creates) = if sqlite {
        let filter = format!(
            "FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL \
             AND type IN ('index', 'trigger') ORDER BY name"
        );
        (
            format!("SELECT 'DROP ' || type || ' \"' || name || '\"' AS text {filter}"),
            format!("SELECT sql AS text {filter}"),
        )
    } else {
        // Triggers do not run with `session_replication_role = replica`.
        let filter = format!(
            "FROM pg_indexes WHERE schemaname = 'public' AND tablename = '{table}' AND indexname \
             NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname"
        );
        (
            format!("SELECT 'DROP INDEX \"' || indexname || '\"' AS text {filter}"),
            format!("SELECT indexdef AS text {filter}"),
        )
    };
    (
        rows::query_text(database, &drops).await,
        rows::query_text(database, &creates).await,
    )
}
