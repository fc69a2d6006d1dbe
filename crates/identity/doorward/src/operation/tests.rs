//! Tests of commands from the members of operations.

use std::collections::BTreeMap;
use std::fs;

use clap::error::ErrorKind;
use doorward_admin::json_member::OneOf;
use doorward_admin::operation::{Operation, Shown, entry};
use doorward_admin::operator::Result as AdminResult;
use doorward_domain::model::AccessTokenType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::*;
use crate::cli::{Cli, Command};

type TokenTypes = OneOf<AccessTokenType>;

/// An operation with a member of each kind.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// Name of the sample.
    name: String,
    /// Tag.
    tags: Option<Vec<String>>,
    /// True for a public one.
    public: Option<bool>,
    /// Kind of token.
    #[schema(inline, value_type = Option<TokenTypes>)]
    kind: Option<String>,
    /// Password.
    #[schema(format = Password)]
    password: Option<String>,
    /// Expiry.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Number of uses.
    #[schema(default = 1)]
    uses: Option<i64>,
    /// Lifetime.
    #[schema(format = "duration")]
    ttl: Option<i64>,
    /// Short code.
    code: Option<String>,
    /// Value by name.
    #[schema(value_type = Option<Object>)]
    fields: Option<BTreeMap<String, String>>,
}

impl Operation for Sample {
    const TITLE: &'static str = "Change a sample";
    const CALL: &'static str = "PATCH samples/{name} reason";
    const COMMAND: &'static str = "sample NAME --tag=tags --code? --field=fields";

    type Done = Shown<Self>;

    async fn run(self, _: &AdminContext<'_>) -> AdminResult<Self::Done> {
        Ok(Shown::unversioned(self))
    }
}

static SAMPLE: Entry = entry::<Sample>();

fn read(words: &[&str]) -> Result<Value, clap::Error> {
    let words = ["sample"].into_iter().chain(words.iter().copied());
    let matches =
        with_arguments(clap::Command::new("sample"), &SAMPLE).try_get_matches_from(words)?;
    Ok(Value::Object(body(&SAMPLE, &matches).unwrap()))
}

#[test]
fn arguments_become_members() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "5b1ab5f1\n").unwrap();
    let password = file.path().to_str().unwrap();
    for (words, expected) in [
        (&["a"][..], json!({ "name": "a" })),
        (
            &["--tag", "x", "--tag=y", "a"],
            json!({ "name": "a", "tags": ["x", "y"] }),
        ),
        (&["--tag=", "a"], json!({ "name": "a", "tags": [] })),
        (&["--public", "a"], json!({ "name": "a", "public": true })),
        (
            &["a", "--public=false"],
            json!({ "name": "a", "public": false }),
        ),
        (
            &["a", "--kind", "at+jwt"],
            json!({ "name": "a", "kind": "at+jwt" }),
        ),
        (
            &["a", "--until", "2027-01-31"],
            json!({ "name": "a", "until": "2027-01-31T00:00:00Z" }),
        ),
        (
            &["a", "--uses", "3", "--ttl", "5m"],
            json!({ "name": "a", "uses": 3, "ttl": 300 }),
        ),
        (&["a", "--code="], json!({ "name": "a", "code": null })),
        (
            &["a", "--field", "x=1=2", "--field=y="],
            json!({ "name": "a", "fields": { "x": "1=2", "y": "" } }),
        ),
        (
            &["a", "--password-file", password],
            json!({ "name": "a", "password": "5b1ab5f1" }),
        ),
        (&["--", "-a"], json!({ "name": "-a" })),
        (
            &["a", "--reason", "lost phone", "--json"],
            json!({ "name": "a" }),
        ),
    ] {
        assert_eq!(read(words).unwrap(), expected, "{words:?}");
    }
}

/// Checks that a private key, which has several lines, is read from a file.
#[test]
fn private_key_has_several_lines_and_password_has_one() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let key = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    fs::write(file.path(), format!("{key}\n")).unwrap();
    let read_key = secret_input::of_argument(path, "private key");
    assert_eq!(read_key.unwrap(), key);
    assert!(secret_input::of_argument(path, "password").is_err());
    fs::write(file.path(), "swordfish\r\n").unwrap();
    let words = ["a", "--password-file", path];
    assert_eq!(read(&words).unwrap()["password"], "swordfish");
}

