use proptest::prelude::*;
use rstest::rstest;

use super::*;

// --- user names ------------------------------------------------------------------------------

/// The domain is in A-labels for every server; only a local part beyond ASCII needs SMTPUTF8.
#[rstest]
#[case("alice@example.com", Ok("alice@example.com"))]
#[case("alice@müller.example", Ok("alice@xn--mller-kva.example"))]
#[case("alice@xn--mller-kva.example", Ok("alice@xn--mller-kva.example"))]
#[case("müller@example.com", Err(IdentifierError::Undeliverable))]
#[case("王小明@例子.example", Err(IdentifierError::Undeliverable))]
#[case("müller", Err(IdentifierError::Invalid))]
#[case("", Err(IdentifierError::Missing))]
fn only_local_part_needs_smtputf8(
    #[case] typed: &str,
    #[case] expected: Result<&str, IdentifierError>,
) {
    let key = mailable_key(typed, false);
    assert_eq!(key.as_deref().map_err(|error| *error), expected);
    assert_eq!(mailable_key(typed, true), email_key(typed));
}

#[rstest]
#[case::plain("alice", "alice")]
#[case::upper("ALICE", "alice")]
#[case::mixed("aLiCe", "alice")]
#[case::spaces_around("  alice\t\n", "alice")]
#[case::no_break_space_around("\u{a0}alice\u{a0}", "alice")]
#[case::full_width("Ａｌｉｃｅ", "alice")]
#[case::full_width_digits("bob１２", "bob12")]
#[case::punctuation("a.b-c_d+e", "a.b-c_d+e")]
#[case::digits("42", "42")]
#[case::digit_first("24x7", "24x7")]
#[case::composed("Zoë", "zoë")]
#[case::decomposed("Zoe\u{308}", "zoë")]
#[case::umlaut("MÜLLER", "müller")]
#[case::eszett("straße", "straße")]
#[case::greek("Ελένη", "ελένη")]
#[case::cyrillic("Иван", "иван")]
#[case::hebrew("דוד", "דוד")]
#[case::arabic("محمد", "محمد")]
#[case::hindi("हिन्दी", "हिन्दी")]
#[case::thai("สมชาย", "สมชาย")]
#[case::chinese("王小明", "王小明")]
#[case::japanese("田中さん", "田中さん")]
#[case::korean("김철수", "김철수")]
#[case::cyrillic_with_digits("иван7", "иван7")]
#[case::two_characters("ab", "ab")]
fn username_keys(#[case] typed: &str, #[case] key: &str) {
    assert_eq!(username_key(typed).as_deref(), Ok(key));
}

