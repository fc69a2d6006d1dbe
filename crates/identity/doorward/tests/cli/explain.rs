//! Tests of `doorward explain`: past denials and simulated requests, on a running development
//! instance.

use serde_json::{Value, json};

use super::program::{Place, Running, get, send};

pub struct Instance {
    pub place: Place,
    pub server: Running,
    pub issuer: String,
    pub tasks: String,
}

const DIR: &[&str] = &["--data-dir", "here"];

impl Instance {
    pub fn start() -> Self {
        let place = Place::new();
        let dev = ["dev", "--port", "0", "--tasks-port", "0"];
        let logging = [
            ("DOORWARD__LOGGING__LEVEL", "info"),
            ("DOORWARD__LOGGING__FORMAT", "json"),
        ];
        let mut server = place.start(&[&dev[..], DIR].concat(), &logging);
        let welcome = server.stdout_until("Stop with Ctrl-C");
        let after = |label: &str| {
            let line = welcome.lines().find(|line| line.contains(label)).unwrap();
            line.split_whitespace().last().unwrap().to_owned()
        };
        Self {
            issuer: after("Identity server"),
            tasks: after("Tasks API").replace("/api/tasks/", ""),
            place,
            server,
        }
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.place.json(&[args, DIR].concat())
    }

    /// Runs a command that must succeed.
    pub fn run(&self, args: &[&str]) {
        self.place.run(&[args, DIR].concat()).succeeded();
    }

    pub fn token(&self, user: &str) -> String {
        let args = ["token", "--user", user, "--url", &self.issuer];
        let done = self.place.run(&args).succeeded();
        done.stdout.trim_end().to_owned()
    }
}

/// Returns the log entry of this decision.
fn logged(server: &mut Running, id: &str) -> Value {
    let read = server.stderr_until(id);
    let line = read.lines().find(|line| line.contains(id)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["decision_id"], id, "{line}");
    line
}

#[test]
fn denial_is_in_response_and_log_and_explained() {
    let mut dev = Instance::start();
    // The identity server: a caller without the scope `admin`, and an invalid token.
    let bearer = format!("Bearer {}", dev.token("alice"));
    for (token, rule) in [
        ("Bearer nonsense", "invalid-token"),
        (&*bearer, "needs_scope"),
    ] {
        let url = format!("{}/api/admin/users", dev.issuer);
        let (status, body) = get(&url, &[("Authorization", token)]);
        let received: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            status,
            if rule == "needs_scope" { 403 } else { 401 },
            "{received}"
        );
        let id = received["decision_id"].as_str().unwrap().to_owned();
        let line = logged(&mut dev.server, &id);
        // The event of the decision, or that of the rejection.
        let named = line.get("rule").or_else(|| line.get("error"));
        assert_eq!(named, Some(&json!(rule)), "{line}");
        let explained = dev.json(&["explain", &id, "--json"]);
        assert_eq!(explained["rule"], rule, "{explained}");
        assert_eq!(explained["inputs"]["attempt"], "GET /api/admin/users");
    }
    // The tasks API.
    let missing = "0190f6a0-0000-7000-8000-000000000000";
    let url = format!("{}/api/admin/decisions/{missing}", dev.tasks);
    let (status, body) = get(&url, &[("Authorization", &bearer)]);
    let received: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 403, "{received}");
    let id = received["decision_id"].as_str().unwrap().to_owned();
    logged(&mut dev.server, &id);
    let explained = dev.json(&["explain", &id, "--json"]);
    assert_eq!(explained["id"], json!(id));
    assert_eq!(explained["action"], "decisions:read");
    dev.place
        .run(&[&["explain", missing][..], DIR].concat())
        .failed(1, "a denial by another service is in its log");
    assert_eq!(dev.server.terminate(), 0);
}

const JOIN: &str = "doorward org add-member acme --user alice";
const DISABLED: &str = "the account is disabled";

/// Asserts that the simulated request is denied with this status.
#[track_caller]
fn refused(told: &Value, status: u16) {
    let is = (&told["allowed"], &told["status"]);
    assert_eq!(is, (&json!(false), &json!(status)), "{told}");
}

fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

