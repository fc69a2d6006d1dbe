use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every message of a language with the variables that it uses, read from its files.
fn messages(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for file in fs::read_dir(Path::new(ROOT).join("i18n").join(lang)).unwrap() {
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                line.split_once(" =").unwrap().0.clone_into(&mut key);
                assert!(
                    found.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} twice"
                );
            }
            let used = line
                .split("{ $")
                .skip(1)
                .map(|rest| rest.split_once(' ').unwrap().0);
            found.get_mut(&key).unwrap().extend(used.map(str::to_owned));
        }
    }
    found
}

/// The text of every template and every source file of this crate, tests aside.
fn sources() -> String {
    fn walk(directory: &Path, text: &mut String) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, text);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    walk(&Path::new(ROOT).join("../../templates"), &mut text);
    walk(&Path::new(ROOT).join("src"), &mut text);
    text
}

#[test]
fn every_language_has_the_same_keys_with_the_same_variables() {
    let english = messages("en");
    assert!(english.len() > 100, "the files were not read");
    for lang in Lang::ALL {
        assert_eq!(messages(lang.code()), english, "{}", lang.code());
    }
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let sources = sources();
    let keys = messages("en");
    for key in keys.keys() {
        assert!(sources.contains(&format!("\"{key}\"")), "{key} is not used");
    }
    for call in [
        "chrome.t(\"",
        "chrome.tv(\"",
        "chrome.tn(\"",
        "chrome.around(\"",
        ".text(\"",
    ] {
        for rest in sources.split(call).skip(1) {
            let key = rest.split_once('"').unwrap().0;
            assert!(keys.contains_key(key), "{key} is used and has no words");
        }
    }
}

#[test]
fn every_message_of_every_language_can_be_formatted() {
    for lang in [Lang::En, Lang::De, Lang::Pseudo, Lang::PseudoRtl] {
        for (key, variables) in messages("en") {
            let values: Vec<(&'static str, FluentValue<'_>)> = variables
                .into_iter()
                .map(|name| (&*Box::leak(name.into_boxed_str()), FluentValue::from(2)))
                .collect();
            let words = lang.text_with(&key, &values);
            assert!(
                !words.is_empty() && words != key,
                "{key} in {}",
                lang.code()
            );
            assert!(!words.contains('!'), "{key} shouts in {}", lang.code());
        }
    }
}

#[test]
fn words_on_pages_are_free_of_jargon() {
    for lang in Lang::ALL {
        for file in fs::read_dir(Path::new(ROOT).join("i18n").join(lang.code())).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for word in [
                "OAuth", "OIDC", "OpenID", "MFA", "PKCE", "client", "Oops", "token",
            ] {
                assert!(!text.contains(word), "{word} in {}", lang.code());
            }
        }
    }
}

#[test]
fn numbers_choose_the_plural_form() {
    let ago = |lang: Lang, n: i64| lang.text_with("ago-days", &[("count", n.into())]);
    assert_eq!(ago(Lang::En, 1), "1 day ago");
    assert_eq!(ago(Lang::En, 3), "3 days ago");
    assert_eq!(ago(Lang::De, 1), "vor 1 Tag");
    assert_eq!(ago(Lang::De, 3), "vor 3 Tagen");
}

#[test]
fn the_pseudo_language_is_two_fifths_longer() {
    for key in ["login-title", "password-common", "error-away"] {
        let (plain, long) = (Lang::En.text(key), Lang::Pseudo.text(key));
        let ratio = long.chars().count() * 10 / plain.chars().count();
        assert!((12..=16).contains(&ratio), "{long}");
    }
}

#[test]
fn the_language_is_chosen_in_order() {
    let asked = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
    // What the app asks for, then what the person chose, then what the browser prefers.
    assert_eq!(
        negotiate(&asked(&["fr", "de-AT"]), Some("en"), Some("en"), Some("en")),
        Lang::De
    );
    assert_eq!(
        negotiate(&asked(&["fr"]), Some("de"), Some("en"), Some("en")),
        Lang::De
    );
    assert_eq!(negotiate(&[], Some("xx"), Some("de"), Some("en")), Lang::De);
    assert_eq!(negotiate(&[], None, Some("fr-CA"), Some("de")), Lang::De);
    assert_eq!(negotiate(&[], None, None, Some("de")), Lang::De);
    assert_eq!(negotiate(&[], None, None, None), Lang::En);
    for (header, expected) in [
        ("de", Lang::De),
        ("de-CH,de;q=0.9,en;q=0.8", Lang::De),
        ("fr, en;q=0.4, DE;q=0.7", Lang::De),
        ("en;q=0.2, de;q=0", Lang::En),
        ("de;q=0, *", Lang::En),
        ("de;q=nonsense", Lang::En),
        ("deutsch", Lang::En),
        ("", Lang::En),
        (",;;,=", Lang::En),
        ("en-XA", Lang::En),
    ] {
        assert_eq!(
            negotiate(&[], None, None, Some(header)),
            expected,
            "{header}"
        );
    }
    // The test languages cannot be asked for.
    assert_eq!(
        negotiate(&asked(&["ar-XB"]), Some("ar-XB"), Some("ar-XB"), None),
        Lang::En
    );
}

#[test]
fn a_tag_is_read_by_its_first_part() {
    assert_eq!(Lang::from_tag("DE_at"), Some(Lang::De));
    assert_eq!(Lang::from_tag("den"), None);
    assert_eq!(Lang::from_tag(""), None);
}
