//! Tests of `config`, `completions`, help and version output.

use rstest::rstest;

use super::program::{KEY, Place};

#[test]
fn valid_configuration_passes_check() {
    let done = Place::configured().run(&["config", "check"]).succeeded();
    assert_eq!(done.stdout, "");
    assert!(done.stderr.contains("good (0 warnings)"), "{}", done.stderr);
}

#[test]
fn each_error_is_reported_with_line_and_correction() {
    let place = Place::new();
    place.write(
        "doorward.toml",
        "isuer = \"https://id.example.org\"\n[tokens]\nacces_ttl = 3\n",
    );
    let done = place
        .run(&["config", "check"])
        .failed(1, "did you mean `issuer`?");
    assert!(done.stderr.contains("doorward.toml:1"), "{}", done.stderr);
    assert!(done.stderr.contains("doorward.toml:3"), "{}", done.stderr);
    assert!(
        done.stderr.contains("did you mean `tokens.access_ttl`?"),
        "{}",
        done.stderr
    );
}

#[test]
fn findings_are_machine_readable() {
    let place = Place::configured();
    let environment = [("DOORWARD__LIMITS__MULTIPLIER", "9")];
    let done = place
        .run_with(&["config", "check", "--json"], &environment)
        .succeeded();
    let findings = done.json();
    assert_eq!(findings[0]["key"], "limits.multiplier");
    assert_eq!(findings[0]["severity"], "warning");
    assert_eq!(
        findings[0]["origin"]["environment"],
        "DOORWARD__LIMITS__MULTIPLIER"
    );
}

#[test]
fn print_shows_source_of_each_value_and_no_secret() {
    let place = Place::configured();
    let environment = [(
        "DOORWARD_DATABASE_URL",
        "postgres://door:hunter2@db.example/door",
    )];
    let done = place
        .run_with(&["config", "print"], &environment)
        .succeeded();
    assert!(
        done.stdout
            .contains("issuer = \"http://localhost:8400\"  # doorward.toml:1")
    );
    assert!(done.stdout.contains("# environment DOORWARD_DATABASE_URL"));
    assert!(done.stdout.contains("access_ttl = 300  # default"));
    assert!(
        !done.stdout.contains("hunter2") && !done.stdout.contains(KEY),
        "{}",
        done.stdout
    );
    let json = place
        .run_with(&["config", "print", "--json"], &environment)
        .succeeded()
        .json();
    assert_eq!(json["tokens"]["access_ttl"], 300);
    assert_eq!(json["secret_key"], "********");
}

#[test]
fn named_file_is_read_and_must_exist() {
    let place = Place::new();
    place.write("other.toml", "[branding]\nname = \"Other\"\n");
    let json = place.json(&["config", "print", "--json", "--config", "other.toml"]);
    assert_eq!(json["branding"]["name"], "Other");
    place
        .run(&["config", "check", "--config", "none.toml"])
        .failed(1, "none.toml");
}

#[test]
fn commands_find_files_of_configuration_from_another_directory() {
    let place = Place::configured();
    place.write("doorward.toml", "secret_key_file = \"secret.key\"\n");
    let file = place.path("doorward.toml").display().to_string();
    let elsewhere = Place::new();
    elsewhere.run(&["migrate", "--config", &file]).succeeded();
    assert!(place.path("doorward.sqlite").exists());
    for command in [&["key", "list"][..], &["user", "list"], &["doctor"]] {
        let done = elsewhere.run(&[command, &["--config", &file]].concat());
        assert!(!done.stderr.contains("secret_key"), "{done:?}");
    }
    let left = std::fs::read_dir(elsewhere.path(".")).unwrap().count();
    assert_eq!(left, 0, "the working directory is unchanged");
}

#[test]
fn single_finding_is_singular() {
    let place = Place::configured();
    place.write("doorward.toml", "secret_key_file = \"secret.key\"\n");
    let check = place.run(&["config", "check"]);
    check.failed(1, "the configuration has 1 error\n");
    let one = [("DOORWARD__LIMITS__MULTIPLIER", "9")];
    let check = Place::configured().run_with(&["config", "check"], &one);
    let said = check.succeeded().stderr;
    assert!(said.contains("good (1 warning)."), "{said}");
}

#[rstest]
#[case("config", &["config", "reference"])]
#[case("cli", &["cli-reference"])]
#[case("client-settings", &["client-reference"])]
fn committed_reference_matches_program(#[case] name: &str, #[case] args: &[&str]) {
    let said = Place::new().run(args).succeeded().stdout;
    let path = format!(
        "{}/../../../docs/reference/{name}.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        said == committed,
        "docs/reference/{name}.md is stale: run `cargo xtask generate`"
    );
}

#[rstest]
#[case("bash", "_doorward")]
#[case("zsh", "#compdef doorward")]
#[case("fish", "complete -c doorward")]
fn completions_are_printed(#[case] shell: &str, #[case] sign: &str) {
    let done = Place::new().run(&["completions", shell]).succeeded();
    assert!(done.stdout.contains(sign));
    assert!(done.stdout.contains("rotate-secret"));
}

#[test]
fn manual_pages_cover_commands() {
    let place = Place::new();
    place.run(&["man-pages", "."]).succeeded();
    let page = |name: &str| std::fs::read_to_string(place.path(name)).unwrap();
    assert!(page("doorward.1").contains(".TH doorward 1"));
    assert!(page("doorward-key-rotate-secret.1").contains("rotate"));
}

#[rstest]
#[case(&[])]
#[case(&["fly"])]
#[case(&["client", "create"])]
#[case(&["client", "create", "X", "--pkce", "never"])]
#[case(&["user", "create", "x"])]
#[case(&["user", "create", "x", "--email", "x@example.com", "--password", "y"])]
#[case(&["role", "assign", "--user", "a"])]
#[case(&["user", "list", "--config", "a", "--data-dir", "b"])]
#[case(&["role", "assign", "--user", "a", "--role", "admin", "--expires", "tomorrow"])]
#[case(&["completions", "tcsh"])]
#[case(&["dev", "--port", "9000", "--tasks-port", "9000"])]
fn bad_usage_exits_with_code_two_and_message(#[case] args: &[&str]) {
    let done = Place::new().run(args);
    assert_eq!(done.code, 2, "{done:?}");
    assert_eq!(done.stdout, "");
    assert!(!done.stderr.is_empty());
}

#[rstest]
#[case(&["provider", "--help"])]
#[case(&["client", "create", "--help"])]
#[case(&["token", "--help"])]
fn option_for_tables_ends_the_help(#[case] args: &[&str]) {
    let help = Place::new().run(args).succeeded().stdout;
    // Those of another operation, such as `--saml`, have a heading of their own.
    let own = help.lines().skip_while(|line| *line != "Options:").skip(1);
    let own = own.take_while(|line| line.starts_with(' '));
    let options = own.filter_map(|line| {
        let word = line
            .split_whitespace()
            .find(|word| word.starts_with("--"))?;
        line.trim_start().starts_with('-').then_some(word)
    });
    let options: Vec<&str> = options.collect();
    let last = options.len() - 3..;
    assert_eq!(options[last], ["--wide", "--help", "--version"], "{help}");
}

#[test]
fn help_and_version_are_data() {
    let place = Place::new();
    assert!(
        place
            .run(&["--help"])
            .succeeded()
            .stdout
            .contains("Exit codes")
    );
    let version = place.run(&["--version"]).succeeded().stdout;
    assert_eq!(
        version.trim(),
        format!("doorward {}", env!("CARGO_PKG_VERSION"))
    );
}
