//! Tests that an operator finds each denial in the log of the running program, and that it can be
//! explained.

use serde_json::Value;

use super::program::{Place, get, send};

#[test]
fn each_denial_is_logged_with_decision_id() {
    let place = Place::new();
    // A development instance logs less than a server by default.
    let logging = [
        ("DOORWARD__LOGGING__LEVEL", "info"),
        ("DOORWARD__LOGGING__FORMAT", "json"),
    ];
    let mut dev = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &logging);
    let welcome = dev.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (issuer, tasks) = (after("Identity server"), after("Tasks API"));
    let projects = tasks.replace("/tasks/", "/projects/");
    let bearer = |scope: &str| {
        let args = [
            "token", "--url", &issuer, "--user", "alice", "--scope", scope,
        ];
        let token = place.run(&args).succeeded().stdout;
        format!("Bearer {}", token.trim())
    };
    let (reads, writes) = (bearer("tasks:read"), bearer("tasks:write"));
    let project = "{\"name\": \"p\"}";
    let json = ("content-type", "application/json");
    for ((status, body), expected) in [
        (get(&tasks, &[]), 401),
        (get(&tasks, &[("authorization", "Bearer nonsense")]), 401),
        (get(&tasks, &[("x-api-key", "dw_nonsense")]), 401),
        // Denied by the route's scope, and by the policy: a developer creates no projects.
        (get(&tasks, &[("authorization", &writes)]), 403),
        (
            send(
                "POST",
                &projects,
                &[("authorization", &reads), json],
                project,
            ),
            403,
        ),
        (
            send(
                "POST",
                &projects,
                &[("authorization", &writes), json],
                project,
            ),
            403,
        ),
    ] {
        assert_eq!(status, expected, "{body}");
        let problem: Value = serde_json::from_str(&body).unwrap();
        let id = problem["decision_id"].as_str().unwrap();
        let log = dev.stderr_until(id);
        let line: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
        assert_eq!(line["decision_id"], id);
        let received = place.run(&["explain", id, "--data-dir", ".doorward"]);
        assert!(received.succeeded().stdout.contains(id));
    }
    assert_eq!(dev.terminate(), 0);
}
