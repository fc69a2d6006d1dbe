//! Tests that the lists of the console run the same number of statements, however many rows they have:
//! session, authority and list.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{ApiKey, ApiKeyId, Session, SessionId, User};
use doorward_domain::secret::TokenHash;
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

use super::{compare, of_one};

#[test]
fn statements_of_console_lists_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], lists);
}

#[test]
fn statements_of_console_lists_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], lists);
}

/// The pages, their routes and their statements. The lists of one client also read the client.
const PAGES: &[(&str, &str, u32)] = &[
    ("/admin/sessions", "/admin/sessions", 3),
    ("/admin/sessions?app=web-app", "/admin/sessions", 3),
    ("/admin/api-access", "/admin/api-access", 3),
    ("/admin/api-access?show=unused", "/admin/api-access", 3),
    ("/admin/api-access?show=soon", "/admin/api-access", 3),
    ("/admin/apps/tokens", "/admin/apps/tokens", 3),
    ("/admin/unused", "/admin/unused", 3),
    ("/admin/unused?kind=api-keys", "/admin/unused", 3),
    ("/admin/unused?kind=accounts", "/admin/unused", 3),
    (
        "/admin/apps/web-app/consents",
        "/admin/apps/{id}/consents",
        5,
    ),
    ("/admin/apps/web-app/users", "/admin/apps/{id}/users", 5),
];

async fn lists(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "admin");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    measure(stack, &agent).await;
    insert(stack).await;
    measure(stack, &agent).await;
}

async fn measure(stack: &Stack, agent: &UserAgent) {
    let mut found = Vec::new();
    for (page, route, written) in PAGES {
        let looked = async || {
            let response = agent.get(stack.at(page)).await;
            assert_eq!(response.status, 200, "{page}: {}", response.dump());
        };
        let ran = of_one(stack, ("GET", route), looked).await;
        found.push((*page, ran, *written));
    }
    compare(&found);
}

/// Inserts more rows than a page shows.
async fn insert(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    request.complete(&UserAgent::new(), "alice").await.code();
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice");
    let found = repo::sessions::list_for_user(db.read(), alice.id, now).await;
    let first = found.unwrap().remove(0);
    let tx = db.begin_write().await.unwrap();
    for number in 0..60 {
        let copy = Session {
            id: SessionId::from_uuid(uuid::Uuid::now_v7()),
            token_hash: TokenHash::digest(&format!("cookie {number}")),
            ..first.clone()
        };
        repo::sessions::insert(&tx, &copy).await.unwrap();
        let key = key(&alice, number, now);
        repo::api_keys::insert(&tx, &key).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Returns an unused key that ends soon.
fn key(user: &User, number: u32, now: i64) -> ApiKey {
    let day = 86_400;
    ApiKey {
        id: ApiKeyId::parse(&format!("{number:012}")).unwrap(),
        hash: TokenHash::digest(&format!("key {number}")),
        user_id: user.id,
        org: None,
        name: format!("Key {number}"),
        scopes: Scope::parse("tasks:read").unwrap(),
        networks: Vec::new(),
        created_at: now - 100 * day,
        expires_at: now + day,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
    }
}
