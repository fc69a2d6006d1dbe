//! `cargo xtask book`: the documentation as a site with a search, built by mdBook.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;

mod links;

/// The list of pages, in the order for a reader.
const SUMMARY: &str = "docs/SUMMARY.md";
/// The version that is installed where the program is missing.
const MDBOOK: &str = "mdbook@0.5.4";
/// Directory of the pages outside of `docs`, in the book.
const OUTSIDE: &str = "repository";

/// Builds the site into `target/book`, and fails if one of its links leads nowhere.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask book".to_owned());
    }
    let mdbook = mdbook()?;
    let target = run::root().join("target");
    let (source, site) = (target.join("book-source"), target.join("book"));
    for directory in [&source, &site] {
        if directory.exists() {
            std::fs::remove_dir_all(directory).map_err(|error| located(directory, &error))?;
        }
    }
    stage(&source)?;
    let mut build = Command::new(mdbook);
    build.arg("build").arg(&source).arg("--dest-dir").arg(&site);
    run::to_end(&mut build)?;
    let broken = links::broken(&site)?;
    if !broken.is_empty() {
        return Err(format!("links lead nowhere:\n{}", broken.join("\n")));
    }
    println!("{}", site.join("index.html").display());
    Ok(())
}

/// Returns the path of mdBook, which is installed below the target directory if it is missing.
fn mdbook() -> Result<PathBuf, Failure> {
    if let Some(path) = run::find("mdbook") {
        return Ok(path);
    }
    let tools = run::target().join("tools");
    let program = tools.join("bin/mdbook");
    if !program.is_file() {
        println!("installing {MDBOOK}");
        // Without its server, which takes most of the build.
        let mut install = run::cargo();
        install
            .args(["install", "--locked", "--quiet", MDBOOK])
            .args(["--no-default-features", "--features=search", "--root"])
            .arg(&tools);
        // The lints of this workspace are not for other programs.
        for name in ["RUSTC_WORKSPACE_WRAPPER", "CLIPPY_ARGS", "CARGO_TARGET_DIR"] {
            install.env_remove(name);
        }
        run::to_end(&mut install)?;
    }
    Ok(program)
}

/// Writes the source of the book: the pages that the summary names, and the files to which they link.
fn stage(source: &Path) -> Result<(), Failure> {
    let root = run::root();
    for name in ["book.toml", "book.css"] {
        copy(&root.join("docs").join(name), &source.join(name))?;
    }
    let mut files = stage_page(Path::new(SUMMARY), source)?;
    let pages: Vec<PathBuf> = files.iter().cloned().collect();
    for page in &pages {
        files.extend(stage_page(page, source)?);
    }
    for file in files.iter().filter(|file| !is_page(file)) {
        copy(&root.join(file), &source.join("src").join(place(file)))?;
    }
    match files
        .iter()
        .find(|file| is_page(file) && !pages.contains(file))
    {
        Some(page) => Err(format!("{SUMMARY} does not name {}", page.display())),
        None => Ok(()),
    }
}

/// Writes a page with the links of the book. Returns the files to which it links.
fn stage_page(page: &Path, source: &Path) -> Result<BTreeSet<PathBuf>, Failure> {
    let path = run::root().join(page);
    let text = std::fs::read_to_string(&path).map_err(|error| located(&path, &error))?;
    let mut files = BTreeSet::new();
    let text = links::replaced(&text, |link| {
        let file = joined(page, link);
        if file == Path::new(SUMMARY) {
            return relative(page, Path::new("toc.html"));
        }
        let written = relative(page, &place(&file));
        files.insert(file);
        written
    });
    write(&source.join("src").join(place(page)), &text)?;
    Ok(files)
}

fn is_page(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "md")
}

/// Returns the place of a file in the book. mdBook calls the page of a directory `index.md`.
fn place(file: &Path) -> PathBuf {
    let place = file
        .strip_prefix("docs")
        .map_or_else(|_| Path::new(OUTSIDE).join(file), Path::to_path_buf);
    if place.ends_with("README.md") {
        place.with_file_name("index.md")
    } else {
        place
    }
}

/// Returns the file of the repository to which a link of a page leads.
fn joined(page: &Path, link: &str) -> PathBuf {
    let mut file = page.parent().map(Path::to_path_buf).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                file.pop();
            }
            Component::Normal(name) => file.push(name),
            _ => {}
        }
    }
    file
}

/// Returns the link from a page to a place in the book.
fn relative(page: &Path, place_in_book: &Path) -> String {
    let depth = place(page).components().count() - 1;
    "../".repeat(depth) + &place_in_book.display().to_string()
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let text = std::fs::read(from).map_err(|error| located(from, &error))?;
    write_bytes(to, &text)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_bytes(path, text.as_bytes())
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let directory = path.parent().unwrap_or(path);
    std::fs::create_dir_all(directory)
        .and_then(|()| std::fs::write(path, bytes))
        .map_err(|error| located(path, &error))
}

fn located(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests;
