use super::{ROWS, selection};

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
