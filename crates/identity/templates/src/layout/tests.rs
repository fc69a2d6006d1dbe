use super::*;

#[test]
fn times_are_shown_in_utc_and_in_words() {
    let layout = Layout::sample(Lang::En);
    let moment = layout.moment(&1_795_000_000);
    assert_eq!(moment.iso, "2026-11-18T11:06:40Z");
    assert_eq!(moment.utc, "2026-11-18 11:06:40 UTC");
    assert_eq!(moment.minute, "November 18, 2026 at 11:06 UTC");
    assert_eq!(moment.day, "November 18, 2026");
    assert_eq!(layout.moment(&i64::MAX).utc, i64::MAX.to_string());
    for (seconds, values) in [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (86_400 * 40, "40 days ago"),
    ] {
        assert_eq!(layout.ago(&1_000_000, &(1_000_000 + seconds)), values);
    }
    assert_eq!(layout.ago(&i64::MIN, &i64::MAX), layout.ago(&0, &i64::MAX));
}
