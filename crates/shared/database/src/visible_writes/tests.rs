use super::VisibleWrites;

#[test]
fn there_is_no_count_while_writes_are_in_progress() {
    let writes = VisibleWrites::default();
    assert_eq!(writes.count(), Some(0));
    let (first, second) = (writes.begin(), writes.clone().begin());
    assert_eq!(writes.count(), None);
    drop(first);
    assert_eq!(writes.count(), None);
    drop(second);
    assert_eq!(writes.count(), Some(2));
}
