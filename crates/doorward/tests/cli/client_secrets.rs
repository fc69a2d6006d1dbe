//! Tests of the commands for two secrets of a client.

use doorward_access::clock::{Clock as _, SystemClock};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::program::Place;

#[test]
fn old_secret_is_kept_listed_and_ended() {
    let place = Place::configured();
    place.run(&["role", "setup"]).succeeded();
    let created = place.json(&[
        "client",
        "create",
        "--name",
        "Web",
        "--redirect-uri",
        "https://app.example.org/cb",
        "--json",
    ]);
    let id = created["client_id"].as_str().unwrap();
    let rotate = |until: &str| {
        let args = ["client", "rotate-secret", id, "--keep-old-until", until];
        place.run(&args)
    };
    rotate("2020-01-01").failed(1, "must be in the future");
    rotate("2999-01-01").failed(1, "at most 90 days");
    let soon = SystemClock.now() + 2 * 24 * 60 * 60;
    let soon = OffsetDateTime::from_unix_timestamp(soon).unwrap();
    rotate(&soon.format(&Rfc3339).unwrap()).succeeded();
    let secrets = place.json(&["client", "secrets", id, "--json"]);
    let kinds = [&secrets[0]["secret"], &secrets[1]["secret"]];
    assert_eq!(kinds, [&json!("current"), &json!("former")]);
    assert!(secrets[1]["ends_at"].is_string(), "{secrets}");
    let ended = place.json(&["client", "end-secret", id, "--json"]);
    assert_eq!(ended["ended"], json!(true));
    let secrets = place.json(&["client", "secrets", id, "--json"]);
    assert_eq!(secrets.as_array().unwrap().len(), 1);
    place
        .run(&["client", "end-secret", id])
        .failed(1, "no former secret");
}
