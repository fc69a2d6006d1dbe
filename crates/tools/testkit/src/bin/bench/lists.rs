//! The first page of ten thousand visible tasks out of a million, with and without policies: over
//! HTTP, on SQLite and on PostgreSQL, each in a separate database. The query plans show the
//! indexes.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use doorward_access::Principal;
use doorward_access::clock::{Clock as _, SystemClock};
use doorward_policy::Engine;
use doorward_protocol::scope::Scope;
use doorward_resource_server::{Config, Deps, Server, db, explain};
use josekit::jwk::Jwk;
use josekit::jws::{JwsHeader, RS256};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

const TASKS: u32 = 1_000_000;
/// Number of requests of each kind, in turn.
const REQUESTS: usize = 400;
/// Goal: maximum time of the page with policies relative to the page without.
const GOAL: f64 = 1.5;
const ADDRESS: &str = "DOORWARD_TEST_POSTGRES_URL";

/// Measures both databases and prints the ratios.
pub fn run() {
    actix_web::rt::System::new().block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("tasks.sqlite");
        measure("SQLite", &format!("sqlite://{}", file.display())).await;
        match std::env::var(ADDRESS) {
            Ok(server) => postgres(&server).await,
            Err(_) => println!("PostgreSQL: set {ADDRESS} to a server to measure it"),
        }
    });
}

async fn postgres(server: &str) {
    let name = format!("doorward_bench_{}", uuid::Uuid::new_v4().simple());
    let admin = doorward_store::db::connect(server)
        .await
        .expect("PostgreSQL");
    let create = format!("CREATE DATABASE {name}");
    admin.execute_unprepared(&create).await.expect("a database");
    let mut url: url::Url = server.parse().expect("an address");
    url.set_path(&name);
    measure("PostgreSQL", url.as_str()).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.expect("to drop it");
}

async fn measure(name: &str, database_url: &str) {
    db::migrate(database_url).await.expect("migrations");
    fill(database_url).await;
    let issuer = Issuer::start();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let audience = format!("{url}/api");
    let mut config = Config::new(database_url, &issuer.url, &audience, &url);
    config.limits_multiplier = 1e6;
    config.workers = Some(1);
    let server = Server::build(config, Deps::default(), listener)
        .await
        .expect("the tasks API");
    let handle = server.handle();
    actix_web::rt::spawn(server.run());

    let with = principal("reader", &["tasks:read"]);
    let all = ["tasks:read", "tasks:read_all", "projects:restricted"];
    let without = principal("admin", &all);
    let page = format!("{url}/api/tasks/");
    let http = reqwest::Client::builder().build().expect("a client");
    let tokens = [&with, &without].map(|item| issuer.token(&audience, item));
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..REQUESTS + 20 {
        for (token, times) in tokens.iter().zip(&mut times) {
            let took = time_page(&http, &page, token).await;
            // The first requests open connections and fill caches.
            if round >= 20 {
                times.push(took);
            }
        }
    }
    handle.stop(false).await;
    let [with_rules, without_rules] = times.map(median);
    let ratio = with_rules.as_secs_f64() / without_rules.as_secs_f64();
    let verdict = if ratio <= GOAL { "met" } else { "MISSED" };
    println!(
        "{name}: first page of 10,000 visible tasks out of {TASKS}: {:.2} ms with rules, {:.2} ms \
         without; ratio {ratio:.2} (goal ≤ {GOAL}: {verdict})",
        with_rules.as_secs_f64() * 1e3,
        without_rules.as_secs_f64() * 1e3
    );
    let engine = Engine::load(None).expect("the program's own policies");
    let now = SystemClock.now();
    for (who, principal) in [("with rules", &with), ("without", &without)] {
        let plan = explain::plan(database_url, &engine, principal, "", now).await;
        println!("{name}, {who}:");
        for line in plan.expect("a plan") {
            println!("    {line}");
            let all = line.contains("Seq Scan on tasks") || line.starts_with("SCAN tasks");
            assert!(!all, "this reads the table from end to end");
        }
    }
}

