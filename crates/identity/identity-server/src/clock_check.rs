//! Detection of a clock behind recorded events, which would make expired data valid.

use doorward_domain::time::{Clock, UnixSeconds};
use doorward_store::repo::audit::{AuditFilter, newest_records};
use doorward_store::{Db, StoreError};

/// Maximum seconds that a clock may be behind the newest audit event.
const BEHIND: i64 = 24 * 60 * 60;

/// Returns the hours that the clock is behind the newest audit event, if more than a day.
pub async fn hours_behind(db: &Db, clock: &dyn Clock) -> Result<Option<i64>, StoreError> {
    let newest = newest_records(db.read_reserved(), &AuditFilter::default(), None, 1).await?;
    let line = newest.first();
    Ok(line.and_then(|line| hours_between(clock.now(), line.at)))
}

fn hours_between(now: UnixSeconds, newest: UnixSeconds) -> Option<i64> {
    let seconds = newest.saturating_sub(now);
    (seconds > BEHIND).then_some(seconds / 3600)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(-1, None)]
    #[case(0, None)]
    #[case(86_400, None)]
    #[case(86_401, Some(24))]
    #[case(90_000, Some(25))]
    fn clock_may_be_one_day_behind(#[case] behind: i64, #[case] hours: Option<i64>) {
        let now = 1_800_000_000;
        assert_eq!(hours_between(now, now + behind), hours);
    }
}
