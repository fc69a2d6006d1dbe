//! Checks that `docs/scale.md` describes the growth of every table.

use std::collections::BTreeSet;

use doorward_testkit::backend::{Backend, Storage};
use doorward_testkit::{rows, stack};

use crate::root;

/// Returns the code spans in the section about tables that grow.
fn named(text: &str) -> BTreeSet<String> {
    let from = text.split("\n## Tables that grow\n").nth(1);
    let part = from.and_then(|rest| rest.split("\n## ").next());
    let part = part.expect("the section of the tables");
    let words = part.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

#[test]
fn every_table_is_weighed() {
    let page = std::fs::read_to_string(root().join("docs/scale.md")).unwrap();
    let named = named(&page);
    stack::block_on(async {
        let storage = Storage::create(Backend::SqliteMemory).await;
        let mut missing = Vec::new();
        for url in [&storage.identity, &storage.tasks] {
            let tables: Vec<String> = rows::dump(url).await.into_keys().collect();
            assert!(tables.len() > 5, "{tables:?}");
            missing.extend(tables.into_iter().filter(|table| !named.contains(table)));
        }
        assert!(
            missing.is_empty(),
            "docs/scale.md does not describe {missing:?}"
        );
    });
}

#[test]
fn tables_of_page_are_read() {
    let page = "# A\n`x`\n## Tables that grow\n| `a`, `b` | c |\n`d`\n## Next\n`e`\n";
    assert_eq!(named(page).into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
}
