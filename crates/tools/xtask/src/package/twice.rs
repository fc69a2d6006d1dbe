//! Builds the packages of the last commit twice, in clones at different paths, and compares their bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{formats, place, program};
use crate::failure::Failure;
use crate::run;

/// Directory of a clone below that of its build.
const CLONE: &str = "doorward";

/// The built files by their name.
type Files = BTreeMap<String, Vec<u8>>;

/// Fails if the two builds with these arguments differ.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    // The clones share the packagers.
    let path = run::first_in_path(&formats::install(arguments)?)?;
    let mut works = Vec::new();
    // Both before the first build, which takes half an hour: a commit in that time would have another date.
    for name in ["first", "the-second-build"] {
        let work = place::work("twice").join(name);
        place::renew(&work)?;
        let mut git = Command::new("git");
        git.args(["clone", "--quiet"]).arg(run::root());
        run::to_end(git.arg(work.join(CLONE)))?;
        works.push(work);
    }
    let mut builds = Vec::new();
    for work in works {
        remove_build()?;
        let out = work.join("out");
        let mut cargo = run::cargo();
        cargo
            .args(["xtask", "package", "--out"])
            .arg(&out)
            .args(arguments)
            .env("CARGO_TARGET_DIR", work.join("target"))
            .env("PATH", &path)
            .current_dir(work.join(CLONE));
        program::without_lints(&mut cargo);
        run::to_end(&mut cargo)?;
        builds.push(read(&out)?);
    }
    let different = differences(&builds[0], &builds[1]);
    if !different.is_empty() {
        return Err(format!("two builds differ: {}", different.join(", ")));
    }
    println!("{} files are the same in both builds", builds[0].len());
    Ok(())
}

/// Deletes the compiled programs, so that they are compiled again.
fn remove_build() -> Result<(), Failure> {
    let build = Path::new(program::BUILD);
    if build.exists() {
        std::fs::remove_dir_all(build).map_err(|error| place::located(build, &error))?;
    }
    Ok(())
}

fn read(directory: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    for name in place::names(directory)? {
        let content = place::read(&directory.join(&name))?;
        files.insert(name, content);
    }
    Ok(files)
}

/// Returns the names of files that differ or exist in one build only.
pub fn differences(first: &Files, second: &Files) -> Vec<String> {
    first
        .keys()
        .chain(second.keys().filter(|name| !first.contains_key(*name)))
        .filter(|name| first.get(*name) != second.get(*name))
        .cloned()
        .collect()
}
