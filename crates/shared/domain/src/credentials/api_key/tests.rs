use std::collections::HashSet;

use super::*;

const HASH_KEY: [u8; 32] = [7; 32];

fn key() -> ApiKeyToken {
    ApiKeyToken::generate(&mut rand::rng())
}

#[test]
fn key_has_published_form() {
    let key = key();
    let text = key.expose();
    assert_eq!(text.len(), 51);
    assert!(text.starts_with("dw_"));
    assert!(text[3..].bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(PATTERN, r"\bdw_[0-9A-Za-z]{48}\b");
    assert_eq!(key.id().as_str(), &text[3..15]);
    assert_eq!(key.id().prefix(), &text[..15]);
    let read = ApiKeyToken::parse(text).unwrap();
    assert_eq!(read.id(), key.id());
    assert_eq!(read.hash(&HASH_KEY), key.hash(&HASH_KEY));
}

/// A key has at least 160 random bits in addition to the id.
#[test]
fn secret_is_long_enough() {
    let bits = 30.0 * 62_f64.log2();
    assert!(bits >= 160.0, "{bits}");
    let keys: HashSet<String> = (0..1000).map(|_| key().expose().to_owned()).collect();
    assert_eq!(keys.len(), 1000);
    let letters: HashSet<char> = keys.iter().flat_map(|key| key.chars()).collect();
    assert_eq!(letters.len(), 63, "base 62 and the underscore: {letters:?}");
}

/// Every byte is significant.
#[test]
fn every_change_of_single_byte_is_rejected() {
    let key = key();
    let text = key.expose().as_bytes();
    for place in 0..text.len() {
        for byte in 0x20..0x7f_u8 {
            if byte == text[place] {
                continue;
            }
            let mut changed = text.to_vec();
            changed[place] = byte;
            let changed = String::from_utf8(changed).unwrap();
            assert!(
                ApiKeyToken::parse(&changed).is_none(),
                "byte {place}: {byte}"
            );
        }
    }
}

#[test]
fn every_prefix_and_every_longer_text_is_rejected() {
    let key = key();
    for end in 0..key.expose().len() {
        assert!(ApiKeyToken::parse(&key.expose()[..end]).is_none(), "{end}");
    }
    for more in ["0", " ", "\n", "é"] {
        assert!(ApiKeyToken::parse(&format!("{}{more}", key.expose())).is_none());
        assert!(ApiKeyToken::parse(&format!("{more}{}", key.expose())).is_none());
    }
}

#[test]
fn rejects_swapped_neighboring_characters() {
    let key = key();
    for place in 3..key.expose().len() - 1 {
        let mut letters = key.expose().as_bytes().to_vec();
        letters.swap(place, place + 1);
        let swapped = String::from_utf8(letters).unwrap();
        assert_eq!(
            ApiKeyToken::parse(&swapped).is_some(),
            swapped == key.expose(),
            "{place}"
        );
    }
}

#[test]
fn hash_depends_on_key_and_text() {
    let (item, two) = (key(), key());
    assert_ne!(item.hash(&HASH_KEY), two.hash(&HASH_KEY));
    assert_ne!(item.hash(&HASH_KEY), item.hash(&[8; 32]));
    assert_eq!(format!("{item:?}"), "ApiKeyToken(…)");
}

/// The checksum is public: other programs compute it too.
#[test]
fn checksum_is_crc32_in_base_62() {
    // CRC-32/ISO-HDLC of "123456789" is 0xcbf43926 (its check value).
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    let mut rest = u64::from(0xcbf4_3926_u32);
    let mut expected = Vec::new();
    for _ in 0..6 {
        expected.insert(0, BASE62[usize::try_from(rest % 62).unwrap()]);
        rest /= 62;
    }
    assert_eq!(checksum("123456789").to_vec(), expected);
    assert_eq!(rest, 0, "six letters hold it");
}
