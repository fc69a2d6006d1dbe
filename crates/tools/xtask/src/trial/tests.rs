use super::former::{Programs, count_migrations};
use super::{Optimized, ROWS, selection};

#[test]
fn trial_selects_tests_and_binaries() {
    let named = |name: &str| ROWS.iter().find(|row| row.name == name).unwrap();
    // `::r1_` does not occur in `::r10_…`.
    let words = selection(&[named("R1")], false).join(" ");
    assert_eq!(words, "--no-fail-fast --test faults -- ::r1_ --nocapture");
    let words = selection(&[named("R15")], false).join(" ");
    let both = "--no-fail-fast --test faults --test oidc -- bad_input:: --nocapture";
    assert_eq!(words, both);
    let words = selection(&[named("R6"), named("R7")], false).join(" ");
    assert!(
        words.starts_with("--no-fail-fast --test accounts --test faults -- "),
        "{words}"
    );
    let words = selection(&[named("R5")], true).join(" ");
    let optimized =
        "--no-fail-fast --release --config profile.release.package.doorward.opt-level=0 ";
    assert!(words.starts_with(optimized), "{words}");
}

#[test]
fn named_program_replaces_optimized_build_unless_servers_run_in_tests() {
    for (optimized, built, named) in [
        (Optimized::Nothing, false, false),
        (Optimized::Tests, true, true),
        (Optimized::Program, true, false),
    ] {
        assert_eq!(optimized.applies(false), built, "{optimized:?}");
        assert_eq!(optimized.applies(true), named, "{optimized:?}");
    }
}

#[test]
fn only_files_with_migration_count() {
    let paths = "migrations/src/identity/m0001_users.rs\nmigrations/src/identity/mod.rs\n\
                 migrations/src/identity/description.rs\nmigrations/src/identity/m0024_own_texts.rs\n\
                 migrations/src/identity/misc_table.rs";
    assert_eq!(count_migrations(paths), 2);
    assert_eq!(count_migrations(""), 0);
}

#[test]
fn former_program_has_one_source() {
    let mut programs = Programs::default();
    assert!(!programs.are_named());
    programs.set("--former", "HEAD^");
    programs.set("--former-package", "doorward_0.1.0_amd64.deb");
    assert!(programs.are_named());
    let failure = programs.prepare(false).unwrap_err();
    assert!(failure.contains("two former programs"), "{failure}");
}
