//! The functions of administration in the source, for the test that each has a row.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Collects the files below a folder, except tests.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Returns each public function whose first argument is the `AdminContext`, as `file::name`.
pub(super) fn functions() -> BTreeSet<String> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"));
    let features = std::fs::read_dir(place.join("../../features")).unwrap();
    let features = features.map(|feature| feature.unwrap().path());
    let mut paths = Vec::new();
    for source in features.chain([place.join("../admin")]) {
        files(&source.join("src"), &mut paths);
    }
    let mut found = BTreeSet::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.with_extension("").to_string_lossy().replace('\\', "/");
        let (source, file) = file.rsplit_once("/src/").unwrap();
        // A function of a feature is named with the feature.
        let file = match source.rsplit_once("/features/") {
            Some((_, feature)) => format!("{feature}/{file}"),
            None => file.to_owned(),
        };
        for (at, start) in text.match_indices("\npub async fn ") {
            let rest = &text[at + start.len()..];
            let (name, rest) = rest.split_once('(').unwrap();
            let name = name.split('<').next().unwrap();
            let first = rest.split_once(": ").unwrap().1.replacen("'a ", "", 1);
            if first.starts_with("&AdminContext") {
                found.insert(format!("{file}::{name}"));
            }
        }
    }
    found
}
