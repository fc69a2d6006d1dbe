//! `cargo xtask test --changed`: the libraries above the changed files, and the tests that a table names for their
//! folders.

use std::collections::BTreeSet;
use std::process::Command;

use super::quick;
use super::selection::{Selection, Target, lines, parse};
use super::workspace::Package;
use crate::failure::Failure;
use crate::run;

/// Tests by folder.
const TABLE: &str = include_str!("../../folders.txt");
/// Branch from which a change is counted.
const MAIN: [&str; 2] = ["main", "origin/main"];
/// Tests that read the whole tree.
const ARCHITECTURE: &str = "architecture";

/// A folder or file of the table, with the words of all its lines.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Row {
    /// Folder or file below the root.
    path: String,
    actions: Vec<Action>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Action {
    /// Every test.
    Everything,
    /// The tests of a landing.
    Quick,
    /// Unit tests of a package and of all packages above it.
    Above(String),
    /// Unit tests of a package alone.
    Library(String),
    Tests(Target, Option<String>),
}

/// Returns the tests for the files changed since the merge base with the branch `main`, committed or not.
pub fn selection(packages: &[Package]) -> Result<Selection, Failure> {
    let files = changed_files()?;
    println!("{} changed files", files.len());
    select(&files, packages, &table(TABLE)?)
}

fn table(text: &str) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Row> = Vec::new();
    for (path, words) in lines(text) {
        let actions = words.into_iter().filter(|word| *word != "-").map(action);
        let actions: Vec<Action> = actions.collect::<Result<_, Failure>>()?;
        let path = path.to_owned();
        match rows.iter_mut().find(|row| row.path == path) {
            Some(row) => row.actions.extend(actions),
            None => rows.push(Row { path, actions }),
        }
    }
    Ok(rows)
}

fn action(word: &str) -> Result<Action, Failure> {
    Ok(match (word, word.split_once(':')) {
        ("everything", _) => Action::Everything,
        ("quick", _) => Action::Quick,
        (_, Some(("above", package))) => Action::Above(package.to_owned()),
        (_, Some(("library", package))) => Action::Library(package.to_owned()),
        _ => {
            let (target, module) = parse(word)?;
            Action::Tests(target, module.map(str::to_owned))
        }
    })
}

/// Returns the tests for changed files: of a test target its module, of a package the unit tests above it, and what
/// the row of the innermost folder names. A file below no row is an error.
fn select(files: &[String], packages: &[Package], rows: &[Row]) -> Result<Selection, Failure> {
    let mut selection = Selection::default();
    if files.is_empty() {
        return Ok(selection);
    }
    let (architecture, _) = parse(ARCHITECTURE)?;
    selection.add(architecture, None);
    for file in files {
        if let Some((target, module)) = of_test_target(file, packages) {
            selection.add(target, module.as_deref());
            continue;
        }
        let row = row_of(file, rows).ok_or_else(|| {
            format!("{file}: no row in crates/tools/xtask/folders.txt names its folder")
        })?;
        let package = packages
            .iter()
            .find(|package| package.directory == row.path);
        match package {
            // Modules of test targets of another package: those that the row names.
            Some(package) if is_below(file, &format!("{}/tests", package.directory)) => {}
            Some(package) if is_unit_test(file) => {
                selection.libraries.insert(package.name.clone());
                continue;
            }
            Some(package) => selection.libraries.extend(above(&package.name, packages)),
            None => {}
        }
        for action in &row.actions {
            apply(action, packages, &mut selection)?;
        }
    }
    Ok(selection)
}

fn apply(action: &Action, packages: &[Package], selection: &mut Selection) -> Result<(), Failure> {
    match action {
        Action::Everything => selection.extend(&everything(packages)),
        Action::Quick => selection.extend(&quick::selection(packages)?),
        Action::Above(package) => selection.libraries.extend(above(package, packages)),
        Action::Library(package) => {
            selection.libraries.insert(package.clone());
        }
        Action::Tests(target, module) => selection.add(target.clone(), module.as_deref()),
    }
    Ok(())
}

fn everything(packages: &[Package]) -> Selection {
    let mut selection = Selection::default();
    for package in packages {
        selection.libraries.insert(package.name.clone());
        for (name, _) in &package.tests {
            let (package, name) = (package.name.clone(), name.clone());
            selection.add(Target { package, name }, None);
        }
    }
    selection
}

/// Returns the row of the innermost folder that contains the file.
fn row_of<'r>(file: &str, rows: &'r [Row]) -> Option<&'r Row> {
    rows.iter()
        .filter(|row| is_below(file, &row.path))
        .max_by_key(|row| row.path.len())
}

fn is_below(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the test target that a file belongs to, with the module that it is, or is below.
fn of_test_target(file: &str, packages: &[Package]) -> Option<(Target, Option<String>)> {
    let targets = packages
        .iter()
        .flat_map(|package| package.tests.iter().map(move |test| (package, test)));
    for (package, (name, path)) in targets {
        if !is_below(file, path) {
            continue;
        }
        let target = Target {
            package: package.name.clone(),
            name: name.clone(),
        };
        let below = file[path.len()..].trim_start_matches('/');
        let first = below.split('/').next().unwrap_or_default();
        let module = first.split('.').next().unwrap_or_default();
        let is_whole = module.is_empty() || first == "main.rs";
        return Some((target, (!is_whole).then(|| module.to_owned())));
    }
    None
}

/// Returns true if a file of a package contains only its unit tests, which no other package sees.
fn is_unit_test(file: &str) -> bool {
    let (folders, name) = file.rsplit_once('/').unwrap_or_default();
    let is_in_tests = folders.split('/').any(|folder| folder == "tests");
    is_in_tests || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// Returns a package and all packages that depend on it.
fn above(name: &str, packages: &[Package]) -> BTreeSet<String> {
    let mut found = BTreeSet::from([name.to_owned()]);
    loop {
        let next: Vec<String> = packages
            .iter()
            .filter(|package| !found.contains(&package.name))
            .filter(|package| !package.dependencies.is_disjoint(&found))
            .map(|package| package.name.clone())
            .collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

/// Returns the files that differ from the merge base with `main`, and untracked ones.
fn changed_files() -> Result<Vec<String>, Failure> {
    let base = MAIN
        .iter()
        .find_map(|branch| git(&["merge-base", "HEAD", branch]).ok())
        .ok_or("git knows no branch main to compare with")?;
    let base = base.trim();
    // Both names of a renamed file.
    let differing = git(&["diff", "--name-only", "--no-renames", "-z", base])?;
    let untracked = git(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    let files = [differing, untracked].concat();
    let files: BTreeSet<&str> = files.split('\0').filter(|file| !file.is_empty()).collect();
    Ok(files.into_iter().map(str::to_owned).collect())
}

fn git(arguments: &[&str]) -> Result<String, Failure> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(run::root());
    run::output(&mut git)
}

#[cfg(test)]
mod tests;
