//! The forms of a password that are hashed and compared.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// One spelling for what looks the same. This form is what is hashed.
pub(super) fn normalize(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

/// For comparisons only: case says nothing about how guessable a password is.
pub(super) fn fold(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_lowercase())
}
