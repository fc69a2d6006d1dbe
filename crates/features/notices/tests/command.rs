//! Tests of the notice and of read-only mode on the command line.

use serde_json::{Value, json};

use super::program::Place;

fn run(place: &Place, args: &[&str]) -> Value {
    place.json(&[args, &["--json"]].concat())
}

#[test]
fn notice_is_set_shown_and_removed() {
    let place = Place::configured();
    let period = ["--from", "2099-01-15", "--until", "2099-01-16"];
    let texts = ["notice", "set", "Maintenance", "--language", "de=Wartung"];
    let args = [&texts[..], &period, &["--reason", "Planned"]].concat();
    run(&place, &args);
    let shown = run(&place, &["notice", "show"]);
    let expected = json!({
        "text": "Maintenance", "languages": { "de": "Wartung" }, "state": "announced",
        "from": "2099-01-15T00:00:00Z", "until": "2099-01-16T00:00:00Z",
    });
    assert_eq!(shown, expected);
    place
        .run(&["notice", "set", "Late", "--until", "2019-01-15"])
        .failed(1, "until: is in the past");
    place
        .run(&[
            "notice",
            "set",
            "Text",
            "--until",
            "2099-01-15",
            "--language",
            "tlh=nuqneH",
        ])
        .failed(1, "tlh is no language");
    run(&place, &["notice", "remove"]);
    place.run(&["notice", "show"]).failed(1, "no notice");
}

#[test]
fn read_only_mode_is_set_shown_and_ended() {
    let place = Place::configured();
    let args = ["--from", "2099-01-15", "--until", "2099-01-16"];
    run(&place, &[&["read-only", "set"][..], &args].concat());
    let shown = run(&place, &["read-only", "show"]);
    assert_eq!(shown["state"], "announced", "{shown}");
    place
        .run(&["read-only", "set", "--until", "2099-01-15"])
        .failed(1, "at most 7 days");
    run(&place, &["read-only", "end"]);
    place.run(&["read-only", "end"]).failed(1, "no period");
}
