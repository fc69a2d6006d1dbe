//! Tests of sites on the command line.

use serde_json::json;

use super::program::Place;

#[test]
fn site_is_managed_and_checked() {
    let place = Place::configured();
    let run = |args: &[&str]| place.run(args);
    let create = [
        "site",
        "create",
        "wiki",
        "--host",
        "wiki.example.com",
        "--host",
        "*.wiki.example.com",
        "--rule",
        "/public/* anyone",
        "--rule",
        "/* role=admin second-factor",
    ];
    run(&create).succeeded();
    run(&create).failed(5, "wiki");
    let shown = place.json(&["site", "show", "wiki", "--json"]);
    let rules = json!(["/public/* anyone", "/* role=admin second-factor"]);
    assert_eq!(shown["rules"], rules, "{shown}");
    run(&[
        "site",
        "update",
        "wiki",
        "--rule",
        "/* user",
        "--user-header",
        "X-User",
        "--name-header=",
    ])
    .succeeded();
    let shown = place.json(&["site", "show", "wiki", "--json"]);
    let found = ["rules", "user_header", "name_header"].map(|name| &shown[name]);
    assert_eq!(json!(found), json!([["/* user"], "X-User", ""]), "{shown}");
    run(&["user", "create", "alice", "--email", "alice@example.org"]).succeeded();
    let check = ["site", "check", "https://wiki.example.com/x", "--json"];
    assert_eq!(place.json(&check)["outcome"], "sign_in");
    let as_alice = [&check[..], &["--user", "alice"]].concat();
    let found = place.json(&as_alice);
    let found = ["outcome", "rule", "site"].map(|name| &found[name]);
    assert_eq!(json!(found), json!(["allow", "/* user", "wiki"]));
    run(&["site", "check", "https://wiki.example.com/a/../b"]).failed(1, "segment of dots");
    run(&["site", "check", "https://other.example.com/"]).failed(1, "other.example.com");
    run(&["site", "update", "wiki", "--rule", "/* everyone"]).failed(1, "no word of a rule");
    let listed = run(&["site", "list"]).succeeded();
    assert!(
        listed.stdout.contains("wiki.example.com"),
        "{}",
        listed.stdout
    );
    run(&["site", "delete", "wiki"]).succeeded();
    run(&["site", "show", "wiki"]).failed(1, "wiki");
}

#[test]
fn site_needs_configured_proxy() {
    let place = Place::configured();
    place.run(&["config", "check"]).succeeded();
    place
        .run(&["site", "create", "wiki", "--host", "wiki.example.com"])
        .succeeded();
    let done = place.run(&["config", "check"]);
    done.failed(1, "the configuration has 1 error");
    let proxies = [("DOORWARD__FORWARD_AUTH__PROXIES", "10.0.0.7/32")];
    place.run_with(&["config", "check"], &proxies).succeeded();
    // A trusted proxy is not yet one that asks about requests.
    let trusted = [("DOORWARD__TRUSTED_PROXIES", "10.0.0.7/32")];
    place
        .run_with(&["config", "check"], &trusted)
        .failed(1, "the configuration has 1 error");
}
