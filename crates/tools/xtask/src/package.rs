//! `cargo xtask package`: the only command that builds packages. The same commit gives the same bytes.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::run;

mod archive;
mod check;
mod files;
mod formats;
mod oci;
mod place;
mod program;
mod stage;
mod twice;

pub use program::without_lints;

const USAGE: &str = "usage: cargo xtask package [--profile NAME] [--out DIR] [--twice] [deb|rpm|archive|oci|wheel|crate|sbom]...";
const PARTS: [&str; 7] = ["deb", "rpm", "archive", "oci", "wheel", "crate", "sbom"];

/// Returns the directory of the built packages.
pub fn directory() -> PathBuf {
    run::target().join("packages")
}

/// The arguments of the command.
#[derive(Debug, PartialEq)]
struct Options {
    profile: String,
    out: PathBuf,
    is_twice: bool,
    parts: Vec<String>,
}

/// Builds the named packages, all of them by default, and checks their contents.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = parse(arguments)?;
    if options.is_twice {
        let mut repeated = vec!["--profile".to_owned(), options.profile];
        repeated.extend(options.parts);
        return twice::run(&repeated);
    }
    place::create(&options.out)?;
    let has = |part: &str| options.parts.iter().any(|named| named == part);
    if has("deb") || has("rpm") || has("archive") || has("oci") {
        pack_programs(&options, has)?;
    }
    if has("wheel") {
        formats::wheel(&options.out)?;
    }
    if has("crate") {
        formats::crates(&options.out)?;
    }
    if has("sbom") {
        let name = format!("doorward-{}.cdx.json", program::VERSION);
        let output = options.out.join(name).display().to_string();
        crate::sbom::run(&["--output".to_owned(), output])?;
    }
    write_sums(&options.out)
}

/// Builds the programs and their packages.
fn pack_programs(options: &Options, has: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let stage = stage::create(&program::build(&options.profile)?)?;
    for package in &files::PACKAGES {
        if has("deb") {
            let file = formats::deb(package, &stage, &options.out)?;
            check::deb(package, &file)?;
        }
        if has("rpm") {
            let file = formats::rpm(package, &stage, &options.out)?;
            check::rpm(package, &file)?;
        }
    }
    if has("archive") {
        let file = archive::create(&files::PACKAGES[0], &stage, &options.out)?;
        check::archive(&files::PACKAGES[0], &file)?;
    }
    if has("oci") {
        let file = oci::write(
            &stage.join("release/doorward"),
            &options.out,
            &program::epoch()?,
        )?;
        oci::check(&file)?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options {
        profile: "dist".to_owned(),
        out: directory(),
        is_twice: false,
        parts: Vec::new(),
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--profile" => words.next().ok_or(USAGE)?.clone_into(&mut options.profile),
            "--out" => {
                let directory = Path::new(words.next().ok_or(USAGE)?);
                options.out = std::path::absolute(directory).map_err(|error| error.to_string())?;
            }
            "--twice" => options.is_twice = true,
            part if PARTS.contains(&part) => options.parts.push(part.to_owned()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if options.parts.is_empty() {
        options.parts = PARTS.map(str::to_owned).to_vec();
    }
    Ok(options)
}

/// Writes the checksums of all files in a directory.
fn write_sums(directory: &Path) -> Result<(), Failure> {
    const SUMS: &str = "SHA256SUMS";
    let mut names = place::names(directory)?;
    names.retain(|name| name != SUMS && directory.join(name).is_file());
    let mut sum = std::process::Command::new("sha256sum");
    let sums = run::output(sum.args(&names).current_dir(directory))?;
    print!("{sums}");
    place::write(&directory.join(SUMS), sums)
}

#[cfg(test)]
mod tests;
