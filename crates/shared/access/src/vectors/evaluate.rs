//! The decisions of this crate about vectors.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::test::TestRequest;
use actix_web::{FromRequest as _, HttpMessage as _, ResponseError as _, web};
use serde_json::{Map, Value, json};

use super::routes::{Open, Pay, Recent, Strong, Verified};
use crate::clock::Clock;
use crate::guard::{AcceptedCredentials, Allowed, CallerCertificate, GuardError, RouteGuard};
use crate::jwt::dpop::{self, Expected, ProofRejection};
use crate::jwt::jwks::KeySet;
use crate::jwt::verify::TokenRejection;
use crate::replay::{Claim, ReplayStore, ReplayStoreUnavailable};
use crate::{Access, AuthError, Principal};

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

async fn requests(vector: &Value, sets: &Value) -> Value {
    let access = access(vector, sets);
    let mut answers = Vec::new();
    for sent in vector["requests"].as_array().unwrap() {
        let route = vector["route"].as_str().unwrap();
        answers.push(match route {
            "open" => answer::<Open>(&access, route, sent).await,
            "verified" => answer::<Verified>(&access, route, sent).await,
            "pay" => answer::<Pay>(&access, route, sent).await,
            "strong" => answer::<Strong>(&access, route, sent).await,
            _ => answer::<Recent>(&access, route, sent).await,
        });
    }
    Value::Array(answers)
}

async fn answer<G: RouteGuard>(access: &Access, route: &str, sent: &Value) -> Value {
    let method = Method::from_bytes(sent["method"].as_str().unwrap().as_bytes()).unwrap();
    let mut request = TestRequest::default()
        .method(method)
        .uri(sent["path"].as_str().unwrap())
        .app_data(web::Data::new(access.clone()));
    if route == "verified" {
        request = request.app_data(AcceptedCredentials::VERIFIED_USERS);
    }
    for field in sent["headers"].as_array().unwrap() {
        let name = HeaderName::from_bytes(field[0].as_str().unwrap().as_bytes()).unwrap();
        // ISO 8859-1, as Python's servers read header fields.
        let bytes = field[1].as_str().unwrap().chars();
        let bytes: Vec<u8> = bytes.map(|char| u8::try_from(char).unwrap()).collect();
        request = request.append_header((name, HeaderValue::from_bytes(&bytes).unwrap()));
    }
    let request = request.to_http_request();
    if let Some(der) = sent["certificate_der"].as_str() {
        let certificate = CallerCertificate::from_der(der.as_bytes());
        assert_eq!(sent["certificate"], certificate.thumbprint());
        request.extensions_mut().insert(certificate);
    }
    match Allowed::<G>::from_request(&request, &mut Payload::None).await {
        Ok(allowed) => json!({ "principal": described(&allowed.principal) }),
        Err(refusal) => refused(&refusal).await,
    }
}

async fn refused(refusal: &GuardError) -> Value {
    let response = refusal.error_response();
    let status = response.status().as_u16();
    let fields = response.headers();
    let challenges: Vec<String> = fields
        .get_all(WWW_AUTHENTICATE)
        .map(|field| field.to_str().unwrap().to_owned())
        .collect();
    let retry_after = fields.get(RETRY_AFTER).map(|field| field.to_str().unwrap());
    let retry_after: Option<i64> = retry_after.map(|text| text.parse().unwrap());
    let error = challenges.first().and_then(|challenge| {
        let (_, rest) = challenge.split_once("error=\"")?;
        rest.split('"').next().map(str::to_owned)
    });
    let body = actix_web::body::to_bytes(response.into_body())
        .await
        .unwrap();
    let mut body: Map<String, Value> = serde_json::from_slice(&body).unwrap();
    let has_id = body.remove("decision_id").is_some();
    json!({
        "status": status, "error": error, "challenges": challenges, "retry_after": retry_after,
        "has_decision_id": has_id, "body": body,
    })
}

fn described(principal: &Principal) -> Value {
    json!({
        "subject": principal.subject, "client_id": principal.client_id,
        "scope": principal.scope.iter().collect::<Vec<_>>(), "roles": principal.roles,
        "groups": principal.groups, "managed_groups": principal.managed_groups,
        "entitlements": principal.entitlements, "org": principal.org,
        "email_verified": principal.email_verified, "acr": principal.acr, "amr": principal.amr,
        "auth_time": principal.auth_time, "sid": principal.sid, "jti": principal.jti,
        "expires_at": principal.expires_at, "confirmation": principal.confirmation,
        "authorization_details": principal.authorization_details,
        "is_service": principal.is_service(), "is_verified_user": principal.is_verified_user(),
    })
}
