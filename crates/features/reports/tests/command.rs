//! Tests of `doorward report`.

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_reports::month::Month;
use serde_json::json;

use super::program::Place;

#[test]
fn report_of_month_is_counted_by_command() {
    let place = Place::configured();
    for name in ["alice", "bob"] {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", "--email", &email, name])
            .succeeded();
    }
    place
        .run(&["user", "disable", "bob", "--reason", "Left"])
        .succeeded();
    let month = Month::of(SystemClock.now()).to_string();
    let report = place.json(&["report", "show", &month, "--json"]);
    let names = [
        "month",
        "new_users",
        "disabled_users",
        "users",
        "with_second_factor",
    ];
    let expected = json!([month, 2, 1, 1, 0]);
    assert_eq!(json!(names.map(|name| &report[name])), expected, "{report}");
    assert_eq!(place.json(&["report", "apps", &month, "--json"]), json!([]));
    // No server has stored a report.
    assert_eq!(place.json(&["report", "list", "--json"]), json!([]));
    let csv = place.run(&["report", "list", "--csv"]).succeeded();
    let header = "month,active_users,new_users,disabled_users,deleted_users,sign_ins";
    assert!(csv.stdout.starts_with(header), "{csv:?}");
    place
        .run(&["report", "show", "2026-13"])
        .failed(1, "no report \"2026-13\"");
}
