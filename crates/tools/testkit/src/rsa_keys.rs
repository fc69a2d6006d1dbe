//! RSA keys of tests: a few for each process, because generating them takes long.

use std::cell::Cell;
use std::sync::LazyLock;

use josekit::jwk::Jwk;

/// Number of different keys that a test can take.
const KEYS: usize = 6;

static POOL: [LazyLock<Jwk>; KEYS] = [const { LazyLock::new(generate) }; KEYS];
static FOREIGN: LazyLock<Jwk> = LazyLock::new(generate);

thread_local! {
    /// Number of keys that this thread, which runs one test, has taken.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

fn generate() -> Jwk {
    Jwk::generate_rsa_key(2048).expect("a key")
}

/// Returns another key than the five calls before on this thread.
pub fn take() -> Jwk {
    let taken = TAKEN.get();
    TAKEN.set(taken + 1);
    POOL[taken % KEYS].clone()
}

/// Returns a key that [`take`] never returns.
pub fn foreign() -> Jwk {
    FOREIGN.clone()
}
