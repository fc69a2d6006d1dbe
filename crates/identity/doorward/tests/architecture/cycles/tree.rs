//! The modules of a crate, read from its source without test modules.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ImplItem, Item, ItemImpl, ItemMod, ItemUse, Meta, Token, UseTree};

/// The content of each file, by path.
pub(super) type Files = BTreeMap<PathBuf, String>;

/// The modules of one crate; the first one is the root.
#[derive(Default)]
pub(super) struct Tree {
    pub modules: Vec<Module>,
    /// The methods of `impl` blocks without a trait, by name.
    pub methods: HashMap<String, Vec<Method>>,
    /// The modules of the macros that `#[macro_export]` puts into the crate root.
    pub macros: HashMap<String, usize>,
}

/// A module, in a file or inline.
pub(super) struct Module {
    pub file: PathBuf,
    pub parent: Option<usize>,
    /// The meanings of each name: a type, a function and a module may share one.
    pub names: HashMap<String, Vec<Entry>>,
    /// The paths of `use path::*`.
    pub globs: Vec<Vec<String>>,
    pub items: Vec<Item>,
}

/// The meaning of a name in a module.
pub(super) enum Entry {
    Item,
    Module(usize),
    Import(Vec<String>),
}

/// A method in an `impl` block, which may be in another file than its type.
pub(super) struct Method {
    pub module: usize,
    /// The path of the type.
    pub own: Vec<String>,
}

/// A path of a `use` declaration with its local name; a glob has no name.
pub(crate) struct Leaf {
    pub path: Vec<String>,
    pub name: Option<String>,
}

impl Tree {
    /// Reads the crate whose root is this file.
    pub(super) fn read(files: &Files, root: &Path) -> Self {
        let mut tree = Self::default();
        let directory = root.parent().unwrap_or(Path::new("")).to_path_buf();
        tree.add_file(files, root, &directory, None);
        tree
    }

    fn add_file(
        &mut self,
        files: &Files,
        file: &Path,
        directory: &Path,
        parent: Option<usize>,
    ) -> usize {
        let text = &files[file];
        let parsed = syn::parse_file(text);
        let parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.add_module(files, (file, directory), parent, parsed.items)
    }

    /// Adds a module whose child modules have their files in `directory`.
    fn add_module(
        &mut self,
        files: &Files,
        (file, directory): (&Path, &Path),
        parent: Option<usize>,
        items: Vec<Item>,
    ) -> usize {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_path_buf(),
            parent,
            names: HashMap::new(),
            globs: Vec::new(),
            items: Vec::new(),
        });
        for item in items {
            if is_test(attributes(&item)) {
                continue;
            }
            if let Item::Mod(declared) = item {
                let name = text_of(&declared.ident);
                if let Some(child) = self.add_child(files, (file, directory), id, declared) {
                    self.declare(id, name, Entry::Module(child));
                }
            } else {
                self.declare_item(id, &item);
                self.modules[id].items.push(item);
            }
        }
        id
    }

    fn add_child(
        &mut self,
        files: &Files,
        (file, directory): (&Path, &Path),
        parent: usize,
        declared: ItemMod,
    ) -> Option<usize> {
        let name = text_of(&declared.ident);
        let below = directory.join(&name);
        if let Some((_, items)) = declared.content {
            return Some(self.add_module(files, (file, &below), Some(parent), items));
        }
        let given = given_path(&declared.attrs);
        let candidates = match given {
            Some(given) => vec![plain(&file.with_file_name(given))],
            None => vec![below.with_extension("rs"), below.join("mod.rs")],
        };
        let found = candidates.into_iter().find(|path| files.contains_key(path));
        let found = found.unwrap_or_else(|| panic!("{}: mod {name} has no file", file.display()));
        let is_test = name == "tests" || found.iter().any(|part| part == "tests");
        (!is_test).then(|| self.add_file(files, &found, &below, Some(parent)))
    }

    fn declare(&mut self, module: usize, name: String, entry: Entry) {
        let names = &mut self.modules[module].names;
        names.entry(name).or_default().push(entry);
    }

    fn declare_item(&mut self, module: usize, item: &Item) {
        let ident = match item {
            Item::Use(import) => return self.declare_imports(module, import),
            Item::Impl(block) => return self.declare_methods(module, block),
            Item::Macro(item) => {
                let Some(ident) = &item.ident else { return };
                if item
                    .attrs
                    .iter()
                    .any(|it| it.path().is_ident("macro_export"))
                {
                    self.macros.insert(text_of(ident), module);
                }
                ident
            }
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            _ => return,
        };
        self.declare(module, text_of(ident), Entry::Item);
    }

    fn declare_imports(&mut self, module: usize, import: &ItemUse) {
        for Leaf { path, name } in leaves(import) {
            match name {
                Some(name) if name == "_" => {}
                Some(name) => self.declare(module, name, Entry::Import(path)),
                None => self.modules[module].globs.push(path),
            }
        }
    }

    fn declare_methods(&mut self, module: usize, block: &ItemImpl) {
        let (None, syn::Type::Path(own)) = (&block.trait_, &*block.self_ty) else {
            return;
        };
        for item in &block.items {
            let name = match item {
                ImplItem::Fn(method) => text_of(&method.sig.ident),
                ImplItem::Const(value) => text_of(&value.ident),
                _ => continue,
            };
            let own = names_of(&own.path);
            let methods = self.methods.entry(name).or_default();
            methods.push(Method { module, own });
        }
    }
}

/// Returns the paths of a `use` declaration; none if it starts with `::`, which refers to another
/// crate.
pub(crate) fn leaves(import: &ItemUse) -> Vec<Leaf> {
    let mut found = Vec::new();
    if import.leading_colon.is_none() {
        add_leaves(&import.tree, &[], &mut found);
    }
    found
}

fn add_leaves(tree: &UseTree, before: &[String], found: &mut Vec<Leaf>) {
    let with = |ident: &Ident| {
        let name = text_of(ident);
        let own = (name != "self").then_some(name);
        before.iter().cloned().chain(own).collect::<Vec<_>>()
    };
    match tree {
        UseTree::Path(part) => {
            let name = [text_of(&part.ident)];
            add_leaves(&part.tree, &[before, &name].concat(), found);
        }
        UseTree::Name(part) => {
            let path = with(&part.ident);
            let name = path.last().cloned();
            found.extend(name.map(|name| Leaf {
                path,
                name: Some(name),
            }));
        }
        UseTree::Rename(part) => found.push(Leaf {
            path: with(&part.ident),
            name: Some(text_of(&part.rename)),
        }),
        UseTree::Glob(_) => found.push(Leaf {
            path: before.to_vec(),
            name: None,
        }),
        UseTree::Group(group) => {
            for part in &group.items {
                add_leaves(part, before, found);
            }
        }
    }
}

/// Returns the names of a path, without generic arguments.
pub(crate) fn names_of(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| text_of(&segment.ident)).collect()
}

/// Returns the name without `r#`.
pub(crate) fn text_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Returns true for items that only test builds contain.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("cfg") {
            return attribute
                .parse_args::<Meta>()
                .is_ok_and(|it| asks_for_test(&it));
        }
        let last = path.segments.last();
        last.is_some_and(|last| last.ident == "test" || last.ident == "rstest")
    })
}

/// Returns true for `test` and `all(test, …)`.
fn asks_for_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(asks_for_test)),
        _ => false,
    }
}

/// Returns the value of `#[path = "…"]`.
fn given_path(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
}

/// Returns the path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
