//! Known attacks on JWS verification, one row each (RFC 8725 §2). All of them use the issuer's own
//! key if that makes them stronger.

use josekit::jwk::KeyPair as _;
use josekit::jwk::alg::rsa::RsaKeyPair;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use super::*;
use crate::fixtures::{TestKey, access_header, encode};

fn good() -> String {
    ONE.access_token(&claims())
}

fn with_header(header: &str) -> Result<AccessTokenClaims, TokenRejection> {
    verify(&ONE.sign(header, &claims().to_string()))
}

#[rstest]
#[case::none("none")]
#[case::none_mixed_case("nOnE")]
#[case::hs256("HS256")]
#[case::rs384("RS384")]
#[case::rs512("RS512")]
#[case::ps256("PS256")]
#[case::es256("ES256")]
#[case::eddsa("EdDSA")]
#[case::lower_case("rs256")]
#[case::space("RS256 ")]
#[case::nul("RS256\0")]
#[case::empty("")]
#[case::jwe("RSA-OAEP")]
#[case::direct("dir")]
fn unsupported_algorithms(#[case] alg: &str) {
    let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "one" }).to_string();
    assert_eq!(with_header(&header), Err(TokenRejection::Algorithm));
    let unsigned = format!("{}.{}.", encode(&header), encode(&claims().to_string()));
    assert!(verify(&unsigned).is_err());
}

#[rstest]
#[case(r#"{"typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":null,"typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":["RS256"],"typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":{"RS256":1},"typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"ALG":"RS256","typ":"at+jwt","kid":"one"}"#)]
fn non_text_algorithms(#[case] header: &str) {
    assert_eq!(with_header(header), Err(TokenRejection::Algorithm));
}

/// The public key is not secret: an HMAC made with it authenticates nothing (CVE-2015-9235 and
/// later).
#[rstest]
fn public_key_as_hmac_secret(
    #[values("HS256", "RS256")] alg: &str,
    #[values("pem", "modulus", "jwk", "empty")] secret: &str,
) {
    let public = &ONE.public;
    let secret = match secret {
        "pem" => RsaKeyPair::from_jwk(&ONE.private)
            .unwrap()
            .to_pem_public_key(),
        "modulus" => URL_SAFE_NO_PAD
            .decode(public["n"].as_str().unwrap())
            .unwrap(),
        "jwk" => public.to_string().into_bytes(),
        _ => b"\0".to_vec(),
    };
    let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "one" }).to_string();
    let signed = format!("{}.{}", encode(&header), encode(&claims().to_string()));
    let key = PKey::hmac(&secret).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    let signature = signer.sign_oneshot_to_vec(signed.as_bytes()).unwrap();
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert!(verify(&token).is_err());
}

#[rstest]
#[case::key_url(json!({ "jku": "https://evil.example/jwks" }))]
#[case::certificate_url(json!({ "x5u": "https://evil.example/cert" }))]
#[case::certificate(json!({ "x5c": ["MIIB"] }))]
#[case::certificate_hash(json!({ "x5t": "AA" }))]
#[case::certificate_sha256(json!({ "x5t#S256": "AA" }))]
#[case::key(json!({ "jwk": { "kty": "RSA" } }))]
#[case::key_null(json!({ "jwk": null }))]
#[case::critical_unknown(json!({ "crit": ["exp"], "exp": 1 }))]
#[case::critical_empty(json!({ "crit": [] }))]
#[case::critical_b64(json!({ "crit": ["b64"], "b64": false }))]
#[case::unencoded(json!({ "b64": false }))]
#[case::unencoded_true(json!({ "b64": true }))]
#[case::zip(json!({ "zip": "DEF" }))]
#[case::encryption(json!({ "enc": "A256GCM" }))]
#[case::password_salt(json!({ "p2s": "AA", "p2c": 2_000_000_000 }))]
fn forbidden_header_parameters(#[case] more: Value) {
    let mut header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one" });
    header
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    assert_eq!(
        with_header(&header.to_string()),
        Err(TokenRejection::Header)
    );
}

/// The attacker's own key in the header.
#[test]
fn key_in_header_is_not_used() {
    let own = TestKey::generate("one");
    let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one", "jwk": own.public });
    assert!(verify(&own.sign(&header.to_string(), &claims().to_string())).is_err());
    let plain = own.access_token(&claims());
    assert_eq!(verify(&plain), Err(TokenRejection::Signature));
}

