use super::{ChangeReason, MAX};

#[test]
fn reason_is_one_line_of_limited_length() {
    let parsed = |text: &str| ChangeReason::parse(text).ok().map(|reason| reason.0);
    assert_eq!(parsed(" Lost phone "), Some("Lost phone".to_owned()));
    let longest = "ä".repeat(MAX);
    assert_eq!(parsed(&longest), Some(longest.clone()));
    for wrong in [
        "",
        " ",
        "a\nb",
        "a\0",
        "a\u{202e}b",
        "a\u{200b}b",
        "D\u{43e}orward",
        &format!("{longest}ä"),
    ] {
        assert_eq!(parsed(wrong), None, "{wrong:?}");
    }
}
