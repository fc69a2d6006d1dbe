use proptest::prelude::*;
use rstest::rstest;

use super::*;
use doorward_domain::model::sample::NOW;

// 2027-01-15 08:00 UTC; in UTC+14 it is the 15th until ten, then the 16th.
const TODAY: &str = "2027-01-15";

fn edit(field: Field, text: &str) -> ProfileEdit {
    ProfileEdit::default().with(field, text)
}

fn kept(field: Field, typed: &str) -> Result<String, ProfileValueError> {
    let profile = apply(&Profile::default(), &edit(field, typed), NOW);
    profile
        .map(|profile| text_of(&profile, field).to_owned())
        .map_err(|problems| {
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].field, field);
            problems[0].problem
        })
}

#[rstest]
#[case("1984", Ok("1984"))]
#[case("1984-02-29", Ok("1984-02-29"))]
#[case("0000-02-29", Ok("0000-02-29"))]
#[case("0000-12-31", Ok("0000-12-31"))]
#[case("1900-01-01", Ok("1900-01-01"))]
#[case("2027", Ok("2027"))]
#[case(TODAY, Ok(TODAY))]
#[case("2027-01-17", Err(ProfileValueError::Future))]
#[case("2028", Err(ProfileValueError::Future))]
#[case("1985-02-29", Err(ProfileValueError::Form))]
#[case("1985-13-01", Err(ProfileValueError::Form))]
#[case("1985-04-31", Err(ProfileValueError::Form))]
#[case("1985-00-10", Err(ProfileValueError::Form))]
#[case("1985-10-00", Err(ProfileValueError::Form))]
#[case("0000", Err(ProfileValueError::Form))]
#[case("0000-02-30", Err(ProfileValueError::Form))]
#[case("1899-12-31", Err(ProfileValueError::Form))]
#[case("85-01-01", Err(ProfileValueError::Form))]
#[case("1985-1-1", Err(ProfileValueError::Form))]
#[case("1985-01", Err(ProfileValueError::Form))]
#[case("01.02.1985", Err(ProfileValueError::Form))]
#[case("+985-01-01", Err(ProfileValueError::Form))]
#[case("1985-+1-01", Err(ProfileValueError::Form))]
#[case("١٩٨٥", Err(ProfileValueError::Form))]
#[case("1985-01-01T", Err(ProfileValueError::TooLong { max: 10 }))]
fn birthdate_is_real_past_date(
    #[case] typed: &str,
    #[case] expected: Result<&str, ProfileValueError>,
) {
    let expected = expected.map(str::to_owned);
    assert_eq!(kept(Field::Birthdate, typed), expected);
}

#[rstest]
#[case("+493012345678", Ok("+493012345678"))]
#[case("+49 (30) 1234-56.78", Ok("+493012345678"))]
#[case("+1234567", Ok("+1234567"))]
#[case("+123456789012345", Ok("+123456789012345"))]
#[case("+1234567890123456", Err(ProfileValueError::Form))]
#[case("+123456", Err(ProfileValueError::Form))]
#[case("+0123456789", Err(ProfileValueError::Form))]
#[case("030 1234567", Err(ProfileValueError::Form))]
#[case("0049301234567", Err(ProfileValueError::Form))]
#[case("+49301234567;ext=5", Err(ProfileValueError::Form))]
#[case("++49301234567", Err(ProfileValueError::Form))]
#[case("+4930123x567", Err(ProfileValueError::Form))]
fn phone_number_is_normalized_to_e_164(
    #[case] typed: &str,
    #[case] expected: Result<&str, ProfileValueError>,
) {
    let expected = expected.map(str::to_owned);
    assert_eq!(kept(Field::PhoneNumber, typed), expected);
}

#[rstest]
#[case("https://example.org", Ok("https://example.org/"))]
#[case("http://example.org/~ada?a=b#c", Ok("http://example.org/~ada?a=b#c"))]
#[case("HTTPS://Bücher.example/", Ok("https://xn--bcher-kva.example/"))]
#[case(
    "https://example.org/\"><svg onload=alert(1)>",
    Ok("https://example.org/%22%3E%3Csvg%20onload=alert(1)%3E")
)]
#[case("example.org", Err(ProfileValueError::Form))]
#[case("javascript:alert(1)", Err(ProfileValueError::Form))]
#[case("data:text/html,hello", Err(ProfileValueError::Form))]
#[case("ftp://example.org/", Err(ProfileValueError::Form))]
#[case("https://", Err(ProfileValueError::Form))]
#[case("https://user@example.org/", Err(ProfileValueError::Form))]
#[case("https://user:secret@example.org/", Err(ProfileValueError::Form))]
#[case("https://exa mple.org/", Err(ProfileValueError::Form))]
#[case("java\tscript:alert(1)", Err(ProfileValueError::Characters))]
fn website_is_web_url(#[case] typed: &str, #[case] expected: Result<&str, ProfileValueError>) {
    let expected = expected.map(str::to_owned);
    assert_eq!(kept(Field::Website, typed), expected);
}

