use super::*;

#[test]
fn user_agent_is_cut_at_character_and_cannot_control_terminal() {
    let long = "ü".repeat(200);
    assert_eq!(shorten(long.as_bytes()).len(), 254);
    assert_eq!(shorten(b"a\tb\x1b[31mc\xff"), "ab[31mc\u{fffd}");
}

#[test]
fn missing_user_agent_is_empty() {
    assert_eq!(from_headers(&HeaderMap::new()), "");
}
