//! `cargo xtask screenshots [DIR]`: the pages as rendered by Chromium.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::{packages, run};

/// Checks of the browser suite that take screenshots.
const CHECKS: [&str; 17] = [
    "account_navigation::",
    "account_pictures::",
    "activity::",
    "console::",
    "console_providers::",
    "device::",
    "email_code::",
    "form_post::",
    "frontchannel::",
    "languages::",
    "passkeys::",
    "providers::",
    "rare_pages::",
    "rejected::",
    "roles::",
    "screenshots::",
    "trusted_device::",
];
/// Screenshots of the README: their names in the suite, and their paths.
const SHOWN: [(&str, &str); 2] = [
    ("sign-in-1280-light.png", "docs/images/sign-in.png"),
    ("sign-in-1280-dark.png", "docs/images/sign-in-dark.png"),
];

/// Takes all screenshots, into the given directory or `target/screenshots`, and updates those of
/// the README.
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
        run::cargo()
            .args(["test", "--package=doorward", "--test=browser", "--"])
            .args(CHECKS)
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
