//! `cargo xtask generate`: the reference pages, written by the program that they describe.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::run;

const NOTE: &str = "<!-- Written by `cargo xtask generate`; do not edit. -->\n\n";

/// Writes the files, or with `--check` compares them and fails when one is stale.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask generate [--check]".to_owned()),
    };
    run::to_end(run::cargo().args(["build", "--quiet", "--package=doorward"]))?;
    let program = program()?;
    let reference = run::root().join("docs/reference");
    let mut stale = Vec::new();
    for (file, text) in [
        ("config.md", configuration(&program)?),
        ("cli.md", command_line(&program)?),
    ] {
        let path = reference.join(file);
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        if current == text {
            continue;
        }
        if check {
            stale.push(difference(&path, &current, &text));
        } else {
            std::fs::create_dir_all(&reference).map_err(|error| error.to_string())?;
            std::fs::write(&path, text).map_err(|error| error.to_string())?;
            println!("wrote docs/reference/{file}");
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "stale, run `cargo xtask generate`:\n{}",
            stale.join("\n")
        ))
    }
}

/// The built program, asked of cargo itself because the target directory may be anywhere.
fn program() -> Result<PathBuf, Failure> {
    let metadata = run::output(run::cargo().args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version=1",
    ]))?;
    let marker = "\"target_directory\":\"";
    let start = metadata
        .find(marker)
        .ok_or("cargo metadata names no target directory")?;
    let directory: String = metadata[start + marker.len()..]
        .chars()
        .take_while(|&letter| letter != '"')
        .collect();
    Ok(Path::new(&directory).join("debug/doorward"))
}

fn configuration(program: &Path) -> Result<String, Failure> {
    let text = run::output(Command::new(program).args(["config", "reference"]))?;
    Ok(format!("{NOTE}{}\n", text.trim_end()))
}

fn command_line(program: &Path) -> Result<String, Failure> {
    let mut page = format!("{NOTE}# The command line\n");
    describe(program, &[], &mut page)?;
    Ok(page)
}

/// Appends the help of one command and, depth first, of all below it.
fn describe(program: &Path, path: &[String], page: &mut String) -> Result<(), Failure> {
    let help = run::output(
        Command::new(program)
            .args(path)
            .arg("--help")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100"),
    )?;
    let title = [&["doorward".to_owned()], path].concat().join(" ");
    let level = "#".repeat((path.len() + 2).min(4));
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let help = help.join("\n");
    let _ = write!(
        page,
        "\n{level} `{title}`\n\n```text\n{}\n```\n",
        help.trim()
    );
    for name in subcommands(&help) {
        describe(program, &[path, &[name]].concat(), page)?;
    }
    Ok(())
}

/// The names in the `Commands:` section of a help text.
fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A name stands two columns in; a wrapped description stands further in.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn difference(path: &Path, current: &str, text: &str) -> String {
    let line = current
        .lines()
        .zip(text.lines())
        .position(|(old, new)| old != new)
        .unwrap_or_else(|| current.lines().count().min(text.lines().count()));
    format!(
        "  {}:{}\n    has  {:?}\n    want {:?}",
        path.display(),
        line + 1,
        current.lines().nth(line).unwrap_or_default(),
        text.lines().nth(line).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests;
