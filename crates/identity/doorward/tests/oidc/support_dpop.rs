//! Senders of DPoP proofs (RFC 9449).

use std::sync::atomic::{AtomicU32, Ordering};

use doorward_access::clock::Clock as _;
use doorward_access::jwt::dpop;
use doorward_access::jwt::jwk::thumbprint;
use doorward_testkit::{Page, Stack, TestClient, UserAgent, authorization::VERIFIER};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support_keys::TestKey;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The holder of a key.
pub struct Prover(pub TestKey);

impl Prover {
    /// Creates a holder with a new P-256 key.
    pub fn new() -> Self {
        Self(TestKey::new("ES256", "proof"))
    }

    /// Returns the thumbprint of the key.
    pub fn jkt(&self) -> String {
        thumbprint(self.0.jwk().as_object().unwrap()).unwrap()
    }

    /// Returns the header of the proofs.
    pub fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": self.0.alg(), "jwk": self.0.jwk() })
    }

    /// Returns a proof with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        self.0.sign_with(&self.header(), claims)
    }

    /// Returns a valid proof for a POST to this path of the identity server.
    pub fn for_post(&self, stack: &Stack, path: &str) -> String {
        self.sign(&claims(stack, "POST", &stack.at(path)))
    }

    /// Returns a valid proof for the token endpoint.
    pub fn for_token(&self, stack: &Stack) -> String {
        self.for_post(stack, "/oauth2/token")
    }

    /// Returns a valid proof for a GET of this address with a token.
    pub fn beside(&self, stack: &Stack, token: &str, address: &str) -> String {
        let mut claims = claims(stack, "GET", address);
        claims["ath"] = json!(dpop::token_hash(token));
        self.sign(&claims)
    }
}

/// Returns the claims of a valid proof with a unique `jti`.
pub fn claims(stack: &Stack, method: &str, address: &str) -> Value {
    let jti = format!("proof-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    json!({ "jti": jti, "htm": method, "htu": address, "iat": stack.clock.now() })
}

/// Sets a member, or removes it if the value is null.
pub fn set(claims: &mut Value, name: &str, value: &Value) {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value.clone();
    }
}

/// Posts a form as a client with these proofs.
pub async fn post(
    stack: &Stack,
    path: &str,
    client: &TestClient,
    fields: &[(&str, &str)],
    proofs: &[&str],
) -> Page {
    let agent = UserAgent::new();
    let request = client.request(agent.http(), &stack.at(path), fields);
    agent.send(with(request, proofs)).await
}

fn with(request: RequestBuilder, proofs: &[&str]) -> RequestBuilder {
    proofs
        .iter()
        .fold(request, |request, proof| request.header("dpop", *proof))
}

/// Posts a form to the token endpoint.
pub async fn token(
    stack: &Stack,
    client: &TestClient,
    fields: &[(&str, &str)],
    proofs: &[&str],
) -> Page {
    post(stack, "/oauth2/token", client, fields, proofs).await
}

/// Requests a token for the service itself.
pub async fn service_token(stack: &Stack, proofs: &[&str]) -> Page {
    let fields = [("grant_type", "client_credentials")];
    token(stack, &stack.seed.service, &fields, proofs).await
}

/// Exchanges a code.
pub async fn redeem(stack: &Stack, client: &TestClient, code: &str, proofs: &[&str]) -> Page {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", VERIFIER),
    ];
    token(stack, client, &fields, proofs).await
}

/// Uses a refresh token.
pub async fn refresh(stack: &Stack, client: &TestClient, consumed: &str, proofs: &[&str]) -> Page {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", consumed)];
    token(stack, client, &fields, proofs).await
}

/// Fetches an address with an access token.
pub async fn fetch(address: &str, scheme: &str, token: &str, proofs: &[&str]) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(address);
    let request = request.header("authorization", format!("{scheme} {token}"));
    agent.send(with(request, proofs)).await
}

/// Returns all challenges of a response.
pub fn challenges(page: &Page) -> Vec<String> {
    let fields = page.headers.get_all("www-authenticate");
    let texts = fields
        .iter()
        .map(|field| field.to_str().unwrap().to_owned());
    texts.collect()
}
