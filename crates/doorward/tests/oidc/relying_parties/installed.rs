//! Where `cargo xtask test` has put the libraries.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A file of this directory.
pub fn sources(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/oidc/relying_parties")
        .join(path)
}

/// What was installed for a language, if it is what its lock names.
fn place(language: &str, lock: &str) -> PathBuf {
    // `<target>/tmp`, so that it is found whatever the target directory is.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("relying-parties").join(language);
    let wanted = std::fs::read_to_string(sources(&format!("{language}/{lock}"))).unwrap();
    let installed = std::fs::read_to_string(place.join("installed")).unwrap_or_default();
    assert!(
        installed == wanted,
        "the libraries that {language}/{lock} names are not installed: run `cargo xtask test`, or \
         `cargo xtask services` beside, which install them"
    );
    place
}

/// The scripts beside their libraries, which is where Node looks for those.
pub fn node() -> TempDir {
    let modules = place("node", "package-lock.json").join("node_modules");
    let directory = tempfile::Builder::new()
        .prefix("doorward-test-node-")
        .tempdir()
        .unwrap();
    std::os::unix::fs::symlink(modules, directory.path().join("node_modules")).unwrap();
    for entry in std::fs::read_dir(sources("node")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "mjs") {
            std::fs::copy(&path, directory.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    directory
}

/// The interpreter that knows the libraries.
pub fn python() -> PathBuf {
    place("python", "requirements.txt").join("bin/python")
}

/// npm and pip ask the registry that is configured where they run.
#[test]
fn the_locks_name_no_registry() {
    for lock in [
        "node/package.json",
        "node/package-lock.json",
        "python/requirements.txt",
    ] {
        let text = std::fs::read_to_string(sources(lock)).unwrap();
        for word in ["\"resolved\"", "registry", "--index-url", "--find-links"] {
            assert!(!text.contains(word), "{lock}: {word}");
        }
    }
}

#[test]
fn every_library_has_one_version() {
    let text = std::fs::read_to_string(sources("python/requirements.txt")).unwrap();
    let names = text.lines().filter(|line| !line.starts_with('#'));
    for line in names {
        let version = line.split_once("==").map(|(_, version)| version);
        assert!(
            version.is_some_and(|it| it.starts_with(char::is_numeric)),
            "{line}"
        );
    }
}
