//! `doorward lint`: what stays behind RFC 9700, and an exception that is over.

use serde_json::json;

use super::audit::tamper;
use super::program::Place;

fn app(place: &Place, id: &str, more: &[&str]) {
    let mut args = vec!["client", "create", "--name", id, "--id", id];
    args.extend(["--redirect-uri", "https://app.example.org/cb"]);
    args.extend(more);
    place.run(&args).succeeded();
}

fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup"]).succeeded();
    place
}

const EXCEPTED: [&str; 4] = ["--no-pkce", "--reason", "a library without PKCE", "--until"];

#[test]
fn every_deviation_has_its_section_and_exceptions_their_reason_and_end() {
    let place = ready();
    app(&place, "native", &["--public"]);
    app(&place, "web", &[]);
    app(&place, "old", &[&EXCEPTED[..], &["2999-01-31"]].concat());
    let found = place.json(&["lint", "--json"]);
    let found = found.as_array().unwrap();
    let brief: Vec<_> = found
        .iter()
        .map(|one| json!([one["client_id"], one["section"], one["demand"]]))
        .collect();
    assert_eq!(
        brief,
        [
            json!(["old", "2.1.1", "must"]),
            json!(["old", "2.5", "should"]),
            json!(["web", "2.5", "should"]),
        ]
    );
    assert_eq!(found[0]["reason"], "a library without PKCE");
    assert_eq!(found[0]["until"], "2999-01-31T00:00:00Z");
    assert_eq!(found[0]["expired"], false);
    let told = place.run(&["lint", "--must"]).succeeded().stdout;
    assert!(
        told.contains("2999-01-31T00:00:00Z  a library without PKCE"),
        "{told}"
    );
    assert!(!told.contains("web"), "{told}");
}

/// RFC 9396 §12.
#[test]
fn details_that_come_through_the_browser_are_told() {
    let place = ready();
    app(
        &place,
        "shop",
        &["--details-type", "payment", "--details-type", "folders"],
    );
    app(
        &place,
        "till",
        &["--details-type", "payment", "--require-par"],
    );
    let told = |id: &str| {
        let found = place.json(&["lint", "--json"]);
        let found = found.as_array().unwrap().clone();
        let about = found.into_iter().filter(|one| one["client_id"] == id);
        about.map(|one| one["section"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("shop"), ["2.5", "RFC 9396 12"]);
    assert_eq!(told("till"), ["2.5"]);
    let types = |id: &str| {
        let shown = place.json(&["client", "show", id, "--json"]);
        shown["authorization_details_types"].clone()
    };
    assert_eq!(types("shop"), json!(["payment", "folders"]));
    place
        .run(&["client", "update", "shop", "--details-type", ""])
        .succeeded();
    assert_eq!(types("shop"), json!([]));
    assert_eq!(told("shop"), ["2.5"]);
}

#[test]
fn an_exception_that_is_over_is_a_failure() {
    let place = ready();
    app(&place, "old", &[&EXCEPTED[..], &["2999-01-31"]].concat());
    place.run(&["lint"]).succeeded();
    // Time goes by: no exception can be given that is over already.
    let statement =
        "UPDATE clients SET pkce_exception = replace(pkce_exception, '32474736000', '1')";
    tamper(&place, &[statement]);
    let done = place.run(&["lint"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.stderr.contains("exceptions that are over: 1"),
        "{done:?}"
    );
    assert!(
        done.stdout.contains("requests without it are refused"),
        "{done:?}"
    );
    assert!(done.stdout.contains("1970-01-01T00:00:01Z"), "{done:?}");
    place
        .run(&["client", "update", "old", "--require-pkce"])
        .succeeded();
    place.run(&["lint"]).succeeded();
}

#[test]
fn without_a_deviation_it_says_so() {
    let place = ready();
    app(&place, "native", &["--public"]);
    let done = place.run(&["lint"]).succeeded();
    assert_eq!(done.stdout, "");
    assert_eq!(done.stderr, "Nothing stays behind RFC 9700.\n");
    assert_eq!(place.json(&["lint", "--json"]), json!([]));
}
