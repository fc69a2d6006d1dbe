//! An issuer with a real RSA key: discovery, JWKS, and for the web client the token, userinfo,
//! revocation and end-session endpoints.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::{HS256, JwsHeader, JwsSigner as _, PS256, RS256};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Shared by all tests, because generating a key is slow.
static KEY: LazyLock<Jwk> = LazyLock::new(|| rsa("key-1"));
static OTHER_KEY: LazyLock<Jwk> = LazyLock::new(|| rsa("key-1"));

fn rsa(kid: &str) -> Jwk {
    let mut key = Jwk::generate_rsa_key(2048).unwrap();
    describe(&mut key, kid);
    key
}

/// Adds the members that josekit omits when it derives a public key.
fn describe(key: &mut Jwk, kid: &str) {
    key.set_key_id(kid);
    key.set_algorithm("RS256");
    key.set_key_use("sig");
}

/// The next response of the token endpoint: a status and a body.
pub type Answer = (u16, Value);

#[derive(Clone)]
pub struct Issuer {
    server: Arc<MockServer>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<String>>>,
    introspection: Arc<Mutex<Answer>>,
}

impl Issuer {
    pub async fn start() -> Self {
        let issuer = Self {
            server: Arc::new(MockServer::start().await),
            answers: Arc::default(),
            requests: Arc::default(),
            introspection: Arc::new(Mutex::new((200, json!({"active": false})))),
        };
        issuer
            .get("/.well-known/openid-configuration", issuer.metadata())
            .await;
        let mut public = KEY.to_public_key().unwrap();
        describe(&mut public, "key-1");
        issuer
            .get("/jwks", json!({"keys": [public.as_ref()]}))
            .await;
        issuer
            .get(
                "/userinfo",
                json!({"sub": "alice", "name": "Alice <b>Liddell</b>"}),
            )
            .await;
        let (answers, requests) = (issuer.answers.clone(), issuer.requests.clone());
        Mock::given(method("POST"))
            .and(path("/token"))
            .respond_with(move |request: &Request| {
                requests
                    .lock()
                    .unwrap()
                    .push(String::from_utf8(request.body.clone()).unwrap());
                let next = answers.lock().unwrap().pop_front();
                let (status, body) = next.unwrap_or((400, json!({"error": "invalid_grant"})));
                ResponseTemplate::new(status).set_body_json(body)
            })
            .mount(&issuer.server)
            .await;
        let requests = issuer.requests.clone();
        Mock::given(method("POST"))
            .and(path("/revoke"))
            .respond_with(move |request: &Request| {
                let body = String::from_utf8(request.body.clone()).unwrap();
                requests.lock().unwrap().push(format!("revoke {body}"));
                ResponseTemplate::new(200)
            })
            .mount(&issuer.server)
            .await;
        let (response, requests) = (issuer.introspection.clone(), issuer.requests.clone());
        Mock::given(method("POST"))
            .and(path("/introspect"))
            .respond_with(move |_: &Request| {
                requests.lock().unwrap().push("introspect".to_owned());
                let (status, body) = response.lock().unwrap().clone();
                ResponseTemplate::new(status).set_body_json(body)
            })
            .mount(&issuer.server)
            .await;
        issuer
    }

    /// Sets the response of the introspection endpoint.
    pub fn introspect(&self, status: u16, body: Value) {
        *self.introspection.lock().unwrap() = (status, body);
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// Responds to every further request with 404.
    pub async fn stop_responding(&self) {
        self.server.reset().await;
    }

    /// Queues a response of the token endpoint; without any it returns `invalid_grant`.
    pub fn queue_response(&self, status: u16, body: Value) {
        self.answers.lock().unwrap().push_back((status, body));
    }

    /// Returns and removes the bodies of all requests so far.
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// Creates an access token for this subject with these permissions; its scope covers tasks.
    pub fn access_token(
        &self,
        audience: &str,
        subject: &str,
        entitlements: &str,
        now: i64,
    ) -> String {
        let scope = "openid tasks:read tasks:write tasks:delete";
        let claims = self.access_claims(audience, subject, entitlements, scope, now);
        sign(&KEY, "at+jwt", &claims)
    }

    pub fn access_claims(
        &self,
        audience: &str,
        subject: &str,
        entitlements: &str,
        scope: &str,
        now: i64,
    ) -> Value {
        json!({
            "iss": self.url(), "aud": audience, "sub": subject, "client_id": "app",
            "iat": now, "exp": now + 300, "jti": uuid::Uuid::new_v4(), "scope": scope,
            "entitlements": entitlements.split_whitespace().collect::<Vec<_>>(),
        })
    }

    /// Creates an ID token for the web client.
    pub fn id_token(&self, nonce: &str, change: &Value, now: i64) -> String {
        let mut claims = json!({
            "iss": self.url(), "aud": "tasks-web", "sub": "alice", "iat": now, "exp": now + 300,
            "nonce": nonce,
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        sign(&KEY, "JWT", &claims)
    }

    /// Creates an ID token that names another algorithm than the issuer's key, signed by that
    /// algorithm.
    pub fn confused_id_token(&self, alg: &str, nonce: &str, now: i64) -> String {
        let claims = json!({
            "iss": self.url(), "aud": "tasks-web", "sub": "alice", "iat": now, "exp": now + 300,
            "nonce": nonce,
        });
        let header = json!({ "alg": alg, "typ": "JWT", "kid": "key-1" });
        let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = text.join(".");
        let mut key = KEY.clone();
        key.set_algorithm(alg);
        let signature = match alg {
            "none" => Vec::new(),
            // The published key as the secret.
            "HS256" => {
                let modulus = KEY.parameter("n").and_then(Value::as_str).unwrap();
                let signer = HS256.signer_from_bytes(modulus).unwrap();
                signer.sign(text.as_bytes()).unwrap()
            }
            "PS256" => {
                let signer = PS256.signer_from_jwk(&key).unwrap();
                signer.sign(text.as_bytes()).unwrap()
            }
            _ => vec![1; 64],
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn metadata(&self) -> Value {
        let url = self.url();
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "revocation_endpoint": format!("{url}/revoke"),
            "introspection_endpoint": format!("{url}/introspect"),
            "end_session_endpoint": format!("{url}/logout"),
            "jwks_uri": format!("{url}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    async fn get(&self, at: &str, body: Value) {
        Mock::given(method("GET"))
            .and(path(at))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&self.server)
            .await;
    }
}

/// Signs claims with the issuer's key.
pub fn sign_claims(typ: &str, claims: &Value) -> String {
    sign(&KEY, typ, claims)
}

/// Signs claims with another key that has the same ID as the issuer's.
pub fn forge_claims(claims: &Value) -> String {
    sign(&OTHER_KEY, "at+jwt", claims)
}

fn sign(key: &Jwk, typ: &str, claims: &Value) -> String {
    let mut header = JwsHeader::new();
    header.set_token_type(typ);
    header.set_key_id("key-1");
    let signer = RS256.signer_from_jwk(key).unwrap();
    // Not with josekit's payload type: some tests sign claims that no legitimate issuer would.
    josekit::jws::serialize_compact(claims.to_string().as_bytes(), &header, &signer).unwrap()
}
