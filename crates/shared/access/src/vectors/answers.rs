//! The answers of guarded routes to requests, in each framework.

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest as _, HttpMessage as _, ResponseError as _, web};
use axum::body::{Body, to_bytes};
use axum::http;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use crate::guard::{AcceptedCredentials, Allowed, CallerCertificate, RouteGuard};
use crate::{Access, Principal};

/// A framework with guards of this crate.
#[derive(Clone, Copy)]
pub enum Framework {
    Actix,
    Axum,
}

impl Framework {
    /// Sends the requests one after the other.
    pub async fn answer<G: RouteGuard>(self, access: &Access, route: &str, all: &[Value]) -> Value {
        let mut answers = Vec::new();
        for sent in all {
            answers.push(match self {
                Self::Actix => actix::<G>(access, route, sent).await,
                Self::Axum => axum::<G>(access, route, sent).await,
            });
        }
        Value::Array(answers)
    }
}

/// The header fields: ISO 8859-1, as Python's servers read them.
fn fields(sent: &Value) -> impl Iterator<Item = (&str, Vec<u8>)> {
    sent["headers"].as_array().unwrap().iter().map(|field| {
        let bytes = field[1].as_str().unwrap().chars();
        let bytes = bytes.map(|char| u8::try_from(char).unwrap()).collect();
        (field[0].as_str().unwrap(), bytes)
    })
}

fn certificate(sent: &Value) -> Option<CallerCertificate> {
    let der = sent["certificate_der"].as_str()?;
    let certificate = CallerCertificate::from_der(der.as_bytes());
    assert_eq!(sent["certificate"], certificate.thumbprint());
    Some(certificate)
}

async fn actix<G: RouteGuard>(access: &Access, route: &str, sent: &Value) -> Value {
    let method = sent["method"].as_str().unwrap().parse().unwrap();
    let mut request = TestRequest::default()
        .method(method)
        .uri(sent["path"].as_str().unwrap())
        .app_data(web::Data::new(access.clone()));
    if route == "verified" {
        request = request.app_data(AcceptedCredentials::VERIFIED_USERS);
    }
    for (name, value) in fields(sent) {
        let value = actix_web::http::header::HeaderValue::from_bytes(&value).unwrap();
        request = request.append_header((name, value));
    }
    let request = request.to_http_request();
    if let Some(certificate) = certificate(sent) {
        request.extensions_mut().insert(certificate);
    }
    let refusal = match Allowed::<G>::from_request(&request, &mut Payload::None).await {
        Ok(allowed) => return json!({ "principal": described(&allowed.principal) }),
        Err(refusal) => refusal,
    };
    let response = refusal.error_response();
    let status = response.status().as_u16();
    let sent_fields: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let body = actix_web::body::to_bytes(response.into_body()).await;
    refused(status, &sent_fields, &body.unwrap())
}

async fn axum<G: RouteGuard>(access: &Access, route: &str, sent: &Value) -> Value {
    async fn caller<G: RouteGuard>(caller: Allowed<G>) -> String {
        described(&caller).to_string()
    }
    let pattern = "/{*path}";
    let mut routes = crate::axum::Routes::<()>::new()
        .get(pattern, caller::<G>)
        .post(pattern, caller::<G>);
    if route == "verified" {
        routes = routes.admitting(AcceptedCredentials::VERIFIED_USERS);
    }
    let mut request = http::Request::builder()
        .method(sent["method"].as_str().unwrap())
        .uri(sent["path"].as_str().unwrap());
    for (name, value) in fields(sent) {
        request = request.header(name, value);
    }
    if let Some(certificate) = certificate(sent) {
        request = request.extension(certificate);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = routes.router(access).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let sent_fields: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    if status == 200 {
        let principal: Value = serde_json::from_slice(&body).unwrap();
        return json!({ "principal": principal });
    }
    refused(status, &sent_fields, &body)
}

fn refused(status: u16, fields: &[(String, String)], body: &[u8]) -> Value {
    let all = |name: &str| -> Vec<&str> {
        let found = fields.iter().filter(|(found, _)| found == name);
        found.map(|(_, value)| &**value).collect()
    };
    assert_eq!(all("content-type"), ["application/problem+json"]);
    assert_eq!(all("cache-control"), ["no-store"]);
    let challenges = all("www-authenticate");
    let error = challenges.first().and_then(|challenge| {
        let (_, rest) = challenge.split_once("error=\"")?;
        rest.split('"').next()
    });
    let retry_after = all("retry-after");
    let retry_after: Option<i64> = retry_after.first().map(|text| text.parse().unwrap());
    let mut body: Map<String, Value> = serde_json::from_slice(body).unwrap();
    let id = body.remove("decision_id");
    let named = id.iter().map(|id| id.as_str().unwrap());
    assert!(named.eq(all(crate::guard::DECISION)));
    json!({
        "status": status, "error": error, "challenges": challenges, "retry_after": retry_after,
        "has_decision_id": id.is_some(), "body": body,
    })
}

/// Returns a caller as the vectors describe it.
pub fn described(principal: &Principal) -> Value {
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
