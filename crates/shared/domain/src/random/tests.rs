use std::sync::Mutex;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{Generator, RandomSource, SystemRandom};
use crate::secret::OpaqueToken;

#[derive(Debug)]
struct Seeded(Mutex<StdRng>);

impl Seeded {
    fn new() -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(7)))
    }
}

impl RandomSource for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

#[test]
fn seeded_source_repeats_tokens() {
    let (one, other) = (Seeded::new(), Seeded::new());
    let draw = |source| OpaqueToken::generate(&mut Generator::new(source));
    assert_eq!(draw(&one), draw(&other));
    assert_ne!(draw(&one), draw(&one));
}

#[test]
fn system_source_never_repeats_token() {
    let draw = || OpaqueToken::generate(&mut Generator::new(&SystemRandom));
    assert_ne!(draw(), draw());
}
