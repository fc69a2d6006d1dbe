//! Keys, tokens and a clock for the tests of this crate.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::JwsSigner as _;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::jwt::jwks::KeySet;

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "https://tasks.example/api";
pub(crate) const NOW: i64 = 1_800_000_000;

/// A clock that changes only when a test moves it.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOW)))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A private key and its public JWK.
pub(crate) struct TestKey {
    pub private: Jwk,
    pub public: Value,
}

impl TestKey {
    pub(crate) fn generate(kid: &str) -> Self {
        let mut private = Jwk::generate_rsa_key(2048).unwrap();
        private.set_key_id(kid);
        let mut public = serde_json::to_value(private.to_public_key().unwrap()).unwrap();
        public["kid"] = json!(kid);
        public["alg"] = json!("RS256");
        public["use"] = json!("sig");
        Self { private, public }
    }

    /// Signs exactly these texts with RS256.
    pub(crate) fn sign(&self, header: &str, payload: &str) -> String {
        self.sign_parts(&encode(header), &encode(payload))
    }

    pub(crate) fn sign_parts(&self, header: &str, payload: &str) -> String {
        let signed = format!("{header}.{payload}");
        let private = RsassaJwsAlgorithm::Rs256.signer_from_jwk(&self.private);
        let signature = private.unwrap().sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn access_token(&self, payload: &Value) -> String {
        let kid = self.private.key_id().unwrap();
        self.sign(&access_header(kid), &payload.to_string())
    }
}

pub(crate) static ONE: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate("one"));
pub(crate) static TWO: LazyLock<TestKey> = LazyLock::new(|| TestKey::generate("two"));

pub(crate) fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

pub(crate) fn access_header(kid: &str) -> String {
    json!({ "alg": "RS256", "typ": "at+jwt", "kid": kid }).to_string()
}

pub(crate) fn jwks(keys: &[&TestKey]) -> String {
    json!({ "keys": keys.iter().map(|key| &key.public).collect::<Vec<_>>() }).to_string()
}

pub(crate) fn key_set(keys: &[&TestKey]) -> Arc<KeySet> {
    Arc::new(KeySet::from_jwks(&jwks(keys)).unwrap())
}

/// Returns the claims of Alice's token for the tasks API, issued now for five minutes.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "client_id": "tasks-web",
        "iat": NOW, "exp": NOW + 300, "jti": "t1",
        "scope": "openid tasks:read", "entitlements": ["tasks:read", "tasks:write"],
        "roles": ["developer"], "amr": ["pwd"], "auth_time": NOW - 60, "sid": "s1",
    })
}

/// Returns [`claims`] with replaced members; `null` removes one.
pub(crate) fn claims_with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}
