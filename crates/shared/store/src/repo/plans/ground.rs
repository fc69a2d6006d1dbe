//! The databases on which the plans are read: an SQLite file as most deployments have it, without
//! statistics; one with the statistics of many rows; and a PostgreSQL that takes its tables for large.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::{env, mem};

use doorward_domain::model::Role;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use crate::repo::query_plan::{explain, migrated};
use crate::repo::roles;
use crate::{Db, OpenOptions};

const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";
const POSTGRES_DEFAULT: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// Tables with few rows, which only administrators add to. Reading one as a whole is right.
const SMALL: &[&str] = &[
    "access_reviews",
    "approvals",
    "audit_archives",
    "audit_streams",
    // The queue of the sealer, which empties it.
    "audit_waiting",
    "brands",
    "bulk_changes",
    "cleanup_steps",
    "custom_claims",
    "factor_campaigns",
    "former_names",
    "managed_objects",
    "own_texts",
    "permissions",
    "profile_fields",
    "providers",
    "registration_tokens",
    "role_permissions",
    "roles",
    "saml_clients",
    "scim_sources",
    "scim_targets",
    "scopes",
    "signal_streams",
    "site_hosts",
    "sites",
];

/// Statistics of SQLite: 300,000 rows in each table, 300 for each value of an index, 3,000 in a partial
/// index, and 30 in a small table.
const STATISTICS: &str = "INSERT INTO sqlite_stat1 \
    SELECT m.name, l.name, CASE WHEN m.name IN ('{small}') THEN '30' WHEN l.partial THEN '3000' \
    ELSE '300000' END || (SELECT group_concat(CASE WHEN m.name IN ('{small}') OR (l.\"unique\" AND \
    i.seqno = (SELECT max(seqno) FROM pragma_index_info(l.name))) THEN ' 1' ELSE ' 300' END, '') \
    FROM pragma_index_info(l.name) i) \
    FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type = 'table'";

/// Inserts a row into each table, and lets PostgreSQL believe that its page has 300,000, or 30.
const LARGE: &str = "DO $$ DECLARE made record; BEGIN \
    SET LOCAL session_replication_role = replica; \
    FOR made IN SELECT table_name AS name, string_agg(quote_ident(column_name), ',') AS columns, \
    string_agg(CASE data_type WHEN 'uuid' THEN 'gen_random_uuid()' WHEN 'text' THEN '''x''' \
    WHEN 'boolean' THEN 'true' WHEN 'bytea' THEN '''x''::bytea' ELSE '0' END, ',') AS row \
    FROM information_schema.columns WHERE table_schema = current_schema() \
    AND table_name NOT LIKE 'doorward%' GROUP BY table_name LOOP \
    EXECUTE format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE VALUES (%s)', \
    made.name, made.columns, made.row); END LOOP; END $$; \
    UPDATE pg_class SET relpages = 1, \
    reltuples = CASE WHEN relname IN ('{small}') THEN 30 ELSE 300000 END \
    WHERE relkind IN ('r', 'i') AND relnamespace = current_schema()::regnamespace";

/// Estimated number of rows from which sorting is no detail.
const MANY: u64 = 20_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ground {
    Sqlite,
    SqliteWithStatistics,
    Postgres,
}

impl Ground {
    pub(super) const ALL: [Self; 3] = [Self::Sqlite, Self::SqliteWithStatistics, Self::Postgres];
}

/// The way to the order of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    Read,
    /// The few rows of one user or organization are sorted.
    Sorted,
    /// The first rows of an index, up to the limit.
    First,
}

/// The statements of lists, and the plans that differ from the expected ones.
pub(super) struct Plans {
    ground: Ground,
    db: Db,
    /// A handle of this database that keeps the statements.
    pub(super) recorded: Db,
    statements: Arc<Mutex<Vec<Statement>>>,
    off: Vec<String>,
}

