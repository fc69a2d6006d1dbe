//! Tests of `doorward audit archive`: days move into files, and verification reads both.

use std::path::PathBuf;

use doorward_access::clock::Clock;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_chain::ChainKey;
use doorward_services::audit;
use doorward_store::{Db, OpenOptions};
use doorward_testkit::ManualClock;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::audit::tamper;
use super::program::{KEY, Place};

const DAY: i64 = 24 * 60 * 60;

/// Links the waiting events as of this number of days ago.
fn seal(place: &Place, days: i64) {
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let clock = ManualClock::default();
    clock.advance(-days * DAY);
    let key = ChainKey::derive(&MasterKey::from_base64(KEY).unwrap());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
        let random = Random::default();
        let source = (&clock as &dyn Clock, &random);
        audit::seal(&db, source, &key, |_| ()).await.unwrap();
        db.close().await.unwrap();
    });
}

/// Creates an instance with events of five, four and three days ago, and of today.
fn used() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    seal(&place, 5);
    for (name, days) in [("alice", 4), ("bob", 3)] {
        let address = format!("{name}@example.org");
        let args = ["user", "create", name, "--email", &address];
        place.run(&args).succeeded();
        seal(&place, days);
    }
    assert_eq!(verify(&place, &[])["intact"], true);
    std::fs::create_dir(place.path("archive")).unwrap();
    place
}

fn verify(place: &Place, more: &[&str]) -> Value {
    let args = [&["audit", "verify", "--json"], more].concat();
    place.run(&args).json()
}

fn archive(place: &Place, more: &[&str]) -> Value {
    let args = ["audit", "archive", "--directory", "archive", "--json"];
    place.json(&[&args, more].concat())
}

/// Returns a time of this number of days ago.
fn ago(days: i64) -> String {
    let now = ManualClock::default().now();
    let time = OffsetDateTime::from_unix_timestamp(now - days * DAY).unwrap();
    time.format(&Rfc3339).unwrap()
}

