//! Tests of `doorward audit`: show, export and verify the audit log.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use doorward_testkit::backend;
use doorward_testkit::program::free_port;
use serde_json::Value;

use super::program::{Place, Running, get};

/// Creates an instance with audit events.
fn used() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    for name in ["alice", "bob"] {
        let address = format!("{name}@example.org");
        let args = ["user", "create", name, "--email", &address];
        place.run(&args).succeeded();
    }
    let off = ["user", "disable", "bob", "--reason", "Left the company"];
    place.run(&off).succeeded();
    place
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub fn tamper(place: &Place, statements: &[&str]) {
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let statements: Vec<String> = statements
        .iter()
        .map(|&statement| statement.to_owned())
        .collect();
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(backend::tamper(&url, &statements));
}

#[test]
fn tail_shows_and_filters_events() {
    let place = used();
    let all = lines(&place.run(&["audit", "tail", "--json"]).succeeded().stdout);
    // The events: standard roles, administration permissions, two users created, each with a link to
    // choose a password, one disabled.
    assert_eq!(all.len(), 7, "{all:?}");
    let newest = place
        .run(&["audit", "tail", "--limit", "1", "--json"])
        .succeeded();
    assert_eq!(lines(&newest.stdout), all[6..]);
    let of_bob = place
        .run(&["audit", "tail", "--user", "bob", "--json"])
        .succeeded();
    let of_bob = lines(&of_bob.stdout);
    assert_eq!(of_bob.len(), 3);
    assert!(of_bob.iter().all(|event| event["kind"] == "user.changed"));
    // Events within one second have no order.
    let reason = |event: &Value| event["detail"]["reason"] == "Left the company";
    assert_eq!(of_bob.iter().filter(|event| reason(event)).count(), 1);
    // The command line has no account: the operating system names the user.
    for event in &of_bob {
        let operator = event["detail"]["operator"].as_str().expect("a name");
        assert!(operator.contains('@'), "{operator}");
        assert_eq!(event["actor"], Value::Null);
    }
    place
        .run(&["user", "enable", "bob", "--reason", " "])
        .failed(2, "write 1 to 200 characters");
    let args = [
        "audit",
        "tail",
        "--kind",
        "role.changed",
        "--kind",
        "key.changed",
    ];
    let roles = place.run(&args).succeeded().stdout;
    assert!(
        roles.contains("role.changed") && roles.lines().count() == 2,
        "{roles}"
    );
    let none = place
        .run(&["audit", "tail", "--since", "2099-01-01"])
        .succeeded();
    assert_eq!(none.stdout, "");
    place
        .run(&["audit", "tail", "--kind", "no.kind"])
        .failed(2, "login.failed");
    place
        .run(&["audit", "tail", "--user", "nobody"])
        .failed(1, "there is no user");
}

#[test]
fn undo_restores_values_before_event() {
    let place = used();
    // Events within one second have no order.
    let find = |name: &str, value: &str| {
        let all = lines(&place.run(&["audit", "tail", "--json"]).succeeded().stdout);
        let mut found = all
            .into_iter()
            .filter(|event| event["detail"][name] == value);
        let event = found.next().expect("an event");
        (event["id"].as_str().unwrap().to_owned(), event)
    };
    let (disabled, _) = find("change", "disabled");
    let undone = place.json(&["audit", "undo", &disabled, "--json"]);
    assert_eq!(undone["id"], disabled);
    let (enabled, event) = find("undoes", &disabled);
    assert!(event["detail"]["after"]["disabled_at"].is_null());
    place
        .run(&["audit", "undo", &disabled])
        .failed(1, "was changed in the meantime");
    // The event of the undo can be undone as well.
    place.run(&["audit", "undo", &enabled]).succeeded();
    let (_, event) = find("undoes", &enabled);
    assert!(event["detail"]["after"]["disabled_at"].is_i64());
    let listed = place.json(&[
        "audit",
        "list",
        "--kind=user.changed",
        "--limit=1",
        "--json",
    ]);
    let kinds = listed.as_array().unwrap().iter().map(|it| &it["kind"]);
    assert_eq!(kinds.collect::<Vec<_>>(), ["user.changed"]);
    let unknown = place.run(&["audit", "list", "--kind", "no.kind"]);
    unknown.failed(2, "login.failed");
    let (created, _) = find("change", "created");
    place
        .run(&["audit", "undo", &created])
        .failed(1, "the event created the object");
    place
        .run(&["audit", "undo", "unknown"])
        .failed(1, "there is no audit event");
}

