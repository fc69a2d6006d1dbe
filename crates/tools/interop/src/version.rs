//! The version of a program, read from the lock file that pins it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::programs::{Ecosystem, Program};

/// The version of a Debian package that is not installed.
pub const NOT_INSTALLED: &str = "not installed";

/// Returns the directory of a program's sources.
pub fn sources(program: &Program) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("programs")
        .join(program.directory)
}

/// Returns the directory that `cargo xtask interop` installs to: `interop` in the target directory.
///
/// # Errors
///
/// Returns an error if the path of this executable is unknown.
pub fn directory(program: &Program) -> Result<PathBuf, Failure> {
    let binary = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = binary.parent().and_then(Path::parent);
    let target = target.ok_or("this program is not in a target directory")?;
    Ok(target.join("interop").join(program.directory))
}

/// Returns the version in the lock file; for a Debian package, that of the installed one.
///
/// # Errors
///
/// Returns an error if the version is unknown.
pub fn version(program: &Program) -> Result<String, Failure> {
    let of_debian = [
        Ecosystem::Apache,
        Ecosystem::Ruby,
        Ecosystem::Script,
        Ecosystem::Root,
    ];
    if of_debian.contains(&program.ecosystem) {
        let mut query = Command::new("dpkg-query");
        if program.ecosystem == Ecosystem::Root {
            let packages = directory(program)?.join("root/var/lib/dpkg");
            query.arg("--admindir").arg(packages);
        }
        query.args(["--show", "--showformat", "${Version}", program.package]);
        let answer = query.output();
        let answer = answer.ok().filter(|answer| answer.status.success());
        return Ok(answer.map_or_else(
            || NOT_INSTALLED.to_owned(),
            |answer| String::from_utf8_lossy(&answer.stdout).into_owned(),
        ));
    }
    pinned(program).ok_or_else(|| format!("no lock file names {}", program.package))
}

/// Returns the version in the lock file. Returns `None` for a Debian package, which the system
/// pins.
pub fn pinned(program: &Program) -> Option<String> {
    let read = |name: &str| std::fs::read_to_string(sources(program).join(name)).ok();
    let package = program.package;
    match program.ecosystem {
        Ecosystem::Python => {
            let lock = read("requirements.txt")?;
            let line = lock
                .lines()
                .find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
            Some(line?.to_owned())
        }
        Ecosystem::Node => {
            let lock: serde_json::Value = serde_json::from_str(&read("package-lock.json")?).ok()?;
            let version = lock["packages"][format!("node_modules/{package}")]["version"].as_str();
            Some(version?.to_owned())
        }
        Ecosystem::Apache | Ecosystem::Ruby | Ecosystem::Script | Ecosystem::Root => None,
        Ecosystem::Go => {
            let module = read("go.mod")?;
            let mut lines = module
                .lines()
                .map(|line| line.trim_start_matches("require "));
            let version =
                lines.find_map(|line| line.trim().strip_prefix(package)?.strip_prefix(' '));
            // `// indirect` follows that of a tool.
            version?.split_whitespace().next().map(str::to_owned)
        }
        Ecosystem::Java => {
            let project = read("pom.xml")?;
            let (_, dependency) =
                project.split_once(&format!("<artifactId>{package}</artifactId>"))?;
            let (_, version) = dependency.split_once("<version>")?;
            Some(version.split_once("</version>")?.0.to_owned())
        }
    }
}
