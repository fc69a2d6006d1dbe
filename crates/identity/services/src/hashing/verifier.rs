//! The check of one password, with the same work for every answer but the right one.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use doorward_domain::credentials::foreign_hash::{self, Family, ForeignHash, Work};
use doorward_domain::credentials::password::{self, HashMemory};
use rustix::time::{ClockId, clock_gettime};

use super::question::PasswordQuestion;

/// The measured time of a unit of work of each family, relative to each other.
#[derive(Debug, Default)]
pub(super) struct Rates(OnceLock<Vec<(Family, f64)>>);

impl Rates {
    /// Returns the nanoseconds of this work. Measures once, for some 50 milliseconds.
    fn nanos(&self, work: Work, memory: &mut HashMemory) -> f64 {
        let rates = self.0.get_or_init(|| measure(memory));
        let rate = rates.iter().find(|(family, _)| *family == work.family);
        float(work.units) * rate.map_or(0.0, |(_, nanos)| *nanos)
    }

    /// Returns the iterations of PBKDF2 that take the time of `most` less that of `done`.
    fn missing(&self, most: Work, done: Work, memory: &mut HashMemory) -> Work {
        let family = if is_pbkdf2(most.family) {
            most.family
        } else {
            Family::Pbkdf2Sha256
        };
        let units = if most.family == done.family && is_pbkdf2(most.family) {
            // Exact: the same hash function, fewer iterations.
            most.units.saturating_sub(done.units)
        } else {
            let nanos = self.nanos(most, memory) - self.nanos(done, memory);
            whole(nanos / self.nanos(Work { family, units: 1 }, memory))
        };
        Work { family, units }
    }
}

/// Measures each family: the fastest of three rounds. Counts only the time of this thread on a
/// core, since it may wait for others.
fn measure(memory: &mut HashMemory) -> Vec<(Family, f64)> {
    let samples = Family::ALL.map(|family| (family, ForeignHash::dummy(family.sample())));
    let mut rates = Vec::new();
    for (family, sample) in samples {
        let Ok(sample) = sample else { continue };
        let fastest = (0..3)
            .map(|_| {
                let began = thread_nanos();
                let _ = sample.verify("x", memory);
                thread_nanos() - began
            })
            .min_by(f64::total_cmp);
        let nanos = fastest.unwrap_or_default();
        rates.push((family, nanos / float(sample.work().units)));
    }
    rates
}

/// Returns the processor time of this thread in nanoseconds.
pub(super) fn thread_nanos() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default().as_secs_f64() * 1e9
}

#[allow(
    clippy::cast_precision_loss,
    reason = "units of work are far below 2^52"
)]
const fn float(units: u64) -> f64 {
    units as f64
}

/// Verifies a password in a time that does not depend on the stored hash.
pub(super) struct Verifier {
    question: PasswordQuestion,
    stored: Option<ForeignHash>,
    dummy: String,
    rates: Arc<Rates>,
}

impl Verifier {
    pub(super) fn new(mut question: PasswordQuestion, dummy: String, rates: Arc<Rates>) -> Self {
        let is_foreign = |text: &mut String| ForeignHash::is_stored_form(text);
        let foreign = question.stored.take_if(is_foreign);
        let stored = foreign.and_then(|text| {
            let read = ForeignHash::from_stored(&text);
            read.inspect_err(|error| tracing::error!(%error, "stored password hash cannot be used"))
                .ok()
        });
        Self {
            question,
            stored,
            dummy,
            rates,
        }
    }

    pub(super) fn memory_kib(&self) -> u32 {
        let all = self.question.foreign.iter().chain(&self.stored);
        all.map(ForeignHash::memory_kib).max().unwrap_or(0)
    }

    /// Returns true if the password is right. The right password of an open account is answered at
    /// once, since its answer is different anyway.
    pub(super) fn is_right(&self, memory: &mut HashMemory) -> bool {
        if self.matches(memory) && self.question.is_open {
            return true;
        }
        if self.stored.is_some() {
            self.spend_own(memory);
        }
        self.make_up(memory);
        false
    }

