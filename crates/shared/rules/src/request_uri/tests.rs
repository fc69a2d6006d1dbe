//! Tests of registered URLs of request objects.

use rstest::rstest;

use super::RequestUriError::{Characters, Fragment, NotHttps, TooMany};
use super::*;

const URI: &str = "https://app.example/request.jwt";
const HASH: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const OTHER: &str = "AAAAQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

fn with(fragment: &str) -> String {
    format!("{URI}#{fragment}")
}

#[rstest]
#[case::plain(URI.to_owned(), None)]
#[case::query(format!("{URI}?v=1"), None)]
#[case::hash(with(HASH), None)]
#[case::loopback("http://127.0.0.1:8080/r".to_owned(), None)]
#[case::longest(format!("{URI}?{}", "a".repeat(480)), None)]
#[case::too_long(format!("{URI}?{}", "a".repeat(481)), Some(Characters))]
#[case::space(format!("{URI} x"), Some(Characters))]
#[case::backslash(format!("{URI}\\x"), Some(Characters))]
#[case::not_ascii(format!("{URI}/é"), Some(Characters))]
#[case::http("http://app.example/r".to_owned(), Some(NotHttps))]
#[case::capitals("HTTPS://app.example/r".to_owned(), Some(NotHttps))]
#[case::pushed("urn:ietf:params:oauth:request_uri:x".to_owned(), Some(NotHttps))]
#[case::file("file:///etc/passwd".to_owned(), Some(NotHttps))]
#[case::empty_fragment(with(""), Some(Fragment))]
#[case::short_fragment(with(&HASH[1..]), Some(Fragment))]
#[case::padded_fragment(with(&format!("{HASH}=")), Some(Fragment))]
#[case::base64_fragment(with(&HASH.replace('-', "+")), Some(Fragment))]
fn registration_checks_url(#[case] uri: String, #[case] expected: Option<RequestUriError>) {
    let checked = check_list(&[uri]);
    assert_eq!(checked.err(), expected.map(|problem| (0, problem)));
}

#[test]
fn registration_limits_number_of_urls() {
    let uris = vec![URI.to_owned(); 21];
    assert_eq!(check_list(&uris[..20]), Ok(()));
    assert_eq!(check_list(&uris), Err((20, TooMany)));
}

const fn reference(version: Option<&'static str>) -> Reference<'static> {
    Reference {
        location: URI,
        version,
    }
}

#[rstest]
#[case::same(URI, URI, Some(reference(None)))]
#[case::query(URI, "https://app.example/request.jwt?x", None)]
#[case::prefix(URI, "https://app.example/request", None)]
#[case::host_case(URI, "https://APP.example/request.jwt", None)]
#[case::encoded(URI, "https://app.example/request%2ejwt", None)]
#[case::pushed(URI, "urn:ietf:params:oauth:request_uri:x", None)]
#[case::same_hash(&with(HASH), &with(HASH), Some(reference(Some(HASH))))]
#[case::registered_hash(&with(HASH), URI, Some(reference(Some(HASH))))]
#[case::other_hash(&with(HASH), &with(OTHER), Some(reference(Some(OTHER))))]
#[case::new_hash(URI, &with(OTHER), Some(reference(Some(OTHER))))]
#[case::no_hash(URI, &with("x"), None)]
#[case::empty_hash(URI, &with(""), None)]
fn request_matches_registered_url(
    #[case] registered: &str,
    #[case] requested: &str,
    #[case] expected: Option<Reference<'_>>,
) {
    let registered = [
        "https://app.example/first".to_owned(),
        registered.to_owned(),
    ];
    let found = find(&registered, requested);
    assert_eq!(found, expected);
}

#[test]
fn client_without_urls_has_no_match() {
    assert_eq!(find(&[], URI), None);
    assert_eq!(location(&with(HASH)), URI);
}
