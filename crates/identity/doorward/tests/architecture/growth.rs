//! Checks that no statement of both servers grows with the data: a list of values and the rows of an
//! insert go through the module `value_list` of the server, which divides them, and every deletion of
//! expired rows has a limit.

use std::path::Path;

use crate::{crates, root, shown, sources};

/// The crates with statements, or with calls of their functions.
const CRATES: [&str; 14] = [
    "access-reviews",
    "campaigns",
    "reports",
    "scim",
    "signals",
    "database",
    "store",
    "services",
    "oauth",
    "accounts",
    "first-party",
    "admin",
    "identity-server",
    "resource-server",
];
/// The modules that divide lists.
const HELPERS: [&str; 2] = [
    "crates/shared/store/src/repo/value_list.rs",
    "crates/resource/resource-server/src/value_list.rs",
];
/// The functions that make a list of values part of a statement.
const LISTS: [&str; 6] = [
    ".is_in(",
    ".is_not_in(",
    ".is_in_tuples(",
    "insert_many(",
    "in_tuples(",
    "eq_any(",
];
/// The only values that may follow `IN (` in the text of a statement: a subquery, or words of the program.
const FIXED: [&str; 3] = ["SELECT ", "WITH ", "'"];
/// The names of functions that delete or end what has expired.
const EXPIRY: [&str; 6] = [
    "purge",
    "end_expired",
    "remove_unfinished",
    "forgive_unproved",
    "fold(",
    "end_surplus",
];

/// Returns the lists in the lines of a source.
fn lists(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let grows = |line: &str| {
        let texts = line.split(" IN (").skip(1);
        LISTS.iter().any(|list| line.contains(list))
            || texts
                .filter(|rest| !rest.is_empty())
                .any(|rest| !FIXED.iter().any(|fixed| rest.starts_with(fixed)))
    };
    code.filter(|(_, line)| grows(line))
        .map(|(number, line)| (number + 1, line.trim().to_owned()))
        .collect()
}

/// Returns the public functions for expired rows without a limit.
fn unlimited(text: &str) -> Vec<String> {
    let functions = text.split("pub async fn ").skip(1);
    let signatures = functions.filter_map(|rest| rest.split_once('{'));
    signatures
        .map(|(signature, _)| signature)
        .filter(|signature| EXPIRY.iter().any(|name| signature.starts_with(name)))
        .filter(|signature| signature.contains("UnixSeconds") || signature.starts_with("forgive"))
        .filter(|signature| {
            !["limit: u64", "keep: u64"]
                .iter()
                .any(|part| signature.contains(part))
        })
        .map(|signature| signature.split('(').next().unwrap_or_default().to_owned())
        .collect()
}

fn each_source(mut check: impl FnMut(&Path, &str)) {
    let crates = crates();
    for name in CRATES {
        for path in sources(&crates[name].join("src"), &["rs"]) {
            check(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn lists_in_statements_are_divided() {
    for helper in HELPERS {
        let text = std::fs::read_to_string(root().join(helper)).unwrap();
        assert!(!lists(&text).is_empty(), "{helper} makes no lists");
    }
    let mut found = Vec::new();
    each_source(|path, text| {
        if !HELPERS.contains(&&*shown(path)) {
            let lines = lists(text).into_iter();
            found.extend(lines.map(|(number, line)| format!("{}:{number}: {line}", shown(path))));
        }
    });
    assert!(
        found.is_empty(),
        "use a function of `value_list`, or a subquery:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_deletion_of_expired_rows_has_limit() {
    let (mut found, mut count) = (Vec::new(), 0);
    each_source(|path, text| {
        if shown(path).starts_with("crates/shared/store/src/repo/") {
            count += text.matches("pub async fn purge").count();
            count += text.matches("purge_by!(").count();
            found.extend(
                unlimited(text)
                    .into_iter()
                    .map(|name| format!("{}: {name}", shown(path))),
            );
        }
    });
    assert!(count > 25, "{count} functions: the names have changed");
    assert!(found.is_empty(), "without `limit`:\n{}", found.join("\n"));
}

#[test]
fn growing_lists_and_deletions_are_recognized() {
    for line in [
        "query.filter(Column::Id.is_in(ids))",
        "Entity::insert_many(rows)",
        r#"format!("DELETE FROM a WHERE id IN ({ids})")"#,
        r#""SELECT 1 FROM a WHERE id IN ($1)""#,
    ] {
        assert_eq!(lists(line).len(), 1, "{line}");
    }
    for line in [
        "// .is_in(",
        "query.filter(Column::Id.in_subquery(some))",
        r#""SELECT 1 FROM a WHERE id IN (SELECT id FROM b)""#,
        r#""SELECT 1 FROM a WHERE id IN (WITH c AS (SELECT id FROM b) SELECT id FROM c)""#,
        r#""SELECT 1 FROM a WHERE kind IN ('b', 'c')""#,
    ] {
        assert!(lists(line).is_empty(), "{line}");
    }
    let with = "pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> u64 {";
    assert!(unlimited(with).is_empty());
    let without = "pub async fn purge_old(tx: &WriteTx, before: UnixSeconds) -> u64 {";
    assert_eq!(unlimited(without), ["purge_old"]);
}
