use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;
const URI: &str = "https://server.example.com/token";
/// Example proof of RFC 9449 §4.1, figure 2.
const OF_THE_RFC: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
/// Example proof with an access token of RFC 9449 §7.1, figure 12.
const BESIDE_A_TOKEN: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
/// Thumbprint of the key of both examples (RFC 9449 §6.1).
const JKT_OF_THE_RFC: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn key(alg: SigningAlg) -> Jwk {
    match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 => Jwk::generate_rsa_key(2048),
        SigningAlg::Es256 => Jwk::generate_ec_key(EcCurve::P256),
        SigningAlg::EdDsa => Jwk::generate_ed_key(EdCurve::Ed25519),
    }
    .unwrap()
}

fn signer(alg: SigningAlg, jwk: &Jwk) -> Box<dyn JwsSigner> {
    match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(jwk).unwrap()),
    }
}

/// A key with the header and the claims of a valid proof, which tests modify.
struct Maker {
    signer: Box<dyn JwsSigner>,
    header: Value,
    claims: Value,
}

impl Maker {
    fn new(alg: SigningAlg) -> Self {
        let private = key(alg);
        let public = serde_json::to_value(private.to_public_key().unwrap()).unwrap();
        Self {
            signer: signer(alg, &private),
            header: json!({ "typ": "dpop+jwt", "alg": alg.as_str(), "jwk": public }),
            claims: json!({ "jti": "one", "htm": "POST", "htu": URI, "iat": NOW }),
        }
    }

    fn sign(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = self.signer.sign(text.as_bytes()).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Sets a member; `null` removes it.
fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
}

fn expected() -> Expected<'static> {
    Expected {
        method: "POST",
        uri: URI,
        access_token: None,
        now: NOW,
    }
}

fn checked(maker: &Maker) -> Result<Proof, ProofRejection> {
    verify(&maker.sign(), &expected())
}

#[test]
fn rfc_9449_4_1_proof_of_specification_verifies() {
    let expected = Expected {
        now: 1_562_262_616,
        ..expected()
    };
    let proof = verify(OF_THE_RFC, &expected).unwrap();
    assert_eq!(proof.jkt, JKT_OF_THE_RFC);
    assert_eq!(proof.jti, "-BwC3ESc6acc2lTc");
    assert_eq!(proof.iat, 1_562_262_616);
    assert_eq!(proof.nonce, None);
}

#[test]
fn rfc_9449_7_1_proof_with_token_of_specification_verifies() {
    let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    let expected = Expected {
        method: "GET",
        uri: "https://resource.example.org/protectedresource",
        access_token: Some(token),
        now: 1_562_262_618,
    };
    assert_eq!(
        token_hash(token),
        "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    );
    let proof = verify(BESIDE_A_TOKEN, &expected).unwrap();
    assert_eq!(proof.jkt, JKT_OF_THE_RFC);
    let other = Expected {
        access_token: Some("another"),
        ..expected
    };
    assert_eq!(
        verify(BESIDE_A_TOKEN, &other),
        Err(ProofRejection::AccessToken)
    );
}

#[test]
fn rfc_7638_3_1_thumbprint_of_specification() {
    let jwk = json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
    });
    let jkt = thumbprint(jwk.as_object().unwrap()).unwrap();
    assert_eq!(jkt, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(
        thumbprint(json!({ "kty": "oct" }).as_object().unwrap()),
        None
    );
}