#[rstest]
#[case::empty("", IdentifierError::Missing)]
#[case::only_space(" \t\u{3000}", IdentifierError::Missing)]
#[case::one_letter("a", IdentifierError::TooShort)]
#[case::one_letter_of_two_code_points("e\u{301}", IdentifierError::TooShort)]
#[case::inner_space("al ice", IdentifierError::Invalid)]
#[case::inner_no_break_space("al\u{a0}ice", IdentifierError::Invalid)]
#[case::tab("al\tice", IdentifierError::Invalid)]
#[case::newline("al\nice", IdentifierError::Invalid)]
#[case::nul("al\0ice", IdentifierError::Invalid)]
#[case::delete("al\u{7f}ice", IdentifierError::Invalid)]
#[case::c1_control("al\u{85}ice", IdentifierError::Invalid)]
#[case::at("alice@example.com", IdentifierError::Invalid)]
#[case::full_width_at("alice＠example", IdentifierError::Invalid)]
#[case::slash("al/ice", IdentifierError::Invalid)]
#[case::backslash("al\\ice", IdentifierError::Invalid)]
#[case::markup("<b>alice", IdentifierError::Invalid)]
#[case::quote("al'ice", IdentifierError::Invalid)]
#[case::colon("al:ice", IdentifierError::Invalid)]
#[case::percent("al%00ice", IdentifierError::Invalid)]
#[case::dots("..", IdentifierError::Invalid)]
#[case::leading_dot(".alice", IdentifierError::Invalid)]
#[case::leading_dash("-rf", IdentifierError::Invalid)]
#[case::leading_plus("+49123", IdentifierError::Invalid)]
#[case::only_underscores("__", IdentifierError::Invalid)]
#[case::leading_combining_mark("\u{308}alice", IdentifierError::Invalid)]
#[case::emoji("alice😀", IdentifierError::Invalid)]
#[case::heart("i♥u", IdentifierError::Invalid)]
#[case::flag("🇩🇪🇫🇷", IdentifierError::Invalid)]
#[case::cyrillic_a_in_latin("\u{430}lice", IdentifierError::Invalid)]
#[case::greek_omicron_in_latin("b\u{3bf}b", IdentifierError::Invalid)]
#[case::armenian_in_latin("\u{585}live", IdentifierError::Invalid)]
#[case::hebrew_and_latin("דודdavid", IdentifierError::Invalid)]
#[case::rtl_with_latin_digits_first("7דוד", IdentifierError::Invalid)]
#[case::right_to_left_override("alice\u{202e}nimda", IdentifierError::Invalid)]
#[case::right_to_left_mark("alice\u{200f}", IdentifierError::Invalid)]
#[case::isolate("alice\u{2066}", IdentifierError::Invalid)]
#[case::zero_width_space("al\u{200b}ice", IdentifierError::Invalid)]
#[case::zero_width_joiner("al\u{200d}ice", IdentifierError::Invalid)]
#[case::zero_width_non_joiner("al\u{200c}ice", IdentifierError::Invalid)]
#[case::soft_hyphen("al\u{ad}ice", IdentifierError::Invalid)]
#[case::byte_order_mark("al\u{feff}ice", IdentifierError::Invalid)]
#[case::word_joiner("al\u{2060}ice", IdentifierError::Invalid)]
#[case::hangul_filler("al\u{3164}ice", IdentifierError::Invalid)]
#[case::variation_selector("alice\u{fe0f}", IdentifierError::Invalid)]
#[case::tag_character("alice\u{e0061}", IdentifierError::Invalid)]
#[case::ligature("\u{fb01}nn", IdentifierError::Invalid)]
#[case::circled("\u{24d0}lice", IdentifierError::Invalid)]
#[case::mathematical("\u{1d41a}lice", IdentifierError::Invalid)]
#[case::superscript("x\u{b2}", IdentifierError::Invalid)]
#[case::roman_numeral("henry\u{2163}", IdentifierError::Invalid)]
#[case::angstrom_sign("\u{212b}ke", IdentifierError::Invalid)]
#[case::kelvin_sign("mi\u{212a}e", IdentifierError::Invalid)]
#[case::hidden_dot("ali\u{307}ce", IdentifierError::Invalid)]
#[case::heap_of_accents("z\u{301}\u{302}\u{303}\u{304}algo", IdentifierError::Invalid)]
#[case::private_use("al\u{e000}ice", IdentifierError::Invalid)]
#[case::noncharacter("al\u{ffff}ice", IdentifierError::Invalid)]
#[case::unassigned("al\u{378}ice", IdentifierError::Invalid)]
#[case::middle_dot("al\u{b7}ice", IdentifierError::Invalid)]
fn invalid_user_names_are_rejected(#[case] typed: &str, #[case] problem: IdentifierError) {
    assert_eq!(username_key(typed), Err(problem));
}

#[rstest]
#[case(2, true)]
#[case(64, true)]
#[case(65, false)]
#[case(100_000, false)]
fn username_length_is_in_characters(#[case] length: usize, #[case] good: bool) {
    for letter in ["x", "ж", "王"] {
        let verdict = username_key(&letter.repeat(length));
        assert_eq!(
            verdict.map(|_| ()),
            if good {
                Ok(())
            } else {
                Err(IdentifierError::TooLong)
            }
        );
    }
}

