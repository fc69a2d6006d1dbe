use super::{before_filters, is_failure_line, selection};

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn whole_workspace_unless_package_is_named() {
    assert_eq!(selection(&[]), words("--workspace --no-fail-fast"));
    assert_eq!(
        selection(&words("-p doorward --test oidc")),
        words("--no-fail-fast -p doorward --test oidc")
    );
    assert_eq!(
        selection(&words("-- -p")),
        words("--workspace --no-fail-fast -- -p")
    );
}

#[test]
fn filters_do_not_reach_build() {
    assert_eq!(before_filters(&words("-p a -- --exact x")), words("-p a"));
    assert_eq!(before_filters(&words("-p a")), words("-p a"));
}

#[test]
fn failed_tests_are_listed_again() {
    for line in [
        "test browser::walk ... FAILED",
        "thread 'browser::walk' (12) panicked at tests/walk.rs:3:4:",
    ] {
        assert!(is_failure_line(line), "{line}");
    }
    for line in [
        "test browser::walk ... ok",
        "test result: FAILED. 1 passed; 1 failed",
        "running 3 tests",
    ] {
        assert!(!is_failure_line(line), "{line}");
    }
}
