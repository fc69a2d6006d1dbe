//! Checks that the lists of the store continue after a key, and that each other use of `OFFSET` and
//! each count of rows has a bound or a reason. The tests of query plans check the indexes.

use crate::words::code;
use crate::{root, shown, sources};

/// The directory of the statements.
const STATEMENTS: &str = "crates/shared/store/src/repo";

/// The file, the number of lines with such a word, and the reason.
type Use = (&'static str, usize, &'static str);

const OFFSET: &[&str] = &[".offset(", "OFFSET "];
const USES_OF_OFFSET: &[Use] = &[
    (
        "audit_chain.rs",
        1,
        "the last key of a portion, which the verification continues after",
    ),
    (
        "denials.rs",
        1,
        "the cleanup finds the first record above a maximum number, which has no known key",
    ),
    (
        "grant_ends.rs",
        1,
        "the grants of one user to one client beyond a maximum number, a batch at a time",
    ),
    (
        "monthly_reports.rs",
        1,
        "the last user of a portion, after which the count continues",
    ),
    (
        "reference_tokens.rs",
        1,
        "the tokens of one user at one client beyond a maximum number, a batch at a time",
    ),
    ("scopes.rs", 1, "the end of a portion of a constant size"),
    (
        "session_ends.rs",
        1,
        "the sessions of one user beyond a maximum number, a batch at a time",
    ),
    (
        "signals.rs",
        1,
        "the cleanup finds the first signal above a maximum number, which has no known key",
    ),
];

const COUNT: &[&str] = &[
    ".count(",
    "load_count(",
    "select_count(",
    ".count_distinct(",
    "Func::count(",
    "count(*)",
    ".num_items(",
    ".paginate(",
];
const USES_OF_COUNT: &[Use] = &[
    (
        "access_sets.rs",
        1,
        "a plan reads the assignments and memberships of all users once",
    ),
    ("affected.rs", 1, "subqueries with a limit"),
    ("api_keys.rs", 1, "the active keys of one user"),
    ("audit_chain.rs", 1, "the queue of the sealer"),
    ("client_reach.rs", 1, "subqueries of 1,001 and 2,000 rows"),
    ("clients.rs", 1, "documents have a maximum number"),
    ("filtered_list.rs", 2, "the candidates, which have a limit"),
    ("jobs.rs", 2, "the limit of anonymous jobs, and the doctor"),
    ("object_names.rs", 1, "tests"),
    (
        "overview.rs",
        3,
        "the keys and new events of one user, and one review",
    ),
    ("passkeys.rs", 1, "the passkeys of one user"),
    ("provider_use.rs", 1, "a subquery of 1,001 rows"),
    (
        "query.rs",
        6,
        "the shape of a count, and subqueries with a limit",
    ),
    ("recovery_codes.rs", 1, "the codes of one user"),
    (
        "role_holders.rs",
        1,
        "the groups by which a user has a role",
    ),
    ("roles.rs", 1, "the setup asks for the first administrator"),
    ("scim.rs", 1, "the users in reach, which have a limit"),
    ("sessions.rs", 1, "a subquery of 100,000 rows"),
    ("stats.rs", 1, "a sum in memory"),
    ("totp_factors.rs", 1, "the factors of one user"),
    ("users.rs", 1, "tests"),
    ("value_list.rs", 1, "the columns of a table, in memory"),
];

/// Returns the files with one of the words, and the number of these lines.
fn uses(words: &[&str]) -> Vec<(String, usize)> {
    let directory = root().join(STATEMENTS);
    let mut found = Vec::new();
    for path in sources(&directory, &["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_use = |line: &&str| words.iter().any(|word| code(line).contains(word));
        let lines = text.lines().filter(is_use).count();
        if lines > 0 {
            let name = shown(path.strip_prefix(&directory).unwrap());
            found.push((name, lines));
        }
    }
    found
}

fn compare(words: &[&str], listed: &[Use]) {
    let listed = listed.iter();
    let listed: Vec<_> = listed
        .map(|(file, lines, _)| ((*file).to_owned(), *lines))
        .collect();
    assert_eq!(uses(words), listed, "{STATEMENTS}: lines with {words:?}");
}

#[test]
fn lists_continue_after_a_key() {
    compare(OFFSET, USES_OF_OFFSET);
}

#[test]
fn counts_have_a_bound_or_a_reason() {
    compare(COUNT, USES_OF_COUNT);
}
