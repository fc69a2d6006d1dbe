//! The wheels of the program: one for the system of this machine, and one for all other systems, which says that
//! they have none. pip installs the first where its tag fits.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::files::PACKAGES;
use super::{check, formats, names, place, program, python};
use crate::failure::Failure;
use crate::{packages, run};

/// The package of the wheel for other systems, below [`SOURCES`].
const OTHER_SYSTEM: &str = "doorward_other_system";
const SOURCES: &str = "deploy/packages/wheel";
/// Sentence of a package on a system without programs. `{system}` is the name of the system.
pub const SENTENCE: &str = "deploy/packages/other-system.txt";
/// Platform of the wheel for other systems.
pub const ANY: &str = "any";

/// Writes both wheels and checks them.
pub fn create(stage: &Path, out: &Path) -> Result<(), Failure> {
    packages::ensure_for_wheels()?;
    let programs = stage.join("release");
    let mut needed = (0, 0);
    for package in &PACKAGES {
        needed = needed.max(program::glibc(&place::read(&programs.join(package.name))?));
    }
    let platform = names::system()?.wheel_platform(needed);
    for (platform, programs) in [(platform.as_str(), Some(&*programs)), (ANY, None)] {
        let file = build(platform, programs, out)?;
        shrink(&file)?;
        check::wheel(&file, programs.is_some())?;
    }
    formats::audit(&out.join(names::program_wheel(&platform)), &platform)
}

/// Compresses the files of a wheel again, by libdeflate: 4 % less than by hatchling. A system without the tool keeps
/// the wheel.
fn shrink(wheel: &Path) -> Result<(), Failure> {
    let Some(advzip) = run::find("advzip") else {
        return Ok(());
    };
    let mut advzip = Command::new(advzip);
    run::to_end(
        advzip
            .args(["--recompress", "--shrink-normal", "--quiet"])
            .arg(wheel),
    )
}

fn build(platform: &str, programs: Option<&Path>, out: &Path) -> Result<PathBuf, Failure> {
    let root = run::root();
    let source = place::work("program-wheel");
    place::renew(&source)?;
    for name in names::LICENSES {
        place::copy(&root.join(name), &source.join(name))?;
    }
    for name in ["pyproject.toml", "hatch_build.py", "README.md"] {
        place::copy(&root.join(SOURCES).join(name), &source.join(name))?;
    }
    if let Some(directory) = programs {
        for package in &PACKAGES {
            let name = package.name;
            place::add(&directory.join(name), &source.join(name), 0o755)?;
        }
    } else {
        let module = source.join(OTHER_SYSTEM);
        let code = root.join(SOURCES).join(OTHER_SYSTEM).join("__init__.py");
        place::add(&code, &module.join("__init__.py"), 0o644)?;
        place::add(&root.join(SENTENCE), &module.join("sentence.txt"), 0o644)?;
    }
    let mut build = Command::new(python::builder()?);
    build
        .args(["-m", "hatchling", "build", "--target", "wheel"])
        .arg("--directory")
        .arg(out)
        .env("SOURCE_DATE_EPOCH", program::epoch()?)
        .env("DOORWARD_VERSION", names::VERSION)
        .env("DOORWARD_PLATFORM", platform)
        .env(
            "DOORWARD_PROGRAMS",
            PACKAGES.each_ref().map(|package| package.name).join(" "),
        )
        .current_dir(&source)
        .stdin(Stdio::null());
    run::to_end(&mut build)?;
    Ok(out.join(names::program_wheel(platform)))
}
