//! Tests of `user export`: all users in a file that only the holder of the key reads.

use std::io::{BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;

use age::Decryptor;
use age::x25519::Identity;
use serde_json::Value;

use super::program::Place;

const AGE_KEY: &str = "AGE-SECRET-KEY-19R6F9KDYZ85AGAP39LACMGEJ0QPFM2EL0QCRPV33UTNCZPET24HQLVC782";
const AGE_PUBLIC: &str = "age1t6uqt7hzr93jqr5nkt5vzf2l40t5j6wa84keazr7cmdt3mt7556s7xg7je";

fn filled() -> Place {
    let place = Place::configured();
    place.write("to.key", AGE_PUBLIC);
    for name in ["dora", "emil"] {
        let mail = format!("{name}@example.com");
        let create = ["user", "create", name, "--email", &mail];
        place.run(&create).succeeded();
    }
    let set = ["user", "set-password", "dora", "--password-file=-"];
    let typed = "shore lantern twice above\n";
    place.run_typing(&set, typed).succeeded();
    place
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn users_are_exported_without_credentials() {
    let place = filled();
    let done = place.run(&["user", "export", "users.jsonl", "--json"]);
    let done = done.succeeded().json();
    assert_eq!(
        (&done["users"], &done["encrypted"]),
        (&2.into(), &false.into())
    );
    let users = lines(&std::fs::read_to_string(place.path("users.jsonl")).unwrap());
    let names: Vec<_> = users.iter().map(|user| user["username"].as_str()).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&Some("dora")) && names.contains(&Some("emil")));
    assert!(users.iter().all(|user| user.get("credentials").is_none()));
    let mode = std::fs::metadata(place.path("users.jsonl")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let again = place.run(&["user", "export", "users.jsonl"]);
    again.failed(5, "exists already");
    let events = place.run(&["audit", "tail", "--json"]).succeeded().stdout;
    let recorded = events
        .lines()
        .filter(|line| line.contains("users.exported"));
    assert_eq!(recorded.count(), 1, "{events}");
}

#[test]
fn credentials_are_encrypted_and_their_export_is_audited() {
    let place = filled();
    let export = ["user", "export", "users.age", "--with-credentials"];
    place.run(&export).failed(2, "--key-file");
    assert!(!place.path("users.age").exists());
    let with_key = [&export[..], &["--key-file", "to.key"]].concat();
    place.run(&with_key).succeeded();
    let sealed = std::fs::File::open(place.path("users.age")).unwrap();
    let sealed = Decryptor::new_buffered(BufReader::new(sealed)).unwrap();
    let identity: Identity = AGE_KEY.parse().unwrap();
    let mut opened = sealed
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .unwrap();
    let mut text = String::new();
    opened.read_to_string(&mut text).unwrap();
    let users = lines(&text);
    let of = |name: &str| users.iter().find(|user| user["username"] == name).unwrap();
    let hash = of("dora")["credentials"]["password_hash"].as_str().unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    assert_eq!(of("emil")["credentials"]["password_hash"], Value::Null);
    let events = place.run(&["audit", "tail", "--json"]).succeeded().stdout;
    let event = events.lines().find(|line| line.contains("users.exported"));
    let event = event.expect("an event");
    assert!(event.contains("\"with_credentials\":true"), "{event}");
    assert!(!events.contains(hash));
}
