//! Similarity of a password to known attributes of the user.

use zeroize::Zeroizing;

use super::context::{PasswordContext, UserAttribute};
use super::normal_form::{fold, normalize};

// The threshold of Django's UserAttributeSimilarityValidator.
const TOO_SIMILAR: f64 = 0.7;
// A shorter word occurs in good passwords by accident ("Bob" in "bobsleigh").
const MIN_CONTAINED: usize = 4;

/// A word to compare with, NFKC and in lower case.
pub(super) struct Word {
    pub kind: UserAttribute,
    pub text: Zeroizing<String>,
    // A fragment (of an address, of a full name) is compared only as a whole: "example" may occur
    // in the password of alice@example.com.
    fragment: bool,
}

/// Returns the user's attributes, each whole and in its parts.
pub(super) fn collect_words(context: &PasswordContext<'_>) -> Vec<Word> {
    let mut words = Vec::new();
    push(&mut words, UserAttribute::Username, context.username);
    if let Some((local, _)) = context.email.rsplit_once('@') {
        add(&mut words, UserAttribute::Email, local, false);
    }
    push(&mut words, UserAttribute::Email, context.email);
    for name in context.names {
        push(&mut words, UserAttribute::Name, name);
    }
    push(&mut words, UserAttribute::Site, context.site);
    words
}

fn push(words: &mut Vec<Word>, kind: UserAttribute, text: &str) {
    add(words, kind, text, false);
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    if parts.len() > 1 {
        for part in parts {
            add(words, kind, part, true);
        }
    }
}

fn add(words: &mut Vec<Word>, kind: UserAttribute, text: &str, fragment: bool) {
    let text = fold(&normalize(text.trim()));
    if !text.is_empty() {
        words.push(Word {
            kind,
            text,
            fragment,
        });
    }
}

impl Word {
    /// Returns true if the password (NFKC, lower case) equals, contains or resembles this word.
    pub fn resembles(&self, password: &str) -> bool {
        let word = self.text.as_str();
        let length = word.chars().count();
        let contained = !self.fragment
            && ((length >= MIN_CONTAINED && password.contains(word)) || word.contains(password));
        contained || is_similar(password, word)
    }
}

// Like Django, skips a word that is at least ten times shorter than the password.
fn is_similar(password: &str, word: &str) -> bool {
    let (a, b) = (password.chars().count(), word.chars().count());
    if a >= 10 * b {
        return false;
    }
    ratio(password, word) >= TOO_SIMILAR
}

/// Returns twice the number of common characters, divided by the characters of both: 1 for
/// anagrams, 0 for texts without a common character (`difflib`'s `quick_ratio`).
#[expect(
    clippy::cast_precision_loss,
    reason = "texts of some hundred characters"
)]
fn ratio(a: &str, b: &str) -> f64 {
    let sorted = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars
    };
    let (a, b) = (sorted(a), sorted(b));
    let (mut i, mut j, mut both) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * both as f64 / (a.len() + b.len()) as f64
}
