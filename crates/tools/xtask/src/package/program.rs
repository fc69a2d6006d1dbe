//! The shipped programs, built without a path of this machine in them.

use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::files::PACKAGES;
use super::{names, place, python};
use crate::failure::Failure;
use crate::run;

/// Target directory of the build. OpenSSL keeps the path of its build in the program, so every build is here.
pub const BUILD: &str = "/var/tmp/doorward-package-build";
/// Highest version of glibc that a program may need, which the packages declare: that of Debian 10 and RHEL 8.
pub const GLIBC: (u32, u32) = (2, 28);

/// Builds both programs and returns their directory.
pub fn build(profile: &str) -> Result<PathBuf, Failure> {
    create_build_directory()?;
    println!("building the programs with the profile {profile}");
    let mut cargo = run::cargo();
    let mut directory = PathBuf::from(BUILD);
    if cfg!(target_os = "linux") {
        // Links against the symbols of an older glibc than that of this machine, and compiles the libraries in C
        // with its headers.
        let target = format!("{}-unknown-linux-gnu", names::system()?.architecture);
        cargo
            .args(["zigbuild", "--target"])
            .arg(format!("{target}.{}.{}", GLIBC.0, GLIBC.1))
            .env("PATH", run::first_in_path(&python::linkers()?)?);
        directory.push(target);
    } else {
        cargo.arg("build");
    }
    cargo.args(["--locked", "--no-default-features", "--profile", profile]);
    // One build, because the programs share most libraries: apart, each would compile them for itself.
    for package in &PACKAGES {
        cargo.args(["--package", package.name, "--bin", package.name]);
    }
    cargo
        .arg("--features=doorward/features,doorward/vendored-openssl")
        .env("CARGO_TARGET_DIR", BUILD)
        .env("CARGO_INCREMENTAL", "0")
        // OpenSSL and SQLite for size too; the cryptography of OpenSSL is in assembly.
        .env("CFLAGS", "-Os")
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?.join("\u{1f}"))
        .env("MACOSX_DEPLOYMENT_TARGET", names::MACOS)
        .env("SOURCE_DATE_EPOCH", epoch()?);
    without_lints(&mut cargo);
    run::to_end(&mut cargo)?;
    directory.push(if profile == "dev" { "debug" } else { profile });
    check(&directory)?;
    Ok(directory)
}

/// Fails if a program has another version than its packages, or needs a newer glibc than they declare.
pub fn check(directory: &Path) -> Result<(), Failure> {
    for package in &PACKAGES {
        let (name, file) = (package.name, directory.join(package.name));
        let printed = run::output(std::process::Command::new(&file).arg("--version"))?;
        if printed.trim_end() != format!("{name} {}", names::VERSION) {
            return Err(format!(
                "{} prints {printed:?}, not {}",
                file.display(),
                names::VERSION
            ));
        }
        let needed = glibc(&place::read(&file)?);
        if needed > GLIBC {
            return Err(format!(
                "{name} needs glibc {}.{}, and the packages declare {}.{}: build it with `cargo xtask package`",
                needed.0, needed.1, GLIBC.0, GLIBC.1
            ));
        }
    }
    Ok(())
}

/// Removes the lints of this workspace from the environment of a command.
pub fn without_lints(command: &mut std::process::Command) {
    for name in ["RUSTC_WORKSPACE_WRAPPER", "CLIPPY_ARGS", "RUSTFLAGS"] {
        command.env_remove(name);
    }
}

/// Returns the time of the last commit, or `SOURCE_DATE_EPOCH` if it is set.
pub fn epoch() -> Result<String, Failure> {
    if let Ok(time) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(time);
    }
    let mut git = std::process::Command::new("git");
    git.args(["log", "-1", "--format=%ct"])
        .current_dir(run::root());
    Ok(run::output(&mut git)?.trim().to_owned())
}

/// Returns the highest version of glibc whose symbols a program uses.
pub fn glibc(program: &[u8]) -> (u32, u32) {
    const NAME: &[u8] = b"GLIBC_";
    let mut highest = (0, 0);
    for (start, _) in program
        .windows(NAME.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == NAME)
    {
        let rest = &program[start + NAME.len()..];
        let version: String = rest
            .iter()
            .take(12)
            .map(|&byte| char::from(byte))
            .take_while(|letter| letter.is_ascii_digit() || *letter == '.')
            .collect();
        let mut numbers = version.split('.').map(str::parse::<u32>);
        if let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) {
            highest = highest.max((major, minor));
        } else if rest.starts_with(b"ABI_DT_RELR") {
            // Packed relocations.
            highest = highest.max((2, 36));
        }
    }
    highest
}

fn flags() -> Result<Vec<String>, Failure> {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || {
            let user = std::env::var_os("HOME").ok_or("neither CARGO_HOME nor HOME is set")?;
            Ok::<_, Failure>(Path::new(&user).join(".cargo"))
        },
        |home| Ok(PathBuf::from(home)),
    )?;
    Ok(vec![
        format!("--remap-path-prefix={}=/cargo", home.display()),
        format!("--remap-path-prefix={}=/doorward", run::root().display()),
    ])
}

/// Creates the target directory, and rejects that of another user, who could replace programs in it.
fn create_build_directory() -> Result<(), Failure> {
    let path = Path::new(BUILD);
    let located = |error: std::io::Error| place::located(path, &error);
    if path.symlink_metadata().is_err() {
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(path)
            .map_err(located)?;
    }
    let found = path.symlink_metadata().map_err(located)?;
    let user = run::output(std::process::Command::new("id").arg("-u"))?;
    if found.is_dir() && found.uid().to_string() == user.trim_end() && found.mode() & 0o022 == 0 {
        Ok(())
    } else {
        Err(format!(
            "{BUILD} is not a directory that only you can write; remove it"
        ))
    }
}
