//! Tests of `doorward user data`: the document of the account page, in a file of the operator.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::program::Place;

#[test]
fn data_of_user_are_written_once_and_audited() {
    let place = Place::configured();
    let create = ["user", "create", "dora", "--email", "dora@example.com"];
    place.run(&create).succeeded();
    let data = |user| {
        [
            "user",
            "data",
            user,
            "dora.json",
            "--reason",
            "Asked by post",
        ]
    };
    place.run(&data("emil")).failed(1, "there is no user");
    assert!(!place.path("dora.json").exists());
    let done = place.run(&data("dora")).succeeded();
    let expected = "The data of dora are written to dora.json.";
    assert!(done.stderr.contains(expected), "{done:?}");
    let text = std::fs::read_to_string(place.path("dora.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["account"]["email"], "dora@example.com");
    assert_eq!(document["account"]["has_password"], false);
    assert_eq!(document["issuer"], "http://localhost:8400");
    for list in ["roles", "sessions", "apps", "events", "sign_in_attempts"] {
        assert!(document[list].is_array(), "{list}: {text}");
    }
    let mode = std::fs::metadata(place.path("dora.json")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    place.run(&data("dora")).failed(5, "exists already");
    let events = place.run(&["audit", "tail", "--json"]).succeeded().stdout;
    let recorded: Vec<Value> = events
        .lines()
        .filter(|line| line.contains("data.exported"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [event] = &recorded[..] else {
        panic!("{events}");
    };
    assert_eq!(event["detail"]["reason"], "Asked by post", "{event}");
    assert_eq!(event["subject"], document["account"]["id"], "{event}");
}