#[rstest]
#[case("admin", true)]
#[case("root", true)]
#[case("support", true)]
#[case("no-reply", true)]
#[case("me", true)]
#[case::looks_like_admin("adrnin", true)]
#[case::all_cyrillic_help("һеӏр", true)]
#[case::digit_one_for_l("mai1", true)]
#[case("administratorin", false)]
#[case("alice", false)]
#[case("rooted", false)]
#[case("", false)]
fn reserved_names(#[case] key: &str, #[case] reserved: bool) {
    let names = ["Admin", "root", "support", "no-reply", "me", "help", "mail"];
    assert_eq!(is_reserved(key, &names.map(str::to_owned)), reserved);
    assert!(!is_reserved(key, &[]));
}

// --- e-mail addresses ------------------------------------------------------------------------

#[rstest]
#[case::plain("alice@example.com", "alice@example.com")]
#[case::upper("ALICE@EXAMPLE.COM", "alice@example.com")]
#[case::spaces_around(" alice@example.com\n", "alice@example.com")]
#[case::plus("alice+news@example.com", "alice+news@example.com")]
#[case::dots("a.l.i.c.e@mail.example.co.uk", "a.l.i.c.e@mail.example.co.uk")]
#[case::odd_but_legal(
    "o'neil/x=y!#$%&*?^`{|}~_-@example.com",
    "o'neil/x=y!#$%&*?^`{|}~_-@example.com"
)]
#[case::u_label("alice@bücher.example", "alice@xn--bcher-kva.example")]
#[case::u_label_upper("alice@BÜCHER.example", "alice@xn--bcher-kva.example")]
#[case::u_label_decomposed("alice@bu\u{308}cher.example", "alice@xn--bcher-kva.example")]
#[case::a_label("alice@xn--bcher-kva.example", "alice@xn--bcher-kva.example")]
#[case::international_local("Jörg@example.com", "jörg@example.com")]
#[case::international_decomposed("Jo\u{308}rg@example.com", "jörg@example.com")]
#[case::chinese("王小明@example.com", "王小明@example.com")]
#[case::hindi("हिन्दी@example.com", "हिन्दी@example.com")]
#[case::one_letter("a@b.co", "a@b.co")]
#[case::digits_in_domain("a@123.example", "a@123.example")]
fn email_keys(#[case] typed: &str, #[case] key: &str) {
    assert_eq!(email_key(typed).as_deref(), Ok(key));
}

