use std::path::Path;

use super::*;

const RESERVED: [&str; 1] = ["task"];

fn has_alice(types: &WatchedTypes) -> bool {
    let known = ("user".to_owned(), "alice".to_owned());
    types.current().stored.contains_key(&known)
}

#[test]
fn changed_directory_takes_effect_unless_invalid() {
    let directory = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        std::fs::copy(Path::new("records").join(name), directory.path().join(name)).unwrap();
    };
    let entities = directory.path().join("entities.json");
    for name in ["schema.cedarschema", "rules.cedar", "entities.json"] {
        copy(name);
    }
    let types = WatchedTypes::load(directory.path(), &RESERVED).unwrap();
    let check = |expected: (bool, bool)| {
        types.reload();
        assert_eq!((has_alice(&types), types.is_broken()), expected);
    };
    check((true, false));
    std::fs::write(&entities, "[]").unwrap();
    check((false, false));
    std::fs::write(&entities, "{}").unwrap();
    check((false, true));
    check((false, true));
    copy("entities.json");
    check((true, false));
    let schema = directory.path().join("schema.cedarschema");
    std::fs::remove_file(schema).unwrap();
    check((true, true));
    copy("schema.cedarschema");
    check((true, false));
}
