use super::Failures;

#[test]
fn failed_tests_are_listed_again_with_reason() {
    let mut failures = Failures::default();
    let long = "x".repeat(500);
    let output = [
        "running 3 tests",
        "test browser::walk ... FAILED",
        "test browser::look ... ok",
        "",
        "thread 'browser::walk' (12) panicked at tests/walk.rs:3:4:",
        "the server did not answer",
        &long,
        "note: run with `RUST_BACKTRACE=1`",
        "thread 'browser::look' (13) panicked at tests/look.rs:3:4:",
        "a",
        "b",
        "c",
        "d",
        "e",
        "test result: FAILED. 1 passed; 1 failed",
    ];
    for line in output {
        failures.read(line);
    }
    let listed = [output[1], output[4], output[5], &long[..400]];
    assert_eq!(failures.lines[..4], listed);
    assert_eq!(failures.lines[4..], output[8..13]);
}
