//! Tests of the commands for two secrets of a client.

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_rules::client_secret::OVERLAP_DEFAULT;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::program::Place;

/// Creates a client with a secret.
fn ready() -> Place {
    let place = Place::configured();
    let uri = ["--redirect-uri", "https://app.example.org/cb"];
    let create = ["client", "create", "Web", "--id", "web"];
    place.run(&[&create[..], &uri].concat()).succeeded();
    place
}

#[test]
fn rotation_keeps_old_secret_as_console_does() {
    let place = ready();
    let before = SystemClock.now();
    let rotate = ["client", "rotate-secret", "web"];
    let said = place.run(&rotate).succeeded().stderr;
    assert!(said.contains("accepted until"), "{said}");
    let secrets = place.json(&["client", "secrets", "web", "--json"]);
    let ends_at = secrets["former"]["ends_at"].as_str().unwrap();
    let ends_at = OffsetDateTime::parse(ends_at, &Rfc3339).unwrap();
    let kept = before + OVERLAP_DEFAULT..=SystemClock.now() + OVERLAP_DEFAULT;
    assert!(kept.contains(&ends_at.unix_timestamp()), "{secrets}");
    // A third secret ends none by accident.
    place
        .run(&rotate)
        .failed(1, "end-secret web`, or both by --end-former");
    let end = [&rotate[..], &["--end-former"]].concat();
    let said = place.run(&end).succeeded().stderr;
    assert!(!said.contains("accepted until"), "{said}");
    let secrets = place.json(&["client", "secrets", "web", "--json"]);
    assert!(secrets["former"].is_null(), "{secrets}");
    let both = [&end[..], &["--keep-old-until", "2999-01-01"]].concat();
    place.run(&both).failed(2, "cannot be used with");
}

#[test]
fn old_secret_is_kept_listed_and_ended() {
    let (place, id) = (ready(), "web");
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
    assert!(secrets["current"].is_object(), "{secrets}");
    assert!(secrets["former"]["ends_at"].is_string(), "{secrets}");
    let ended = place.json(&["client", "end-secret", id, "--json"]);
    assert_eq!(ended["deleted"], json!(true));
    let secrets = place.json(&["client", "secrets", id, "--json"]);
    assert!(secrets["former"].is_null(), "{secrets}");
    place
        .run(&["client", "end-secret", id])
        .failed(1, "no former secret");
}
