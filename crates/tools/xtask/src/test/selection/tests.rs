use super::{Modules, Selection, Target, is_in_module, lines, parse};

fn target(package: &str, name: &str) -> Target {
    Target {
        package: package.to_owned(),
        name: name.to_owned(),
    }
}

#[test]
fn words_name_targets_and_modules() {
    for (word, package, name, module) in [
        ("oidc", "doorward", "oidc", None),
        ("oidc::pkce", "doorward", "oidc", Some("pkce")),
        ("api::admin::lists", "doorward", "api", Some("admin::lists")),
        ("browser::console*", "doorward", "browser", Some("console*")),
        (
            "resource-server/api",
            "doorward-resource-server",
            "api",
            None,
        ),
    ] {
        let expected = (target(package, name), module);
        assert_eq!(parse(word), Ok(expected), "{word}");
    }
    for wrong in ["", "oidc::", "oidc::*", "oidc:pkce", "a/b/c", "oidc::a-b"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn module_contains_itself_and_paths_below() {
    for (path, module, expected) in [
        ("code::replay", "code", true),
        ("code", "code", true),
        ("code_flow::replay", "code", false),
        ("email::code::replay", "code", false),
        ("admin::lists::pages", "admin::lists", true),
        ("console_bulk::run", "console*", true),
        ("a_console::run", "console*", false),
    ] {
        assert_eq!(is_in_module(path, module), expected, "{path} in {module}");
    }
}

#[test]
fn whole_target_includes_its_modules() {
    let oidc = || target("doorward", "oidc");
    let names = ["pkce::plain".to_owned(), "par::once".to_owned()];
    let mut selection = Selection::default();
    selection.add(oidc(), Some("pkce"));
    assert_eq!(selection.targets[&oidc()].filter(&names), ["pkce::plain"]);
    let mut other = Selection::default();
    other.add(oidc(), Some("par"));
    selection.extend(&other);
    assert_eq!(selection.targets[&oidc()].filter(&names).len(), 2);
    selection.add(oidc(), None);
    selection.extend(&other);
    assert_eq!(selection.targets[&oidc()], Modules::All);
    assert!(Modules::All.contains("code::replay"));
}

#[test]
fn tables_have_comments_and_words() {
    let read: Vec<_> = lines("# a\nfirst  b c\n\nsecond\n").collect();
    assert_eq!(read, [("first", vec!["b", "c"]), ("second", vec![])]);
}
