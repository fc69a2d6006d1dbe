//! `cargo xtask package`: the only command that builds packages. The same commit gives the same bytes.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::run;

mod archive;
mod check;
mod files;
mod formats;
mod go_module;
pub mod names;
mod npm;
mod oci;
mod place;
mod program;
mod program_wheel;
mod python;
mod stage;
mod twice;

pub use program::without_lints;

const USAGE: &str = "usage: cargo xtask package [--profile NAME | --from DIR] [--out DIR] [--twice] \
    [deb|rpm|archive|oci|program-wheel|npm|wheel|crate|npm-client|go-module|sbom]...";
const PARTS: [&str; 11] = [
    "deb",
    "rpm",
    "archive",
    "oci",
    "program-wheel",
    "npm",
    "wheel",
    "crate",
    "npm-client",
    "go-module",
    "sbom",
];
/// The parts that contain programs.
const PROGRAM_PARTS: usize = 6;

/// Returns the directory of the built packages.
pub fn directory() -> PathBuf {
    run::target().join("packages")
}

/// The arguments of the command.
#[derive(Debug, PartialEq)]
struct Options {
    profile: String,
    /// Directory of programs that are built already.
    from: Option<PathBuf>,
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
    if PARTS[..PROGRAM_PARTS].iter().any(|part| has(part)) {
        pack_programs(&options, has)?;
    }
    if has("wheel") {
        formats::wheel(&options.out)?;
    }
    if has("crate") {
        formats::crates(&options.out)?;
    }
    if has("npm-client") {
        formats::npm_client(&options.out)?;
    }
    if has("go-module") {
        go_module::create(&options.out)?;
    }
    if has("sbom") {
        let output = options.out.join(names::bill_of_materials());
        let output = output.display().to_string();
        crate::sbom::run(&["--output".to_owned(), output])?;
    }
    write_sums(&options.out)
}

/// Builds the programs and their packages.
fn pack_programs(options: &Options, has: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let programs = match &options.from {
        None => program::build(&options.profile)?,
        Some(directory) => {
            println!(
                "NOT REPRODUCIBLE: the programs are those of {}",
                directory.display()
            );
            program::check(directory)?;
            directory.clone()
        }
    };
    let stage = stage::create(&programs)?;
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
    if has("program-wheel") {
        program_wheel::create(&stage, &options.out)?;
    }
    if has("npm") {
        npm::create(&stage, &options.out)?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options {
        profile: "dist".to_owned(),
        from: None,
        out: directory(),
        is_twice: false,
        parts: Vec::new(),
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--profile" => words.next().ok_or(USAGE)?.clone_into(&mut options.profile),
            "--from" => options.from = Some(absolute(words.next().ok_or(USAGE)?)?),
            "--out" => options.out = absolute(words.next().ok_or(USAGE)?)?,
            "--twice" => options.is_twice = true,
            part if PARTS.contains(&part) => options.parts.push(part.to_owned()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if options.is_twice && options.from.is_some() {
        return Err("--twice builds the programs: leave --from out".to_owned());
    }
    if options.parts.is_empty() {
        options.parts = PARTS.map(str::to_owned).to_vec();
    }
    Ok(options)
}

fn absolute(path: &str) -> Result<PathBuf, Failure> {
    std::path::absolute(Path::new(path)).map_err(|error| error.to_string())
}

/// Writes the checksums of all files in a directory, and prints them with the sizes.
fn write_sums(directory: &Path) -> Result<(), Failure> {
    const SUMS: &str = "SHA256SUMS";
    let mut names = place::names(directory)?;
    names.retain(|name| name != SUMS && directory.join(name).is_file());
    for name in &names {
        let file = directory.join(name);
        let size = file
            .metadata()
            .map_err(|error| place::located(&file, &error))?;
        println!("{:>9} kB  {name}", size.len().div_ceil(1000));
    }
    // macOS may have the second one only; both write the same lines.
    let mut sum = if run::find("sha256sum").is_some() {
        std::process::Command::new("sha256sum")
    } else {
        let mut sum = std::process::Command::new("shasum");
        sum.args(["-a", "256"]);
        sum
    };
    let sums = run::output(sum.args(&names).current_dir(directory))?;
    print!("{sums}");
    place::write(&directory.join(SUMS), sums)
}

#[cfg(test)]
mod tests;
