//! Files of spreadsheets in the words of each language, in three encodings and with three line ends.

use doorward_import::read::text::Encoding;
use doorward_import::read::user_file::{Layout, UserFile};
use rstest::rstest;

use super::{Records, file};

/// 2024-03-25T12:00:00Z.
const TIME: i64 = 1_711_368_000;

/// Writes text in an encoding; UTF-16 has no encoder in the library.
fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    if encoding == "UTF-16LE" {
        let units = text.encode_utf16();
        let marked = [0xfeff].into_iter().chain(units);
        return marked.flat_map(u16::to_le_bytes).collect();
    }
    let encoding = Encoding::for_label(encoding.as_bytes()).unwrap();
    let (bytes, _, is_lossy) = encoding.encode(text);
    assert!(!is_lossy, "{text}");
    bytes.into_owned()
}

/// A language: the words for true and false, the delimiter, a name, a time, and its encoding.
#[rstest]
#[case::english(("TRUE", "FALSE"), ',', "Zoë", "3/25/2024 12:00 PM", "windows-1252")]
#[case::english_words(("yes", "no"), ',', "Zoë", "2024-03-25 12:00", "windows-1252")]
#[case::german(("WAHR", "FALSCH"), ';', "Jürgen", "25.03.2024 12:00", "windows-1252")]
#[case::german_words(("ja", "nein"), ';', "Jürgen", "25.03.2024 12:00:00", "windows-1252")]
#[case::french(("VRAI", "FAUX"), ';', "Hélène", "25/03/2024 12:00", "windows-1252")]
#[case::french_words(("oui", "non"), ';', "Hélène", "25/03/2024 12:00", "windows-1252")]
#[case::spanish(("VERDADERO", "FALSO"), ';', "Begoña", "25/03/2024 12:00", "windows-1252")]
#[case::spanish_words(("sí", "no"), ';', "Begoña", "25/03/2024 12:00", "windows-1252")]
#[case::italian(("VERO", "FALSO"), ';', "Niccolò", "25/03/2024 12:00", "windows-1252")]
#[case::portuguese(("VERDADEIRO", "FALSO"), ';', "João", "25/03/2024 12:00", "windows-1252")]
#[case::portuguese_words(("Sim", "Não"), ';', "João", "25/03/2024 12:00", "windows-1252")]
#[case::dutch(("WAAR", "ONWAAR"), ';', "Daniël", "25-3-2024 12:00", "windows-1252")]
#[case::polish(("PRAWDA", "FAŁSZ"), ';', "Łukasz", "25.03.2024 12:00", "windows-1250")]
#[case::polish_words(("tak", "nie"), ';', "Łukasz", "2024-03-25 12:00", "windows-1250")]
#[case::russian(("ИСТИНА", "ЛОЖЬ"), ';', "Анна", "25.03.2024 12:00", "windows-1251")]
#[case::russian_words(("Д", "Н"), ';', "Анна", "25.03.2024 12:00", "windows-1251")]
#[case::japanese(("TRUE", "FALSE"), ',', "花子", "2024/3/25 12:00", "shift_jis")]
#[case::japanese_words(("はい", "いいえ"), ',', "花子", "2024年3月25日 12:00", "shift_jis")]
fn spreadsheet_is_read(
    #[case] (yes, no): (&str, &str),
    #[case] delimiter: char,
    #[case] name: &str,
    #[case] time: &str,
    #[case] own: &str,
    #[values("UTF-8", "UTF-16LE", "own")] encoding: &str,
    #[values("\n", "\r\n", "\r")] end: &str,
) {
    let columns = [
        "username",
        "email",
        "given_name",
        "email_verified",
        "must_change_password",
        "disabled",
        "is_staff",
        "created_at",
        "",
    ];
    let rows = [
        columns,
        ["anna", "a@x.example", name, yes, yes, no, yes, time, ""],
        ["bert", "b@x.example", name, no, no, yes, no, time, ""],
        ["", "", "", "", "", "", "", "", ""],
        ["carl", "c@x.example", "", "", "", "", "", "", ""],
    ];
    let separator = delimiter.to_string();
    let lines = rows.map(|row| row.join(&separator) + end).concat();
    let named = if encoding == "own" { own } else { encoding };
    let (_directory, path) = file("users.csv", &encoded(&lines, named));
    let asked = (encoding == "own").then(|| Encoding::for_label(own.as_bytes()).unwrap());
    let csv = UserFile::open(
        &path,
        Layout {
            encoding: asked,
            ..Layout::default()
        },
    )
    .unwrap();
    assert_eq!(csv.users(), 3);
    let records = Records::of(|sink| csv.read(sink));
    assert!(records.skipped.is_empty(), "{:?}", records.skipped);
    let anna = records.user("anna");
    assert_eq!(anna.email_verified, Some(true));
    assert!(anna.must_change_password && !anna.disabled && anna.is_staff);
    assert_eq!(anna.profile[0].1, name);
    let bert = records.user("bert");
    assert_eq!(bert.email_verified, Some(false));
    assert!(!bert.must_change_password && bert.disabled && !bert.is_staff);
    let carl = records.user("carl");
    assert_eq!((carl.email_verified, carl.created_at), (None, None));
    assert!(!carl.must_change_password && !carl.disabled);
    for user in [anna, bert] {
        assert_eq!(user.created_at, Some(TIME));
        assert!(user.notes.is_empty(), "{:?}", user.notes);
    }
}
