//! The access log: a line for each request, with the caller and without secrets.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, Once};

use reqwest::Method;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture};

type Line = BTreeMap<String, String>;

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// A subscriber that collects the lines of all servers of this process.
struct Collector;

struct Fields(Line);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.to_string());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "doorward::access"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Line::new());
        event.record(&mut fields);
        LINES.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn collect() {
    static START: Once = Once::new();
    START.call_once(|| tracing::subscriber::set_global_default(Collector).unwrap());
}

/// Returns the only line with this user agent.
fn line(agent: &str) -> Line {
    let lines = LINES.lock().unwrap();
    let mut found = lines
        .iter()
        .filter(|line| line.get("user_agent").is_some_and(|sent| sent == agent));
    let line = found.next().expect(agent).clone();
    assert!(found.next().is_none(), "two lines of {agent}");
    line
}

fn field<'a>(line: &'a Line, name: &str) -> &'a str {
    line.get(name).map_or("", String::as_str)
}

/// Caller, method, path, and the logged status, user and client.
#[rustfmt::skip]
const CASES: [(&str, Method, &str, &str, &str, &str); 8] = [
    ("alice", Method::GET, "/api/tasks/ID", "200", "alice", "app"),
    ("alice", Method::GET, "/api/tasks/?search=canary", "200", "alice", "app"),
    // Denied by the route, and not authenticated.
    ("eve", Method::DELETE, "/api/tasks/ID", "403", "eve", "app"),
    ("alice", Method::GET, "/api/audit/", "403", "alice", "app"),
    ("unknown", Method::GET, "/api/tasks/ID", "401", "", ""),
    ("unknown", Method::GET, "/livez", "200", "", ""),
    ("unknown", Method::GET, "/none", "404", "", ""),
    ("robot", Method::GET, "/api/tasks/", "200", "", "robot"),
];

#[actix_web::test]
async fn each_request_is_logged_with_its_caller() {
    collect();
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let eve = fixture.person("eve", "");
    let robot = fixture.caller("robot", DEVELOPER, &json!({"client_id": "robot"}));
    let unknown = fixture.with_token("canary".to_owned());
    let task = alice.create_titled("t").await;
    for (number, (name, method, path, status, user, client)) in CASES.into_iter().enumerate() {
        let caller = match name {
            "alice" => &alice,
            "eve" => &eve,
            "robot" => &robot,
            _ => &unknown,
        };
        let path = path.replace("/api/tasks/ID", &task);
        let agent = format!("Log/{number}");
        let request = caller.request(method.clone(), &path);
        let response = request.header("user-agent", &agent).send().await.unwrap();
        let request_id = response.headers()["x-request-id"].clone();
        response.bytes().await.unwrap();
        let line = line(&agent);
        assert_eq!(request_id, field(&line, "request_id"), "{agent}");
        let found = ["server", "method", "path", "status", "user", "client", "ip"]
            .map(|name| field(&line, name));
        let path = path.split('?').next().unwrap();
        let expected = [
            "tasks",
            method.as_str(),
            path,
            status,
            user,
            client,
            "127.0.0.1",
        ];
        assert_eq!(found, expected, "{agent}");
        assert!(field(&line, "ms").parse::<u64>().is_ok(), "{line:?}");
        let text = format!("{line:?}");
        assert!(
            !text.contains("canary") && !text.contains(&alice.token),
            "{text}"
        );
    }
}
