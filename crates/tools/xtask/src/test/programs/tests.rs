use std::path::PathBuf;

use super::{Program, options, read, select};
use crate::run;
use crate::test::selection::{Modules, Selection, parse};
use crate::test::workspace;

fn selection(libraries: &[&str], tests: &[&str]) -> Selection {
    let mut selection = Selection::default();
    selection
        .libraries
        .extend(libraries.iter().copied().map(str::to_owned));
    for word in tests {
        let (target, module) = parse(word).unwrap();
        selection.add(target, module);
    }
    selection
}

fn artifact(directory: &str, kind: &str, name: &str, is_test: bool) -> String {
    let manifest = run::root().join(directory).join("Cargo.toml");
    serde_json::json!({
        "reason": "compiler-artifact",
        "manifest_path": manifest,
        "target": { "kind": [kind], "name": name },
        "profile": { "test": is_test },
        "executable": format!("/built/{name}-0a1b"),
    })
    .to_string()
}

#[test]
fn all_packages_are_built_together() {
    let both = selection(
        &["doorward-rules"],
        &["api", "resource-server/api", "oidc::par"],
    );
    assert_eq!(
        options(&both),
        [
            "--workspace",
            "--lib",
            "--bins",
            "--test=api",
            "--test=oidc"
        ]
    );
    assert_eq!(
        options(&selection(&[], &["cli"])),
        ["--workspace", "--test=cli"]
    );
}

#[test]
fn programs_of_equal_name_belong_to_their_packages() {
    let packages = workspace::read().unwrap();
    let messages = [
        artifact("crates/resource/resource-server", "test", "api", true),
        artifact("crates/identity/doorward", "test", "api", true),
        artifact("crates/identity/doorward", "bin", "doorward", false),
        artifact("crates/shared/rules", "lib", "doorward_rules", true),
        "Compiling".to_owned(),
        r#"{"reason":"build-finished","success":true}"#.to_owned(),
    ];
    let programs = read(&messages.join("\n"), &packages).unwrap();
    let shown: Vec<String> = programs.iter().map(Program::to_string).collect();
    assert_eq!(
        shown,
        [
            "doorward/api",
            "doorward-resource-server/api",
            "doorward-rules/unit tests"
        ]
    );
    let part = |words: &Selection| -> Vec<bool> {
        let parts = programs.iter().cloned();
        parts
            .map(|program| program.part(words, false).unwrap().is_some())
            .collect()
    };
    assert_eq!(part(&selection(&[], &["api"])), [true, false, false]);
    assert_eq!(
        part(&selection(&["doorward-rules"], &[])),
        [false, false, true]
    );
    assert!(read("{", &packages).is_err());
}

#[test]
fn announcement_is_read_as_that_of_cargo() {
    let program = Program {
        package: "doorward".to_owned(),
        target: Some("oidc".to_owned()),
        directory: run::root(),
        executable: PathBuf::from("/target/debug/deps/oidc-77aa"),
    };
    let part = program
        .part(&selection(&[], &["oidc"]), false)
        .unwrap()
        .unwrap();
    let expected = "     Running doorward/oidc (/target/debug/deps/oidc-77aa)";
    assert_eq!(part.announcement(), expected);
    assert_eq!(part.command().get_args().count(), 0);
    assert_eq!(part.failure(), "tests of doorward/oidc failed");
}

#[test]
fn module_without_test_fails_or_stands_for_target() {
    let names = ["pkce::plain".to_owned(), "par::once".to_owned()];
    let modules = |word: &str| -> Modules {
        let selection = selection(&[], &["oidc::pkce", word]);
        selection.targets.into_values().next().unwrap()
    };
    let pkce = vec!["pkce::plain".to_owned()];
    assert_eq!(
        select(&modules("oidc::pkce"), &names, false),
        Ok(Some(pkce))
    );
    let support = modules("oidc::support");
    assert_eq!(select(&support, &names, false), Err("support".to_owned()));
    assert_eq!(select(&support, &names, true), Ok(None));
}
