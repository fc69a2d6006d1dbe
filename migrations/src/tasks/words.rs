//! Words of a text for the search index. They are computed here and not by the database, so that a
//! search finds the same rows on SQLite and on PostgreSQL.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

/// Maximum length of a word in characters; the rest is not indexed.
const LONGEST: usize = 64;

/// A word that a search must find.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Word with the key of its kind and organization: alphanumeric.
    pub word: String,
    /// Set if longer words that begin with it also match.
    pub is_prefix: bool,
}

/// Returns the text of the index for an object: its distinct words, separated by spaces.
pub fn index_text(kind: &str, org: &str, texts: &[&str]) -> String {
    let key = scope_key(kind, org);
    let mut all = BTreeSet::new();
    for text in texts {
        split(text, &mut |word| {
            all.insert(word);
        });
    }
    let mut index = String::new();
    for word in all {
        if !index.is_empty() {
            index.push(' ');
        }
        index.push_str(&key);
        index.push_str(&word);
    }
    index
}

/// Returns the words of a search, all of which must match. A single character matches only itself:
/// too many words begin with it.
pub fn terms(kind: &str, org: &str, text: &str) -> BTreeSet<Term> {
    let key = scope_key(kind, org);
    let mut words = Vec::new();
    split(text, &mut |word| words.push(word));
    // The last character of an unspaced run is a separate word only in the index: here the pair
    // before it contains it.
    let is_contained = |word: &str| {
        let mut pairs = words.iter().filter(|pair| pair.len() > word.len());
        word.chars().all(is_unspaced) && pairs.any(|pair| pair.ends_with(word))
    };
    let needed = words.iter().filter(|word| !is_contained(word));
    needed
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next();
            let is_prefix = letters.next().is_some() || first.is_some_and(is_unspaced);
            let word = format!("{key}{word}");
            Term { word, is_prefix }
        })
        .collect()
}

/// Returns the key in front of each word, so that the words of a kind and organization are separate
/// entries of the index: the cost of a search does not depend on other organizations. Equal keys of
/// two organizations cost time only, because the statement compares the organization as well.
fn scope_key(kind: &str, org: &str) -> String {
    // FNV-1a.
    let hash = kind
        .bytes()
        .chain([0])
        .chain(org.bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    format!("{hash:08x}")
}

/// Calls `found` with each word without case and accents. Scripts that put no spaces between words
/// have no words to find: of a run of their characters each pair is one, and the last character.
fn split(text: &str, found: &mut impl FnMut(String)) {
    let mut word = String::new();
    let mut length = 0;
    let mut last: Option<char> = None;
    for c in fold(text).chain([' ']) {
        let is_unspaced = is_unspaced(c);
        if !word.is_empty() && (is_unspaced || !c.is_alphanumeric()) {
            found(std::mem::take(&mut word));
            length = 0;
        }
        match (last, is_unspaced) {
            (Some(before), true) => found([before, c].iter().collect()),
            (Some(before), false) => found(before.to_string()),
            (None, _) => {}
        }
        last = is_unspaced.then_some(c);
        if !is_unspaced && c.is_alphanumeric() && length < LONGEST {
            word.push(c);
            length += 1;
        }
    }
}

/// Returns the characters in lower case, without accents and in one form for equal characters.
fn fold(text: &str) -> impl Iterator<Item = char> {
    text.nfkd()
        .filter(|c| !is_accent(*c))
        .nfc()
        // Upper case first: ß and SS, ς and σ become equal.
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .flat_map(|c| {
            let plain = match c {
                'æ' => ['a', 'e'],
                'œ' => ['o', 'e'],
                'þ' => ['t', 'h'],
                'ø' => ['o', '\0'],
                'ł' => ['l', '\0'],
                'đ' | 'ð' => ['d', '\0'],
                'ħ' => ['h', '\0'],
                _ => [c, '\0'],
            };
            plain.into_iter().filter(|c| *c != '\0')
        })
}

/// Returns true for the marks of accents, Hebrew points and Arabic vowels. Vowel signs of other scripts
/// distinguish words.
const fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Returns true for characters of scripts without spaces (Thai to Khmer, Chinese, Japanese) and for
/// pictographs.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        | '\u{2600}'..='\u{27bf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests;
