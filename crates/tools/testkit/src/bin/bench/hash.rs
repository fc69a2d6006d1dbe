//! The unit of sign-ins: one argon2id hash of a password, on one core.

use doorward_domain::credentials::password::{HashMemory, HashParams, hash};
use doorward_domain::random::Random;
use doorward_testkit::process::of_this_thread;

/// Number of hashes in each measurement.
const HASHES: u32 = 10;
/// Number of measurements.
const ROUNDS: usize = 3;

/// Returns the CPU seconds of one hash in reused memory, measured several times in this thread.
pub fn cpu_seconds(params: &HashParams) -> Vec<f64> {
    let (random, mut memory) = (Random::default(), HashMemory::new());
    let mut round = || {
        let begin = of_this_thread();
        for _ in 0..HASHES {
            let hash = hash("correct horse", params, &mut memory, &mut random.rng());
            std::hint::black_box(hash.expect("a hash"));
        }
        (of_this_thread() - begin) / f64::from(HASHES)
    };
    round();
    (0..ROUNDS).map(|_| round()).collect()
}
