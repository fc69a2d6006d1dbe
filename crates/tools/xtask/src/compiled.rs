//! The programs in Go and Java that `cargo xtask interop` runs, compiled below the target directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::run;

/// The reference of forward authentication, which tests attack like Doorward.
pub const REFERENCE: &str = "go/oauth2-proxy";

/// The provider for `OpenTofu` and Terraform, and `OpenTofu` itself, which tests run.
const PROVIDER: [(&str, &str); 2] = [
    (
        "clients/terraform-provider-doorward",
        "terraform/terraform-provider-doorward",
    ),
    (
        "clients/terraform-provider-doorward/tests/opentofu",
        "terraform/tofu",
    ),
];

/// Compiles the provider and `OpenTofu` for the tests of the provider, which otherwise do not run.
pub fn ensure_for_provider() {
    for (sources, program) in PROVIDER {
        if let Err(failure) = go(&run::root().join(sources), &run::target().join(program)) {
            eprintln!("warning: {failure}");
        }
    }
}

/// Compiles new or changed programs of these directories below `crates/tools/interop/programs`; contacts no
/// registry if nothing changed. Programs that a registry does not provide remain missing.
pub fn ensure(directories: &[&str]) {
    let sources = run::root().join("crates/tools/interop/programs");
    let place = run::target().join("interop");
    for module in directories.iter().filter(|name| name.starts_with("go/")) {
        if let Err(failure) = go(&sources.join(module), &place.join(module)) {
            eprintln!("warning: {failure}");
        }
    }
    if directories.iter().any(|name| name.starts_with("java/"))
        && let Err(failure) = java(&sources.join("java"), &place.join("java"))
    {
        eprintln!("warning: {failure}");
    }
}

/// Builds one program, or the tool that a directory without one names; Go has its own cache.
fn go(sources: &Path, program: &Path) -> Result<(), Failure> {
    if program.exists() {
        std::fs::remove_file(program).map_err(|error| to_failure(program, &error))?;
    }
    run::to_end(
        Command::new("go")
            .args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false"])
            .arg("-o")
            .arg(program)
            .arg(if sources.join("main.go").exists() {
                "."
            } else {
                "tool"
            })
            .current_dir(sources)
            .stdin(Stdio::null()),
    )
}

/// Builds every Java program with one call of Maven, unless no file changed since the last one.
fn java(sources: &Path, path: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    list(sources, &mut files)?;
    files.sort();
    let mut requested = Vec::new();
    for file in files {
        requested.extend(file.display().to_string().into_bytes());
        requested.extend(std::fs::read(&file).map_err(|error| to_failure(&file, &error))?);
    }
    // Written last, so that an interrupted build restarts.
    let mark = path.join("installed");
    if std::fs::read(&mark).is_ok_and(|installed| installed == requested) {
        return Ok(());
    }
    println!("building {}", sources.display());
    if path.exists() {
        std::fs::remove_dir_all(path).map_err(|error| to_failure(path, &error))?;
    }
    std::fs::create_dir_all(path).map_err(|error| to_failure(path, &error))?;
    run::to_end(
        Command::new("mvn")
            .args([
                "--batch-mode",
                "--no-transfer-progress",
                "--quiet",
                "-Dstyle.color=never",
            ])
            .arg(format!("-Dinterop.out={}", path.display()))
            .arg("process-classes")
            .current_dir(sources)
            .stdin(Stdio::null()),
    )?;
    std::fs::write(&mark, requested).map_err(|error| to_failure(&mark, &error))
}

/// Lists the files below a directory.
fn list(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(directory).map_err(|error| to_failure(directory, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| to_failure(directory, &error))?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn to_failure(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}
