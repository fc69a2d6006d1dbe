//! Installation of programs, and the commands that start them.
//!
//! `cargo xtask interop` has installed the packages of Debian, pip and npm, and compiled the
//! programs in Go and Java; see `packages.rs`, `relying_parties.rs` and `compiled.rs` in
//! `crates/tools/xtask/src`.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::programs::{Ecosystem, Program};
use crate::version::{NOT_INSTALLED, directory, sources, version};

pub enum Outcome {
    /// Command that starts the program, with the arguments of the table.
    Ready(Command),
    /// Reason why the program cannot run on this machine.
    Unavailable(Failure),
    /// Reason why the installation failed.
    Failed(Failure),
}

/// Prepares a program, and returns the command that starts it.
pub fn install(program: &Program) -> Outcome {
    let prepared = match program.ecosystem {
        Ecosystem::Python | Ecosystem::Node if !is_installed(program) => {
            let tool = if program.ecosystem == Ecosystem::Python {
                "pip"
            } else {
                "npm"
            };
            return Outcome::Unavailable(format!("{tool} did not install it (see above)"));
        }
        Ecosystem::Python => python(program),
        Ecosystem::Node => node(program),
        Ecosystem::Apache => return debian(program, "/usr/sbin/apache2", &["-X"]),
        Ecosystem::Ruby => return debian(program, "/usr/bin/ruby", &[]),
        Ecosystem::Script => return debian(program, "/usr/bin/python3", &[]),
        Ecosystem::Root => return root(program),
        Ecosystem::Go | Ecosystem::Java if !is_compiled(program) => {
            let tool = if program.ecosystem == Ecosystem::Go {
                "go"
            } else {
                "mvn"
            };
            return Outcome::Unavailable(format!("{tool} did not build it (see above)"));
        }
        Ecosystem::Go => directory(program).map(Command::new),
        Ecosystem::Java => java(program),
    };
    match prepared {
        Ok(command) => Outcome::Ready(command),
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Returns true if the installed packages match the lock file.
fn is_installed(program: &Program) -> bool {
    let lock = if program.ecosystem == Ecosystem::Python {
        "requirements.txt"
    } else {
        "package-lock.json"
    };
    let requested = std::fs::read_to_string(sources(program).join(lock)).ok();
    let installed = directory(program)
        .ok()
        .and_then(|place| std::fs::read_to_string(place.join("installed")).ok());
    requested.is_some() && requested == installed
}

fn python(program: &Program) -> Result<Command, Failure> {
    let mut command = Command::new(directory(program)?.join("bin/python"));
    command.current_dir(sources(program));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("PYTHONUNBUFFERED", "1");
    Ok(command)
}

/// Copies the program next to `node_modules`, where Node looks for modules.
fn node(program: &Program) -> Result<Command, Failure> {
    let place = directory(program)?;
    for name in program.start {
        let from = sources(program).join(name);
        let copy = place.join(name);
        let parent = copy.parent().unwrap_or(&place);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::copy(&from, &copy))
            .map_err(|error| format!("{}: {error}", from.display()))?;
    }
    let mut command = Command::new("node");
    command.current_dir(place);
    Ok(command)
}

/// Returns true if the last build succeeded: Maven builds every program in Java at once.
fn is_compiled(program: &Program) -> bool {
    let result = match program.ecosystem {
        Ecosystem::Java => directory(program).map(|place| place.with_file_name("installed")),
        _ => directory(program),
    };
    result.is_ok_and(|file| file.is_file())
}

fn java(program: &Program) -> Result<Command, Failure> {
    let place = directory(program)?;
    let mut command = Command::new("java");
    // Options for a fast start: the program is visited once.
    command.args(["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"]);
    command.arg(format!("{0}/classes:{0}/lib/*", place.display()));
    Ok(command)
}

/// Returns the command of an interpreter or server that Debian installs with the package.
fn debian(program: &Program, path: &str, options: &[&str]) -> Outcome {
    let is_known = version(program).is_ok_and(|version| version != NOT_INSTALLED);
    if !is_known || !Path::new(path).is_file() {
        return Outcome::Unavailable(format!("there is no {} (Debian)", program.package));
    }
    let mut command = Command::new(path);
    // `-X` of Apache: a single process, which ends with this one.
    command.args(options).current_dir(sources(program));
    Outcome::Ready(command)
}

/// Returns the command that starts a program in the root of Debian, in namespaces that end with it.
fn root(program: &Program) -> Outcome {
    match (directory(program), version(program)) {
        (Ok(place), Ok(version)) if version != NOT_INSTALLED => {
            let mut command = Command::new("unshare");
            command.args(["--mount", "--pid", "--fork", "--kill-child", "bash"]);
            command.arg(sources(program).join("sign_in.sh"));
            command.arg(place.join("root"));
            Outcome::Ready(command)
        }
        _ => Outcome::Unavailable("there is no root of Debian (see above)".to_owned()),
    }
}