#[rstest]
#[case::empty("", IdentifierError::Missing)]
#[case::only_space("  ", IdentifierError::Missing)]
#[case::no_at("alice", IdentifierError::Invalid)]
#[case::no_local("@example.com", IdentifierError::Invalid)]
#[case::no_domain("alice@", IdentifierError::Invalid)]
#[case::two_ats("alice@evil.example@example.com", IdentifierError::Invalid)]
#[case::no_dot("alice@localhost", IdentifierError::Invalid)]
#[case::leading_dot(".alice@example.com", IdentifierError::Invalid)]
#[case::trailing_dot("alice.@example.com", IdentifierError::Invalid)]
#[case::double_dot("a..b@example.com", IdentifierError::Invalid)]
#[case::domain_leading_dot("alice@.example.com", IdentifierError::Invalid)]
#[case::domain_trailing_dot("alice@example.com.", IdentifierError::Invalid)]
#[case::domain_double_dot("alice@example..com", IdentifierError::Invalid)]
#[case::domain_leading_dash("alice@-example.com", IdentifierError::Invalid)]
#[case::domain_trailing_dash("alice@example-.com", IdentifierError::Invalid)]
#[case::domain_underscore("alice@exa_mple.com", IdentifierError::Invalid)]
#[case::second_recipient("alice@example.com,eve@evil.example", IdentifierError::Invalid)]
#[case::comma_domain("alice@example.com,evil.example", IdentifierError::Invalid)]
#[case::semicolon_domain("alice@example.com;evil.example", IdentifierError::Invalid)]
#[case::percent_domain("alice@ex%61mple.com", IdentifierError::Invalid)]
#[case::header_injection("alice@example.com\r\nBcc: eve@evil.example", IdentifierError::Invalid)]
#[case::newline_in_local("al\nice@example.com", IdentifierError::Invalid)]
#[case::tab_in_domain("alice@exam\tple.com", IdentifierError::Invalid)]
#[case::nul_in_local("al\0ice@example.com", IdentifierError::Invalid)]
#[case::nul_in_domain("alice@example\0.com", IdentifierError::Invalid)]
#[case::space_in_local("al ice@example.com", IdentifierError::Invalid)]
#[case::space_in_domain("alice@exam ple.com", IdentifierError::Invalid)]
#[case::quoted("\"al ice\"@example.com", IdentifierError::Invalid)]
#[case::comment("alice(x)@example.com", IdentifierError::Invalid)]
#[case::angle("<alice@example.com>", IdentifierError::Invalid)]
#[case::display_name("Alice <alice@example.com>", IdentifierError::Invalid)]
#[case::mailto("mailto:alice@example.com", IdentifierError::Invalid)]
#[case::ipv4("alice@192.0.2.1", IdentifierError::Invalid)]
#[case::ipv4_literal("alice@[192.0.2.1]", IdentifierError::Invalid)]
#[case::ipv6_literal("alice@[IPv6:2001:db8::1]", IdentifierError::Invalid)]
#[case::hex_ipv4("alice@0x7f.1", IdentifierError::Invalid)]
#[case::numeric_top_level("alice@example.123", IdentifierError::Invalid)]
#[case::port("alice@example.com:25", IdentifierError::Invalid)]
#[case::bad_punycode("alice@xn--\u{61}a--.com", IdentifierError::Invalid)]
#[case::soft_hyphen_domain("alice@exam\u{ad}ple.com", IdentifierError::Invalid)]
#[case::zero_width_domain("alice@exam\u{200b}ple.com", IdentifierError::Invalid)]
#[case::full_width_domain("alice@ｅxample.com", IdentifierError::Invalid)]
#[case::ideographic_dot("alice@example。com", IdentifierError::Invalid)]
#[case::kelvin_sign("mi\u{212a}e@example.com", IdentifierError::Invalid)]
#[case::long_s("\u{17f}am@example.com", IdentifierError::Invalid)]
#[case::dotted_capital_i("al\u{130}ce@example.com", IdentifierError::Invalid)]
#[case::full_width_local("ａlice@example.com", IdentifierError::Invalid)]
#[case::ligature("\u{fb01}nn@example.com", IdentifierError::Invalid)]
#[case::mixed_script("\u{430}lice@example.com", IdentifierError::Invalid)]
#[case::bidi_override("alice\u{202e}@example.com", IdentifierError::Invalid)]
#[case::zero_width("al\u{200b}ice@example.com", IdentifierError::Invalid)]
#[case::emoji("😀@example.com", IdentifierError::Invalid)]
fn invalid_emails_are_rejected(#[case] typed: &str, #[case] problem: IdentifierError) {
    assert_eq!(email_key(typed), Err(problem));
}

#[rstest]
#[case::local_64(64, 10, Ok(()))]
#[case::local_65(65, 10, Err(IdentifierError::Invalid))]
#[case::label_63(5, 63, Ok(()))]
#[case::label_64(5, 64, Err(IdentifierError::Invalid))]
fn email_parts_are_bounded(
    #[case] local: usize,
    #[case] label: usize,
    #[case] expected: Result<(), IdentifierError>,
) {
    let typed = format!("{}@{}.example", "x".repeat(local), "y".repeat(label));
    assert_eq!(email_key(&typed).map(|_| ()), expected);
}

