//! Checks that async bodies are compiled once (decision 146): a public async function of a crate below has
//! `boxed` if another crate names it, and only then. Without it, rustc compiles the body in each crate that
//! awaits the function.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{
    Attribute, ExprMethodCall, FnArg, GenericParam, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemUse,
    Macro, Signature, Type, Visibility,
};

use crate::cycles::tree::{is_test, leaves, names_of, text_of};
use crate::{crates, shown, sources};

/// The crates whose functions others await. Those above them have handlers, which one place names.
const WAISTS: [&str; 13] = [
    "accounts",
    "admin",
    "console-ui",
    "database",
    "egress",
    "email",
    "first-party",
    "identity-server",
    "import",
    "oauth",
    "services",
    "store",
    "web",
];

/// Tools, which no program contains.
const TOOLS: [&str; 5] = ["fuzz", "interop", "testkit", "user-agent", "xtask"];

/// Paths and methods in the text of a crate.
#[derive(Default)]
struct Names {
    /// The last two names of each path.
    pairs: BTreeSet<(String, String)>,
    methods: BTreeSet<String>,
}

impl Names {
    fn add(&mut self, path: &[String]) {
        for pair in path.windows(2) {
            self.pairs.insert((pair[0].clone(), pair[1].clone()));
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        for leaf in leaves(import) {
            self.add(&leaf.path);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&names_of(path));
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.methods.insert(text_of(&call.method));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let text = call.tokens.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        for part in words.windows(3) {
            match part {
                [first, "::", second] => self.add(&[first, second].map(|it| (*it).to_owned())),
                [".", method, _] => _ = self.methods.insert((*method).to_owned()),
                _ => {}
            }
        }
    }
}

/// A public async function, without type parameters.
struct Function {
    name: String,
    /// The type of an associated function or a method.
    owner: Option<String>,
    is_method: bool,
    is_boxed: bool,
}

#[derive(Default)]
struct Functions {
    owner: Option<String>,
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, visibility: &Visibility, attributes: &[Attribute], signature: &Signature) {
        let is_public = matches!(visibility, Visibility::Public(_));
        if !is_public || signature.asyncness.is_none() || is_generic(signature) {
            return;
        }
        let is_boxed = |it: &Attribute| it.path().is_ident("boxed");
        self.found.push(Function {
            name: text_of(&signature.ident),
            owner: self.owner.clone(),
            is_method: signature.receiver().is_some(),
            is_boxed: attributes.iter().any(is_boxed),
        });
    }
}

/// Such a function is compiled where its types are known.
fn is_generic(signature: &Signature) -> bool {
    let parameters = signature.generics.params.iter();
    let mut types = parameters.filter(|it| matches!(it, GenericParam::Type(_)));
    types.next().is_some()
        || signature.inputs.iter().any(|input| match input {
            FnArg::Typed(input) => has_impl(&input.ty),
            FnArg::Receiver(_) => false,
        })
}

fn has_impl(input: &Type) -> bool {
    match input {
        Type::ImplTrait(_) => true,
        Type::Reference(reference) => has_impl(&reference.elem),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        if let Type::Path(path) = &*block.self_ty {
            self.owner = names_of(&path.path).pop();
        }
        visit::visit_item_impl(self, block);
        self.owner = None;
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.vis, &function.attrs, &function.sig);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.vis, &function.attrs, &function.sig);
    }
}

/// Returns the sources of each crate, without tests.
fn parsed_crates() -> BTreeMap<String, Vec<(PathBuf, syn::File)>> {
    let mut found = BTreeMap::new();
    for (name, place) in crates() {
        if TOOLS.contains(&&*name) {
            continue;
        }
        let place = place.join("src");
        let mut paths = sources(&place, &["rs"]);
        paths.retain(|path| {
            let mut parts = path.strip_prefix(&place).unwrap().components();
            !path.ends_with("tests.rs")
                && !path.ends_with("testing.rs")
                && !parts.any(|it| it.as_os_str() == "tests")
        });
        let parsed = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap();
            let parsed = syn::parse_file(&text);
            let parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}", shown(&path)));
            (path, parsed)
        };
        found.insert(name, paths.into_iter().map(parsed).collect());
    }
    found
}

/// Returns the names before that of a function in paths: of its crate, its modules or its type.
fn places(of_crate: &str, path: &Path, function: &Function) -> Vec<String> {
    if let Some(owner) = &function.owner {
        return vec![owner.clone()];
    }
    let mut places = vec![format!("doorward_{}", of_crate.replace('-', "_"))];
    let file = path.with_extension("");
    let parts = file.components().rev();
    let names = parts.map(|it| it.as_os_str().to_string_lossy().into_owned());
    places.extend(names.take_while(|it| it != "src"));
    places
}

#[test]
fn async_functions_that_other_crates_name_are_boxed() {
    let crates = parsed_crates();
    let names: BTreeMap<_, _> = crates
        .iter()
        .map(|(name, files)| {
            let mut names = Names::default();
            for (_, file) in files {
                names.visit_file(file);
            }
            (name, names)
        })
        .collect();
    let (mut boxed, mut wrong) = (0, Vec::new());
    for waist in WAISTS {
        let others: Vec<_> = names.iter().filter(|(name, _)| **name != waist).collect();
        for (path, file) in &crates[waist] {
            let mut functions = Functions::default();
            functions.visit_file(file);
            for function in &functions.found {
                let places = places(waist, path, function);
                let is_named = others.iter().any(|(_, names)| {
                    let by_path =
                        |it: &String| names.pairs.contains(&(it.clone(), function.name.clone()));
                    (function.is_method && names.methods.contains(&function.name))
                        || places.iter().any(by_path)
                });
                if is_named != function.is_boxed {
                    let what = if is_named { "lacks" } else { "needs no" };
                    wrong.push(format!("{}: {} {what} `boxed`", shown(path), function.name));
                }
                boxed += usize::from(function.is_boxed);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(boxed > 800, "only {boxed} functions were found");
}
