//! Checks the architecture: the dependencies between crates (from `cargo metadata`), the names that
//! only some directories may use, the length of files, and the documentation of the architecture.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod boxed;
mod characters;
mod conformance;
mod cycles;
mod deleted_rows;
mod dependencies;
mod docs;
mod documents;
mod features;
mod files;
mod growth;
mod http_layers;
mod language;
mod layers;
mod lent_power;
mod limits;
mod lock_reads;
mod log_values;
mod mutants;
mod paging;
mod saml;
mod sbom;
mod scale;
mod scripts;
mod words;
mod workflows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Returns the workspace root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .unwrap()
        .to_path_buf()
}

/// Returns the directories of all crates by their names.
fn crates() -> BTreeMap<String, PathBuf> {
    let groups = entries(&root().join("crates"));
    let all = groups.iter().flat_map(|group| entries(group));
    all.map(|place| {
        let name = place.file_name().unwrap().to_string_lossy().into_owned();
        (name, place)
    })
    .collect()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(directory).unwrap();
    found.map(|entry| entry.unwrap().path()).collect()
}

/// Returns all source files below a directory with one of the endings, without hidden and built
/// ones.
fn sources(directory: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(directory) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || ["target", "node_modules"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path, endings));
        } else if endings
            .iter()
            .any(|ending| path.extension().is_some_and(|it| it == *ending))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the path relative to the workspace root, for messages.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}
