use super::*;

/// Characters that others would not see, or that change the order of what they see.
const HIDDEN: &[char] = &[
    '\0',
    '\t',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200d}',
    '\u{200e}',
    '\u{202a}',
    '\u{202e}',
    '\u{2028}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{fffc}',
    '\u{e000}',
    '\u{e0041}',
];

#[test]
fn hidden_characters_are_rejected_at_each_place() {
    for hidden in HIDDEN {
        for text in [
            format!("{hidden}ab"),
            format!("a{hidden}b"),
            format!("ab{hidden}"),
        ] {
            assert_eq!(check_text(&text, true), Err(NameError::Hidden), "{text:?}");
            assert_eq!(check_text(&text, false), Err(NameError::Hidden), "{text:?}");
        }
    }
}

#[test]
fn lines_of_any_system_are_one_text() {
    assert_eq!(check_lines("a\r\nb\tc\nd"), Ok(()));
    for text in ["a\rb", "a\u{202e}b", "a\0b"] {
        assert_eq!(check_lines(text), Err(NameError::Hidden), "{text:?}");
    }
}

#[test]
fn imitation_of_product_is_rejected_in_any_text() {
    for text in [
        "D\u{43e}orward",
        "Sign in to D\u{43e}\u{43e}rw\u{430}rd.",
        "MyD\u{43e}orwardApp",
        "Ｄｏｏｒｗａｒｄ",
        "\u{1d403}oorward",
        "Dóórwárd",
        "Doorward, D\u{43e}orward",
        "DoorwardD\u{43e}orward",
    ] {
        assert_eq!(check_text(text, true), Err(NameError::Scripts), "{text:?}");
    }
    for text in [
        "Doorward",
        "doorward-login",
        "Doorwardのヘルプ",
        "Anna Иванова",
        "Тест-v2",
        "Zoë",
        "dörward",
    ] {
        assert_eq!(check_text(text, true), Ok(()), "{text:?}");
    }
}
