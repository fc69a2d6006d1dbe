//! Test programs that cargo has built, and the tests of each that a selection runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::selection::{Modules, Selection, Target};
use super::workspace::Package;
use crate::failure::Failure;
use crate::run;

/// A built test program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    package: String,
    /// Name of the integration test target; none for unit tests.
    target: Option<String>,
    /// Directory of the package, in which its tests run.
    directory: PathBuf,
    executable: PathBuf,
}

/// Tests of a program that run.
#[derive(Debug)]
pub struct Part {
    program: Program,
    /// Paths of the tests; none for all.
    tests: Option<Vec<String>>,
}

/// Returns the options of `cargo test` that build what is selected. All packages are built together: with fewer
/// packages, libraries would have other features, and would be compiled again.
pub fn options(selection: &Selection) -> Vec<String> {
    let mut options = vec!["--workspace".to_owned()];
    if !selection.libraries.is_empty() {
        options.extend(["--lib", "--bins"].map(str::to_owned));
    }
    let mut names: Vec<_> = selection
        .targets
        .keys()
        .map(|target| &target.name)
        .collect();
    names.sort();
    names.dedup();
    options.extend(names.into_iter().map(|name| format!("--test={name}")));
    options
}

/// Returns the programs that a build reported, in the order of their packages.
pub fn read(messages: &str, packages: &[Package]) -> Result<Vec<Program>, Failure> {
    let mut programs = Vec::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Value =
            serde_json::from_str(line).map_err(|error| format!("a message of cargo: {error}"))?;
        programs.extend(read_message(&message, packages));
    }
    programs.sort_by(|left: &Program, right: &Program| {
        (&left.package, &left.target).cmp(&(&right.package, &right.target))
    });
    Ok(programs)
}

fn read_message(message: &Value, packages: &[Package]) -> Option<Program> {
    if message["profile"]["test"] != true {
        return None;
    }
    let executable = PathBuf::from(message["executable"].as_str()?);
    let directory = Path::new(message["manifest_path"].as_str()?).parent()?;
    let package = packages
        .iter()
        .find(|package| run::root().join(&package.directory) == directory)?;
    let is_integration = message["target"]["kind"][0] == "test";
    let name = message["target"]["name"].as_str()?;
    Some(Program {
        package: package.name.clone(),
        target: is_integration.then(|| name.to_owned()),
        directory: directory.to_owned(),
        executable,
    })
}

impl Program {
    /// Returns the tests of the program that the selection contains, if any. Modules without a test, such as a
    /// changed helper, stand for the whole target if `widen` is set, and are an error otherwise.
    pub fn part(self, selection: &Selection, widen: bool) -> Result<Option<Part>, Failure> {
        let modules = match &self.target {
            None if selection.libraries.contains(&self.package) => &Modules::All,
            None => return Ok(None),
            Some(name) => {
                let (package, name) = (self.package.clone(), name.clone());
                match selection.targets.get(&Target { package, name }) {
                    Some(modules) => modules,
                    None => return Ok(None),
                }
            }
        };
        let tests = match modules {
            Modules::All => None,
            Modules::Only(_) => select(modules, &self.list()?, widen)
                .map_err(|module| format!("{self}: no test is in {module}"))?,
        };
        Ok(Some(Part {
            program: self,
            tests,
        }))
    }

    fn list(&self) -> Result<Vec<String>, Failure> {
        let mut command = Command::new(&self.executable);
        command.args(["--list", "--format=terse"]);
        command.current_dir(&self.directory);
        let listed = run::output(&mut command)?;
        let names = listed
            .lines()
            .filter_map(|line| line.strip_suffix(": test"));
        Ok(names.map(str::to_owned).collect())
    }
}

/// Returns the selected names, or none for all. An error is the module that no name is in.
fn select(modules: &Modules, names: &[String], widen: bool) -> Result<Option<Vec<String>>, String> {
    match modules.without_test(names) {
        Some(_) if widen => Ok(None),
        Some(module) => Err(module.to_owned()),
        None => {
            let selected = modules.filter(names).into_iter();
            Ok(Some(selected.map(str::to_owned).collect()))
        }
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let target = self.target.as_deref().unwrap_or("unit tests");
        write!(f, "{}/{target}", self.package)
    }
}

impl Part {
    /// Returns the line with which cargo announces the program.
    pub fn announcement(&self) -> String {
        let Program { executable, .. } = &self.program;
        format!("     Running {} ({})", self.program, executable.display())
    }

    /// Returns the command that runs the tests.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program.executable);
        command.current_dir(&self.program.directory);
        if let Some(tests) = &self.tests {
            command.args(tests).arg("--exact");
        }
        command
    }

    /// Returns the error of a run in which tests failed.
    pub fn failure(&self) -> Failure {
        format!("tests of {} failed", self.program)
    }
}

#[cfg(test)]
mod tests;
