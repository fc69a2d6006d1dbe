//! `cargo xtask screenshots DIR`: the pages as Chromium draws them.

use std::path::PathBuf;

use crate::Failure;
use crate::{packages, run};

/// Runs the part of the browser suite that takes pictures, into the given directory.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let [directory] = arguments else {
        return Err("usage: cargo xtask screenshots DIR".to_owned());
    };
    packages::ensure()?;
    let directory = std::env::current_dir()
        .map(|here| here.join(PathBuf::from(directory)))
        .map_err(|error| error.to_string())?;
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    run::to_end(
        run::cargo()
            .args([
                "test",
                "--package=doorward",
                "--test=browser",
                "--",
                "screenshots",
            ])
            .env("DOORWARD_SCREENSHOTS", &directory),
    )?;
    println!("{}", directory.display());
    Ok(())
}
