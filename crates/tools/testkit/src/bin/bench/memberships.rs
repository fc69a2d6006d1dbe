//! The cost of requests of a user in very many projects, relative to one in few: one object, a denied
//! change, and a page of a list, over HTTP on SQLite.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use doorward_protocol::scope::Scope;
use doorward_resource_server::{Config, Deps, Server, db};
use reqwest::Method;
use sea_orm::ConnectionTrait as _;

use crate::lists::{Issuer, median, principal};

/// Numbers of memberships; ratios are relative to the first.
const MEMBERSHIPS: [u32; 3] = [10, 1_000, 10_000];
const REQUESTS: usize = 200;

/// Measures each number of memberships and prints the ratios.
pub fn run() {
    actix_web::rt::System::new().block_on(async {
        let mut first: Option<Vec<(&str, Duration)>> = None;
        for count in MEMBERSHIPS {
            let times = measure(count).await;
            let base = first.get_or_insert_with(|| times.clone());
            for ((name, took), (_, base)) in times.iter().zip(base.iter()) {
                println!(
                    "{count:>6} memberships, {name}: {:.2} ms, ratio {:.2}",
                    took.as_secs_f64() * 1e3,
                    took.as_secs_f64() / base.as_secs_f64()
                );
            }
        }
    });
}

async fn measure(count: u32) -> Vec<(&'static str, Duration)> {
    let directory = tempfile::tempdir().expect("a directory");
    let database_url = format!(
        "sqlite://{}",
        directory.path().join("tasks.sqlite").display()
    );
    db::migrate(&database_url).await.expect("migrations");
    fill(&database_url, count).await;
    let issuer = Issuer::start();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let audience = format!("{url}/api");
    let mut config = Config::new(&database_url, &issuer.url, &audience, &url);
    config.limits_multiplier = 1e6;
    config.workers = Some(1);
    let server = Server::build(config, Deps::default(), listener)
        .await
        .expect("the tasks API");
    let handle = server.handle();
    actix_web::rt::spawn(server.run());
    let mut reader = principal("reader", &["tasks:read", "tasks:write"]);
    reader.scope = Scope::parse("tasks:read tasks:write").expect("a scope");
    let token = issuer.token(&audience, &reader);
    let http = reqwest::Client::builder().build().expect("a client");
    let project = format!("{url}/api/projects/f0000000-0000-0000-0000-000000000001");
    let mut found = Vec::new();
    for (name, method, url, status) in [
        ("reading a project", Method::GET, project.clone(), 200),
        ("a denied change", Method::PATCH, project, 403),
        (
            "a page of ten projects",
            Method::GET,
            format!("{url}/api/projects/?limit=10"),
            200,
        ),
    ] {
        let mut times = Vec::new();
        // The first requests open connections and fill caches.
        for round in 0..REQUESTS + 20 {
            let request = http.request(method.clone(), &url).bearer_auth(&token);
            let request = if method == Method::PATCH {
                request.json(&serde_json::json!({"name": "x"}))
            } else {
                request
            };
            let start = Instant::now();
            let response = request.send().await.expect("an answer");
            let got = response.status().as_u16();
            response.bytes().await.expect("a body");
            if round >= 20 {
                times.push(start.elapsed());
            }
            assert_eq!(got, status, "{name}");
        }
        found.push((name, median(times)));
    }
    handle.stop(false).await;
    found
}

/// Inserts this number of projects with the reader as a member.
async fn fill(database_url: &str, count: u32) {
    let db = doorward_store::db::connect(database_url)
        .await
        .expect("the database");
    let numbers = format!(
        "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) \
         SELECT n FROM s)"
    );
    let id = "unhex('f0000000000000000000' || printf('%012d', n))";
    for sql in [
        format!(
            "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
             confidentiality, internal_notes, version, created_at, updated_at) \
             SELECT {id}, '', 'lead', 'p', 'p', '', 'restricted', '', 1, n, n FROM {numbers}"
        ),
        format!(
            "INSERT INTO project_members (project_id, subject, org, role, permissions) \
             SELECT {id}, 'reader', '', 'member', '' FROM {numbers}"
        ),
    ] {
        db.execute_unprepared(&sql).await.expect("rows");
    }
    db.close().await.expect("to close");
}
