//! The habits of a provider: its responses as changes of the usual ones, and its signatures.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde_json::{Value, json};

use crate::rsa_keys;

/// A member with this value is removed by a [`Shape`].
pub const ABSENT: &str = "\u{0}absent";

/// The responses of a provider with unusual habits: changes of the usual ones. The members of each
/// value replace those of the response; [`ABSENT`] removes one.
#[derive(Clone, Debug)]
pub struct Shape {
    pub discovery: Value,
    /// Members of the published key.
    pub key: Value,
    /// Entries of the key set before that key.
    pub further_keys: Value,
    /// Signature algorithm; a fitting key is published.
    pub alg: &'static str,
    pub header: Value,
    pub id_token: Value,
    pub token: Value,
    /// userinfo; null for none but `sub`.
    pub userinfo: Value,
    /// True if userinfo is a signed JWT (OIDC Core §5.3.2).
    pub signs_userinfo: bool,
    /// Status of the responses of userinfo.
    pub userinfo_status: &'static str,
    /// Media type of all JSON documents.
    pub media_type: &'static str,
    /// Text before each JSON document.
    pub prefix: &'static str,
}

impl Default for Shape {
    fn default() -> Self {
        let none = || json!({});
        Self {
            discovery: none(),
            key: none(),
            further_keys: json!([]),
            alg: "RS256",
            header: none(),
            id_token: none(),
            token: none(),
            userinfo: Value::Null,
            signs_userinfo: false,
            userinfo_status: "200 OK",
            media_type: "application/json",
            prefix: "",
        }
    }
}

pub(super) fn change(members: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().expect("members") {
        if value == ABSENT {
            members.as_object_mut().expect("an object").remove(name);
        } else {
            members[name] = value.clone();
        }
    }
}

fn signer(alg: &str, key: &Jwk) -> Box<dyn JwsSigner> {
    match alg {
        "RS256" => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(key).unwrap()),
        "RS384" => Box::new(RsassaJwsAlgorithm::Rs384.signer_from_jwk(key).unwrap()),
        "RS512" => Box::new(RsassaJwsAlgorithm::Rs512.signer_from_jwk(key).unwrap()),
        "PS512" => Box::new(RsassaPssJwsAlgorithm::Ps512.signer_from_jwk(key).unwrap()),
        "ES256" => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(key).unwrap()),
        "ES384" => Box::new(EcdsaJwsAlgorithm::Es384.signer_from_jwk(key).unwrap()),
        "EdDSA" => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(key).unwrap()),
        other => panic!("no signer of {other}"),
    }
}

pub(super) fn sign(alg: &str, further: &Value, claims: &Value, key: &Jwk) -> String {
    let mut header = json!({ "alg": alg });
    change(&mut header, further);
    let parts = [&header, claims].map(|item| URL_SAFE_NO_PAD.encode(item.to_string()));
    let text = parts.join(".");
    let signature = signer(alg, key).sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Returns a new key for an algorithm.
pub(super) fn new_key(alg: &str) -> Jwk {
    match alg {
        "ES256" => Jwk::generate_ec_key(EcCurve::P256).unwrap(),
        "ES384" => Jwk::generate_ec_key(EcCurve::P384).unwrap(),
        "EdDSA" => Jwk::generate_ed_key(EdCurve::Ed25519).unwrap(),
        _ => rsa_keys::take(),
    }
}
