//! `cargo xtask install-trial`: a package in a clean Debian root, up to a user who is signed in or to the first token.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{package, packages, run};

/// Begin of the name of the identity server's package; that of the tasks API has another one.
const NAME: &str = "doorward_";
const USAGE: &str = "usage: cargo xtask install-trial [--package FILE], or --part program-wheel|npm [--packages DIR]";

/// The package of a trial.
#[derive(Debug, PartialEq)]
enum Trial {
    /// A Debian package, or the newest of `target/packages`.
    Debian(Option<PathBuf>),
    /// A part of `cargo xtask package`, from this directory.
    Program(String, PathBuf),
}

/// Runs the trial, and removes its files also after a failure. Its processes and mounts are in
/// namespaces that end with it.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let place = run::target().join("install-trial");
    let (script, words) = match parse(arguments)? {
        Trial::Debian(package) => {
            let package = match package {
                Some(package) => package,
                None => newest(&package::directory())?,
            };
            ("trial.sh", vec![absolute(&package)?, place.clone()])
        }
        Trial::Program(part, packages) => {
            let words = vec![place.clone(), part.into(), absolute(&packages)?];
            ("program.sh", words)
        }
    };
    if !packages::is_root() {
        return Err(
            "the trial needs root: it makes a Debian root with chroot and mounts".to_owned(),
        );
    }
    packages::ensure_for_install_trial()?;
    // A killed run has left it.
    remove(&place)?;
    std::fs::create_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    let scripts = run::root().join("crates/tools/xtask/src/install_trial");
    let outcome = run::to_end(
        Command::new("unshare")
            .args(["--mount", "--pid", "--fork", "--kill-child", "bash"])
            .arg(scripts.join(script))
            .args(words)
            .stdin(std::process::Stdio::null()),
    );
    outcome.and(remove(&place))
}

fn parse(arguments: &[String]) -> Result<Trial, Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => Ok(Trial::Debian(None)),
        ["--package", file] => Ok(Trial::Debian(Some(file.into()))),
        ["--part", part @ ("program-wheel" | "npm"), ref rest @ ..] => {
            let packages = match rest {
                [] => package::directory(),
                ["--packages", directory] => PathBuf::from(*directory),
                _ => return Err(USAGE.to_owned()),
            };
            Ok(Trial::Program(part.to_owned(), packages))
        }
        _ => Err(USAGE.to_owned()),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns the newest package of a directory.
fn newest(directory: &Path) -> Result<PathBuf, Failure> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let packages = entries.filter(|entry| is_package(&entry.file_name().to_string_lossy()));
    let dated = packages.filter_map(|entry| {
        let modified = entry.metadata().ok()?.modified().ok()?;
        Some((modified, entry.path()))
    });
    let newest = dated.max().map(|(_, path)| path);
    newest.ok_or_else(|| {
        let directory = directory.display();
        format!("no {NAME}*.deb in {directory}: build it with `cargo xtask package`, or name it by --package")
    })
}

fn is_package(name: &str) -> bool {
    let is_debian = Path::new(name).extension().is_some_and(|it| it == "deb");
    is_debian && name.starts_with(NAME)
}

/// Deletes a directory, but nothing in a mount.
fn remove(place: &Path) -> Result<(), Failure> {
    let mut command = Command::new("rm");
    run::to_end(command.args(["-rf", "--one-file-system"]).arg(place))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Trial, is_package, parse};

    #[test]
    fn arguments_select_trial() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            parse(&words)
        };
        assert_eq!(read(&[]), Ok(Trial::Debian(None)));
        let file = PathBuf::from("a.deb");
        assert_eq!(read(&["--package", "a.deb"]), Ok(Trial::Debian(Some(file))));
        let npm = Trial::Program("npm".to_owned(), PathBuf::from("built"));
        assert_eq!(read(&["--part", "npm", "--packages", "built"]), Ok(npm));
        let wheel = read(&["--part", "program-wheel"]);
        assert!(matches!(wheel, Ok(Trial::Program(part, _)) if part == "program-wheel"));
        for wrong in [
            &["--part"][..],
            &["--part", "rpm"],
            &["--packages", "built"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_debian_package_of_identity_server_is_found() {
        assert!(is_package("doorward_1.2.0_amd64.deb"));
        for other in [
            "doorward-tasks_1.2.0_amd64.deb",
            "doorward-1.2.0.x86_64.rpm",
            "doorward_1.2.0.sha256",
        ] {
            assert!(!is_package(other), "{other}");
        }
    }
}
