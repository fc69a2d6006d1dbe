//! References of files: paths in `use` declarations, expressions, types, patterns, macros and
//! attributes.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Ident, ImplItemFn, Item, ItemUse, Macro, Meta, Stmt, Visibility};

use super::resolve::Target;
use super::tree::{Leaf, Tree, is_test, leaves, names_of, text_of};

/// The references between files: each pair of files with one of its paths.
pub(super) type References = BTreeMap<(PathBuf, PathBuf), String>;

/// Returns every reference from one file of a crate to another.
pub(super) fn references(tree: &Tree) -> References {
    let mut found = References::new();
    for (module, content) in tree.modules.iter().enumerate() {
        let mut collector = Collector {
            tree,
            module,
            scopes: Vec::new(),
            found: &mut found,
        };
        for item in &content.items {
            collector.visit_item(item);
        }
    }
    found
}

struct Collector<'a> {
    tree: &'a Tree,
    module: usize,
    /// The imports of the enclosing blocks.
    scopes: Vec<Scope>,
    found: &'a mut References,
}

#[derive(Default)]
struct Scope {
    names: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

impl Collector<'_> {
    /// Adds the target of a path outside of `use` declarations.
    fn refer(&mut self, path: &[String]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        if first == "Self" {
            return;
        }
        let local = self.scopes.iter().rev().find_map(|it| it.names.get(first));
        if let Some(path) = local.map(|local| [&local[..], rest].concat()) {
            return self.refer_from_module(&path);
        }
        let known = &self.tree.modules[self.module].names;
        if !known.contains_key(first) && !["crate", "self", "super"].contains(&first.as_str()) {
            for glob in self.globs() {
                if !self.tree.look_up(glob, first).is_empty() {
                    let (targets, _) = self.tree.resolve(glob, path);
                    return self.add_items(&targets, path);
                }
            }
        }
        // A single name belongs to this module, or its import is already a reference.
        if !rest.is_empty() {
            self.refer_from_module(path);
        }
    }

    fn refer_from_module(&mut self, path: &[String]) {
        let (targets, used) = self.tree.resolve(self.module, path);
        if let ([own @ Target::Item(..)], Some(method)) = (&targets[..], path.get(used)) {
            for home in self.tree.modules_of_method(own, method) {
                self.add(&Target::Module(home), path);
            }
        }
        self.add_items(&targets, path);
    }

    /// Returns the modules with glob imports in this module or in the enclosing blocks.
    fn globs(&self) -> Vec<usize> {
        let own = &self.tree.modules[self.module].globs;
        let all = self.scopes.iter().flat_map(|scope| &scope.globs).chain(own);
        let targets = all.flat_map(|path| self.tree.resolve(self.module, path).0);
        targets
            .filter_map(|target| match target {
                Target::Module(module) => Some(module),
                Target::Item(..) => None,
            })
            .collect()
    }

    /// Adds the items among these targets; the modules only if there is no item.
    fn add_items(&mut self, targets: &[Target], path: &[String]) {
        let is_item = |it: &&Target| matches!(it, Target::Item(..));
        let has_item = targets.iter().any(|it| is_item(&it));
        for target in targets.iter().filter(|it| !has_item || is_item(it)) {
            self.add(target, path);
        }
    }

    fn add(&mut self, target: &Target, path: &[String]) {
        let from: &Path = &self.tree.modules[self.module].file;
        let to = self.tree.file_of(target);
        if from != to {
            let pair = (from.to_path_buf(), to.to_path_buf());
            self.found.entry(pair).or_insert_with(|| path.join("::"));
        }
    }

    /// Adds the paths in the tokens of a macro.
    fn scan(&mut self, mut at: Cursor<'_>) {
        // The two preceding characters distinguish fields and methods from the start of a path.
        let mut before = [' '; 2];
        while !at.eof() {
            let mut last = ' ';
            if let Some((path, next)) = path_at(at) {
                let is_member = before[1] == '.' && before[0] != '.';
                if !is_member && before != [':', ':'] {
                    self.refer(&path);
                }
                at = next;
            } else if let Some((inner, _, _, next)) = at.any_group() {
                self.scan(inner);
                at = next;
            } else if let Some((punct, next)) = at.punct() {
                last = punct.as_char();
                at = next;
            } else if let Some((_, next)) = at.token_tree() {
                at = next;
            } else {
                return;
            }
            before = [before[1], last];
        }
    }
}

/// Reads a path from its first name.
fn path_at(at: Cursor<'_>) -> Option<(Vec<String>, Cursor<'_>)> {
    let (first, mut at) = at.ident()?;
    let mut path = vec![text_of(&first)];
    while let Some((name, next)) = name_after_colons(at) {
        path.push(text_of(&name));
        at = next;
    }
    Some((path, at))
}

fn name_after_colons(at: Cursor<'_>) -> Option<(Ident, Cursor<'_>)> {
    let (first, at) = at.punct()?;
    let (second, at) = at.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then(|| at.ident())?
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        for Leaf { path, .. } in leaves(import) {
            for target in self.tree.resolve(self.module, &path).0 {
                self.add(&target, &path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.refer(&names_of(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.scan(TokenBuffer::new2(call.tokens.clone()).begin());
    }

    /// Adds paths such as that of `#[arg(value_parser = path)]`, and those in serde strings:
    /// `#[serde(with = "path")]`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else {
            return;
        };
        let buffer = TokenBuffer::new2(list.tokens.clone());
        self.scan(buffer.begin());
        let mut at = buffer.begin();
        while let (true, Some((token, next))) = (list.path.is_ident("serde"), at.token_tree()) {
            let text = token.to_string();
            if let Ok(path) = syn::parse_str::<syn::Path>(text.trim_matches('"')) {
                self.refer(&names_of(&path));
            }
            at = next;
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let mut scope = Scope::default();
        for statement in &block.stmts {
            let Stmt::Item(Item::Use(import)) = statement else {
                continue;
            };
            for Leaf { path, name } in leaves(import) {
                match name {
                    Some(name) => {
                        scope.names.insert(name, path);
                    }
                    None => scope.globs.push(path),
                }
            }
        }
        self.scopes.push(scope);
        visit::visit_block(self, block);
        self.scopes.pop();
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// Ignores `pub(in path)`, which is not a reference.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}
