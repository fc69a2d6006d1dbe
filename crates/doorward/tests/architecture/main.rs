//! The shape of the house, checked: which crate may know which (read from `cargo metadata`), which
//! words stay in which room, how long a file may be, and that the documentation of the shape
//! describes what is there.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod conformance;
mod cycles;
mod docs;
mod documents;
mod files;
mod mutants;
mod rooms;
mod sbom;
mod scale;
mod words;

use std::path::{Path, PathBuf};

/// The workspace root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// All source files below a directory with one of the endings, hidden and built ones left out.
fn sources(directory: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(directory) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" {
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

/// The path as the reader knows it, from the workspace root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}
