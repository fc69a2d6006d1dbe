//! The graph of references between files, and its cycles.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::references::{References, references};
use super::tree::Tree;

/// The files of a crate, and the references between them.
pub(super) struct Graph {
    references: References,
    /// The file that declares the module of a file.
    parents: BTreeMap<PathBuf, PathBuf>,
}

/// A set of files in which each refers to every other one, directly or through others.
pub(super) type Cycle = Vec<PathBuf>;

impl Graph {
    /// Reads the references of a crate.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut parents = BTreeMap::new();
        for module in &tree.modules {
            let declaring = module.parent.map(|parent| &tree.modules[parent].file);
            if let Some(declaring) = declaring.filter(|it| **it != module.file) {
                parents.insert(module.file.clone(), declaring.clone());
            }
        }
        let references = references(tree);
        Self {
            references,
            parents,
        }
    }

    /// Returns the cycles, the largest first. A file and one that it declares as its module may
    /// refer to each other, as long as nothing else is part of the cycle.
    pub(super) fn cycles(&self) -> Vec<Cycle> {
        let mut edges: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for (from, to) in self.references.keys() {
            edges.entry(from).or_default().push(to);
        }
        let mut search = Search {
            edges: &edges,
            numbers: BTreeMap::new(),
            stack: Vec::new(),
            found: Vec::new(),
        };
        for &file in edges.keys() {
            if !search.numbers.contains_key(file) {
                search.visit(file);
            }
        }
        let mut found = search.found;
        found.retain(|cycle| !self.is_parent_with_child(cycle));
        found.sort_by_key(|cycle| std::cmp::Reverse(cycle.len()));
        found
    }

    /// Describes a cycle: its files, and for small ones a path for each reference.
    pub(super) fn describe(&self, cycle: &[PathBuf]) -> String {
        let mut text = format!("{} files:", cycle.len());
        for file in cycle {
            let _ = write!(text, " {}", file.display());
        }
        if cycle.len() <= 20 {
            for ((from, to), path) in &self.references {
                if cycle.contains(from) && cycle.contains(to) {
                    let _ = write!(text, "\n  {} -> {}: {path}", from.display(), to.display());
                }
            }
        }
        text
    }

    fn is_parent_with_child(&self, cycle: &[PathBuf]) -> bool {
        let [one, other] = cycle else {
            return false;
        };
        self.parents.get(one) == Some(other) || self.parents.get(other) == Some(one)
    }
}

/// The search for strongly connected components (Tarjan 1972).
struct Search<'a> {
    edges: &'a BTreeMap<&'a Path, Vec<&'a Path>>,
    numbers: BTreeMap<&'a Path, usize>,
    stack: Vec<&'a Path>,
    found: Vec<Cycle>,
}

impl<'a> Search<'a> {
    /// Returns the lowest number that is reachable on the stack.
    fn visit(&mut self, file: &'a Path) -> usize {
        let number = self.numbers.len();
        let mut lowest = number;
        self.numbers.insert(file, number);
        self.stack.push(file);
        for next in self.edges.get(file).into_iter().flatten() {
            let reached = match self.numbers.get(next) {
                None => self.visit(next),
                Some(known) if self.stack.contains(next) => *known,
                Some(_) => continue,
            };
            lowest = lowest.min(reached);
        }
        if lowest == number {
            let begin = self.stack.iter().position(|it| *it == file);
            let mut cycle: Cycle = self
                .stack
                .drain(begin.unwrap_or_default()..)
                .map(Path::to_path_buf)
                .collect();
            if cycle.len() > 1 {
                cycle.sort();
                self.found.push(cycle);
            }
        }
        lowest
    }
}
