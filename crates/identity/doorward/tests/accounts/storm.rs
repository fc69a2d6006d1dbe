//! Runs a small sign-in storm against the real program. Checks memory and responses, not time:
//! `cargo xtask storm` measures that.

use std::time::Duration;

use doorward_testkit::Backend;
use doorward_testkit::program::Program;
use doorward_testkit::storm::{Strength, blow};
use doorward_testkit::trial::{self, Trial};

#[test]
fn sign_in_storm_keeps_memory_bounded_and_responses_right() {
    doorward_testkit::stack::block_on(async {
        let binary = trial::binary(env!("CARGO_BIN_EXE_doorward"));
        let program = Program::start(&binary, Backend::SqliteMemory, &[]).await;
        let trial = Trial::new("R17", "sqlite");
        let strength = Strength {
            sign_ins: trial.size(200, 1_000),
            rounds: 1,
            calm: Duration::from_millis(200),
        };
        let outcome = blow(&program, strength).await;
        assert_eq!(outcome.wrong, 0, "{outcome:?}");
        assert!(outcome.memory_holds(), "{outcome:?}");
        // Requests that fit into the queue are processed; the rest get `Retry-After`.
        assert!(outcome.signed_in > 0 && outcome.refused > 0, "{outcome:?}");
        assert!(outcome.busy > 0, "{outcome:?}");
        assert_eq!(outcome.busy_without_retry_after, 0, "{outcome:?}");
        let answered = outcome.signed_in + outcome.refused + outcome.busy;
        assert_eq!(answered, outcome.sign_ins, "{outcome:?}");
        trial.done(serde_json::to_value(&outcome).unwrap());
    });
}