impl Plans {
    /// Opens a database with one role. Returns `None` without a PostgreSQL.
    pub(super) async fn open(ground: Ground) -> Option<Self> {
        let db = match ground {
            Ground::Postgres => open_postgres().await?,
            _ => migrated().await,
        };
        let role = Role {
            name: "helper".to_owned(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        let tx = db.begin_write().await.unwrap();
        roles::upsert(&tx, &role).await.unwrap();
        tx.commit().await.unwrap();
        let prepare = match ground {
            Ground::Sqlite => None,
            Ground::SqliteWithStatistics => Some(["ANALYZE", STATISTICS, "ANALYZE sqlite_schema"]),
            Ground::Postgres => Some([LARGE, "SELECT 1", "SELECT 1"]),
        };
        let small = SMALL.join("', '");
        for statement in prepare.into_iter().flatten() {
            let statement = statement.replace("{small}", &small);
            let tx = db.begin_write().await.unwrap();
            tx.execute_unprepared(&statement).await.unwrap();
            tx.commit().await.unwrap();
        }
        let (recorded, statements) = db.clone().recorded();
        Some(Self {
            ground,
            db,
            recorded,
            statements,
            off: Vec::new(),
        })
    }

    /// Returns the plans that differ.
    pub(super) fn finish(self) -> Vec<String> {
        self.off
    }

    /// Asserts that a list could be read. On PostgreSQL the row of a table cannot be read as a value.
    #[track_caller]
    pub(super) fn expect(&self, name: &str, is_read: bool) {
        assert!(is_read || self.ground == Ground::Postgres, "{name}");
    }

    /// Checks the plans of all statements since the last check: none reads a whole table, or sorts one;
    /// and on SQLite without statistics one reads this range of an index.
    pub(super) async fn check(&mut self, name: &str, range: &str, order: Order) {
        let plan = self.plan(name).await;
        let has_range = plan.iter().any(|line| line.contains(range));
        let is_right = match self.ground {
            Ground::Sqlite => has_range && sorts(&plan) == (order == Order::Sorted),
            _ => order == Order::Sorted || !sorts(&plan),
        };
        let scans = order != Order::First && scans_table(&plan);
        if scans || !is_right {
            let ground = self.ground;
            self.off
                .push(format!("{ground:?}: {name}, {range}, {order:?}: {plan:#?}"));
        }
    }

    /// Checks that no statement since the last check reads a whole table, and one reads a range of this
    /// index.
    pub(super) async fn check_portion(&mut self, name: &str, index: &str) {
        let plan = self.plan(name).await;
        let has_index = plan.iter().any(|line| line.contains(index));
        let scans = !index.contains("SCAN") && scans_table(&plan);
        if scans || (self.ground == Ground::Sqlite && !has_index) {
            let ground = self.ground;
            self.off
                .push(format!("{ground:?}: {name}, {index}: {plan:#?}"));
        }
    }

    /// Returns the plans of all statements since the last check.
    async fn plan(&mut self, name: &str) -> Vec<String> {
        let ran = mem::take(&mut *self.statements.lock().unwrap());
        assert!(!ran.is_empty(), "{name}: no statement");
        let mut plan = Vec::new();
        for statement in ran {
            if self.ground == Ground::Postgres {
                plan.extend(explain_postgres(&self.db, statement).await);
            } else {
                plan.extend(explain(&self.db, statement).await);
            }
        }
        plan
    }
}

/// Creates a database, which the test kit removes when it is some hours old, like its templates.
async fn open_postgres() -> Option<Db> {
    let server = env::var(POSTGRES_URL).unwrap_or_else(|_| POSTGRES_DEFAULT.to_owned());
    if server == "off" {
        return None;
    }
    let id = Uuid::now_v7();
    let (created, _) = id.get_timestamp().unwrap().to_unix();
    let suffix = &id.simple().to_string()[20..];
    let name = format!("doorward_template_{created}_{suffix}_plans");
    let connection = crate::db::connect(&server).await.unwrap();
    // A row costs what it would cost with the pages of a large table.
    let costs = format!("ALTER DATABASE {name} SET cpu_tuple_cost = 0.05");
    for statement in [format!("CREATE DATABASE {name}"), costs] {
        connection.execute_unprepared(&statement).await.unwrap();
    }
    connection.close().await.unwrap();
    let (place, _) = server.rsplit_once('/').unwrap();
    let url = format!("{place}/{name}");
    let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
    db.migrate().await.unwrap();
    Some(db)
}

async fn explain_postgres(db: &Db, mut statement: Statement) -> Vec<String> {
    let is_planned = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"];
    if !is_planned
        .iter()
        .any(|word| statement.sql.starts_with(word))
    {
        return Vec::new();
    }
    statement.db_backend = DbBackend::Postgres;
    statement.sql = format!("EXPLAIN {}", statement.sql);
    let rows = db.read().query_all_raw(statement).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    lines.map(Result::unwrap).collect()
}

/// Returns true if a statement sorts the rows of a table.
fn sorts(plan: &[String]) -> bool {
    let is_large = |line: &String| {
        let rows = line.split_once("rows=").map_or("", |(_, rest)| rest);
        let rows = rows.split(' ').next().unwrap_or_default().parse::<u64>();
        // Only rows that are equal in the order of the index.
        let is_whole = line.contains("Sort  (") && !line.contains("Incremental Sort");
        is_whole && rows.is_ok_and(|rows| rows >= MANY)
    };
    let is_tree = |line: &String| line.contains("TEMP B-TREE") && !line.contains("LAST TERM");
    plan.iter().any(|line| is_tree(line) || is_large(line))
}

/// Returns true if a statement reads a whole table.
fn scans_table(plan: &[String]) -> bool {
    let is_part = |from: &str| {
        let parts = ["CO-ROUTINE", "MATERIALIZE"].map(|kind| format!("{kind} {from}"));
        plan.iter()
            .any(|line| parts.iter().any(|part| line.contains(part)))
    };
    let is_small = |from: &str| SMALL.contains(&from.split(' ').next().unwrap_or_default());
    plan.iter().any(|line| {
        if let Some((_, from)) = line.split_once("Seq Scan on ") {
            return !is_small(from);
        }
        let scanned = line.strip_prefix("SCAN ");
        // The rows of a part of the statement, or its one row of subqueries, not of a table.
        scanned.is_some_and(|from| from != "CONSTANT ROW" && !is_part(from) && !is_small(from))
    })
}

#[test]
fn whole_tables_and_large_sorts_are_recognized() {
    let one = |line: &str| vec![line.to_owned()];
    for line in [
        "SCAN users",
        "SCAN users USING INDEX ix_users__deletion_due_at",
        "  ->  Seq Scan on users  (cost=0.00..3001.00 rows=300000 width=300)",
        "  ->  Parallel Seq Scan on grants  (cost=0.00..3001.00 rows=300000 width=300)",
    ] {
        assert!(scans_table(&one(line)), "{line}");
    }
    for line in [
        "SEARCH users USING INDEX ix_users__deletion_due_at (deletion_due_at=?)",
        "SCAN CONSTANT ROW",
        "SCAN roles",
        "  ->  Seq Scan on roles r  (cost=0.00..1.29 rows=29 width=8)",
    ] {
        assert!(!scans_table(&one(line)), "{line}");
    }
    assert!(sorts(&one("USE TEMP B-TREE FOR ORDER BY")));
    assert!(!sorts(&one("USE TEMP B-TREE FOR LAST TERM OF ORDER BY")));
    assert!(sorts(&one(
        "  ->  Sort  (cost=5.38..5.63 rows=300000 width=48)"
    )));
    assert!(!sorts(&one(
        "  ->  Sort  (cost=5.38..5.63 rows=101 width=48)"
    )));
}
