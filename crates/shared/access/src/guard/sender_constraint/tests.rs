use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, ResponseError as _, test, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jws::JwsSigner as _;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use serde_json::{Value, json};

use super::*;
use crate::AccessBuilder;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, ONE, TestClock, claims_with, key_set};
use crate::guard::{DPOP, authenticate};
use crate::jwt::jwk::thumbprint;
use crate::replay::{Claim, ReplayStore, ReplayStoreUnavailable};

const PATH: &str = "/api/tasks/";

/// A replay store that is unavailable.
#[derive(Debug)]
struct Away;

impl ReplayStore for Away {
    fn claim<'a>(&'a self, _: &'a [u8; 32], _: i64, _: i64) -> Claim<'a> {
        Box::pin(std::future::ready(Err(ReplayStoreUnavailable)))
    }
}

/// Generates a key and its public JWK.
fn key() -> (Jwk, Value) {
    let private = Jwk::generate_ec_key(EcCurve::P256).unwrap();
    let public = serde_json::to_value(private.to_public_key().unwrap()).unwrap();
    (private, public)
}

fn proof((private, public): &(Jwk, Value), token: &str) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": public });
    let claims = json!({
        "jti": "one", "htm": "GET", "htu": format!("https://tasks.example{PATH}"), "iat": NOW,
        "ath": dpop::token_hash(token),
    });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{header}.{claims}");
    let signer = EcdsaJwsAlgorithm::Es256.signer_from_jwk(private).unwrap();
    let signature = signer.sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn token_bound_to(cnf: &Value) -> String {
    ONE.access_token(&claims_with(&json!({ "cnf": cnf })))
}

fn builder(audience: &str) -> AccessBuilder {
    Access::builder(ISSUER, audience).clock(TestClock::new())
}

/// Authenticates the caller twice, as a middleware and a handler do.
async fn twice(access: web::Data<Access>, request: HttpRequest) -> HttpResponse {
    for _ in 0..2 {
        if let Err(error) = authenticate(&access, &request).await {
            return error.error_response();
        }
    }
    HttpResponse::NoContent().finish()
}

async fn ask(access: &Access, authorization: String, proof: Option<&str>) -> StatusCode {
    let app = App::new()
        .app_data(web::Data::new(access.clone()))
        .route(PATH, web::get().to(twice));
    let app = test::init_service(app).await;
    let mut request = test::TestRequest::get()
        .uri(PATH)
        .insert_header((header::AUTHORIZATION, authorization));
    if let Some(proof) = proof {
        request = request.insert_header((DPOP, proof));
    }
    test::call_service(&app, request.to_request())
        .await
        .status()
}

#[actix_web::test]
async fn request_guarded_twice_consumes_proof_once() {
    let access = builder(AUDIENCE).build_with_keys(key_set(&[&ONE]));
    let key = key();
    let jkt = thumbprint(key.1.as_object().unwrap()).unwrap();
    let token = token_bound_to(&json!({ "jkt": jkt }));
    let proof = proof(&key, &token);
    for expected in [StatusCode::NO_CONTENT, StatusCode::UNAUTHORIZED] {
        let status = ask(&access, format!("DPoP {token}"), Some(&proof)).await;
        assert_eq!(status, expected);
    }
}

#[actix_web::test]
async fn unavailable_replay_store_denies_access() {
    let access = builder(AUDIENCE).used_proofs(Arc::new(Away));
    let access = access.build_with_keys(key_set(&[&ONE]));
    let key = key();
    let jkt = thumbprint(key.1.as_object().unwrap()).unwrap();
    let token = token_bound_to(&json!({ "jkt": jkt }));
    let status = ask(&access, format!("DPoP {token}"), Some(&proof(&key, &token))).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[actix_web::test]
async fn service_without_url_rejects_dpop() {
    let audience = "urn:tasks";
    let key = key();
    let jkt = thumbprint(key.1.as_object().unwrap()).unwrap();
    let claims = claims_with(&json!({ "cnf": { "jkt": jkt }, "aud": audience }));
    let token = ONE.access_token(&claims);
    let authorization = format!("DPoP {token}");
    let proof = proof(&key, &token);
    let lost = builder(audience).build_with_keys(key_set(&[&ONE]));
    let status = ask(&lost, authorization.clone(), Some(&proof)).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let received = builder(audience).origin("https://tasks.example/");
    let received = received.build_with_keys(key_set(&[&ONE]));
    let status = ask(&received, authorization, Some(&proof)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

/// RFC 7800 §3.1: a confirmation with unknown members must not be ignored.
#[actix_web::test]
async fn token_with_unknown_confirmation_is_rejected() {
    let access = builder(AUDIENCE).build_with_keys(key_set(&[&ONE]));
    for cnf in [json!({}), json!({ "x": "y" }), json!({ "jkt": "another" })] {
        let token = token_bound_to(&cnf);
        for scheme in ["Bearer", "DPoP"] {
            let status = ask(&access, format!("{scheme} {token}"), None).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{scheme} {cnf}");
        }
    }
}
