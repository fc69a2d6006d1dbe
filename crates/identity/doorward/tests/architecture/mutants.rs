//! Checks that the code queries every safeguard that can be disabled, and that an existing test is
//! named for it. `cargo xtask mutants` shows that these tests fail without the safeguards.

use doorward_access::mutant::{Safeguard, is_disabled};

use crate::{root, shown, sources};

/// In an ordinary build, the compiler evaluates the query (decision 66).
#[cfg(not(doorward_mutants))]
const _: () = assert!(!is_disabled(Safeguard::CodeUsedOnce));

#[test]
fn each_safeguard_is_queried_and_has_test() {
    let table = std::fs::read_to_string(root().join("crates/tools/xtask/mutants.txt")).unwrap();
    let lines: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines.len(), Safeguard::ALL.len());
    let code: Vec<(String, String)> = sources(&root().join("crates"), &["rs"])
        .into_iter()
        .map(|path| (shown(&path), std::fs::read_to_string(&path).unwrap()))
        .collect();
    for guard in Safeguard::ALL {
        assert!(
            !is_disabled(guard),
            "{guard:?} is disabled in an ordinary build"
        );
        let asked = format!("Safeguard::{guard:?}");
        let places = code.iter().filter(|(name, text)| {
            !name.contains("/tests/") && !name.ends_with("mutant.rs") && text.contains(&asked)
        });
        assert!(places.count() > 0, "no code queries {asked}");
        let line = lines.iter().find(|line| line[0] == guard.as_str());
        let [_, binary, test] = line.unwrap()[..] else {
            panic!("{guard:?} has no line of three words in mutants.txt");
        };
        let is_store = |step: &&str| ["sqlite_memory", "postgres_redis", "flow"].contains(step);
        let steps: Vec<&str> = test.split("::").filter(|step| !is_store(step)).collect();
        let (module, function) = (steps[0], steps[steps.len() - 1]);
        let within = format!("/tests/{binary}/{module}");
        let exists = code.iter().any(|(name, text)| {
            name.contains(&within) && text.contains(&format!("fn {function}("))
        });
        assert!(exists, "{binary} has no test {test}");
    }
}
