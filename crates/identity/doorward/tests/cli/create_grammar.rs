//! Tests that the name of an application of the catalogue is optional.

use rstest::rstest;

use super::program::Place;

#[rstest]
#[case(&[], "Grafana")]
#[case(&["Graphs"], "Graphs")]
fn name_of_known_application_is_optional(#[case] name: &[&str], #[case] expected: &str) {
    let place = Place::configured();
    let app = ["--app", "grafana", "--url", "https://grafana.example"];
    let create = [&["client", "create"][..], name, &app].concat();
    place.run(&create).succeeded();
    let list = place.json(&["client", "list", "--json"]);
    assert_eq!(list[0]["name"], expected);
}
