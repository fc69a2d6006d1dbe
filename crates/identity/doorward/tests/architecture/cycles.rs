//! Checks that there are no cycles between the files of a crate, so that a file's dependencies can
//! be read, tested and moved without it.

mod graph;
mod references;
mod resolve;
pub(crate) mod tree;

use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

use crate::{root, shown, sources};
use graph::Graph;
use tree::{Files, Tree};

/// Returns the name and root file of each program and library of the workspace.
fn targets() -> Vec<(String, PathBuf)> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut found = Vec::new();
    for package in metadata.packages {
        let package_name = package.name.to_string();
        for target in &package.targets {
            let name = match target.name.replace('_', "-") {
                own if own == package_name => own,
                other => format!("{package_name}/{other}"),
            };
            if target.is_lib() || target.is_bin() {
                found.push((name, target.src_path.clone().into_std_path_buf()));
            }
        }
    }
    found
}

/// Returns the graph of the crate with this root file.
fn graph(first: &Path) -> Graph {
    let directory = first.parent().unwrap();
    let below = |path: &Path| path.strip_prefix(directory).unwrap().to_path_buf();
    let files: Files = sources(directory, &["rs"])
        .iter()
        .map(|path| (below(path), std::fs::read_to_string(path).unwrap()))
        .collect();
    Graph::of(&Tree::read(&files, &below(first)))
}

#[test]
fn no_crate_has_cycle_of_files() {
    let mut wrong = Vec::new();
    for (name, first) in targets() {
        let graph = graph(&first);
        let cycles = graph.cycles();
        if !cycles.is_empty() {
            let described: Vec<_> = cycles.iter().map(|it| graph.describe(it)).collect();
            let place = shown(&first);
            wrong.push(format!("{name} ({place}):\n{}", described.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Returns the cycles of a crate that consists of these files.
fn cycles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let owned = files.iter();
    let owned: Files = owned
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect();
    let cycles = Graph::of(&Tree::read(&owned, Path::new("lib.rs"))).cycles();
    let names = |cycle: Vec<PathBuf>| {
        let files = cycle.iter();
        files.map(|file| file.display().to_string()).collect()
    };
    cycles.into_iter().map(names).collect()
}

/// Returns the cycles of a crate with `one.rs` and `two.rs`, in which `two.rs` uses `one.rs`.
fn cycles_with(item: &str) -> Vec<Vec<String>> {
    cycles_of(&[
        ("lib.rs", "mod one; mod two; pub use two::Two;"),
        ("one.rs", item),
        (
            "two.rs",
            "use crate::one::One; pub struct Two(One); pub fn make() {}",
        ),
    ])
}

#[test]
fn reports_references_of_every_kind() {
    let all = [
        "use crate::two::Two; pub struct One;",
        "use crate::Two; pub struct One;",
        "use super::two; pub struct One;",
        "pub struct One(crate::two::Two);",
        "pub struct One; fn call() { crate::two::make(); }",
        "pub struct One; fn call() { use crate::two; two::make(); }",
        "pub struct One; fn call() { assert!(super::two::make() == ()); }",
        "pub struct One; macro_rules! call { () => { $crate::two::make() } }",
        "pub struct One; impl One { fn is(it: &super::Two) {} }",
        "#[serde(with = \"crate::two\")] pub struct One;",
        "pub struct One { #[arg(value_parser = crate::two::make)] it: i32 }",
    ];
    for item in all {
        assert_eq!(cycles_with(item), [["one.rs", "two.rs"]], "{item}");
    }
}

#[test]
fn reports_references_through_globs() {
    let files = [
        ("lib.rs", "mod all; mod one; mod two;"),
        ("all.rs", "pub use crate::two::*;"),
        (
            "one.rs",
            "use crate::all::*; pub struct One; fn call() { make(); }",
        ),
        ("two.rs", "use crate::one::One; pub fn make() {}"),
    ];
    assert_eq!(cycles_of(&files), [["all.rs", "one.rs", "two.rs"]]);
}

#[test]
fn reports_no_cycle_without_cyclic_reference() {
    let all = [
        "pub struct One;",
        "use std::two::Two; pub struct One;",
        "pub struct One; fn call(two: i32) { two.make(); println!(\"crate::two::make\"); }",
        "pub struct One; #[cfg(test)] mod tests { use crate::two::Two; }",
        "pub struct One; #[cfg(all(test, unix))] use crate::two::Two;",
        "pub(in crate::two) struct One;",
        "pub struct One; mod two { pub fn make() {} } fn call() { two::make(); }",
    ];
    for item in all {
        assert_eq!(cycles_with(item), [[""; 0]; 0], "{item}");
    }
}

#[test]
fn follows_reexports_to_defining_files() {
    let module = "mod one; mod two; mod three; pub use three::Three;";
    let files = |item| {
        cycles_of(&[
            ("lib.rs", "mod part;"),
            ("part/mod.rs", module),
            ("part/one.rs", item),
            ("part/two.rs", "use super::Three; pub struct Two;"),
            ("part/three.rs", "pub struct Three;"),
        ])
    };
    assert_eq!(files("use super::two::Two;"), [[""; 0]; 0]);
    assert_eq!(files("use super::Three;"), [[""; 0]; 0]);
}

#[test]
fn allows_cycle_of_module_and_child() {
    let child = ("part/child.rs", "use super::Part;");
    let pair = [
        ("lib.rs", "mod part;"),
        ("part.rs", "mod child; pub struct Part; use child::Child;"),
        child,
    ];
    assert_eq!(cycles_of(&pair), [[""; 0]; 0]);
    let three = [
        ("lib.rs", "mod part;"),
        (
            "part.rs",
            "mod child; mod other; pub struct Part; use child::Child; use other::Other;",
        ),
        child,
        ("part/other.rs", "use super::Part;"),
    ];
    assert_eq!(
        cycles_of(&three),
        [["part/child.rs", "part/other.rs", "part.rs"]]
    );
}

#[test]
fn finds_methods_outside_file_of_type() {
    let files = [
        ("lib.rs", "mod one; mod two;"),
        ("one.rs", "pub struct One; fn call() { One::new(); }"),
        (
            "two.rs",
            "use crate::one::One; impl One { pub fn new() {} }",
        ),
    ];
    assert_eq!(cycles_of(&files), [["one.rs", "two.rs"]]);
}
