//! A database that has grown for years: many rows in every table, written without the program.
//!
//! The rows follow from the schema, so a new table is filled as well: references lead to rows that
//! exist, unique columns differ, half of what expires has expired. A column without a rule takes the
//! value of the table's first row, if it has one.

use std::collections::BTreeMap;

use sea_orm::{ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbBackend};

use crate::rows;

/// Tables that do not grow with use, with the reason.
const BOUNDED: &[(&str, &str)] = &[
    ("doorward_identity_migrations", "one row for each migration"),
    ("audit_archives", "one row for each archived day"),
    ("audit_streams", "one row for each configured stream"),
    ("audit_seals", "written by the sealer from `audit_waiting`"),
    ("cleanup_steps", "one row for each step"),
    ("custom_claims", "made by an administrator"),
    (
        "deletions",
        "one row for each object whose rows are being deleted",
    ),
    ("dev_mail", "only in a development instance"),
    (
        "kept_keys",
        "some twenty rows for each change of the secret key",
    ),
    ("factor_campaigns", "started by an administrator"),
    ("factor_exceptions", "given by an administrator"),
    ("monthly_reports", "one row for each month"),
    ("former_names", "made by an administrator"),
    ("leases", "one row for each background task"),
    (
        "logout_notices",
        "drained every second; ended sessions write them",
    ),
    ("permissions", "made by an administrator"),
    ("profile_fields", "made by an administrator"),
    ("providers", "made by an administrator"),
    ("role_permissions", "made by an administrator"),
    ("saml_clients", "made by an administrator"),
    ("approvals", "asked for by an administrator"),
    ("managed_objects", "one row for each object of a file"),
    ("scopes", "made by an administrator"),
    ("settings", "one row for each setting"),
    ("sites", "made by an administrator"),
    ("site_hosts", "at most 50 for each site"),
    ("signing_keys", "one row for each key"),
    ("bulk_changes", "started by an administrator"),
    ("brands", "made by an administrator"),
    ("brand_pictures", "two for each brand"),
    ("own_texts", "made by an administrator"),
    ("access_reviews", "created by an administrator"),
    ("access_review_reviewers", "at most 20 for each review"),
    ("access_review_lines", "at most 20,000 for each review"),
    ("subject_aliases", "made by the merge of two users"),
];

/// Tables of things that administrators and clients register: a hundredth of the other tables.
const REGISTRIES: [&str; 7] = [
    "clients",
    "client_logos",
    "client_origins",
    "client_registrations",
    "organizations",
    "groups",
    "resources",
];

/// Number of roles: few, with many holders.
const ROLES: u32 = 20;

