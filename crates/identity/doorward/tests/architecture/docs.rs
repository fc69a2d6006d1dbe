//! Checks the documentation: links have targets, commands and functions exist, and every decision
//! is listed.

use std::path::{Path, PathBuf};

use crate::{root, shown, sources};

/// Returns every Markdown page with its path.
fn pages() -> Vec<(PathBuf, String)> {
    let root = root();
    let top = std::fs::read_dir(&root).unwrap().flatten();
    let mut paths: Vec<PathBuf> = top
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    paths.extend(sources(&root.join("docs"), &["md"]));
    paths.extend(sources(&root.join("deploy"), &["md"]));
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// Returns the contents of each `opening … closing` in a text.
fn between<'a>(text: &'a str, opening: &'a str, closing: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = text.split(opening).skip(1);
    parts.filter_map(move |part| part.split(closing).next())
}

/// Returns the lines of shell blocks, with continuation lines joined.
fn command_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for fence in ["```sh\n", "```console\n"] {
        for block in between(text, fence, "```") {
            lines.extend(block.replace("\\\n", " ").lines().map(str::to_owned));
        }
    }
    lines
}

/// Returns the code spans outside of fenced blocks.
fn inline(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn every_link_and_picture_leads_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in pages() {
        let links = between(&text, "](", ")");
        let pictures = between(&text, "src=\"", "\"").chain(between(&text, "srcset=\"", "\""));
        for link in links.chain(pictures) {
            let target = link.split(['#', ' ']).next().unwrap_or_default();
            let outside = target.is_empty() || target.contains(':');
            if !outside && !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{} -> {target}", shown(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Commands of the pages name files of a clone beside their directory.
#[test]
fn each_file_of_clone_exists() {
    let (mut missing, mut checked) = (Vec::new(), 0);
    for (path, text) in pages() {
        for rest in text.split("../doorward/").skip(1) {
            let named = rest
                .split([' ', '\n', '`', '\'', '"'])
                .next()
                .unwrap_or_default();
            // The rest may be a variable of the shell.
            let (known, _) = named.split_once("${").unwrap_or((named, ""));
            checked += 1;
            let is_wrong = !known.is_empty() && !root().join(known).exists();
            if is_wrong {
                missing.push(format!("{}: {named}", shown(&path)));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(checked > 5, "only {checked} files were found");
}

#[test]
fn each_command_in_docs_exists_with_options() {
    let reference = std::fs::read_to_string(root().join("docs/reference/cli.md")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (path, text) in pages() {
        if path.ends_with("reference/cli.md") {
            continue;
        }
        let lines = command_lines(&text);
        let all = lines.iter().map(String::as_str).chain(inline(&text));
        for line in all {
            for (command, options) in calls(line) {
                checked += 1;
                if let Err(problem) = check(&reference, &command, &options) {
                    wrong.push(format!("{}: {line}: {problem}", shown(&path)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 20, "only {checked} commands were found");
}

#[test]
fn commands_have_no_prompt_that_makes_them_comments() {
    const PROGRAMS: [&str; 9] = [
        "cargo",
        "chown",
        "curl",
        "doorward",
        "install",
        "mv",
        "sudo",
        "systemctl",
        "useradd",
    ];
    let mut prompts = Vec::new();
    for (path, text) in pages() {
        for line in command_lines(&text) {
            let command = line.trim().strip_prefix("# ").unwrap_or_default();
            let program = command.split(' ').next().unwrap_or_default();
            if PROGRAMS.contains(&program) || command.starts_with('(') {
                prompts.push(format!("{}: {line}", shown(&path)));
            }
        }
    }
    assert!(prompts.is_empty(), "{}", prompts.join("\n"));
}

/// Returns the calls of `doorward` in a line: the command and its options.
fn calls(line: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let plain = line
        .replace("cargo run --", "doorward")
        .replace(['(', ')', '"', '`'], " ");
    let names: Vec<&str> = plain.split_whitespace().collect();
    let mut calls = Vec::new();
    for (at, word) in names.iter().enumerate() {
        let names_us = *word == "doorward" || word.ends_with("/doorward");
        if !names_us || names.get(at + 1) == Some(&"doorward") {
            continue;
        }
        let rest = &names[at + 1..];
        let is_verb = |word: &&&str| {
            word.chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '-')
                && !word.starts_with('-')
        };
        let command: Vec<String> = rest
            .iter()
            .take_while(is_verb)
            .map(|it| (*it).to_owned())
            .collect();
        if command.is_empty() {
            continue;
        }
        let end = rest
            .iter()
            .position(|word| ["|", ";", "&&", ">", "#"].contains(word));
        let own = &rest[..end.unwrap_or(rest.len())];
        let stop = own
            .iter()
            .position(|word| word.starts_with("http"))
            .unwrap_or(own.len());
        let options = own[..if command == ["token"] {
            stop
        } else {
            own.len()
        }]
            .iter();
        let options = options
            .filter(|word| word.starts_with("--"))
            .map(|it| (*it).to_owned());
        calls.push((command, options.collect()));
    }
    calls
}

/// Checks a call against the command reference, which the program itself generates.
fn check(reference: &str, command: &[String], options: &[String]) -> Result<(), String> {
    // Lowercase arguments may follow the verb.
    let section = (1..=command.len()).rev().find_map(|length| {
        let heading = format!("# `doorward {}`\n", command[..length].join(" "));
        let found = reference.split_once(&heading).map(|(_, rest)| rest)?;
        Some((length, found))
    });
    // A command with subcommands takes no other word.
    let section = section.and_then(|(length, found)| {
        let verbs = format!("# `doorward {} ", command[..length].join(" "));
        let whole = length == command.len() || !reference.contains(&verbs);
        whole.then_some(found)
    });
    let Some(section) = section else {
        return Err(format!("no command {}", command.join(" ")));
    };
    let section = section.split("\n#").next().unwrap_or_default();
    let knows = |option: &str| {
        // A value may follow after an equals sign.
        let option = option.split('=').next().unwrap_or(option);
        let with_value = section.contains(&format!("`{option} "));
        with_value || section.contains(&format!("`{option}`"))
    };
    match options.iter().find(|option| !knows(option)) {
        Some(option) => Err(format!("no option {option}")),
        None => Ok(()),
    }
}

#[test]
fn every_developer_command_exists() {
    let usage = std::fs::read_to_string(root().join("crates/tools/xtask/src/main.rs")).unwrap();
    let mut wrong = Vec::new();
    for (path, text) in pages() {
        for command in text.split("cargo xtask ").skip(1) {
            let name: String = command
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                .collect();
            if !name.is_empty() && !usage.contains(&format!("\n  {name} ")) {
                wrong.push(format!("{}: cargo xtask {name}", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_path_in_docs_exists() {
    let tops = [
        "crates/",
        "docs/",
        "deploy/",
        "migrations/",
        "templates/",
        "static/",
        ".ci/",
    ];
    let mut missing = Vec::new();
    for (page, text) in pages() {
        let named = inline(&text);
        let layout = between(&text, "```text\n", "```").flat_map(str::lines);
        let layout = layout.filter_map(|line| line.split([' ', ',']).next());
        for path in named.into_iter().chain(layout) {
            let ours = tops.iter().any(|top| path.starts_with(top)) && !path.contains([' ', '*']);
            if ours && !root().join(path).exists() {
                missing.push(format!("{}: {path}", shown(&page)));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn each_function_in_docs_exists() {
    let code: Vec<(String, String)> = sources(&root().join("crates"), &["rs"])
        .into_iter()
        .map(|path| (shown(&path), std::fs::read_to_string(path).unwrap()))
        .collect();
    let mut missing = Vec::new();
    let mut checked = 0;
    for (page, text) in pages() {
        for name in inline(&text).into_iter().filter(|name| is_rust_path(name)) {
            checked += 1;
            if !code.iter().any(|(path, text)| defines(path, text, name)) {
                missing.push(format!("{}: {name}", shown(&page)));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(checked > 40, "only {checked} names were found");
}

fn is_rust_path(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    name.contains("::") && name.chars().all(plain)
}

/// Returns true if a file defines the function of a path such as `flow::login::with_password`. The
/// file defines the last part; an earlier part that is a module is part of the file's path.
fn defines(path: &str, text: &str, name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let (last, before) = parts.split_last().unwrap();
    let place = Path::new(path)
        .with_extension("")
        .display()
        .to_string()
        .replace('_', "-");
    let placed = before.iter().all(|part| {
        if part.starts_with(char::is_uppercase) {
            text.contains(part)
        } else {
            place.contains(&part.replace('_', "-"))
        }
    });
    if !placed {
        return false;
    }
    let kinds = ["fn", "struct", "enum", "trait", "mod", "type", "const"];
    let module = place.ends_with(&format!("/{}", last.replace('_', "-")));
    let defined = kinds.iter().any(|kind| {
        let requested = format!("{kind} {last}");
        text.match_indices(&requested).any(|(at, _)| {
            let next = text[at + requested.len()..].chars().next();
            next.is_some_and(|letter| !letter.is_alphanumeric() && letter != '_')
        })
    });
    defined || module
}

#[test]
fn decisions_are_numbered_and_listed() {
    let directory = root().join("docs/decisions");
    let index = std::fs::read_to_string(directory.join("README.md")).unwrap();
    let mut records = sources(&directory, &["md"]);
    records.retain(|path| !path.ends_with("README.md"));
    assert!(!records.is_empty());
    for (number, path) in (1..).zip(&records) {
        let name = path.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(
            name.starts_with(&format!("{number:04}-")),
            "{name} is not number {number}"
        );
        assert!(
            text.starts_with(&format!("# {number}. ")),
            "{name} has another title"
        );
        let title = text.lines().next().unwrap_or_default();
        let words = title.split_whitespace().skip(2).count();
        assert!(
            (1..=8).contains(&words),
            "{name}: a title has at most eight words, this one has {words}"
        );
        let sections: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(
            sections,
            ["## Decision", "## Context", "## Consequences"],
            "{name}"
        );
        assert!(
            index.contains(&format!("]({name})")),
            "{name} is not listed"
        );
    }
}

#[test]
fn calls_are_read_as_shell_would() {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let reference = "### `doorward a`\n#### `doorward a b`\n- `--c`\n### `doorward d`\n- `--e`\n";
    assert!(check(reference, &words("a b"), &words("--c")).is_ok());
    assert!(check(reference, &words("d bash"), &words("--e")).is_ok());
    assert!(check(reference, &words("d"), &words("--e=false")).is_ok());
    for (command, option) in [("a x", "--c"), ("a b", "--e"), ("f", "--c"), ("d", "--c")] {
        assert!(
            check(reference, &words(command), &words(option)).is_err(),
            "{command} {option}"
        );
    }
    let call = |line: &str| {
        calls(line)
            .into_iter()
            .map(|(words, options)| (words.join(" "), options.join(" ")))
            .collect::<Vec<_>>()
    };
    let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
    assert_eq!(call("cargo run -- dev  # all"), pair("dev", ""));
    assert_eq!(
        call("sudo -u doorward doorward config check --config F"),
        pair("config check", "--config")
    );
    assert_eq!(
        call("curl -H \"B $(x/doorward token --user a)\" http://h/ --x"),
        pair("token", "--user")
    );
    assert_eq!(call("chown doorward /etc/doorward/secret.key"), vec![]);
}
