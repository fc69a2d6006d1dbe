use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;

mod glossary;

/// The crates that use the catalogs.
const CRATES: [&str; 7] = [
    "i18n",
    "templates",
    "email",
    "console-ui",
    "console",
    "identity-server",
    "services",
];
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The crates that write changes into the audit log.
const RECORDING_CRATES: [&str; 6] = [
    "admin",
    "services",
    "oauth",
    "accounts",
    "first-party",
    "import",
];
/// The prefixes of keys that end with a stored value.
const KINDS: &str = "audit-kind-";
const CHANGES: &str = "audit-change-";

/// Returns the texts of the files of a language, those of features last.
fn files(lang: Lang) -> Vec<String> {
    let folder = Path::new(ROOT).join("catalogs").join(lang.code());
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let added = feature_texts::tests::added().iter();
    let added = added.map(|texts| (texts.of)(lang).to_owned());
    files.chain(added).collect()
}

/// Reads every message of a language with its variables from the files.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for file in files(lang) {
        for line in file.lines() {
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

/// Adds the files of a directory to the text, except tests.
fn walk(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let is_named = |name: &str| path.file_name().is_some_and(|own| own == name);
        if path.is_dir() && !is_named("tests") {
            walk(&path, text);
        } else if path.is_file() && !is_named("tests.rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// Returns the source of these crates, except tests.
fn sources_of(crates: &[&str]) -> String {
    let mut text = String::new();
    for name in crates {
        walk(
            &Path::new(ROOT).join("..").join(name).join("src"),
            &mut text,
        );
    }
    text
}

/// Adds source and templates of all features.
fn walk_features(text: &mut String) {
    for feature in fs::read_dir(Path::new(ROOT).join("../../features")).unwrap() {
        let feature = feature.unwrap().path();
        for part in ["src", "templates"].map(|part| feature.join(part)) {
            if part.exists() {
                walk(&part, text);
            }
        }
    }
}

/// Returns the source of every template and every source file with user-visible text, except tests.
fn sources() -> String {
    let mut text = sources_of(&CRATES);
    walk(&Path::new(ROOT).join("../../../templates"), &mut text);
    walk_features(&mut text);
    text
}

#[test]
fn each_language_has_same_keys_and_variables() {
    let english = messages(Lang::En);
    assert!(english.len() > 100, "the files were not read");
    for lang in Lang::ALL {
        assert_eq!(messages(*lang), english, "{}", lang.code());
    }
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let sources = sources();
    let keys = messages(Lang::En);
    let literals: BTreeSet<&str> = sources.split('"').collect();
    let is_built = |key: &String| key.starts_with(KINDS) || key.starts_with(CHANGES);
    for key in keys.keys().filter(|key| !is_built(key)) {
        assert!(literals.contains(key.as_str()), "{key} is not used");
    }
    for call in [
        "layout.t(\"",
        "layout.t_with(\"",
        "layout.t_plural(\"",
        "layout.around(\"",
        ".text(\"",
    ] {
        for rest in sources.split(call).skip(1) {
            let key = rest.split_once('"').unwrap().0;
            assert!(keys.contains_key(key), "{key} is used and has no words");
        }
    }
}

#[test]
fn each_change_with_text_is_recorded() {
    let mut sources = sources_of(&RECORDING_CRATES);
    walk_features(&mut sources);
    let literals: BTreeSet<String> = sources
        .split('"')
        .map(|part| part.replace(' ', "-"))
        .collect();
    for key in messages(Lang::En).keys() {
        if let Some(change) = key.strip_prefix(CHANGES) {
            assert!(literals.contains(change), "{key} is not used");
        }
    }
}

#[test]
fn text_of_stored_value_is_found_or_absent() {
    for lang in Lang::ALL {
        let logo = lang.find("audit-change-logo");
        assert!(logo.is_some_and(|text| !text.is_empty()), "{}", lang.code());
        for unknown in ["audit-change-", "audit-change-=1", "no such key", ""] {
            assert_eq!(lang.find(unknown), None, "{}", lang.code());
        }
    }
}

#[test]
fn every_message_of_every_language_can_be_formatted() {
    for lang in Lang::ALL
        .iter()
        .copied()
        .chain([Lang::Pseudo, Lang::PseudoRtl])
    {
        for (key, variables) in messages(Lang::En) {
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
            assert!(
                !words.contains(['!', '！', '¡']),
                "{key} shouts in {}",
                lang.code()
            );
        }
    }
}

#[test]
fn pages_of_users_are_free_of_jargon() {
    for lang in Lang::ALL {
        // Keys contain the codes of stored values. The console uses the terms of the field.
        let texts = texts(*lang).into_iter();
        for (key, text) in texts.filter(|(key, _)| !glossary::is_of_console(key)) {
            for word in [
                "OAuth", "OIDC", "OpenID", "MFA", "PKCE", "client", "Oops", "token",
            ] {
                assert!(!text.contains(word), "{word} in {key} in {}", lang.code());
            }
        }
    }
}

/// Returns the text of a language's messages by key.
fn texts(lang: Lang) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for file in files(lang) {
        for line in file.lines() {
            match line.split_once(" =") {
                _ if line.starts_with('#') || line.is_empty() => {}
                Some((name, rest)) if line.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    name.clone_into(&mut key);
                    found.insert(key.clone(), rest.to_owned());
                }
                _ => found.entry(key.clone()).or_default().push_str(line),
            }
        }
    }
    found
}

#[test]
fn no_text_is_left_in_english_by_accident() {
    // Texts that equal English in that language.
    let same = |lang: Lang| match lang {
        Lang::De => {
            "as-code-commit as-code-plan saml-sha256 \
             activity-topic-apps audit-title console-app console-app-logo console-apps console-branding console-catalogue-claims console-catalogue-kind-proxy console-claim console-field-text console-grant-ciba console-name console-scope console-scopes console-setting-pkce console-settings-tokens device-code error-code \
             new-key-name profile-group-mail profile-group-name profile-newsletter profile-website \
             second-code signals-position"
        }
        Lang::Es => {
            "as-code-commit as-code-plan saml-sha256 \
             account-roles activity-topic-apps audit-title console-access console-catalogue-claims \
             console-catalogue-kind-proxy console-claim console-grant-ciba console-no console-roles \
             console-roles-count console-setting-pkce console-settings-tokens details-no title-error"
        }
        Lang::Fr => {
            "as-code-commit as-code-plan saml-sha256 \
             account-administration console-app-logo console-branding-preview-message console-catalogue console-catalogue-claims \
             console-catalogue-kind-application console-catalogue-kind-proxy console-claim console-field-date console-found-session console-grant-ciba console-guide console-menu console-secret console-secrets console-sessions console-setting-pkce console-stage-production console-title device-code error-code invitation-title \
             second-code signals-position"
        }
        Lang::It => {
            "as-code-commit saml-sha256 \
             activity-topic-account audit-title consent-policy console-app-logo console-catalogue-kind-proxy console-claim console-grant-ciba console-setting-pkce details-no email leaving-account password privacy profile-newsletter"
        }
        Lang::Nl => {
            "as-code-commit as-code-effect as-code-plan saml-sha256 \
             activity-topic-account activity-topic-apps audit-title consent-policy console-app-logo \
             console-catalogue-claims console-catalogue-kind-proxy console-catalogue-resource console-claim console-code console-filters console-grant-ciba console-resource console-resources console-scope \
             console-scopes console-setting-pkce console-settings-tokens device-code error-code error-details inbox-title leaving-account passkeys-title privacy profile-gender profile-website \
             second-code"
        }
        Lang::Pl => {
            "as-code-commit as-code-plan audit-title console-app-logo console-grant-ciba console-setting-pkce saml-sha256"
        }
        Lang::Pt => {
            "as-code-commit saml-sha256 \
             activity-topic-apps audit-title console-catalogue-claims console-catalogue-kind-proxy \
             console-claim console-grant-ciba console-setting-pkce console-settings-tokens console-title \
             profile-newsletter"
        }
        Lang::Ar => "audit-title console-setting-pkce saml-sha256",
        Lang::Ja | Lang::Zh => "console-grant-ciba console-setting-pkce saml-sha256",
        _ => "",
    };
    let english = texts(Lang::En);
    for lang in Lang::ALL.iter().filter(|lang| **lang != Lang::En) {
        let own = texts(*lang);
        let left: Vec<&str> = english
            .iter()
            .filter(|(key, text)| own.get(*key) == Some(text))
            .filter(|(_, text)| text.chars().any(char::is_alphabetic))
            .map(|(key, _)| key.as_str())
            .collect();
        let mut known: Vec<&str> = same(*lang).split_whitespace().collect();
        known.sort_unstable();
        assert_eq!(left, known, "{}", lang.code());
    }
}

#[test]
fn numbers_choose_plural_form() {
    let ago = |lang: Lang, n: i64| lang.text_with("ago-days", &[("count", n.into())]);
    for (lang, number, values) in [
        (Lang::En, 1, "1 day ago"),
        (Lang::En, 3, "3 days ago"),
        (Lang::De, 1, "vor 1 Tag"),
        (Lang::De, 3, "vor 3 Tagen"),
        (Lang::Pl, 1, "1 dzień temu"),
        (Lang::Pl, 2, "2 dni temu"),
        (Lang::Ja, 1, "1日前"),
        (Lang::Zh, 2, "2 天前"),
    ] {
        assert_eq!(ago(lang, number), values);
    }
}

#[test]
fn polish_and_arabic_have_more_than_two_plural_forms() {
    let hours = |lang: Lang, n: i64| lang.text_with("ago-hours", &[("count", n.into())]);
    for (number, values) in [
        (1, "1 godzinę temu"),
        (2, "2 godziny temu"),
        (4, "4 godziny temu"),
        (5, "5 godzin temu"),
        (12, "12 godzin temu"),
        (22, "22 godziny temu"),
        (25, "25 godzin temu"),
    ] {
        assert_eq!(hours(Lang::Pl, number), values);
    }
    for (number, values) in [
        (1, "قبل ساعة واحدة"),
        (2, "قبل ساعتين"),
        (3, "قبل 3 ساعات"),
        (10, "قبل 10 ساعات"),
        (11, "قبل 11 ساعة"),
        (99, "قبل 99 ساعة"),
        // From 103 on, the plural forms repeat (CLDR: n % 100 = 3..10); `intl_pluralrules` 7.0
        // omits that and selects the form of hundreds.
        (100, "قبل 100 ساعة"),
    ] {
        let found = hours(Lang::Ar, number).replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(found, values);
    }
    let left = |n: i64| Lang::Ar.text_with("two-factor-left", &[("count", n.into())]);
    assert_eq!(left(0), "لم يتبقَّ أي رمز استرداد.");
    // A month is not a count: the number itself selects its name.
    let day = |lang: Lang, day: u8, month: u8| {
        let of = [
            ("day", day.into()),
            ("month", month.into()),
            ("year", 2027.into()),
        ];
        lang.text_with("date", &of)
    };
    assert_eq!(day(Lang::Pl, 2, 1), "2 stycznia 2027");
    assert_eq!(day(Lang::Pl, 22, 12), "22 grudnia 2027");
    assert_eq!(day(Lang::Fr, 1, 8), "1er août 2027");
    assert_eq!(day(Lang::Ja, 1, 8), "2027年8月1日");
    // Direction marks separate the parts, because nothing else marks them as right-to-left.
    assert!(day(Lang::Ar, 2, 1).starts_with('\u{200f}'));
}

#[test]
fn variables_are_isolated_only_in_right_to_left_text() {
    let words = |lang: Lang| lang.text_with("continue-to", &[("app", "Photo Album".into())]);
    assert!(words(Lang::Ar).contains("\u{2068}Photo Album\u{2069}"));
    for lang in Lang::ALL.iter().filter(|lang| lang.dir() == "ltr") {
        assert!(!words(*lang).contains(['\u{2068}', '\u{2069}']));
    }
}

#[test]
fn pseudo_language_is_two_fifths_longer() {
    for key in ["login-title", "password-common", "error-away"] {
        let (plain, long) = (Lang::En.text(key), Lang::Pseudo.text(key));
        let ratio = long.chars().count() * 10 / plain.chars().count();
        assert!((12..=16).contains(&ratio), "{long}");
    }
}

/// Selects a language with English as the fallback.
fn negotiate(
    ui_locales: &[String],
    cookie: Option<&str>,
    own: Option<&str>,
    accepted: Option<&str>,
) -> Lang {
    super::negotiate(ui_locales, cookie, own, accepted, Lang::En)
}

#[test]
fn fallback_applies_to_unknown_languages_only() {
    let choose = |accepted| super::negotiate(&[], None, None, accepted, Lang::Pl);
    for accepted in [None, Some(""), Some("sv"), Some("de;q=0"), Some("zh-TW")] {
        assert_eq!(choose(accepted), Lang::Pl, "{accepted:?}");
    }
    assert_eq!(choose(Some("sv,en;q=0.5")), Lang::En);
    assert_eq!(
        super::negotiate(&[], Some("de"), None, None, Lang::Pl),
        Lang::De
    );
    assert_eq!(
        super::negotiate(&["sv".to_owned()], None, Some("it"), None, Lang::Pl),
        Lang::It
    );
}

#[test]
fn language_is_chosen_in_order() {
    let asked = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
    // The client's request, then the user's choice, then the browser's preference.
    assert_eq!(
        negotiate(&asked(&["sv", "de-AT"]), Some("en"), Some("en"), Some("en")),
        Lang::De
    );
    assert_eq!(
        negotiate(&asked(&["sv"]), Some("de"), Some("en"), Some("en")),
        Lang::De
    );
    assert_eq!(negotiate(&[], Some("xx"), Some("de"), Some("en")), Lang::De);
    assert_eq!(negotiate(&[], None, Some("sv-FI"), Some("de")), Lang::De);
    assert_eq!(negotiate(&[], None, None, Some("de")), Lang::De);
    assert_eq!(negotiate(&[], None, None, None), Lang::En);
    for (header, expected) in [
        ("de", Lang::De),
        ("de-CH,de;q=0.9,en;q=0.8", Lang::De),
        ("sv, en;q=0.4, DE;q=0.7", Lang::De),
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
    // The test languages cannot be requested: their tags match the languages they derive from.
    assert_eq!(
        negotiate(&asked(&["en-XA"]), Some("ar-XB"), Some("ar-XB"), None),
        Lang::En
    );
    assert_eq!(negotiate(&[], Some("ar-XB"), None, None), Lang::Ar);
}

#[test]
fn language_tag_is_matched_by_primary_subtag() {
    for (tag, expected) in [
        ("DE_at", Some(Lang::De)),
        ("pt-BR", Some(Lang::Pt)),
        ("pt-PT", Some(Lang::Pt)),
        ("es-419", Some(Lang::Es)),
        ("ar-EG", Some(Lang::Ar)),
        ("ja-JP-u-ca-japanese", Some(Lang::Ja)),
        ("zh", Some(Lang::Zh)),
        ("zh-CN", Some(Lang::Zh)),
        ("zh_Hans", Some(Lang::Zh)),
        ("zh-Hans-HK", Some(Lang::Zh)),
        // Traditional Chinese has no translation.
        ("zh-Hant", None),
        ("zh-TW", None),
        ("zh-hk", None),
        ("den", None),
        ("", None),
    ] {
        assert_eq!(Lang::from_tag(tag), expected, "{tag}");
    }
    // A browser in Taiwan lists its alternatives.
    assert_eq!(
        negotiate(&[], None, None, Some("zh-TW,zh;q=0.9,en;q=0.8")),
        Lang::Zh
    );
    assert_eq!(negotiate(&[], None, None, Some("zh-TW,en;q=0.8")), Lang::En);
}

#[test]
fn each_language_has_unique_tag_and_name() {
    let tags: BTreeSet<&str> = Lang::ALL.iter().map(|lang| lang.code()).collect();
    let names: BTreeSet<&str> = Lang::ALL.iter().map(|lang| lang.native_name()).collect();
    assert_eq!((tags.len(), names.len()), (11, 11));
    for lang in Lang::ALL {
        assert_eq!(Lang::from_tag(lang.code()), Some(*lang));
        let rtl = *lang == Lang::Ar;
        assert_eq!(lang.dir(), if rtl { "rtl" } else { "ltr" });
    }
}
