//! Randomness, passed in by the caller like the time.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use rand::Rng as _;
use rand_core::{TryCryptoRng, TryRng};

#[cfg(test)]
mod tests;

pub trait RandomSource: fmt::Debug + Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// A shared source of randomness; by default that of the system, which needs no memory.
#[derive(Clone, Debug, Default)]
pub struct Random(Option<Arc<dyn RandomSource>>);

impl Random {
    pub fn new(source: impl RandomSource + 'static) -> Self {
        Self(Some(Arc::new(source)))
    }

    pub fn rng(&self) -> Generator<'_> {
        match &self.0 {
            Some(source) => Generator(source.as_ref()),
            None => Generator(&SystemRandom),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Generator<'a>(&'a dyn RandomSource);

impl<'a> Generator<'a> {
    pub const fn new(source: &'a dyn RandomSource) -> Self {
        Self(source)
    }
}

impl TryRng for Generator<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(dst);
        Ok(())
    }
}

impl TryCryptoRng for Generator<'_> {}
