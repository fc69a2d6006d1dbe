use super::*;

#[test]
fn rate_and_time_follow_from_numbers() {
    // Awaited, others, sent in five minutes; a minute, seconds until empty, long, attention.
    let rows = [
        (0, 0, 0, 0, Some(0), false, false),
        (5, 994, 0, 0, None, false, false),
        (5, 995, 0, 0, None, true, true),
        (0, 10_000, 4_000, 800, Some(750), true, false),
        (0, 10_000, 834, 167, Some(3_597), true, false),
        (0, 10_000, 833, 167, Some(3_601), true, true),
        (1_000, 0, 4_000, 800, Some(75), true, true),
        (0, 1_000, 1, 1, Some(300_000), true, true),
        (0, u64::MAX, 1, 1, Some(i64::MAX), true, true),
    ];
    for (requested, notifications, sent, rate, time, is_long, needs_attention) in rows {
        let queue = MailQueue {
            requested,
            notifications,
            sent,
        };
        assert_eq!(queue.per_minute(), rate, "{queue:?}");
        assert_eq!(queue.seconds_until_empty(), time, "{queue:?}");
        assert_eq!(queue.is_long(), is_long, "{queue:?}");
        assert_eq!(queue.needs_attention(), needs_attention, "{queue:?}");
        let empty_at = time.map(|time: i64| time.saturating_add(7));
        assert_eq!(queue.empty_at(7), empty_at, "{queue:?}");
    }
}