#[test]
fn website_length_is_measured_encoded() {
    let typed = format!("https://example.org/{}", "ü".repeat(100));
    assert_eq!(
        kept(Field::Website, &typed),
        Err(ProfileValueError::TooLong { max: 255 })
    );
}

#[rstest]
#[case("Europe/Berlin", Ok("Europe/Berlin"))]
#[case("europe/berlin", Ok("Europe/Berlin"))]
#[case("America/Argentina/Buenos_Aires", Ok("America/Argentina/Buenos_Aires"))]
#[case("UTC", Ok("UTC"))]
#[case("Berlin", Ok("Europe/Berlin"))]
#[case("new york", Ok("America/New_York"))]
#[case("Europe/Atlantis", Err(ProfileValueError::Unknown))]
#[case("Europe", Err(ProfileValueError::Unknown))]
#[case("/", Err(ProfileValueError::Unknown))]
#[case("Etc/Unknown", Err(ProfileValueError::Unknown))]
#[case("../../etc/passwd", Err(ProfileValueError::Unknown))]
#[case("+02:00", Err(ProfileValueError::Unknown))]
fn zoneinfo_is_iana_zone(#[case] typed: &str, #[case] expected: Result<&str, ProfileValueError>) {
    let expected = expected.map(str::to_owned);
    assert_eq!(kept(Field::Zoneinfo, typed), expected);
}

#[rstest]
#[case("de", Ok("de"))]
#[case("de-at", Ok("de-AT"))]
#[case("zh-hant-TW", Ok("zh-Hant-TW"))]
#[case("de_CH", Ok("de-CH"))]
#[case("und", Err(ProfileValueError::Unknown))]
#[case("ast", Ok("ast"))]
#[case("German", Err(ProfileValueError::Unknown))]
#[case("Deutsch", Err(ProfileValueError::Unknown))]
#[case("english-GB", Err(ProfileValueError::Unknown))]
#[case("d", Err(ProfileValueError::Unknown))]
#[case("de--AT", Err(ProfileValueError::Unknown))]
#[case("de; q=1", Err(ProfileValueError::Unknown))]
fn locale_is_language_tag(#[case] typed: &str, #[case] expected: Result<&str, ProfileValueError>) {
    let expected = expected.map(str::to_owned);
    assert_eq!(kept(Field::Locale, typed), expected);
}

const TEXTS: [Field; 11] = [
    Field::GivenName,
    Field::MiddleName,
    Field::FamilyName,
    Field::Nickname,
    Field::Bio,
    Field::Gender,
    Field::StreetAddress,
    Field::PostalCode,
    Field::Locality,
    Field::Region,
    Field::Country,
];

#[test]
fn free_text_is_kept_as_typed() {
    let typed = [
        "Ada",
        "Zo\u{eb}",
        "O'Brien",
        "\"><svg onload=x>",
        "\u{674e}",
        "\u{1f469}\u{200d}\u{1f680}",
        "\u{645}\u{6cc}\u{200c}\u{62e}",
        "a%zz",
    ];
    for (text, field) in typed
        .iter()
        .flat_map(|text| TEXTS.map(|field| (text, field)))
    {
        assert_eq!(kept(field, text), Ok((*text).to_owned()), "{field:?}");
        assert_eq!(kept(field, &format!("  {text}\t")), Ok((*text).to_owned()));
    }
}

#[rstest]
#[case::nul("a\0b")]
#[case::escape("a\u{1b}[31mb")]
#[case::delete("a\u{7f}b")]
#[case::c1("a\u{9b}b")]
#[case::tab("a\tb")]
#[case::carriage_return("a\rb")]
#[case::override_of_direction("a\u{202e}b")]
#[case::isolate("a\u{2066}b")]
#[case::mark("a\u{200f}b")]
#[case::arabic_mark("a\u{61c}b")]
#[case::line_separator("a\u{2028}b")]
#[case::byte_order_mark("a\u{feff}b")]
fn control_and_direction_characters_are_rejected(#[case] text: &str) {
    for field in Field::ALL {
        assert_eq!(
            kept(*field, text),
            Err(ProfileValueError::Characters),
            "{field:?}"
        );
    }
}

#[test]
fn only_bio_and_street_have_lines() {
    for field in TEXTS {
        let lines = matches!(field, Field::Bio | Field::StreetAddress);
        let expected = if lines {
            Ok("a\nb".to_owned())
        } else {
            Err(ProfileValueError::Characters)
        };
        assert_eq!(kept(field, "a\r\nb"), expected, "{field:?}");
    }
}

