//! `Client-Cert` and `Client-Cert-Chain` (RFC 9440 §2, RFC 8941 §3.3.5): a second decoder returns
//! the same bytes, and encoding them again returns the same field.

use doorward_protocol::certificate::{
    MAX_CERTIFICATE, MAX_CHAIN, chain_from_field, from_field, thumbprint,
};

use crate::base64url;
use crate::target::Target;

/// Target for certificate fields. An input is the value of a field.
pub const TARGET: Target = Target {
    name: "client_certificate",
    run,
    words: &[
        ":", "::", ",", ", ", "=", "==", "MIIB", "AAAA", "+/", "-_", "\t", " ", ":AQ:", "\n",
    ],
};

fn run(input: &[u8]) {
    let one = from_field(input);
    let chain = chain_from_field(input);
    assert_eq!(
        one.as_ref().ok().cloned(),
        byte_sequence(input).map(|der| (!der.is_empty()).then_some(der))
    );
    let items: Option<Vec<_>> = input
        .split(|byte| *byte == b',')
        .map(byte_sequence)
        .collect();
    assert_eq!(
        chain.as_ref().ok(),
        items.as_ref().filter(|items| items.len() <= MAX_CHAIN)
    );
    for der in chain.iter().flatten() {
        let written = format!(":{}:", standard(&base64url::encode(der)));
        let again = from_field(written.as_bytes()).unwrap();
        assert_eq!(again.unwrap_or_default(), *der);
        let digest = openssl::sha::sha256(der);
        assert_eq!(thumbprint(der), base64url::encode(&digest));
    }
}

/// Decodes a field as the second implementation: padding may be missing, and the bits after the
/// last byte are ignored (RFC 8941 §4.2.7).
fn byte_sequence(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let space = |letter: char| letter.is_ascii_whitespace();
    let inner = text.trim_matches(space);
    let inner = inner.strip_prefix(':')?.strip_suffix(':')?;
    let letters = inner.trim_end_matches('=');
    let padding = inner.len() - letters.len();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "+/".contains(letter);
    let rest = letters.len() % 4;
    if !letters.chars().all(is_letter) || rest == 1 || padding > (4 - rest) % 4 {
        return None;
    }
    if inner.len() / 4 * 3 > MAX_CERTIFICATE {
        return None;
    }
    let mut bytes = Vec::new();
    for group in letters.as_bytes().chunks(4) {
        let mut whole = group.to_vec();
        whole.resize(4, b'A');
        let whole = String::from_utf8(whole).ok()?;
        let whole = whole.replace('+', "-").replace('/', "_");
        bytes.extend(&base64url::decode(&whole)?[..group.len() - 1]);
    }
    Some(bytes)
}

/// Converts base64url to base64 (RFC 4648 §4), without padding.
fn standard(text: &str) -> String {
    text.replace('-', "+").replace('_', "/")
}
