//! Checks that each query of a table with marked rows leaves them out (decision 88), or has a reason
//! not to.

use crate::words::code;
use crate::{root, shown, sources};

const STATEMENTS: &str = "crates/shared/store/src/repo";
/// Tables whose rows are marked while what belongs to them is deleted.
const TABLES: [&str; 5] = ["users", "clients", "roles", "groups", "profile_fields"];
/// Files that name the table of their own only `Entity`.
const OWN: [&str; 5] = [
    "users.rs",
    "clients.rs",
    "groups.rs",
    "profile_fields.rs",
    "directory.rs",
];
/// Beginnings of a query.
const QUERIES: [&str; 3] = ["Entity::find", "Entity::load_by(", "Entity::has("];
/// Number of lines of a query in which the condition has to be.
const WINDOW: usize = 5;

/// The file, the number of queries without the condition, and the reason.
const WITHOUT: [(&str, usize, &str); 4] = [
    ("api_keys.rs", 1, "locks a row of a user that was found"),
    (
        "app_passwords.rs",
        1,
        "locks a row of a user that was found",
    ),
    ("imports.rs", 2, "by keys, which a marked user has none of"),
    (
        "users.rs",
        5,
        "by a name or a deadline, which a marked user has none of",
    ),
];

/// Returns the number of queries in a file that lack the condition.
fn lacking(name: &str, text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let is_query = |line: &str| {
        QUERIES.iter().any(|query| {
            let named = TABLES
                .iter()
                .any(|table| line.contains(&format!("{table}::{query}")));
            let own = line.contains(query) && !line.contains(&format!("::{query}"));
            named || (own && OWN.contains(&name))
        })
    };
    let starts = (0..lines.len()).filter(|at| is_query(code(lines[*at])));
    let lacks = |at: &usize| {
        // The condition of `has` comes before it.
        let start = if lines[*at].contains("Entity::has(") {
            at.saturating_sub(WINDOW)
        } else {
            *at
        };
        let end = lines.len().min(at + WINDOW);
        !lines[start..end]
            .iter()
            .any(|line| line.contains("is_kept("))
    };
    starts.filter(lacks).count()
}

#[test]
fn marked_rows_are_left_out() {
    let directory = root().join(STATEMENTS);
    let mut found = Vec::new();
    for path in sources(&directory, &["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = shown(path.strip_prefix(&directory).unwrap());
        if name.starts_with("deletions") {
            continue;
        }
        let count = lacking(&name, &text);
        if count > 0 {
            found.push((name, count));
        }
    }
    let listed = WITHOUT.iter();
    let listed: Vec<_> = listed
        .map(|(file, count, _)| ((*file).to_owned(), *count))
        .collect();
    assert_eq!(found, listed, "{STATEMENTS}: queries without `is_kept`");
}

#[test]
fn query_without_condition_is_found() {
    let without = "let row = clients::Entity::find()\n    .filter(id)\n";
    assert_eq!(lacking("stats.rs", without), 1);
    let with = "let row = clients::Entity::find()\n    .filter(is_kept(\"clients\"))\n";
    assert_eq!(lacking("stats.rs", with), 0);
    assert_eq!(lacking("sessions.rs", "Entity::find()"), 0);
    assert_eq!(lacking("users.rs", "Entity::find()"), 1);
}
