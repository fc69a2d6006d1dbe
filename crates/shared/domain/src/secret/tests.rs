use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::prelude::*;

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

#[test]
fn rfc_6749_10_10_token_is_43_characters_and_parses_back() {
    let mut rng = rng();
    let token = OpaqueToken::generate(&mut rng);
    assert_eq!(token.expose().len(), OpaqueToken::LEN);
    let parsed = OpaqueToken::parse(token.expose()).unwrap();
    assert!(parsed == token);
    assert_eq!(parsed.hash(), token.hash());
    assert!(token != OpaqueToken::generate(&mut rng));
}

#[test]
fn every_prefix_and_every_extension_of_token_is_rejected() {
    let token = OpaqueToken::generate(&mut rng());
    let text = token.expose();
    for end in 0..text.len() {
        assert!(
            OpaqueToken::parse(&text[..end]).is_none(),
            "prefix of {end}"
        );
    }
    for tail in ["A", "=", " ", "\n", "\0"] {
        assert!(OpaqueToken::parse(&format!("{text}{tail}")).is_none());
    }
    for bad in ["+", "/", "=", " ", "é"] {
        assert!(OpaqueToken::parse(&format!("{}{bad}", &text[..43 - bad.len()])).is_none());
    }
}

#[test]
fn only_canonical_last_character_is_accepted() {
    let zeros = "A".repeat(43);
    assert!(OpaqueToken::parse(&zeros).is_some());
    // 'B', 'C' and 'D' decode to the same 32 bytes as 'A' in a lenient decoder.
    for last in ['B', 'C', 'D'] {
        assert!(OpaqueToken::parse(&format!("{}{last}", &zeros[..42])).is_none());
    }
}

#[test]
fn changed_byte_changes_hash() {
    let token = OpaqueToken::generate(&mut rng());
    for at in 0..43 {
        let mut bytes = token.expose().as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'E' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_ne!(TokenHash::digest(&changed), token.hash());
    }
}

#[test]
fn hash_reads_back_from_32_bytes_only() {
    let hash = TokenHash::digest("x");
    assert_eq!(TokenHash::from_slice(hash.as_bytes()), Some(hash));
    assert_eq!(TokenHash::from_slice(&hash.as_bytes()[..31]), None);
    assert_eq!(TokenHash::from_slice(&[0; 33]), None);
    assert_eq!(
        hash.to_base64url(),
        "LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE"
    );
}

#[test]
fn debug_shows_no_secret() {
    let mut rng = rng();
    let token = OpaqueToken::generate(&mut rng);
    let key = MasterKey::generate(&mut rng);
    let shown = format!("{token:?} {key:?} {:?}", Secret::from("canary-7731"));
    assert_eq!(shown, "OpaqueToken(…) MasterKey(…) Secret(…)");
}

#[test]
fn master_key_round_trips_as_text() {
    let key = MasterKey::generate(&mut rng());
    let text = key.to_base64();
    for spelling in [
        text.as_str(),
        text.trim_end_matches('='),
        &format!(" {}\n", *text),
    ] {
        let again = MasterKey::from_base64(spelling).unwrap();
        assert_eq!(again.derive(KeyPurpose::Csrf), key.derive(KeyPurpose::Csrf));
    }
}

#[test]
fn unusable_master_keys_are_rejected_with_reason() {
    let refuse = |text: &str| MasterKey::from_base64(text).unwrap_err();
    assert_eq!(refuse("not base64!"), MasterKeyError::Encoding);
    assert_eq!(refuse(""), MasterKeyError::Length(0));
    assert_eq!(
        refuse(&STANDARD.encode([7; 31])),
        MasterKeyError::Length(31)
    );
    assert_eq!(refuse(&STANDARD.encode([0; 32])), MasterKeyError::Sample);
    assert_eq!(
        refuse(&STANDARD.encode(b"change-me-change-me-change-me-!!")),
        MasterKeyError::Sample
    );
}

#[test]
fn purposes_share_no_key() {
    let mut rng = rng();
    let key = MasterKey::generate(&mut rng);
    for (i, a) in KeyPurpose::ALL.iter().enumerate() {
        let sealed = seal(&key.derive(*a), b"value", b"row", &mut rng);
        for (j, b) in KeyPurpose::ALL.iter().enumerate() {
            let opened = open(&key.derive(*b), &sealed, b"row");
            assert_eq!(opened.is_ok(), i == j, "{a:?} opened by {b:?}");
        }
    }
}

#[test]
fn derivation_is_part_of_stored_format() {
    // HKDF-SHA-256 of the bytes 0..32, no salt, info "doorward/v1/csrf"; computed with Python.
    let bytes: Vec<u8> = (0..32).collect();
    let key = MasterKey::from_base64(&STANDARD.encode(bytes)).unwrap();
    assert_eq!(
        STANDARD.encode(key.derive(KeyPurpose::Csrf)),
        "um1P0K0PpmyDBF64GXp5nwf69hBzFuU5YdvKvuzOL6Y="
    );
}

#[test]
fn sealing_is_randomized_and_bound_to_context() {
    let mut rng = rng();
    let key = [9; 32];
    let first = seal(&key, b"secret", b"row 1", &mut rng);
    let second = seal(&key, b"secret", b"row 1", &mut rng);
    assert_ne!(first, second);
    assert_eq!(open(&key, &first, b"row 1").unwrap().as_slice(), b"secret");
    assert_eq!(open(&key, &first, b"row 2"), Err(OpenError));
    assert_eq!(open(&[8; 32], &first, b"row 1"), Err(OpenError));
}

#[test]
fn every_damaged_byte_and_every_cut_is_noticed() {
    let sealed = seal(&[9; 32], b"secret", b"row", &mut rng());
    for at in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert_eq!(
            open(&[9; 32], &damaged, b"row"),
            Err(OpenError),
            "byte {at}"
        );
        assert_eq!(
            open(&[9; 32], &sealed[..at], b"row"),
            Err(OpenError),
            "cut at {at}"
        );
    }
}

#[test]
fn only_used_token_opens_successor() {
    let mut rng = rng();
    let consumed = OpaqueToken::generate(&mut rng);
    let successor = OpaqueToken::generate(&mut rng);
    let (consumed, successor) = (consumed.expose(), successor.expose());
    let sealed = seal_successor(consumed, successor, &mut rng);
    let opened = open_successor(consumed, &sealed).expect("the successor");
    assert_eq!(opened.expose(), successor);
    assert!(open_successor(successor, &sealed).is_none());
    assert!(open_successor(consumed, &sealed[1..]).is_none());
    assert!(!sealed.windows(8).any(|w| w == &successor.as_bytes()[..8]));
}

proptest! {
    #[test]
    fn sealed_value_opens(plain: Vec<u8>, aad: Vec<u8>, key: [u8; 32], seed: u64) {
        let sealed = seal(&key, &plain, &aad, &mut StdRng::seed_from_u64(seed));
        prop_assert_eq!(open(&key, &sealed, &aad).unwrap().to_vec(), plain);
    }

    #[test]
    fn foreign_bytes_are_rejected_without_panic(bytes: Vec<u8>, text: String) {
        prop_assert_eq!(open(&[1; 32], &bytes, b""), Err(OpenError));
        if let Some(token) = OpaqueToken::parse(&text) {
            prop_assert_eq!(token.expose(), text);
        }
    }
}
