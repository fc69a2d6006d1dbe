use super::*;

const NOW: UnixSeconds = 1_800_000_000;

#[test]
fn first_use_is_due_at_once_and_rest_after_hour() {
    let (log, id) = (SecretUseLog::default(), ClientId::parse("web").unwrap());
    let [one, other] = ["one", "other"].map(TokenHash::digest);
    let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().ok());
    let due = |now, all| {
        let waiting = log.waiting(now, all);
        log.mark_written(&waiting, now);
        let mut uses: Vec<_> = waiting
            .iter()
            .map(|(_, used)| (used.at.unwrap() - NOW, used.from, used.count))
            .collect();
        uses.sort_unstable();
        uses
    };
    log.record(&id, one, here, NOW);
    log.record(&id, one, here, NOW + 10);
    log.record(&id, other, here, NOW + 20);
    assert_eq!(due(NOW + 30, false), [(10, here, 2), (20, here, 1)]);
    log.record(&id, one, here, NOW + 40);
    assert!(due(NOW + 50, false).is_empty());
    // Another address is evidence.
    log.record(&id, one, there, NOW + 60);
    assert_eq!(due(NOW + 70, false), [(60, there, 2)]);
    log.record(&id, one, there, NOW + 80);
    assert!(due(NOW + 70 + 3_599, false).is_empty());
    assert_eq!(due(NOW + 70 + 3_600, false), [(80, there, 1)]);
    // The stop writes all.
    log.record(&id, one, there, NOW + 3_700);
    assert!(due(NOW + 3_710, false).is_empty());
    assert_eq!(due(NOW + 3_710, true), [(3_700, there, 1)]);
    assert!(due(NOW + 3_720, true).is_empty());
    // The uses that are written are forgotten after an hour.
    assert_eq!(log.waiting(NOW + 10_000, true), []);
    assert!(log.lock().is_empty());
}
