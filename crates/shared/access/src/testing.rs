//! An issuer in memory for the tests of a service: tokens, keys and documents without a server.
//!
//! Enable the feature `testing` in `[dev-dependencies]` only. The key is new in each process, so that
//! no service that verifies its issuer's keys accepts a token from here.
//!
//! ```
//! use doorward_access::testing::MemoryIssuer;
//!
//! let issuer = MemoryIssuer::new("https://id.example", "https://reports.example");
//! let access = issuer.access();
//! let token = issuer.token("alice").permissions(["tasks:read"]).sign();
//! assert_eq!(access.audience(), "https://reports.example");
//! assert_eq!(token.split('.').count(), 3);
//! ```

#![allow(
    clippy::expect_used,
    reason = "code of tests: a failure has to end the test"
)]

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::JwsSigner as _;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::Access;
use crate::clock::{Clock, SystemClock};
use crate::jwt::jwks::KeySet;

/// The ID of the issuer's key.
const KID: &str = "test";
/// Lifetime of tokens in seconds.
const TTL: i64 = 300;

/// The key of all issuers of a process, because generating a key takes long.
static KEY: LazyLock<Jwk> = LazyLock::new(|| {
    let mut key = Jwk::generate_rsa_key(2048).expect("a key");
    key.set_key_id(KID);
    key
});

/// An issuer whose tokens a service accepts in its tests.
#[derive(Clone)]
pub struct MemoryIssuer {
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

doorward_protocol::debug_fields!(MemoryIssuer: issuer, audience);

impl MemoryIssuer {
    /// Creates an issuer with this URL for a service with this audience (resource identifier).
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            clock: Arc::new(SystemClock),
        }
    }

    /// Replaces the system clock, for tokens and for [`Self::access`].
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Returns an authenticator for the issuer's tokens. For other settings call
    /// [`Access::builder`], and `build_with_keys` with [`Self::key_set`].
    pub fn access(&self) -> Access {
        Access::builder(&*self.issuer, &*self.audience)
            .clock(Arc::clone(&self.clock))
            .build_with_keys(self.key_set())
    }

    /// Returns the issuer's keys.
    pub fn key_set(&self) -> Arc<KeySet> {
        Arc::new(KeySet::from_jwks(&self.jwks()).expect("a key set"))
    }

    /// Returns the issuer's JWK Set (RFC 7517 §5).
    pub fn jwks(&self) -> String {
        let public = KEY.to_public_key().expect("a public key");
        let mut public = serde_json::to_value(public).expect("a JSON value");
        public["kid"] = json!(KID);
        public["alg"] = json!("RS256");
        public["use"] = json!("sig");
        json!({ "keys": [public] }).to_string()
    }

    /// Returns the issuer's discovery document, for a test server at the issuer's URL.
    pub fn metadata(&self) -> String {
        let base = self.issuer.trim_end_matches('/');
        json!({ "issuer": self.issuer, "jwks_uri": format!("{base}/oauth2/jwks") }).to_string()
    }

    /// Builds an access token of this user.
    pub fn token(&self, subject: impl Into<String>) -> TokenBuilder<'_> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), subject.into().into());
        claims.insert("client_id".to_owned(), "test-client".into());
        claims.insert("auth_time".to_owned(), self.clock.now().into());
        claims.insert("acr".to_owned(), "aal1".into());
        claims.insert("amr".to_owned(), json!(["pwd"]));
        self.builder(claims)
    }

    /// Builds an access token of a client that acts for itself.
    pub fn machine_token(&self, client_id: impl Into<String>) -> TokenBuilder<'_> {
        let client_id = client_id.into();
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), client_id.clone().into());
        claims.insert("client_id".to_owned(), client_id.into());
        self.builder(claims)
    }

    fn builder(&self, claims: Map<String, Value>) -> TokenBuilder<'_> {
        TokenBuilder {
            issuer: self,
            claims,
            scope: Vec::new(),
            entitlements: Vec::new(),
            ttl: TTL,
        }
    }
}

/// A builder of an access token (RFC 9068).
#[derive(Clone, Debug)]
#[must_use]
pub struct TokenBuilder<'a> {
    issuer: &'a MemoryIssuer,
    claims: Map<String, Value>,
    scope: Vec<String>,
    entitlements: Vec<String>,
    ttl: i64,
}

impl TokenBuilder<'_> {
    /// Adds permissions that the user has and the client has requested: to the entitlements and to
    /// the scope.
    pub fn permissions<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.entitlements.extend(names.iter().cloned());
        self.scope.extend(names);
        self
    }

    /// Adds names to the scope alone.
    pub fn scope<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.scope.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets the roles.
    pub fn roles<T: Into<String>>(self, names: impl IntoIterator<Item = T>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.claim("roles", names)
    }

    /// Sets the lifetime in seconds; a negative one makes an expired token.
    pub const fn expires_in(mut self, seconds: i64) -> Self {
        self.ttl = seconds;
        self
    }

    /// Sets a claim, such as `org`, `client_id` or `acr`. It replaces a claim of the builder; `null`
    /// removes one.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Signs the token.
    pub fn sign(self) -> String {
        let now = self.issuer.clock.now();
        let scope = (!self.scope.is_empty()).then(|| self.scope.join(" "));
        let own = json!({
            "iss": self.issuer.issuer, "aud": self.issuer.audience, "iat": now, "exp": now + self.ttl,
            "jti": Uuid::new_v4(), "scope": scope, "entitlements": self.entitlements,
        });
        let mut claims = match own {
            Value::Object(own) => own,
            _ => Map::new(),
        };
        claims.extend(self.claims);
        claims.retain(|_, value| !value.is_null());
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": KID });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&Value::Object(claims)));
        let signer = RsassaJwsAlgorithm::Rs256.signer_from_jwk(&KEY);
        let signature = signer.expect("a signer").sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
        format!("{signed}.{signature}")
    }
}

#[cfg(all(test, feature = "actix"))]
mod tests;
