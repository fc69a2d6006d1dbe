//! Tests of the grammar of the commands: `create NAME`, as `show`, `update` and `delete` have it.

use clap::{Arg, Command};

use crate::cli;

/// Verbs whose object is their only argument.
const VERBS: [&str; 6] = ["create", "put", "show", "update", "delete", "remove"];

/// Commands whose object exists once in a deployment.
const SINGLE: [&str; 3] = [
    " doorward notice show",
    " doorward notice remove",
    " doorward read-only show",
];

/// Adds a command and those below it, each with its path.
fn add<'c>(command: &'c Command, parent: &str, found: &mut Vec<(String, &'c Command)>) {
    let path = format!("{parent} {}", command.get_name());
    for inner in command.get_subcommands() {
        if inner.get_name() != "help" {
            add(inner, &path, found);
        }
    }
    found.push((path, command));
}

fn root() -> Command {
    let mut root = cli::command();
    root.build();
    root
}

#[test]
fn object_of_each_command_is_its_only_argument() {
    let (root, mut found) = (root(), Vec::new());
    add(&root, "", &mut found);
    found.retain(|(_, command)| VERBS.contains(&command.get_name()));
    for (path, command) in &found {
        let objects: Vec<String> = command.get_positionals().map(Arg::to_string).collect();
        let expected = usize::from(!SINGLE.contains(&path.as_str()));
        assert_eq!(objects.len(), expected, "{path}: {objects:?}");
    }
    let created = found.iter().filter(|(path, _)| path.ends_with(" create"));
    assert!(created.count() > 9);
}

#[test]
fn no_option_is_hidden() {
    let (root, mut found) = (root(), Vec::new());
    add(&root, "", &mut found);
    for (path, command) in &found {
        for option in command.get_arguments() {
            assert!(!option.is_hide_set(), "{path}: {option}");
        }
    }
}
