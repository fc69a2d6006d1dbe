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

/// Checks that a landing detects each mutant.
#[test]
fn landing_has_test_of_each_mutant() {
    for mutant in table() {
        assert_eq!(mutant.is_quick(), Ok(true), "{mutant:?}");
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
