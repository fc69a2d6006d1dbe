use super::*;

#[test]
fn cursor_has_key_and_id() {
    let found = Found::new("al\nice", 7, ());
    let read = |text: &str| text.parse::<u32>().ok();
    let position = position(Some(&found.cursor), read).unwrap();
    assert_eq!(position, Some(("al\nice", 7)));
    for wrong in ["", "alice", "alice\nseven"] {
        assert!(super::position(Some(wrong), read).is_err(), "{wrong:?}");
    }
}

#[test]
fn cursor_of_list_has_key_or_only_id() {
    let read = |text: &str| text.parse::<u32>().ok();
    for (key, id) in [("", 7), ("al\nice", 7)] {
        let page = FoundPage::new(ListPage {
            items: vec![()],
            next: Some((key.to_owned(), id)),
            count: None,
        });
        let position = list_position(page.next.as_deref(), read).unwrap();
        assert_eq!(position, Some((key, id)));
    }
    assert_eq!(list_position(None, read).unwrap(), None);
    assert!(list_position(Some("alice"), read).is_err());
}