/// Checks that the simulation matches the running server, before and after a missing permission is
/// granted.
#[test]
fn simulated_access_equals_server_decision() {
    let dev = Instance::start();
    let call = |user: &str, method: &str, path: &str, body: &str| {
        let bearer = format!("Bearer {}", dev.token(user));
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        send(method, &format!("{}{path}", dev.tasks), &headers, body)
    };
    let (status, created) = call("alice", "POST", "/api/tasks/", r#"{"title":"Plan"}"#);
    assert_eq!(status, 201, "{created}");
    let created: Value = serde_json::from_str(&created).unwrap();
    let id = created["id"].as_str().unwrap();
    let (path, resource) = (format!("/api/tasks/{id}"), format!("task/{id}"));
    let ask = |user: &str, action: &str, more: &[&str]| {
        let first = [
            "explain", "access", "--json", "--user", user, "--action", action,
        ];
        dev.json(&[&first[..], &["--resource", &resource], more].concat())
    };
    let there = ["--address", "192.0.2.7", "--at", "2027-01-31"];
    let received = ask("alice", "read", &there);
    assert_eq!(received["allowed"], true, "{received}");
    assert_eq!(received["decided_by"][0]["rule"], "task.owner");
    let situation = &received["inputs"]["situation"];
    assert_eq!(situation["now"], 1_801_353_600, "{situation}");
    assert!(situation["address"].as_str().unwrap().contains("192.0.2.7"));
    assert_eq!(situation["acr"], "aal1");
    let stronger = ask("alice", "read", &["--acr", "aal2"]);
    assert_eq!(stronger["inputs"]["situation"]["acr"], "aal2");

    // The scope of the token counts, as at the route.
    let received = ask("alice", "update", &["--scope", "tasks:read"]);
    refused(&received, 403);
    assert_eq!(
        received["missing"][0]["code"], "missing_scope",
        "{received}"
    );

    // Another user's task is not found, and the ways to get access are named.
    let received = ask("bob", "read", &[]);
    refused(&received, 404);
    assert_eq!(call("bob", "GET", &path, "").0, 404);
    let ways = strings(&received["grant"]);
    let command = "doorward role assign --user bob --role manager";
    assert!(ways.contains(&command), "{ways:?}");
    let hers = "alice can assign the task to bob";
    assert!(ways.iter().any(|way| way.starts_with(hers)), "{ways:?}");
    dev.run(&command.split(' ').skip(1).collect::<Vec<_>>());
    let received = ask("bob", "read", &[]);
    assert_eq!(received["allowed"], true, "{received}");
    assert_eq!(received["decided_by"][0]["rule"], "task.read_all");

    // Only members may act for an organization, and the task does not belong to it.
    dev.run(&["org", "create", "acme", "--name", "Acme"]);
    let received = ask("alice", "read", &["--org", "acme"]);
    assert_eq!(received["decided_by"][0]["rule"], "token", "{received}");
    assert_eq!(received["grant"][0], JOIN);
    dev.run(&["org", "add-member", "acme", "--user", "alice"]);
    let received = ask("alice", "read", &["--org", "acme"]);
    assert_eq!(received["decided_by"][0]["rule"], "tenant", "{received}");
    assert_eq!(received["status"], 404);

    // The client's scopes limit the token; a service acts for itself.
    let robot = ["client", "create", "Robot", "--id", "robot"];
    dev.run(&[&robot[..], &["--scope", "tasks:read"]].concat());
    let received = ask("alice", "delete", &["--client", "robot"]);
    assert_eq!(received["allowed"], false, "{received}");
    let first = [
        "explain", "access", "--json", "--client", "robot", "--action", "read",
    ];
    let received = dev.json(&[&first[..], &["--resource", &resource]].concat());
    refused(&received, 404);
    let (ways, command) = (
        strings(&received["grant"]),
        "doorward role assign --client robot --role manager",
    );
    assert!(ways.contains(&command), "{ways:?}");

    dev.run(&["user", "disable", "bob"]);
    let received = ask("bob", "read", &[]);
    refused(&received, 401);
    assert_eq!(received["decided_by"][0]["because"], DISABLED);
    assert_eq!(received["grant"][0], "doorward user enable bob");
    assert_eq!(dev.server.terminate(), 0);
}

/// Asks about a task of alice's for bob: the explanation is text without `--json`, and names only what
/// helps.
#[test]
fn explanation_is_text_and_names_only_what_helps() {
    let dev = Instance::start();
    let bearer = format!("Bearer {}", dev.token("alice"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let url = format!("{}/api/tasks/", dev.tasks);
    let (status, created) = send("POST", &url, &headers, r#"{"title":"Plan"}"#);
    assert_eq!(status, 201, "{created}");
    let created: Value = serde_json::from_str(&created).unwrap();
    let resource = format!("task/{}", created["id"].as_str().unwrap());
    let ask = |action: &str| {
        let asked = ["explain", "access", "--user", "bob", "--action", action];
        let asked = [&asked[..], &["--resource", &resource], DIR].concat();
        dev.place.run(&asked).succeeded().stdout
    };
    let read = ask("read");
    assert!(read.starts_with("Denied with status 404.\n"), "{read}");
    let command = "\n  doorward role assign --user bob --role manager\n";
    assert!(read.contains(command), "{read}");
    assert!(
        read.contains("\n  alice can assign the task to bob"),
        "{read}"
    );
    // The assignee may not delete the task, and the role `admin` is no answer to it.
    let delete = ask("delete");
    assert!(!delete.contains("can assign the task"), "{delete}");
    assert!(!delete.contains("role assign"), "{delete}");
    let smaller = "\n  no smaller role than admin gives tasks:delete_all";
    assert!(delete.contains(smaller), "{delete}");
    assert_eq!(dev.server.terminate(), 0);
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The simulated request, its options, the step that stops it, and the reason.
#[rustfmt::skip]
const STOPPED: &[(&str, &str, &str, &str)] = &[
    ("authorize", "", "sign_in", "no user is signed in"),
    ("authorize", "--user alice --redirect-uri https://evil.example/", "redirect_uri", "not registered"),
    ("authorize", "--user alice --scope tasks:delete", "request", "may not request the scope"),
    ("authorize", "--user alice --org acme", "next_step", ""),
    ("authorize", "--user nobody", "person", "no user nobody"),
    ("token", "--user alice --org acme", "gate", "does not belong"),
    ("token", "", "gate", "may not use this grant type"),
    ("token", "--user alice --scope tasks:delete", "scope", "may not request the scope"),
];

#[test]
fn code_issuance_is_simulated_without_issuing() {
    let dev = Instance::start();
    let app = "client create App --id app --first-party --redirect-uri \
               https://app.example/cb --scope openid --scope tasks:read";
    dev.run(&words(app));
    dev.run(&["org", "create", "acme", "--name", "Acme"]);
    let lines = || {
        let tail = ["audit", "tail", "--json"];
        let done = dev.place.run(&[&tail[..], DIR].concat());
        done.succeeded().stdout
    };
    let before = lines();

    let ask = |name: &str, more: &[&str]| {
        dev.json(&[&["explain", name, "--json", "--client", "app"][..], more].concat())
    };
    let good = ask("authorize", &["--user", "alice"]);
    assert_eq!(good["allowed"], true, "{good}");
    let gates = ["client", "redirect_uri", "request", "next_step", "gate"];
    assert_eq!(strings(&good["passed"]), gates);
    assert_eq!(good["claims"]["client_id"], "app");
    assert_eq!(good["claims"]["scope"], "openid tasks:read");
    assert_eq!(strings(&good["claims"]["roles"]), ["developer"]);

    for (name, more, stopped_by, because) in STOPPED {
        let received = ask(name, &words(more));
        assert_eq!(received["allowed"], false, "{name} {more}: {received}");
        assert_eq!(
            received["stopped_by"], *stopped_by,
            "{name} {more}: {received}"
        );
        let why = received["because"].as_str().unwrap();
        assert!(why.contains(because), "{name} {more}: {received}");
        assert_eq!(received.get("claims"), None, "{received}");
    }
    let received = ask("authorize", &["--user", "alice", "--org", "acme"]);
    assert_eq!(received["error"], "access_denied");
    assert_eq!(received["grant"][0], JOIN);
    let received = ask("token", &["--user", "alice"]);
    assert_eq!(received["allowed"], true, "{received}");

    let robot = ["client", "create", "Robot", "--id", "robot"];
    dev.run(&[&robot[..], &["--scope", "tasks:read"]].concat());
    let received = dev.json(&["explain", "token", "--client", "robot", "--json"]);
    assert_eq!(received["allowed"], true, "{received}");
    assert_eq!(received["claims"]["sub"], "robot");
    let received = dev.json(&[
        "explain", "token", "--json", "--client", "robot", "--org", "acme",
    ]);
    assert_eq!(
        (&received["stopped_by"], &received["error"]),
        (&json!("grant"), &json!("access_denied"))
    );

    dev.run(&["client", "update", "app", "--disabled"]);
    let received = ask("authorize", &["--user", "alice"]);
    assert_eq!(received["stopped_by"], "client", "{received}");
    dev.run(&["client", "update", "app", "--disabled=false"]);
    dev.run(&["user", "disable", "alice"]);
    for name in ["authorize", "token"] {
        let received = ask(name, &["--user", "alice"]);
        assert_eq!(received["because"], DISABLED, "{received}");
        assert_eq!(received["grant"][0], "doorward user enable alice");
    }
    // No session was created and no token issued: the log contains only the changes.
    let after = lines();
    assert!(!after.contains("login.succeeded"), "{after}");
    assert!(before.len() < after.len());
    assert_eq!(dev.server.terminate(), 0);
}
