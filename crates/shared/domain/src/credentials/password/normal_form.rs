//! The forms of a password that are hashed and compared.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Returns the NFKC form, which is hashed: one form for equivalent characters.
pub(in crate::credentials) fn normalize(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

/// Returns the lower-case form for comparisons, because case adds little guessing resistance.
pub(super) fn fold(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_lowercase())
}
