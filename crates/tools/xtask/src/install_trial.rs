//! `cargo xtask install-trial`: the Debian package in a clean root, up to a signed-in user.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{packages, run};

/// Begin of the name of the identity server's package; that of the tasks API has another one.
const NAME: &str = "doorward_";

/// Runs the trial, and removes its files also after a failure. Its processes and mounts are in
/// namespaces that end with it.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let package = match arguments {
        [] => newest(&run::target().join("packages"))?,
        [option, file] if option == "--package" => PathBuf::from(file),
        _ => return Err("usage: cargo xtask install-trial [--package FILE]".to_owned()),
    };
    let package = std::fs::canonicalize(&package)
        .map_err(|error| format!("{}: {error}", package.display()))?;
    if !packages::is_root() {
        return Err(
            "the trial needs root: it makes a Debian root with chroot and mounts".to_owned(),
        );
    }
    packages::ensure_for_install_trial()?;
    let place = run::target().join("install-trial");
    // A killed run has left it.
    remove(&place)?;
    std::fs::create_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    println!("package: {}", package.display());
    let script = run::root().join("crates/tools/xtask/src/install_trial/trial.sh");
    let outcome = run::to_end(
        Command::new("unshare")
            .args(["--mount", "--pid", "--fork", "--kill-child", "bash"])
            .args([&script, &package, &place])
            .stdin(std::process::Stdio::null()),
    );
    outcome.and(remove(&place))
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
    use super::is_package;

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