#[rstest]
#[case::other("three")]
#[case::upper_case("ONE")]
#[case::path("../../one")]
#[case::absolute_path("/dev/null")]
#[case::sql("one' OR '1'='1")]
#[case::url("https://evil.example/one")]
#[case::command("one;id")]
#[case::nul("one\0")]
#[case::long(&"k".repeat(5000))]
fn kid_selects_only_own_keys(#[case] kid: &str) {
    let rejection = TokenRejection::UnknownKey {
        kid: kid.to_owned(),
    };
    assert_eq!(with_header(&access_header(kid)), Err(rejection));
}

#[rstest]
#[case(r#"{"alg":"RS256","typ":"at+jwt"}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":""}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":null}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":1}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":["one"]}"#)]
fn kid_is_required(#[case] header: &str) {
    assert!(matches!(
        with_header(header),
        Err(TokenRejection::Malformed(_))
    ));
}

/// A token of one key must not be accepted for another key.
#[test]
fn named_key_must_have_signed() {
    let token = TWO.sign(&access_header("one"), &claims().to_string());
    assert_eq!(verify(&token), Err(TokenRejection::Signature));
}

#[rstest]
#[case::id_token("JWT")]
#[case::logout_token("logout+jwt")]
#[case::assertion("client-authentication+jwt")]
#[case::introspection("token-introspection+jwt")]
#[case::proof("dpop+jwt")]
#[case::request_object("oauth-authz-req+jwt")]
fn rfc_9701_8_1_wrong_token_types(#[case] typ: &str) {
    let header = json!({ "alg": "RS256", "typ": typ, "kid": "one" });
    assert_eq!(with_header(&header.to_string()), Err(TokenRejection::Type));
}

#[rstest]
#[case(r#"{"alg":"RS256","typ":1,"kid":"one"}"#)]
#[case(r#"{"alg":"RS256","typ":["at+jwt"],"kid":"one"}"#)]
#[case(r#"{"alg":"RS256","typ":null,"kid":"one"}"#)]
fn non_text_types(#[case] header: &str) {
    assert_eq!(with_header(header), Err(TokenRejection::Type));
}

/// Two members of the same name: two parsers would read different tokens.
#[rstest]
#[case(r#"{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":"RS256","\u0061lg":"RS256","typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":"RS256","typ":"JWT","typ":"at+jwt","kid":"one"}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":"two","kid":"one"}"#)]
#[case(r#"{"alg":"RS256","typ":"at+jwt","kid":"one","x":{"a":1,"a":2}}"#)]
#[case(r#"["RS256"]"#)]
#[case(r#""RS256""#)]
#[case("null")]
#[case("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"one\"} ,")]
#[case("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"one\"}{}")]
fn ambiguous_headers(#[case] header: &str) {
    assert!(matches!(
        with_header(header),
        Err(TokenRejection::Malformed(_))
    ));
}

#[rstest]
#[case::duplicate_subject(r#"{"sub":"admin","#)]
#[case::duplicate_expiry(r#"{"exp":9999999999,"#)]
#[case::duplicate_nested(r#"{"x":{"a":1,"a":2},"#)]
#[case::number_out_of_range(r#"{"x":1e999,"#)]
#[case::invalid_escape(r#"{"x":"\ud800","#)]
fn ambiguous_payloads(#[case] start: &str) {
    let payload = format!("{start}{}", &claims().to_string()[1..]);
    let token = ONE.sign(&access_header("one"), &payload);
    assert!(matches!(verify(&token), Err(TokenRejection::Malformed(_))));
}

