//! Tests of app passwords on the command line.

use super::program::Place;

#[test]
fn app_passwords_of_user_are_listed() {
    let place = Place::configured();
    place
        .run(&["user", "create", "alice", "--email", "alice@example.org"])
        .succeeded();
    let found = place.json(&["app-password", "list", "alice", "--json"]);
    assert_eq!(found, serde_json::json!([]), "{found}");
    place
        .run(&["app-password", "list", "absent"])
        .failed(1, "absent");
    let unknown = "0190a000-0000-7000-8000-000000000001";
    place
        .run(&["app-password", "revoke", unknown])
        .failed(1, unknown);
    place
        .run(&["app-password", "revoke", "x"])
        .failed(1, "app password");
}
