//! The limit on open requests, whose rows anyone can create without signing in.

use doorward_domain::time::UnixSeconds;

/// Seconds after which the rows are counted again.
const MAX_AGE: i64 = 60;

/// An estimate of a number of rows: those counted in the database, and those added since by this
/// process. It is counted at most once a second, and rarely as long as the limit is far.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct OpenCount {
    /// Number of rows at the last count.
    pub counted: u64,
    /// Number of rows added since.
    pub added: u64,
    /// Time of the last count; `None` before the first one.
    pub at: Option<UnixSeconds>,
}

impl OpenCount {
    /// Returns true if the rows must be counted again: after a minute, or if those added since have used
    /// half of the places that were free.
    pub fn is_stale(&self, max: u64, now: UnixSeconds) -> bool {
        let Some(at) = self.at else { return true };
        let free = max.saturating_sub(self.counted);
        now < at || now - at >= MAX_AGE || (now > at && self.added >= free / 2)
    }

    /// Returns true if there are `max` rows or more.
    pub const fn is_full(&self, max: u64) -> bool {
        self.counted.saturating_add(self.added) >= max
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, 0, None, 100, true)]
    #[case(10, 0, Some(100), 100, false)]
    #[case(10, 44, Some(100), 101, false)]
    #[case(10, 45, Some(100), 100, false)]
    #[case(10, 45, Some(100), 101, true)]
    #[case(100, 0, Some(100), 100, false)]
    #[case(100, 0, Some(100), 101, true)]
    #[case(500, 0, Some(100), 101, true)]
    #[case(0, 0, Some(100), 159, false)]
    #[case(0, 0, Some(100), 160, true)]
    #[case(0, 0, Some(100), 99, true)]
    fn count_becomes_stale(
        #[case] counted: u64,
        #[case] added: u64,
        #[case] at: Option<i64>,
        #[case] now: i64,
        #[case] expected: bool,
    ) {
        let count = OpenCount { counted, added, at };
        assert_eq!(count.is_stale(100, now), expected);
    }

    #[rstest]
    #[case(99, 0, false)]
    #[case(90, 9, false)]
    #[case(90, 10, true)]
    #[case(100, 0, true)]
    #[case(u64::MAX, 1, true)]
    fn full_at_limit(#[case] counted: u64, #[case] added: u64, #[case] expected: bool) {
        let count = OpenCount {
            counted,
            added,
            at: Some(0),
        };
        assert_eq!(count.is_full(100), expected);
    }
}
