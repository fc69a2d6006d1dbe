//! Tools from `PyPI`, installed below the target directory if they are missing.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::place;
use crate::failure::Failure;
use crate::{packages, run};

/// Packages that build and check wheels.
const WHEEL_TOOLS: [&str; 2] = ["hatchling==1.33.0", "auditwheel==6.8.2"];
/// Packages that link against an older glibc than that of this machine.
const LINK_TOOLS: [&str; 2] = ["cargo-zigbuild==0.24.1", "ziglang==0.17.1"];

/// Returns the directory of all packagers that are installed here.
pub fn tools() -> PathBuf {
    run::target().join("tools")
}

/// Returns the Python that has the build backend of the wheels.
pub fn builder() -> Result<PathBuf, Failure> {
    Ok(environment("wheel", &WHEEL_TOOLS)?.join("python"))
}

/// Returns the directory of the programs that link against an older glibc.
pub fn linkers() -> Result<PathBuf, Failure> {
    environment("link", &LINK_TOOLS)
}

/// Returns the programs of a Python environment with these packages.
fn environment(name: &str, tools_of_python: &[&str]) -> Result<PathBuf, Failure> {
    let environment = tools().join(name);
    let programs = environment.join("bin");
    let python = programs.join("python");
    // A file that is written last: an installation that was interrupted is repeated.
    let (installed, wanted) = (environment.join("installed"), tools_of_python.join("\n"));
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(programs);
    }
    packages::ensure_for_wheels()?;
    println!("installing {}", tools_of_python.join(" "));
    let mut venv = Command::new("python3");
    run::to_end(venv.args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"])
        .args(["install", "--only-binary", ":all:"])
        .args(tools_of_python)
        .stdin(Stdio::null());
    run::to_end(&mut pip)?;
    place::add_text(&installed, wanted, 0o644)?;
    Ok(programs)
}
