//! A running server with its database and its issuer.

use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use doorward_access::clock::Clock;
use doorward_policy::Engine;
use doorward_resource_server::{Config, Deps, Server, WebClient};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::database::{Backend, TestDatabase};
use crate::issuer::Issuer;

/// Current time of these tests in Unix seconds: 2026-11-20 10:00 UTC.
pub const NOW: i64 = 1_795_168_800;

pub const DEVELOPER: &str = "tasks:read tasks:write tasks:delete";
pub const MANAGER: &str = "tasks:read tasks:write tasks:delete tasks:read_all";
pub const ADMIN: &str = "tasks:read tasks:write tasks:delete \
                         tasks:read_all tasks:write_all tasks:delete_all";

/// A clock that the test moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl TestClock {
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

pub struct Fixture {
    pub issuer: Issuer,
    pub clock: Arc<TestClock>,
    pub url: String,
    pub http: reqwest::Client,
    pub database: TestDatabase,
    pub policies: Arc<Engine>,
    handle: ServerHandle,
    hand_over: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Fixture {
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, Issuer::start().await).await
    }

    pub async fn start_with(backend: Backend, issuer: Issuer) -> Self {
        Self::start_as(backend, issuer, |_| {}).await
    }

    /// Starts a server with a custom configuration.
    pub async fn configured(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_as(backend, Issuer::start().await, change).await
    }

    /// Starts a server with a custom configuration, whose cleanup runs all the time.
    pub async fn cleaning(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let cleaning = |deps: &mut Deps| deps.cleanup_poll = Duration::from_millis(20);
        Self::start_from(backend, Issuer::start().await, change, cleaning).await
    }

    /// Starts a server with this deadline of searches and filtered lists.
    pub async fn with_deadline(backend: Backend, deadline: Duration) -> Self {
        let hurried = |deps: &mut Deps| deps.list_deadline = deadline;
        Self::start_from(backend, Issuer::start().await, |_| {}, hurried).await
    }

    async fn start_as(backend: Backend, issuer: Issuer, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_from(backend, issuer, change, |_| {}).await
    }

    async fn start_from(
        backend: Backend,
        issuer: Issuer,
        change: impl FnOnce(&mut Config),
        replace: impl FnOnce(&mut Deps),
    ) -> Self {
        let database = TestDatabase::create_migrated(backend).await;
        let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = config(&database.url(), &issuer.url(), &url);
        change(&mut config);
        let mut deps = Deps {
            clock: clock.clone(),
            policy_poll: Duration::from_millis(20),
            cleanup_poll: Duration::from_hours(1),
            list_deadline: Duration::from_secs(30),
            counts: None,
            ..Deps::default()
        };
        replace(&mut deps);
        let server = Server::build(config, deps, listener).await.unwrap();
        let policies = Arc::clone(server.policies());
        let (handle, hand_over) = (server.handle(), Box::pin(server.hand_over()));
        actix_web::rt::spawn(server.run());
        Self {
            issuer,
            clock,
            url,
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            database,
            policies,
            handle,
            hand_over: Some(hand_over),
        }
    }

    /// Stops the server as the program does at SIGTERM.
    pub fn stop(&mut self) -> impl Future<Output = ()> + use<> {
        let (handle, hand_over) = (self.handle.clone(), self.hand_over.take());
        async move {
            hand_over.expect("stopped once").await;
            handle.stop(true).await;
        }
    }

    pub fn audience(&self) -> String {
        format!("{}/api", self.url)
    }

    /// Returns a caller with a valid token for these permissions.
    pub fn person(&self, subject: &str, entitlements: &str) -> Caller<'_> {
        let now = self.clock.now();
        let token = self
            .issuer
            .access_token(&self.audience(), subject, entitlements, now);
        Caller {
            fixture: self,
            token,
        }
    }

    /// Returns a caller whose token has these claims, in addition to or instead of the usual ones.
    pub fn caller(&self, subject: &str, entitlements: &str, claims: &Value) -> Caller<'_> {
        let scope = "openid tasks:read tasks:write tasks:delete";
        let now = self.clock.now();
        let mut all =
            self.issuer
                .access_claims(&self.audience(), subject, entitlements, scope, now);
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        Caller {
            fixture: self,
            token: crate::issuer::sign_claims("at+jwt", &all),
        }
    }

    /// Returns a caller with this token.
    pub fn with_token(&self, token: String) -> Caller<'_> {
        Caller {
            fixture: self,
            token,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Runs statements on a separate connection.
    pub async fn execute(&self, sql: &str) {
        crate::database::execute(&self.database.url(), sql).await;
    }

    /// Returns the number that a query selects.
    pub async fn number(&self, sql: &str) -> i64 {
        let db = crate::database::connect(self.database.url()).await;
        let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        let number = row.try_get_by_index::<i64>(0).unwrap();
        db.close().await.unwrap();
        number
    }

    /// Waits until a query selects this number.
    pub async fn wait_for(&self, sql: &str, expected: i64) {
        let mut found = self.number(sql).await;
        for _ in 0..600 {
            if found == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            found = self.number(sql).await;
        }
        assert_eq!(found, expected, "{sql}");
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // Connections end with the workers; the database is dropped by force.
        drop(self.handle.stop(false));
    }
}

fn config(database_url: &str, issuer: &str, url: &str) -> Config {
    let mut config = Config::new(database_url, issuer, format!("{url}/api"), url);
    config.workers = Some(2);
    config.web = Some(WebClient::new("tasks-web", Some("s3cret".into()), url));
    config
}

/// A caller of the API.
pub struct Caller<'a> {
    fixture: &'a Fixture,
    pub token: String,
}

impl Caller<'_> {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.fixture.request(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.unwrap()
    }

    /// Creates a task and returns its representation.
    pub async fn create(&self, body: Value) -> Value {
        let response = self.send(Method::POST, "/api/tasks/", body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    pub async fn create_titled(&self, title: &str) -> String {
        let task = self.create(json!({"title": title})).await;
        format!("/api/tasks/{}", task["id"].as_str().unwrap())
    }

    /// Returns the titles of a list.
    pub async fn titles(&self, path: &str) -> Vec<String> {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        titles(&response.json().await.unwrap())
    }
}

pub fn titles(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// Checks that the response is a problem with this status (RFC 9457) and returns it.
pub async fn problem(response: Response, status: u16) -> Value {
    let found = response.status().as_u16();
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
    let body: Value = response.json().await.unwrap();
    assert_eq!((found, &body["status"]), (status, &json!(status)), "{body}");
    body
}