/// Rows for a table with a value that its column type does not show: table, column, and the
/// expression on both databases, with the number of the row and the present second.
const VALUES: &[(&str, &str, &str)] = &[
    ("users", "username", "'user' || {n}"),
    ("users", "username_key", "'user' || {n}"),
    ("users", "username_skeleton", "'user' || {n}"),
    ("users", "email", "'user' || {n} || '@grown.example'"),
    ("users", "email_key", "'user' || {n} || '@grown.example'"),
    ("users", "display_key", "'user number ' || {n}"),
    ("users", "deletion_due_at", "NULL"),
    ("users", "unproved_since", "NULL"),
    ("users", "disabled_at", "NULL"),
    ("clients", "id", "'client-' || {n}"),
    ("clients", "name", "'Client ' || {n}"),
    ("clients", "name_key", "'client ' || {n}"),
    ("organizations", "slug", "'org-' || {n}"),
    ("organizations", "name", "'Org ' || {n}"),
    ("organizations", "name_key", "'org ' || {n}"),
    ("organizations", "active", "TRUE"),
    ("groups", "path", "'/group ' || {n}"),
    ("groups", "parent_id", "NULL"),
    ("groups", "description", "''"),
    (
        "resources",
        "identifier",
        "'https://api-' || {n} || '.example'",
    ),
    ("roles", "name", "'grown-' || {n}"),
    ("role_assignments", "role", "'grown-1'"),
    ("role_assignments", "subject_kind", "'user'"),
    ("role_assignments", "active", "TRUE"),
    (
        "api_keys",
        "id",
        "substr('key000000000', 1, 12 - length(CAST({n} AS text))) || {n}",
    ),
    ("api_keys", "scopes", "'tasks:read'"),
    ("api_keys", "networks", "'[]'"),
    ("email_tokens", "purpose", "'verify'"),
    ("jobs", "kind", "'mail'"),
    ("jobs", "done_at", "{now} - 100000"),
    ("linked_accounts", "roles", "'[]'"),
    ("linked_accounts", "issuer", "'https://issuer.example'"),
    ("consents", "scope", "'openid'"),
    ("consents", "declined", "''"),
    ("consents", "resources", "'[]'"),
    ("consents", "authorization_details", "'[]'"),
    ("stats", "kind", "'sign_in'"),
    ("stats", "hour", "{now} / 3600 - {n} % 2000"),
    ("stats", "client_id", "'client-' || ({n} / 2000)"),
    ("attempts", "step", "'password'"),
    ("attempts", "outcome", "'failed'"),
    ("attempts", "rule", "'wrong_password'"),
    ("attempts", "detail", "'{}'"),
    ("attempts", "at", "{now} - {n} % 5000000"),
    ("refusals", "at", "{now} - {n} % 5000000"),
    ("refusals", "detail", "'{}'"),
    ("audit_events", "at", "{now} - 86400 - {n} / 10"),
    ("imported_records", "kind", "'user'"),
    ("imported_records", "source", "'file'"),
    ("imported_records", "applied", "NULL"),
    ("profile_values", "field", "'grown'"),
    ("profile_values", "value", "'\"x\"'"),
    (
        "invitations",
        "email_key",
        "'guest' || {n} || '@grown.example'",
    ),
    ("device_requests", "user_code", "'C' || {n}"),
    ("client_registrations", "metadata", "'{}'"),
];

/// Inserts `count` rows into every table that grows, and a hundredth of that into the registries.
/// The first user has a twentieth of all sessions and grants, the first client a tenth of the grants.
/// The program must not run.
///
/// # Panics
/// Panics if a statement fails.
pub async fn fill(url: &str, count: u32, now: i64) {
    fill_more(url, count, now, &[]).await;
}

/// Inserts rows as [`fill`] does, and a multiple of `count` into some tables.
///
/// # Panics
/// Panics if a statement fails.
pub async fn fill_more(url: &str, count: u32, now: i64, more: &[(&str, u32)]) {
    let sqlite = !url.starts_with("postgres");
    let db = open_to_fill(url).await;
    let field = "INSERT INTO profile_fields (name, label, kind, editable_by, visible_to, created_at, \
                 updated_at) VALUES ('grown', 'Grown', '{\"type\":\"boolean\"}', 'user', 'user', 0, 0)";
    db.execute_unprepared(field).await.expect("a profile field");
    for table in rows::tables(url).await {
        if BOUNDED.iter().any(|(name, _)| *name == table) {
            continue;
        }
        let many = if REGISTRIES.contains(&table.as_str()) {
            (count / 100).max(10)
        } else if table == "roles" {
            ROLES
        } else {
            let times = more.iter().find(|(name, _)| *name == table);
            count * times.map_or(1, |(_, times)| *times)
        };
        let insert = insert(url, &table, many, &Growth { count, now, sqlite }).await;
        let (drop, create) = rows::secondary(url, &table).await;
        for statement in drop.into_iter().chain([insert]).chain(create) {
            if let Err(error) = db.execute_unprepared(&statement).await {
                panic!("{table}: {statement}: {error}");
            }
        }
    }
    analyze(&db).await;
    if !sqlite {
        let after = "SELECT setval(pg_get_serial_sequence('audit_waiting', 'number'), 100000000)";
        db.execute_unprepared(after).await.expect("a sequence");
    }
    db.close().await.expect("close");
}