#[test]
fn rfc_8037_a_3_thumbprint_of_ed25519_key() {
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let jkt = thumbprint(jwk.as_object().unwrap()).unwrap();
    assert_eq!(jkt, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[rstest]
fn each_algorithm_proves_key(#[values(0, 1, 2, 3)] index: usize) {
    let maker = Maker::new(ALGS[index]);
    let jwk = maker.header["jwk"].as_object().unwrap();
    let proof = checked(&maker).unwrap();
    assert_eq!(proof.jkt, thumbprint(jwk).unwrap());
    // A signature by another key, with this key in the header.
    let mut anonymous_caller = Maker::new(ALGS[index]);
    anonymous_caller.header = maker.header;
    assert_eq!(checked(&anonymous_caller), Err(ProofRejection::Signature));
}

#[rstest]
#[case("typ", json!(null), ProofRejection::Type)]
#[case("typ", json!("JWT"), ProofRejection::Type)]
#[case("typ", json!("at+jwt"), ProofRejection::Type)]
#[case("typ", json!(1), ProofRejection::Type)]
#[case("alg", json!(null), ProofRejection::Algorithm)]
#[case("alg", json!("none"), ProofRejection::Algorithm)]
#[case("alg", json!("HS256"), ProofRejection::Algorithm)]
#[case("alg", json!("ES384"), ProofRejection::Algorithm)]
#[case("alg", json!("es256"), ProofRejection::Algorithm)]
#[case("alg", json!("RS256"), ProofRejection::Key)]
#[case("alg", json!("EdDSA"), ProofRejection::Key)]
#[case("jwk", json!(null), ProofRejection::Key)]
#[case("jwk", json!("text"), ProofRejection::Key)]
#[case("jwk", json!({}), ProofRejection::Key)]
#[case("jwk", json!({ "kty": "oct", "k": "c2VjcmV0" }), ProofRejection::PrivateKey)]
#[case("jku", json!("https://evil.example/keys"), ProofRejection::Header)]
#[case("x5c", json!(["MII"]), ProofRejection::Header)]
#[case("x5u", json!("https://evil.example/key"), ProofRejection::Header)]
#[case("crit", json!(["exp"]), ProofRejection::Header)]
#[case("b64", json!(false), ProofRejection::Header)]
fn rfc_9449_4_3_rejects_wrong_headers(
    #[case] name: &str,
    #[case] value: Value,
    #[case] rejection: ProofRejection,
) {
    let mut maker = Maker::new(SigningAlg::Es256);
    set(&mut maker.header, name, value);
    assert_eq!(checked(&maker), Err(rejection));
}

#[rstest]
#[case("dpop+jwt")]
#[case("application/dpop+jwt")]
#[case("DPoP+JWT")]
fn rfc_7515_4_1_9_type_is_media_type(#[case] typ: &str) {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.header["typ"] = json!(typ);
    assert!(checked(&maker).is_ok());
}

#[test]
fn rfc_9449_4_3_check_7_rejects_private_key() {
    let private = key(SigningAlg::Es256);
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.signer = signer(SigningAlg::Es256, &private);
    maker.header["jwk"] = serde_json::to_value(&private).unwrap();
    assert_eq!(checked(&maker), Err(ProofRejection::PrivateKey));
}

#[test]
fn rejects_weak_key_and_wrong_curve() {
    let mut maker = Maker::new(SigningAlg::Es256);
    let other = Jwk::generate_ec_key(EcCurve::P384).unwrap();
    maker.header["jwk"] = serde_json::to_value(other.to_public_key().unwrap()).unwrap();
    assert_eq!(checked(&maker), Err(ProofRejection::Key));
    let short = Jwk::generate_rsa_key(1024).unwrap();
    maker.header["alg"] = json!("PS256");
    maker.header["jwk"] = serde_json::to_value(short.to_public_key().unwrap()).unwrap();
    assert_eq!(checked(&maker), Err(ProofRejection::Key));
}

#[rstest]
#[case("jti", json!(null), ProofRejection::Claim("jti"))]
#[case("jti", json!(""), ProofRejection::Claim("jti"))]
#[case("jti", json!(7), ProofRejection::Claim("jti"))]
#[case("jti", json!("a".repeat(513)), ProofRejection::Claim("jti"))]
#[case("htm", json!(null), ProofRejection::Claim("htm"))]
#[case("htm", json!("GET"), ProofRejection::Method)]
#[case("htm", json!("post"), ProofRejection::Method)]
#[case("htu", json!(null), ProofRejection::Claim("htu"))]
#[case("htu", json!(["https://server.example.com/token"]), ProofRejection::Claim("htu"))]
#[case("iat", json!(null), ProofRejection::Claim("iat"))]
#[case("iat", json!("1800000000"), ProofRejection::Claim("iat"))]
#[case("iat", json!(NOW - 61), ProofRejection::Time)]
#[case("iat", json!(NOW + 61), ProofRejection::Time)]
#[case("iat", json!(i64::MIN), ProofRejection::Time)]
#[case("iat", json!(i64::MAX), ProofRejection::Time)]
#[case("nonce", json!(1), ProofRejection::Claim("nonce"))]
#[case("nonce", json!(""), ProofRejection::Claim("nonce"))]
fn rfc_9449_4_3_rejects_wrong_claims(
    #[case] name: &str,
    #[case] value: Value,
    #[case] rejection: ProofRejection,
) {
    let mut maker = Maker::new(SigningAlg::Es256);
    set(&mut maker.claims, name, value);
    assert_eq!(checked(&maker), Err(rejection));
}

#[rstest]
#[case(NOW - WINDOW)]
#[case(NOW)]
#[case(NOW + WINDOW)]
fn rfc_9449_4_3_check_11_clock_may_differ_by_minute(#[case] iat: i64) {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.claims["iat"] = json!(iat);
    let proof = checked(&maker).unwrap();
    // A replay store keeps it for as long as it could be accepted.
    assert!(proof.expires_at() > iat + WINDOW);
}

#[rstest]
#[case("https://server.example.com/token", true)]
#[case("https://server.example.com/token?a=b", true)]
#[case("https://server.example.com/token#part", true)]
#[case("HTTPS://Server.EXAMPLE.com/token", true)]
#[case("https://server.example.com:443/token", true)]
#[case("https://server.example.com/a/../token", true)]
#[case("https://server.example.com/%74oken", true)]
#[case("https://server.example.com/%74ok%65n", true)]
#[case("https://server.example.com/Token", false)]
#[case("https://server.example.com/token/", false)]
#[case("https://server.example.com/token%2F", false)]
#[case("https://server.example.com//token", false)]
#[case("http://server.example.com/token", false)]
#[case("https://server.example.com:8443/token", false)]
#[case("https://other.example.com/token", false)]
#[case("https://server.example.com.evil.example/token", false)]
#[case("https://server.example.com/", false)]
fn rfc_9449_4_3_check_9_urls_are_compared_normalized(#[case] htu: &str, #[case] is_same: bool) {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.claims["htu"] = json!(htu);
    let refused = Err(ProofRejection::Target);
    assert_eq!(checked(&maker).is_ok(), is_same, "{htu}");
    assert_eq!(checked(&maker) == refused, !is_same, "{htu}");
}

#[rstest]
#[case("/token")]
#[case("server.example.com/token")]
#[case("https://user@server.example.com/token")]
#[case("https://user:password@server.example.com/token")]
#[case(" https://server.example.com/token")]
#[case("https://server.example.com\\token")]
#[case("https://server.exa\tmple.com/token")]
#[case("ftp://server.example.com/token")]
#[case("")]
fn rejects_non_http_htu(#[case] htu: &str) {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.claims["htu"] = json!(htu);
    assert_eq!(checked(&maker), Err(ProofRejection::Claim("htu")));
}

#[rstest]
#[case("/%c3%a4", "/%C3%A4")]
#[case("/%7e%2D%2f", "/~-%2F")]
#[case("/%", "/%")]
#[case("/%4", "/%4")]
#[case("/%zz%41", "/%zzA")]
#[case("/%+1", "/%+1")]
fn rfc_3986_6_2_2_paths_are_normalized(#[case] path: &str, #[case] normal: &str) {
    assert_eq!(normal_path(path), normal);
}

#[test]
fn rfc_9449_4_3_check_12_ath_is_required_with_token() {
    let mut maker = Maker::new(SigningAlg::EdDsa);
    let with_token = Expected {
        access_token: Some("token"),
        ..expected()
    };
    let missing = Err(ProofRejection::Claim("ath"));
    assert_eq!(verify(&maker.sign(), &with_token), missing);
    maker.claims["ath"] = json!(token_hash("token"));
    assert!(verify(&maker.sign(), &with_token).is_ok());
    maker.claims["ath"] = json!(token_hash("other"));
    let other = Err(ProofRejection::AccessToken);
    assert_eq!(verify(&maker.sign(), &with_token), other);
}

#[test]
fn rfc_9449_8_nonce_is_reported() {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.claims["nonce"] = json!("abc");
    let proof = checked(&maker).unwrap();
    assert_eq!(proof.nonce.as_deref(), Some("abc"));
}

#[test]
fn rfc_9449_11_1_copies_share_identifier_and_new_jti_differs() {
    let mut maker = Maker::new(SigningAlg::Es256);
    let first = checked(&maker).unwrap();
    assert_eq!(first.name(), checked(&maker).unwrap().name());
    // A copy signed with another time has the same identifier and counts as a replay.
    maker.claims["iat"] = json!(NOW + 1);
    assert_eq!(first.name(), checked(&maker).unwrap().name());
    maker.claims["jti"] = json!("two");
    assert_ne!(first.name(), checked(&maker).unwrap().name());
    let other = Maker::new(SigningAlg::Es256);
    assert_ne!(first.name(), checked(&other).unwrap().name());
}

#[rstest]
#[case("")]
#[case("a")]
#[case("a.b")]
#[case("a.b.c")]
#[case("a.b.c.d.e")]
#[case("..")]
#[case("e30.e30.e30, e30.e30.e30")]
fn rfc_9449_4_3_check_2_rejects_malformed_jwt(#[case] text: &str) {
    let result = verify(text, &expected());
    assert!(
        matches!(
            result,
            Err(ProofRejection::Malformed(_) | ProofRejection::Type)
        ),
        "{text}: {result:?}"
    );
}

#[test]
fn proof_is_bounded() {
    let mut maker = Maker::new(SigningAlg::Es256);
    maker.claims["more"] = json!("a".repeat(MAX_PROOF_BYTES));
    assert_eq!(checked(&maker), Err(ProofRejection::TooLong));
}

#[test]
fn rejects_duplicate_member() {
    let maker = Maker::new(SigningAlg::Es256);
    let header = URL_SAFE_NO_PAD.encode(maker.header.to_string());
    let twice =
        format!("{{\"jti\":\"a\",\"jti\":\"b\",\"htm\":\"POST\",\"htu\":\"{URI}\",\"iat\":{NOW}}}");
    let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(twice));
    let signature = maker.signer.sign(text.as_bytes()).unwrap();
    let proof = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert!(matches!(
        verify(&proof, &expected()),
        Err(ProofRejection::Malformed(_))
    ));
}

proptest! {
    /// Every URL equals itself, whatever characters its path contains.
    #[test]
    fn url_equals_itself(path in "/[a-zA-Z0-9%/._~-]{0,40}") {
        let mut maker = Maker::new(SigningAlg::EdDsa);
        let uri = format!("https://server.example.com{path}");
        maker.claims["htu"] = json!(uri);
        let own = Expected { uri: &uri, ..expected() };
        prop_assert!(verify(&maker.sign(), &own).is_ok(), "{}", uri);
    }

    #[test]
    fn arbitrary_text_is_no_proof(text in ".{0,200}") {
        prop_assert!(verify(&text, &expected()).is_err());
    }
}
