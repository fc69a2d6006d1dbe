//! Tests of `doorward key rotate-secret` and of what `doorward doctor` says about former keys.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::program::{KEY, Place};

/// A second secret key.
const NEW: &str = "3q2+78r+uq7erb7vyv66rgECAwQFBgcICQoLDA0ODxA=";

fn configure(place: &Place, key: &str, more: &str) {
    place.write("secret.key", key);
    place.write("former.key", KEY);
    place.write(
        "doorward.toml",
        &format!(
            "issuer = \"http://localhost:8400\"\nlisten = \"127.0.0.1:0\"\n\
             secret_key_file = \"secret.key\"\n{more}\n[database]\n\
             url = \"sqlite://identity.sqlite\"\n"
        ),
    );
}

const FORMER: &str = "former_secret_keys_file = \"former.key\"\n";

/// Creates an instance with a signing key under the former secret key.
fn used() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    place.run(&["key", "rotate"]).succeeded();
    assert_eq!(place.json(&["audit", "verify", "--json"])["intact"], true);
    place
}

/// Returns the line of the doctor about the secret key.
fn line(place: &Place) -> Option<Value> {
    let lines: Vec<Value> = serde_json::from_str(&place.run(&["doctor", "--json"]).stdout).unwrap();
    lines.into_iter().find(|line| line["part"] == "secret key")
}

#[track_caller]
fn says(place: &Place, health: &str, words: &str) {
    let line = line(place).unwrap();
    assert_eq!(line["health"], health, "{line}");
    let text = format!("{} {}", line["seen"], line["remedy"]);
    assert!(text.contains(words), "{words}: {text}");
}

fn resealed(report: &Value) -> u64 {
    let columns = report["columns"].as_array().unwrap().iter();
    columns
        .map(|column| column["resealed"].as_u64().unwrap())
        .sum()
}

#[test]
fn secret_key_is_replaced() {
    let place = used();
    assert_eq!(line(&place), None);
    configure(&place, KEY, &format!("next_secret_key = \"{NEW}\"\n"));
    says(&place, "warning", "next_secret_key only decrypts");
    place
        .run(&["key", "rotate-secret"])
        .failed(1, "next_secret_key is set");

    configure(&place, NEW, FORMER);
    says(&place, "warning", "1 signing_keys.private_sealed");
    let report = place.json(&["key", "rotate-secret", "--json"]);
    assert_eq!((&report["complete"], resealed(&report)), (&true.into(), 1));
    says(&place, "warning", "nothing needs a former key any more");
    let again = place.json(&["key", "rotate-secret", "--json"]);
    assert_eq!((&again["complete"], resealed(&again)), (&true.into(), 0));
    assert_eq!(place.json(&["audit", "verify", "--json"])["intact"], true);

    configure(&place, NEW, "");
    says(&place, "good", "keys are kept of former secret keys");
    place.run(&["key", "list"]).succeeded();
    let create = ["role", "create", "reader", "--description", "Reads"];
    place.run(&create).succeeded();
    assert_eq!(place.json(&["audit", "verify", "--json"])["intact"], true);

    // The former key opens nothing any more.
    configure(&place, KEY, "");
    says(&place, "bad", "kept keys cannot be opened");
    assert_eq!(place.run(&["audit", "verify"]).code, 1);
}

#[test]
fn second_run_completes_killed_one() {
    let place = used();
    configure(&place, NEW, FORMER);
    for delay in [0, 5, 20, 60, 150] {
        let mut command = place.command(&["key", "rotate-secret"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        // Whatever it has done, both keys open everything.
        place.run(&["key", "list"]).succeeded();
    }
    let report = place.json(&["key", "rotate-secret", "--json"]);
    assert_eq!(report["complete"], true, "{report}");
    assert_eq!(place.json(&["audit", "verify", "--json"])["intact"], true);
    configure(&place, NEW, "");
    assert_eq!(place.json(&["audit", "verify", "--json"])["intact"], true);
}

#[test]
fn unusable_former_key_is_named() {
    let place = used();
    configure(&place, NEW, "former_secret_keys = \"c2hvcnQ=\"\n");
    let check = place.run(&["config", "check"]);
    let text = format!("{}{}", check.stdout, check.stderr);
    assert!(text.contains("former_secret_keys"), "{text}");
    assert!(text.contains("5 bytes instead of 32"), "{text}");
}
