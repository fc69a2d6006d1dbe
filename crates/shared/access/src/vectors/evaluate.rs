//! The decisions of this crate about vectors.

use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::{Framework, described};
use super::routes::{Open, Pay, ROUTES, Recent, Strong, Verified, requirements};
use crate::clock::Clock;
use crate::fixtures::TestClock;
use crate::jwt::dpop::{self, Expected, ProofRejection};
use crate::jwt::jwks::KeySet;
use crate::jwt::verify::TokenRejection;
use crate::replay::{Claim, ReplayStore, ReplayStoreUnavailable};
use crate::signals::{ReceiveError, Signals, SignalsClient, WhenCut};
use crate::{Access, AuthError};

/// All reasons to reject a token.
pub const TOKEN_CODES: &[&str] = &[
    "too_long",
    "malformed",
    "algorithm",
    "header",
    "type",
    "unknown_key",
    "signature",
    "claims",
    "issuer",
    "audience",
    "expired",
    "not_yet_valid",
    "overage",
];
/// All reasons to reject a proof.
pub const PROOF_CODES: &[&str] = &[
    "too_long",
    "malformed",
    "type",
    "algorithm",
    "header",
    "key",
    "private_key",
    "signature",
    "claim",
    "method",
    "target",
    "time",
    "access_token",
];

/// Returns the decision about a vector.
pub async fn expect(vector: &Value, sets: &Value) -> Value {
    match vector["kind"].as_str().unwrap() {
        "token" => token(vector, sets).await,
        "proof" => proof(vector),
        "jwks" => key_set(vector),
        "signals" => signals(vector, sets).await,
        _ => requests(vector, sets).await,
    }
}

/// A stopped clock.
#[derive(Debug)]
struct Still(i64);

impl Clock for Still {
    fn now(&self) -> i64 {
        self.0
    }
}

/// A replay store that is unavailable.
#[derive(Debug)]
struct Unavailable;

impl ReplayStore for Unavailable {
    fn claim<'a>(&'a self, _: &'a [u8; 32], _: i64, _: i64) -> Claim<'a> {
        Box::pin(std::future::ready(Err(ReplayStoreUnavailable)))
    }
}

fn access(vector: &Value, sets: &Value) -> Access {
    let settings = &vector["settings"];
    let text = |name: &str| settings[name].as_str();
    let is_set = |name: &str| settings[name].as_bool().unwrap_or(false);
    let set = vector["jwks"].as_str();
    // Port 1 of this machine refuses connections.
    let issuer = set.map_or("http://127.0.0.1:1", |_| text("issuer").unwrap());
    let mut builder = Access::builder(issuer, text("audience").unwrap())
        .clock(Arc::new(Still(vector["now"].as_i64().unwrap())))
        .require_dpop(is_set("require_dpop"));
    if let Some(leeway) = settings["leeway"].as_i64() {
        builder = builder.leeway(leeway);
    }
    if is_set("plain_jwt") {
        builder = builder.accept_plain_jwt();
    }
    if let Some(origin) = text("origin") {
        builder = builder.origin(origin);
    }
    if let Some(realm) = text("realm") {
        builder = builder.realm(realm);
    }
    if let Some(url) = text("resource_metadata") {
        builder = builder.resource_metadata(url);
    }
    if text("replay_store") == Some("unavailable") {
        builder = builder.used_proofs(Arc::new(Unavailable));
    }
    let Some(set) = set else {
        return builder.build().unwrap();
    };
    let keys = KeySet::from_jwks(sets[set].as_str().unwrap()).unwrap();
    builder.build_with_keys(Arc::new(keys))
}

async fn token(vector: &Value, sets: &Value) -> Value {
    let token = vector["token"].as_str().unwrap();
    match access(vector, sets).authenticate(token).await {
        Ok(principal) => json!({ "principal": described(&principal) }),
        Err(AuthError::Invalid(rejection)) => {
            json!({ "code": token_code(&rejection), "message": rejection.to_string() })
        }
        Err(other) => panic!("{other}"),
    }
}

const fn token_code(rejection: &TokenRejection) -> &'static str {
    match rejection {
        TokenRejection::TooLong => "too_long",
        TokenRejection::Malformed(_) => "malformed",
        TokenRejection::Algorithm => "algorithm",
        TokenRejection::Header => "header",
        TokenRejection::Type => "type",
        TokenRejection::UnknownKey { .. } => "unknown_key",
        TokenRejection::Signature => "signature",
        TokenRejection::Claims => "claims",
        TokenRejection::Issuer => "issuer",
        TokenRejection::Audience => "audience",
        TokenRejection::Expired => "expired",
        TokenRejection::NotYetValid => "not_yet_valid",
        TokenRejection::Overage | TokenRejection::TooManyGroups => "overage",
        TokenRejection::Revoked(_) => "revoked",
    }
}

