use actix_web::test::TestRequest;
use doorward_domain::derived_keys::CsrfKey;
use doorward_domain::secret::{MasterKey, OpaqueToken};

use super::{is_good, is_same_origin, token};

fn key() -> CsrfKey {
    CsrfKey::derive(&MasterKey::generate(&mut rand::rng()))
}

#[test]
fn a_token_is_good_for_its_browser_and_key_alone() {
    let (mine, other) = browsers();
    let key = key();
    let made = token(&key, &mine);
    assert!(is_good(&key, &mine, &made));
    assert!(!is_good(&key, &other, &made));
    assert!(!is_good(&self::key(), &mine, &made));
}

#[test]
fn no_two_pages_share_a_token() {
    let (mine, _) = browsers();
    let key = key();
    assert_ne!(token(&key, &mine), token(&key, &mine));
}

#[test]
fn every_changed_character_spoils_a_token() {
    let (mine, _) = browsers();
    let key = key();
    let made = token(&key, &mine);
    for at in 0..made.len() {
        let mut bytes = made.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        assert!(!is_good(&key, &mine, &forged), "position {at}");
    }
    for end in 0..made.len() {
        assert!(!is_good(&key, &mine, &made[..end]), "prefix of {end}");
    }
}

#[test]
fn fetch_metadata_decides_before_the_origin() {
    let ours = "https://id.example";
    let cases = [
        (None, None, true),
        (None, Some(ours), true),
        (None, Some("https://evil.example"), false),
        (None, Some("null"), false),
        (Some("same-origin"), None, true),
        (Some("same-site"), Some(ours), false),
        (Some("cross-site"), Some(ours), false),
        (Some("none"), None, false),
    ];
    for (site, origin, expected) in cases {
        let mut request = TestRequest::post();
        if let Some(site) = site {
            request = request.insert_header(("sec-fetch-site", site));
        }
        if let Some(origin) = origin {
            request = request.insert_header(("origin", origin));
        }
        let verdict = is_same_origin(&request.to_http_request(), ours);
        assert_eq!(verdict, expected, "{site:?} {origin:?}");
    }
}

fn browsers() -> (OpaqueToken, OpaqueToken) {
    let mut rng = rand::rng();
    (
        OpaqueToken::generate(&mut rng),
        OpaqueToken::generate(&mut rng),
    )
}
