use actix_web::test::TestRequest;
use doorward_domain::derived_keys::CsrfKey;
use doorward_domain::secret::{MasterKey, OpaqueToken};

use super::{is_same_origin, is_valid, token};

fn key() -> CsrfKey {
    CsrfKey::derive(&MasterKey::generate(&mut rand::rng()))
}

#[test]
fn token_is_valid_only_for_browser_and_key() {
    let (mine, other) = browsers();
    let key = key();
    let created = token(&key, &mine, &mut rand::rng());
    assert!(is_valid(&key, &mine, &created));
    assert!(!is_valid(&key, &other, &created));
    assert!(!is_valid(&self::key(), &mine, &created));
}

#[test]
fn no_two_pages_share_token() {
    let (mine, _) = browsers();
    let key = key();
    assert_ne!(
        token(&key, &mine, &mut rand::rng()),
        token(&key, &mine, &mut rand::rng())
    );
}

#[test]
fn every_changed_character_spoils_token() {
    let (mine, _) = browsers();
    let key = key();
    let created = token(&key, &mine, &mut rand::rng());
    for at in 0..created.len() {
        let mut bytes = created.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        assert!(!is_valid(&key, &mine, &forged), "position {at}");
    }
    for end in 0..created.len() {
        assert!(!is_valid(&key, &mine, &created[..end]), "prefix of {end}");
    }
}

#[test]
fn fetch_metadata_precedes_origin() {
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
