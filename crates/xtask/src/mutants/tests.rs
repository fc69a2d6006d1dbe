use super::{is_compiler, table};

#[test]
fn every_line_names_guard_binary_and_test() {
    let mutants = table();
    assert!(mutants.len() >= 10);
    for mutant in &mutants {
        let same = mutants.iter().filter(|other| other.guard == mutant.guard);
        assert_eq!(same.count(), 1, "{mutant:?}");
        assert!(mutant.test.contains("::"), "{mutant:?}");
    }
}

/// Safeguards whose tests run for minutes, or need a program of the system that a landing does not wait for.
const ONLY_ALL: [&str; 0] = [];

#[test]
fn landing_detects_mutants() {
    for mutant in table() {
        let expected = !ONLY_ALL.contains(&mutant.guard);
        assert_eq!(mutant.is_quick(), Ok(expected), "{mutant:?}");
    }
}

#[test]
fn cargo_names_compiler_first() {
    assert!(is_compiler(&["/usr/lib/bin/rustc".into(), "-vV".into()]));
    for values in [&["test"][..], &["mutants", "rustc"], &[]] {
        let values: Vec<_> = values.iter().map(Into::into).collect();
        assert!(!is_compiler(&values), "{values:?}");
    }
}
