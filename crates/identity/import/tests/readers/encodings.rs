//! JSON files with a byte order mark, in UTF-16, and in other encodings.

use doorward_import::read::django::{DjangoOptions, Dump};
use doorward_import::read::keycloak::Export;
use doorward_import::read::text::Encoding;
use rstest::rstest;

use super::{Records, file};

const DUMP: &str = r#"[{"model": "auth.user", "pk": 1, "fields": {"username": "ann", "email": "ann@example.org", "password": "!", "last_login": null, "first_name": "Zoë"}}]"#;
const LINES: &str = r#"{"model": "auth.user", "pk": 1, "fields": {"username": "ann", "email": "ann@example.org", "password": "!", "last_login": null, "first_name": "Zoë"}}"#;
const REALM: &str =
    r#"{"realm": "r", "users": [{"id": "1", "username": "ann", "firstName": "Zoë"}]}"#;

/// Writes text with the name of its form.
fn written(text: &str, form: &str) -> Vec<u8> {
    let units = || [0xfeff].into_iter().chain(text.encode_utf16());
    match form {
        "plain" => text.into(),
        "mark" => format!("\u{feff}{text}").into(),
        "little" => units().flat_map(u16::to_le_bytes).collect(),
        "big" => units().flat_map(u16::to_be_bytes).collect(),
        "little without mark" => units().skip(1).flat_map(u16::to_le_bytes).collect(),
        "returns" => text.replace(' ', "\r\n").into(),
        other => panic!("{other}"),
    }
}

#[rstest]
fn json_is_read_in_every_form(
    #[values("plain", "mark", "little", "big", "little without mark", "returns")] form: &str,
    #[values(DUMP, LINES, REALM)] text: &str,
) {
    let (_directory, path) = file("x.json", &written(text, form));
    let records = if text == REALM {
        let export = Export::open(&path, None, None).unwrap();
        Records::of(|sink| export.read(sink))
    } else {
        let dump = Dump::open(&path, DjangoOptions::default()).unwrap();
        Records::of(|sink| dump.read(sink))
    };
    assert_eq!(records.user("ann").profile[0].1, "Zoë");
}

#[test]
fn dump_in_western_encoding_is_named_or_read() {
    let western = Encoding::for_label(b"windows-1252").unwrap();
    let (bytes, ..) = western.encode(DUMP);
    let (_directory, path) = file("dump.json", &bytes);
    let refused = Dump::open(&path, DjangoOptions::default()).unwrap_err();
    let refused = refused.to_string();
    assert!(
        refused.contains("line 1: the text is not UTF-8"),
        "{refused}"
    );
    assert!(refused.contains("--encoding windows-1252"), "{refused}");
    let options = DjangoOptions {
        encoding: Some(western),
        ..DjangoOptions::default()
    };
    let dump = Dump::open(&path, options).unwrap();
    let records = Records::of(|sink| dump.read(sink));
    assert_eq!(records.user("ann").profile[0].1, "Zoë");
}
