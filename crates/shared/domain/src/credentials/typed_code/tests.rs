use rstest::rstest;

use crate::credentials::email_code::EmailCode;
use crate::credentials::recovery_code::RecoveryCode;
use crate::credentials::support_code::SupportCode;
use crate::credentials::totp;
use crate::credentials::user_code::UserCode;

use super::*;

/// A kind of typed code: its name, an example in two groups, and its reader.
type Kind = (&'static str, [&'static str; 2], fn(&str) -> Option<String>);

const KINDS: [Kind; 5] = [
    ("mailed", ["1234", "5678"], |typed| {
        EmailCode::parse(typed).map(|code| code.to_groups())
    }),
    ("authenticator", ["287", "082"], |typed| {
        totp::digits(typed).map(|code| code.expose().clone())
    }),
    ("recovery", ["12345678", "9012"], |typed| {
        RecoveryCode::parse(typed).map(|code| code.to_groups())
    }),
    ("support", ["AB34", "EF78"], |typed| {
        SupportCode::parse(typed).map(|code| code.to_groups())
    }),
    ("device", ["WDJB", "MJHT"], |typed| {
        UserCode::parse(typed).map(|code| code.to_string())
    }),
];

/// Replaces ASCII digits by those of the script with this zero.
fn with_digits(text: &str, zero: char) -> String {
    let digit = |digit| char::from_u32(u32::from(zero) + digit).unwrap();
    let written = |c: char| c.to_digit(10).map_or(c, digit);
    text.chars().map(written).collect()
}

fn full_width(text: &str) -> String {
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
    text.chars().map(wide).collect()
}

#[test]
fn every_kind_of_code_is_read_in_every_spelling() {
    for (kind, [first, last], read) in KINDS {
        let plain = format!("{first}{last}");
        let expected = read(&plain);
        assert!(expected.is_some(), "{kind}");
        let mut spellings = vec![
            plain.to_lowercase(),
            full_width(&plain),
            format!("{}\u{3000}{}", full_width(first), full_width(last)),
            format!("\u{feff}{first}\u{200b}{last}\u{200b}"),
            format!("\u{202a}\u{200e}{plain}\u{202c}"),
            format!("\u{2066}{first} {last}\u{2069}\r\n"),
        ];
        for between in [
            " ", "\u{a0}", "\u{202f}", "\u{ad}", "\u{2060}", "\u{200d}", "\u{180e}", "\u{fe0f}",
            "-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}", "\u{ff0d}", "_", ".",
        ] {
            spellings.push(format!("{first}{between}{last}"));
        }
        // Arabic, Persian, Devanagari, Bengali, Thai, N'Ko, Myanmar, Adlam, two adjacent sets, bold.
        for zero in [
            '\u{660}',
            '\u{6f0}',
            '\u{966}',
            '\u{9e6}',
            '\u{e50}',
            '\u{7c0}',
            '\u{1040}',
            '\u{1e950}',
            '\u{116d0}',
            '\u{116da}',
            '\u{1d7ce}',
        ] {
            spellings.push(with_digits(&plain, zero));
        }
        for typed in spellings {
            assert_eq!(read(&typed), expected, "{kind}: {typed:?}");
        }
    }
}

#[test]
fn other_characters_and_lengths_are_rejected() {
    for (kind, [first, last], read) in KINDS {
        // A fraction, a Roman numeral, a Han digit, a superscript, an accent on the character before.
        for between in [
            "/", "\u{e9}", "\u{bd}", "\u{2163}", "\u{4e00}", "\u{b9}", "*", "\u{301}",
        ] {
            let typed = format!("{first}{between}{last}");
            assert_eq!(read(&typed), None, "{kind}: {typed:?}");
        }
        assert_eq!(read(first), None, "{kind}");
        assert_eq!(read(&format!("{first}{last}{last}")), None, "{kind}");
        assert_eq!(read(""), None, "{kind}");
        assert_eq!(read("\u{200b}\u{ad}"), None, "{kind}");
    }
}

#[rstest]
#[case('5', '5')]
#[case('\u{669}', '9')]
#[case('\u{116d9}', '9')]
#[case('\u{116da}', '0')]
#[case('\u{116e3}', '9')]
#[case('a', 'a')]
#[case('\u{4e03}', '\u{4e03}')]
fn decimal_digits_become_ascii(#[case] typed: char, #[case] expected: char) {
    assert_eq!(to_ascii_digit(typed), expected);
}

#[test]
fn ranges_of_decimal_digits_are_sets_of_ten() {
    let categories = CodePointMapData::<GeneralCategory>::new();
    for range in categories.iter_ranges_for_value(GeneralCategory::DecimalNumber) {
        assert_eq!((range.end() - range.start() + 1) % 10, 0, "{range:x?}");
    }
}
