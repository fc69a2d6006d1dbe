//! Tests that the program accepts the files in `deploy/` unchanged.

use super::program::{KEY, Place};

fn deployed(name: &str) -> String {
    let path = format!("{}/../../../deploy/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn sample_configuration_is_valid() {
    let place = Place::new();
    place.write("secret.key", KEY);
    let text = deployed("doorward.example.toml");
    let key = place.path("secret.key").display().to_string();
    let moved = text.replace("/etc/doorward/secret.key", &key);
    assert_ne!(moved, text, "the sample names its key file");
    place.write("doorward.toml", &moved);
    let done = place.run(&["config", "check"]).succeeded();
    assert!(done.stderr.contains("good (0 warnings)"), "{}", done.stderr);
    // The commented-out lines are valid as well.
    place.write("database.url", "postgres://doorward@localhost/doorward");
    let url = place.path("database.url").display().to_string();
    let other: String = moved
        .lines()
        .filter(|line| !line.starts_with("url = "))
        .map(|line| {
            line.strip_prefix("# url_file")
                .map_or(line.to_owned(), |rest| {
                    format!(
                        "url_file{}",
                        rest.replace("/etc/doorward/database.url", &url)
                    )
                })
        })
        .map(|line| line + "\n")
        .collect();
    place.write("doorward.toml", &other);
    place.run(&["config", "check"]).succeeded();
    let json = place.json(&["config", "print", "--json"]);
    assert!(
        json["database"]["url"]
            .as_str()
            .unwrap()
            .starts_with("postgres://"),
        "{json}"
    );
}

#[test]
fn configuration_for_conformance_suite_is_valid() {
    let place = Place::new();
    place.write("secret.key", KEY);
    let (certificate, key) = doorward_testkit::proxy::certificate("localhost");
    place.write("mtls.pem", &certificate);
    place.write("mtls.key", &key);
    place.write("details.toml", &deployed("conformance-details.toml"));
    std::fs::create_dir(place.path("records")).unwrap();
    place.write("doorward.toml", &deployed("conformance.toml"));
    let done = place.run(&["config", "check"]).succeeded();
    // The only warning concerns the limits, which are off on purpose.
    assert!(done.stderr.contains("limits.multiplier"), "{}", done.stderr);
    assert!(done.stderr.contains("good (1 warning)"), "{}", done.stderr);
}

#[test]
fn systemd_unit_starts_installed_program() {
    let unit = deployed("doorward.service");
    let read_me = deployed("README.md");
    let start = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    let names: Vec<&str> = start.split(' ').collect();
    let ["/usr/local/bin/doorward", command @ ..] = names.as_slice() else {
        panic!("{start}");
    };
    assert!(
        read_me.contains("target/release/doorward /usr/local/bin/"),
        "installed at another path"
    );
    let place = Place::new();
    let config = command.last().unwrap();
    assert!(
        read_me.contains(config),
        "{config} is not in the instructions"
    );
    // The command is valid, but its file is missing.
    place.run(command).failed(1, config);
}
