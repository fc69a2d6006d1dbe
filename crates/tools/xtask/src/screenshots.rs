//! `cargo xtask screenshots [DIR]`: the pages as rendered by Chromium.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::test::workspace::modules_elsewhere;
use crate::{packages, run};

const SUITE: &str = "crates/identity/doorward/tests/browser";
/// Screenshots of the README and the guides: their names in the suite, and their paths.
const SHOWN: [(&str, &str); 15] = [
    ("brand-bank.png", "docs/images/brand-bank.png"),
    ("brand-school.png", "docs/images/brand-school.png"),
    ("brand-shop.png", "docs/images/brand-shop.png"),
    ("sign-in-1280-light.png", "docs/images/sign-in.png"),
    ("sign-in-1280-dark.png", "docs/images/sign-in-dark.png"),
    ("used-home-1280-light.png", "docs/images/console-home.png"),
    (
        "used-home-1280-dark.png",
        "docs/images/console-home-dark.png",
    ),
    ("used-brand-1280-light.png", "docs/images/console-brand.png"),
    (
        "used-brand-1280-dark.png",
        "docs/images/console-brand-dark.png",
    ),
    (
        "used-sign-in-1280-light.png",
        "docs/images/console-sign-in.png",
    ),
    (
        "used-sign-in-1280-dark.png",
        "docs/images/console-sign-in-dark.png",
    ),
    (
        "used-review-1280-light.png",
        "docs/images/console-review.png",
    ),
    (
        "used-review-1280-dark.png",
        "docs/images/console-review-dark.png",
    ),
    ("used-event-1280-light.png", "docs/images/console-event.png"),
    (
        "used-event-1280-dark.png",
        "docs/images/console-event-dark.png",
    ),
];

/// Takes all screenshots, into the given directory or `target/screenshots`, and updates those of
/// the README and the guides.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let directory = match arguments {
        [] => run::root().join("target/screenshots"),
        [directory] => std::env::current_dir()
            .map(|here| here.join(PathBuf::from(directory)))
            .map_err(|error| error.to_string())?,
        _ => return Err("usage: cargo xtask screenshots [DIR]".to_owned()),
    };
    packages::ensure()?;
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    run::to_end(
        // The whole workspace, as `cargo xtask test` builds it: with other features, libraries would be compiled again.
        run::cargo()
            .args(["test", "--workspace", "--test=browser", "--"])
            .args(filters()?)
            .env("DOORWARD_SCREENSHOTS", &directory),
    )?;
    for (name, stored) in SHOWN {
        let stored = run::root().join(stored);
        if let Some(parent) = stored.parent() {
            std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        }
        std::fs::copy(directory.join(name), &stored)
            .map_err(|error| format!("{}: {error}", stored.display()))?;
    }
    println!("{}", directory.display());
    Ok(())
}

/// Returns a filter of tests for each module of the browser suite that takes screenshots, also of features.
fn filters() -> Result<Vec<String>, Failure> {
    let suite = run::root().join(SUITE);
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let entries = std::fs::read_dir(&suite).map_err(|error| error.to_string())?;
    let files = entries.flatten().map(|entry| entry.path());
    let own = files.filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)));
    let main = text(&suite.join("main.rs"));
    let elsewhere = modules_elsewhere(&main);
    let elsewhere = elsewhere.map(|(path, module)| (module.to_owned(), suite.join(path)));
    let mut filters = Vec::new();
    for (module, path) in own.chain(elsewhere) {
        let text = text(&path);
        if text.contains("picture(") || text.contains("picture_in_both(") {
            filters.push(format!("{module}::"));
        }
    }
    Ok(filters)
}