#[test]
fn arguments_are_read_when_command_is_used() {
    let mut root = crate::cli::command();
    let count = |root: &clap::Command| {
        let role = root.find_subcommand("role").unwrap();
        let create = role.find_subcommand("create").unwrap();
        create.get_arguments().count()
    };
    assert_eq!(count(&root), 0);
    root.build();
    assert!(count(&root) > 3);
}

#[test]
fn wrong_arguments_are_rejected() {
    for (words, expected) in [
        (&[][..], ErrorKind::MissingRequiredArgument),
        (&["a", "b"], ErrorKind::UnknownArgument),
        (&["a", "--colour", "red"], ErrorKind::UnknownArgument),
        (&["a", "--kind", "JOSE"], ErrorKind::InvalidValue),
        (&["a", "--public=maybe"], ErrorKind::InvalidValue),
        (&["a", "--until", "soon"], ErrorKind::ValueValidation),
        (&["a", "--uses", "many"], ErrorKind::ValueValidation),
        (&["a", "--ttl", "long"], ErrorKind::ValueValidation),
        (&["a", "--field", "x"], ErrorKind::ValueValidation),
        (
            &["a", "--code", "x", "--code", "y"],
            ErrorKind::ArgumentConflict,
        ),
    ] {
        assert_eq!(read(words).unwrap_err().kind(), expected, "{words:?}");
    }
}

#[test]
fn help_describes_members() {
    let help = with_arguments(clap::Command::new("sample"), &SAMPLE)
        .render_long_help()
        .to_string();
    for expected in [
        "<NAME>",
        "Name of the sample",
        "Tag (repeatable)",
        "--ttl <DURATION>",
        "--field <NAME=VALUE>",
        "(its file, or - for standard input)",
    ] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
}

#[test]
fn command_line_finds_operation() {
    let read =
        |words: &str| Cli::read_words(format!("doorward {words}").split(' ').map(str::to_owned));
    let cli = read("role create helper --permission users:read --data-dir d --wide").unwrap();
    assert!(cli.wide);
    let Command::Operation(invocation) = cli.command else {
        panic!("another command");
    };
    assert_eq!(invocation.entry.title, "Create a role");
    assert!(matches!(
        read("role setup").unwrap().command,
        Command::Role(_)
    ));
    assert!(read("session list --limit 5").is_ok());
    let zero = read("session list --limit 0").unwrap_err().kind();
    assert_eq!(zero, ErrorKind::ValueValidation);
    let none = read("scope").unwrap_err().kind();
    assert_eq!(none, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
}

/// Each command parses what the console prints for it.
#[test]
fn commands_accept_their_equivalents() {
    for entry in operations::all().filter(|entry| !entry.has_own_arguments()) {
        let mut body = Map::new();
        let has_own_option = |it: &&Member| {
            entry
                .members()
                .iter()
                .all(|other| other.place != it.place || other.name <= it.name)
        };
        for member in entry.members().iter().filter(has_own_option) {
            let text = match member.kind {
                MemberKind::Flag => "true",
                MemberKind::Time => "2027-01-31T12:00:00Z",
                MemberKind::Duration | MemberKind::Number => "60",
                MemberKind::Map => "name=value",
                _ => member.words.first().map_or("text", String::as_str),
            };
            put(&mut body, &member.name, member.value(&[text]).unwrap());
        }
        let words = entry.command_with(&body, Some("lost phone"));
        let Command::Operation(read) = Cli::read_words(&words).unwrap().command else {
            panic!("{words:?}");
        };
        assert_eq!(read.entry.title, entry.title);
        let is_file = |it: &Member| {
            let kinds = [
                MemberKind::Secret,
                MemberKind::Document,
                MemberKind::Table,
                MemberKind::Picture,
            ];
            kinds.contains(&it.kind)
        };
        if !entry.members().iter().any(is_file) {
            assert_eq!(
                super::body(entry, &read.arguments).unwrap(),
                body,
                "{words:?}"
            );
        }
    }
}

#[test]
fn help_of_each_command_is_title_of_operation() {
    let mut root = crate::cli::command();
    root.build();
    let mut count = 0;
    for entry in
        operations::all().filter(|entry| !entry.has_own_arguments() && entry.flag().is_none())
    {
        let command = entry.words().fold(&root, |command, word| {
            let found = command.find_subcommand(word);
            found.unwrap_or_else(|| panic!("no {word} of {}", entry.title))
        });
        let about = command.get_about().map(ToString::to_string);
        assert_eq!(about.as_deref(), Some(entry.title));
        count += 1;
    }
    assert!(count > 100, "{count}");
}