fn files(place: &Place) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(place.path("archive")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn days_move_into_files_and_verify() {
    let place = used();
    let before = verify(&place, &[]);
    let done = archive(&place, &["--before", &ago(3)]);
    let archives = done["archives"].as_array().unwrap();
    assert_eq!(archives.len(), 2, "{done}");
    assert_eq!(archives[0]["first_seq"], 1);
    assert_eq!(archives[0]["before_hash"], "0".repeat(64));
    assert_eq!(archives[1]["before_hash"], archives[0]["last_hash"]);
    let moved: i64 = archives
        .iter()
        .map(|it| it["events"].as_i64().unwrap())
        .sum();
    assert_eq!(files(&place).len(), 2);
    // The record of each archive is an event itself.
    let with = verify(&place, &["--archives", "archive"]);
    assert_eq!(with["intact"], true, "{with}");
    assert_eq!(
        with["events"].as_i64(),
        before["events"].as_i64().map(|count| count + 2)
    );
    let without = verify(&place, &[]);
    assert_eq!(without["intact"], true, "{without}");
    assert_eq!(
        without["events"].as_i64(),
        with["events"].as_i64().map(|count| count - moved)
    );
    let hint = place.run(&["audit", "verify"]).succeeded();
    assert!(
        hint.stderr.contains("which were not read"),
        "{}",
        hint.stderr
    );
    // A second call finds nothing to do, and the last day stays.
    assert_eq!(
        archive(&place, &["--before", &ago(3)])["archives"],
        serde_json::json!([])
    );
    let rest = archive(&place, &["--before", "2099-01-01"]);
    assert_eq!(rest["archives"].as_array().unwrap().len(), 1);
    let with = verify(&place, &["--archives", "archive"]);
    assert_eq!(with["intact"], true, "{with}");
}

#[test]
fn retention_and_directory_come_from_configuration() {
    let place = used();
    place
        .run(&["audit", "archive"])
        .failed(1, "audit.retention is not set");
    let file = std::fs::read_to_string(place.path("doorward.toml")).unwrap();
    let audit = "\n[audit]\nretention = \"4d\"\n";
    place.write("doorward.toml", &format!("{file}{audit}"));
    place
        .run(&["audit", "archive"])
        .failed(1, "audit.archive_directory is not set");
    place.write(
        "doorward.toml",
        &format!("{file}{audit}archive_directory = \"archive\"\n"),
    );
    let done = place.json(&["audit", "archive", "--json"]);
    assert_eq!(done["archives"].as_array().unwrap().len(), 1, "{done}");
    // The configured directory is read as well.
    let verified = verify(&place, &[]);
    assert_eq!(verified["intact"], true, "{verified}");
    std::fs::remove_file(&files(&place)[0]).unwrap();
    let missing = verify(&place, &[]);
    assert_eq!(missing["intact"], false);
    let finding = missing["findings"][0].as_str().unwrap();
    assert!(finding.starts_with("links 1 to "), "{finding}");
    assert!(
        finding.contains("cannot be read from the archive"),
        "{finding}"
    );
}

#[test]
fn day_that_stream_has_not_sent_stays() {
    let place = used();
    let stream = [
        (
            "DOORWARD__AUDIT__STREAMS__HTTPS",
            "https://logs.example.org/in",
        ),
        ("DOORWARD__AUDIT__STREAMS__FROM", "beginning"),
    ];
    let before = ago(3);
    let args = [
        "audit",
        "archive",
        "--directory",
        "archive",
        "--before",
        &before,
        "--json",
    ];
    let done = place.run_with(&args, &stream).json();
    assert_eq!(done["waits_for"], "https", "{done}");
    assert_eq!(done["archives"], serde_json::json!([]));
    let show = ["audit", "streams", "--json"];
    let shown = place.run_with(&show, &stream).json();
    assert_eq!(shown[0]["position"], Value::Null, "{shown}");
    let statement = "INSERT INTO audit_streams (name, position, failures, last_error) \
                     VALUES ('https', 1000, 2, 'no answer')";
    tamper(&place, &[statement]);
    let shown = place.run_with(&show, &stream).json();
    assert_eq!(shown[0]["stream"], "https", "{shown}");
    assert_eq!(shown[0]["position"], 1000);
    assert_eq!(shown[0]["lag_events"], 0);
    assert_eq!(shown[0]["last_error"], "no answer");
    let done = place.run_with(&args, &stream).json();
    assert_eq!(done["waits_for"], Value::Null, "{done}");
    assert_eq!(done["archives"].as_array().unwrap().len(), 2);
    let none = place.run(&["audit", "streams"]).succeeded();
    assert!(none.stderr.contains("No stream is configured"));
}

#[test]
fn changed_files_and_records_are_found() {
    let place = used();
    let done = archive(&place, &["--before", &ago(3)]);
    let first = &files(&place)[0];
    let good = std::fs::read(first).unwrap();
    let second = std::fs::read(&files(&place)[1]).unwrap();
    let found = |bytes: &[u8]| {
        std::fs::write(first, bytes).unwrap();
        let report = verify(&place, &["--archives", "archive"]);
        assert_eq!(report["intact"], false, "{report}");
        report["findings"].to_string()
    };
    assert!(found(&good[..good.len() / 2]).contains("cannot be read"));
    assert!(found(&second).contains("that of another archive"));
    assert!(found(b"not gzip").contains("cannot be read"));
    std::fs::write(first, &good).unwrap();
    assert_eq!(verify(&place, &["--archives", "archive"])["intact"], true);
    // A record that is missing leaves a gap; the next file is still read.
    tamper(
        &place,
        &[
            "DROP TRIGGER audit_archives_no_delete",
            "DELETE FROM audit_archives WHERE first_seq = 1",
        ],
    );
    let report = verify(&place, &["--archives", "archive"]);
    let gap = format!(
        "links 1 to {} were removed",
        done["archives"][0]["last_seq"]
    );
    assert_eq!(report["findings"], serde_json::json!([gap]));
    // A deletion of more than was archived leaves a gap, or a forged record.
    tamper(
        &place,
        &[
            "DROP TRIGGER audit_archives_no_update",
            "UPDATE audit_archives SET last_seq = last_seq + 1 WHERE first_seq > 1",
        ],
    );
    let report = verify(&place, &["--archives", "archive"]);
    let findings = report["findings"].to_string();
    assert!(
        findings.contains("the record of their archive is forged"),
        "{findings}"
    );
}

#[test]
fn interrupted_deletion_is_completed() {
    let place = used();
    archive(&place, &["--before", &ago(4)]);
    // As after a kill between the record and the deletion.
    tamper(&place, &["UPDATE audit_archives SET deleted_at = NULL"]);
    assert_eq!(verify(&place, &["--archives", "archive"])["intact"], true);
    std::fs::write(place.path("archive/left.jsonl.gz.part"), "half").unwrap();
    let done = archive(&place, &["--before", &ago(3)]);
    assert_eq!(done["archives"].as_array().unwrap().len(), 1);
    assert_eq!(verify(&place, &["--archives", "archive"])["intact"], true);
}

#[test]
fn damaged_log_is_not_archived() {
    let place = used();
    tamper(
        &place,
        &[
            "DROP TRIGGER audit_events_no_update",
            "UPDATE audit_events SET kind = 'logout' WHERE id = (SELECT event_id FROM audit_seals WHERE seq = 2)",
        ],
    );
    let args = [
        "audit",
        "archive",
        "--directory",
        "archive",
        "--before",
        "2099-01-01",
    ];
    place
        .run(&args)
        .failed(1, "the audit log is damaged, so nothing more is archived");
    let parts = files(&place);
    assert!(
        parts
            .iter()
            .all(|file| file.extension().is_some_and(|end| end == "part"))
    );
}
