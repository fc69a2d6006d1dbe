//! The files of the packages, laid out like a release build: the packagers look for them there.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{files, place};
use crate::failure::Failure;
use crate::run;

/// A line of a unit, and the one in a package.
type Change = (&'static str, &'static str);

const PROGRAM: Change = ("\nExecStart=/usr/local/bin/", "\nExecStart=/usr/bin/");
/// The identity server may listen on ports 80 and 443, as `doorward init` sets it up with HTTPS.
pub const IDENTITY_SERVER: [Change; 4] = [
    PROGRAM,
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
        write_help(&release, package.name)?;
    }
    let directory = release.join("package");
    for (file, name) in [
        ("deploy/packages/sysusers.conf", "doorward.sysusers.conf"),
        (
            "deploy/packages/tasks/sysusers.conf",
            "doorward-tasks.sysusers.conf",
        ),
        ("deploy/doorward.example.toml", "doorward.example.toml"),
        (
            "deploy/doorward-tasks.example.toml",
            "doorward-tasks.example.toml",
        ),
        ("CHANGELOG.md", "CHANGELOG.md"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
    ] {
        place::copy(&run::root().join(file), &directory.join(name))?;
    }
    for (name, changes) in [
        ("doorward.service", &IDENTITY_SERVER[..]),
        ("doorward-tasks.service", &[PROGRAM][..]),
    ] {
        let unit = place::read(&run::root().join("deploy").join(name))?;
        let unit = packaged_unit(&String::from_utf8_lossy(&unit), changes)?;
        place::write(&directory.join(name), unit)?;
    }
    compress(&directory, &["CHANGELOG.md".to_owned()])?;
    Ok(target)
}

/// Lets a program write its manual pages and completions.
fn write_help(release: &Path, name: &str) -> Result<(), Failure> {
    let program = release.join(name);
    let directory = release.join("package");
    let man = directory.join("man").join(name);
    place::create(&man)?;
    run::to_end(Command::new(&program).arg("man-pages").arg(&man))?;
    compress(&man, &place::names(&man)?)?;
    for (shell, file) in [
        ("bash", format!("{name}.bash")),
        ("zsh", format!("_{name}")),
        ("fish", format!("{name}.fish")),
    ] {
        let script = run::output(Command::new(&program).args(["completions", shell]))?;
        place::write(&directory.join(file), script)?;
    }
    Ok(())
}

/// Returns a unit of `deploy/` for a package.
pub fn packaged_unit(unit: &str, changes: &[Change]) -> Result<String, Failure> {
    let mut text = unit.to_owned();
    for (line, packaged) in changes {
        if !text.contains(line) {
            return Err(format!("the unit has no line {line:?}"));
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
