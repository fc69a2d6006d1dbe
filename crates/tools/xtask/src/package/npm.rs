//! The packages of npm: a launcher, and one with the programs of each system, which the launcher has as optional
//! dependencies. npm installs the one that fits, and nothing is downloaded by a script.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::files::PACKAGES;
use super::names::{self, System};
use super::program_wheel::SENTENCE;
use super::{check, place, program};
use crate::failure::Failure;
use crate::run;

const SOURCES: &str = "deploy/packages/npm";
/// Directory in every package of npm.
const TOP: &str = "package";

/// Writes the launcher and the package of this machine's system, and checks them.
pub fn create(stage: &Path, out: &Path) -> Result<(), Failure> {
    let system = names::system()?;
    let sources = run::root().join(SOURCES);
    let tree = start("npm-system", &system_manifest(system))?;
    let readme = place::read(&sources.join("SYSTEM.md"))?;
    let readme = String::from_utf8_lossy(&readme).replace("PACKAGE", &system.npm_package());
    place::add_text(&tree.join("README.md"), readme, 0o644)?;
    for package in &PACKAGES {
        let from = stage.join("release").join(package.name);
        place::add(&from, &tree.join("bin").join(package.name), 0o755)?;
    }
    check::npm(&pack(&tree, &system.npm_package(), out)?, &system_files())?;

    let tree = start("npm-launcher", &launcher_manifest())?;
    for (from, to) in [
        (sources.join("run.js"), "run.js"),
        (sources.join("README.md"), "README.md"),
        (run::root().join(SENTENCE), "other-system.txt"),
    ] {
        place::add(&from, &tree.join(to), 0o644)?;
    }
    for package in &PACKAGES {
        let code = format!(
            "#!/usr/bin/env node\nrequire(\"../run.js\")(\"{}\");\n",
            package.name
        );
        place::add_text(&tree.join(script(package.name)), code, 0o755)?;
    }
    check::npm(&pack(&tree, names::product(), out)?, &launcher_files())
}

/// Returns the manifest of the launcher.
pub fn launcher_manifest() -> Value {
    let scripts = PACKAGES.iter().map(|package| {
        let script = script(package.name);
        (package.name.to_owned(), script.into())
    });
    let systems = names::SYSTEMS.iter();
    let systems = systems.map(|system| (system.npm_package(), names::VERSION.into()));
    let mut manifest = manifest(names::product());
    manifest["bin"] = scripts.collect::<Map<_, _>>().into();
    manifest["engines"] = json!({ "node": ">=18" });
    manifest["optionalDependencies"] = systems.collect::<Map<_, _>>().into();
    manifest
}

/// Returns the manifest of the package with the programs for a system.
pub fn system_manifest(system: &System) -> Value {
    let mut manifest = manifest(&system.npm_package());
    manifest["os"] = json!([system.npm_os]);
    manifest["cpu"] = json!([system.npm_cpu]);
    if system.os == "linux" {
        manifest["libc"] = json!(["glibc"]);
    }
    manifest["preferUnplugged"] = json!(true);
    manifest
}

fn manifest(name: &str) -> Value {
    json!({
        "name": name,
        "version": names::VERSION,
        "description": names::SUMMARY,
        "license": names::LICENSE,
    })
}

/// Returns the files of the launcher, each with true if it can be executed.
pub fn launcher_files() -> Vec<(String, bool)> {
    let scripts = PACKAGES.iter().map(|package| (script(package.name), true));
    with_common(scripts.chain(["run.js", "other-system.txt"].map(|name| (name.to_owned(), false))))
}

/// Returns the files of a package with programs, each with true if it can be executed.
pub fn system_files() -> Vec<(String, bool)> {
    with_common(
        PACKAGES
            .iter()
            .map(|package| (format!("bin/{}", package.name), true)),
    )
}

fn with_common(own: impl Iterator<Item = (String, bool)>) -> Vec<(String, bool)> {
    let common = ["package.json", "README.md"]
        .into_iter()
        .chain(names::LICENSES);
    own.chain(common.map(|name| (name.to_owned(), false)))
        .collect()
}

fn script(program: &str) -> String {
    format!("bin/{program}.js")
}

/// Creates the directory of a package with its manifest and the licences.
fn start(work: &str, manifest: &Value) -> Result<PathBuf, Failure> {
    let work = place::work(work);
    place::renew(&work)?;
    let tree = work.join(TOP);
    place::add_text(&tree.join("package.json"), format!("{manifest:#}\n"), 0o644)?;
    for name in names::LICENSES {
        place::add(&run::root().join(name), &tree.join(name), 0o644)?;
    }
    Ok(tree)
}

/// Writes a package with fixed owners, order and times.
fn pack(tree: &Path, name: &str, out: &Path) -> Result<PathBuf, Failure> {
    let work = tree.parent().unwrap_or(tree);
    let name = names::npm_file(name);
    let plain = name.replace(".tgz", ".tar");
    let mut tar = place::tar();
    tar.args(["--format=ustar", "--sort=name", "--owner=0", "--group=0"])
        .args(["--numeric-owner", "--mode=u+rw,go=rX"])
        .arg(format!("--mtime=@{}", program::epoch()?))
        .args(["-cf", &plain, TOP])
        .current_dir(work);
    run::to_end(&mut tar)?;
    let mut gzip = std::process::Command::new("gzip");
    run::to_end(gzip.args(["-9", "--no-name", &plain]).current_dir(work))?;
    let to = out.join(name);
    place::copy(&work.join(format!("{plain}.gz")), &to)?;
    Ok(to)
}
