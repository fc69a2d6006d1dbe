use super::*;

fn problems(text: &str) -> Vec<String> {
    let file = ("de.ftl".to_owned(), text.to_owned());
    let errors = OwnTexts::parse(vec![file]).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn unknown_keys_and_variables_are_named_with_line() {
    for (text, expected) in [
        (
            "# Ours\nlogin-titel = Hallo\n",
            "de.ftl:2: the key \"login-titel\" is unknown; the nearest is \"login-title\"",
        ),
        (
            "mail-greeting = Hallo { $nmae }\n",
            "de.ftl:1: the variable $nmae is unknown; the nearest is $name",
        ),
        (
            "help = { $name }\n",
            "de.ftl:1: the variable $name is unknown; this text has none",
        ),
        ("help = Hilfe\nhelp\n", "de.ftl:"),
        (
            "help = Hilfe\nconsent-allow = Abbrechen\n",
            "de.ftl:2: \"consent-allow\" is a text that cannot be replaced",
        ),
        ("help = Hi\u{202e}lfe\n", "de.ftl:1: must not contain"),
    ] {
        let found = problems(text);
        assert!(
            found.iter().any(|found| found.starts_with(expected)),
            "{found:?}"
        );
    }
    let wrong = OwnTexts::parse(vec![("xx.ftl".to_owned(), String::new())]);
    let errors = wrong.unwrap_err();
    assert!(
        errors[0]
            .to_string()
            .starts_with("xx.ftl:1: the name must be LANG.ftl")
    );
}

#[test]
fn stored_text_is_one_message() {
    for (key, text, expected) in [
        ("mail-greeting", "Guten Tag { $name },", None),
        ("mail-greeting", "Guten Tag\r\n\r\nwilli = kommen", None),
        ("mail-greeting", "{ $name ->\n   *[other] Hallo\n}", None),
        ("help", "Hilfe\n.title = Titel", Some("text")),
        ("help", "  ", Some("text")),
        ("help", "Hilfe\u{7}", Some("text")),
        ("help", "Hilfe\u{202e}efliH", Some("text")),
        ("help", "Hi\u{200b}lfe", Some("text")),
        ("help", "Hi\u{ad}lfe", Some("text")),
        ("help", "Hilfe von D\u{43e}orward", Some("text")),
        ("help", "Hilfe von \u{ff24}oorward", Some("text")),
        ("help", "Hilfe von Doorward", None),
        ("help", "Doorwardのヘルプ", None),
        ("help", "{ \"\\u202E\" }Hilfe", Some("text")),
        ("help", "{ \"\\U00202E\" }Hilfe", Some("text")),
        ("help", "{ \"\\u200F\" }Hilfe", None),
        (
            "help",
            "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
            Some("text"),
        ),
        ("consent-allow", "Abbrechen", Some("key")),
        ("consent-deny", "Erlauben", Some("key")),
        ("help", "{ $name }", Some("text")),
        ("help", "{ privacy }", Some("text")),
        ("help", "{ NUMBER(1) }", Some("text")),
        ("help", "{ ", Some("text")),
        ("login-titel", "Hallo", Some("key")),
        ("console-title", "Hallo", Some("key")),
    ] {
        let found = check_text(key, text);
        let wrong = found.as_ref().err().map(TextError::member);
        assert_eq!(wrong, expected, "{text:?}: {found:?}");
    }
}

#[test]
fn every_editable_text_is_a_stored_text() {
    for lang in Lang::ALL {
        for text in editable(*lang, "") {
            for pattern in [text.english, text.translation] {
                let found = check_text(text.key, &pattern);
                assert!(found.is_ok(), "{} {pattern:?}: {found:?}", text.key);
            }
        }
    }
    let found = editable(Lang::De, "DATENSCHUTZ");
    assert!(found.iter().any(|text| text.key == "privacy"), "{found:?}");
    let of_console = editable(Lang::De, "console-");
    assert!(
        of_console
            .iter()
            .all(|text| !text.key.starts_with("console-"))
    );
}

#[test]
fn known_keys_are_accepted() {
    let text = "help = Hilfe der Bank\nmail-greeting = Guten Tag { $name },\n    liebe Grüße\n";
    assert_eq!(problems(text), Vec::<String>::new());
}

#[test]
fn own_text_replaces_that_of_catalog() {
    let own = "help = Hilfe der Bank\n";
    let bundle = catalog::read(Lang::De, Some(own));
    let text = |key: &str| {
        let pattern = bundle.get_message(key).and_then(|message| message.value());
        let text = bundle.format_pattern(pattern.unwrap(), None, &mut Vec::new());
        text.into_owned()
    };
    assert_eq!(text("help"), "Hilfe der Bank");
    assert_eq!(text("privacy"), "Datenschutz");
}
