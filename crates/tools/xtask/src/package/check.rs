//! Compares the contents of a built package with the list of its files.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::files::{PACKAGES, Package, ZSH};
use super::{names, place, python};
use crate::failure::Failure;
use crate::run;

/// Fails if the Debian package lacks a file, has another one, or one with other permissions.
pub fn deb(package: &Package, file: &Path) -> Result<(), Failure> {
    if run::find("dpkg-deb").is_none() {
        println!("NOT CHECKED: {} (no dpkg-deb)", file.display());
        return Ok(());
    }
    let listed = run::output(Command::new("dpkg-deb").arg("--contents").arg(file))?;
    let mut paths = Vec::new();
    for line in listed.lines().filter(|line| !line.starts_with('d')) {
        let (facts, path) = line
            .split_once(" ./")
            .ok_or_else(|| format!("dpkg-deb says {line:?}"))?;
        let is_program = path.starts_with("usr/bin/");
        let mode = if is_program {
            "-rwxr-xr-x"
        } else {
            "-rw-r--r--"
        };
        let has_owner = ["root/root", "0/0"]
            .iter()
            .any(|owner| facts.starts_with(&format!("{mode} {owner} ")));
        if !has_owner {
            return Err(format!("{}: {line}", file.display()));
        }
        paths.push(path.to_owned());
    }
    let copyright = format!("usr/share/doc/{}/copyright", package.name);
    compare(package, file, &paths, &[copyright])?;
    if run::find("lintian").is_some() {
        // The findings are advice: the packages come from no Debian archive.
        let _ = Command::new("lintian").arg(file).status();
    }
    Ok(())
}

/// Fails if the RPM package lacks a file or has another one.
pub fn rpm(package: &Package, file: &Path) -> Result<(), Failure> {
    if run::find("rpm").is_none() {
        println!("NOT CHECKED: {} (no rpm)", file.display());
        return Ok(());
    }
    let listed = run::output(
        Command::new("rpm")
            .args(["-qlp", "--nosignature"])
            .arg(file),
    )?;
    let paths: Vec<String> = listed
        .lines()
        .map(|path| path.trim_start_matches('/').replace(ZSH[1], ZSH[0]))
        .collect();
    compare(package, file, &paths, &[])
}

/// Fails if the archive lacks a file or has another one.
pub fn archive(package: &Package, file: &Path) -> Result<(), Failure> {
    let listed = run::output(Command::new("tar").arg("-tzf").arg(file))?;
    let top = format!("{}/", names::system()?.archive_directory());
    let mut paths = Vec::new();
    for line in listed.lines().filter(|line| !line.ends_with('/')) {
        let path = line
            .strip_prefix(&top)
            .ok_or_else(|| format!("{}: {line}", file.display()))?;
        paths.push(if path == "README" {
            path.to_owned()
        } else {
            format!("usr/{path}")
        });
    }
    compare(package, file, &paths, &["README".to_owned()])
}

/// Fails if the wheel has other files, or one with other permissions.
pub fn wheel(file: &Path, has_programs: bool) -> Result<(), Failure> {
    const LIST: &str = "import sys, zipfile\n\
        for entry in zipfile.ZipFile(sys.argv[1]).infolist():\n    \
            print(oct(entry.external_attr >> 16)[-3:], entry.filename)";
    let mut list = Command::new(python::builder()?);
    let listed = run::output(list.args(["-c", LIST]).arg(file))?;
    let listed = listed.lines().map(str::to_owned).collect();
    compare_lines(file, &listed, &wheel_files(has_programs))
}

/// Returns the files of a wheel of the program, each with true if it can be executed.
pub fn wheel_files(has_programs: bool) -> Vec<(String, bool)> {
    let top = format!("{}-{}", names::product(), names::VERSION);
    let metadata = ["METADATA", "RECORD", "WHEEL"].map(str::to_owned);
    let licences = names::LICENSES.map(|name| format!("licenses/{name}"));
    let mut files: Vec<(String, bool)> = metadata
        .into_iter()
        .chain(licences)
        .chain((!has_programs).then(|| "entry_points.txt".to_owned()))
        .map(|name| (format!("{top}.dist-info/{name}"), false))
        .collect();
    if has_programs {
        let programs = PACKAGES.iter().map(|package| package.name);
        files.extend(programs.map(|name| (format!("{top}.data/scripts/{name}"), true)));
    } else {
        let module = ["__init__.py", "sentence.txt"];
        files.extend(module.map(|name| (format!("doorward_other_system/{name}"), false)));
    }
    files
}

/// Fails if the package of npm has other files, or one with other permissions.
pub fn npm(file: &Path, files: &[(String, bool)]) -> Result<(), Failure> {
    let listed = run::output(place::tar().arg("-tvzf").arg(file))?;
    let mut lines = BTreeSet::new();
    for line in listed.lines().filter(|line| !line.starts_with('d')) {
        let (facts, path) = line
            .split_once(" package/")
            .ok_or_else(|| format!("{}: {line}", file.display()))?;
        let mode = if facts.starts_with("-rwxr-xr-x 0/0 ") {
            "755"
        } else if facts.starts_with("-rw-r--r-- 0/0 ") {
            "644"
        } else {
            return Err(format!("{}: {line}", file.display()));
        };
        lines.insert(format!("{mode} {path}"));
    }
    compare_lines(file, &lines, files)
}

/// Compares lines with a mode and a path with the files of a package.
fn compare_lines(
    file: &Path,
    listed: &BTreeSet<String>,
    files: &[(String, bool)],
) -> Result<(), Failure> {
    let line = |(path, is_program): &(String, bool)| {
        let mode = if *is_program { "755" } else { "644" };
        format!("{mode} {path}")
    };
    let expected: BTreeSet<String> = files.iter().map(line).collect();
    if *listed == expected {
        println!("{}: {} files", file.display(), listed.len());
        return Ok(());
    }
    let missing = expected
        .difference(listed)
        .map(|line| format!("missing: {line}"));
    let unexpected = listed
        .difference(&expected)
        .map(|line| format!("unexpected: {line}"));
    let problems: Vec<String> = missing.chain(unexpected).collect();
    Err(format!("{}:\n{}", file.display(), problems.join("\n")))
}

fn compare(
    package: &Package,
    file: &Path,
    paths: &[String],
    generated: &[String],
) -> Result<(), Failure> {
    let problems = differences(package, paths, generated);
    if problems.is_empty() {
        println!("{}: {} files", file.display(), paths.len());
        Ok(())
    } else {
        Err(format!("{}:\n{}", file.display(), problems.join("\n")))
    }
}

/// Returns the missing and the unexpected files.
pub fn differences(package: &Package, paths: &[String], generated: &[String]) -> Vec<String> {
    let mut places: Vec<&str> = package.files.iter().map(|file| file.place).collect();
    places.extend(generated.iter().map(String::as_str));
    let missing = places
        .iter()
        .filter(|place| !paths.iter().any(|path| belongs(place, path)))
        .map(|place| format!("missing: {place}"));
    let unexpected = paths
        .iter()
        .filter(|path| !places.iter().any(|place| belongs(place, path)))
        .map(|path| format!("unexpected: {path}"));
    missing.chain(unexpected).collect()
}

/// Returns true if the path is the place, or is in the directory that the place names.
fn belongs(place: &str, path: &str) -> bool {
    match place.strip_suffix('/') {
        Some(directory) => Path::new(path).parent() == Some(Path::new(directory)),
        None => place == path,
    }
}
