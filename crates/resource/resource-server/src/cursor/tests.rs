use uuid::Uuid;

use super::{CursorKey, Position};

const ID: Uuid = Uuid::from_u128(7);

#[test]
fn cursor_round_trips() {
    let key = CursorKey::new([1; 32]);
    for position in [
        Position::Number(-3, ID),
        Position::Number(i64::MAX, ID),
        Position::Text("ümläut \" 🦀".into(), ID),
        Position::Text(String::new(), ID),
    ] {
        let cursor = key.seal(&position, "q");
        assert_eq!(key.open(&cursor, "q"), Some(position));
    }
}

#[test]
fn rejects_cursor_of_other_query_or_key_or_changed_byte() {
    let key = CursorKey::new([1; 32]);
    let cursor = key.seal(&Position::Number(5, ID), "status=todo");
    assert_eq!(key.open(&cursor, "status=done"), None);
    assert_eq!(CursorKey::new([2; 32]).open(&cursor, "status=todo"), None);
    for at in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(key.open(&changed, "status=todo"), None, "byte {at}");
        assert_eq!(key.open(&cursor[..at], "status=todo"), None, "prefix {at}");
    }
    for longer in [
        format!("{cursor}A"),
        format!("{cursor}="),
        format!(" {cursor}"),
    ] {
        assert_eq!(key.open(&longer, "status=todo"), None);
    }
}