#[test]
fn email_has_at_most_254_bytes_even_as_key() {
    let labels = [62, 61, 61].map(|length| "y".repeat(length));
    let domain = format!("{}.com", labels.join("."));
    assert!(email_key(&format!("{}@{domain}", "x".repeat(63))).is_ok());
    assert_eq!(
        email_key(&format!("{}@{domain}", "x".repeat(64))),
        Err(IdentifierError::TooLong)
    );
    assert_eq!(
        email_key(&"x".repeat(100_000)),
        Err(IdentifierError::TooLong)
    );
}

#[test]
fn email_length_is_measured_with_ascii_domain() {
    let label = format!("{}é", "y".repeat(50));
    let address = |local: usize| format!("{}@{}.com", "x".repeat(local), [&*label; 4].join("."));
    assert!(email_key(&address(1)).is_ok_and(|key| key.len() > address(1).len() + 20));
    assert!(address(30).len() < EMAIL_MAX);
    assert_eq!(email_key(&address(30)), Err(IdentifierError::TooLong));
}

// --- either ----------------------------------------------------------------------------------

#[rstest]
#[case("Alice", Some("alice"))]
#[case(" ALICE ", Some("alice"))]
#[case("Alice@Example.com", Some("alice@example.com"))]
#[case("alice@", None)]
#[case("@", None)]
#[case("", None)]
#[case("alice'--", None)]
#[case("al\0ice", None)]
fn identifier_keys(#[case] typed: &str, #[case] key: Option<&str>) {
    assert_eq!(identifier_key(typed).as_deref(), key);
}

// --- properties ------------------------------------------------------------------------------

/// Each code point up to the ideographs of plane 2, doubled and between other characters: a key is
/// always its own key, and never contains anything invisible.
#[test]
fn every_code_point_gives_stable_key_or_none() {
    for c in '\0'..'\u{20000}' {
        for typed in [format!("{c}{c}"), format!("a{c}b")] {
            if let Ok(key) = username_key(&typed) {
                assert_eq!(username_key(&key), Ok(key.clone()), "{typed:?}");
                assert!(
                    !key.chars().any(|c| c.is_control() || c.is_whitespace()),
                    "{typed:?}"
                );
                assert_eq!(identifier_key(&typed), Some(key));
            }
            let typed = format!("{typed}@example.com");
            if let Ok(key) = email_key(&typed) {
                assert_eq!(email_key(&key), Ok(key.clone()), "{typed:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_keys_are_stable(typed in any::<String>()) {
        if let Ok(key) = username_key(&typed) {
            prop_assert_eq!(username_key(&key), Ok(key.clone()));
            prop_assert!((USERNAME_MIN..=USERNAME_MAX).contains(&key.chars().count()));
            prop_assert!(!key.contains('@'));
        }
        if let Ok(key) = email_key(&typed) {
            prop_assert_eq!(email_key(&key), Ok(key.clone()));
            prop_assert!(key.len() <= EMAIL_MAX);
        }
    }

    #[test]
    fn case_and_width_map_to_same_key(name in "[a-z][a-z0-9]{1,30}") {
        let wide: String = name
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
            .collect();
        for spelling in [name.to_uppercase(), wide.clone(), wide.to_uppercase(), format!(" {name} ")] {
            prop_assert_eq!(username_key(&spelling), Ok(name.clone()));
        }
    }

    #[test]
    fn email_key_has_single_at_and_plain_domain(
        typed in "[a-zA-Z0-9.@+_\\-,;%: \u{e9}\u{430}\r\n]{1,40}",
    ) {
        if let Ok(key) = email_key(&typed) {
            let (local, domain) = key.split_once('@').unwrap();
            prop_assert!(!local.is_empty() && !domain.contains('@'));
            prop_assert!(domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()
                || b == b'-' || b == b'.'));
            prop_assert!(!key.contains(char::is_whitespace));
        }
    }
}
