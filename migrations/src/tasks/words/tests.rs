use super::{index_text, terms};

/// Returns true if a search finds the text, as the databases decide.
fn finds(search: &str, text: &str) -> bool {
    let index = index_text("task", "acme", &[text]);
    let words: Vec<_> = index.split(' ').collect();
    let terms = terms("task", "acme", search);
    !terms.is_empty()
        && terms.iter().all(|term| {
            words
                .iter()
                .any(|word| *word == term.word || (term.is_prefix && word.starts_with(&term.word)))
        })
}

#[test]
fn search_finds_words_by_prefix() {
    for (search, text, expected) in [
        // Case, order, punctuation, prefixes.
        ("ALPHA", "the alpha, release", true),
        ("release alp", "Alpha release", true),
        ("alpha beta", "alpha", false),
        ("lpha", "alpha", false),
        ("snake", "snake_case", true),
        ("case", "snake_case", true),
        ("alice's", "Alice’s task", true),
        ("100%", "100% off", true),
        ("1", "100", false),
        ("a", "alpha", false),
        ("a", "plan a", true),
        ("al", "alpha", true),
        ("c++", "C and C++", true),
        ("foo.bar", "see foo.bar.example", true),
        ("bar", "see foo.bar.example", true),
        ("me@example", "write to me@example.org", true),
        ("2026-11", "due 2026-11-26", true),
        // Accents and equal characters.
        ("groesse", "Größe", false),
        ("grosse", "Größe", true),
        ("GRÖSSE", "Größe", true),
        ("strasse", "Straße", true),
        ("straße", "STRASSE", true),
        ("cafe", "Cafe\u{301}", true),
        ("café", "cafe", true),
        ("lodz", "Łódź", true),
        ("istanbul", "İSTANBUL", true),
        ("οδος", "ΟΔΌΣ", true),
        ("ｆｕｌｌ", "full width", true),
        ("ﬁle", "file", true),
        ("ёлка", "елка", true),
        ("שלום", "שָׁלוֹם", true),
        ("हिन्दी", "यह हिन्दी है", true),
        ("한국", "한국어로", true),
        // Scripts without spaces: any part.
        ("本語", "日本語の文書", true),
        ("日", "日本語", true),
        ("語", "日本語", true),
        ("日本", "本日", false),
        ("日本語", "日本語の文書", true),
        ("プロ", "新しいプロジェクト", true),
        ("ไทย", "ภาษาไทย", true),
        ("🦀", "rust 🦀", true),
        ("🦀", "rust", false),
        // Nothing to find.
        ("", "alpha", false),
        ("%", "100%", false),
        ("_", "a_b", false),
        ("+++", "+++", false),
    ] {
        assert_eq!(finds(search, text), expected, "{search:?} in {text:?}");
    }
}

#[test]
fn words_have_bounded_length_and_one_alphabet() {
    let long = "x".repeat(300);
    let index = index_text("task", "", &[&long]);
    assert_eq!(index.len(), 8 + 64);
    assert!(finds(&long, &long) && finds(&long[..70], &long));
    for text in [
        "'",
        "\"",
        "a'b\"c",
        "x:* & !y | (z)",
        "\\",
        "\0",
        "*",
        "a\u{200d}b",
    ] {
        for term in terms("task", "acme", text) {
            assert!(term.word.chars().all(char::is_alphanumeric), "{term:?}");
        }
    }
}

#[test]
fn kinds_and_organizations_have_separate_words() {
    let words = [
        ("task", "acme"),
        ("task", ""),
        ("project", "acme"),
        ("task", "other"),
    ]
    .map(|(kind, org)| index_text(kind, org, &["alpha"]));
    let distinct: std::collections::BTreeSet<_> = words.iter().collect();
    assert_eq!(distinct.len(), 4);
}
