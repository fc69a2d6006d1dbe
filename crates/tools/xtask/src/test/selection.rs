//! Tests that a run selects: libraries with their unit tests, and integration tests by target and module.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Failure;

/// An integration test target.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Target {
    pub package: String,
    pub name: String,
}

/// Modules of a test target that run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Modules {
    All,
    /// Modules by their paths; a path that ends with `*` is the beginning of one.
    Only(BTreeSet<String>),
}

impl Modules {
    /// Returns the tests among these names that run.
    pub fn filter<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let selected = names.iter().filter(|name| self.contains(name));
        selected.map(String::as_str).collect()
    }

    /// Returns a module that none of these tests is in.
    pub fn without_test(&self, names: &[String]) -> Option<&str> {
        let Self::Only(modules) = self else {
            return None;
        };
        let has_test = |module: &str| names.iter().any(|name| is_in_module(name, module));
        let mut modules = modules.iter().map(String::as_str);
        modules.find(|module| !has_test(module))
    }

    pub fn contains(&self, test: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(modules) => modules.iter().any(|module| is_in_module(test, module)),
        }
    }
}

/// Returns true if the path of a test or module is that of the module or below it.
pub fn is_in_module(path: &str, module: &str) -> bool {
    match module.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => path
            .strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
    }
}

/// Tests of a run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Selection {
    /// Packages whose unit tests run.
    pub libraries: BTreeSet<String>,
    pub targets: BTreeMap<Target, Modules>,
}

impl Selection {
    /// Adds a whole target, or one module of it.
    pub fn add(&mut self, target: Target, module: Option<&str>) {
        let modules = self
            .targets
            .entry(target)
            .or_insert_with(|| Modules::Only(BTreeSet::new()));
        match (module, &mut *modules) {
            (None, _) => *modules = Modules::All,
            (Some(module), Modules::Only(some)) => {
                some.insert(module.to_owned());
            }
            (Some(_), Modules::All) => {}
        }
    }

    /// Adds the tests of another selection.
    pub fn extend(&mut self, other: &Self) {
        self.libraries.extend(other.libraries.iter().cloned());
        for (target, modules) in &other.targets {
            match modules {
                Modules::All => self.add(target.clone(), None),
                Modules::Only(some) => {
                    for module in some {
                        self.add(target.clone(), Some(module));
                    }
                }
            }
        }
    }
}

/// Reads tests in a table: `oidc`, `oidc::pkce`, `browser::console*`, or `resource-server/api` for another package
/// than `doorward`.
pub fn parse(word: &str) -> Result<(Target, Option<&str>), Failure> {
    let (target, module) = word
        .split_once("::")
        .map_or((word, None), |(target, module)| (target, Some(module)));
    let (package, name) = match target.split_once('/') {
        Some((package, name)) => (format!("doorward-{package}"), name),
        None => ("doorward".to_owned(), target),
    };
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let module_is_path = module.is_none_or(|module| {
        let path = module.strip_suffix('*').unwrap_or(module);
        !path.is_empty() && path.split("::").all(is_name)
    });
    if name.is_empty() || !is_name(name) || !module_is_path {
        return Err(format!("{word:?} names no tests"));
    }
    let name = name.to_owned();
    Ok((Target { package, name }, module))
}

/// Returns the lines of a table with their first word and the others.
pub fn lines(table: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.collect()))
        })
}

#[cfg(test)]
mod tests;
