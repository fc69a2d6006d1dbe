//! Tests of `doorward lint`: deviations from RFC 9700.

use serde_json::json;

use super::audit::tamper;
use super::program::Place;

fn app(place: &Place, id: &str, more: &[&str]) {
    let mut args = vec!["client", "create", id, "--id", id];
    args.extend(["--redirect-uri", "https://app.example.org/cb"]);
    args.extend(more);
    place.run(&args).succeeded();
}

fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    place
}

/// Checks that clients without PKCE and `nonce` come first (RFC 9700 §2.1.1).
#[test]
fn lists_clients_without_required_pkce() {
    let place = ready();
    app(&place, "native", &["--kind=public"]);
    app(&place, "web", &[]);
    app(&place, "old", &["--pkce", "optional"]);
    app(&place, "strict", &["--pkce", "required"]);
    let brief = || {
        let found = place.json(&["lint", "--all", "--json"]);
        let found = found.as_array().unwrap().clone();
        let found = found.iter().filter(|found| found["section"] == "2.1.1");
        let brief = found.map(|found| json!([found["client_id"], found["demand"]]));
        brief.collect::<Vec<_>>()
    };
    assert_eq!(
        brief(),
        [json!(["old", "should"]), json!(["web", "should"])]
    );
    let seen = |place: &Place| {
        let report = place.run(&["doctor", "--json"]).stdout;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let report = report.as_array().unwrap().clone();
        let line = report
            .into_iter()
            .find(|report| report["part"] == "clients");
        line.unwrap()
    };
    assert_eq!(seen(&place)["seen"], "PKCE not required: old web");
    // The state after sign-ins.
    tamper(
        &place,
        &["UPDATE clients SET code_protection = 'none' WHERE id = 'web'"],
    );
    assert_eq!(brief(), [json!(["web", "must"]), json!(["old", "should"])]);
    assert_eq!(seen(&place)["health"], "warning");
    let text = place.run(&["lint", "--must"]).succeeded().stdout;
    assert!(text.contains("neither PKCE nor nonce"), "{text}");
    assert!(!text.contains("old"), "{text}");
    place
        .run(&["client", "update", "web", "--pkce", "required"])
        .succeeded();
    assert_eq!(brief(), [json!(["old", "should"])]);
}

/// Checks the finding about authorization details in the front channel (RFC 9396 §12).
#[test]
fn details_in_front_channel_are_reported() {
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
        let found = place.json(&["lint", "--all", "--json"]);
        let found = found.as_array().unwrap().clone();
        let about = found.into_iter().filter(|found| found["client_id"] == id);
        about
            .map(|about| about["section"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(told("shop"), ["2.1.1", "2.5", "RFC 9396 12"]);
    assert_eq!(told("till"), ["2.1.1", "2.5"]);
    let types = |id: &str| {
        let shown = place.json(&["client", "show", id, "--json"]);
        shown["authorization_details_types"].clone()
    };
    assert_eq!(types("shop"), json!(["payment", "folders"]));
    place
        .run(&["client", "update", "shop", "--details-type", ""])
        .succeeded();
    assert_eq!(types("shop"), json!([]));
    assert_eq!(told("shop"), ["2.1.1", "2.5"]);
}

#[test]
fn reports_absence_of_deviations() {
    let place = ready();
    app(&place, "native", &["--kind=public"]);
    // A client with a secret is in order.
    app(&place, "web", &[]);
    let done = place.run(&["lint"]).succeeded();
    assert_eq!(done.stdout, "");
    let nothing = "Nothing to do: no client stays behind RFC 9700.\n";
    assert_eq!(done.stderr, nothing);
    assert_eq!(place.json(&["lint", "--json"]), json!([]));
}
