//! Codes that users type, from an alphabet of 32 characters, so that each carries 5 bits.

use rand_core::CryptoRng;

use crate::secret::Secret;

/// Draws a new code.
pub(super) fn generate<const LEN: usize, R: CryptoRng + ?Sized>(
    alphabet: &[u8; 32],
    rng: &mut R,
) -> Secret<String> {
    let mut bytes = [0_u8; LEN];
    rng.fill_bytes(&mut bytes);
    // 256 is a multiple of 32, so every character is equally likely.
    let letters = bytes
        .iter()
        .map(|byte| char::from(alphabet[usize::from(byte & 31)]));
    Secret::new(letters.collect())
}

/// Reads a typed code of this length, ignoring case, spaces and dashes. `o`, `i` and `l`, which are not
/// in the alphabet, are read as the digits that they look like.
pub(super) fn parse(typed: &str, alphabet: &[u8; 32], len: usize) -> Option<Secret<String>> {
    let mut plain = String::with_capacity(len);
    for letter in typed.chars() {
        let digit = match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            '-' => continue,
            space if space.is_whitespace() => continue,
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
