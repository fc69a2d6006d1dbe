//! The locations where `cargo xtask test` has installed the libraries.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Returns the path of a file in this directory.
pub fn sources(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/oidc/relying_parties")
        .join(path)
}

/// Returns the installation for a language; asserts that it matches the lock file.
fn place(language: &str, lock: &str) -> PathBuf {
    // `<target>/tmp`, independent of the target directory's name.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("relying-parties").join(language);
    let requested = std::fs::read_to_string(sources(&format!("{language}/{lock}"))).unwrap();
    let installed = std::fs::read_to_string(place.join("installed")).unwrap_or_default();
    assert!(
        installed == requested,
        "the libraries that {language}/{lock} names are not installed: run `cargo xtask test`, or \
         `cargo xtask services` beside, which install them"
    );
    place
}

/// Creates a directory with the scripts beside their libraries, as Node requires.
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

/// Returns the Python interpreter with the libraries.
pub fn python() -> PathBuf {
    place("python", "requirements.txt").join("bin/python")
}

/// Checks that the lock files name no registry: npm and pip use the one configured on the machine.
#[test]
fn locks_name_no_registry() {
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
fn python_libraries_are_pinned() {
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
