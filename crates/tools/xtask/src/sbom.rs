//! `cargo xtask sbom`: the components of the program as a `CycloneDX` document, from cargo's build
//! plan. The same tree gives the same document, so it contains no time and no serial number.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::run;

/// A package of the program.
#[derive(Debug, Default)]
struct Component {
    name: String,
    version: String,
    license: String,
    repository: String,
    /// Set if the package is part of the program, and not only a build tool.
    inside: bool,
    needs: BTreeSet<String>,
}

/// Writes the document to standard output, or with `--output FILE` to a file.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut target = None;
    let mut output = None;
    let mut values = arguments.iter();
    while let (Some(word), value) = (values.next(), values.next()) {
        let value = value.ok_or("usage: cargo xtask sbom [--target TRIPLE] [--output FILE]")?;
        match word.as_str() {
            "--target" => target = Some(value.clone()),
            "--output" => output = Some(PathBuf::from(value)),
            other => return Err(format!("no option {other}")),
        }
    }
    let text = document(target.as_deref())?;
    match output {
        None => print!("{text}"),
        Some(path) => {
            let named = |error| format!("{}: {error}", path.display());
            std::fs::write(&path, text).map_err(named)?;
        }
    }
    Ok(())
}

/// Returns the document for a target; default: this machine's.
fn document(target: Option<&str>) -> Result<String, Failure> {
    let mut components = tree(target, "normal,build")?;
    let inside = tree(target, "normal,no-proc-macro")?;
    for (reference, component) in &mut components {
        // C code is part of a crate that otherwise only builds it.
        let is_c = component.name.ends_with("-src") || component.name.ends_with("-sys");
        component.inside = is_c || inside.contains_key(reference);
    }
    let lock = std::fs::read_to_string(run::root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    let sums = checksums(&lock);
    let program = components
        .iter()
        .find(|(_, component)| component.name == "doorward")
        .map(|(reference, component)| described(reference, component, &sums, "application"))
        .ok_or("cargo tree does not name the program")?;
    let libraries: Vec<String> = components
        .iter()
        .filter(|(_, component)| component.name != "doorward")
        .map(|(reference, component)| described(reference, component, &sums, "library"))
        .collect();
    let edges: Vec<String> = components
        .iter()
        .map(|(reference, component)| {
            let needs: Vec<String> = component.needs.iter().map(|need| quoted(need)).collect();
            let (reference, needs) = (quoted(reference), needs.join(", "));
            format!("    {{ \"ref\": {reference}, \"dependsOn\": [{needs}] }}")
        })
        .collect();
    Ok(format!(
        "{{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n  \"version\": 1,\n  \
         \"metadata\": {{\n    \"component\": {program}\n  }},\n  \"components\": [\n    {}\n  ],\n  \
         \"dependencies\": [\n{}\n  ]\n}}\n",
        libraries.join(",\n    "),
        edges.join(",\n")
    ))
}

/// Returns the packages of the program along these kinds of edges, by their package URL.
fn tree(target: Option<&str>, edges: &str) -> Result<BTreeMap<String, Component>, Failure> {
    let mut cargo = run::cargo();
    cargo.args(["tree", "--locked", "--package=doorward", "--prefix=depth"]);
    cargo.args([
        "--features=vendored-openssl",
        "--charset=ascii",
        "--format=\t{p}\t{l}\t{r}\t",
        "--edges",
        edges,
    ]);
    if let Some(target) = target {
        cargo.args(["--target", target]);
    }
    read_tree(&run::output(&mut cargo)?)
}

fn read_tree(text: &str) -> Result<BTreeMap<String, Component>, Failure> {
    let mut found: BTreeMap<String, Component> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let strange = || format!("cargo tree says {line:?}");
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or_else(strange);
        let depth: usize = field()?.parse().map_err(|_| strange())?;
        let package = field()?;
        let (license, repository) = (field()?, field()?);
        // `name v1.2.3`, followed by the path or the kind.
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            return Err(strange());
        };
        let version = version.strip_prefix('v').ok_or_else(strange)?;
        let reference = format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"));
        let component = found.entry(reference.clone()).or_default();
        name.clone_into(&mut component.name);
        version.clone_into(&mut component.version);
        license.clone_into(&mut component.license);
        repository.clone_into(&mut component.repository);
        above.truncate(depth);
        if let Some(parent) = above.last().and_then(|parent| found.get_mut(parent)) {
            parent.needs.insert(reference.clone());
        }
        above.push(reference);
    }
    Ok(found)
}

/// Returns the SHA-256 digest of each package from a registry, by name and version.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let mut sums = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let value = |key: &str| {
            let mut lines = package.lines();
            let value = lines.find_map(|line| line.strip_prefix(key))?;
            value.trim().strip_prefix('"')?.strip_suffix('"')
        };
        if let (Some(name), Some(version), Some(sum)) =
            (value("name ="), value("version ="), value("checksum ="))
        {
            sums.insert((name, version), sum);
        }
    }
    sums
}

fn described(
    reference: &str,
    component: &Component,
    sums: &BTreeMap<(&str, &str), &str>,
    kind: &str,
) -> String {
    let Component {
        name,
        version,
        license,
        repository,
        inside,
        ..
    } = component;
    let mut text = format!(
        "{{ \"type\": {}, \"bom-ref\": {1}, \"name\": {2}, \"version\": {3}, \"scope\": {4}, \"purl\": {1}",
        quoted(kind),
        quoted(reference),
        quoted(name),
        quoted(version),
        quoted(if *inside { "required" } else { "excluded" }),
    );
    // Writing into a string cannot fail.
    if !license.is_empty() {
        // Cargo's former spelling of OR is not an SPDX expression.
        let expression = quoted(&license.replace('/', " OR "));
        let _ = write!(text, ", \"licenses\": [{{ \"expression\": {expression} }}]");
    }
    if let Some(sum) = sums.get(&(name.as_str(), version.as_str())) {
        let sum = quoted(sum);
        let _ = write!(
            text,
            ", \"hashes\": [{{ \"alg\": \"SHA-256\", \"content\": {sum} }}]"
        );
    }
    if repository.starts_with("https://") {
        let url = quoted(repository);
        let _ = write!(
            text,
            ", \"externalReferences\": [{{ \"type\": \"vcs\", \"url\": {url} }}]"
        );
    }
    text.push_str(" }");
    text
}

/// Quotes a JSON string (RFC 8259 §7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
