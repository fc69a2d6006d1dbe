//! The files of the packages, laid out like a release build: the packagers look for them there.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{files, place};
use crate::failure::Failure;
use crate::run;

/// Lines of the unit that a package changes: the server may listen on ports 80 and 443, as `doorward init`
/// sets it up with HTTPS.
const UNIT_LINES: [(&str, &str); 4] = [
    ("\nExecStart=/usr/local/bin/", "\nExecStart=/usr/bin/"),
    (
        "\nCapabilityBoundingSet=\n",
        "\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n",
    ),
    (
        "\nAmbientCapabilities=\n",
        "\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n",
    ),
    ("\nPrivateUsers=yes\n", "\nPrivateUsers=no\n"),
];

/// Collects the files, and returns the directory that takes the place of a target directory.
pub fn create(programs: &Path) -> Result<PathBuf, Failure> {
    let target = place::work("stage");
    place::renew(&target)?;
    let release = target.join("release");
    for package in &files::PACKAGES {
        place::copy(&programs.join(package.name), &release.join(package.name))?;
    }
    let directory = release.join("package");
    let man = directory.join("man");
    place::create(&man)?;
    let program = release.join("doorward");
    run::to_end(Command::new(&program).arg("man-pages").arg(&man))?;
    for (shell, name) in [
        ("bash", "doorward.bash"),
        ("zsh", "_doorward"),
        ("fish", "doorward.fish"),
    ] {
        let script = run::output(Command::new(&program).args(["completions", shell]))?;
        place::write(&directory.join(name), script)?;
    }
    for (file, name) in [
        ("deploy/packages/sysusers.conf", "sysusers.conf"),
        ("deploy/doorward.example.toml", "doorward.example.toml"),
        ("CHANGELOG.md", "CHANGELOG.md"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
    ] {
        place::copy(&run::root().join(file), &directory.join(name))?;
    }
    let unit = place::read(&run::root().join("deploy/doorward.service"))?;
    let unit = packaged_unit(&String::from_utf8_lossy(&unit))?;
    place::write(&directory.join("doorward.service"), unit)?;
    let pages = place::names(&man)?;
    compress(&man, &pages)?;
    compress(&directory, &["CHANGELOG.md".to_owned()])?;
    Ok(target)
}

/// Returns the unit of `deploy/` for a package.
pub fn packaged_unit(unit: &str) -> Result<String, Failure> {
    let mut text = unit.to_owned();
    for (line, packaged) in UNIT_LINES {
        if !text.contains(line) {
            return Err(format!("deploy/doorward.service has no line {line:?}"));
        }
        text = text.replace(line, packaged);
    }
    Ok(text)
}

/// Replaces files by compressed ones, without their names and times.
fn compress(directory: &Path, names: &[String]) -> Result<(), Failure> {
    let mut gzip = Command::new("gzip");
    gzip.args(["-9", "--no-name", "--force", "--"]);
    run::to_end(gzip.args(names).current_dir(directory))
}
