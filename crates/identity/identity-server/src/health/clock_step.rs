//! Steps of the clock: changes of its difference to a clock that is never set.

use doorward_domain::time::UnixSeconds;

/// Maximum change of the difference in seconds that is no step.
const TOLERANCE: i64 = 30;
/// Seconds after which the time after a step is taken for the right one: it may have corrected the clock.
const ACCEPTED: i64 = 10 * 60;

/// The difference of the clock to the seconds since the start.
#[derive(Default, Debug)]
pub(super) struct ClockStep {
    steady: Option<i64>,
    /// The difference since a step, and the seconds at which it was first seen.
    stepped: Option<(i64, i64)>,
}

impl ClockStep {
    /// Compares the clock with the seconds since the start. Returns true after a step, until the clock is
    /// back or the step is accepted.
    pub(super) fn observe(&mut self, now: UnixSeconds, since_start: i64) -> bool {
        let difference = now.saturating_sub(since_start);
        let is_near = |other: i64| difference.saturating_sub(other).saturating_abs() <= TOLERANCE;
        if self.steady.is_none_or(is_near) {
            self.steady = Some(difference);
            self.stepped = None;
            return false;
        }
        let first = match self.stepped {
            Some((stepped, first)) if is_near(stepped) => first,
            _ => since_start,
        };
        if since_start.saturating_sub(first) >= ACCEPTED {
            self.steady = Some(difference);
            self.stepped = None;
            return false;
        }
        self.stepped = Some((difference, first));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn step_is_reported_until_clock_is_back_or_step_is_accepted() {
        for step in [-40 * 24 * 3600, -3600, -31, 31, 3600, 40 * 24 * 3600] {
            let mut clock = ClockStep::default();
            assert!(!clock.observe(NOW, 5));
            for (since_start, expected) in [(6, true), (7, true), (60, true)] {
                let now = NOW - 5 + since_start + step;
                assert_eq!(clock.observe(now, since_start), expected, "{step}");
            }
            assert!(!clock.observe(NOW - 5 + 61, 61), "{step}: back");
            // A later step is another one, and accepted ten minutes after its first sight.
            for (since_start, expected) in [(62, true), (661, true), (662, false), (663, false)] {
                let now = NOW - 5 + since_start + step;
                assert_eq!(
                    clock.observe(now, since_start),
                    expected,
                    "{step} at {since_start}"
                );
            }
        }
    }

    #[test]
    fn slow_adjustment_is_no_step() {
        let mut clock = ClockStep::default();
        for turn in 0..100 {
            assert!(!clock.observe(NOW + turn * 20, turn * 10), "{turn}");
        }
        for extreme in [i64::MIN, i64::MAX] {
            assert!(clock.observe(extreme, 1000));
        }
    }
}
