//! Tests of a copy for tests: `restore --as-copy`, and `user anonymize` in it.

use doorward_testkit::rows::{execute, query_text};
use serde_json::json;

use super::program::Place;

const DATABASE: &str = "identity.sqlite";

/// Messages that wait, or could be retried.
const JOBS: &str = "INSERT INTO jobs (id, kind, payload_sealed, run_at, attempts, failed_at, created_at) VALUES \
                    (randomblob(16), 'mail', x'', 0, 0, NULL, 0), (randomblob(16), 'mail', x'', 0, 9, 1, 0)";
const PROVIDER: &str = "INSERT INTO providers (id, name, issuer, client_id, secret_sealed, settings, created_at, \
                        updated_at) VALUES ('acme', 'Acme', 'https://login.acme.example', 'doorward', x'01', '{}', \
                        1, 1)";

/// Creates a deployment with users, waiting messages and an identity provider, and a backup of it.
async fn original() -> (Place, String) {
    let place = Place::configured();
    for name in ["root", "alice", "bob"] {
        let email = format!("{name}@example.org");
        let create = ["user", "create", name, "--email", &email];
        place.run(&create).succeeded();
    }
    let url = format!("sqlite://{}", place.path(DATABASE).display());
    for insert in [JOBS, PROVIDER] {
        execute(&url, insert).await;
    }
    place.run(&["backup", "backup"]).succeeded();
    (place, url)
}

#[tokio::test]
async fn copy_sends_nothing_and_says_so() {
    let (place, url) = original().await;
    let conflicting = ["restore", "backup", "--as-copy", "--dry-run"];
    place.run(&conflicting).failed(2, "--as-copy");
    let restore = ["restore", "backup", "--yes", "--as-copy", "--json"];
    let done = place.run(&restore).succeeded().json();
    assert!(done["copy"]["jobs"].as_u64() >= Some(2), "{done}");
    assert_eq!(done["copy"]["providers"], 1, "{done}");
    assert_eq!(done["ended"]["sessions"], 0, "{done}");
    let left = "SELECT (SELECT COUNT(*) FROM jobs) || ' ' || (SELECT COUNT(*) FROM providers \
                WHERE secret_sealed IS NOT NULL OR disabled_at IS NULL) AS text";
    assert_eq!(query_text(&url, left).await, ["0 0"]);
    let doctor = place.run(&["doctor"]);
    let seen = format!("{}{}", doctor.stdout, doctor.stderr);
    assert!(seen.contains("a copy for tests"), "{seen}");
    place.run(&["audit", "verify"]).succeeded();
}

#[tokio::test]
async fn users_of_copy_are_anonymized() {
    let (place, url) = original().await;
    let anonymize = ["user", "anonymize", "--all", "--except", "root"];
    place.run(&anonymize).failed(1, "no copy");
    let restore = ["restore", "backup", "--yes", "--as-copy"];
    place.run(&restore).succeeded();
    place
        .run(&["user", "anonymize", "--except", "root"])
        .failed(2, "--all");
    let args = [&anonymize[..], &["--json"]].concat();
    assert_eq!(place.json(&args)["users"], json!(2));
    let names = "SELECT username AS text FROM users ORDER BY created_at, username";
    let names = query_text(&url, names).await;
    let anonymous = names.iter().filter(|name| name.starts_with("user-"));
    assert_eq!(anonymous.count(), 2, "{names:?}");
    assert!(names.iter().any(|name| name == "root"), "{names:?}");
    let named = "SELECT COUNT(*) || '' AS text FROM users WHERE email LIKE '%@example.org'";
    assert_eq!(query_text(&url, named).await, ["1"]);
}
