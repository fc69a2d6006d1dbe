use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::lang::Lang;
use crate::own_texts::{check_brand_text, check_text, editable, known_of_users};

/// Beginnings of keys whose texts decide, or that a user trusts: never those of a brand.
const DECIDING: &[&str] = &[
    "consent-",
    "scope-",
    "details-",
    "approve-",
    "device-",
    "notice-",
    "error-",
    "activity-",
    "secure-",
    "second-",
    "password-",
    "step-",
    "mail-",
    "provider-",
    "links-",
    "onward-",
    "new-key-",
    "key-made-",
    "data-",
    "leaving-",
    "ended-",
    "check-up-",
    "support-code-",
    "logout-",
    "passkey-",
    "invitation-",
    "two-factor-",
    "codes-",
    "reviews-",
    "going-",
    "login-title",
    "login-submit",
    "continue",
];
const GREETING: &str = "mail-greeting";

#[test]
fn each_key_has_one_author() {
    let keys: Vec<&str> = entries().map(|(key, _)| key).collect();
    let named: BTreeSet<&str> = keys.iter().copied().collect();
    assert_eq!(named.len(), keys.len(), "a key has two lines");
    let known: BTreeSet<&str> = known_of_users().keys().copied().collect();
    let missing: Vec<_> = known.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "write who may replace them into authors.txt: {missing:?}"
    );
    assert!(
        unknown.is_empty(),
        "authors.txt names texts that do not exist: {unknown:?}"
    );
    for line in lines() {
        let author = line
            .split_once(": ")
            .and_then(|(author, _)| TextAuthor::parse(author));
        assert!(author.is_some(), "{line}");
    }
    assert_eq!(author("a-new-key"), TextAuthor::Nobody);
}

#[test]
fn texts_that_decide_are_not_those_of_brands() {
    for (key, author) in entries() {
        let decides = DECIDING.iter().any(|start| key.starts_with(start)) && key != GREETING;
        assert!(!decides || author != TextAuthor::Brand, "{key}");
    }
    let brand = entries().filter(|(_, author)| *author == TextAuthor::Brand);
    assert!(
        brand.count() < 20,
        "names, greetings, help and links are few"
    );
}

/// Buttons that stand beside each other, whose labels could be exchanged, have fixed texts.
#[test]
fn buttons_of_decisions_are_fixed() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates");
    let mut files = vec![templates.join("components/ui.html")];
    let folders = feature_texts::tests::folders().into_iter();
    let folders = folders.map(|texts| texts.join("../templates/pages"));
    for folder in [templates.join("pages")].into_iter().chain(folders) {
        let pages = std::fs::read_dir(folder).into_iter().flatten();
        files.extend(pages.map(|page| page.unwrap().path()));
    }
    let mut seen = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text
            .lines()
            .filter(|line| line.contains("name=\"decision\""))
        {
            let labels = line
                .split("<button")
                .filter(|part| part.contains("name=\"decision\""));
            for label in labels.filter(|label| !label.contains("value=\"later\"")) {
                let (_, key) = label.split_once("layout.t(\"").unwrap();
                let key = key.split('"').next().unwrap();
                assert_eq!(author(key), TextAuthor::Nobody, "{}: {key}", file.display());
                seen.insert(key.to_owned());
            }
        }
    }
    for key in [
        "consent-allow",
        "consent-deny",
        "invitation-accept",
        "reviews-revoke",
    ] {
        assert!(seen.contains(key), "{seen:?}");
        let refused = check_text(key, "Cancel").unwrap_err();
        assert_eq!(refused.member(), "key");
        assert!(!editable(Lang::En, key).iter().any(|text| text.key == key));
    }
}

#[test]
fn text_of_brand_is_short_line_without_address() {
    for good in ["Dear { $name },", "Need help?", "Sehr geehrte/r"] {
        assert_eq!(
            check_brand_text(good).is_ok(),
            !good.contains('/'),
            "{good}"
        );
    }
    let long = "a".repeat(101);
    for bad in [
        "Dear { $name },\nyour account is locked",
        "Write to help@evil.example",
        "Open https://evil.example now",
        "Open evil.example now",
        "Open evil{ \".\" }example now",
        "evil.example/login",
        &long,
    ] {
        assert!(check_brand_text(bad).is_err(), "{bad}");
    }
    for text in editable(Lang::En, "") {
        if text.author == TextAuthor::Brand {
            for lang in Lang::ALL {
                let found = editable(*lang, text.key);
                let found = found.iter().find(|found| found.key == text.key).unwrap();
                let checked = check_brand_text(&found.translation);
                assert_eq!(checked, Ok(()), "{} {}", text.key, found.translation);
            }
        }
    }
}
