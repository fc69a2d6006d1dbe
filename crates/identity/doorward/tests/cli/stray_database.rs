//! Checks that no command creates a database without a configuration: each command of the command
//! line, run where nothing is configured.

use super::program::{Done, Place};

/// Values of arguments that do not accept any word.
const VALUES: &[(&str, &str)] = &[
    ("ACTION", "disable"),
    ("DECISION", "confirmed"),
    ("DECISION_ID", "0190f6a0-0000-7000-8000-000000000001"),
    ("DIR", "."),
    ("EMAIL", "ann@example.org"),
    ("LANG", "de"),
    ("LANGUAGE", "de"),
    ("NAME=VALUE", "company=Example"),
    ("OUTPUT", "id_token"),
    ("RESOURCE", "task/0190f6a0-0000-7000-8000-000000000001"),
    ("TIME", "2027-01-31"),
    ("URI", "https://api.example.org"),
];

/// Arguments that a command needs beside those of its usage line.
const MORE: &[(&str, &[&str])] = &[
    ("client create", &["App"]),
    ("explain access", &["--user", "ann"]),
    ("move", &["--to", "postgres://localhost/doorward"]),
    ("session end-all", &["--user", "ann"]),
    ("upgrade", &["--check"]),
];

/// Commands that need no database, or read another file first.
const EARLIER: &[&str] = &[
    "client apps",
    "client set-branding-logo",
    "client set-logo",
    "config check",
    "config print",
    "config reference",
    "import auth0",
    "import clerk",
    "import cognito",
    "import csv",
    "import django",
    "import entra",
    "import firebase",
    "import keycloak",
    "import okta",
    "mail preview",
    "org invite-file",
    "org set-branding-logo",
    "provider replace-secret",
    "restore",
    "user set-password",
];

/// Commands that name their instance themselves.
const OWN: &[&str] = &["dev", "token"];

/// Returns the commands of the reference, which is generated from clap's command tree, with
/// `--data-dir`.
fn commands() -> Vec<String> {
    let reference = Place::new().run(&["cli-reference"]).succeeded().stdout;
    let sections = reference.split("# `doorward ").skip(1);
    let sections = sections.filter_map(|section| section.split_once('`'));
    let with_target = sections.filter(|(_, body)| body.contains("- `--data-dir DIR`"));
    let names = with_target.map(|(name, _)| name.to_owned());
    let names = names.filter(|name| !OWN.contains(&name.as_str()));
    names.chain(["explain".to_owned()]).collect()
}

/// Returns a command line with valid arguments, from the usage line of the command.
fn command_line(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let help = [&words[..], &["--help"]].concat();
    let help = Place::new().run(&help).succeeded().stdout;
    let usage = help.lines().find(|line| line.starts_with("Usage: "));
    let (_, usage) = usage.unwrap().split_once(name).unwrap();
    let more = MORE.iter().filter(|(command, _)| *command == name);
    let more = more.flat_map(|(_, more)| more.iter().copied());
    let own = words.iter().copied().chain(arguments(name, usage));
    own.chain(more).map(str::to_owned).collect()
}

/// Returns the required arguments of a usage line; of alternatives the first.
fn arguments<'a>(command: &str, usage: &'a str) -> Vec<&'a str> {
    let mut arguments = Vec::new();
    let mut depth = 0;
    let mut is_chosen = false;
    for word in usage.split_whitespace() {
        let first = word.split('|').next().unwrap();
        if !is_chosen && !word.starts_with('[') {
            let name = first.trim_matches(['<', '>', '.']);
            arguments.push(value(command, name));
        }
        depth += word.matches('<').count();
        depth -= word.matches('>').count();
        is_chosen = depth > 0 && (is_chosen || word.contains('|'));
    }
    arguments
}

/// Returns a valid value in place of a value's name; an option stays the same.
fn value<'a>(command: &str, name: &'a str) -> &'a str {
    if name.starts_with("--") {
        return name;
    }
    if name == "ACTION" {
        return match command {
            "user bulk start" => "disable",
            _ => "read",
        };
    }
    let known = VALUES.iter().find(|(known, _)| *known == name);
    known.map_or("example", |&(_, value)| value)
}

fn run(place: &Place, line: &[String]) -> Done {
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    place.run(&line)
}

fn files(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.path(".")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string());
    names.map(Result::unwrap).collect()
}

#[test]
fn no_command_creates_a_database_without_configuration() {
    let commands = commands();
    assert!(commands.len() > 90, "{}: {commands:?}", commands.len());
    for name in &commands {
        let place = Place::new();
        let line = command_line(name);
        let done = run(&place, &line);
        assert_eq!(files(&place), [""; 0], "{line:?}: {done:?}");
        if EARLIER.contains(&name.as_str()) {
            continue;
        }
        assert_eq!(done.code, 1, "{line:?}: {done:?}");
        assert_eq!(done.stdout, "", "{line:?}");
        for option in ["--config", "--data-dir", "DOORWARD_DATABASE_URL"] {
            assert!(done.stderr.contains(option), "{line:?}: {done:?}");
        }
    }
}

#[test]
fn commands_find_the_development_instance_of_their_directory() {
    let place = Place::new();
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    server.stdout_until("Stop with Ctrl-C");
    let listed = place.run(&["user", "list", "--json"]).succeeded();
    assert_eq!(listed.json().as_array().unwrap().len(), 4, "{listed:?}");
    let told = "Working on the instance of `doorward dev` in .doorward.";
    assert!(listed.stderr.contains(told), "{listed:?}");
    let create = ["client", "create", "--id", "mine", "Mine"];
    let create = [&create[..], &["--redirect-uri", "http://127.0.0.1/cb"]].concat();
    place
        .run(&[&create[..], &["--kind=public"]].concat())
        .succeeded();
    let beside = [
        "client",
        "show",
        "mine",
        "--json",
        "--data-dir",
        ".doorward",
    ];
    assert_eq!(place.json(&beside)["id"], "mine");
    let token = place.run(&["token", "--user", "alice"]).succeeded();
    assert_eq!(token.stdout.split('.').count(), 3, "{token:?}");
    let opened = place.run(&["admin", "open", "--user", "admin"]).succeeded();
    let page = opened.stdout.trim();
    assert!(page.starts_with("http://localhost:"), "{opened:?}");
    assert_eq!(files(&place), [".doorward"]);
    assert_eq!(server.terminate(), 0);
}

/// Checks that an environment alone is a configuration, and that a link is a whole URL or an error.
#[test]
fn environment_is_a_configuration() {
    let place = Place::new();
    let issuer = [("DOORWARD_ISSUER", "https://id.example.org")];
    let opened = place.run_with(&["admin", "open"], &issuer).succeeded();
    let page = "https://id.example.org/setup?token=";
    assert!(opened.stdout.starts_with(page), "{opened:?}");
    let database = [("DOORWARD_DATABASE_URL", "sqlite://other.sqlite")];
    for command in [&["admin", "open"][..], &["recover", "ann"]] {
        let done = place.run_with(command, &database);
        done.failed(1, "issuer is not set");
    }
}
