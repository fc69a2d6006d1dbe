//! The programs that write packages, installed below the target directory if they are missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::files::Package;
use super::{names, place, program, python};
use crate::failure::Failure;
use crate::{packages, run};

const CARGO_DEB: (&str, &str) = ("cargo-deb", "3.8.0");
const CARGO_GENERATE_RPM: (&str, &str) = ("cargo-generate-rpm", "0.21.1");

/// Writes the Debian package.
pub fn deb(package: &Package, stage: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let file = out.join(names::system()?.deb(package));
    let mut command = Command::new(tool(CARGO_DEB)?);
    command
        .args(["deb", "--no-build", "--no-strip", "--locked"])
        .args(["--package", package.name, "--output"])
        .arg(&file);
    run_packager(&mut command, stage)?;
    Ok(file)
}

/// Writes the RPM package.
pub fn rpm(package: &Package, stage: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let file = out.join(names::system()?.rpm(package));
    let mut command = Command::new(tool(CARGO_GENERATE_RPM)?);
    command
        .args(["generate-rpm", "--auto-req", "builtin"])
        .args(["--package", package.directory, "--target-dir"])
        .arg(stage)
        .arg("--output")
        .arg(&file);
    run_packager(&mut command, stage)?;
    Ok(file)
}

/// Writes the wheel of the Python package, with the licences.
pub fn wheel(out: &Path) -> Result<(), Failure> {
    let root = run::root();
    let source = place::work("wheel");
    place::renew(&source)?;
    for name in names::LICENSES {
        place::copy(&root.join(name), &source.join(name))?;
    }
    let package = root.join("clients/python");
    for name in ["pyproject.toml", "README.md"] {
        place::copy(&package.join(name), &source.join(name))?;
    }
    let modules = package.join("src/doorward_access");
    for name in place::names(&modules)? {
        let module = modules.join(&name);
        // Not `__pycache__`.
        if module.is_file() {
            place::copy(&module, &source.join("src/doorward_access").join(&name))?;
        }
    }
    let mut build = Command::new(python::builder()?);
    build
        .args([
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
        ])
        .arg(out)
        .env("SOURCE_DATE_EPOCH", program::epoch()?)
        .current_dir(&source)
        .stdin(Stdio::null());
    run::to_end(&mut build)
}

/// Writes the packaged crate of resource servers, and of the messages that it needs.
pub fn crates(out: &Path) -> Result<(), Failure> {
    let target = place::work("crates");
    place::renew(&target)?;
    for name in ["doorward-protocol", "doorward-access"] {
        let mut cargo = run::cargo();
        // Without a lock file and a build: both would look for the first crate in the registry.
        cargo
            .args(["package", "--no-verify", "--exclude-lockfile"])
            .args(["--allow-dirty", "--package", name])
            .env("CARGO_TARGET_DIR", &target);
        program::without_lints(&mut cargo);
        run::to_end(&mut cargo)?;
        let file = names::crate_file(name);
        place::copy(&target.join("package").join(&file), &out.join(&file))?;
    }
    Ok(())
}

/// Writes the npm package of resource servers, with the licences.
pub fn npm_client(out: &Path) -> Result<(), Failure> {
    packages::ensure_for_npm_client()?;
    let root = run::root();
    let work = place::work("npm-client");
    place::renew(&work)?;
    for name in names::LICENSES {
        place::add(&root.join(name), &work.join(name), 0o644)?;
    }
    let package = root.join("clients/js");
    for name in [
        ".npmrc",
        "README.md",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
    ] {
        place::add(&package.join(name), &work.join(name), 0o644)?;
    }
    for name in place::names(&package.join("src"))? {
        let name = Path::new("src").join(name);
        place::add(&package.join(&name), &work.join(&name), 0o644)?;
    }
    let npm = |arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(arguments).current_dir(&work).stdin(Stdio::null());
        npm
    };
    run::to_end(&mut npm(&["ci", "--ignore-scripts", "--loglevel=error"]))?;
    // Compiles the sources. npm gives every file the same time.
    run::to_end(npm(&["pack", "--loglevel=error", "--pack-destination"]).arg(out))
}

fn run_packager(command: &mut Command, stage: &Path) -> Result<(), Failure> {
    command
        .current_dir(run::root())
        .env("CARGO_TARGET_DIR", stage)
        .env("SOURCE_DATE_EPOCH", program::epoch()?);
    run::to_end(command)
}

/// Installs the packagers of these parts that are Rust programs, and returns their directory.
pub fn install(parts: &[String]) -> Result<PathBuf, Failure> {
    for (part, packager) in [("deb", CARGO_DEB), ("rpm", CARGO_GENERATE_RPM)] {
        if parts.iter().any(|named| named == part) {
            tool(packager)?;
        }
    }
    Ok(python::tools().join("bin"))
}

fn tool((name, version): (&str, &str)) -> Result<PathBuf, Failure> {
    if let Some(path) = run::find(name) {
        return Ok(path);
    }
    let path = python::tools().join("bin").join(name);
    if !path.is_file() {
        println!("installing {name} {version}");
        let mut install = run::cargo();
        // Optimized, because it compresses the packages.
        install
            .args(["install", "--locked", "--quiet", "--root"])
            .arg(python::tools())
            .arg(format!("{name}@{version}"))
            .env_remove("CARGO_TARGET_DIR");
        program::without_lints(&mut install);
        run::to_end(&mut install)?;
    }
    Ok(path)
}

/// Fails if the programs of a wheel for Linux need more of the system than its tag says, such as another library.
pub fn audit(wheel: &Path, platform: &str) -> Result<(), Failure> {
    if !platform.starts_with("manylinux") {
        return Ok(());
    }
    let mut show = Command::new(python::builder()?);
    let report = run::output(show.args(["-m", "auditwheel", "show"]).arg(wheel))?;
    let words: Vec<&str> = report.split_whitespace().collect();
    let agrees = format!("consistent with the following platform tag: \"{platform}\"");
    if words.join(" ").contains(&agrees) {
        Ok(())
    } else {
        Err(format!(
            "auditwheel does not agree with {platform}:\n{report}"
        ))
    }
}
