//! Base64url without padding (RFC 4648 §5): a second, bit-by-bit implementation for the oracles.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub fn encode(bytes: &[u8]) -> String {
    let bit = |index: usize| {
        let byte = bytes.get(index / 8).copied().unwrap_or(0);
        byte >> (7 - index % 8) & 1
    };
    let letters = (bytes.len() * 8).div_ceil(6);
    (0..letters)
        .map(|letter| {
            let value = (0..6).fold(0, |value, place| value << 1 | bit(letter * 6 + place));
            char::from(ALPHABET[usize::from(value)])
        })
        .collect()
}

/// Decodes only text that [`encode`] could have written.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut roles, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|own| *own == letter)?;
        roles = roles << 6 | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(roles >> bits & 0xff).ok()?);
        }
    }
    (encode(&bytes) == text).then_some(bytes)
}
