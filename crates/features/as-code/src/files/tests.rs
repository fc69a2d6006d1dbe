//! The text form of objects, and names of files.

use std::collections::BTreeSet;
use std::fs;

use doorward_admin::kinds::{self, Document, Kind};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;

fn kind(name: &str) -> &'static Kind {
    kinds::all().find(|kind| kind.name == name).unwrap()
}

fn document(value: Value) -> Document {
    serde_json::from_value(value).unwrap()
}

const CLIENT: &str = r#"id = "wiki"
first_party = false
name = "Wiki \"öffentlich\""
redirect_uris = [
    "https://wiki.example.com/callback/of/the/application",
    "https://b.example.com/cb",
]
scope = "openid"

[consent]
lifetime = 86400
optional_scope = ""
"#;

#[test]
fn new_file_has_one_form_that_is_read_back() {
    let client = document(json!({
        "scope": "openid", "id": "wiki", "name": "Wiki \"öffentlich\"", "first_party": false,
        "redirect_uris": [
            "https://wiki.example.com/callback/of/the/application", "https://b.example.com/cb",
        ],
        "consent": { "optional_scope": "", "lifetime": 86_400 },
    }));
    let text = canonical(kind("clients"), &client);
    assert_eq!(text, CLIENT);
    assert_eq!(toml::from_str::<Document>(&text).unwrap(), client);
}

#[test]
fn nested_values_and_lines_are_read_back() {
    let claim = document(json!({
        "id": "a", "claim": "department", "outputs": ["id_token"],
        "source": {
            "kind": "role", "otherwise": 1.5,
            "values": [{ "when": "editor", "value": { "a": [1, "x\n\"\"\"y\t"] } }],
        },
    }));
    let text = canonical(kind("claims"), &claim);
    assert_eq!(toml::from_str::<Document>(&text).unwrap(), claim, "{text}");
}

#[test]
fn only_members_that_differ_change_in_file() {
    let text = "# The wiki.\n\nname = 'Wiki' # shown\n# Stays.\nid = \"wiki\"\nfirst_party = true\n\n[consent] # page\n\
                lifetime = 60\n";
    let file = SourceFile {
        path: "wiki.toml".into(),
        text: text.to_owned(),
        document: toml::from_str(text).unwrap(),
    };
    let new = document(json!({
        "name": "The wiki", "id": "wiki", "scope": "openid", "consent": { "lifetime": 90 },
    }));
    let changed = updated(&file, &file.document, &new).unwrap();
    let expected = "# The wiki.\n\nname = \"The wiki\" # shown\n# Stays.\nid = \"wiki\"\nscope = \"openid\"\n\n\
                    [consent] # page\nlifetime = 90\n";
    assert_eq!(changed, expected);
    assert_eq!(
        updated(&file, &file.document, &file.document).unwrap(),
        text
    );
}

#[rstest]
#[case::plain("grafana", "grafana.toml")]
#[case::uri("https://tasks.example.org/api", "https_tasks.example.org_api.toml")]
#[case::group("acme /sales/north", "acme_sales_north.toml")]
#[case::hidden("..", "object.toml")]
#[case::taken("wiki", "wiki-2.toml")]
#[case::other_case("WIKI", "WIKI-2.toml")]
fn file_is_named_by_key(#[case] key: &str, #[case] expected: &str) {
    let taken = BTreeSet::from(["wiki.toml".to_owned()]);
    assert_eq!(file_name(key, &taken), expected);
}

#[test]
fn folder_has_objects_of_kinds_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("README.md", "");
    write(".git/config.toml", "x");
    write("scripts/run.sh", "");
    write("roles/a/b.toml", "name = 'b'");
    write("roles/.hidden.toml", "x");
    write("groups/.gitkeep", "");
    let keep = |_: &SecretSource| Ok(kinds::KEEP.to_owned());
    let objects = Folder::read(directory.path())
        .unwrap()
        .objects(keep)
        .unwrap();
    assert_eq!(
        json!(objects),
        json!({ "groups": [], "roles": [{ "name": "b" }] })
    );
    write("rolls/a.toml", "name = 'a'");
    let error = Folder::read(directory.path()).unwrap_err().to_string();
    assert!(error.contains("rolls: is no kind of objects"), "{error}");
}

#[rstest]
#[case::env(json!({ "env": "NAME" }), Some(SecretSource::Env("NAME".to_owned())))]
#[case::file(json!({ "file": "/run/a" }), Some(SecretSource::File("/run/a".into())))]
#[case::credential(json!({ "credential": "a" }), Some(SecretSource::Credential("a".to_owned())))]
#[case::outside(json!({ "credential": "../a" }), None)]
#[case::plain(json!("secret"), None)]
#[case::two(json!({ "env": "A", "file": "b" }), None)]
#[case::number(json!({ "env": 1 }), None)]
fn secret_names_source(#[case] value: Value, #[case] expected: Option<SecretSource>) {
    assert_eq!(SecretSource::parse(&value).ok(), expected);
}
