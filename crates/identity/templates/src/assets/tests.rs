mod style;

use doorward_i18n::Lang;

use super::*;

#[test]
fn address_changes_with_content() {
    let one = Asset::new("app", "css", "text/css", b"a");
    let other = Asset::new("app", "css", "text/css", b"b");
    assert_ne!(one.url, other.url);
    assert_eq!(one.url, "/static/app.ca978112ca1b.css");
}

#[test]
fn scripts_load_others_by_hash() {
    for (script, other) in [(&CONSOLE_JS, &PICK_JS), (&JS, &PASSKEY_JS)] {
        let script = str::from_utf8(script.body).unwrap();
        let import = format!("import(\"{}\")", other.url);
        assert!(script.contains(&import), "{script}");
        assert_eq!(script.matches("/static/").count(), 1);
    }
}

/// Checks that the script finds the zone that it replaces in the hint of a date and time.
#[test]
fn hint_of_time_names_zone_of_pages_without_scripts() {
    let script = str::from_utf8(CONSOLE_JS.body).unwrap();
    assert!(script.contains("replace(\"UTC\", Intl."), "{script}");
    for lang in Lang::ALL {
        let hint = lang.text("console-until-hint");
        assert_eq!(hint.matches("UTC").count(), 1, "{hint}");
    }
}
