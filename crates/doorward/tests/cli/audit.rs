//! `doorward audit`: read the log, take it along, prove that nobody changed it.

use std::io::{BufRead as _, BufReader};

use doorward_testkit::backend;
use serde_json::Value;

use super::program::Place;

/// An installation in which something happened.
fn used() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup"]).succeeded();
    for name in ["alice", "bob"] {
        let address = format!("{name}@example.org");
        let args = ["user", "create", "--username", name, "--email", &address];
        place.run(&args).succeeded();
    }
    place.run(&["user", "disable", "bob"]).succeeded();
    place
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub fn tamper(place: &Place, statements: &[&str]) {
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let statements: Vec<String> = statements.iter().map(|&one| one.to_owned()).collect();
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(backend::tamper(&url, &statements));
}

#[test]
fn tail_shows_what_happened_and_filters() {
    let place = used();
    let all = lines(&place.run(&["audit", "tail", "--json"]).succeeded().stdout);
    assert_eq!(all.len(), 4, "{all:?}");
    let newest = place
        .run(&["audit", "tail", "--limit", "1", "--json"])
        .succeeded();
    assert_eq!(lines(&newest.stdout), all[3..]);
    let of_bob = place
        .run(&["audit", "tail", "--user", "bob", "--json"])
        .succeeded();
    let of_bob = lines(&of_bob.stdout);
    assert_eq!(of_bob.len(), 2);
    assert!(of_bob.iter().all(|event| event["kind"] == "user.changed"));
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
        roles.contains("role.changed") && roles.lines().count() == 1,
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
fn tail_follows() {
    let place = used();
    let mut child = place
        .command(&["audit", "tail", "--follow", "--limit", "0", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    // It may still be opening the store: what happens is shown whenever it happens.
    let told = std::thread::spawn(move || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line
    });
    let mut tries = 0;
    while !told.is_finished() {
        tries += 1;
        assert!(tries < 40, "nothing is shown");
        let verb = if tries % 2 == 0 { "disable" } else { "enable" };
        place.run(&["user", verb, "alice"]).succeeded();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let event: Value = serde_json::from_str(&told.join().unwrap()).unwrap();
    assert_eq!(event["kind"], "user.changed");
}

#[test]
fn an_untouched_log_is_intact() {
    let place = used();
    let report = place.json(&["audit", "verify", "--json"]);
    assert_eq!(report["intact"], true);
    assert_eq!(
        (&report["events"], &report["not_sealed"]),
        (&4.into(), &0.into())
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
fn a_changed_log_is_found_out() {
    let place = used();
    let report = place.json(&["audit", "verify", "--json"]);
    let told = place.run(&["audit", "tail", "--user", "bob", "--json"]);
    let of_bob = lines(&told.succeeded().stdout);
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

#[test]
fn export_writes_lines_and_tables_and_no_control_characters() {
    let place = used();
    // What a terminal obeys, what a spreadsheet calculates, what a log reader takes for a line.
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
    assert_eq!(events.len(), 5);
    let agents: Vec<_> = events
        .iter()
        .filter_map(|event| event["user_agent"].as_str())
        .collect();
    assert_eq!(
        agents,
        ["=cmd|\u{1b}[2J\r\n\u{9b}\u{202e}\","],
        "and nothing is lost"
    );
    let csv = place
        .run(&["audit", "export", "--format", "csv"])
        .succeeded()
        .stdout;
    assert!(!hostile(&csv), "{csv:?}");
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert!(csv.starts_with("id,at,kind,"), "{csv}");
    assert!(csv.contains("'=cmd|"), "{csv}");
    let told = place.run(&["audit", "tail"]).succeeded().stdout;
    assert!(!hostile(&told) && told.lines().count() == 5, "{told:?}");
    let none = place
        .run(&["audit", "export", "--until", "2001-01-01"])
        .succeeded();
    assert_eq!(none.stdout, "");
    place.run(&["audit", "verify"]).succeeded();
}

#[test]
fn mails_can_be_looked_at() {
    let place = Place::new();
    let names = place.run(&["mail", "preview"]).succeeded().stdout;
    assert!(names.lines().any(|name| name == "new-device"), "{names}");
    let args = ["mail", "preview", "new-device", "--locale", "de"];
    let german = place.run(&args).succeeded().stdout;
    assert!(
        german.starts_with("Subject: Neue Anmeldung bei Ihrem Konto\n"),
        "{german}"
    );
    let html = place
        .run(&[&args[..], &["--html"]].concat())
        .succeeded()
        .stdout;
    assert!(html.starts_with("<!doctype html>"), "{html}");
    place
        .run(&["mail", "preview", "nothing"])
        .failed(1, "there is no mail");
}