/// Opens one connection to insert many rows: references are not checked, and commits are not synced. On
/// PostgreSQL triggers do not run.
pub(crate) async fn open_to_fill(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    // The settings apply to one connection.
    options.max_connections(1);
    let db = doorward_store::db::connect(options)
        .await
        .expect("the database");
    let settings = if db.get_database_backend() == DbBackend::Sqlite {
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000"
    } else {
        "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; \
         SET statement_timeout = 0; SET synchronous_commit = off"
    };
    db.execute_unprepared(settings).await.expect("settings");
    db
}

/// Updates the statistics, as autovacuum does on a long-running server.
pub(crate) async fn analyze(db: &DatabaseConnection) {
    let statement = if db.get_database_backend() == DbBackend::Sqlite {
        "PRAGMA optimize"
    } else {
        "VACUUM ANALYZE"
    };
    db.execute_unprepared(statement).await.expect(statement);
}

/// Deletes the rows of an SQLite database that refer to missing rows: [`fill`] does not fill all tables.
///
/// # Panics
/// Panics if a statement fails.
pub async fn delete_dangling(url: &str) {
    for table in rows::tables(url).await {
        let dangling = format!(
            "DELETE FROM \"{table}\" WHERE rowid IN \
             (SELECT rowid FROM pragma_foreign_key_check('{table}'))"
        );
        rows::execute(url, &dangling).await;
    }
}

/// The sizes that rows refer to.
struct Growth {
    count: u32,
    now: i64,
    sqlite: bool,
}

impl Growth {
    /// Returns the ID of row `number` of a table.
    fn id(&self, table: &str, number: &str) -> String {
        // A different variant for each table, so that a wrong reference leads nowhere.
        let mark = table
            .bytes()
            .fold(0_u16, |mark, byte| mark.wrapping_mul(31) ^ u16::from(byte))
            & 0xfff;
        if self.sqlite {
            format!(
                "unhex(printf('000000000000{:04x}8000%012x', {number}))",
                0x7000 | mark
            )
        } else {
            format!(
                "('00000000-0000-{:04x}-8000-' || lpad(to_hex({number}), 12, '0'))::uuid",
                0x7000 | mark
            )
        }
    }

    /// Returns the value of a reference to a row of another table.
    fn reference(&self, from: &str, to: &str) -> String {
        let few = (self.count / 100).max(10);
        let count = self.count;
        match to {
            // Many rows of one user and of one client.
            "users" if matches!(from, "sessions" | "grants" | "trusted_devices") => self.id(
                "users",
                &format!("(CASE WHEN n % 20 = 0 THEN 1 ELSE 1 + n % {count} END)"),
            ),
            "users" => self.id("users", &format!("(1 + n % {count})")),
            "clients" if from == "consents" => format!("'client-' || (1 + n % {few})"),
            "clients"
                if matches!(
                    from,
                    "client_logos" | "client_origins" | "client_registrations"
                ) =>
            {
                "'client-' || n".to_owned()
            }
            "clients" => {
                format!("'client-' || (CASE WHEN n % 10 = 0 THEN 1 ELSE 1 + n % {few} END)")
            }
            "organizations" => {
                format!("'org-' || (CASE WHEN n % 10 = 0 THEN 1 ELSE 1 + n % {few} END)")
            }
            "groups" => self.id("groups", &format!("(1 + n % {few})")),
            "roles" => "'grown-1'".to_owned(),
            other => self.id(other, &format!("(1 + n % {count})")),
        }
    }
}

