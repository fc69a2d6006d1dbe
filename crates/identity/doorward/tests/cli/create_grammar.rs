//! Tests that `create NAME` and its former option create the same object, and that both together, or
//! neither, are an error that says what to write.

use rstest::rstest;
use serde_json::Value;

use super::program::Place;

const URI: [&str; 2] = ["--redirect-uri", "https://app.example.org/cb"];

/// Creates an object in a new place, and returns it without its ID, its times and its secrets.
fn create(verb: &[&str], object: &[&str], rest: &[&str]) -> Value {
    let place = Place::configured();
    let (kind, create) = (&verb[..verb.len() - 1], [verb, object, rest].concat());
    place.run(&create).succeeded();
    let list = place.json(&[kind, &["list", "--json"]].concat());
    let all = list.as_array().unwrap().iter();
    // Standard roles are listed too.
    let mut found = all.filter(|it| it.as_object().unwrap().values().any(|it| it == "object1"));
    let mut found = found.next().unwrap_or_else(|| panic!("{list}")).clone();
    for changing in ["id", "client_id", "sub"] {
        found.as_object_mut().unwrap().remove(changing);
    }
    let members = found.as_object_mut().unwrap();
    members.retain(|name, _| !name.ends_with("_at") && name != "date_joined");
    found
}

#[rstest]
#[case(&["client", "create"], "--name", &URI)]
fn argument_and_former_option_create_same_object(
    #[case] verb: &[&str],
    #[case] option: &str,
    #[case] rest: &[&str],
) {
    let created = create(verb, &["object1"], rest);
    assert_eq!(created, create(verb, &[option, "object1"], rest));
    let place = Place::configured();
    let both = [verb, &["object1", option, "object2"], rest].concat();
    let tip = format!("; {option} is its former form");
    let said = place.run(&both).failed(2, &tip).stderr;
    assert!(said.contains("tip: write only "), "{said}");
    let usage = format!("Usage: doorward {} ", verb.join(" "));
    assert!(said.contains(&usage), "{said}");
    let neither = place.run(&[verb, rest].concat());
    let name = option.trim_start_matches('-').to_uppercase();
    neither.failed(2, &name);
}

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
