//! The rows of the databases on which the console is measured, and those of many users.

use doorward_testkit::rows;
use sea_orm::ConnectionTrait as _;

/// Number of users. Each has a session, a grant and a role.
pub(super) const USERS: u32 = 1_000_000;
pub(super) const CLIENTS: u32 = 10_000;
/// Number of groups, and of organizations.
const GROUPS: u32 = 10_000;
const API_KEYS: u32 = 100_000;
/// Number of audit events.
pub(super) const EVENTS: u32 = 10_000_000;
/// Number of sign-in attempts.
pub(super) const ATTEMPTS: u32 = 1_000_000;

/// A column that differs in the copies of a row: its expressions on SQLite and on PostgreSQL, with
/// the number `n` of the copy.
pub(super) type Column<'a> = (&'a str, String, String);

/// Returns a column with the same expression on both databases.
pub(super) fn same(name: &str, expression: impl Into<String>) -> Column<'_> {
    let expression = expression.into();
    (name, expression.clone(), expression)
}

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

/// Returns the ID of session `n`, which belongs to user `n`.
fn id_of_session(column: &str) -> Column<'_> {
    (
        column,
        format!("unhex(printf('00000000000070018000%012x', n % {USERS}))"),
        format!("('00000000-0000-7001-8000-' || lpad(to_hex(n % {USERS}), 12, '0'))::uuid"),
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

/// Copies one row of each table as often as the measurement of the console needs.
pub(super) async fn fill(database: &str, client: &str, share: u32) {
    copy_users(database, USERS / share).await;

    let clients = [
        same("id", "'client-' || n"),
        same("name", "'Client ' || n"),
        same("name_key", "'client ' || n"),
    ];
    let condition = format!("t.id = '{client}'");
    copy(database, "clients", &condition, CLIENTS / share, &clients).await;

    let client_id = id_of_client(CLIENTS / share);
    let hash = (
        "token_hash",
        "randomblob(32)".to_owned(),
        "decode(md5(n::text) || md5((-n)::text), 'hex')".to_owned(),
    );
    let sessions = [id_of_session("id"), id_of_user("user_id"), hash];
    copy(database, "sessions", "TRUE", USERS / share, &sessions).await;
    let grants = [
        random_id(),
        id_of_user("user_id"),
        id_of_session("session_id"),
        client_id.clone(),
        same("code_hash", "NULL"),
        same("refresh_hash", "NULL"),
    ];
    copy(database, "grants", "TRUE", USERS / share, &grants).await;
    fill_history(database, share, client_id).await;
    fill_without_seed(database, share).await;
    analyze(database).await;
}

/// Inserts `count` copies of a user, each with a role: `user1`, `user2`, … with the password of the seed.
pub(super) async fn fill_users(database: &str, count: u32) {
    copy_users(database, count).await;
    analyze(database).await;
}

async fn copy_users(database: &str, count: u32) {
    let users = user_columns();
    copy(database, "users", "t.username = 'bob'", count, &users).await;
    let holders = [random_id(), text_id_of_holder()];
    let condition = "t.subject_kind = 'user' AND t.role = 'developer'";
    copy(database, "role_assignments", condition, count, &holders).await;
}

async fn analyze(database: &str) {
    // SQLite has no statistics: nothing makes them in a deployment.
    if database.starts_with("postgres") {
        // Autovacuum does this on a long-running server.
        rows::execute(database, "VACUUM ANALYZE").await;
    }
}

/// Copies the sign-in attempts and audit events of the seed.
async fn fill_history(database: &str, share: u32, client_id: Column<'_>) {
    let attempts = [
        random_id(),
        same("at", "t.at - n * 2"),
        same(
            "outcome",
            "CASE WHEN n % 50 = 0 THEN 'failed' ELSE t.outcome END",
        ),
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
}

/// Returns the ID of a client; the first one has a tenth of the rows.
fn id_of_client(count: u32) -> Column<'static> {
    let number = format!("CASE WHEN n % 10 = 0 THEN 1 ELSE n % {count} + 1 END");
    same("client_id", format!("'client-' || {number}"))
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
pub(super) async fn copy(
    database: &str,
    table: &str,
    condition: &str,
    count: u32,
    changed: &[Column<'_>],
) {
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
    let (drop, create) = rows::secondary(database, table).await;
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