fn proof(vector: &Value) -> Value {
    let text = |name: &str| vector[name].as_str();
    let expected = Expected {
        method: text("method").unwrap(),
        uri: text("uri").unwrap(),
        access_token: text("access_token"),
        now: vector["now"].as_i64().unwrap(),
    };
    match dpop::verify(text("proof").unwrap(), &expected) {
        Ok(proof) => {
            let name: Vec<String> = proof
                .name()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            json!({
                "jkt": proof.jkt, "jti": proof.jti, "iat": proof.iat, "nonce": proof.nonce,
                "name": name.concat(), "expires_at": proof.expires_at(),
            })
        }
        Err(rejection) => {
            json!({ "code": proof_code(rejection), "message": rejection.to_string() })
        }
    }
}

const fn proof_code(rejection: ProofRejection) -> &'static str {
    match rejection {
        ProofRejection::TooLong => "too_long",
        ProofRejection::Malformed(_) => "malformed",
        ProofRejection::Type => "type",
        ProofRejection::Algorithm => "algorithm",
        ProofRejection::Header => "header",
        ProofRejection::Key => "key",
        ProofRejection::PrivateKey => "private_key",
        ProofRejection::Signature => "signature",
        ProofRejection::Claim(_) => "claim",
        ProofRejection::Method => "method",
        ProofRejection::Target => "target",
        ProofRejection::Time => "time",
        ProofRejection::AccessToken => "access_token",
    }
}

fn key_set(vector: &Value) -> Value {
    match KeySet::from_jwks(vector["document"].as_str().unwrap()) {
        Ok(keys) => {
            let mut kids: Vec<&str> = keys.kids().collect();
            kids.sort_unstable();
            json!({ "kids": kids })
        }
        Err(error) => json!({ "message": error.to_string() }),
    }
}

/// Receives the events and uses the tokens of a vector, one after the other.
async fn signals(vector: &Value, sets: &Value) -> Value {
    let settings = &vector["settings"];
    let text = |name: &str| settings[name].as_str().unwrap();
    let client = SignalsClient {
        client_id: text("receiver").to_owned(),
        client_secret: String::new(),
    };
    let life = u32::try_from(settings["longest_life"].as_u64().unwrap()).unwrap();
    let keys = KeySet::from_jwks(sets[vector["jwks"].as_str().unwrap()].as_str().unwrap()).unwrap();
    let clock = TestClock::new();
    let access = Access::builder(text("issuer"), text("audience"))
        .clock(clock.clone())
        .signals(Signals::with(client, WhenCut::Continue, 30, life))
        .build_with_keys(Arc::new(keys));
    let mut answers = Vec::new();
    for step in vector["steps"].as_array().unwrap() {
        clock.advance(step["now"].as_i64().unwrap() - clock.now());
        answers.push(match (step["set"].as_str(), step["token"].as_str()) {
            (Some(set), _) => match access.receive_event(set).await {
                Ok(event) => json!({ "jti": event.jti, "revokes": event.revocation.is_some() }),
                Err(ReceiveError::Rejected(rejection)) => {
                    json!({ "err": rejection.code().as_str() })
                }
                Err(other) => panic!("{other}"),
            },
            (None, token) => match access.authenticate(token.unwrap()).await {
                Ok(_) => json!({ "accepted": true }),
                Err(AuthError::Invalid(rejection)) => {
                    json!({ "code": token_code(&rejection), "message": rejection.to_string() })
                }
                Err(other) => panic!("{other}"),
            },
        });
    }
    answers.into()
}

/// Sends the requests to a route of each framework, which must answer alike.
async fn requests(vector: &Value, sets: &Value) -> Value {
    let is_route = |route: &&str| requirements(route) == vector["requires"];
    let route = ROUTES.into_iter().find(is_route).unwrap();
    let sent = vector["requests"].as_array().unwrap();
    let mut answers = Vec::new();
    for framework in [Framework::Actix, Framework::Axum] {
        // Each has its own store of used proofs.
        let access = access(vector, sets);
        let answer = match route {
            "open" => framework.answer::<Open>(&access, route, sent).await,
            "verified" => framework.answer::<Verified>(&access, route, sent).await,
            "pay" => framework.answer::<Pay>(&access, route, sent).await,
            "strong" => framework.answer::<Strong>(&access, route, sent).await,
            _ => framework.answer::<Recent>(&access, route, sent).await,
        };
        answers.push(answer);
    }
    assert_eq!(
        answers[0], answers[1],
        "axum answers otherwise: {}",
        vector["name"]
    );
    answers.swap_remove(0)
}
