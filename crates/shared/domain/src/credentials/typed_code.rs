//! Codes that users type: one reading for all of them, and codes from an alphabet of 32 characters, so
//! that each carries 5 bits.

use icu_properties::props::{Dash, DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization as _;

use crate::secret::Secret;

/// Draws `len` characters of an alphabet, `BUFFER` random bytes at a time.
pub(super) fn generate<const BUFFER: usize, R: CryptoRng + ?Sized>(
    alphabet: &[u8],
    len: usize,
    rng: &mut R,
) -> String {
    // Bytes from the greatest multiple on are skipped, so every character is equally likely.
    let fair = 256 / alphabet.len() * alphabet.len();
    let mut letters = String::with_capacity(len);
    while letters.len() < len {
        let mut bytes = [0_u8; BUFFER];
        rng.fill_bytes(&mut bytes);
        let drawn = bytes
            .into_iter()
            .map(usize::from)
            .filter(|byte| *byte < fair);
        let drawn = drawn.take(len - letters.len());
        letters.extend(drawn.map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    letters
}

/// Returns the meaningful characters of a typed code. Keyboards, mail programs and copying change the
/// others: compatibility forms become plain ones (NFKC), decimal digits of every script become ASCII,
/// and spaces, dashes, `_`, `.` and characters that show nothing are left out.
pub(super) fn characters(typed: &str) -> impl Iterator<Item = char> {
    let dashes = CodePointSetData::new::<Dash>();
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let is_separator =
        move |c: char| c.is_whitespace() || matches!(c, '_' | '.') || dashes.contains(c);
    typed
        .nfkc()
        .filter(move |c| !is_separator(*c) && !ignorable.contains(*c))
        .map(to_ascii_digit)
}

/// Returns the ASCII form of a decimal digit, and other characters unchanged. The decimal digits of a
/// script follow one another from 0 to 9 (Unicode §4.6), so every range of them begins with a 0.
fn to_ascii_digit(c: char) -> char {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let code = u32::from(c);
    if c.is_ascii() || categories.get(c) != GeneralCategory::DecimalNumber {
        return c;
    }
    let mut ranges = categories.iter_ranges_for_value(GeneralCategory::DecimalNumber);
    let range = ranges.find(|range| range.contains(&code));
    let digit = range.and_then(|range| char::from_digit((code - range.start()) % 10, 10));
    digit.unwrap_or(c)
}

/// Reads a typed code of this many digits.
pub(super) fn digits(typed: &str, len: usize) -> Option<Secret<String>> {
    let plain: String = characters(typed).take(len + 1).collect();
    let good = plain.len() == len && plain.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| Secret::new(plain))
}

/// Reads a typed code of this length, ignoring case, spaces and dashes. `o`, `i` and `l`, which are not
/// in the alphabet, are read as the digits that they look like.
pub(super) fn parse(typed: &str, alphabet: &[u8; 32], len: usize) -> Option<Secret<String>> {
    let mut plain = String::with_capacity(len);
    for letter in characters(typed) {
        let digit = match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let mut letters = alphabet.iter().map(|byte| char::from(*byte));
        let known = letters.find(|known| known.eq_ignore_ascii_case(&digit))?;
        if plain.len() == len {
            return None;
        }
        plain.push(known);
    }
    (plain.len() == len).then(|| Secret::new(plain))
}

#[cfg(test)]
mod tests;
