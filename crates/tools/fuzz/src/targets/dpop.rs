//! DPoP proofs (RFC 9449 §4.3): an accepted one was made with the named key, for this request, at
//! this time.

use std::sync::LazyLock;

use doorward_access::jwt::dpop::{Expected, WINDOW, verify};
use openssl::sha::sha256;

use super::signed::{NOW, Signed, tampered};
use crate::target::Target;
use crate::{base64url, json, keys};

/// Target for proofs. `@jwk` in a header is replaced by the key.
pub const TARGET: Target = Target {
    name: "dpop",
    run,
    words: &[
        "@jwk",
        "\"jwk\":",
        "\"alg\":\"ES256\"",
        "\"alg\":\"none\"",
        "\"alg\":\"HS256\"",
        "\"typ\":\"dpop+jwt\"",
        "\"typ\":\"JWT\"",
        "\"crit\":[]",
        "\"d\":\"AQ\"",
        "\"htm\":\"POST\"",
        "\"htu\":\"https://id.example/oauth2/token\"",
        "https://id.example:443/oauth2/../oauth2/token",
        "%74",
        "?a",
        "#a",
        "\"iat\":1800000060",
        "\"iat\":1800000061",
        "\"jti\":\"\"",
        "\"nonce\":\"n\"",
        "\"ath\":\"a\"",
        ",",
        "\n",
    ],
};

const METHOD: &str = "POST";
const URI: &str = "https://id.example/oauth2/token";

static GOOD: LazyLock<String> = LazyLock::new(|| {
    let header = header(br#"{"typ":"dpop+jwt","alg":"ES256","jwk":@jwk}"#);
    let payload =
        br#"{"jti":"a","htm":"POST","htu":"https://id.example/oauth2/token","iat":1800000000}"#;
    keys::es256(&header, payload)
});
static THUMBPRINT: LazyLock<String> =
    LazyLock::new(|| base64url::encode(&sha256(keys::ec_jwk().as_bytes())));

fn header(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.replace("@jwk", &keys::ec_jwk()).into_bytes()
}

fn run(input: &[u8]) {
    let (proof, is_ours) = match Signed::read(input) {
        None => return,
        Some(Signed::Raw(token)) => (token.to_owned(), false),
        Some(Signed::Parts(head, payload)) => (keys::es256(&header(head), payload), true),
        Some(Signed::Tampered(changes)) => (tampered(&GOOD, changes), true),
    };
    let expected = Expected {
        method: METHOD,
        uri: URI,
        access_token: None,
        now: NOW,
    };
    let Ok(accepted) = verify(&proof, &expected) else {
        return;
    };
    if let Some(Signed::Tampered(_)) = Signed::read(input) {
        assert_eq!(proof, *GOOD);
    }
    assert!(!is_ours || accepted.jkt == *THUMBPRINT, "{proof}");
    let mut parts = proof
        .split('.')
        .map(|part| base64url::decode(part).unwrap());
    let [header, claims] =
        [parts.next(), parts.next()].map(|part| json::object(&part.unwrap()).unwrap());
    let typ = header
        .get("typ")
        .unwrap()
        .text()
        .unwrap()
        .to_ascii_lowercase();
    assert!(typ.ends_with("dpop+jwt"));
    assert_eq!(claims.get("htm").unwrap().text(), Some(METHOD));
    assert_eq!(claims.get("jti").unwrap().text(), Some(&*accepted.jti));
    assert_eq!(claims.get("iat").unwrap().whole(), Some(accepted.iat));
    assert!(accepted.iat.abs_diff(NOW) <= WINDOW.unsigned_abs());
    // Rejected for another request, with a token that it does not name, and later.
    let ath = claims.get("ath").and_then(json::Json::text);
    for other in [
        Expected {
            method: "GET",
            ..expected
        },
        Expected {
            uri: "https://id.example/oauth2/revoke",
            ..expected
        },
        Expected {
            uri: "https://other.example/oauth2/token",
            ..expected
        },
        Expected {
            now: NOW + 2 * WINDOW + 1,
            ..expected
        },
    ] {
        assert!(verify(&proof, &other).is_err(), "{proof} {other:?}");
    }
    let bound = Expected {
        access_token: Some("token"),
        ..expected
    };
    let hash = base64url::encode(&sha256(b"token"));
    assert_eq!(
        verify(&proof, &bound).is_ok(),
        ath == Some(&*hash),
        "{proof}"
    );
}
