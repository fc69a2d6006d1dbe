//! A client with a FAPI profile: `private_key_jwt`, DPoP, pushed requests.

use doorward_access::clock::Clock as _;
use doorward_domain::model::SecurityProfile;
use doorward_protocol::client_auth::JWT_BEARER;
use doorward_rules::client_profile;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::{Authorization, Outcome, Page, Stack, TestClient, UserAgent, agent};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support_dpop::{Prover, fetch};
use crate::support_keys::TestKey;

/// The client.
pub struct FapiClient<'a> {
    /// The server.
    pub stack: &'a Stack,
    /// The registration.
    pub client: &'a TestClient,
    /// The key of assertions and request objects.
    pub key: TestKey,
    /// The holder of the DPoP key.
    prover: Prover,
}

impl<'a> FapiClient<'a> {
    /// Gives a client this profile, with nothing but its keys, and returns it.
    pub async fn new(stack: &'a Stack, profile: SecurityProfile) -> Self {
        let key = TestKey::new("ES256", "fapi");
        let client = &stack.seed.web;
        let jwks = key.jwks();
        stack
            .change_client(&client.id, |client| {
                client.profile = profile;
                client.secret_hash = None;
                client.jwks = Some(jwks);
                client_profile::pin(client, &[]);
                client_profile::check(client).unwrap();
            })
            .await;
        Self {
            stack,
            client,
            key,
            prover: Prover::new(),
        }
    }

    /// Posts a form with an assertion and these proofs.
    async fn post(&self, path: &str, fields: &[(&str, &str)], proofs: &[&str]) -> Page {
        let now = self.stack.clock.now();
        let id = &self.client.id;
        let claims = json!({
            "iss": id, "sub": id, "aud": self.stack.issuer(), "jti": Uuid::new_v4(), "iat": now,
            "exp": now + 60,
        });
        let assertion = self.key.sign(None, &claims);
        let mut fields = fields.to_vec();
        fields.extend([
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ]);
        let agent = UserAgent::new();
        let request = agent
            .http()
            .post(self.stack.at(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(agent::encode(fields));
        let request = proofs
            .iter()
            .fold(request, |request, proof| request.header("dpop", *proof));
        agent.send(request).await
    }

    /// Returns a complete authorization request.
    pub fn request(&self) -> Authorization {
        Authorization::new(self.stack.issuer(), self.client)
    }

    /// Returns the claims of a request object with the complete request.
    pub fn claims(&self) -> Value {
        let now = self.stack.clock.now();
        let mut claims = json!({
            "iss": self.client.id, "aud": self.stack.issuer(), "exp": now + 60, "nbf": now,
        });
        for (name, value) in self.request().pairs() {
            claims[name] = json!(value);
        }
        claims
    }

    /// Pushes a request with these parameters.
    pub async fn push(&self, fields: &[(&str, &str)]) -> Page {
        self.post("/oauth2/par", fields, &[]).await
    }

    /// Pushes a request object, with nothing but the client beside it.
    pub async fn push_object(&self, object: &str) -> Page {
        let fields = [("client_id", self.client.id.as_str()), ("request", object)];
        self.push(&fields).await
    }

    /// Has a new browser complete the pushed request.
    pub async fn complete(&self, pushed: &Page) -> Outcome {
        assert_eq!(pushed.status, 201, "{}", pushed.dump());
        let name = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        let request = self.request().pushed_as(&name);
        request.complete(&UserAgent::new(), "alice").await
    }

    /// Replaces the DPoP key.
    pub fn change_proof_key(&mut self) {
        self.prover = Prover::new();
    }

    /// Redeems a code; `with_proof` adds a proof of the DPoP key.
    pub async fn redeem(&self, code: &str, with_proof: bool) -> Page {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.client.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.token(&fields, with_proof).await
    }

    /// Sends a token request; `with_proof` adds a proof of the DPoP key.
    pub async fn token(&self, fields: &[(&str, &str)], with_proof: bool) -> Page {
        let proof = self.prover.for_token(self.stack);
        let proofs: &[&str] = if with_proof { &[&proof] } else { &[] };
        self.post("/oauth2/token", fields, proofs).await
    }

    /// Requests userinfo with a token bound to the DPoP key.
    pub async fn userinfo(&self, token: &str) -> Page {
        let address = self.stack.at("/oauth2/userinfo");
        let proof = self.prover.beside(self.stack, token, &address);
        fetch(&address, "DPoP", token, &[&proof]).await
    }
}
