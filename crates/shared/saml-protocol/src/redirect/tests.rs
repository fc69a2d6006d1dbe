use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use rstest::rstest;

use super::*;
use crate::key::tests::{certificate_of, private_key};

const XML: &str = "<r>message</r>";
const TOO_LARGE: &str = "bytes after it was inflated";

#[track_caller]
fn assert_malformed(read: Result<Received>, expected: &str) {
    match read {
        Err(MessageError::Malformed(text)) => assert!(text.contains(expected), "{text}"),
        other => panic!("{expected}: {other:?}"),
    }
}

fn plain() -> String {
    query(Direction::Request, XML.as_bytes(), Some("a b&c=/")).unwrap()
}

fn signature(key: &PKey<Private>, text: &[u8]) -> Vec<u8> {
    let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
    signer.sign_oneshot_to_vec(text).unwrap()
}

fn signed_by(key: &PKey<Private>) -> String {
    signed(&plain(), &|bytes| Ok(signature(key, bytes))).unwrap()
}

fn keys(key: &PKey<Private>) -> Vec<VerificationKey> {
    vec![VerificationKey::from_certificate(&certificate_of(key)).unwrap()]
}

#[test]
fn message_is_read_as_written() {
    let received = read(&plain()).unwrap();
    assert_eq!(received.direction, Direction::Request);
    assert_eq!(received.document, XML.as_bytes());
    assert_eq!(received.relay_state.as_deref(), Some("a b&c=/"));
    assert_eq!(received.signature, None);
    let response = query(Direction::Response, XML.as_bytes(), None).unwrap();
    assert_eq!(read(&response).unwrap().direction, Direction::Response);
}

#[test]
fn long_relay_state_is_unchanged() {
    let state = "https://evil.example/".repeat(40);
    let query = query(Direction::Request, XML.as_bytes(), Some(&state)).unwrap();
    assert_eq!(read(&query).unwrap().relay_state, Some(state));
}

#[test]
fn signature_covers_received_bytes() {
    let (own, other) = (private_key(), private_key());
    let query = signed_by(&own);
    let received = read(&query).unwrap().signature.unwrap();
    assert_eq!(received.verify(&keys(&own)), Ok(()));
    assert_eq!(
        received.verify(&[keys(&other), keys(&own)].concat()),
        Ok(())
    );
    assert_eq!(
        received.verify(&keys(&other)),
        Err(MessageError::Signature(1))
    );
    assert_eq!(received.verify(&[]), Err(MessageError::Signature(0)));
    // The same values in another spelling are other bytes.
    for (from, to) in [("%2F", "%2f"), ("a%20b", "a+b"), ("c%3D", "%63%3D")] {
        assert!(query.contains(from), "{query}");
        let changed = read(&query.replacen(from, to, 1)).unwrap();
        let verified = changed.signature.unwrap().verify(&keys(&own));
        assert_eq!(verified, Err(MessageError::Signature(1)), "{from}");
    }
}

/// A signature over the text of other spellings is accepted, because those bytes were received.
#[test]
fn signature_of_other_spellings_is_verified() {
    let key = private_key();
    let text = plain().replace("%2F", "%2f").replace("%3D", "=");
    let text = format!("{text}&SigAlg=http://www.w3.org/2001/04/xmldsig-more%23rsa-sha256");
    let signature = encode(&STANDARD.encode(signature(&key, text.as_bytes())));
    let query = format!("{text}&Signature={signature}");
    // Signed in the order of the specification, sent in another one.
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.reverse();
    let received = read(&parts.join("&")).unwrap();
    assert_eq!(received.signature.unwrap().verify(&keys(&key)), Ok(()));
}

#[rstest]
#[case::none("RelayState=x", "either SAMLRequest or SAMLResponse")]
#[case::both("SAMLRequest=a&SAMLResponse=a", "either SAMLRequest or SAMLResponse")]
#[case::doubled("{q}&SAMLRequest=abc", "repeats the parameter SAMLRequest")]
#[case::doubled_state("{q}&RelayState=y", "repeats the parameter RelayState")]
#[case::doubled_algorithm("{q}&SigAlg=a&SigAlg=b", "repeats the parameter SigAlg")]
#[case::encoded_name(
    "{q}&SAML%52equest=abc",
    "the parameter SAML%52equest is percent-encoded"
)]
#[case::encoded_signature("{q}&%53igAlg=a", "the parameter %53igAlg is percent-encoded")]
#[case::name_with_plus("{q}&Sig+Alg=a", "the parameter Sig+Alg is percent-encoded")]
#[case::encoding("{q}&SAMLEncoding=none", "SAMLEncoding must be")]
#[case::algorithm_alone("{q}&SigAlg=a", "but not both")]
#[case::signature_alone("{q}&Signature=YQ%3D%3D", "but not both")]
#[case::no_base64("SAMLRequest=%25", "SAMLRequest is not base64")]
#[case::no_deflate("SAMLRequest=/////w==", "not deflated")]
#[case::bad_relay_state("SAMLRequest=synStwMA&RelayState=%ff", "RelayState is not UTF-8")]
fn rejects(#[case] query: &str, #[case] expected: &str) {
    let query = query.replace("{q}", &plain());
    assert_malformed(read(&query), expected);
}

#[rstest]
#[case("http://www.w3.org/2000/09/xmldsig#rsa-sha1")]
#[case("http://www.w3.org/2000/09/xmldsig#dsa-sha1")]
#[case("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")]
#[case("")]
fn rejects_algorithm(#[case] algorithm: &str) {
    let encoded = utf8_percent_encode(algorithm, UNRESERVED);
    let query = format!("{}&SigAlg={encoded}&Signature=YQ%3D%3D", plain());
    let error = MessageError::differs(SIG_ALG, RSA_SHA256, algorithm);
    assert_eq!(read(&query), Err(error));
}

#[test]
fn inflated_message_has_limit() {
    let deflated = |length: usize| query(Direction::Request, &vec![b'x'; length], None).unwrap();
    assert!(read(&deflated(MAX_MESSAGE)).is_ok());
    assert_malformed(read(&deflated(MAX_MESSAGE + 1)), TOO_LARGE);
    let bomb = deflated(10_000_000);
    assert!(bomb.len() < MAX_QUERY, "{}", bomb.len());
    assert_malformed(read(&bomb), TOO_LARGE);
    let long = format!("{}&x={}", plain(), "y".repeat(MAX_QUERY));
    assert_malformed(read(&long), "the query has more than");
}

#[test]
fn form_counts_as_unsigned() {
    let encoded = STANDARD.encode(XML);
    let received = read_post(Direction::Request, &encoded, Some("x")).unwrap();
    assert_eq!(received.document, XML.as_bytes());
    assert_eq!(received.signature, None);
    let lines = format!("{}\r\n{}", &encoded[..8], &encoded[8..]);
    assert!(read_post(Direction::Request, &lines, None).is_ok());
    assert_malformed(
        read_post(Direction::Request, "%", None),
        "SAMLRequest is not base64",
    );
    let long = STANDARD.encode("x".repeat(MAX_MESSAGE + 1));
    assert_malformed(read_post(Direction::Request, &long, None), TOO_LARGE);
}
