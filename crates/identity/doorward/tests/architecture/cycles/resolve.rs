//! Path resolution: looks names up in modules and follows imports and re-exports.

use std::path::Path;

use super::tree::{Entry, Tree};

/// The target of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An item of a module.
    Item(usize, String),
    /// A module, or an item that a macro creates in it.
    Module(usize),
}

/// The pending lookups, so that circular imports terminate.
type Pending = Vec<(usize, String)>;

impl Tree {
    /// Resolves a path as written in a module. Returns the targets and the number of names that
    /// lead there; returns no target if the path starts in another crate.
    pub(super) fn resolve(&self, module: usize, path: &[String]) -> (Vec<Target>, usize) {
        self.follow(module, path, &mut Pending::new())
    }

    /// Returns the targets of a single name in a module.
    pub(super) fn look_up(&self, module: usize, name: &str) -> Vec<Target> {
        self.find(module, name, &mut Pending::new())
    }

    /// Returns the file of a target.
    pub(super) fn file_of(&self, target: &Target) -> &Path {
        let (Target::Item(module, _) | Target::Module(module)) = target;
        &self.modules[*module].file
    }

    /// Returns the modules in which a type has methods of this name.
    pub(super) fn modules_of_method(&self, own: &Target, method: &str) -> Vec<usize> {
        let Target::Item(_, name) = own else {
            return Vec::new();
        };
        let methods = self.methods.get(method).into_iter().flatten();
        methods
            .filter(|it| it.own.last() == Some(name))
            .filter(|it| self.resolve(it.module, &it.own).0.contains(own))
            .map(|it| it.module)
            .collect()
    }

    fn follow(
        &self,
        module: usize,
        path: &[String],
        pending: &mut Pending,
    ) -> (Vec<Target>, usize) {
        let (mut here, mut at) = (module, 0);
        if path.first().is_some_and(|name| name == "crate") {
            (here, at) = (0, 1);
        }
        while let Some(name @ ("self" | "super")) = path.get(at).map(String::as_str) {
            if name == "super" {
                here = self.modules[here].parent.unwrap_or(here);
            }
            at += 1;
        }
        let Some(name) = path.get(at) else {
            return (vec![Target::Module(here)], at);
        };
        let mut found = self.find(here, name, pending);
        if found.is_empty() {
            let is_ours = at > 0 && !self.is_foreign(here, name);
            let missing = is_ours.then(|| self.missing(here, name));
            return (missing.into_iter().collect(), at);
        }
        at += 1;
        while let Some(name) = path.get(at) {
            let is_module = |it: &Target| matches!(it, Target::Module(_));
            let modules: Vec<_> = found.iter().filter(|it| is_module(it)).cloned().collect();
            let (mut next, mut is_foreign) = (Vec::new(), false);
            for target in &modules {
                if let Target::Module(module) = target {
                    next.extend(self.find(*module, name, pending));
                    is_foreign |= self.is_foreign(*module, name);
                }
            }
            if next.is_empty() && is_foreign {
                return (next, at);
            }
            if next.is_empty() {
                if modules.len() < found.len() {
                    found.retain(|it| !is_module(it));
                }
                break;
            }
            found = next;
            at += 1;
        }
        (found, at)
    }

    fn find(&self, module: usize, name: &str, pending: &mut Pending) -> Vec<Target> {
        let key = (module, name.to_owned());
        if pending.contains(&key) {
            return Vec::new();
        }
        pending.push(key);
        let here = &self.modules[module];
        let mut found = Vec::new();
        for entry in here.names.get(name).into_iter().flatten() {
            match entry {
                Entry::Item => found.push(Target::Item(module, name.to_owned())),
                Entry::Module(child) => found.push(Target::Module(*child)),
                Entry::Import(path) => found.extend(self.follow(module, path, pending).0),
            }
        }
        if found.is_empty() {
            for glob in &here.globs {
                for target in self.follow(module, glob, pending).0 {
                    if let Target::Module(module) = target {
                        found.extend(self.find(module, name, pending));
                    }
                }
            }
        }
        pending.pop();
        let mut unique = Vec::new();
        for target in found {
            if !unique.contains(&target) {
                unique.push(target);
            }
        }
        unique
    }

    /// Returns true for an imported name without a target, which belongs to another crate.
    fn is_foreign(&self, module: usize, name: &str) -> bool {
        let entries = self.modules[module].names.get(name);
        entries.is_some_and(|all| all.iter().any(|it| matches!(it, Entry::Import(_))))
    }

    /// Returns the target of a name that no item declares: an exported macro, or an item created by
    /// a macro.
    fn missing(&self, module: usize, name: &str) -> Target {
        let exported = self.macros.get(name).filter(|_| module == 0);
        match exported {
            Some(home) => Target::Item(*home, name.to_owned()),
            None => Target::Module(module),
        }
    }
}
