//! `cargo xtask generate`: the reference pages, written by the program that they describe.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Writes the files, or with `--check` compares them and fails when one is stale.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask generate [--check]".to_owned()),
    };
    run::to_end(&mut run::build(&["--quiet", "--bin=doorward"]))?;
    let program = program()?;
    let reference = run::root().join("docs/reference");
    let mut stale = Vec::new();
    for (file, arguments) in [
        ("config.md", &["config", "reference"][..]),
        ("cli.md", &["cli-reference"]),
        ("openapi.json", &["openapi"]),
    ] {
        let text = run::output(Command::new(&program).args(arguments))?;
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
