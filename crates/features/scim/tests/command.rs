//! Tests of sources on the command line.

use super::program::Place;

#[test]
fn source_is_managed() {
    let place = Place::configured();
    let run = |args: &[&str]| place.run(args);
    let token = run(&["scim", "create", "entra", "--verified"]).succeeded();
    assert_eq!(token.stdout.trim().len(), 43, "{}", token.stdout);
    run(&["scim", "create", "entra"]).failed(5, "entra");
    let shown = place.json(&["scim", "show", "entra", "--json"]);
    assert_eq!(shown["verified"], true, "{shown}");
    assert!(shown.get("token").is_none(), "{shown}");
    let renewed = run(&["scim", "renew-token", "entra"]).succeeded();
    assert_ne!(renewed.stdout, token.stdout);
    let listed = run(&["scim", "list"]).succeeded();
    assert!(listed.stdout.contains("entra"), "{}", listed.stdout);
    run(&["scim", "create", "acme", "--organization", "acme"]).failed(1, "acme");
    run(&["scim", "delete", "entra"]).succeeded();
    run(&["scim", "show", "entra"]).failed(1, "entra");
}