    /// Checks the stored hash; without one, or with a damaged one, takes the time of one with the
    /// configured parameters.
    fn matches(&self, memory: &mut HashMemory) -> bool {
        let typed = self.question.password.expose();
        if let Some(foreign) = &self.stored {
            return foreign.verify(typed, memory).unwrap_or_else(|error| {
                tracing::error!(%error, "stored password hash cannot be used");
                false
            });
        }
        let Some(phc) = &self.question.stored else {
            self.spend_own(memory);
            return false;
        };
        password::verify(phc, typed, memory).unwrap_or_else(|error| {
            tracing::error!(%error, "stored password hash cannot be used");
            self.spend_own(memory);
            false
        })
    }

    /// Takes the time of a hash with the configured parameters.
    fn spend_own(&self, memory: &mut HashMemory) {
        let typed = self.question.password.expose();
        let _ = password::verify(&self.dummy, typed, memory);
    }

    /// Takes the time of the costliest foreign form, less the time that a foreign hash has already
    /// taken.
    fn make_up(&self, memory: &mut HashMemory) {
        let Some(costliest) = self.costliest(memory) else {
            return;
        };
        let typed = self.question.password.expose();
        let Some(stored) = &self.stored else {
            let _ = costliest.verify(typed, memory);
            return;
        };
        let missing = self.rates.missing(costliest.work(), stored.work(), memory);
        let iterations = missing.units.saturating_mul(foreign_hash::rounds(typed));
        foreign_hash::spend(
            missing.family,
            u32::try_from(iterations).unwrap_or(u32::MAX),
        );
    }

    fn costliest(&self, memory: &mut HashMemory) -> Option<&ForeignHash> {
        match self.question.foreign.as_slice() {
            [] => None,
            [one] => Some(one),
            several => several.iter().max_by(|one, other| {
                let one = self.rates.nanos(one.work(), memory);
                one.total_cmp(&self.rates.nanos(other.work(), memory))
            }),
        }
    }
}

const fn is_pbkdf2(family: Family) -> bool {
    matches!(
        family,
        Family::Pbkdf2Sha1 | Family::Pbkdf2Sha256 | Family::Pbkdf2Sha512
    )
}

/// Returns a count of iterations, within the bound of PBKDF2.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is within 0 and six million"
)]
fn whole(iterations: f64) -> u64 {
    if iterations.is_finite() {
        iterations.clamp(0.0, 6_000_000.0) as u64
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Nanoseconds of a unit, in place of a measurement.
    const RATES: [(Family, f64); 4] = [
        (Family::Pbkdf2Sha1, 50.0),
        (Family::Pbkdf2Sha256, 100.0),
        (Family::Pbkdf2Sha512, 300.0),
        (Family::Bcrypt, 1_000.0),
    ];

    const fn work(family: Family, units: u64) -> Work {
        Work { family, units }
    }

    #[rstest]
    #[case::same_family((Family::Pbkdf2Sha256, 600), (Family::Pbkdf2Sha256, 150), (Family::Pbkdf2Sha256, 450))]
    #[case::slower_family((Family::Pbkdf2Sha512, 1_000), (Family::Bcrypt, 64), (Family::Pbkdf2Sha512, 786))]
    #[case::faster_family((Family::Pbkdf2Sha1, 10_000), (Family::Bcrypt, 64), (Family::Pbkdf2Sha1, 8_720))]
    #[case::not_pbkdf2((Family::Bcrypt, 64), (Family::Pbkdf2Sha1, 80), (Family::Pbkdf2Sha256, 600))]
    #[case::nothing_is_missing((Family::Bcrypt, 64), (Family::Bcrypt, 64), (Family::Pbkdf2Sha256, 0))]
    fn missing_work_has_time_of_difference(
        #[case] most: (Family, u64),
        #[case] done: (Family, u64),
        #[case] missing: (Family, u64),
    ) {
        let rates = Rates(OnceLock::from(RATES.to_vec()));
        let made = rates.missing(
            work(most.0, most.1),
            work(done.0, done.1),
            &mut HashMemory::default(),
        );
        assert_eq!((made.family, made.units), missing);
    }
}
