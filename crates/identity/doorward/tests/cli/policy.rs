//! Tests of `doorward policy` and `doorward explain`.

use crate::program::Place;

#[test]
fn valid_policies_pass_and_error_names_line() {
    let place = Place::configured();
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("own.cedar");
    let dir = directory.path().to_str().unwrap();
    let good = place.run(&["policy", "check"]).succeeded();
    assert!(
        good.stderr.contains("The policies are good"),
        "{}",
        good.stderr
    );

    let library = place.run(&["policy", "library"]).succeeded().stdout;
    assert!(
        library.lines().any(|name| name == "business_hours"),
        "{library}"
    );
    for name in library.lines() {
        let rule = place.run(&["policy", "library", name]).succeeded().stdout;
        std::fs::write(directory.path().join(format!("{name}.cedar")), rule).unwrap();
    }
    place.run(&["policy", "check", "--dir", dir]).succeeded();
    place
        .run(&["policy", "library", "nothing"])
        .failed(1, "there is no rule nothing");

    std::fs::write(
        &own,
        "permit (principal, action, resource is Task)\nwhen { resource.size > 3 };",
    )
    .unwrap();
    place
        .run(&["policy", "check", "--dir", dir])
        .failed(1, "own.cedar:2: ");
    std::fs::write(
        &own,
        "permit (principal, action == Action::\"delete\", resource is Task)\nwhen { principal.verified };",
    )
    .unwrap();
    let sentence = "own.cedar:1: own.1: every user with a verified address may delete every task";
    let checked = place.run(&["policy", "check", "--dir", dir]).succeeded();
    assert!(checked.stderr.contains(sentence), "{}", checked.stderr);
    let report = place.json(&["policy", "check", "--dir", dir, "--json"]);
    let permits = report["permits"].as_array().unwrap();
    assert!(permits.iter().any(|one| one["rule"] == "own.1"), "{report}");
    let copied = place
        .run(&["policy", "library", "subscription"])
        .succeeded();
    std::fs::write(
        &own,
        copied
            .stdout
            .replace("Document", "Task")
            .replace("(\"subscription", "(\"own"),
    )
    .unwrap();
    place
        .run(&["policy", "check", "--dir", dir])
        .failed(1, "Task has no attribute `plan`");
    let schema = place.run(&["policy", "schema"]).succeeded().stdout;
    assert!(schema.contains("entity Task"), "{schema}");
}

#[test]
fn unexplainable_requests_are_rejected_with_reason() {
    let place = Place::configured();
    let id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    place
        .run(&["explain", "nonsense"])
        .failed(2, "invalid value");
    place
        .run(&[
            "explain",
            "access",
            "--user",
            "mo",
            "--action",
            "fly",
            "--resource",
            "task/1",
        ])
        .failed(2, "one of: read");
    let resource = format!("task/{id}");
    let ask = [
        "explain",
        "access",
        "--user",
        "mo",
        "--action",
        "read",
        "--resource",
    ];
    place
        .run(&[&ask[..], &[resource.as_str()]].concat())
        .failed(1, "mo");
    place.run(&["explain", id]).failed(1, "");
}
