//! Months in UTC, as reports name them: `2026-10`.

use std::fmt;
use std::iter;

use doorward_domain::time::UnixSeconds;
use time::{Date, OffsetDateTime};

pub(super) const HOUR: i64 = 60 * 60;
pub(super) const DAY: i64 = 24 * HOUR;

/// A month in UTC.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// Returns the month of a time.
    pub fn of(at: UnixSeconds) -> Self {
        let at = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Self {
            year: at.year(),
            month: at.month().into(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let month = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
        };
        let is_month = (1970..=9998).contains(&month.year) && (1..=12).contains(&month.month);
        (is_month && month.to_string() == text).then_some(month)
    }

    /// Returns the first second.
    pub fn start(self) -> UnixSeconds {
        let month = time::Month::try_from(self.month).unwrap_or(time::Month::January);
        let first = Date::from_calendar_date(self.year, month, 1);
        first.map_or(0, |day| day.midnight().assume_utc().unix_timestamp())
    }

    /// Returns the first second of the next month.
    pub fn end(self) -> UnixSeconds {
        self.next().start()
    }

    pub const fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year + 1,
                month: 1,
            },
            month => Self {
                month: month + 1,
                ..self
            },
        }
    }

    pub fn previous(self) -> Self {
        Self::of(self.start() - 1)
    }

    /// Returns the first and the next second of each day that has begun before a time.
    pub fn days_before(self, now: UnixSeconds) -> impl Iterator<Item = [UnixSeconds; 2]> {
        let end = self.end().min(now);
        let first = move |start: &UnixSeconds| *start < end;
        let starts = iter::successors(Some(self.start()), |start| Some(start + DAY));
        starts.take_while(first).map(|start| [start, start + DAY])
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-10", Some(1_790_812_800))]
    #[case("1970-01", Some(0))]
    #[case("2026-1", None)]
    #[case("2026-13", None)]
    #[case("2026-00", None)]
    #[case("+2026-10", None)]
    #[case("1969-12", None)]
    #[case("2026-10-01", None)]
    #[case("", None)]
    fn month_has_one_form(#[case] text: &str, #[case] start: Option<UnixSeconds>) {
        let month = Month::parse(text);
        assert_eq!(month.map(Month::start), start);
        assert_eq!(
            month.map(|month| month.to_string()),
            start.map(|_| text.to_owned())
        );
    }

    #[rstest]
    #[case("2026-01", 31)]
    #[case("2024-02", 29)]
    #[case("2026-02", 28)]
    #[case("2026-12", 31)]
    fn days_fill_the_month(#[case] text: &str, #[case] days: usize) {
        let month = Month::parse(text).unwrap();
        let all: Vec<_> = month.days_before(i64::MAX).collect();
        assert_eq!(all.len(), days);
        assert_eq!((all[0][0], all[days - 1][1]), (month.start(), month.end()));
        assert_eq!(Month::of(month.start()), month);
        assert_eq!(Month::of(month.end() - 1), month);
        assert_eq!(month.next().previous(), month);
        // A day counts from its first second on.
        let some = month.days_before(month.start() + DAY);
        assert_eq!(some.count(), 1);
        assert_eq!(month.days_before(month.start()).count(), 0);
    }
}