async fn time_page(http: &reqwest::Client, page: &str, token: &str) -> Duration {
    let start = Instant::now();
    let response = http
        .get(page)
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer");
    let status = response.status();
    let body = response.bytes().await.expect("a page");
    let took = start.elapsed();
    let page: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let items = page["items"].as_array().map_or(0, Vec::len);
    assert!(
        status.is_success() && items == 50,
        "{status}: {items} tasks"
    );
    took
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Inserts a million tasks of a thousand users, ten thousand of them in ten projects of the reader.
async fn fill(database_url: &str) {
    let db = doorward_store::db::connect(database_url)
        .await
        .expect("the database");
    let postgres = database_url.starts_with("postgres");
    let project = |number: u32| {
        if postgres {
            format!("'00000000-0000-0000-0000-{number:012}'::uuid")
        } else {
            format!("X'00000000000000000000{number:012}'")
        }
    };
    for number in 1..=10 {
        let id = project(number);
        let sql = format!(
            "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
             confidentiality, internal_notes, version, created_at, updated_at) \
             VALUES ({id}, '', 'lead', 'p', 'p', '', 'internal', '', 1, 0, 0); \
             INSERT INTO project_members (project_id, subject, org, role, permissions) \
             VALUES ({id}, 'reader', '', 'member', '')"
        );
        db.execute_unprepared(&sql).await.expect("a project");
    }
    let (numbers, id, project) = if postgres {
        (
            format!("generate_series(1, {TASKS}) AS s(n)"),
            "gen_random_uuid()".to_owned(),
            "CASE WHEN n % 100 = 0 THEN \
             ('00000000-0000-0000-0000-' || lpad((n / 100 % 10 + 1)::text, 12, '0'))::uuid END",
        )
    } else {
        (
            format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < \
                 {TASKS}) SELECT n FROM s)"
            ),
            "randomblob(16)".to_owned(),
            "CASE WHEN n % 100 = 0 THEN \
             unhex('00000000000000000000' || printf('%012d', n / 100 % 10 + 1)) END",
        )
    };
    let sql = format!(
        "INSERT INTO tasks (id, org, owner_subject, title, title_key, description, \
         description_key, status, priority, due_day, version, created_at, updated_at, project_id) \
         SELECT {id}, '', 'person' || (n % 1000), 'Task ' || n, 'task ' || n, '', '', 'todo', 2, \
         2147483647, 1, n, n, {project} FROM {numbers}"
    );
    // The triggers count each row, one version of the counter after the other.
    let sql = if postgres {
        format!(
            "ALTER TABLE tasks DISABLE TRIGGER USER; {sql}; ALTER TABLE tasks ENABLE TRIGGER USER"
        )
    } else {
        sql
    };
    db.execute_unprepared(&sql).await.expect("tasks");
    if postgres {
        // Autovacuum does this on a long-running server.
        db.execute_unprepared("ANALYZE").await.expect("statistics");
    }
    db.close().await.expect("to close");
}

/// Returns a user with these permissions.
pub fn principal(subject: &str, entitlements: &[&str]) -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: subject.to_owned(),
        client_id: "bench".to_owned(),
        scope: Scope::parse("tasks:read").expect("a scope"),
        roles: Vec::new(),
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: entitlements
            .iter()
            .map(|entitlement| (*entitlement).to_owned())
            .collect::<BTreeSet<_>>(),
        org: None,
        email_verified: false,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: String::new(),
        expires_at: 0,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

/// An issuer with only metadata and a key.
pub struct Issuer {
    pub url: String,
    key: Jwk,
}

impl Issuer {
    /// Starts the issuer on a free port.
    pub fn start() -> Self {
        let mut key = Jwk::generate_rsa_key(2048).expect("a key");
        let describe = |key: &mut Jwk| {
            key.set_key_id("bench");
            key.set_algorithm("RS256");
            key.set_key_use("sig");
        };
        describe(&mut key);
        let mut public = key.to_public_key().expect("the public key");
        describe(&mut public);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let metadata = json!({"issuer": url, "jwks_uri": format!("{url}/jwks")});
        let keys = json!({"keys": [public.as_ref()]});
        let server = HttpServer::new(move || {
            let (metadata, keys) = (metadata.clone(), keys.clone());
            let discovery = move || {
                let response = HttpResponse::Ok().json(&metadata);
                async move { response }
            };
            let jwks = move || {
                let response = HttpResponse::Ok().json(&keys);
                async move { response }
            };
            App::new()
                .route(
                    "/.well-known/openid-configuration",
                    web::get().to(discovery),
                )
                .route("/jwks", web::get().to(jwks))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("the issuer")
        .run();
        actix_web::rt::spawn(server);
        Self { url, key }
    }

    /// Signs an access token of this user.
    pub fn token(&self, audience: &str, principal: &Principal) -> String {
        let now = SystemClock.now();
        let claims = json!({
            "iss": self.url, "aud": audience, "sub": principal.subject,
            "client_id": principal.client_id, "iat": now, "exp": now + 3600,
            "jti": uuid::Uuid::new_v4(), "scope": principal.scope.to_string(),
            "entitlements": principal.entitlements,
        });
        let mut header = JwsHeader::new();
        header.set_token_type("at+jwt");
        header.set_key_id("bench");
        let signer = RS256.signer_from_jwk(&self.key).expect("a signer");
        josekit::jws::serialize_compact(claims.to_string().as_bytes(), &header, &signer)
            .expect("a token")
    }
}
