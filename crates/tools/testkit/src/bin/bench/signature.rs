//! The unit: one RSA-2048 signature with SHA-256 by OpenSSL, on one core.

use std::time::{Duration, Instant};

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::sign::Signer;

use doorward_testkit::process::of_this_thread;

const ROUND: Duration = Duration::from_millis(300);
/// Number of rounds of each measurement.
const ROUNDS: usize = 3;

/// Returns the CPU seconds of one signature, measured several times in this thread.
pub fn cpu_seconds() -> Vec<f64> {
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    // As long as the signing input of an access token.
    let message = [b'x'; 760];
    let round = || {
        let (begin, start, mut count) = (of_this_thread(), Instant::now(), 0_u32);
        while start.elapsed() < ROUND {
            let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
            let signature = signer.sign_oneshot_to_vec(&message).expect("a signature");
            std::hint::black_box(signature);
            count += 1;
        }
        (of_this_thread() - begin) / f64::from(count)
    };
    round();
    (0..ROUNDS).map(|_| round()).collect()
}