#[test]
fn tail_follows() {
    let place = used();
    let mut child = place
        .command(&["audit", "tail", "--follow", "--limit", "0", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    // The command may still be opening the database; it shows later events in any case.
    let received = std::thread::spawn(move || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line
    });
    let mut attempts = 0;
    while !received.is_finished() {
        attempts += 1;
        assert!(attempts < 40, "no event is shown");
        let verb = if attempts % 2 == 0 {
            "disable"
        } else {
            "enable"
        };
        place.run(&["user", verb, "alice"]).succeeded();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let event: Value = serde_json::from_str(&received.join().unwrap()).unwrap();
    assert_eq!(event["kind"], "user.changed");
}

#[test]
fn untouched_log_is_intact() {
    let place = used();
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(report["intact"], true);
    assert_eq!(
        (&report["events"], &report["not_sealed"]),
        (&7.into(), &0.into())
    );
    let head = report["head"].as_str().unwrap();
    assert_eq!(head.len(), 64);
    place.run(&["user", "enable", "bob"]).succeeded();
    let later = place.run(&["audit", "verify", "--head", head]).succeeded();
    assert!(
        later.stdout.contains("intact") && !later.stdout.contains(head),
        "{}",
        later.stdout
    );
    place
        .run(&["audit", "verify", "--head", "abc"])
        .failed(2, "64 hexadecimal digits");
}

#[test]
fn changed_log_is_found_out() {
    let place = used();
    let report = place.json(&["audit", "verify", "--json"]);
    let received = place.run(&["audit", "tail", "--user", "bob", "--json"]);
    let of_bob = lines(&received.succeeded().stdout);
    let disabled = of_bob
        .iter()
        .find(|event| event["detail"]["change"] == "disabled");
    let id = disabled.unwrap()["id"].as_str().unwrap();
    tamper(
        &place,
        &[
            "DROP TRIGGER audit_events_no_update",
            "UPDATE audit_events SET actor = 'somebody' WHERE detail LIKE '%disabled%'",
        ],
    );
    let done = place.run(&["audit", "verify"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.stderr.contains(&format!("event {id} was changed")),
        "{done:?}"
    );
    let done = place.run(&["audit", "verify", "--json"]);
    assert_eq!(
        (done.code, &done.json()["intact"]),
        (1, &Value::Bool(false))
    );
    tamper(
        &place,
        &[
            "DROP TRIGGER audit_events_no_delete",
            "DROP TRIGGER audit_seals_no_delete",
            "DELETE FROM audit_events",
            "DELETE FROM audit_seals",
        ],
    );
    place.run(&["audit", "verify"]).succeeded();
    let head = report["head"].as_str().unwrap();
    let done = place.run(&["audit", "verify", "--head", head]);
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("cut off"), "{done:?}");
}

const HEAD_FILE: &str = "identity.sqlite.audit-head.json";
/// The statements that delete the last 25 events with their links, after dropping the triggers that
/// reject this.
const CUT: [&str; 4] = [
    "DROP TRIGGER audit_events_no_delete",
    "DROP TRIGGER audit_seals_no_delete",
    "DELETE FROM audit_events WHERE id IN \
     (SELECT event_id FROM audit_seals WHERE event_id IS NOT NULL ORDER BY seq DESC LIMIT 25)",
    "DELETE FROM audit_seals WHERE event_id NOT IN (SELECT id FROM audit_events)",
];

/// Waits up to a minute until the server's `/readyz` reports this status of the audit log.
fn until_ready_says(origin: &str, word: &str) -> Duration {
    let began = Instant::now();
    loop {
        let (_, body) = get(&format!("{origin}/readyz"), &[]);
        let ready: Value = serde_json::from_str(&body).unwrap();
        if ready["checks"]["audit_log"] == word {
            return began.elapsed();
        }
        assert!(
            began.elapsed().as_secs() < 60,
            "{word} is not reported: {body}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Waits until the head file contains this chain link or a later one.
fn until_head(place: &Place, seq: i64) -> Value {
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(place.path(HEAD_FILE)).unwrap_or_default();
        if let Ok(head) = serde_json::from_str::<Value>(&text)
            && head["seq"].as_i64().unwrap() >= seq
        {
            return head;
        }
        assert!(began.elapsed().as_secs() < 60, "no head file: {text}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Starts a server on a free port and returns its address.
fn serving(place: &Place, environment: &[(&str, &str)]) -> (Running, String) {
    let port = free_port();
    let origin = format!("http://localhost:{port}");
    let listen = format!("127.0.0.1:{port}");
    let own = [
        ("DOORWARD_LISTEN", listen.as_str()),
        ("DOORWARD_ISSUER", &origin),
    ];
    let mut running = place.start(&["serve"], &[&own, environment].concat());
    running.stderr_until("serving");
    (running, origin)
}

fn events(place: &Place) -> i64 {
    let report = place.run(&["audit", "verify", "--json"]).json();
    report["events"].as_i64().unwrap()
}

#[test]
fn verify_without_head_reports_unproved_end() {
    let place = used();
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(
        (&report["end"], &report["head_file"]),
        (&"not_proved".into(), &Value::Null)
    );
    let done = place.run(&["audit", "verify"]).succeeded();
    assert!(done.stderr.contains("The end is not proved"), "{done:?}");
    let head = report["head"].as_str().unwrap();
    let report = place.json(&["audit", "verify", "--json", "--head", head]);
    assert_eq!(report["end"], "proved");
}

#[test]
fn truncated_log_fails_verify_and_alarms_server() {
    let place = used();
    let (mut server, origin) = serving(&place, &[]);
    while events(&place) < 50 {
        place.run(&["user", "disable", "alice"]).succeeded();
        place.run(&["user", "enable", "alice"]).succeeded();
    }
    let links = place.json(&["audit", "verify", "--json"])["links"]
        .as_i64()
        .unwrap();
    until_head(&place, links);
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(report["end"], "proved");
    assert_eq!(report["head_file"]["seq"], links);

    // In a copy without the head file, the end is not proven; with it, the log is truncated.
    let copy = place.path("copy.sqlite");
    tamper(&place, &[&format!("VACUUM INTO '{}'", copy.display())]);
    let url = format!("sqlite://{}", copy.display());
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(backend::tamper(&url, &CUT.map(str::to_owned)));
    let verify = ["audit", "verify", "--json"];
    let database = ("DOORWARD_DATABASE_URL", url.as_str());
    let alone = place.run_with(&verify, &[database]).succeeded().json();
    assert_eq!(alone["end"], "not_proved", "{alone}");
    assert_eq!(alone["events"], report["events"].as_i64().unwrap() - 25);
    let head_file = place.path(HEAD_FILE);
    let head_file = ("DOORWARD__AUDIT__HEAD_FILE", head_file.to_str().unwrap());
    let done = place.run_with(&verify, &[database, head_file]);
    assert_eq!((done.code, &done.json()["end"]), (1, &"behind".into()));
    assert!(done.stderr.contains("cut off"), "{done:?}");

    // The same with a running server.
    until_ready_says(&origin, "ok");
    tamper(&place, &CUT);
    assert!(until_ready_says(&origin, "behind").as_secs() < 60);
    server.stderr_until("audit log truncated");
    // Later events do not clear the report, and do not move the head.
    let kept = until_head(&place, links);
    place.run(&["user", "disable", "alice"]).succeeded();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(until_head(&place, links), kept);
    let done = place.run(&["audit", "verify"]);
    assert_eq!(done.code, 1, "{done:?}");
    let doctor = place.run(&["doctor", "--json"]);
    assert!(doctor.stdout.contains("its end was removed"), "{doctor:?}");
    assert_eq!(server.terminate(), 0);
}

#[test]
fn server_runs_on_with_unusable_head_file() {
    let place = used();
    let head_file = place.path("away").join("head.json");
    let setting = ("DOORWARD__AUDIT__HEAD_FILE", head_file.to_str().unwrap());
    let (mut server, origin) = serving(&place, &[setting]);
    until_ready_says(&origin, "head_file");
    server.stderr_until("audit head file failed");
    let (status, _) = get(&format!("{origin}/.well-known/openid-configuration"), &[]);
    assert_eq!(status, 200);
    // Once the head file can be written, the status is ok.
    std::fs::create_dir(place.path("away")).unwrap();
    until_ready_says(&origin, "ok");
    let report = place.run_with(&["audit", "verify", "--json"], &[setting]);
    assert_eq!(report.succeeded().json()["end"], "proved");
    // A deleted head file is written again; a file with other content is left for the operator.
    std::fs::remove_file(&head_file).unwrap();
    server.stderr_until("audit head file vanished");
    assert_eq!(server.terminate(), 0);
    std::fs::write(&head_file, "{}").unwrap();
    let (server, origin) = serving(&place, &[setting]);
    until_ready_says(&origin, "head_file");
    assert_eq!(std::fs::read_to_string(&head_file).unwrap(), "{}");
    place
        .run_with(&["audit", "verify"], &[setting])
        .failed(1, "cannot be used");
    std::fs::remove_file(&head_file).unwrap();
    until_ready_says(&origin, "ok");
    assert_eq!(server.terminate(), 0);
}

#[test]
fn restore_restarts_head_file() {
    let place = used();
    let (server, _) = serving(&place, &[]);
    // A backup whose events are not sealed yet has no head.
    until_head(&place, 1);
    place.run(&["backup", "backup"]).succeeded();
    place.run(&["user", "disable", "alice"]).succeeded();
    let links = place.json(&["audit", "verify", "--json"])["links"]
        .as_i64()
        .unwrap();
    until_head(&place, links);
    assert_eq!(server.terminate(), 0);
    place.run(&["restore", "backup", "--yes"]).succeeded();
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(report["end"], "proved", "{report}");
    assert_eq!(report["head_file"]["restored"], true);
    assert!(report["links"].as_i64().unwrap() < links, "{report}");
    let done = place.run(&["audit", "verify"]).succeeded();
    assert!(
        done.stderr.contains("when a backup was restored"),
        "{done:?}"
    );
    let (server, origin) = serving(&place, &[]);
    until_ready_says(&origin, "ok");
    assert_eq!(server.terminate(), 0);
    // A database copy that is restored by hand is reported, until the operator deletes the head
    // file.
    std::fs::remove_file(place.path(HEAD_FILE)).unwrap();
    let (server, origin) = serving(&place, &[]);
    until_ready_says(&origin, "ok");
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(report["head_file"]["restored"], false);
    assert_eq!(server.terminate(), 0);
}

#[test]
fn export_writes_lines_and_tables_and_no_control_characters() {
    let place = used();
    // Terminal control characters, spreadsheet formulas, and line breaks.
    tamper(
        &place,
        &[
            "INSERT INTO audit_events SELECT X'019AA00000007000800000000000ABCD', at, kind, actor, \
         subject, client_id, ip, '=cmd|' || char(27) || '[2J' || char(13) || char(10) || char(155) \
         || char(8238) || '\",', success, detail, request_id FROM audit_events LIMIT 1",
            "INSERT INTO audit_waiting (event_id) VALUES (X'019AA00000007000800000000000ABCD')",
        ],
    );
    let hostile = |text: &str| {
        text.chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}')
    };
    let exported = place.run(&["audit", "export"]).succeeded().stdout;
    assert!(!hostile(&exported), "{exported:?}");
    let events = lines(&exported);
    assert_eq!(events.len(), 8);
    let agents: Vec<_> = events
        .iter()
        .filter_map(|event| event["user_agent"].as_str())
        .collect();
    assert_eq!(
        agents,
        ["=cmd|\u{1b}[2J\r\n\u{9b}\u{202e}\","],
        "the values are unchanged"
    );
    let csv = place
        .run(&["audit", "export", "--format", "csv"])
        .succeeded()
        .stdout;
    assert!(!hostile(&csv), "{csv:?}");
    assert_eq!(csv.lines().count(), 9, "{csv}");
    assert!(csv.starts_with("id,at,kind,"), "{csv}");
    assert!(csv.contains("'=cmd|"), "{csv}");
    let received = place.run(&["audit", "tail"]).succeeded().stdout;
    assert!(
        !hostile(&received) && received.lines().count() == 8,
        "{received:?}"
    );
    let none = place
        .run(&["audit", "export", "--until", "2001-01-01"])
        .succeeded();
    assert_eq!(none.stdout, "");
    place.run(&["audit", "verify"]).succeeded();
}