#[test]
fn every_text_has_greatest_length_in_characters() {
    for field in TEXTS {
        let max = field.max();
        assert_eq!(kept(field, &"ü".repeat(max)), Ok("ü".repeat(max)));
        assert_eq!(
            kept(field, &"ü".repeat(max + 1)),
            Err(ProfileValueError::TooLong { max }),
            "{field:?}"
        );
    }
}

fn full() -> Profile {
    let texts = [
        (Field::GivenName, "Ada"),
        (Field::PhoneNumber, "+442071234567"),
        (Field::Locality, "London"),
        (Field::Country, "United Kingdom"),
        (Field::Locale, "en-GB"),
    ];
    let edit = texts
        .into_iter()
        .fold(ProfileEdit::default(), |edit, (field, text)| {
            edit.with(field, text)
        });
    let mut profile = apply(&Profile::default(), &edit, NOW).unwrap();
    profile.phone_number_verified = true;
    profile.address.as_mut().unwrap().formatted = Some("London\nUnited Kingdom".to_owned());
    profile
}

#[test]
fn unnamed_fields_are_kept_and_empty_fields_removed() {
    let before = full();
    let edit = ProfileEdit {
        newsletter: Some(true),
        ..edit(Field::GivenName, " ").with(Field::Nickname, "Countess")
    };
    let after = apply(&before, &edit, NOW).unwrap();
    let expected = Profile {
        given_name: None,
        nickname: Some("Countess".to_owned()),
        email_preferences: EmailPreferences {
            product_news: false,
            newsletter: true,
        },
        ..before.clone()
    };
    assert_eq!(after, expected);
    assert_eq!(
        changes(&before, &after),
        ["given_name", "nickname", "email_preferences"]
    );
    assert_eq!(
        apply(&after, &ProfileEdit::default(), NOW),
        Ok(after.clone())
    );
    assert!(changes(&after, &after).is_empty());
}

#[test]
fn changed_phone_number_is_unverified() {
    let same = apply(&full(), &edit(Field::PhoneNumber, "+44 20 7123 4567"), NOW);
    assert!(same.unwrap().phone_number_verified);
    for text in ["+442071234568", ""] {
        let other = apply(&full(), &edit(Field::PhoneNumber, text), NOW);
        assert!(!other.unwrap().phone_number_verified, "{text}");
    }
}

#[test]
fn changed_address_drops_formatted_and_empty_is_removed() {
    let same = apply(&full(), &edit(Field::Locality, "London"), NOW).unwrap();
    assert!(same.address.unwrap().formatted.is_some());
    let moved = apply(&full(), &edit(Field::Locality, "Paris"), NOW).unwrap();
    let address = moved.address.clone().unwrap();
    assert_eq!(address.formatted, None);
    assert_eq!(address.locality.as_deref(), Some("Paris"));
    let removed = edit(Field::Locality, "").with(Field::Country, "");
    assert_eq!(apply(&moved, &removed, NOW).unwrap().address, None);
}

#[test]
fn all_errors_are_named_and_profile_is_unchanged() {
    let wrong = edit(Field::Birthdate, "tomorrow")
        .with(Field::GivenName, "Grace")
        .with(Field::Website, "javascript:alert(1)");
    let problems = apply(&full(), &wrong, NOW).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(found, [Field::Birthdate, Field::Website]);
}

#[test]
fn each_field_has_unique_name_and_pointer() {
    for field in Field::ALL {
        assert_eq!(Field::parse(field.name()), Some(*field));
        assert!(field.pointer().ends_with(&format!("/{}", field.name())));
    }
    assert_eq!(Field::parse("picture"), None);
}

#[test]
fn zone_list_contains_only_valid_zones() {
    let zones = zones();
    assert!(zones.len() > 300);
    for place in ["Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland"] {
        assert!(zones.iter().any(|zone| zone == place), "{place}");
    }
    for zone in &zones {
        assert_eq!(kept(Field::Zoneinfo, zone), Ok(zone.clone()));
    }
}

proptest! {
    /// An accepted value is accepted again, unchanged.
    #[test]
    fn accepted_value_is_stable(
        field in proptest::sample::select(Field::ALL),
        typed in "\\PC{0,40}|[0-9+/:.-]{0,12}|https?://[a-z.]{1,20}/\\PC{0,9}",
    ) {
        if let Ok(text) = kept(field, &typed) {
            prop_assert_eq!(kept(field, &text), Ok(text.clone()));
            prop_assert!(text.chars().count() <= field.max());
        }
    }
}
