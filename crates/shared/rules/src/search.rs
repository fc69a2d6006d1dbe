//! Search by prefix: the form in which names are stored and compared.

use unicode_normalization::UnicodeNormalization;

/// Maximum length of a searched text, in bytes: longer ones match nothing.
const TEXT_MAX: usize = 512;

/// Returns the form of a text that is the same for upper and lower case.
pub fn key(text: &str) -> String {
    let folded = text.trim().to_lowercase();
    folded.nfc().collect()
}

/// Returns the key of a searched text; `None` if it matches nothing.
pub fn prefix(text: &str) -> Option<String> {
    let is_usual = text.len() <= TEXT_MAX && !text.contains('\0');
    Some(key(text)).filter(|key| is_usual && !key.is_empty())
}

/// Returns a text that is greater than those with this prefix, in the order of bytes.
pub fn end(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ignores_case_and_normalization() {
        for (typed, expected) in [
            (" Alice ", "alice"),
            ("ÉLODIE", "élodie"),
            ("e\u{301}lodie", "élodie"),
            ("Ａ", "ａ"),
        ] {
            assert_eq!(key(typed), expected);
        }
    }

    #[test]
    fn empty_long_and_unusual_texts_match_nothing() {
        assert_eq!(prefix(" Al "), Some("al".to_owned()));
        assert!(prefix(&"a".repeat(TEXT_MAX)).is_some());
        for text in ["", "  ", "a\0b", &"a".repeat(TEXT_MAX + 1)] {
            assert_eq!(prefix(text), None, "{text}");
        }
    }

    #[test]
    fn texts_with_prefix_are_between_it_and_end() {
        let end = end("al");
        for text in ["al", "alice", "al\u{ffff}", "al🙂"] {
            assert!(("al"..end.as_str()).contains(&text), "{text}");
        }
        for text in ["ak", "am", "a", "b"] {
            assert!(!("al"..end.as_str()).contains(&text), "{text}");
        }
    }
}