#[rstest]
#[case("[]")]
#[case("\"alice\"")]
#[case("null")]
#[case("not json")]
#[case(" ")]
fn non_object_payloads(#[case] payload: &str) {
    let token = ONE.sign(&access_header("one"), payload);
    assert!(matches!(verify(&token), Err(TokenRejection::Malformed(_))));
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    let payload = format!(r#"{{"x":{deep},{}"#, &claims().to_string()[1..]);
    assert!(verify(&ONE.sign(&access_header("one"), &payload)).is_err());
}

#[test]
fn length_is_bounded() {
    let padded = |n: usize| claims_with(&json!({ "x": "a".repeat(n) }));
    assert!(verify_claims(&padded(8_000)).is_ok());
    assert_eq!(verify_claims(&padded(16_000)), Err(TokenRejection::TooLong));
}

fn parts() -> (String, String, String) {
    let token = good();
    let mut parts = token.split('.').map(str::to_owned);
    (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    )
}

#[rstest]
#[case::empty("")]
#[case::dots("..")]
#[case::no_signature("{h}.{p}")]
#[case::empty_signature("{h}.{p}.")]
#[case::empty_header(".{p}.{s}")]
#[case::empty_payload("{h}..{s}")]
#[case::four_parts("{h}.{p}.{s}.")]
#[case::four_full_parts("{h}.{p}.{s}.{s}")]
#[case::jwe("{h}.{p}.{s}.{s}.{s}")]
#[case::leading_dot(".{h}.{p}.{s}")]
#[case::leading_space(" {h}.{p}.{s}")]
#[case::trailing_space("{h}.{p}.{s} ")]
#[case::trailing_newline("{h}.{p}.{s}\n")]
#[case::inner_newline("{h}.\n{p}.{s}")]
#[case::trailing_nul("{h}.{p}.{s}\0")]
#[case::padded_signature("{h}.{p}.{s}==")]
#[case::padded_header("{h}=.{p}.{s}")]
#[case::trailing_data("{h}.{p}.{s}AAAA")]
#[case::swapped("{p}.{h}.{s}")]
#[case::doubled_payload("{h}.{p}{p}.{s}")]
#[case::bearer("Bearer {h}.{p}.{s}")]
#[case::json(r#"{"protected":"{h}","payload":"{p}","signature":"{s}"}"#)]
#[case::quoted("\"{h}.{p}.{s}\"")]
#[case::percent("{h}%2E{p}%2E{s}")]
fn malformed_tokens_are_rejected(#[case] shape: &str) {
    let (h, p, s) = parts();
    let token = shape
        .replace("{h}", &h)
        .replace("{p}", &p)
        .replace("{s}", &s);
    assert!(verify(&token).is_err(), "{shape}");
}

/// 256 bytes leave four unused bits in the last character: all but one spelling are rejected.
#[test]
fn signature_has_single_spelling() {
    let good = good();
    let (start, last) = good.split_at(good.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let accepted: Vec<char> = alphabet
        .chars()
        .filter(|c| verify(&format!("{start}{c}")).is_ok())
        .collect();
    assert_eq!(accepted, last.chars().collect::<Vec<_>>());
}

#[rstest]
#[case::empty(|_: &mut Vec<u8>| vec![])]
#[case::zeros(|s: &mut Vec<u8>| vec![0; s.len()])]
#[case::ones(|s: &mut Vec<u8>| vec![255; s.len()])]
#[case::one(|s: &mut Vec<u8>| { let mut one = vec![0; s.len()]; *one.last_mut().unwrap() = 1; one })]
#[case::shorter(|s: &mut Vec<u8>| s[1..].to_vec())]
#[case::cut(|s: &mut Vec<u8>| s[..s.len() - 1].to_vec())]
#[case::leading_zero(|s: &mut Vec<u8>| [vec![0], s.clone()].concat())]
#[case::trailing_zero(|s: &mut Vec<u8>| [s.clone(), vec![0]].concat())]
#[case::doubled(|s: &mut Vec<u8>| [s.clone(), s.clone()].concat())]
#[case::reversed(|s: &mut Vec<u8>| { s.reverse(); s.clone() })]
fn forged_signatures(#[case] forge: fn(&mut Vec<u8>) -> Vec<u8>) {
    let (h, p, s) = parts();
    let mut signature = URL_SAFE_NO_PAD.decode(s).unwrap();
    let forged = URL_SAFE_NO_PAD.encode(forge(&mut signature));
    assert!(verify(&format!("{h}.{p}.{forged}")).is_err());
}

/// A signature of one token must not be accepted for another.
#[test]
fn signature_cannot_be_moved() {
    let (h, _, s) = parts();
    let other = encode(&claims_with(&json!({ "sub": "admin" })).to_string());
    assert_eq!(
        verify(&format!("{h}.{other}.{s}")),
        Err(TokenRejection::Signature)
    );
}

/// Signed by the issuer, but not in base64url: another reader would decode other bytes.
#[rstest]
#[case::padding("=")]
#[case::space(" ")]
#[case::line("\r\n")]
#[case::dot_less_garbage("!")]
fn signed_parts_are_base64url(#[case] suffix: &str) {
    let (h, p, _) = parts();
    for (h, p) in [
        (format!("{h}{suffix}"), p.clone()),
        (h, format!("{p}{suffix}")),
    ] {
        assert!(matches!(
            verify(&ONE.sign_parts(&h, &p)),
            Err(TokenRejection::Malformed(_))
        ));
    }
}

#[test]
fn token_without_known_keys_is_rejected() {
    let expected = Expected::new(ISSUER, AUDIENCE);
    let result = verify_access_token(&good(), &KeySet::default(), &expected, NOW);
    assert_eq!(
        result,
        Err(TokenRejection::UnknownKey { kid: "one".into() })
    );
}
