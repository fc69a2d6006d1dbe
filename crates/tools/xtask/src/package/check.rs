//! Compares the contents of a built package with the list of its files.

use std::path::Path;
use std::process::Command;

use super::archive as archives;
use super::files::{Package, ZSH};
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
    let top = format!("{}/", archives::directory());
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