/// Returns the statement that inserts the rows.
async fn insert(url: &str, table: &str, many: u32, growth: &Growth) -> String {
    let references: BTreeMap<String, String> =
        rows::references(url, table).await.into_iter().collect();
    let unique = rows::unique_columns(url, table).await;
    let columns = rows::columns(url, table).await;
    let has_first = !rows::query_text(url, &format!("SELECT '1' AS text FROM \"{table}\" LIMIT 1"))
        .await
        .is_empty();
    let values = columns.iter().map(|column| {
        let stated = VALUES
            .iter()
            .find(|(of, name, _)| *of == table && *name == column.name);
        if let Some((_, _, value)) = stated {
            return value
                .replace("{now}", &growth.now.to_string())
                .replace("{n}", "s.n");
        }
        if let Some(to) = references.get(&column.name) {
            return growth.reference(table, to);
        }
        value(
            table,
            column,
            unique.contains(&column.name),
            has_first,
            growth,
        )
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let names = columns.iter().map(|column| format!("\"{}\"", column.name));
    let names = names.collect::<Vec<_>>().join(", ");
    let series = if growth.sqlite {
        format!(
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {many}) \
             SELECT n FROM s) s"
        )
    } else {
        format!("generate_series(1, {many}) AS s(n)")
    };
    let first = if table == "users" {
        "WHERE username = 'bob' LIMIT 1"
    } else {
        "LIMIT 1"
    };
    let first = if values.contains("t.\"") {
        format!("LEFT JOIN (SELECT * FROM \"{table}\" {first}) t ON TRUE")
    } else {
        String::new()
    };
    format!("INSERT INTO \"{table}\" ({names}) SELECT {values} FROM {series} {first}")
}

/// Returns the value of a column without a special rule.
fn value(
    table: &str,
    column: &rows::Column,
    is_unique: bool,
    has_first: bool,
    growth: &Growth,
) -> String {
    let now = growth.now;
    let name = column.name.as_str();
    let is_time = column.is_integer
        && (name.ends_with("_at")
            || name.ends_with("_until")
            || name.ends_with("_since")
            || name == "at");
    if name.contains("expires_at") {
        // Half of the rows expired two days ago.
        return format!("CASE WHEN n % 2 = 0 THEN {now} - 172800 ELSE {now} + 3600 END");
    }
    if is_time && column.is_nullable {
        return "NULL".to_owned();
    }
    if is_time {
        return format!("{now} - 200000 - n % 1000000");
    }
    if name == "event_id" {
        return growth.id("audit_events", "n");
    }
    if column.is_uuid && (is_unique || name == "id") {
        return growth.id(table, "n");
    }
    match name {
        "user_id" | "subject_id" | "actor" | "subject" if column.is_uuid => {
            growth.reference(table, "users")
        }
        "user_id" | "subject_id" | "actor" | "subject" if is_of_user(table) => {
            text_id_of_user(growth)
        }
        "client_id" if !is_unique => growth.reference(table, "clients"),
        "session_id" if column.is_uuid => {
            growth.id("sessions", &format!("(1 + n % {})", growth.count))
        }
        // Beyond the numbers that the database has assigned.
        _ if is_unique && column.is_integer => "10000000 + n".to_owned(),
        _ if column.is_blob && (is_unique || !column.is_nullable) => hash(growth),
        _ if is_unique => "'grown-' || n".to_owned(),
        _ if column.is_blob => "NULL".to_owned(),
        _ if has_first => format!("t.\"{name}\""),
        _ if column.is_nullable => "NULL".to_owned(),
        _ if column.is_boolean => "FALSE".to_owned(),
        _ if column.is_integer => "0".to_owned(),
        _ if column.is_uuid => growth.id(table, "n"),
        _ => "''".to_owned(),
    }
}

/// Returns true if the text columns of the table hold IDs of users.
fn is_of_user(table: &str) -> bool {
    matches!(table, "role_assignments" | "audit_events")
}

fn text_id_of_user(growth: &Growth) -> String {
    let id = growth.reference("role_assignments", "users");
    if growth.sqlite {
        let hex = format!("lower(hex({id}))");
        format!(
            "substr({hex}, 1, 8) || '-' || substr({hex}, 9, 4) || '-' || substr({hex}, 13, 4) || '-' || \
             substr({hex}, 17, 4) || '-' || substr({hex}, 21)"
        )
    } else {
        format!("({id})::text")
    }
}

/// Returns 32 bytes that differ for each row.
fn hash(growth: &Growth) -> String {
    if growth.sqlite {
        "unhex(printf('%064x', n))".to_owned()
    } else {
        "decode(lpad(to_hex(n), 64, '0'), 'hex')".to_owned()
    }
}
