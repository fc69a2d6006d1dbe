//! Measures statements on tables that grow: SQLite runs as many instructions for few rows as for many.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use doorward_domain::model::{Group, GroupId, Role, SubjectKind, UserId};
use doorward_rules::list_filter::UserFilter;
use doorward_store::repo::user_search::{self, UserSearch};
use doorward_store::repo::{
    client_origins, clients, groups, role_assignments, roles, sessions, users,
};
use doorward_store::{Db, OpenOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, assignment, client, user};
use crate::harness::{execute, on_both_databases};

/// Number of instructions between two counts.
const EVERY: i32 = 10;
/// Maximum number of sessions that are counted.
const COUNTED: u64 = 100_000;

/// A database, and a connection to it that counts the instructions of its statements.
struct Meter {
    db: Db,
    counting: Db,
    count: Arc<AtomicU64>,
    _directory: TempDir,
}

impl Meter {
    async fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("store.sqlite");
        let url = format!("sqlite://{}", file.display());
        let db = Db::open(&url, OpenOptions::default()).await.unwrap();
        db.migrate().await.unwrap();
        let one = OpenOptions {
            sqlite_readers: 1,
            ..OpenOptions::default()
        };
        let counting = Db::open(&url, one).await.unwrap();
        let count = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&count);
        let pool = counting.read().connections().get_sqlite_connection_pool();
        let mut connection = pool.acquire().await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_progress_handler(EVERY, move || {
            counter.fetch_add(1, Ordering::Relaxed);
            true
        });
        drop(handle);
        drop(connection);
        // The first statement reads the schema.
        sessions::count_live(counting.read(), NOW).await.unwrap();
        Self {
            db,
            counting,
            count,
            _directory: directory,
        }
    }

    /// Returns the number of instructions of some statements.
    async fn measure<T>(&self, statements: impl Future<Output = T>) -> u64 {
        let before = self.count.load(Ordering::Relaxed);
        statements.await;
        self.count.load(Ordering::Relaxed) - before
    }
}

/// Asserts that the work for many rows is that for few, up to a tenth.
#[track_caller]
fn does_not_grow(few: u64, many: u64) {
    assert!(few > 0, "no instruction was counted");
    assert!(many * 10 <= few * 11 + 100, "{few} became {many}");
}

#[tokio::test]
async fn first_page_of_users_with_same_prefix_does_not_grow() {
    let meter = Meter::open().await;
    let (mut work, mut number) = (Vec::new(), 0);
    let filter = UserFilter {
        text: "ann".to_owned(),
        ..UserFilter::default()
    };
    // More than are candidates of a page in both cases: the address of each begins with the name.
    for rows in [4_000, 8_000] {
        let tx = meter.db.begin_write().await.unwrap();
        while number < rows {
            let user = user(&format!("ann{number:05}"));
            users::insert(&tx, &user).await.unwrap();
            number += 1;
        }
        tx.commit().await.unwrap();
        let pages = async {
            let mut last = None::<(String, UserId)>;
            for _ in 0..2 {
                let search = UserSearch {
                    filter: &filter,
                    org: None,
                    now: NOW,
                    after: last.as_ref().map(|(key, id)| (key.as_str(), *id)),
                    limit: 50,
                };
                let page = user_search::search(meter.counting.read(), &search)
                    .await
                    .unwrap();
                assert_eq!(page.items.len(), 50);
                last = page.next;
            }
        };
        work.push(meter.measure(pages).await);
    }
    does_not_grow(work[0], work[1]);
}

#[tokio::test]
async fn page_of_users_with_role_by_group_does_not_grow() {
    let meter = Meter::open().await;
    let group = Group {
        id: GroupId::from_uuid(Uuid::new_v4()),
        path: "/staff".to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent: None,
        manager: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let role = Role {
        name: "helper".to_owned(),
        description: String::new(),
        active: true,
        permissions: BTreeSet::new(),
    };
    let given = assignment(SubjectKind::Group, &group.id.to_string(), "helper");
    let tx = meter.db.begin_write().await.unwrap();
    groups::insert(&tx, &group).await.unwrap();
    roles::upsert(&tx, &role).await.unwrap();
    roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
    let filter = UserFilter {
        role: Some("helper".to_owned()),
        ..UserFilter::default()
    };
    let (mut work, mut number) = (Vec::new(), 0);
    // More members than are counted in both cases.
    for rows in [1_500, 3_000] {
        let tx = meter.db.begin_write().await.unwrap();
        while number < rows {
            let user = user(&format!("user{number}"));
            users::insert(&tx, &user).await.unwrap();
            groups::add_member(&tx, group.id, user.id, NOW)
                .await
                .unwrap();
            number += 1;
        }
        tx.commit().await.unwrap();
        let page = async {
            let search = UserSearch {
                filter: &filter,
                org: None,
                now: NOW,
                after: None,
                limit: 50,
            };
            let page = user_search::search(meter.counting.read(), &search).await;
            assert_eq!(page.unwrap().items.len(), 50);
            let read = meter.counting.read();
            let held = role_assignments::group_holders(read, given.id, None, 50, None).await;
            assert_eq!(held.unwrap().len(), 50);
        };
        work.push(meter.measure(page).await);
    }
    does_not_grow(work[0], work[1]);
}

#[tokio::test]
async fn look_up_of_origin_does_not_grow() {
    let meter = Meter::open().await;
    let (mut work, mut number) = (Vec::new(), 0);
    for rows in [100, 1_000] {
        let tx = meter.db.begin_write().await.unwrap();
        while number < rows {
            let mut client = client(&format!("app-{number}"));
            client.allowed_origins = vec![format!("https://app-{number}.example")];
            client.disabled_at = None;
            clients::insert(&tx, &client).await.unwrap();
            number += 1;
        }
        tx.commit().await.unwrap();
        let asked = async {
            let origin = "https://app-50.example";
            let found =
                client_origins::list_clients(meter.counting.read(), origin, None, 100).await;
            let found = found.unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].as_str(), "app-50");
        };
        work.push(meter.measure(asked).await);
    }
    does_not_grow(work[0], work[1]);
}

#[tokio::test]
async fn live_sessions_are_counted_up_to_limit() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        Scene::store(&db).await;
        let (id, hash) = if db.is_postgres() {
            (
                "gen_random_uuid()",
                "sha256(CAST(CAST(n AS text) AS bytea))",
            )
        } else {
            ("randomblob(16)", "randomblob(32)")
        };
        assert_eq!(sessions::count_live(db.read(), NOW).await.unwrap(), 1);
        let copy = format!(
            "INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, \
             idle_expires_at, expires_at, auth_time, acr, amr, remember, user_agent, ip) \
             WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {COUNTED}) \
             SELECT {id}, {hash}, user_id, created_at, last_seen_at, idle_expires_at, expires_at, \
             auth_time, acr, amr, remember, user_agent, ip FROM sessions CROSS JOIN s"
        );
        execute(&place.url, &copy).await;
        assert_eq!(sessions::count_live(db.read(), NOW).await.unwrap(), COUNTED);
        db.close().await.unwrap();
    })
    .await;
}
